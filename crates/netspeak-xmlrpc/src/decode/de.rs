//! [`De`]: any type of serde's, out of items.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::SeqDeserializer;
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

mod rest;

use rest::{Named, Rest};

use crate::decode::reader::{Item, Source};
use crate::error::Error;
use crate::types::{BIG_DECIMAL, BIG_INTEGER, DATE_TIME, VALUE};

/// Why a type could not be filled: an error of ours, or the type's own words.
#[derive(Debug)]
pub(crate) enum Fail {
    Error(Error),
    Type(String),
}

impl Fail {
    pub(crate) fn into_error<'de>(self, source: &impl Source<'de>) -> Error {
        match self {
            Self::Error(error) => error,
            Self::Type(words) => source.misfit(&format!("another type of value ({words})")),
        }
    }
}

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Type(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for Fail {}

impl serde::de::Error for Fail {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self::Type(words.to_string())
    }
}

pub(crate) struct De<'s, 'de, S> {
    source: &'s mut S,
    /// What was read already to see what it is.
    item: Option<Item<'de>>,
}

impl<'s, 'de, S: Source<'de>> De<'s, 'de, S> {
    pub(crate) fn new(source: &'s mut S) -> Self {
        Self { source, item: None }
    }

    fn begun(&mut self) -> Result<Item<'de>, Fail> {
        match self.item.take() {
            Some(item) => Ok(item),
            None => Ok(self.source.item()?),
        }
    }

    /// Gives an item to whoever takes anything. Dates and the like are text, unless the visitor knows our names for them.
    fn give<V: Visitor<'de>>(
        self,
        item: Item<'de>,
        visitor: V,
        names: Names,
    ) -> Result<V::Value, Fail> {
        let source = self.source;
        let (name, text) = match item {
            Item::Nil => return visitor.visit_unit(),
            Item::Bool(value) => return visitor.visit_bool(value),
            Item::Int(value) => return visitor.visit_i64(value),
            Item::Double(value) => return visitor.visit_f64(value),
            Item::Base64(bytes) => return visitor.visit_byte_buf(bytes),
            Item::Array => {
                let mut rest = Rest::new(source);
                let found = visitor.visit_seq(&mut rest)?;
                return rest.end_array().map(|()| found);
            }
            Item::Struct => {
                let mut rest = Rest::new(source);
                let found = visitor.visit_map(&mut rest)?;
                return rest.end_struct().map(|()| found);
            }
            Item::String(text) => ("", text),
            Item::DateTime(text) => (DATE_TIME, text),
            Item::BigInteger(text) => (BIG_INTEGER, text),
            Item::BigDecimal(text) => (BIG_DECIMAL, text),
        };
        match (names, name) {
            (Names::Known, DATE_TIME | BIG_INTEGER | BIG_DECIMAL) => visitor.visit_enum(Named {
                name,
                text: text.into_owned(),
            }),
            _ => match text {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
        }
    }
}

/// Whether a visitor knows our names for what serde has no word for.
#[derive(Clone, Copy)]
enum Names {
    Known,
    Unknown,
}

impl<'de, S: Source<'de>> Deserializer<'de> for De<'_, 'de, S> {
    type Error = Fail;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fail> {
        let item = self.begun()?;
        self.give(item, visitor, Names::Unknown)
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fail> {
        match self.begun()? {
            Item::Nil => visitor.visit_none(),
            item => visitor.visit_some(De {
                source: self.source,
                item: Some(item),
            }),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fail> {
        match name {
            VALUE => {
                let item = self.begun()?;
                self.give(item, visitor, Names::Known)
            }
            DATE_TIME => self.deserialize_any(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    /// Bytes are taken for numbers as well.
    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fail> {
        match self.begun()? {
            Item::Base64(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.into_iter())),
            item => self.give(item, visitor, Names::Unknown),
        }
    }

    /// Text is taken for bytes as well.
    fn deserialize_byte_buf<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fail> {
        match self.begun()? {
            Item::String(text) => visitor.visit_byte_buf(text.into_owned().into_bytes()),
            item => self.give(item, visitor, Names::Unknown),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        self.deserialize_byte_buf(visitor)
    }

    /// A variant without content is a string, one with content a struct with one member.
    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fail> {
        match self.begun()? {
            Item::Struct => {
                let mut rest = Rest::new(self.source);
                let found = visitor.visit_enum(&mut rest)?;
                rest.end_struct().map(|()| found)
            }
            Item::String(text) => visitor.visit_enum(text.into_deserializer()),
            _ => Err(Fail::Type(
                "a variant is a string, or a struct with one member".into(),
            )),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string unit unit_struct tuple tuple_struct map
        struct identifier ignored_any
    }
}
