//! What a server says: each parser under its grammar. They work on whole lines without line end.

use std::fmt;
use std::ops::Range;

use netspeak_core::text::printable;
use netspeak_core::{Error as CoreError, Said};
use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_while1};
use nom::character::complete::{digit1, space1};
use nom::combinator::{map_opt, map_res, rest};
use nom::sequence::separated_pair;
use nom::{IResult, Parser};

use crate::types::{MessageNumber, ScanListing, Stat, UniqueId, UniqueIdListing};

mod code;

pub use code::ResponseCode;

/// Where the parts of a status line stand in it (RFC 1939 section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusLine {
    /// Whether it is `+OK`.
    pub is_ok: bool,
    /// All of it.
    pub line: Range<usize>,
    /// What stands behind the status.
    pub text: Range<usize>,
}

impl StatusLine {
    /// Reads a status line, whole and without its end.
    ///
    /// ```text
    /// single-line  = status [SP text] CRLF          ; RFC 2449 section 3
    /// status       = "+OK" / "-ERR"
    /// ```
    /// The status is taken in any case; servers without text, with `+OK` alone, are taken as well.
    ///
    /// # Errors
    /// [`Malformed`](crate::Error::Malformed) if the line begins with something else.
    pub fn parse(line: &[u8]) -> Result<Self, CoreError> {
        let (text, is_ok) = status(line).map_err(|_| CoreError::malformed("+OK or -ERR", line))?;
        Ok(Self {
            is_ok,
            line: 0..line.len(),
            text: line.len() - text.len()..line.len(),
        })
    }
}

/// A status line: `+OK` or `-ERR`, a code in brackets, a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    is_ok: bool,
    code: Option<ResponseCode>,
    said: Said,
    text_at: usize,
}

impl Reply {
    /// Reads a status line.
    ///
    /// ```text
    /// text         = *schar / resp-code *CHAR       ; RFC 2449 section 3
    /// resp-code    = "[" resp-level *("/" resp-level) "]"
    /// ```
    ///
    /// # Errors
    /// As [`StatusLine::parse`].
    pub fn parse(line: &[u8]) -> Result<Self, CoreError> {
        Ok(Self::new(&StatusLine::parse(line)?, Said::new(line)))
    }

    /// The reply that a status line is.
    pub fn new(status: &StatusLine, said: Said) -> Self {
        let text_at = status.text.start.saturating_sub(status.line.start);
        let text = said.came().get(text_at..).unwrap_or_default();
        let shown = said.shown().get(text_at..).unwrap_or_default();
        Self {
            is_ok: status.is_ok,
            code: ResponseCode::find(text).map(|code| code.showing(shown)),
            said,
            text_at,
        }
    }

    /// Whether it is `+OK`.
    pub fn is_ok(&self) -> bool {
        self.is_ok
    }

    /// The code in brackets (RFC 2449 section 8, RFC 3206).
    pub fn code(&self) -> Option<&ResponseCode> {
        self.code.as_ref()
    }

    /// The text behind the status, printable and without secrets.
    pub fn text(&self) -> String {
        let text = self.raw().get(self.text_at..).unwrap_or_default();
        printable(text.trim_ascii())
    }

    /// The line without its end. Where the server repeated a secret that was sent to it, `***`
    /// stands.
    pub fn raw(&self) -> &[u8] {
        self.said.shown()
    }

    /// Whether a later attempt may succeed, by the server's own word.
    pub fn is_temporary(&self) -> bool {
        self.code().is_some_and(ResponseCode::is_temporary)
    }

    /// What stands behind the status, as it came: for parsers.
    pub(crate) fn came(&self) -> &[u8] {
        self.said.came().get(self.text_at..).unwrap_or_default()
    }
}

impl netspeak_core::Reply for Reply {
    fn is_temporary(&self) -> bool {
        Self::is_temporary(self)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said.fmt(f)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({:?})", self.said)
    }
}

fn status(line: &[u8]) -> IResult<&[u8], bool> {
    let word = alt((
        tag_no_case("+OK").map(|_| true),
        tag_no_case("-ERR").map(|_| false),
    ));
    let (after, is_ok) = { word }.parse(line)?;
    match after {
        // "+OKAY" is another word.
        [] | [b' ' | b'\t' | b'[' | b'-' | b',' | b'.' | b':' | b'!', ..] => Ok((after, is_ok)),
        _ => Err(nom::Err::Error(nom::error::Error::new(
            line,
            nom::error::ErrorKind::Tag,
        ))),
    }
}

/// The timestamp in a greeting, for APOP: the first `<...@...>` of visible characters.
///
/// RFC 1939 section 7 wants an RFC 822 msg-id. Anything looser lets a man in the middle choose
/// challenges (CVE-2007-1558), so what is no msg-id is no timestamp.
pub fn greeting_timestamp(line: &[u8]) -> Option<&str> {
    let start = memchr::memchr(b'<', line)?;
    let length = memchr::memchr(b'>', line.get(start..)?)?;
    let timestamp = line.get(start..=start.checked_add(length)?)?;
    let inside = timestamp.get(1..timestamp.len().checked_sub(1)?)?;
    let (local, domain) = inside.split_at(memchr::memchr(b'@', inside)?);
    let is_visible = inside.iter().all(|b| (0x21..=0x7e).contains(b));
    let is_msg_id = !local.is_empty() && domain.len() > 1 && !domain.get(1..)?.contains(&b'@');
    if is_visible && is_msg_id {
        std::str::from_utf8(timestamp).ok()
    } else {
        None
    }
}

/// The text of a STAT reply.
///
/// ```text
/// drop-listing = count SP octets [SP ...]         ; RFC 1939 section 5
/// ```
///
/// # Errors
/// [`Malformed`](crate::Error::Malformed) if the count is no number.
pub fn stat(reply: &Reply) -> Result<Stat, CoreError> {
    let mut words = reply
        .came()
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let messages = words
        .next()
        .and_then(|word| whole(number(word)))
        .ok_or_else(|| CoreError::malformed("a number of messages", reply.raw()))?;
    let octets = words.next().and_then(|word| whole(octets(word)));
    Ok(Stat { messages, octets })
}

/// A line of LIST, or the text of `LIST n`.
///
/// ```text
/// scan-listing = msg-number SP octets [SP ...]    ; RFC 1939 section 5
/// ```
pub fn scan_listing(line: &[u8]) -> Option<ScanListing> {
    let (octets_and_more, number) = message_number(line.trim_ascii()).ok()?;
    let word = octets_and_more.trim_ascii_start();
    if word.len() == octets_and_more.len() && !word.is_empty() {
        return None;
    }
    let octets = octets(word)
        .ok()
        .filter(|(after, _)| starts_word_end(after))
        .map(|(_, n)| n);
    Some(ScanListing { number, octets })
}

/// A line of UIDL, or the text of `UIDL n`.
///
/// ```text
/// unique-id-listing = msg-number SP unique-id     ; RFC 1939 section 7
/// unique-id         = 1*70(%x21-7E)
/// ```
pub fn unique_id_listing(line: &[u8]) -> Option<UniqueIdListing> {
    let unique_id = map_res(
        take_while1(|b| (0x21..=0x7e).contains(&b)),
        |id: &[u8]| String::from_utf8_lossy(id).parse::<UniqueId>(),
    );
    let (after, (number, id)) = separated_pair(message_number, space1, unique_id)
        .parse(line.trim_ascii())
        .ok()?;
    after.is_empty().then_some(UniqueIdListing { number, id })
}

/// The text of `LIST n`.
///
/// # Errors
/// [`Malformed`](crate::Error::Malformed) if it is about another message, or about none.
pub fn scan_listing_of(number: MessageNumber, reply: &Reply) -> Result<ScanListing, CoreError> {
    scan_listing(reply.came())
        .filter(|listing| listing.number == number)
        .ok_or_else(|| CoreError::malformed("the message's number and size", reply.raw()))
}

/// The text of `UIDL n`.
///
/// # Errors
/// [`Malformed`](crate::Error::Malformed) if it is about another message, or about none.
pub fn unique_id_of(number: MessageNumber, reply: &Reply) -> Result<UniqueId, CoreError> {
    unique_id_listing(reply.came())
        .filter(|listing| listing.number == number)
        .map(|listing| listing.id)
        .ok_or_else(|| CoreError::malformed("the message's number and unique id", reply.raw()))
}

fn message_number(line: &[u8]) -> IResult<&[u8], MessageNumber> {
    map_opt(number, MessageNumber::new).parse(line)
}

fn number(line: &[u8]) -> IResult<&[u8], u32> {
    digits(line)
}

fn octets(line: &[u8]) -> IResult<&[u8], u64> {
    digits(line)
}

/// Digits without sign that fit the type.
fn digits<T: std::str::FromStr>(line: &[u8]) -> IResult<&[u8], T> {
    map_opt(digit1, |digits: &[u8]| {
        std::str::from_utf8(digits).ok()?.parse().ok()
    })
    .parse(line)
}

/// A value that used up all of its input: `2x` is no 2.
fn whole<T>(parsed: IResult<&[u8], T>) -> Option<T> {
    parsed
        .ok()
        .and_then(|(after, value)| after.is_empty().then_some(value))
}

fn starts_word_end(after: &[u8]) -> bool {
    rest::<_, nom::error::Error<_>>(after)
        .is_ok_and(|(_, rest): (_, &[u8])| rest.first().is_none_or(u8::is_ascii_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines() {
        for (line, is_ok, text) in [
            (&b"+OK"[..], true, ""),
            (b"+OK ready", true, "ready"),
            (b"-ERR no", false, "no"),
            (b"-err  no", false, "no"),
            (b"+OK\t2 320", true, "2 320"),
            (b"-ERR[AUTH] no", false, "[AUTH] no"),
            (b"+OK caf\xe9 \x1b[2J", true, "caf\\xe9 \\x1b[2J"),
        ] {
            let reply = Reply::parse(line).unwrap();
            assert_eq!((reply.is_ok(), reply.text().as_str()), (is_ok, text));
        }
        for line in [
            &b""[..],
            b"+OKAY",
            b"OK",
            b"* OK imap",
            b"220 smtp",
            b" +OK",
            b"-ERROR",
        ] {
            let error = Reply::parse(line).unwrap_err();
            assert_eq!(error.kind().to_string(), "proto.malformed", "{line:?}");
        }
    }

    #[test]
    fn timestamps_are_message_ids_and_nothing_else() {
        let found = greeting_timestamp(b"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>");
        assert_eq!(found, Some("<1896.697170952@dbc.mtview.ca.us>"));
        for line in [
            &b"+OK ready"[..],
            b"+OK <>",
            b"+OK <a>",
            b"+OK <@b>",
            b"+OK <a@>",
            b"+OK <a@b@c>",
            b"+OK <a b@c>",
            b"+OK <a@\x80\x81>",
            b"+OK a@b>",
        ] {
            assert_eq!(greeting_timestamp(line), None, "{line:?}");
        }
    }

    #[test]
    fn stat_takes_junk_behind_the_numbers_and_odd_sizes() {
        let stat_of = |line: &str| stat(&Reply::parse(line.as_bytes()).unwrap());
        for (line, messages, octets) in [
            ("+OK 2 320", 2, Some(320)),
            ("+OK 2 320 extra junk", 2, Some(320)),
            ("+OK  0  0", 0, Some(0)),
            ("+OK 2 -5", 2, None),
            ("+OK 2 0x10", 2, None),
            ("+OK 2", 2, None),
            ("+OK 2 99999999999999999999999", 2, None),
        ] {
            assert_eq!(stat_of(line).unwrap(), Stat { messages, octets }, "{line}");
        }
        for line in [
            "+OK",
            "+OK many",
            "+OK -2 320",
            "+OK +2 320",
            "+OK 0x10 320",
            "+OK 1e3 320",
            "+OK 99999999999 1",
        ] {
            assert!(stat_of(line).is_err(), "{line}");
        }
    }

    #[test]
    fn listings() {
        let entry = |number, octets| {
            Some(ScanListing {
                number: MessageNumber::new(number).unwrap(),
                octets,
            })
        };
        for (line, found) in [
            ("1 120", entry(1, Some(120))),
            ("2 200 with more", entry(2, Some(200))),
            (" 3  7 ", entry(3, Some(7))),
            ("4", entry(4, None)),
            ("5 -1", entry(5, None)),
            ("6 12x", entry(6, None)),
            ("0 120", None),
            ("x 120", None),
            ("1x 120", None),
            ("", None),
        ] {
            assert_eq!(scan_listing(line.as_bytes()), found, "{line:?}");
        }
        let listing = unique_id_listing(b"1 whqtswO00WBw418f9t5JxYwZ").unwrap();
        assert_eq!(
            (listing.number.get(), listing.id.as_str()),
            (1, "whqtswO00WBw418f9t5JxYwZ")
        );
        for line in ["1", "1 ", "0 a", "1 a b", "1 \u{e9}", "a b", ""] {
            assert_eq!(unique_id_listing(line.as_bytes()), None, "{line:?}");
        }
    }
}
