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

#[test]
fn the_read_group_example_runs() {
    let said = run_example("read_group");
    assert_eq!(
        said,
        "misc.test has about 2 articles\n1: one\n.1\r\n2: zwölf\n.2\r\n"
    );
}

#[test]
fn the_post_example_runs() {
    assert_eq!(
        run_example("post"),
        "240 article posted\nit was there already\n1 article\n"
    );
}
