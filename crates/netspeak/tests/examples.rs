//! The examples that bring their own servers run.
#![cfg(test)]
#![cfg(all(feature = "open", feature = "all-protocols"))]

use netspeak::core::testing::run_example;

#[test]
fn the_open_example_runs() {
    assert_eq!(
        run_example("open"),
        "--- text/html\n<p>a page</p>\n--- \na file\n--- text/plain\na text\r\n\
         --- message/rfc822\nMessage-ID: <1@x>\r\nNewsgroups: misc.test\r\n\r\nan article\r\n\
         --- text/plain\na note\n"
    );
}
