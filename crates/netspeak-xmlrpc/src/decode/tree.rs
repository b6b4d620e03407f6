//! [`Tree`]: a value that is there already, as what documents are read as.

use std::borrow::Cow;
use std::vec;

use crate::decode::reader::{Item, Source};
use crate::error::{Error, Result};
use crate::types::Value;

pub(crate) struct Tree {
    next: Value,
    open: Vec<Open>,
}

enum Open {
    Array(vec::IntoIter<Value>),
    Struct(vec::IntoIter<(String, Value)>),
}

impl Tree {
    pub(crate) fn new(value: Value) -> Self {
        Self {
            next: value,
            open: Vec::new(),
        }
    }
}

impl Source<'static> for Tree {
    fn item(&mut self) -> Result<Item<'static>> {
        Ok(match std::mem::take(&mut self.next) {
            Value::Nil => Item::Nil,
            Value::Bool(value) => Item::Bool(value),
            Value::Int(value) => Item::Int(value),
            Value::Double(value) => Item::Double(value),
            Value::String(text) => Item::String(text.into()),
            Value::DateTime(date) => Item::DateTime(date.to_string().into()),
            Value::Base64(bytes) => Item::Base64(bytes),
            Value::BigInteger(text) => Item::BigInteger(text.into()),
            Value::BigDecimal(text) => Item::BigDecimal(text.into()),
            Value::Array(values) => {
                self.open.push(Open::Array(values.into_iter()));
                Item::Array
            }
            Value::Struct(members) => {
                self.open.push(Open::Struct(members.into_iter()));
                Item::Struct
            }
        })
    }

    fn has_element(&mut self) -> Result<bool> {
        if let Some(Open::Array(values)) = self.open.last_mut()
            && let Some(value) = values.next()
        {
            self.next = value;
            return Ok(true);
        }
        self.open.pop();
        Ok(false)
    }

    fn member(&mut self) -> Result<Option<Cow<'static, str>>> {
        if let Some(Open::Struct(members)) = self.open.last_mut()
            && let Some((name, value)) = members.next()
        {
            self.next = value;
            return Ok(Some(name.into()));
        }
        self.open.pop();
        Ok(None)
    }

    fn end_member(&mut self) -> Result<()> {
        Ok(())
    }

    fn misfit(&self, what: &str) -> Error {
        Error::malformed(what.to_owned(), b"")
    }
}
