//! The examples that bring their own servers run.

use netspeak_core::testing::run_example;

#[test]
fn the_get_example_runs() {
    let said = run_example("http_get");
    assert_eq!(said, "hello\nHTTP/1.1 200 OK after 1 redirects\n");
}

#[test]
fn the_digest_example_runs() {
    assert_eq!(run_example("http_digest"), "wine\nwine\n");
}

#[test]
fn the_resume_example_runs() {
    assert_eq!(run_example("http_resume"), "one two three four five\n");
}
