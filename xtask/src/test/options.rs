//! What was asked of `cargo xtask test`.

use crate::{Outcome, workspace};

#[derive(Debug, Default, PartialEq)]
pub(super) struct Options {
    pub(super) servers: Servers,
    /// `pop3`: this protocol only.
    pub(super) protocol: Option<String>,
}

#[derive(Debug, Default, PartialEq, Clone, Copy)]
pub(super) enum Servers {
    /// Used where Docker is; its absence is said loudly.
    #[default]
    IfPossible,
    /// Without them the run has failed.
    Required,
    /// Not wanted this time.
    Left,
}

impl Options {
    pub(super) fn parse(words: &[&str]) -> Outcome<Self> {
        let mut options = Self::default();
        for word in words {
            match *word {
                "--require-servers" => options.servers = Servers::Required,
                "--no-servers" => options.servers = Servers::Left,
                flag if flag.starts_with('-') => {
                    return Err(format!(
                        "test has no option {flag}; it has --require-servers, --no-servers"
                    ));
                }
                name if options.protocol.is_none() => options.protocol = Some(name.to_owned()),
                name => return Err(format!("one protocol at a time: {name} is the second")),
            }
        }
        Ok(options)
    }

    /// The crates to test: all, or the protocol's.
    pub(super) fn crates(&self) -> Outcome<Vec<String>> {
        let all = workspace::crates()?;
        let Some(protocol) = &self.protocol else {
            return Ok(all);
        };
        let wanted = format!("netspeak-{protocol}");
        if all.contains(&wanted) {
            return Ok(vec![wanted]);
        }
        Err(format!(
            "there is no crate {wanted}; these are: {}",
            all.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_options() {
        let parsed = Options::parse(&["pop3", "--require-servers"]).unwrap();
        assert_eq!(
            parsed,
            Options {
                servers: Servers::Required,
                protocol: Some("pop3".into())
            }
        );
        assert_eq!(Options::parse(&[]).unwrap().servers, Servers::IfPossible);
        let why = Options::parse(&["--nonsense"]).unwrap_err();
        assert!(why.contains("--require-servers, --no-servers"), "{why}");
        assert!(Options::parse(&["pop3", "imap"]).is_err());
    }
}
