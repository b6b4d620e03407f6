//! What stands inside of arrays and structs, one value at a time.

use std::marker::PhantomData;

use serde::de::value::{CowStrDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer as _, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::{De, Fail};
use crate::decode::reader::Source;

/// What is left of an array or a struct.
pub(super) struct Rest<'s, 'a, S> {
    source: &'s mut S,
    has_ended: bool,
    of: PhantomData<&'a ()>,
}

impl<'s, 'a, S: Source<'a>> Rest<'s, 'a, S> {
    pub(super) fn new(source: &'s mut S) -> Self {
        Self {
            source,
            has_ended: false,
            of: PhantomData,
        }
    }

    /// Who took all that it wanted has left nothing, or it wanted something shorter.
    pub(super) fn end_array(self) -> Result<(), Fail> {
        match self.has_ended || !self.source.has_element()? {
            true => Ok(()),
            false => Err(Fail::Type("an array with fewer elements".into())),
        }
    }

    pub(super) fn end_struct(self) -> Result<(), Fail> {
        match self.has_ended || self.source.member()?.is_none() {
            true => Ok(()),
            false => Err(Fail::Type("a struct with fewer members".into())),
        }
    }
}

impl<'a, S: Source<'a>> SeqAccess<'a> for &mut Rest<'_, 'a, S> {
    type Error = Fail;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fail> {
        if self.has_ended || !self.source.has_element()? {
            self.has_ended = true;
            return Ok(None);
        }
        seed.deserialize(De::new(self.source)).map(Some)
    }
}

impl<'a, S: Source<'a>> MapAccess<'a> for &mut Rest<'_, 'a, S> {
    type Error = Fail;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Fail> {
        if self.has_ended {
            return Ok(None);
        }
        let Some(name) = self.source.member()? else {
            self.has_ended = true;
            return Ok(None);
        };
        let name: CowStrDeserializer<'_, Fail> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, Fail> {
        let found = seed.deserialize(De::new(self.source))?;
        self.source.end_member()?;
        Ok(found)
    }
}

/// A variant is a struct with one member.
impl<'a, S: Source<'a>> EnumAccess<'a> for &mut Rest<'_, 'a, S> {
    type Error = Fail;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), Fail> {
        let name = self.source.member()?;
        let name = name.ok_or_else(|| Fail::Type("a variant, not an empty struct".into()))?;
        let name: CowStrDeserializer<'_, Fail> = name.into_deserializer();
        let variant = seed.deserialize(name)?;
        Ok((variant, self))
    }
}

impl<'a, S: Source<'a>> VariantAccess<'a> for &mut Rest<'_, 'a, S> {
    type Error = Fail;

    fn unit_variant(mut self) -> Result<(), Fail> {
        self.next_value()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(mut self, seed: T) -> Result<T::Value, Fail> {
        self.next_value_seed(seed)
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Fail> {
        let found = De::new(self.source).deserialize_seq(visitor)?;
        self.source.end_member()?;
        Ok(found)
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fail> {
        let found = De::new(self.source).deserialize_any(visitor)?;
        self.source.end_member()?;
        Ok(found)
    }
}

/// A text under one of our names, for [`Value`](crate::Value) alone.
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) text: String,
}

impl<'a> EnumAccess<'a> for Named {
    type Error = Fail;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), Fail> {
        let name: StrDeserializer<'_, Fail> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'a> VariantAccess<'a> for Named {
    type Error = Fail;

    fn unit_variant(self) -> Result<(), Fail> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, Fail> {
        let text: StringDeserializer<Fail> = self.text.into_deserializer();
        seed.deserialize(text)
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Fail> {
        visitor.visit_string(self.text)
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fail> {
        visitor.visit_string(self.text)
    }
}
