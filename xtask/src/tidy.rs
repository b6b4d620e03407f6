//! `cargo xtask tidy`: the rules of the house that the compiler does not know. Each rule is a function from the
//! project's files to findings, with a test that shows it can find something.

mod alone;
mod clock;
mod docs_rs;
mod feature_tables;
mod layers;
mod length;
mod pages;
mod sockets;
mod source;
mod state;
mod surroundings;
mod tasks;

use std::fmt;

use crate::{Outcome, workspace};

/// A file of the project, with its path from the root.
struct File {
    path: String,
    text: String,
}

#[derive(Debug, PartialEq)]
struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

impl File {
    fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            what: what.into(),
        }
    }

    /// `netspeak-pop3` for everything below `crates/netspeak-pop3/`.
    fn crate_name(&self) -> Option<&str> {
        self.path
            .strip_prefix("crates/")?
            .split_once('/')
            .map(|(name, _)| name)
    }

    /// `dial` for a crate's `src/dial.rs` and for everything below `src/dial/`.
    fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("crates/")?.split_once("/src/")?.1;
        let first = inside.split('/').next().unwrap_or(inside);
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

pub(crate) const USAGE: &str = "\
cargo xtask tidy
    the rules of the house that the compiler does not know

Reads what git knows and what is about to be added, and prints `path:line: what is wrong`, one line each.
The rules are the invariants of crates/README.md, each in its file in xtask/src/tidy; links in pages and the tests
that tables of features name are followed too.";

pub(crate) fn command() -> Outcome {
    let files = files()?;
    let mut findings = check(&files);
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("tidy: {} files, nothing to say", files.len());
            Ok(())
        }
        1 => Err("tidy: 1 finding".into()),
        more => Err(format!("tidy: {more} findings")),
    }
}

fn check(files: &[File]) -> Vec<Finding> {
    [
        layers::check,
        sockets::check,
        surroundings::check,
        clock::check,
        state::check,
        tasks::check,
        length::check,
        feature_tables::check,
        pages::check,
        alone::check,
        docs_rs::check,
    ]
    .iter()
    .flat_map(|rule| rule(files))
    .collect()
}

/// The texts among the project's files.
fn files() -> Outcome<Vec<File>> {
    let root = workspace::root();
    // A file may be listed and deleted; what is not text holds nothing for us.
    let text = |path: String| {
        let text = String::from_utf8(std::fs::read(root.join(&path)).ok()?).ok()?;
        Some(File { path, text })
    };
    Ok(workspace::files()?.into_iter().filter_map(text).collect())
}

/// Files for the rules' tests.
#[cfg(test)]
fn sample(files: &[(&str, &str)]) -> Vec<File> {
    files
        .iter()
        .map(|(path, text)| File {
            path: path.to_string(),
            text: text.to_string(),
        })
        .collect()
}

/// Findings as `path:line`, for the rules' tests.
#[cfg(test)]
fn places(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| format!("{}:{}", finding.path, finding.line))
        .collect()
}
