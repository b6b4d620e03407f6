//! The examples that bring their own servers run.

use netspeak_core::testing::run_example;

#[test]
fn the_rpc_example_runs() {
    let said = run_example("rpc");
    assert!(said.starts_with("add: Adds numbers.\n"), "{said}");
    assert_eq!(said.lines().count(), 11);
}

#[test]
fn the_rpc_many_example_runs() {
    assert_eq!(run_example("rpc_many"), "100 calls, the last sum is 100\n");
}
