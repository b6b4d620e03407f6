//! Documents as they are read: answers of servers, calls of clients.

mod de;
mod reader;
mod tree;

use std::borrow::Cow;

use serde::de::{Deserialize, DeserializeOwned};

use crate::charset;
use crate::dialect::DocumentLimits;
use crate::error::{Error, Result};
use crate::types::{Fault, Value};
use crate::xml::{Tag, Token};
use de::De;
use reader::Reader;
use tree::Tree;

/// Reads an answer: its value as any type of serde's, or the fault. An answer without a value is `nil`.
///
/// The document may be in any encoding that it declares. What stands behind its end is left alone, as are attributes;
/// blank lines before it do no harm.
///
/// ```
/// let answer = b"<methodResponse><params><param><value><i4>7</i4></value></param></params></methodResponse>";
/// let value: i32 = netspeak_xmlrpc::decode_response(answer)??;
/// assert_eq!(value, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Malformed`] with line and column for what is no such document, for a DOCTYPE or an entity among others, and
/// for a value of another type; [`Error::Limit`] beyond the default [`DocumentLimits`].
pub fn decode_response<T: DeserializeOwned>(document: &[u8]) -> Result<Result<T, Fault>> {
    decode_response_with(document, &DocumentLimits::default())
}

/// As [`decode_response`], with other limits.
///
/// # Errors
/// As there.
pub fn decode_response_with<T: DeserializeOwned>(
    document: &[u8],
    limits: &DocumentLimits,
) -> Result<Result<T, Fault>> {
    let text = text(document, limits)?;
    let mut reader = Reader::new(&text, limits);
    reader.open(Tag::MethodResponse, "an XML-RPC response")?;
    const WHAT: &str = "params or a fault";
    match reader.xml.next(WHAT)? {
        Token::Open(Tag::Fault) => {
            let fault = fault(value(&mut reader)?);
            reader.close(Tag::Fault, "the end of a fault")?;
            Ok(Err(fault))
        }
        Token::Open(Tag::Params) => {
            let value = if opens(&mut reader, Tag::Param, Tag::Params, "a parameter")? {
                let value = value(&mut reader)?;
                reader.close(Tag::Param, "the end of a parameter")?;
                reader.close(Tag::Params, "the end of params, which hold one value")?;
                value
            } else {
                from_value(Value::Nil)?
            };
            Ok(Ok(value))
        }
        _ => Err(reader.xml.expected(WHAT)),
    }
}

/// A call as a server reads it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// The method's name.
    pub method: String,
    /// The parameters; [`from_value`] makes types of them.
    pub params: Vec<Value>,
}

/// Reads a call.
///
/// ```
/// let call = netspeak_xmlrpc::decode_call(b"<methodCall><methodName>add</methodName><params>
///     <param><value><int>2</int></value></param></params></methodCall>")?;
/// assert_eq!((call.method.as_str(), call.params.as_slice()), ("add", &[2.into()][..]));
/// # Ok::<(), netspeak_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// As [`decode_response`].
pub fn decode_call(document: &[u8]) -> Result<Call> {
    decode_call_with(document, &DocumentLimits::default())
}

/// As [`decode_call`], with other limits.
///
/// # Errors
/// As there.
pub fn decode_call_with(document: &[u8], limits: &DocumentLimits) -> Result<Call> {
    let text = text(document, limits)?;
    let mut reader = Reader::new(&text, limits);
    reader.open(Tag::MethodCall, "an XML-RPC call")?;
    reader.open(Tag::MethodName, "the name of a method")?;
    let method = reader.content(Tag::MethodName, "the name of a method")?;
    let mut params = Vec::new();
    if opens(&mut reader, Tag::Params, Tag::MethodCall, "params")? {
        while opens(&mut reader, Tag::Param, Tag::Params, "a parameter")? {
            params.push(value(&mut reader)?);
            reader.close(Tag::Param, "the end of a parameter")?;
        }
    }
    Ok(Call {
        method: method.trim_ascii().to_owned(),
        params,
    })
}

/// A value as any type of serde's.
///
/// ```
/// use netspeak_xmlrpc::{Value, from_value};
///
/// let pair: (i32, String) = from_value(Value::Array(vec![7.into(), "seven".into()]))?;
/// assert_eq!(pair, (7, "seven".to_owned()));
/// # Ok::<(), netspeak_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// [`Error::Malformed`] if it is of another type.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T> {
    let mut tree = Tree::new(value);
    T::deserialize(De::new(&mut tree)).map_err(|fail| fail.into_error(&tree))
}

fn text<'d>(document: &'d [u8], limits: &DocumentLimits) -> Result<Cow<'d, str>> {
    if document.len() > limits.bytes {
        return Err(Error::limit("bytes in a document", limits.bytes as u64));
    }
    charset::text(document)
}

/// Whether this opens, or what it would stand in ends.
fn opens(reader: &mut Reader<'_>, tag: Tag, within: Tag, what: &'static str) -> Result<bool> {
    match reader.xml.next(what)? {
        Token::Open(found) if found == tag => Ok(true),
        Token::Close(found) if found == within => Ok(false),
        _ => Err(reader.xml.expected(what)),
    }
}

fn value<'a, T: Deserialize<'a>>(reader: &mut Reader<'a>) -> Result<T> {
    T::deserialize(De::new(reader)).map_err(|fail| fail.into_error(reader))
}

/// What a fault says, however its members look.
fn fault(value: Value) -> Fault {
    let mut fault = Fault {
        code: None,
        code_text: None,
        message: String::new(),
    };
    let members = match value {
        Value::Struct(members) => members,
        Value::String(text) => {
            fault.message = text;
            return fault;
        }
        _ => return fault,
    };
    for (name, value) in members {
        match (name.as_str(), value) {
            ("faultCode", Value::Int(code)) => fault.code = Some(code),
            ("faultCode", Value::String(text)) => match text.trim().parse() {
                Ok(code) => fault.code = Some(code),
                Err(_) => fault.code_text = Some(text),
            },
            ("faultString", Value::String(text)) => fault.message = text,
            _ => {}
        }
    }
    fault
}

/// The fault that an answer to one of several calls is, if it is one.
pub(crate) fn fault_of(value: Value) -> Result<Fault, Value> {
    match &value {
        Value::Struct(members) if members.get("faultCode").is_some() => Ok(fault(value)),
        _ => Err(value),
    }
}
