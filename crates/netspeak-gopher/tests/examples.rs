//! The examples that bring their own servers run.

use netspeak_core::testing::run_example;

#[test]
fn the_menu_example_runs() {
    let shown = run_example("menu");
    let lines: Vec<&str> = shown.lines().map(str::trim_end).collect();
    assert_eq!(lines[0], "i Welcome");
    assert!(
        lines[1].starts_with("0 About gopher://127.0.0.1:"),
        "{shown}"
    );
    assert!(lines[1].ends_with("/0/about.txt"), "{shown}");
    assert_eq!(lines[2], "h Web https://example.org/");
}
