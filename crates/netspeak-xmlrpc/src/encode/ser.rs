//! [`Ser`]: any type of serde's as a value in XML.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Impossible, Serialize, Serializer};

use crate::dialect::{Dialect, Sent};
use crate::error::Error;
use crate::types::{BIG_DECIMAL, BIG_INTEGER, DATE_TIME};

mod inside;
mod list;
mod text;

use inside::Inside;
pub(super) use list::List;
pub(crate) use text::push_text;

/// Why something cannot be written.
#[derive(Debug)]
pub(super) struct Fail(String);

impl Fail {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    pub(super) fn into_error(self) -> Error {
        Error::usage(self.0)
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fail {}

impl serde::ser::Error for Fail {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self(words.to_string())
    }
}

impl From<fmt::Error> for Fail {
    fn from(_: fmt::Error) -> Self {
        Self::new("a value cannot be written")
    }
}

/// Writes one value.
pub(super) struct Ser<'o> {
    out: &'o mut String,
    dialect: &'o Dialect,
}

impl<'o> Ser<'o> {
    pub(super) fn new(out: &'o mut String, dialect: &'o Dialect) -> Self {
        Self { out, dialect }
    }

    fn typed(self, name: &str, text: impl fmt::Display) -> Result<(), Fail> {
        Ok(write!(self.out, "<value><{name}>{text}</{name}></value>")?)
    }

    fn text(self, name: &str, text: &str) -> Result<(), Fail> {
        write!(self.out, "<value><{name}>")?;
        push_text(self.out, text)?;
        Ok(write!(self.out, "</{name}></value>")?)
    }

    fn array(self) -> Inside<'o> {
        self.out.push_str("<value><array><data>");
        Inside::new(self.out, self.dialect, "</data></array></value>")
    }

    fn members(self) -> Inside<'o> {
        self.out.push_str("<value><struct>");
        Inside::new(self.out, self.dialect, "</struct></value>")
    }

    /// A struct with one member, whose value follows.
    fn variant(&mut self, name: &str) -> Result<(), Fail> {
        self.out.push_str("<value><struct><member><name>");
        push_text(self.out, name)?;
        self.out.push_str("</name>");
        Ok(())
    }
}

/// Behind the value of a variant.
const END_OF_VARIANT: &str = "</member></struct></value>";

impl<'o> Serializer for Ser<'o> {
    type Ok = ();
    type Error = Fail;
    type SerializeSeq = Inside<'o>;
    type SerializeTuple = Inside<'o>;
    type SerializeTupleStruct = Inside<'o>;
    type SerializeTupleVariant = Inside<'o>;
    type SerializeMap = Inside<'o>;
    type SerializeStruct = Inside<'o>;
    type SerializeStructVariant = Inside<'o>;

    fn serialize_bool(self, value: bool) -> Result<(), Fail> {
        self.typed("boolean", u8::from(value))
    }

    fn serialize_i8(self, value: i8) -> Result<(), Fail> {
        self.typed("int", value)
    }

    fn serialize_i16(self, value: i16) -> Result<(), Fail> {
        self.typed("int", value)
    }

    fn serialize_i32(self, value: i32) -> Result<(), Fail> {
        self.typed("int", value)
    }

    fn serialize_i64(self, value: i64) -> Result<(), Fail> {
        match (i32::try_from(value), self.dialect.i8) {
            (Ok(value), _) => self.typed("int", value),
            (Err(_), Sent::Allowed) => self.typed("i8", value),
            (Err(_), Sent::Refused) => Err(Fail::new(format!(
                "the integer {value} is out of the range of 32 bits: allow i8 (Dialect::with_i8) if the server knows it"
            ))),
        }
    }

    fn serialize_u8(self, value: u8) -> Result<(), Fail> {
        self.typed("int", value)
    }

    fn serialize_u16(self, value: u16) -> Result<(), Fail> {
        self.typed("int", value)
    }

    fn serialize_u32(self, value: u32) -> Result<(), Fail> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Fail> {
        let out_of_range = |_| {
            Fail::new(format!(
                "the integer {value} is out of the range of 64 bits"
            ))
        };
        self.serialize_i64(i64::try_from(value).map_err(out_of_range)?)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Fail> {
        match value.is_finite() {
            // By its own shortest digits, not by those of the double that it becomes.
            true => self.typed("double", value),
            false => self.serialize_f64(value.into()),
        }
    }

    /// Without an exponent, which the specification does not have.
    fn serialize_f64(self, value: f64) -> Result<(), Fail> {
        match value.is_finite() {
            true => self.typed("double", value),
            false => Err(Fail::new(format!(
                "{value} is not representable in XML-RPC"
            ))),
        }
    }

    fn serialize_char(self, value: char) -> Result<(), Fail> {
        self.text("string", value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Fail> {
        self.out.push_str("<value><string>");
        push_text(self.out, value)?;
        self.out.push_str("</string></value>");
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Fail> {
        self.out.push_str("<value><base64>");
        STANDARD.encode_string(value, self.out);
        self.out.push_str("</base64></value>");
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Fail> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fail> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Fail> {
        match self.dialect.nil {
            Sent::Allowed => {
                self.out.push_str("<value><nil/></value>");
                Ok(())
            }
            Sent::Refused => Err(Fail::new(
                "the specification has no word for nothing: allow nil (Dialect::with_nil) if the server knows it",
            )),
        }
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Fail> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Fail> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Fail> {
        let tag = match name {
            DATE_TIME => "dateTime.iso8601",
            BIG_INTEGER => "biginteger",
            BIG_DECIMAL => "bigdecimal",
            _ => return value.serialize(self),
        };
        self.text(tag, &value.serialize(text::Plain)?)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Fail> {
        self.variant(variant)?;
        value.serialize(Ser::new(self.out, self.dialect))?;
        self.out.push_str(END_OF_VARIANT);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'o>, Fail> {
        Ok(self.array())
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'o>, Fail> {
        Ok(self.array())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inside<'o>, Fail> {
        Ok(self.array())
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'o>, Fail> {
        self.variant(variant)?;
        Ok(self.array().of_variant())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'o>, Fail> {
        Ok(self.members())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside<'o>, Fail> {
        Ok(self.members())
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'o>, Fail> {
        self.variant(variant)?;
        Ok(self.members().of_variant())
    }
}

/// For what has no content of this kind.
type No<T> = Impossible<T, Fail>;
