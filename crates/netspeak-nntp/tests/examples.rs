//! The examples that bring their own servers run.

use netspeak_core::testing::run_example;

#[test]
fn the_fetch_nzb_example_runs() {
    assert_eq!(
        run_example("fetch_nzb"),
        "server 1 has not <part2@x>: BODY <part2@x> refused: 430 no such article\n\
         in three parts, from two servers\n"
    );
}
