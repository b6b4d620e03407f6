//! What multi-user games say: GMCP, MSSP, MSDP.

use std::collections::BTreeMap;

use netspeak_core::text::printable;

/// A message of GMCP: its name, and its data as JSON text, which is left as it is.
///
/// ```
/// use netspeak_telnet::games::Gmcp;
///
/// let message = Gmcp::parse(br#"Char.Vitals {"hp": 100}"#);
/// assert_eq!((message.name.as_str(), message.data.as_str()), ("Char.Vitals", r#"{"hp": 100}"#));
/// assert_eq!(Gmcp::new("Core.Ping", "").encode(), b"Core.Ping");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gmcp {
    /// Package and message, such as `Char.Vitals`.
    pub name: String,
    /// JSON; empty if there is none.
    pub data: String,
}

impl Gmcp {
    /// A message.
    pub fn new(name: impl Into<String>, data: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            data: data.into(),
        }
    }

    /// Reads a subnegotiation of GMCP. Bytes that are not UTF-8 are replaced.
    pub fn parse(data: &[u8]) -> Self {
        let text = String::from_utf8_lossy(data);
        let (name, data) = text.split_once(' ').unwrap_or((&text, ""));
        Self::new(printable(name.as_bytes()), data.trim())
    }

    /// As it stands between SB and SE.
    pub fn encode(&self) -> Vec<u8> {
        match self.data.is_empty() {
            true => self.name.clone().into_bytes(),
            false => format!("{} {}", self.name, self.data).into_bytes(),
        }
    }
}

const VAR: u8 = 1;
const VAL: u8 = 2;
const TABLE_OPEN: u8 = 3;
const TABLE_CLOSE: u8 = 4;
const ARRAY_OPEN: u8 = 5;
const ARRAY_CLOSE: u8 = 6;

/// How deep tables and arrays of MSDP may nest.
const DEPTH: usize = 32;

/// Reads a subnegotiation of MSSP: what server it is, by variable, made printable. A variable may have
/// several values.
pub fn mssp(data: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for variable in data.split(|byte| *byte == VAR) {
        let mut parts = variable.split(|byte| *byte == VAL).map(printable);
        if let Some(name) = parts.next().filter(|name| !name.is_empty()) {
            found.entry(name).or_default().extend(parts);
        }
    }
    found
}

/// A value of MSDP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MsdpValue {
    /// Text, made printable.
    Text(String),
    /// Several values.
    Array(Vec<Self>),
    /// Values by name.
    Table(Vec<(String, Self)>),
}

/// Reads a subnegotiation of MSDP: variables and their values. What cannot be read ends it.
pub fn msdp(data: &[u8]) -> Vec<(String, MsdpValue)> {
    let mut rest = data;
    variables(&mut rest, 0)
}

fn variables(rest: &mut &[u8], depth: usize) -> Vec<(String, MsdpValue)> {
    let mut found = Vec::new();
    while let Some((&VAR, behind)) = rest.split_first() {
        *rest = behind;
        let name = printable(text(rest));
        let Some((&VAL, behind)) = rest.split_first() else {
            break;
        };
        *rest = behind;
        let Some(value) = value(rest, depth) else {
            break;
        };
        found.push((name, value));
    }
    found
}

fn value(rest: &mut &[u8], depth: usize) -> Option<MsdpValue> {
    if depth > DEPTH {
        return None;
    }
    match rest.split_first() {
        Some((&TABLE_OPEN, behind)) => {
            *rest = behind;
            let table = variables(rest, depth + 1);
            skip(rest, TABLE_CLOSE);
            Some(MsdpValue::Table(table))
        }
        Some((&ARRAY_OPEN, behind)) => {
            *rest = behind;
            let mut array = Vec::new();
            while let Some((&VAL, behind)) = rest.split_first() {
                *rest = behind;
                array.push(value(rest, depth + 1)?);
            }
            skip(rest, ARRAY_CLOSE);
            Some(MsdpValue::Array(array))
        }
        _ => Some(MsdpValue::Text(printable(text(rest)))),
    }
}

fn text<'d>(rest: &mut &'d [u8]) -> &'d [u8] {
    let end = rest
        .iter()
        .position(|byte| (VAR..=ARRAY_CLOSE).contains(byte));
    let (text, behind) = rest
        .split_at_checked(end.unwrap_or(rest.len()))
        .unwrap_or((*rest, &[]));
    *rest = behind;
    text
}

fn skip(rest: &mut &[u8], byte: u8) {
    if rest.first() == Some(&byte) {
        *rest = rest.get(1..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_tells_what_it_is() {
        let found = mssp(b"\x01NAME\x02My \x1bMUD\x01PORT\x0223\x024000\x01\x02x");
        assert_eq!(found["NAME"], ["My \\x1bMUD"]);
        assert_eq!(found["PORT"], ["23", "4000"]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn values_nest_and_rubbish_ends_them() {
        let text = |text: &str| MsdpValue::Text(text.to_owned());
        let found = msdp(b"\x01A\x02x\x01B\x02\x05\x02p\x02q\x06\x01C\x02\x03\x01k\x02v\x04");
        assert_eq!(found[0], ("A".to_owned(), text("x")));
        assert_eq!(found[1].1, MsdpValue::Array(vec![text("p"), text("q")]));
        assert_eq!(
            found[2].1,
            MsdpValue::Table(vec![("k".to_owned(), text("v"))])
        );
        assert_eq!(msdp(b"rubbish"), []);
        assert_eq!(
            msdp(&[&b"\x01A\x02"[..], &[ARRAY_OPEN, VAL].repeat(1000)].concat()),
            []
        );
    }
}
