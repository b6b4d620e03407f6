//! `cargo xtask fuzz`: libFuzzer on the codecs, by the stable compiler.
//!
//! The targets are a workspace of their own in `tests/fuzz`; what is found to be interesting is
//! kept in `tests/fuzz/corpus`, which is not committed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, process, workspace};

pub(crate) const USAGE: &str = "\
cargo xtask fuzz [TARGET] [--seconds N]
    throws bytes at the codecs, all of them or one

    TARGET       a file in tests/fuzz/fuzz_targets, such as dot
    --seconds N  how long each target runs; 60 if nothing is said

What was found to be interesting is kept in tests/fuzz/corpus; an input that breaks something is written to
tests/fuzz/target.";

/// The instrumentation that libFuzzer steers by. No sanitizer: the unsafe code there is has a safe twin,
/// which tests compare it with.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// How long each target runs if nobody says otherwise.
const SECONDS: u32 = 60;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    target: Option<String>,
    seconds: u32,
}

pub(crate) fn command(words: &[&str]) -> Outcome {
    let options = Options::parse(words)?;
    let folder = workspace::root().join("tests/fuzz");
    let targets = targets(&folder, options.target.as_deref())?;
    let host = host()?;
    build(&folder, &host)?;
    for target in targets {
        run(&folder, &host, &target, options.seconds)?;
    }
    Ok(())
}

impl Options {
    fn parse(words: &[&str]) -> Outcome<Self> {
        let mut options = Self {
            target: None,
            seconds: SECONDS,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--seconds" => {
                    options.seconds = words
                        .next()
                        .and_then(|value| value.parse().ok())
                        .filter(|seconds| *seconds > 0)
                        .ok_or("--seconds takes a number above 0")?;
                }
                flag if flag.starts_with('-') => {
                    return Err(format!("fuzz has no option {flag}; it has --seconds N"));
                }
                name if options.target.is_none() => options.target = Some(name.to_owned()),
                other => return Err(format!("one target at a time, not also {other}")),
            }
        }
        Ok(options)
    }
}

/// The names of the targets, or the one that is wanted.
fn targets(folder: &Path, wanted: Option<&str>) -> Outcome<Vec<String>> {
    let listed = std::fs::read_dir(folder.join("fuzz_targets"))
        .map_err(|error| format!("tests/fuzz/fuzz_targets: {error}"))?;
    let mut names: Vec<String> = listed
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    match wanted {
        None => Ok(names),
        Some(name) if names.iter().any(|known| known == name) => Ok(vec![name.to_owned()]),
        Some(name) => Err(format!(
            "no fuzz target {name}; there are {}",
            names.join(", ")
        )),
    }
}

/// With an explicit target the flags stay away from build scripts.
fn host() -> Outcome<String> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| "rustc does not say which machine this is".to_owned())
}

fn build(folder: &Path, host: &str) -> Outcome {
    process::run(
        process::cargo("build")
            .current_dir(folder)
            .env("RUSTFLAGS", COVERAGE)
            .args(["--release", "--target", host]),
    )
}

fn run(folder: &Path, host: &str, target: &str, seconds: u32) -> Outcome {
    let corpus = folder.join("corpus").join(target);
    std::fs::create_dir_all(&corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
    let program = folder
        .join("target")
        .join(host)
        .join("release")
        .join(target);
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .arg(format!("-max_total_time={seconds}"))
        .args([
            "-timeout=5",
            "-rss_limit_mb=512",
            "-print_final_stats=1",
            "-verbosity=0",
        ])
        .arg(format!(
            "-artifact_prefix={}/",
            folder.join("target").display()
        ))
        .arg(corpus)
        .args(seeds(folder, target));
    println!("xtask: fuzz {target} for {seconds} s");
    process::run(&mut command)
}

/// Examples to begin with, if the target has any.
fn seeds(folder: &Path, target: &str) -> Option<PathBuf> {
    Some(folder.join("seeds").join(target)).filter(|seeds| seeds.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_a_time() {
        let all = Options {
            target: None,
            seconds: SECONDS,
        };
        assert_eq!(Options::parse(&[]), Ok(all));
        let one = Options {
            target: Some("dot".to_owned()),
            seconds: 5,
        };
        assert_eq!(Options::parse(&["dot", "--seconds", "5"]), Ok(one));
        for bad in [
            &["--seconds"][..],
            &["--seconds", "0"],
            &["a", "b"],
            &["--fast"],
        ] {
            assert!(Options::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn every_target_is_a_binary_of_the_fuzz_workspace() {
        let folder = workspace::root().join("tests/fuzz");
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        for target in targets(&folder, None).unwrap() {
            assert!(
                manifest.contains(&format!("fuzz_targets/{target}.rs")),
                "{target}"
            );
        }
        assert!(targets(&folder, Some("nothing")).is_err());
    }
}
