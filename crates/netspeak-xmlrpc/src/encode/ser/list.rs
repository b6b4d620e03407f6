//! [`List`]: the parameters of a call.

use serde::ser::{Serialize, SerializeSeq, SerializeTuple, SerializeTupleStruct, Serializer};

use super::{Fail, No, Ser};
use crate::dialect::Dialect;

/// Writes a list of values with something around each, and tells where each ends.
pub(in crate::encode) struct List<'o> {
    out: &'o mut String,
    dialect: &'o Dialect,
    around: (&'static str, &'static str),
    ends: Vec<usize>,
}

impl<'o> List<'o> {
    pub(in crate::encode) fn new(
        out: &'o mut String,
        dialect: &'o Dialect,
        around: (&'static str, &'static str),
    ) -> Self {
        Self {
            out,
            dialect,
            around,
            ends: Vec::new(),
        }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fail> {
        let (before, behind) = self.around;
        self.out.push_str(before);
        value.serialize(Ser::new(self.out, self.dialect))?;
        self.out.push_str(behind);
        self.ends.push(self.out.len());
        Ok(())
    }
}

fn no_list<T>() -> Result<T, Fail> {
    Err(Fail::new(
        "parameters are a tuple or a list: (value,) for one, () for none",
    ))
}

macro_rules! refused {
    ($($method:ident($kind:ty)),+ $(,)?) => {
        $(fn $method(self, _: $kind) -> Result<Vec<usize>, Fail> {
            no_list()
        })+
    };
}

impl<'o> Serializer for List<'o> {
    type Ok = Vec<usize>;
    type Error = Fail;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = No<Vec<usize>>;
    type SerializeMap = No<Vec<usize>>;
    type SerializeStruct = No<Vec<usize>>;
    type SerializeStructVariant = No<Vec<usize>>;

    refused! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32),
        serialize_f64(f64), serialize_char(char), serialize_str(&str), serialize_bytes(&[u8]),
    }

    fn serialize_none(self) -> Result<Vec<usize>, Fail> {
        no_list()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Vec<usize>, Fail> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Vec<usize>, Fail> {
        Ok(self.ends)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Vec<usize>, Fail> {
        Ok(self.ends)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
    ) -> Result<Vec<usize>, Fail> {
        no_list()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Vec<usize>, Fail> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Vec<usize>, Fail> {
        no_list()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Fail> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Fail> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Fail> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No<Vec<usize>>, Fail> {
        no_list()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<No<Vec<usize>>, Fail> {
        no_list()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<No<Vec<usize>>, Fail> {
        no_list()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No<Vec<usize>>, Fail> {
        no_list()
    }
}

macro_rules! elements {
    ($($kind:ident: $method:ident),+) => {
        $(impl $kind for List<'_> {
            type Ok = Vec<usize>;
            type Error = Fail;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fail> {
                self.push(value)
            }

            fn end(self) -> Result<Vec<usize>, Fail> {
                Ok(self.ends)
            }
        })+
    };
}

elements! {
    SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field
}
