//! The examples that bring their own servers run.

use netspeak_core::testing::run_example;

#[test]
fn the_proxy_example_runs() {
    let said = run_example("through_proxy");
    assert!(
        said.starts_with("1 messages\nthe proxy was asked for localhost:"),
        "{said}"
    );
}

#[test]
fn the_own_authority_example_runs() {
    assert_eq!(run_example("own_authority"), "1 messages\n");
}

#[cfg(unix)]
#[test]
fn the_unix_socket_example_runs() {
    assert_eq!(run_example("unix_socket"), "1 messages\n");
}

#[test]
fn the_retr_example_runs() {
    let said = run_example("retr");
    assert_eq!(
        said,
        "Subject: one\r\n\r\n.\r\nSubject: two\r\n\r\nhello\r\n"
    );
}
