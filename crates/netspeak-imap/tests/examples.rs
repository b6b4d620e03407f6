//! The examples that bring their own servers run.

use netspeak_core::testing::run_example;

#[test]
fn the_copy_example_runs() {
    assert_eq!(
        run_example("copy"),
        "2 messages, 70 octets\n1: copied to Some(1)\n2: copied to Some(2)\n2 copied, 0 there\n\
         1 messages, 37 octets\n1: there\n2: there\n3: copied to Some(3)\n1 copied, 2 there\n"
    );
}

#[test]
fn the_fetch_example_runs() {
    assert_eq!(
        run_example("fetch"),
        "INBOX: Some(2) messages\nSent: Some(0) messages\n\
         --- 23 octets: one\nSubject: one\r\n\r\nfirst\r\n--- that was Some(1)\n\
         --- 43 octets: zwölf\nSubject: =?utf-8?q?zw=C3=B6lf?=\r\n\r\nsecond\r\n--- that was Some(2)\n"
    );
}

#[test]
#[cfg(feature = "interop")]
fn the_interop_async_imap_example_runs() {
    assert_eq!(
        run_example("interop_async_imap"),
        "2 messages\n1: 100 octets\n2: 100 octets\n"
    );
}

#[test]
fn the_sync_example_runs() {
    assert_eq!(
        run_example("sync"),
        "Afresh: 2 new, 0 changed, gone: \nQresync: 1 new, 1 changed, gone: 1\n"
    );
}

#[test]
fn the_watch_example_runs() {
    assert_eq!(
        run_example("watch"),
        "up: 1 messages\ndown: proto.closed\nup: 2 messages\narrived: 2\nchanged: [2]\nvanished: 1\nknown: 2\n"
    );
}
