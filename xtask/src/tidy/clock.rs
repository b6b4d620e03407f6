//! Time is read in two places, through tokio's clock, so that tests can turn it by hand; and tests wait for events.

use crate::tidy::{File, Finding, source};

const CLOCKS: [&str; 2] = ["timeline.rs", "deadline.rs"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        if file.crate_name().is_none() && !file.path.starts_with("tests/") {
            continue;
        }
        for line in source::lines(file) {
            if line.mentions("Instant::now") && !line.in_tests && !CLOCKS.contains(&file.name()) {
                found.push(file.finding(
                    line.number,
                    "`Instant::now` belongs to core's timeline and deadline",
                ));
            }
            if line.mentions("sleep(") && line.in_tests {
                found.push(file.finding(
                    line.number,
                    "a test sleeps: wait for an event, or turn the paused clock",
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    #[test]
    fn clocks_are_read_in_two_files_and_tests_do_not_sleep() {
        let text = "fn f() { tokio::time::Instant::now(); sleep(x); }\n#[cfg(test)]\nfn g() { Instant::now(); sleep(x); }";
        let files = sample(&[
            (
                "crates/netspeak-core/src/deadline.rs",
                "fn f() { Instant::now(); }",
            ),
            ("crates/netspeak-core/src/dial.rs", text),
            (
                "tests/it/pop3.rs",
                "fn f() { Instant::now(); tokio::time::sleep(x); }",
            ),
            ("xtask/src/servers.rs", text),
        ]);
        assert_eq!(
            places(&check(&files)),
            [
                "crates/netspeak-core/src/dial.rs:1",
                "crates/netspeak-core/src/dial.rs:3",
                "tests/it/pop3.rs:1"
            ]
        );
    }
}
