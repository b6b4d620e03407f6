//! [`Command`]: what can be said to a server (RFC 5321, 2033, 3030, 3207, 4954).
//!
//! The engine's formatters write domain names, VRFY arguments and the keywords of parameters as
//! they are, CR LF included; so commands are encoded here, where every argument is checked.

use netspeak_core::{Error, Result, Secret, Wire, check_argument, check_mechanism, check_text};

use crate::types::{ClientName, ForwardPath, MailParameters, RcptParameters, ReversePath};

/// A command. Arguments with CR, LF or NUL are refused where it is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command<'a> {
    /// `EHLO name`: who we are; what can the server do?
    Ehlo(&'a ClientName),
    /// `HELO name`: the same to servers of RFC 821.
    Helo(&'a ClientName),
    /// `LHLO name`: the same in LMTP (RFC 2033).
    Lhlo(&'a ClientName),
    /// `STARTTLS` (RFC 3207): begin TLS.
    Starttls,
    /// `AUTH mechanism [initial-response]` (RFC 4954).
    Auth {
        /// The mechanism's name.
        mechanism: &'a str,
        /// The initial response in base64, if it goes along.
        initial: Option<&'a Secret>,
    },
    /// `MAIL FROM:<sender> parameters`: a mail begins.
    Mail {
        /// Who gets the reports.
        sender: &'a ReversePath,
        /// How it is sent.
        parameters: &'a MailParameters,
    },
    /// `RCPT TO:<recipient> parameters`.
    Rcpt {
        /// Who gets the mail.
        recipient: &'a ForwardPath,
        /// How.
        parameters: &'a RcptParameters,
    },
    /// `DATA`: the text follows, up to a lone dot.
    Data,
    /// `BDAT size [LAST]` (RFC 3030): so many bytes follow at once.
    Bdat {
        /// How many bytes.
        size: usize,
        /// Whether more chunks follow.
        chunk: Chunk,
    },
    /// `RSET`: forget the mail that is under way.
    Rset,
    /// `NOOP`.
    Noop,
    /// `VRFY user`: is there such a user?
    Vrfy(&'a str),
    /// `EXPN list`: who is on the list?
    Expn(&'a str),
    /// `HELP [topic]`.
    Help(Option<&'a str>),
    /// A line of the caller's.
    Raw(&'a str),
    /// `QUIT`.
    Quit,
}

/// Whether more chunks follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// They do.
    Middle,
    /// This is the last.
    Last,
}

impl Command<'_> {
    /// The verb, for errors and tables.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Ehlo(_) => "EHLO",
            Self::Helo(_) => "HELO",
            Self::Lhlo(_) => "LHLO",
            Self::Starttls => "STARTTLS",
            Self::Auth { .. } => "AUTH",
            Self::Mail { .. } => "MAIL",
            Self::Rcpt { .. } => "RCPT",
            Self::Data => "DATA",
            Self::Bdat { .. } => "BDAT",
            Self::Rset => "RSET",
            Self::Noop => "NOOP",
            Self::Vrfy(_) => "VRFY",
            Self::Expn(_) => "EXPN",
            Self::Help(_) => "HELP",
            Self::Raw(_) => "the command",
            Self::Quit => "QUIT",
        }
    }

    /// Adds the command to what will be sent.
    ///
    /// # Errors
    /// [`Error::Usage`] if an argument contains CR, LF or NUL, is empty, or cannot be said; nothing
    /// is added then.
    pub fn encode(&self, wire: &mut Wire) -> Result<()> {
        self.check()?;
        match self {
            Self::Raw(line) => {
                wire.verb(line);
            }
            Self::Mail { sender, parameters } => {
                wire.verb("MAIL FROM:<")
                    .raw(sender.as_str().as_bytes())
                    .raw(b">");
                parameters.encode(wire);
            }
            Self::Rcpt {
                recipient,
                parameters,
            } => {
                wire.verb("RCPT TO:<")
                    .raw(recipient.as_str().as_bytes())
                    .raw(b">");
                parameters.encode(wire);
            }
            Self::Auth { mechanism, initial } => {
                wire.verb("AUTH").mechanism(mechanism, *initial)?;
            }
            Self::Bdat { size, chunk } => {
                wire.verb("BDAT").number(*size as u64);
                if *chunk == Chunk::Last {
                    wire.raw(b" LAST");
                }
            }
            Self::Ehlo(name) | Self::Helo(name) | Self::Lhlo(name) => {
                wire.verb(self.verb()).arg("client name", name.as_str())?;
            }
            Self::Vrfy(argument) | Self::Expn(argument) | Self::Help(Some(argument)) => {
                wire.verb(self.verb()).arg("argument", argument)?;
            }
            Self::Starttls
            | Self::Data
            | Self::Rset
            | Self::Noop
            | Self::Help(None)
            | Self::Quit => {
                wire.verb(self.verb());
            }
        }
        wire.end();
        Ok(())
    }

    /// Refuses bad arguments before anything is written.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Mail { parameters, .. } => parameters.check(),
            Self::Auth { mechanism, initial } => check_mechanism(mechanism, *initial),
            Self::Vrfy(argument) | Self::Expn(argument) | Self::Help(Some(argument)) => {
                check_argument("argument", argument.as_bytes())
            }
            Self::Raw(line) => raw_line(line),
            _ => Ok(()),
        }
    }
}

/// A line of the caller's must not be one that changes how the talk goes on.
fn raw_line(line: &str) -> Result<()> {
    check_argument("command", line.as_bytes())?;
    check_text("command", line.as_bytes())?;
    // What a server may skip, or end a verb with, hides none here.
    let is_end = |c: char| !c.is_ascii_alphanumeric();
    let verb = line.trim_start_matches(is_end);
    let verb = verb.split(is_end).next().unwrap_or_default();
    let has_method = ["DATA", "BDAT", "STARTTLS", "AUTH", "QUIT"];
    if has_method
        .iter()
        .any(|name| name.eq_ignore_ascii_case(verb))
    {
        return Err(Error::usage(format!(
            "{verb} changes the state of the session: use its own method"
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
        let name: ClientName = "client.example.org".parse().unwrap();
        let sender: ReversePath = "a@b.c".parse().unwrap();
        let recipient: ForwardPath = "postmaster".parse().unwrap();
        let parameters = MailParameters {
            size: Some(5),
            ..MailParameters::default()
        };
        let secret = Secret::from("AHUAcA==");
        for (command, wire) in [
            (Command::Ehlo(&name), "EHLO client.example.org\r\n"),
            (Command::Helo(&name), "HELO client.example.org\r\n"),
            (Command::Lhlo(&name), "LHLO client.example.org\r\n"),
            (Command::Starttls, "STARTTLS\r\n"),
            (
                Command::Auth {
                    mechanism: "PLAIN",
                    initial: Some(&secret),
                },
                "AUTH PLAIN AHUAcA==\r\n",
            ),
            (
                Command::Mail {
                    sender: &sender,
                    parameters: &parameters,
                },
                "MAIL FROM:<a@b.c> SIZE=5\r\n",
            ),
            (
                Command::Mail {
                    sender: &ReversePath::NULL,
                    parameters: &MailParameters::default(),
                },
                "MAIL FROM:<>\r\n",
            ),
            (
                Command::Rcpt {
                    recipient: &recipient,
                    parameters: &RcptParameters::default(),
                },
                "RCPT TO:<postmaster>\r\n",
            ),
            (Command::Data, "DATA\r\n"),
            (
                Command::Bdat {
                    size: 86,
                    chunk: Chunk::Middle,
                },
                "BDAT 86\r\n",
            ),
            (
                Command::Bdat {
                    size: 0,
                    chunk: Chunk::Last,
                },
                "BDAT 0 LAST\r\n",
            ),
            (Command::Rset, "RSET\r\n"),
            (Command::Noop, "NOOP\r\n"),
            (Command::Vrfy("ops"), "VRFY ops\r\n"),
            (Command::Expn("staff"), "EXPN staff\r\n"),
            (Command::Help(None), "HELP\r\n"),
            (Command::Help(Some("MAIL")), "HELP MAIL\r\n"),
            (Command::Raw("ETRN example.org"), "ETRN example.org\r\n"),
            (Command::Quit, "QUIT\r\n"),
        ] {
            assert_eq!(encoded(&command).unwrap(), wire);
        }
    }

    #[test]
    fn no_argument_becomes_a_second_command() {
        for bad in ["a\r\nRSET", "a\nb", "a\rb", "a\0b", ""] {
            let secret = Secret::from(bad);
            for command in [
                Command::Auth {
                    mechanism: bad,
                    initial: None,
                },
                Command::Auth {
                    mechanism: "PLAIN",
                    initial: Some(&secret),
                },
                Command::Vrfy(bad),
                Command::Expn(bad),
                Command::Help(Some(bad)),
                Command::Raw(bad),
            ] {
                let mut wire = Wire::new();
                let error = command.encode(&mut wire).unwrap_err();
                assert_eq!(error.kind().to_string(), "usage", "{command:?}");
                assert!(wire.is_empty(), "{command:?} left something behind");
            }
        }
        for verb in [
            "DATA",
            "data",
            "BDAT 5 LAST",
            "starttls",
            "AUTH PLAIN",
            "QUIT",
            " DATA",
            "\tDATA",
            "DATA\t",
            "auth\tPLAIN AHUAcA==",
            "  \t AUTH PLAIN AHUAcA==",
            "\u{b}BDAT\u{c}5",
            "STARTTLS:",
        ] {
            assert!(encoded(&Command::Raw(verb)).is_err(), "{verb}");
        }
    }

    #[test]
    fn the_engine_says_the_same() {
        use lettre::transport::smtp::commands::{Mail, Rcpt};
        use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};
        for address in ["ops@example.org", "\"a b\"@example.org", "x@[192.0.2.1]"] {
            let address: lettre::Address = address.parse().unwrap();
            let (sender, recipient) = (
                ReversePath::try_from(&address).unwrap(),
                ForwardPath::try_from(&address).unwrap(),
            );
            let parameters = MailParameters {
                size: Some(42),
                body: Some(crate::MailBody::EightBit),
                ..MailParameters::default()
            };
            let theirs = vec![
                MailParameter::Size(42),
                MailParameter::Body(MailBodyParameter::EightBitMime),
            ];
            let ours = Command::Mail {
                sender: &sender,
                parameters: &parameters,
            };
            assert_eq!(
                encoded(&ours).unwrap(),
                Mail::new(Some(address.clone()), theirs).to_string()
            );
            let ours = Command::Rcpt {
                recipient: &recipient,
                parameters: &RcptParameters::default(),
            };
            assert_eq!(
                encoded(&ours).unwrap(),
                Rcpt::new(address, vec![]).to_string()
            );
        }
    }
}
