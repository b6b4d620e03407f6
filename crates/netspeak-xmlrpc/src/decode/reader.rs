//! [`Reader`]: the grammar of values, pulled one item at a time.
//!
//! ```text
//! value  = <value> text </value> | <value> ( scalar | array | struct ) </value>
//! array  = <array> [ <data> *value </data> ] </array>
//! struct = <struct> *( <member> <name> text </name> value </member> ) </struct>
//! ```

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::dialect::{DEEPEST, DocumentLimits};
use crate::error::{Error, Result};
use crate::xml::{Tag, Token, Xml};

/// A scalar, or the beginning of what has more in it.
pub(crate) enum Item<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    Double(f64),
    String(Cow<'a, str>),
    DateTime(Cow<'a, str>),
    Base64(Vec<u8>),
    BigInteger(Cow<'a, str>),
    BigDecimal(Cow<'a, str>),
    /// [`Source::has_element`] comes next.
    Array,
    /// [`Source::member`] comes next.
    Struct,
}

/// Where values come from: a document, or values that are there already.
pub(crate) trait Source<'a> {
    /// Begins a value. A scalar is read to its end.
    fn item(&mut self) -> Result<Item<'a>>;

    /// In an array: whether another value follows. With the last answer the array is read.
    fn has_element(&mut self) -> Result<bool>;

    /// In a struct: the name of the member whose value follows. With the last answer the struct is read.
    fn member(&mut self) -> Result<Option<Cow<'a, str>>>;

    /// Behind the value of a member.
    fn end_member(&mut self) -> Result<()>;

    /// The error for what does not fit here.
    fn misfit(&self, what: &str) -> Error;
}

/// Padding may be missing: servers leave it out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(crate) struct Reader<'a> {
    pub(super) xml: Xml<'a>,
    depth: usize,
    deepest: usize,
    /// The tag of the next value has been read to see what follows.
    is_open: bool,
    /// An array without `data`.
    is_bare: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, limits: &DocumentLimits) -> Self {
        Self {
            xml: Xml::new(text, limits),
            depth: 0,
            deepest: limits.depth.min(DEEPEST),
            is_open: false,
            is_bare: false,
        }
    }

    pub(super) fn open(&mut self, tag: Tag, what: &'static str) -> Result<()> {
        match self.xml.next(what)? {
            Token::Open(found) if found == tag => Ok(()),
            _ => Err(self.xml.expected(what)),
        }
    }

    pub(super) fn close(&mut self, tag: Tag, what: &'static str) -> Result<()> {
        match self.xml.next(what)? {
            Token::Close(found) if found == tag => Ok(()),
            _ => Err(self.xml.expected(what)),
        }
    }

    /// The text of an element that has nothing else in it.
    pub(super) fn content(&mut self, tag: Tag, what: &str) -> Result<Cow<'a, str>> {
        match self.xml.text_and_next()? {
            (text, Token::Close(found)) if found == tag => Ok(text),
            _ => Err(self.xml.expected(what)),
        }
    }

    fn enter(&mut self) -> Result<()> {
        self.depth = self.depth.saturating_add(1);
        match self.depth > self.deepest {
            true => Err(Error::limit(
                "arrays and structs in each other",
                self.deepest as u64,
            )),
            false => Ok(()),
        }
    }

    /// Behind the end of an array or a struct.
    fn leave(&mut self) -> Result<()> {
        self.depth = self.depth.saturating_sub(1);
        self.close(Tag::Value, "the end of a value")
    }

    /// What a tag of a type begins.
    fn typed(&mut self, tag: Tag) -> Result<Item<'a>> {
        match tag {
            Tag::Array => {
                self.enter()?;
                match self.xml.next("the data of an array")? {
                    Token::Open(Tag::Data) => {}
                    Token::Close(Tag::Array) => self.is_bare = true,
                    _ => return Err(self.xml.expected("the data of an array")),
                }
                Ok(Item::Array)
            }
            Tag::Struct => {
                self.enter()?;
                Ok(Item::Struct)
            }
            tag => {
                let what =
                    scalar_name(tag).ok_or_else(|| self.xml.expected("a type of XML-RPC"))?;
                let text = self.content(tag, what)?;
                let item = self.scalar(tag, text)?;
                self.close(Tag::Value, "the end of a value")?;
                Ok(item)
            }
        }
    }

    fn scalar(&self, tag: Tag, text: Cow<'a, str>) -> Result<Item<'a>> {
        let trimmed = text.trim_ascii();
        let item = match tag {
            Tag::String => return Ok(Item::String(text)),
            Tag::DateTime => return Ok(Item::DateTime(text)),
            Tag::BigInteger => return Ok(Item::BigInteger(text)),
            Tag::BigDecimal => return Ok(Item::BigDecimal(text)),
            Tag::Int => trimmed.parse().ok().map(Item::Int),
            Tag::Double => trimmed.parse().ok().map(Item::Double),
            Tag::Boolean => boolean(trimmed).map(Item::Bool),
            Tag::Base64 => decode_base64(trimmed).map(Item::Base64),
            Tag::Nil => trimmed.is_empty().then_some(Item::Nil),
            _ => None,
        };
        item.ok_or_else(|| {
            let what = scalar_name(tag).unwrap_or_default();
            match self.xml.expected(what) {
                Error::Malformed { what, .. } => Error::malformed(what, text.as_bytes()),
                other => other,
            }
        })
    }
}

/// The types that have no other values in them, in words.
fn scalar_name(tag: Tag) -> Option<&'static str> {
    Some(match tag {
        Tag::String => "a string",
        Tag::Int => "an integer of 64 bits",
        Tag::Double => "a double",
        Tag::Boolean => "a boolean",
        Tag::DateTime => "a date",
        Tag::Base64 => "base64",
        Tag::Nil => "nothing in nil",
        Tag::BigInteger => "an integer",
        Tag::BigDecimal => "a number",
        _ => return None,
    })
}

impl<'a> Source<'a> for Reader<'a> {
    fn item(&mut self) -> Result<Item<'a>> {
        if !std::mem::take(&mut self.is_open) {
            if let Some((tag, text)) = self.xml.plain_value() {
                return self.scalar(tag, text.into());
            }
            self.open(Tag::Value, "a value")?;
        }
        match self.xml.text_and_next()? {
            (text, Token::Close(Tag::Value)) => Ok(Item::String(text)),
            (text, Token::Open(tag)) if text.trim_ascii().is_empty() => self.typed(tag),
            _ => Err(self.xml.expected("the end of a value")),
        }
    }

    fn has_element(&mut self) -> Result<bool> {
        if std::mem::take(&mut self.is_bare) {
            self.leave()?;
            return Ok(false);
        }
        if self.xml.is_at_value() {
            return Ok(true);
        }
        match self.xml.next("an element of an array, or its end")? {
            Token::Open(Tag::Value) => {
                self.is_open = true;
                Ok(true)
            }
            Token::Close(Tag::Data) => {
                self.close(Tag::Array, "the end of an array")?;
                self.leave()?;
                Ok(false)
            }
            _ => Err(self.xml.expected("an element of an array, or its end")),
        }
    }

    fn member(&mut self) -> Result<Option<Cow<'a, str>>> {
        const WHAT: &str = "a member of a struct, or its end";
        if let Some(name) = self.xml.plain_member() {
            return Ok(Some(name.into()));
        }
        match self.xml.next(WHAT)? {
            Token::Open(Tag::Member) => {
                self.open(Tag::Name, "the name of a member")?;
                let name = self.content(Tag::Name, "the name of a member")?;
                self.open(Tag::Value, "the value of a member")?;
                self.is_open = true;
                Ok(Some(name))
            }
            Token::Close(Tag::Struct) => {
                self.leave()?;
                Ok(None)
            }
            _ => Err(self.xml.expected(WHAT)),
        }
    }

    fn end_member(&mut self) -> Result<()> {
        if self.xml.plain_end(b"</member>") {
            return Ok(());
        }
        self.close(Tag::Member, "the end of a member")
    }

    fn misfit(&self, what: &str) -> Error {
        self.xml.expected(what)
    }
}

/// The specification has 0 and 1; some servers write words.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Blanks and line ends do not count.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        return BASE64.decode(text).ok();
    }
    let letters = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    BASE64.decode(letters.collect::<Vec<u8>>()).ok()
}
