//! The examples that bring their own servers run.

use netspeak_core::testing::run_example;

#[test]
fn the_get_example_runs() {
    assert_eq!(run_example("get"), "hello\nagain\n");
}

#[test]
#[cfg(feature = "interop")]
fn the_interop_suppaftp_example_runs() {
    assert_eq!(run_example("interop_suppaftp"), "one\ntwo\n");
}

#[test]
fn the_mirror_example_runs() {
    assert_eq!(
        run_example("mirror"),
        "2 transferred, 0 unchanged, 0 failed\n0 transferred, 2 unchanged, 0 failed\n"
    );
}
