//! [`Command`]: what can be said to a server (RFC 1939, 2449, 2595, 5034, 6856).

use netspeak_core::{Error, Result, Secret, Wire, check_argument, check_mechanism, check_word};

use crate::types::MessageNumber;

/// A command. Arguments with CR, LF or NUL are refused where it is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command<'a> {
    /// `CAPA` (RFC 2449): what can the server do?
    Capa,
    /// `STLS` (RFC 2595): begin TLS.
    Stls,
    /// `USER name` (RFC 1939 section 7).
    User(&'a str),
    /// `PASS secret` (RFC 1939 section 7).
    Pass(&'a Secret),
    /// `APOP name digest` (RFC 1939 section 7).
    Apop {
        /// The user.
        user: &'a str,
        /// MD5 of the greeting's timestamp and the secret, in hex.
        digest: &'a Secret,
    },
    /// `AUTH mechanism [initial-response]` (RFC 5034).
    Auth {
        /// The mechanism's name.
        mechanism: &'a str,
        /// The initial response in base64, if it goes along.
        initial: Option<&'a Secret>,
    },
    /// `STAT`: how many messages, how many octets?
    Stat,
    /// `LIST [n]`: sizes.
    List(Option<MessageNumber>),
    /// `UIDL [n]`: unique ids.
    Uidl(Option<MessageNumber>),
    /// `RETR n`: a whole message.
    Retr(MessageNumber),
    /// `TOP n lines`: a message's header and the first lines of its body.
    Top {
        /// The message.
        number: MessageNumber,
        /// How many lines of the body.
        lines: u32,
    },
    /// `DELE n`: mark as deleted; QUIT makes it so.
    Dele(MessageNumber),
    /// `RSET`: forget all marks.
    Rset,
    /// `NOOP`.
    Noop,
    /// `UTF8` (RFC 6856).
    Utf8,
    /// `LANG [tag]` (RFC 6856): choose a language, or list them.
    Lang(Option<&'a str>),
    /// `QUIT`: in the transaction state it deletes what is marked.
    Quit,
}

impl Command<'_> {
    /// The verb, for errors and tables.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Capa => "CAPA",
            Self::Stls => "STLS",
            Self::User(_) => "USER",
            Self::Pass(_) => "PASS",
            Self::Apop { .. } => "APOP",
            Self::Auth { .. } => "AUTH",
            Self::Stat => "STAT",
            Self::List(_) => "LIST",
            Self::Uidl(_) => "UIDL",
            Self::Retr(_) => "RETR",
            Self::Top { .. } => "TOP",
            Self::Dele(_) => "DELE",
            Self::Rset => "RSET",
            Self::Noop => "NOOP",
            Self::Utf8 => "UTF8",
            Self::Lang(_) => "LANG",
            Self::Quit => "QUIT",
        }
    }

    /// Adds the command to what will be sent.
    ///
    /// # Errors
    /// [`Error::Usage`] if an argument contains CR, LF or NUL or is empty; nothing is added then.
    pub fn encode(&self, wire: &mut Wire) -> Result<()> {
        self.check()?;
        wire.verb(self.verb());
        match self {
            Self::User(user) => {
                wire.arg("user name", user)?;
            }
            Self::Pass(secret) => {
                wire.secret("password", secret)?;
            }
            Self::Apop { user, digest } => {
                wire.arg("user name", user)?.secret("digest", digest)?;
            }
            Self::Auth { mechanism, initial } => {
                wire.mechanism(mechanism, *initial)?;
            }
            Self::List(Some(number))
            | Self::Uidl(Some(number))
            | Self::Retr(number)
            | Self::Dele(number) => {
                wire.number(number.get().into());
            }
            Self::Top { number, lines } => {
                wire.number(number.get().into()).number((*lines).into());
            }
            Self::Lang(Some(tag)) => {
                wire.arg("language", tag)?;
            }
            Self::Capa
            | Self::Stls
            | Self::Stat
            | Self::List(None)
            | Self::Uidl(None)
            | Self::Rset
            | Self::Noop
            | Self::Utf8
            | Self::Lang(None)
            | Self::Quit => {}
        }
        wire.end();
        Ok(())
    }

    /// Refuses bad arguments before anything is written.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::User(user) => {
                check_argument("user name", user.as_bytes())?;
                // RFC 1939 arguments are words; USER alone reaches to the end of the line on all
                // servers in use, so blanks inside a name are let through.
                no_outer_blanks("user name", user)
            }
            // A password may contain blanks, and begin or end with them (RFC 1939 section 7).
            Self::Pass(secret) => check_argument("password", secret.expose().as_bytes()),
            Self::Apop { user, digest } => {
                check_word("user name", user)?;
                check_word("digest", digest.expose())
            }
            Self::Auth { mechanism, initial } => check_mechanism(mechanism, *initial),
            Self::Lang(Some(tag)) => check_word("language", tag),
            _ => Ok(()),
        }
    }
}

fn no_outer_blanks(name: &str, value: &str) -> Result<()> {
    if value.starts_with(' ') || value.ends_with(' ') {
        return Err(Error::usage(format!(
            "{name} begins or ends with a space; nothing was sent"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(command: &Command<'_>) -> Result<String> {
        let mut wire = Wire::new();
        command.encode(&mut wire)?;
        Ok(String::from_utf8(wire.bytes().to_vec()).unwrap())
    }

    #[test]
    fn commands_on_the_wire() {
        let number = MessageNumber::new(7).unwrap();
        let secret = Secret::from(" pass word ");
        let digest = Secret::from("c4c9334bac560ecc979e58001b3e22fb");
        for (command, wire) in [
            (Command::Capa, "CAPA\r\n"),
            (Command::Stls, "STLS\r\n"),
            (Command::User("m rose"), "USER m rose\r\n"),
            (Command::Pass(&secret), "PASS  pass word \r\n"),
            (
                Command::Apop {
                    user: "mrose",
                    digest: &digest,
                },
                "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
            ),
            (
                Command::Auth {
                    mechanism: "PLAIN",
                    initial: None,
                },
                "AUTH PLAIN\r\n",
            ),
            (Command::Stat, "STAT\r\n"),
            (Command::List(None), "LIST\r\n"),
            (Command::List(Some(number)), "LIST 7\r\n"),
            (Command::Uidl(Some(number)), "UIDL 7\r\n"),
            (Command::Retr(number), "RETR 7\r\n"),
            (Command::Top { number, lines: 0 }, "TOP 7 0\r\n"),
            (Command::Dele(number), "DELE 7\r\n"),
            (Command::Lang(None), "LANG\r\n"),
            (Command::Lang(Some("de")), "LANG de\r\n"),
            (Command::Utf8, "UTF8\r\n"),
            (Command::Quit, "QUIT\r\n"),
        ] {
            assert_eq!(encoded(&command).unwrap(), wire);
            assert!(wire.starts_with(command.verb()));
        }
    }

    #[test]
    fn no_argument_becomes_a_second_command() {
        for bad in ["a\r\nDELE 1", "a\nb", "a\rb", "a\0b", ""] {
            let secret = Secret::from(bad);
            for command in [
                Command::User(bad),
                Command::Pass(&secret),
                Command::Apop {
                    user: bad,
                    digest: &secret,
                },
                Command::Apop {
                    user: "u",
                    digest: &secret,
                },
                Command::Auth {
                    mechanism: bad,
                    initial: None,
                },
                Command::Auth {
                    mechanism: "PLAIN",
                    initial: Some(&secret),
                },
                Command::Lang(Some(bad)),
            ] {
                let mut wire = Wire::new();
                let error = command.encode(&mut wire).unwrap_err();
                assert_eq!(error.kind().to_string(), "usage", "{command:?}");
                assert!(wire.is_empty(), "{command:?} left something behind");
            }
        }
        assert!(
            encoded(&Command::Apop {
                user: "a b",
                digest: &Secret::from("x")
            })
            .is_err()
        );
        assert!(encoded(&Command::User(" a")).is_err());
    }
}
