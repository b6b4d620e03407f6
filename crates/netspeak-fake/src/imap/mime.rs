//! Messages as a server takes them apart (RFC 2045, 2046, 5322): which octets are which part, and what their fields say. It decodes what
//! BINARY and SEARCH want decoded, and leaves the rest as it is.

mod address;
mod decode;
mod field;

use std::ops::Range;

pub(super) use crate::imap::mime::address::{Address, addresses};
pub(super) use crate::imap::mime::decode::{decoded, unwrapped};
pub(super) use crate::imap::mime::field::{Field, Value, fields};

/// How deep parts may lie in one another; what lies deeper is one part.
const DEEPEST: usize = 30;

/// A part of a message; the message itself is one.
#[derive(Debug)]
pub(super) struct Part {
    /// The header, with the empty line at its end.
    pub(super) header: Range<usize>,
    pub(super) body: Range<usize>,
    pub(super) kind: Kind,
    /// What Content-Type says.
    pub(super) content: Value,
    pub(super) inner: Inner,
}

/// The media type, in capitals.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) main: String,
    pub(super) sub: String,
}

/// What is inside a part.
#[derive(Debug)]
pub(super) enum Inner {
    Nothing,
    Parts(Vec<Part>),
    Message(Box<Part>),
}

impl Part {
    /// A whole message.
    pub(super) fn message(bytes: &[u8]) -> Self {
        Self::within(bytes, 0..bytes.len(), "TEXT/PLAIN", 0)
    }

    fn within(bytes: &[u8], range: Range<usize>, usual: &str, depth: usize) -> Self {
        let text = bytes.get(range.clone()).unwrap_or_default();
        let middle = range.start + header_length(text);
        let (header, body) = (range.start..middle, middle..range.end);
        let found = fields(bytes.get(header.clone()).unwrap_or_default());
        let content = found
            .iter()
            .find(|field| field.is("Content-Type"))
            .map(|field| Value::parse(&field.value))
            .unwrap_or_default();
        let name = content.name.to_ascii_uppercase();
        let (main, sub) = name
            .split_once('/')
            .filter(|(main, sub)| !main.is_empty() && !sub.is_empty())
            .or_else(|| usual.split_once('/'))
            .unwrap_or_default();
        let kind = Kind {
            main: main.to_owned(),
            sub: sub.to_owned(),
        };
        let inner = match (main, content.parameter("boundary")) {
            _ if depth >= DEEPEST => Inner::Nothing,
            ("MULTIPART", Some(boundary)) => {
                let usual = match sub {
                    "DIGEST" => "MESSAGE/RFC822",
                    _ => "TEXT/PLAIN",
                };
                let ranges = pieces(bytes, body.clone(), boundary);
                let parts = ranges.into_iter();
                Inner::Parts(
                    parts
                        .map(|range| Self::within(bytes, range, usual, depth + 1))
                        .collect(),
                )
            }
            ("MESSAGE", _) if sub == "RFC822" || sub == "GLOBAL" => {
                let encoding = transfer_encoding(&found);
                if matches!(encoding.as_str(), "BASE64" | "QUOTED-PRINTABLE") {
                    Inner::Nothing
                } else {
                    let inner = Self::within(bytes, body.clone(), "TEXT/PLAIN", depth + 1);
                    Inner::Message(Box::new(inner))
                }
            }
            _ => Inner::Nothing,
        };
        Self {
            header,
            body,
            kind,
            content,
            inner,
        }
    }

    /// The part of this number path (RFC 9051 section 6.4.5.1), seen from a message.
    pub(super) fn find(&self, path: &[u32]) -> Option<&Self> {
        let Some((number, rest)) = path.split_first() else {
            return Some(self);
        };
        let index = usize::try_from(*number).ok()?.checked_sub(1)?;
        let part = match &self.inner {
            Inner::Parts(parts) => parts.get(index)?,
            Inner::Nothing | Inner::Message(_) if index == 0 => self,
            _ => return None,
        };
        match (&part.inner, rest.is_empty()) {
            (_, true) => Some(part),
            (Inner::Parts(_), false) if !std::ptr::eq(part, self) => part.find(rest),
            (Inner::Message(message), false) => message.find(rest),
            _ => None,
        }
    }

    /// The fields of its header.
    pub(super) fn fields(&self, bytes: &[u8]) -> Vec<Field> {
        fields(bytes.get(self.header.clone()).unwrap_or_default())
    }

    /// Its body without its transfer encoding; `None` if that is not known.
    pub(super) fn content(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let encoding = transfer_encoding(&self.fields(bytes));
        decoded(&encoding, bytes.get(self.body.clone()).unwrap_or_default())
    }
}

/// What Content-Transfer-Encoding says, in capitals.
pub(super) fn transfer_encoding(fields: &[Field]) -> String {
    fields
        .iter()
        .find(|field| field.is("Content-Transfer-Encoding"))
        .map(|field| Value::parse(&field.value).name.to_ascii_uppercase())
        .filter(|encoding| !encoding.is_empty())
        .unwrap_or_else(|| "7BIT".to_owned())
}

/// How long the header is, with the empty line at its end.
fn header_length(text: &[u8]) -> usize {
    let mut at = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        at += line.len();
        if matches!(line, b"\r\n" | b"\n") {
            break;
        }
    }
    at
}

/// Where the parts of a multipart are: between the lines of its boundary, without the line ends before these.
fn pieces(bytes: &[u8], body: Range<usize>, boundary: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut at, mut begin) = (body.start, None);
    let text = bytes.get(body.clone()).unwrap_or_default();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let next = at + line.len();
        let mark = line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary.as_bytes()));
        let is_last = mark.is_some_and(|rest| rest.starts_with(b"--"));
        if is_last || mark.is_some_and(|rest| rest.trim_ascii().is_empty()) {
            if let Some(begin) = begin.replace(next) {
                found.push(begin..without_line_end(bytes, begin, at));
            }
            if is_last {
                return found;
            }
        }
        at = next;
    }
    found.extend(begin.map(|begin| begin..body.end));
    found
}

fn without_line_end(bytes: &[u8], begin: usize, end: usize) -> usize {
    let text = bytes.get(begin..end).unwrap_or_default();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    begin + text.strip_suffix(b"\r").unwrap_or(text).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "Subject: x\r\nContent-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\npreamble\r\n--b 1\r\n\r\none\r\n--b 1\r\n\
        Content-Type: message/rfc822\r\n\r\nSubject: in\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\ntwo\r\n--c--\r\n\
        --b 1--\r\nepilogue\r\n";

    fn body(path: &[u32]) -> Option<&'static str> {
        let mail = Part::message(MAIL.as_bytes());
        MAIL.get(mail.find(path)?.body.clone())
    }

    #[test]
    fn parts_are_found_by_their_numbers() {
        assert_eq!(body(&[1]), Some("one"));
        assert_eq!(body(&[2, 1]), Some("two"));
        assert_eq!(
            body(&[2]).map(|text| text.starts_with("Subject: in\r\n")),
            Some(true)
        );
        for path in [&[0][..], &[3], &[1, 1], &[2, 2], &[2, 1, 1]] {
            assert_eq!(body(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_message_without_parts_is_its_first_part() {
        let text = b"A: b\r\n\r\nbody";
        let mail = Part::message(text);
        assert_eq!(mail.find(&[1]).map(|part| part.body.clone()), Some(8..12));
        assert!(mail.find(&[2]).is_none());
        assert!(mail.find(&[1, 1]).is_none());
    }

    #[test]
    fn odd_messages_are_taken_apart_without_fear() {
        let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(500);
        for text in [
            "",
            "\r\n",
            "no header at all",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n--b--",
            "Content-Type: /\r\n\r\nx",
            &deep,
        ] {
            Part::message(text.as_bytes());
        }
    }
}
