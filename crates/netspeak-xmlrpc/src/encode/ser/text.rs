//! Text as XML carries it.

use serde::ser::{Serialize, Serializer};

use super::{Fail, No};

/// Writes text so that it comes back as it was: `&`, `<` and `>` as entities, CR as a reference, since XML reads a bare one
/// as LF (XML 1.0 section 2.11).
///
/// What XML cannot carry (section 2.2) is an error.
pub(crate) fn push_text(out: &mut String, text: &str) -> Result<(), Fail> {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'\r' => "&#13;",
            0..=8 | 11 | 12 | 14..=31 => return Err(not_allowed(u32::from(byte))),
            // U+FFFE and U+FFFF
            0xef => match text.as_bytes().get(at..at.saturating_add(3)) {
                Some([_, 0xbf, last @ (0xbe | 0xbf)]) => {
                    return Err(not_allowed(0xff40 | u32::from(*last)));
                }
                _ => continue,
            },
            _ => continue,
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(instead);
        from = at.saturating_add(1);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(())
}

fn not_allowed(character: u32) -> Fail {
    Fail::new(format!(
        "the character U+{character:04X} is not allowed in XML: send the text as base64"
    ))
}

/// Takes text and gives it back: for names, and for what is text under another tag.
pub(super) struct Plain;

const NOT_TEXT: &str = "the name of a member is text";

macro_rules! refused {
    ($($method:ident($kind:ty)),+ $(,)?) => {
        $(fn $method(self, _: $kind) -> Result<String, Fail> {
            Err(Fail::new(NOT_TEXT))
        })+
    };
}

impl Serializer for Plain {
    type Ok = String;
    type Error = Fail;
    type SerializeSeq = No<String>;
    type SerializeTuple = No<String>;
    type SerializeTupleStruct = No<String>;
    type SerializeTupleVariant = No<String>;
    type SerializeMap = No<String>;
    type SerializeStruct = No<String>;
    type SerializeStructVariant = No<String>;

    refused! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32),
        serialize_f64(f64), serialize_bytes(&[u8]), serialize_unit_struct(&'static str),
    }

    fn serialize_char(self, value: char) -> Result<String, Fail> {
        Ok(value.to_string())
    }

    fn serialize_str(self, value: &str) -> Result<String, Fail> {
        Ok(value.to_owned())
    }

    fn serialize_none(self) -> Result<String, Fail> {
        Err(Fail::new(NOT_TEXT))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<String, Fail> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<String, Fail> {
        Err(Fail::new(NOT_TEXT))
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<String, Fail> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<String, Fail> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String, Fail> {
        Err(Fail::new(NOT_TEXT))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<No<String>, Fail> {
        Err(Fail::new(NOT_TEXT))
    }

    fn serialize_tuple(self, _: usize) -> Result<No<String>, Fail> {
        Err(Fail::new(NOT_TEXT))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<No<String>, Fail> {
        Err(Fail::new(NOT_TEXT))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No<String>, Fail> {
        Err(Fail::new(NOT_TEXT))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<No<String>, Fail> {
        Err(Fail::new(NOT_TEXT))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<No<String>, Fail> {
        Err(Fail::new(NOT_TEXT))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No<String>, Fail> {
        Err(Fail::new(NOT_TEXT))
    }
}
