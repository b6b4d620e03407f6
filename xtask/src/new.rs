//! `cargo xtask new PROTO`: the skeleton of a protocol: its crate, its fake, its blocking client, its rows in the
//! lists. The template is a small protocol called Parrot, in `xtask/template`, at the places where its files go.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::cargo;
use crate::{Outcome, process, workspace};

mod rows;

pub(crate) const USAGE: &str = "\
cargo xtask new PROTO | --prove
    the skeleton of a protocol: a crate, a fake, a blocking client, its rows in the lists

PROTO is its name in lower case, such as imap. What is made compiles, and its tests run: a client with the verbs NOOP,
SAY and QUIT, over lines, with a probe. Put the protocol's own in their place. crates/README.md tells what comes next.

    --prove  makes one in a copy of the project, and tests it there";

/// What the template is called, wherever it says its name.
const TEMPLATE: &str = "parrot";

pub(crate) fn command(words: &[&str]) -> Outcome {
    match words {
        ["--prove"] => prove(),
        [name] => {
            make(&workspace::root(), name)?;
            process::run(cargo("fmt").arg("--all"))?;
            println!(
                "netspeak-{name} is there; \"To add a protocol\" in crates/README.md tells what comes next"
            );
            Ok(())
        }
        _ => Err("new takes the name of one protocol, such as imap".into()),
    }
}

/// Makes a protocol in a copy of the project, and tests it there.
pub(crate) fn prove() -> Outcome {
    let copy = workspace::target().join("new");
    workspace::remove(&copy)?;
    for path in workspace::files()? {
        let bytes = fs::read(workspace::root().join(&path));
        // A file may be listed and deleted.
        if let Ok(bytes) = bytes {
            workspace::write(&copy.join(&path), bytes)?;
        }
    }
    // Its name sorts elsewhere than the template's, and is of another length.
    let name = "quickecho";
    make(&copy, name)?;
    let run = |words: &[&str]| {
        let (subcommand, rest) = words.split_first().unwrap_or((&"", &[]));
        let mut command = cargo(subcommand);
        command.current_dir(&copy).args(rest);
        command.env("CARGO_TARGET_DIR", workspace::target());
        process::output(&mut command).map(drop)
    };
    let package = format!("netspeak-{name}");
    run(&["fmt", "--all"])?;
    run(&[
        "clippy",
        "--quiet",
        "--package",
        &package,
        "--all-targets",
        "--all-features",
        "--",
        "--deny",
        "warnings",
    ])?;
    run(&[
        "check",
        "--quiet",
        "--package",
        &package,
        "--no-default-features",
    ])?;
    run(&["test", "--quiet", "--package", &package, "--all-features"])?;
    run(&[
        "test",
        "--quiet",
        "--package",
        "netspeak-fake",
        "--lib",
        name,
    ])?;
    run(&[
        "test",
        "--quiet",
        "--package",
        "netspeak",
        "--all-features",
        name,
    ])?;
    workspace::remove(&copy)
}

fn make(root: &Path, name: &str) -> Outcome {
    check(root, name)?;
    let mut made: Vec<(PathBuf, String)> = Vec::new();
    let template = root.join("xtask/template");
    for path in below(&template)? {
        let text = filled(&workspace::read(&path)?, name);
        let place = path.strip_prefix(&template).unwrap_or(&path);
        made.push((root.join(filled(&place.to_string_lossy(), name)), text));
    }
    // All that can fail by the project's state comes before the first write.
    made.extend(rows::add(root, name)?);
    for (path, text) in made {
        workspace::write(&path, text)?;
    }
    Ok(())
}

/// A name for a crate, a feature and a scheme, which is not taken.
fn check(root: &Path, name: &str) -> Outcome {
    let is_letter = |c: char| c.is_ascii_lowercase();
    let is_word =
        name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit());
    if !is_word {
        return Err(format!(
            "{name}: a protocol's name is lower-case letters and digits, a letter first"
        ));
    }
    if root.join(format!("crates/netspeak-{name}")).exists() {
        return Err(format!("there is a crate netspeak-{name} already"));
    }
    Ok(())
}

/// The template's text with this name in it, in lower case and with a capital.
fn filled(text: &str, name: &str) -> String {
    text.replace(TEMPLATE, name)
        .replace(&capitalized(TEMPLATE), &capitalized(name))
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let error = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(error)? {
        let path = entry.map_err(error)?.path();
        match path.is_dir() {
            true => found.extend(below(&path)?),
            false => found.push(path),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_taken_or_no_names_are_refused() {
        let root = workspace::root();
        assert_eq!(check(&root, "nobodyhasthis4"), Ok(()));
        for name in [
            "", "4x", "IMAP", "im-ap", "im_ap", "../x", "core", "pop3", "fake",
        ] {
            assert!(check(&root, name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_template_says_its_name_in_two_ways_only() {
        for path in below(&workspace::root().join("xtask/template")).unwrap() {
            let text = filled(&workspace::read(&path).unwrap(), "nntp");
            assert!(
                !text.to_lowercase().contains(TEMPLATE),
                "{}",
                path.display()
            );
        }
        assert_eq!(
            filled("Parrot netspeak_parrot", "nntp"),
            "Nntp netspeak_nntp"
        );
    }
}
