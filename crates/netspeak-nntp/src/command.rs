//! [`Command`]: what can be said to a server (RFC 3977, 2980, 4642, 4643, 4644, 6048, 8054).

use jiff::Timestamp;
use netspeak_core::{Result, Secret, Wire, check_argument, check_mechanism, check_word};

use crate::types::{ArticleRange, GroupName, MessageId, Span, Which};

mod list;

pub use list::List;

/// A command. Arguments with CR, LF, NUL or a blank where none belongs are refused where it is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command<'a> {
    /// `CAPABILITIES` (RFC 3977 section 5.2).
    Capabilities,
    /// `MODE READER` (RFC 3977 section 5.3).
    ModeReader,
    /// `MODE STREAM` (RFC 4644 section 2.3).
    ModeStream,
    /// `STARTTLS` (RFC 4642).
    StartTls,
    /// `AUTHINFO USER name` (RFC 4643 section 2.3).
    AuthUser(&'a str),
    /// `AUTHINFO PASS secret` (RFC 4643 section 2.3).
    AuthPass(&'a Secret),
    /// `AUTHINFO SASL mechanism [initial-response]` (RFC 4643 section 2.4).
    AuthSasl {
        /// The mechanism's name.
        mechanism: &'a str,
        /// The initial response in base64, if it goes along.
        initial: Option<&'a Secret>,
    },
    /// `COMPRESS DEFLATE` (RFC 8054).
    CompressDeflate,
    /// `XFEATURE COMPRESS GZIP`: overviews and lists come compressed from here on.
    XfeatureCompressGzip,
    /// `GROUP name` (RFC 3977 section 6.1.1).
    Group(&'a GroupName),
    /// `LISTGROUP [name [range]]` (RFC 3977 section 6.1.2).
    ListGroup(Option<(&'a GroupName, Option<ArticleRange>)>),
    /// `LAST` (RFC 3977 section 6.1.3).
    Last,
    /// `NEXT` (RFC 3977 section 6.1.4).
    Next,
    /// `ARTICLE [which]` (RFC 3977 section 6.2.1).
    Article(&'a Which),
    /// `HEAD [which]` (RFC 3977 section 6.2.2).
    Head(&'a Which),
    /// `BODY [which]` (RFC 3977 section 6.2.3).
    Body(&'a Which),
    /// `STAT [which]` (RFC 3977 section 6.2.4).
    Stat(&'a Which),
    /// `OVER [span]` (RFC 3977 section 8.3).
    Over(&'a Span),
    /// `XOVER [span]` (RFC 2980 section 2.8).
    Xover(&'a Span),
    /// `HDR field [span]` (RFC 3977 section 8.5).
    Hdr(&'a str, &'a Span),
    /// `XHDR field [span]` (RFC 2980 section 2.6).
    Xhdr(&'a str, &'a Span),
    /// `XPAT field span pattern...` (RFC 2980 section 2.9).
    Xpat(&'a str, &'a Span, &'a [&'a str]),
    /// `LIST ...` (RFC 3977 section 7.6, RFC 6048).
    List(List<'a>),
    /// `NEWGROUPS date time GMT` (RFC 3977 section 7.3).
    NewGroups(Timestamp),
    /// `NEWNEWS wildmat date time GMT` (RFC 3977 section 7.4).
    NewNews(&'a str, Timestamp),
    /// `DATE` (RFC 3977 section 7.1).
    Date,
    /// `HELP` (RFC 3977 section 7.2).
    Help,
    /// `POST` (RFC 3977 section 6.3.1).
    Post,
    /// `IHAVE message-id` (RFC 3977 section 6.3.2).
    Ihave(&'a MessageId),
    /// `CHECK message-id` (RFC 4644 section 2.4).
    Check(&'a MessageId),
    /// `TAKETHIS message-id`; the article follows at once (RFC 4644 section 2.5).
    TakeThis(&'a MessageId),
    /// `QUIT` (RFC 3977 section 5.4).
    Quit,
}

impl Command<'_> {
    /// The verb, for errors and tables.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Capabilities => "CAPABILITIES",
            Self::ModeReader => "MODE READER",
            Self::ModeStream => "MODE STREAM",
            Self::StartTls => "STARTTLS",
            Self::AuthUser(_) => "AUTHINFO USER",
            Self::AuthPass(_) => "AUTHINFO PASS",
            Self::AuthSasl { .. } => "AUTHINFO SASL",
            Self::CompressDeflate => "COMPRESS DEFLATE",
            Self::XfeatureCompressGzip => "XFEATURE COMPRESS GZIP",
            Self::Group(_) => "GROUP",
            Self::ListGroup(_) => "LISTGROUP",
            Self::Last => "LAST",
            Self::Next => "NEXT",
            Self::Article(_) => "ARTICLE",
            Self::Head(_) => "HEAD",
            Self::Body(_) => "BODY",
            Self::Stat(_) => "STAT",
            Self::Over(_) => "OVER",
            Self::Xover(_) => "XOVER",
            Self::Hdr(..) => "HDR",
            Self::Xhdr(..) => "XHDR",
            Self::Xpat(..) => "XPAT",
            Self::List(list) => list.verb(),
            Self::NewGroups(_) => "NEWGROUPS",
            Self::NewNews(..) => "NEWNEWS",
            Self::Date => "DATE",
            Self::Help => "HELP",
            Self::Post => "POST",
            Self::Ihave(_) => "IHAVE",
            Self::Check(_) => "CHECK",
            Self::TakeThis(_) => "TAKETHIS",
            Self::Quit => "QUIT",
        }
    }

    /// Adds the command to what will be sent.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) if an argument contains CR, LF, NUL or a blank where none
    /// may stand, or is empty; nothing is added then.
    pub fn encode(&self, wire: &mut Wire) -> Result<()> {
        self.check()?;
        wire.verb(self.verb());
        match self {
            Self::AuthUser(user) => {
                wire.arg("user name", user)?;
            }
            Self::AuthPass(secret) => {
                wire.secret("password", secret)?;
            }
            Self::AuthSasl { mechanism, initial } => {
                wire.mechanism(mechanism, *initial)?;
            }
            Self::Group(name) => {
                wire.arg("group", name.as_str())?;
            }
            Self::ListGroup(Some((name, range))) => {
                wire.arg("group", name.as_str())?;
                if let Some(range) = range {
                    wire.arg("range", &range.to_string())?;
                }
            }
            Self::Article(which) | Self::Head(which) | Self::Body(which) | Self::Stat(which) => {
                which.encode(wire);
            }
            Self::Over(span) | Self::Xover(span) => span.encode(wire),
            Self::Hdr(field, span) | Self::Xhdr(field, span) => {
                wire.arg("header field", field)?;
                span.encode(wire);
            }
            Self::Xpat(field, span, patterns) => {
                wire.arg("header field", field)?;
                span.encode(wire);
                for pattern in *patterns {
                    wire.arg("pattern", pattern)?;
                }
            }
            Self::List(list) => list.encode(wire)?,
            Self::NewGroups(since) => {
                wire.raw(moment(*since).as_bytes());
            }
            Self::NewNews(wildmat, since) => {
                wire.arg("wildmat", wildmat)?.raw(moment(*since).as_bytes());
            }
            Self::Ihave(id) | Self::Check(id) | Self::TakeThis(id) => {
                wire.arg("message-id", id.as_str())?;
            }
            Self::Capabilities
            | Self::ModeReader
            | Self::ModeStream
            | Self::StartTls
            | Self::CompressDeflate
            | Self::XfeatureCompressGzip
            | Self::ListGroup(None)
            | Self::Last
            | Self::Next
            | Self::Date
            | Self::Help
            | Self::Post
            | Self::Quit => {}
        }
        wire.end();
        Ok(())
    }

    /// Refuses bad arguments before anything is written. Names, ids and ranges were checked when they
    /// were made.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            // RFC 4643 section 2.3.2: user names and passwords may contain blanks.
            Self::AuthUser(user) => check_argument("user name", user.as_bytes()),
            Self::AuthPass(secret) => check_argument("password", secret.expose().as_bytes()),
            Self::AuthSasl { mechanism, initial } => check_mechanism(mechanism, *initial),
            Self::Hdr(field, _) | Self::Xhdr(field, _) => check_word("header field", field),
            Self::Xpat(field, _, patterns) => {
                check_word("header field", field)?;
                patterns
                    .iter()
                    .try_for_each(|pattern| check_word("pattern", pattern))
            }
            Self::List(list) => list.check(),
            Self::NewNews(wildmat, _) => check_word("wildmat", wildmat),
            _ => Ok(()),
        }
    }
}

/// ` 20261125 235959 GMT` (RFC 3977 section 7.3.2).
fn moment(at: Timestamp) -> String {
    at.strftime(" %Y%m%d %H%M%S GMT").to_string()
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
    fn commands_as_they_are_sent() {
        let group: GroupName = "misc.test".parse().unwrap();
        let id: MessageId = "<a@b>".parse().unwrap();
        let (by_id, by_number) = (Which::Id(id.clone()), Which::Number(7));
        let (range, one) = (Span::from(7..=9), Span::Id(id.clone()));
        let secret = Secret::from("pass word");
        let since: Timestamp = "2026-11-25T23:59:59Z".parse().unwrap();
        for (command, line) in [
            (Command::Capabilities, "CAPABILITIES"),
            (Command::ModeReader, "MODE READER"),
            (Command::ModeStream, "MODE STREAM"),
            (Command::StartTls, "STARTTLS"),
            (Command::AuthUser("me"), "AUTHINFO USER me"),
            (Command::AuthPass(&secret), "AUTHINFO PASS pass word"),
            (
                Command::AuthSasl {
                    mechanism: "PLAIN",
                    initial: None,
                },
                "AUTHINFO SASL PLAIN",
            ),
            (Command::CompressDeflate, "COMPRESS DEFLATE"),
            (Command::XfeatureCompressGzip, "XFEATURE COMPRESS GZIP"),
            (Command::Group(&group), "GROUP misc.test"),
            (Command::ListGroup(None), "LISTGROUP"),
            (
                Command::ListGroup(Some((&group, Some(ArticleRange::From(5))))),
                "LISTGROUP misc.test 5-",
            ),
            (Command::Last, "LAST"),
            (Command::Next, "NEXT"),
            (Command::Article(&by_id), "ARTICLE <a@b>"),
            (Command::Head(&by_number), "HEAD 7"),
            (Command::Body(&Which::Current), "BODY"),
            (Command::Stat(&by_number), "STAT 7"),
            (Command::Over(&range), "OVER 7-9"),
            (Command::Xover(&Span::Current), "XOVER"),
            (Command::Hdr("Subject", &one), "HDR Subject <a@b>"),
            (Command::Xhdr(":bytes", &range), "XHDR :bytes 7-9"),
            (
                Command::Xpat("Subject", &range, &["*a*", "b"]),
                "XPAT Subject 7-9 *a* b",
            ),
            (Command::NewGroups(since), "NEWGROUPS 20261125 235959 GMT"),
            (
                Command::NewNews("misc.*,!misc.test", since),
                "NEWNEWS misc.*,!misc.test 20261125 235959 GMT",
            ),
            (Command::Date, "DATE"),
            (Command::Help, "HELP"),
            (Command::Post, "POST"),
            (Command::Ihave(&id), "IHAVE <a@b>"),
            (Command::Check(&id), "CHECK <a@b>"),
            (Command::TakeThis(&id), "TAKETHIS <a@b>"),
            (Command::Quit, "QUIT"),
        ] {
            assert_eq!(encoded(&command).unwrap(), format!("{line}\r\n"));
            assert!(line.starts_with(command.verb()));
        }
    }

    #[test]
    fn no_argument_becomes_a_second_command() {
        let span = Span::Current;
        for bad in ["a\r\nQUIT", "a\nb", "a\rb", "a\0b", ""] {
            let secret = Secret::from(bad);
            for command in [
                Command::AuthUser(bad),
                Command::AuthPass(&secret),
                Command::AuthSasl {
                    mechanism: bad,
                    initial: None,
                },
                Command::Hdr(bad, &span),
                Command::Xhdr(bad, &span),
                Command::Xpat("Subject", &span, &[bad]),
                Command::Xpat(bad, &span, &["a"]),
                Command::NewNews(bad, Timestamp::UNIX_EPOCH),
                Command::List(List::Active(Some(bad))),
            ] {
                let mut wire = Wire::new();
                let error = command.encode(&mut wire).unwrap_err();
                assert_eq!(error.kind().to_string(), "usage", "{command:?}");
                assert!(wire.is_empty(), "{command:?} left something behind");
            }
        }
        assert!(encoded(&Command::Hdr("Sub ject", &span)).is_err());
    }
}
