//! What a server says: each parser under its grammar. They work on whole lines without line end.

use std::fmt;

use netspeak_core::text::printable;
use netspeak_core::{Error as CoreError, Said};
use nom::bytes::complete::take_while_m_n;
use nom::character::complete::char;
use nom::combinator::{map_opt, verify};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// Whether a line is the last of its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `250-text`: more lines follow.
    Middle,
    /// `250 text`, or `250` alone.
    Last,
}

/// One line of a reply, taken apart.
///
/// ```text
/// Reply-line     = Reply-code [ SP / "-" textstring ]    ; RFC 5321 section 4.2
/// Reply-code     = %x32-35 %x30-35 %x30-39
/// ```
/// Any second and third digit is taken, more than one blank or a tab as well, and text that follows
/// without a blank if it is no digit.
///
/// # Errors
/// [`Malformed`](crate::Error::Malformed) if the line does not begin with a code.
pub fn reply_line(line: &[u8]) -> Result<(u16, Place, &[u8]), CoreError> {
    let (rest, code) =
        reply_code(line).map_err(|_| CoreError::malformed("a three-digit reply code", line))?;
    match rest {
        [b'-', text @ ..] => Ok((code, Place::Middle, text)),
        [b' ' | b'\t', text @ ..] => Ok((code, Place::Last, text)),
        [b'0'..=b'9', ..] => Err(CoreError::malformed("a three-digit reply code", line)),
        text => Ok((code, Place::Last, text)),
    }
}

fn reply_code(line: &[u8]) -> IResult<&[u8], u16> {
    verify(digits(3, 3), |code| (200..600).contains(code)).parse(line)
}

fn digits<'a>(
    fewest: usize,
    most: usize,
) -> impl Parser<&'a [u8], Output = u16, Error = nom::error::Error<&'a [u8]>> {
    map_opt(
        take_while_m_n(fewest, most, |b: u8| b.is_ascii_digit()),
        |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse().ok(),
    )
}

/// An enhanced status code (RFC 3463): what exactly happened, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    /// 2: it went well; 4: not now; 5: never.
    pub class: u8,
    /// Which part of the work it is about: 1 address, 2 mailbox, 3 mail system, 4 network,
    /// 5 protocol, 6 content, 7 security.
    pub subject: u16,
    /// What about it.
    pub detail: u16,
}

impl EnhancedCode {
    /// The code at the beginning of a reply's text.
    ///
    /// ```text
    /// status-code = class "." subject "." detail      ; RFC 3463 section 2
    /// class       = "2" / "4" / "5"
    /// subject     = 1*3digit
    /// detail      = 1*3digit
    /// ```
    pub fn find(text: &[u8]) -> Option<Self> {
        let mut code = (
            verify(digits(1, 1), |class| matches!(class, 2 | 4 | 5)),
            preceded(char('.'), digits(1, 3)),
            preceded(char('.'), digits(1, 3)),
        );
        let (after, (class, subject, detail)) = code.parse(text.trim_ascii_start()).ok()?;
        let ends = after.first().is_none_or(u8::is_ascii_whitespace);
        ends.then_some(Self {
            class: u8::try_from(class).ok()?,
            subject,
            detail,
        })
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// A whole reply (RFC 5321 section 4.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    enhanced: Option<EnhancedCode>,
    /// The lines, each closed by a line feed but the last.
    said: Said,
}

impl Reply {
    /// Reads a reply from its lines, without line ends.
    ///
    /// # Errors
    /// [`Malformed`](crate::Error::Malformed) if there is none, if a line begins with no
    /// code, or if the codes differ.
    pub fn parse<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, CoreError> {
        let lines: Vec<&[u8]> = lines.into_iter().collect();
        Self::new(Said::new(lines.join(&b'\n')))
    }

    /// The reply whose lines these are, each closed by a line feed but the last.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn new(said: Said) -> Result<Self, CoreError> {
        let mut lines = said.came().split(|byte| *byte == b'\n');
        let first = lines.next().unwrap_or_default();
        let (code, _, text) = reply_line(first)?;
        for line in lines {
            if reply_line(line)?.0 != code {
                let what = format!("another line of the {code} reply");
                return Err(CoreError::malformed(what, line));
            }
        }
        let enhanced =
            EnhancedCode::find(text).filter(|found| u16::from(found.class) == code / 100);
        Ok(Self {
            code,
            enhanced,
            said,
        })
    }

    /// The three digits.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The enhanced status code at the beginning of the text, if its class is the code's.
    pub fn enhanced(&self) -> Option<EnhancedCode> {
        self.enhanced
    }

    /// 2xx.
    pub fn is_positive(&self) -> bool {
        self.code < 300
    }

    /// 3xx: go on.
    pub fn is_intermediate(&self) -> bool {
        (300..400).contains(&self.code)
    }

    /// 4xx: a later attempt may succeed.
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// 421: the server is closing the connection.
    pub fn is_closing(&self) -> bool {
        self.code == 421
    }

    /// The lines without line ends. Where the server repeated a secret that was sent to it, `***`
    /// stands.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.said.shown().split(|byte| *byte == b'\n')
    }

    /// The lines as they came: for parsers.
    fn lines_came(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.said.came().split(|byte| *byte == b'\n')
    }

    /// The last line as it came: for parsers.
    #[cfg(feature = "net")]
    pub(crate) fn last_came(&self) -> &[u8] {
        self.lines_came().next_back().unwrap_or_default()
    }

    /// The text of each line as it came, printable: for parsers.
    #[cfg(feature = "net")]
    pub(crate) fn texts_came(&self) -> impl Iterator<Item = String> + '_ {
        self.lines_came().map(text_of)
    }

    /// The text of each line, printable, without the code.
    pub fn texts(&self) -> impl Iterator<Item = String> + '_ {
        self.lines().map(text_of)
    }

    /// The text, printable; lines are joined by a blank, and an enhanced code at their beginning is
    /// left out.
    pub fn text(&self) -> String {
        self.joined(self.lines())
    }

    fn joined<'l>(&self, lines: impl Iterator<Item = &'l [u8]>) -> String {
        let texts = lines.map(|line| {
            let text = reply_line(line).map_or(line, |(_, _, text)| text);
            let text = text.trim_ascii();
            let skipped = match (self.enhanced, EnhancedCode::find(text)) {
                (Some(mine), Some(found)) if mine == found => found.to_string().len(),
                _ => 0,
            };
            printable(text.get(skipped..).unwrap_or_default().trim_ascii())
        });
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        texts.join(" ")
    }
}

impl netspeak_core::Reply for Reply {
    fn is_temporary(&self) -> bool {
        Self::is_temporary(self)
    }
}

/// The text of a line, printable, without the code.
fn text_of(line: &[u8]) -> String {
    printable(reply_line(line).map_or(line, |(_, _, text)| text))
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        // One that the server has made of the password stands in no line that may be shown.
        let is_shown = |enhanced: &EnhancedCode| {
            let first = self.lines().next().unwrap_or_default();
            reply_line(first).is_ok_and(|(_, _, text)| EnhancedCode::find(text) == Some(*enhanced))
        };
        if let Some(enhanced) = self.enhanced.filter(is_shown) {
            write!(f, " {enhanced}")?;
        }
        match self.text() {
            text if text.is_empty() => Ok(()),
            text => write!(f, " {text}"),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({:?})", self.to_string())
    }
}

/// The queue id in the text of the reply to a mail's data, by the words of servers in use.
///
/// `queued as ID` (Postfix, and most others), `ID Message accepted for delivery` (Sendmail),
/// `OK id=ID` (Exim), `<user> ID Saved` (Dovecot's LMTP), `OK ... ID - gsmtp` (Google).
pub fn queue_id(reply: &Reply) -> Option<String> {
    let id = queue_id_in(&reply.joined(reply.lines_came()))?;
    // Not if it is made of a secret.
    reply.text().contains(&id).then_some(id)
}

fn queue_id_in(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let clean = |word: &str| {
        let id = word.trim_matches(|c: char| matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"'));
        (!id.is_empty()).then(|| id.to_owned())
    };
    if let Some(at) = words
        .windows(2)
        .position(|pair| matches!(pair, [a, b] if a.eq_ignore_ascii_case("queued") && b.eq_ignore_ascii_case("as")))
    {
        return words.get(at.checked_add(2)?).and_then(|word| clean(word));
    }
    if let Some(id) = words.iter().find_map(|word| word.strip_prefix("id=")) {
        return clean(id);
    }
    match words.as_slice() {
        [id, "Message", "accepted", ..] => clean(id),
        [.., id, "Saved"] => clean(id),
        [.., id, "-", "gsmtp"] => clean(id),
        _ => None,
    }
}

/// The server's name in a greeting: its first word.
pub fn greeting_host(greeting: &Reply) -> Option<String> {
    let first = greeting.texts().next()?;
    let word = first.split_ascii_whitespace().next()?;
    Some(word.to_owned())
}

/// A mechanism's challenge in the line of a 334 reply: where it stands.
#[cfg(feature = "net")]
pub(crate) fn challenge(line: &[u8]) -> std::ops::Range<usize> {
    let text = reply_line(line).map_or(&[][..], |(_, _, text)| text);
    let blanks = text.len() - text.trim_ascii_start().len();
    let start = line.len() - text.len() + blanks;
    start..start + text.trim_ascii().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Reply {
        Reply::parse(text.as_bytes().split(|b| *b == b'\n')).unwrap()
    }

    #[test]
    fn lines_of_all_kinds() {
        for (line, code, place, text) in [
            (&b"250 ok"[..], 250, Place::Last, &b"ok"[..]),
            (b"250", 250, Place::Last, b""),
            (b"250-", 250, Place::Middle, b""),
            (b"250-a b", 250, Place::Middle, b"a b"),
            (b"220  two blanks", 220, Place::Last, b" two blanks"),
            (b"220\ttab", 220, Place::Last, b"tab"),
            (b"220caf\xe9", 220, Place::Last, b"caf\xe9"),
            (b"599 last", 599, Place::Last, b"last"),
        ] {
            assert_eq!(reply_line(line).unwrap(), (code, place, text));
        }
        for line in [
            &b""[..],
            b"25",
            b"2500",
            b"600 x",
            b"199 x",
            b" 250 x",
            b"+OK",
            b"abc",
            b"\xff\xff\xff",
        ] {
            let error = reply_line(line).unwrap_err();
            assert_eq!(error.kind().to_string(), "proto.malformed", "{line:?}");
        }
    }

    #[test]
    fn enhanced_codes() {
        let code = |class, subject, detail| {
            Some(EnhancedCode {
                class,
                subject,
                detail,
            })
        };
        for (text, found) in [
            (&b"5.1.1 unknown user"[..], code(5, 1, 1)),
            (b"2.0.0", code(2, 0, 0)),
            (b"4.7.999 x", code(4, 7, 999)),
            (b"5.1.1000 x", None),
            (b"5.1.1.1 x", None),
            (b"3.1.1 x", None),
            (b"5.1 x", None),
            (b"192.0.2.1 x", None),
            (b"", None),
        ] {
            assert_eq!(EnhancedCode::find(text), found, "{text:?}");
        }
        // Of another class than the code: it says nothing.
        assert_eq!(reply("250 5.1.1 odd").enhanced(), None);
        assert_eq!(reply("550 5.1.1 no").enhanced(), code(5, 1, 1));
    }

    #[test]
    fn whole_replies() {
        let many = reply("550-5.7.1 first\n550-5.7.1\n550 5.7.1 last \u{1b}[2J");
        assert_eq!(many.text(), "first last \\x1b[2J");
        assert_eq!(many.to_string(), "550 5.7.1 first last \\x1b[2J");
        assert_eq!(many.lines().count(), 3);
        assert_eq!(reply("250").to_string(), "250");
        assert_eq!(reply("220 caf\u{e9}").text(), "caf\u{e9}");
        assert!(reply("421 bye").is_closing() && reply("421 bye").is_temporary());
        assert!(reply("354 go").is_intermediate() && !reply("354 go").is_positive());
        assert!(Reply::parse([]).is_err());
        assert!(Reply::parse([&b"250-a"[..], b"251 b"]).is_err());
    }

    #[test]
    fn queue_ids_in_the_words_of_servers() {
        for (text, id) in [
            ("250 2.0.0 Ok: queued as 4Z1XyB2kQ", Some("4Z1XyB2kQ")),
            (
                "250 2.0.0 62PGxs3W12 Message accepted for delivery",
                Some("62PGxs3W12"),
            ),
            ("250 OK id=1rX2aB-0003", Some("1rX2aB-0003")),
            ("250 2.0.0 <ops> mB1cD2 Saved", Some("mB1cD2")),
            (
                "250 2.0.0 OK  1700000000 a1-20sor - gsmtp",
                Some("a1-20sor"),
            ),
            ("250 Ok", None),
            ("250 queued as", None),
        ] {
            assert_eq!(queue_id(&reply(text)).as_deref(), id, "{text}");
        }
    }

    #[cfg(feature = "net")]
    #[test]
    fn challenges_stand_behind_the_code() {
        for (line, text) in [
            (&b"334 VXNlcg=="[..], &b"VXNlcg=="[..]),
            (b"334", b""),
            (b"334 ", b""),
            (b"334  a= ", b"a="),
        ] {
            assert_eq!(&line[challenge(line)], text);
        }
    }
}
