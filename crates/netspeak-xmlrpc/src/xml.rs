//! The XML below: tags, texts and ends, borrowed from the document.
//!
//! Nothing is fetched and nothing is expanded: a document type is refused where it begins, and of entities there are the five that XML
//! itself has. Attributes and namespaces mean nothing here; they are counted, and prefixes left out.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::dialect::DocumentLimits;
use crate::error::{Error, Result};

mod plain;
mod tag;

pub(crate) use tag::Tag;

/// What comes next in a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Open(Tag),
    Close(Tag),
    End,
}

/// A document that is read from its beginning to its end.
pub(crate) struct Xml<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    attributes: usize,
    /// Where the last event began.
    at: usize,
    /// Where the last text began.
    text_at: usize,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(text: &'a str, limits: &DocumentLimits) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        // Whoever reads knows what has to end.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self {
            text,
            reader,
            attributes: limits.attributes,
            at: 0,
            text_at: 0,
        }
    }

    /// The next tag or end; between here and there is nothing but blanks.
    pub(crate) fn next(&mut self, what: &'static str) -> Result<Token> {
        match self.text(true)? {
            (None, token) => Ok(token),
            (Some(_), _) => {
                self.at = self.text_at;
                Err(self.expected(what))
            }
        }
    }

    /// All text up to the next tag or end, and that.
    pub(crate) fn text_and_next(&mut self) -> Result<(Cow<'a, str>, Token)> {
        let (text, token) = self.text(false)?;
        Ok((text.unwrap_or_default(), token))
    }

    /// The text up to the next tag or end; `None` for none, and for blanks where these do not count.
    fn text(&mut self, skips_blanks: bool) -> Result<(Option<Cow<'a, str>>, Token)> {
        let mut text: Option<Cow<'a, str>> = None;
        loop {
            self.at = self.offset();
            let piece = match self.reader.read_event() {
                Ok(Event::Start(tag)) => return Ok((text, Token::Open(self.tag(&tag)?))),
                Ok(Event::End(tag)) => {
                    let tag = Tag::of(tag.local_name().as_ref());
                    return Ok((text, Token::Close(tag)));
                }
                Ok(Event::Eof) => return Ok((text, Token::End)),
                Ok(Event::Text(piece)) if skips_blanks && is_blank(&piece) => continue,
                Ok(Event::Text(piece)) => line_ends(piece.into_inner()),
                Ok(Event::CData(piece)) => line_ends(piece.into_inner()),
                Ok(Event::GeneralRef(name)) => self.referred(&name)?,
                Ok(Event::DocType(_)) => {
                    return Err(self.expected(
                        "a document without a DOCTYPE: entity declarations are not read",
                    ));
                }
                // Empty elements are expanded.
                Ok(Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => continue,
                Err(error) => return Err(self.expected(&format!("XML ({error})"))),
            };
            match &mut text {
                None => {
                    self.text_at = self.at;
                    text = Some(piece);
                }
                Some(text) => text.to_mut().push_str(&piece),
            }
        }
    }

    fn tag(&self, tag: &BytesStart<'_>) -> Result<Tag> {
        if !tag.attributes_raw().is_empty() {
            let mut attributes = tag.attributes();
            let attributes = attributes
                .with_checks(false)
                .take(self.attributes.saturating_add(1));
            if attributes.count() > self.attributes {
                return Err(Error::limit("attributes of a tag", self.attributes as u64));
            }
        }
        Ok(Tag::of(tag.local_name().as_ref()))
    }

    /// The character that `&name;` stands for.
    fn referred(&self, name: &str) -> Result<Cow<'a, str>> {
        let code = match name {
            "lt" => return Ok("<".into()),
            "gt" => return Ok(">".into()),
            "amp" => return Ok("&".into()),
            "quot" => return Ok("\"".into()),
            "apos" => return Ok("'".into()),
            _ => name.strip_prefix('#'),
        };
        let number = code.and_then(|code| match code.strip_prefix(['x', 'X']) {
            Some(hex) if hex.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
                u32::from_str_radix(hex, 16).ok()
            }
            Some(_) => None,
            None => netspeak_core::text::digits(code),
        });
        let found = number.and_then(char::from_u32);
        let found =
            found.ok_or_else(|| self.expected("one of the entities that XML itself has"))?;
        Ok(found.to_string().into())
    }

    /// How much has been read.
    fn offset(&self) -> usize {
        self.text.len().saturating_sub(self.reader.get_ref().len())
    }

    /// The error for what stands here instead.
    pub(crate) fn expected(&self, what: &str) -> Error {
        let (line, column) = place(self.text, self.at);
        let here = self.text.as_bytes().get(self.at..).unwrap_or_default();
        Error::malformed(format!("{what} at line {line}, column {column}"), here)
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Every line end is LF (XML 1.0 section 2.11).
fn line_ends(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n").into()
}

/// Line and column of a place in the text, both from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end.saturating_add(1));
    let lines = memchr::memchr_iter(b'\n', before).count();
    // Bytes that go on with a character are not counted.
    let line = before.get(start..).unwrap_or_default();
    let column = line
        .iter()
        .filter(|byte| !matches!(byte, 0x80..=0xbf))
        .count();
    (lines.saturating_add(1), column.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<String> {
        let mut xml = Xml::new(text, &DocumentLimits::default());
        let mut all = String::new();
        loop {
            let (text, token) = xml.text_and_next()?;
            all.push_str(&text);
            if token == Token::End {
                return Ok(all);
            }
        }
    }

    #[test]
    fn text_is_put_together_from_its_pieces() {
        for (text, is) in [
            (
                "<a>1 <!-- c -->2<?pi?>&lt;&#233;&#x1F600;&amp;</a>",
                "1 2<é😀&",
            ),
            ("<a><![CDATA[<b>&amp;]]>\r\n\r.</a>", "<b>&amp;\n\n."),
            ("<a>fish & chips</a>", "fish & chips"),
        ] {
            assert_eq!(all(text).unwrap(), is);
        }
    }

    #[test]
    fn what_is_no_xml_for_us_is_told_with_its_place() {
        for (text, says) in [
            ("<a>\n é<b", "XML (syntax error"),
            ("<a>\n é<b", "at line 2, column 3"),
            (
                "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
                "entity declarations are not read at line 1, column 1",
            ),
            (
                "<a>&b;</a>",
                "one of the entities that XML itself has at line 1, column 4",
            ),
            ("<a>&#xD800;</a>", "one of the entities"),
            ("<a>&#x+41;</a>", "one of the entities"),
            ("<a>&#99999999999;</a>", "one of the entities"),
        ] {
            let error = all(text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
