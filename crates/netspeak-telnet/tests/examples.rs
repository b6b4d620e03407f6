//! The examples that bring their own servers run.

use netspeak_core::testing::{example, run_example};

#[test]
fn the_expect_example_runs() {
    let shown = run_example("expect");
    let lines: Vec<&str> = shown
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let expected: Vec<String> = (1..=8).map(|number| format!("line {number}")).collect();
    assert_eq!(lines, expected);
}

#[test]
fn the_serial_example_runs() {
    assert_eq!(run_example("serial"), "115200 AT\\r\n");
}

#[test]
fn the_decode_example_counts_text() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("telnet.bytes");
    std::fs::write(&file, b"ab\xff\xfb\x01c\xff\xff\xff").unwrap();
    let output = example("telnet_decode")
        .arg(&file)
        .arg("1")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "4\n");
}
