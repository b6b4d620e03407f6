//! Each crate builds without its default features, and with each feature alone; without them nothing of tokio is
//! left, which is how "a protocol is a function" is kept true, and the documentation leads nowhere wrong.

use std::process::Command;

use crate::process::cargo;
use crate::test::{documentation, step};
use crate::{Outcome, manifest, process, workspace};

pub(super) fn check(crates: &[String]) -> Outcome {
    for name in crates {
        let manifest = workspace::read(
            &workspace::root()
                .join("crates")
                .join(name)
                .join("Cargo.toml"),
        )?;
        let features = manifest::features(&manifest);
        if !features.contains(&"net") {
            continue;
        }
        step(&format!("features of {name}, each alone"), || {
            process::output(&mut alone(name))?;
            process::output(documentation().args(["--package", name, "--no-default-features"]))?;
            without_tokio(name)?;
            for feature in features.iter().filter(|feature| **feature != "default") {
                process::output(alone(name).args(["--features", feature]))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn alone(name: &str) -> Command {
    let mut command = cargo("check");
    command.args(["--quiet", "--package", name, "--no-default-features"]);
    command
}

fn without_tokio(name: &str) -> Outcome {
    let mut command = cargo("tree");
    command.args([
        "--package",
        name,
        "--no-default-features",
        "--edges",
        "normal",
        "--prefix",
        "none",
    ]);
    match runtime(&process::output(&mut command)?) {
        None => Ok(()),
        Some(line) => Err(format!(
            "{name} without default features depends on {line}: `{}`",
            process::shown(&command)
        )),
    }
}

fn runtime(tree: &str) -> Option<&str> {
    tree.lines()
        .find(|line| line.starts_with("tokio ") || line.starts_with("tokio-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_found_in_the_tree() {
        assert_eq!(
            runtime("netspeak-pop3 v0.1.0 (/x/tokio )\nnom v8.0.0\n"),
            None
        );
        assert_eq!(
            runtime("netspeak-pop3 v0.1.0\ntokio v1.54.0\n"),
            Some("tokio v1.54.0")
        );
    }
}
