//! The examples that bring their own servers run.

use netspeak_core::testing::run_example;

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
