//! A file has one job and is read in one go. Lines of code count; tests, comments and empty lines do not.

use crate::tidy::{File, Finding, source};

const MOST: usize = 400;

/// The longer ones, each with its reason. Whoever shortens one takes it off.
const LONG: [(&str, &str); 0] = [];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    beyond(files, &LONG)
}

fn beyond(files: &[File], long: &[(&str, &str)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let code = source::without_tests(file);
        let count = code.lines().filter(|line| !line.trim().is_empty()).count();
        let listed = long.iter().any(|(path, _)| *path == file.path);
        match (count > MOST, listed) {
            (true, false) => found.push(file.finding(
                1,
                format!("{count} lines of code, more than {MOST}: split it by subject"),
            )),
            (false, true) => found.push(file.finding(
                1,
                format!("{count} lines of code: take it off the list in tidy/length.rs"),
            )),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    #[test]
    fn a_long_file_is_found_unless_it_has_a_reason() {
        let long = "f();\n".repeat(MOST + 1);
        let files = sample(&[
            ("crates/netspeak-core/src/long.rs", &long),
            ("crates/netspeak-core/src/table.rs", &long),
            ("crates/netspeak-core/src/short_by_now.rs", "f();"),
        ]);
        let reasons = [
            ("crates/netspeak-core/src/table.rs", "one table"),
            ("crates/netspeak-core/src/short_by_now.rs", "was long"),
        ];
        assert_eq!(
            places(&beyond(&files, &reasons)),
            [
                "crates/netspeak-core/src/long.rs:1",
                "crates/netspeak-core/src/short_by_now.rs:1"
            ]
        );
    }

    #[test]
    fn tests_comments_and_empty_lines_do_not_count() {
        let code = "f();\n".repeat(MOST);
        let rest = "/// doc\n\n//! doc\n// comment\n/* a\nb */\n".repeat(100);
        let tests = format!("#[cfg(test)]\nmod tests {{\n{code}}}\n");
        let files = sample(&[
            (
                "crates/netspeak-core/src/long.rs",
                &format!("{code}{rest}{tests}"),
            ),
            (
                "crates/netspeak-core/src/tests.rs",
                &format!("{code}{code}"),
            ),
        ]);
        assert_eq!(check(&files), []);
    }
}
