//! Documents as they are written: calls of clients, answers of servers.

mod ser;

use serde::ser::Serialize;

use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::types::{Fault, Value};
use ser::{Fail, List, Ser};

const DECLARATION: &str = "<?xml version=\"1.0\"?>\n";

/// Writes a call. Parameters are a tuple, an array or a `Vec`; `()` for none; `(value,)` for one.
///
/// ```
/// use netspeak_xmlrpc::{Dialect, encode_call};
///
/// let call = encode_call("sum", &(2, 3.5), &Dialect::default())?;
/// assert!(call.contains("<param><value><int>2</int></value></param>"));
/// # Ok::<(), netspeak_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// [`Error::Usage`] for parameters that are no list, for what XML cannot carry (control characters: send them as
/// [`Base64`](crate::Base64)), for what XML-RPC has no word for (NaN, infinity), and for what the [`Dialect`] does not
/// allow.
pub fn encode_call<P>(method: &str, params: &P, dialect: &Dialect) -> Result<String>
where
    P: Serialize + ?Sized,
{
    let mut out = begun(method)?;
    let list = List::new(&mut out, dialect, ("<param>", "</param>\n"));
    params.serialize(list).map_err(Fail::into_error)?;
    out.push_str("</params>\n</methodCall>\n");
    Ok(out)
}

/// Writes the answer to a call.
///
/// # Errors
/// As [`encode_call`].
pub fn encode_response<T>(value: &T, dialect: &Dialect) -> Result<String>
where
    T: Serialize + ?Sized,
{
    let mut out = format!("{DECLARATION}<methodResponse>\n<params>\n<param>");
    value
        .serialize(Ser::new(&mut out, dialect))
        .map_err(Fail::into_error)?;
    out.push_str("</param>\n</params>\n</methodResponse>\n");
    Ok(out)
}

/// Writes a fault as the answer to a call.
///
/// # Errors
/// [`Error::Usage`] for a message that XML cannot carry.
pub fn encode_fault(fault: &Fault) -> Result<String> {
    let code = match (&fault.code, &fault.code_text) {
        (Some(code), _) => Value::Int(*code),
        (None, Some(text)) => Value::from(text.as_str()),
        (None, None) => Value::Int(0),
    };
    let members = [
        ("faultCode", code),
        ("faultString", fault.message.as_str().into()),
    ];
    let members: crate::Struct = members.into_iter().collect();
    let mut out = format!("{DECLARATION}<methodResponse>\n<fault>");
    let dialect = Dialect::default().with_i8();
    members
        .serialize(Ser::new(&mut out, &dialect))
        .map_err(Fail::into_error)?;
    out.push_str("</fault>\n</methodResponse>\n");
    Ok(out)
}

/// Up to the first parameter.
fn begun(method: &str) -> Result<String> {
    if method.is_empty() {
        return Err(Error::usage("a method has a name"));
    }
    let mut out = format!("{DECLARATION}<methodCall>\n<methodName>");
    ser::push_text(&mut out, method).map_err(Fail::into_error)?;
    out.push_str("</methodName>\n<params>\n");
    Ok(out)
}

/// Parameters that are written already, for calls that go together or one by one.
#[derive(Clone, Debug)]
pub(crate) struct Params {
    method: String,
    values: String,
    /// Where each value ends.
    ends: Vec<usize>,
}

impl Params {
    pub(crate) fn new<P>(method: &str, params: &P, dialect: &Dialect) -> Result<Self>
    where
        P: Serialize + ?Sized,
    {
        // What is wrong with the name is told now, not when it is sent.
        begun(method)?;
        let mut values = String::new();
        let list = List::new(&mut values, dialect, ("", ""));
        let ends = params.serialize(list).map_err(Fail::into_error)?;
        Ok(Self {
            method: method.to_owned(),
            values,
            ends,
        })
    }

    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    /// The call by itself.
    pub(crate) fn call(&self) -> Result<String> {
        let mut out = begun(&self.method)?;
        let mut from = 0;
        for end in &self.ends {
            out.push_str("<param>");
            out.push_str(self.values.get(from..*end).unwrap_or_default());
            out.push_str("</param>\n");
            from = *end;
        }
        out.push_str("</params>\n</methodCall>\n");
        Ok(out)
    }
}

/// The call of `system.multicall` for all of these.
pub(crate) fn multicall(calls: &[Params]) -> Result<String> {
    let mut out = begun("system.multicall")?;
    out.push_str("<param><value><array><data>\n");
    for call in calls {
        out.push_str("<value><struct><member><name>methodName</name><value><string>");
        ser::push_text(&mut out, &call.method).map_err(Fail::into_error)?;
        out.push_str("</string></value></member><member><name>params</name><value><array><data>");
        out.push_str(&call.values);
        out.push_str("</data></array></value></member></struct></value>\n");
    }
    out.push_str("</data></array></value></param>\n</params>\n</methodCall>\n");
    Ok(out)
}
