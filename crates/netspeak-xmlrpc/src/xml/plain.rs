//! The short way: values and names as nearly all servers write them are known by their bytes.
//!
//! What looks otherwise in any way, by attributes, prefixes, comments, references or CR, is left to the long way, which finds
//! the same. Only right behind a tag is this asked: there the parser below waits for anything.

use super::{Tag, Xml};

/// The longest name of a type.
const NAME: usize = 16;

impl<'a> Xml<'a> {
    /// A whole value with a scalar in it: its type, and its text.
    pub(crate) fn plain_value(&mut self) -> Option<(Tag, &'a str)> {
        let rest = self.rest()?;
        let inside = skip_blanks(rest).strip_prefix(b"<value>")?;
        let (tag, text, behind) = match inside.strip_prefix(b"<") {
            None => {
                let (text, behind) = text(inside)?;
                (Tag::String, text, behind)
            }
            Some(typed) => {
                let end = typed.iter().take(NAME).position(|byte| *byte == b'>')?;
                let (name, inside) = typed.split_at_checked(end)?;
                let (text, behind) = text(inside.strip_prefix(b">")?)?;
                let behind = behind.strip_prefix(b"</")?.strip_prefix(name)?;
                (scalar(name)?, text, behind.strip_prefix(b">")?)
            }
        };
        let behind = behind.strip_prefix(b"</value>")?;
        let text = std::str::from_utf8(text).ok()?;
        self.go_on(behind);
        Some((tag, text))
    }

    /// Whether a value begins here.
    pub(crate) fn is_at_value(&self) -> bool {
        self.rest()
            .is_some_and(|rest| skip_blanks(rest).starts_with(b"<value>"))
    }

    /// The beginning of a member: its name.
    pub(crate) fn plain_member(&mut self) -> Option<&'a str> {
        let rest = self.rest()?;
        let inside = skip_blanks(rest).strip_prefix(b"<member>")?;
        let (name, behind) = text(skip_blanks(inside).strip_prefix(b"<name>")?)?;
        let behind = behind.strip_prefix(b"</name>")?;
        let name = std::str::from_utf8(name).ok()?;
        self.go_on(behind);
        Some(name)
    }

    /// Passes over this end of an element, if it is here.
    pub(crate) fn plain_end(&mut self, end: &[u8]) -> bool {
        let rest = self.rest();
        let behind = rest.and_then(|rest| skip_blanks(rest).strip_prefix(end));
        if let Some(behind) = behind {
            self.go_on(behind);
        }
        behind.is_some()
    }

    /// What is not read yet; `None` behind an element without content, whose end may be due.
    fn rest(&self) -> Option<&'a [u8]> {
        let before = self.text.as_bytes().get(..self.offset())?;
        (!before.ends_with(b"/>")).then_some(*self.reader.get_ref())
    }

    fn go_on(&mut self, behind: &'a [u8]) {
        self.at = self.offset();
        *self.reader.get_mut() = behind;
    }
}

fn scalar(name: &[u8]) -> Option<Tag> {
    Some(match name {
        b"string" => Tag::String,
        b"int" | b"i4" | b"i8" => Tag::Int,
        b"double" => Tag::Double,
        b"boolean" => Tag::Boolean,
        b"base64" => Tag::Base64,
        _ => return None,
    })
}

/// Text that means itself, and what is behind it.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    // Most are shorter than it takes to begin a search.
    let short = bytes.iter().take(16).position(|byte| *byte == b'<');
    let end = short.or_else(|| memchr::memchr(b'<', bytes))?;
    let (text, behind) = bytes.split_at_checked(end)?;
    let is_plain = match short {
        Some(_) => !text.iter().any(|byte| matches!(byte, b'&' | b'\r')),
        None => memchr::memchr2(b'&', b'\r', text).is_none(),
    };
    is_plain.then_some((text, behind))
}

fn skip_blanks(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}
