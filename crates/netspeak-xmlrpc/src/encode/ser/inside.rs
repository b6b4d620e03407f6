//! [`Inside`]: the elements of arrays and the members of structs.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::text::{Plain, push_text};
use super::{END_OF_VARIANT, Fail, Ser};
use crate::dialect::Dialect;

pub(in crate::encode) struct Inside<'o> {
    out: &'o mut String,
    dialect: &'o Dialect,
    end: &'static str,
    /// What closes the variant around it, if there is one.
    outer_end: &'static str,
}

impl<'o> Inside<'o> {
    pub(super) fn new(out: &'o mut String, dialect: &'o Dialect, end: &'static str) -> Self {
        Self {
            out,
            dialect,
            end,
            outer_end: "",
        }
    }

    pub(super) fn of_variant(mut self) -> Self {
        self.outer_end = END_OF_VARIANT;
        self
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fail> {
        value.serialize(Ser::new(self.out, self.dialect))
    }

    fn name(&mut self, name: &str) -> Result<(), Fail> {
        self.out.push_str("<member><name>");
        push_text(self.out, name)?;
        self.out.push_str("</name>");
        Ok(())
    }

    fn member<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fail> {
        self.element(value)?;
        self.out.push_str("</member>");
        Ok(())
    }

    fn finish(self) {
        self.out.push_str(self.end);
        self.out.push_str(self.outer_end);
    }
}

macro_rules! elements {
    ($($kind:ident: $method:ident),+) => {
        $(impl $kind for Inside<'_> {
            type Ok = ();
            type Error = Fail;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fail> {
                self.element(value)
            }

            fn end(self) -> Result<(), Fail> {
                self.finish();
                Ok(())
            }
        })+
    };
}

elements! {
    SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
}

macro_rules! members {
    ($($kind:ident),+) => {
        $(impl $kind for Inside<'_> {
            type Ok = ();
            type Error = Fail;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Fail> {
                self.name(name)?;
                self.member(value)
            }

            fn end(self) -> Result<(), Fail> {
                self.finish();
                Ok(())
            }
        })+
    };
}

members! { SerializeStruct, SerializeStructVariant }

impl SerializeMap for Inside<'_> {
    type Ok = ();
    type Error = Fail;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fail> {
        let name = key.serialize(Plain)?;
        self.name(&name)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fail> {
        self.member(value)
    }

    fn end(self) -> Result<(), Fail> {
        self.finish();
        Ok(())
    }
}
