//! The examples that bring their own servers run.

use netspeak_core::testing::run_example;

#[test]
fn the_say_example_runs() {
    assert_eq!(run_example("imap_say"), "hello\n");
}
