//! Tables of features, in a crate's front page or README: a row such as `| P7 | POP3S | `pop3s_login` |` claims
//! something, and its last cell says which test proves it (or an example that runs), or why there is none
//! (`reason: ...`, `no: ...`). A name that does not exist is a claim without proof.

use std::collections::BTreeSet;

use crate::tidy::{File, Finding};

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let tests = tests(files);
    let mut found = Vec::new();
    for file in files.iter().filter(|file| is_front_page(file)) {
        for (index, line) in file.text.lines().enumerate() {
            let Some((id, proof)) = row(line) else {
                continue;
            };
            let mut wrong =
                |what: String| found.push(file.finding(index + 1, format!("{id}: {what}")));
            if reason(proof) {
                continue;
            }
            let names = quoted(proof);
            if names.is_empty() {
                wrong("the last cell names neither a test in backticks nor a `reason:`".into());
            }
            for name in names {
                let test = name.rsplit("::").next().unwrap_or(name);
                if !tests.contains(test)
                    && !files
                        .iter()
                        .any(|other| other.path.ends_with(&format!("/{name}")))
                {
                    wrong(format!("there is no test `{name}`"));
                }
            }
        }
    }
    found
}

/// The tables stand in the front pages of crates, and of the rooms that they are about.
fn is_front_page(file: &File) -> bool {
    let is_page = file.path.ends_with(".rs") || file.path.ends_with("README.md");
    file.crate_name().is_some() && is_page
}

/// The first and last cell of a table's row, if the first is an id.
fn row(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches("//!").trim();
    let inside = line.strip_prefix('|')?.strip_suffix('|')?;
    let id = inside.split('|').next()?.trim();
    // An escaped bar is a part of its cell.
    let bars: Vec<usize> = inside.match_indices('|').map(|(at, _)| at).collect();
    let last = bars.iter().rev().find(|at| {
        !inside
            .get(..**at)
            .is_some_and(|before| before.ends_with('\\'))
    })?;
    is_id(id).then_some((id, inside.get(last + 1..)?.trim()))
}

/// `S12`, `P7`
fn is_id(cell: &str) -> bool {
    let number = cell.trim_start_matches(|c: char| c.is_ascii_uppercase());
    !number.is_empty() && number.len() < cell.len() && number.chars().all(|c| c.is_ascii_digit())
}

fn reason(cell: &str) -> bool {
    ["reason:", "no:"].iter().any(|start| {
        cell.strip_prefix(start)
            .is_some_and(|text| !text.trim().is_empty())
    })
}

fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| !name.is_empty())
        .collect()
}

/// The names of all test functions: the first `fn` behind `#[test]` or `#[tokio::test...]`.
fn tests(files: &[File]) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let mut is_test = false;
        for line in file.text.lines().map(str::trim) {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            let Some((_, behind)) = line
                .split_once("fn ")
                .filter(|_| is_test && !line.starts_with(['#', '/']))
            else {
                continue;
            };
            names.extend(
                behind
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next(),
            );
            is_test = false;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    #[test]
    fn a_named_test_must_exist() {
        let page = "\
//! | # | What | Proof |
//! |---|---|---|
//! | P1 | greeting | `codec::greeting` |
//! | P2 | login | `login`, `gone` |
//! | P3 | RPOP | reason: nobody has it |
//! | P4 | a \\| b | |
//! | P5 | listing | `examples/list.rs` |
//! | P6 | empty | reason: |
//! | not an id | x | y |
fn gone() {}";
        let files = sample(&[
            ("crates/netspeak-pop3/src/lib.rs", page),
            ("crates/netspeak-pop3/examples/list.rs", ""),
            (
                "tests/it/pop3.rs",
                "#[test]\nfn greeting() {}\n#[tokio::test(start_paused = true)]\n#[ignore = \"needs fn x\"]\nasync fn login() {}",
            ),
        ]);
        assert_eq!(
            places(&check(&files)),
            [4, 6, 8].map(|line| format!("crates/netspeak-pop3/src/lib.rs:{line}"))
        );
    }
}
