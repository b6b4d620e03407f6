//! What `--help` says: about all commands in short, about each of them in full.

use crate::{Outcome, certs, docs, fuzz, new, servers, test, tidy};

/// The first two lines of a command's help say how to call it, and what for.
const COMMANDS: [(&str, &str); 7] = [
    ("test", test::USAGE),
    ("tidy", tidy::USAGE),
    ("servers", servers::USAGE),
    ("docs", docs::USAGE),
    ("certs", certs::USAGE),
    ("fuzz", fuzz::USAGE),
    ("new", new::USAGE),
];

/// The help that these words ask for, if they do: `--help`, `help fuzz`, `test pop3 --help`, or nothing at all.
pub(crate) fn asked(words: &[&str]) -> Option<String> {
    match words {
        [] | ["help" | "--help" | "-h"] => Some(all()),
        ["help", name, ..] => of(name),
        [name, rest @ ..] if rest.iter().any(|word| ["--help", "-h"].contains(word)) => of(name),
        _ => None,
    }
}

/// The error for a command that does not exist.
pub(crate) fn unknown(name: &str) -> String {
    let names = COMMANDS.map(|(name, _)| name).join(", ");
    format!("there is no command {name}; there are: {names}")
}

/// For commands that are only called by their name.
pub(crate) fn alone(name: &str, rest: &[&str]) -> Outcome {
    match rest {
        [] => Ok(()),
        [first, ..] => Err(format!("{name} takes no options: what is {first}?")),
    }
}

fn all() -> String {
    let mut text = String::new();
    for (_, usage) in COMMANDS {
        for line in usage.lines().take(2) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text + "\n`cargo xtask COMMAND --help` says more."
}

fn of(name: &str) -> Option<String> {
    let (_, usage) = COMMANDS.into_iter().find(|(known, _)| *known == name)?;
    Some(usage.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_help() {
        let all = asked(&[]).unwrap();
        for (name, usage) in COMMANDS {
            let call = format!("cargo xtask {name}");
            assert!(usage.starts_with(&call), "{name}");
            assert!(all.contains(&call), "{name}");
            for words in [&[name, "--help"][..], &[name, "x", "-h"], &["help", name]] {
                assert_eq!(asked(words).as_deref(), Some(usage), "{words:?}");
            }
            assert_eq!(asked(&[name]), None);
            assert!(unknown("x").contains(name));
        }
        assert_eq!(asked(&["--help"]), Some(all));
        assert_eq!(asked(&["nonsense", "--help"]), None);
        assert_eq!(asked(&["fuzz", "--seconds", "5"]), None);
    }

    #[test]
    fn what_takes_nothing_says_so() {
        assert_eq!(alone("tidy", &[]), Ok(()));
        assert!(alone("tidy", &["--fix"]).unwrap_err().contains("--fix"));
    }
}
