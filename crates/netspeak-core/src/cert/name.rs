//! Subject and issuer as text: `C=DE, O=Example, CN=mail.example.org`.

use super::der::{self, Item, OBJECT_IDENTIFIER, SEQUENCE, SET};
use crate::text::printable;

/// A Name as printable text; an attribute that cannot be read is left out.
pub(super) fn text(name: Item<'_>) -> String {
    let sets: Vec<Vec<u8>> = name.items(SEQUENCE).filter_map(set).collect();
    printable(&sets.join(b", ".as_slice()))
}

/// Attributes that belong together, with ` + ` between them.
fn set(set: Item<'_>) -> Option<Vec<u8>> {
    let attributes: Vec<Vec<u8>> = set.items(SET).filter_map(attribute).collect();
    (!attributes.is_empty()).then(|| attributes.join(b" + ".as_slice()))
}

fn attribute(attribute: Item<'_>) -> Option<Vec<u8>> {
    let mut parts = attribute.items(SEQUENCE);
    let kind = der::oid(parts.next_is(OBJECT_IDENTIFIER)?.content);
    let mut text = match short(&kind) {
        Some(short) => format!("{short}="),
        None => format!("OID({kind})="),
    }
    .into_bytes();
    text.extend(value(parts.next()?));
    Some(text)
}

/// A string as UTF-8, or as the bytes that it is; hex of what is no string.
fn value(value: Item<'_>) -> Vec<u8> {
    let content = value.content;
    let decoded = match value.tag {
        // UTF8String, NumericString, PrintableString, VideotexString, IA5String, GraphicString,
        // VisibleString, GeneralString, ObjectDescriptor: many hold UTF-8 that may not.
        0x0c | 0x12 | 0x13 | 0x15 | 0x16 | 0x19 | 0x1a | 0x1b | 0x07 => return content.to_vec(),
        // TeletexString: whoever writes it means Latin-1, or UTF-8.
        0x14 => Some(match std::str::from_utf8(content) {
            Ok(text) => text.to_owned(),
            Err(_) => content.iter().copied().map(char::from).collect(),
        }),
        // BMPString is UTF-16, UniversalString UTF-32.
        0x1e => utf16(content),
        0x1c => utf32(content),
        _ => None,
    };
    let hex = || content.iter().map(|byte| format!("{byte:02X}")).collect();
    decoded.unwrap_or_else(hex).into_bytes()
}

fn utf16(content: &[u8]) -> Option<String> {
    let (units, []) = content.as_chunks() else {
        return None;
    };
    let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

fn utf32(content: &[u8]) -> Option<String> {
    let (units, []) = content.as_chunks() else {
        return None;
    };
    let units = units.iter().map(|unit| u32::from_be_bytes(*unit));
    units.map(char::from_u32).collect()
}

/// What people call an attribute; others go by their number.
fn short(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "surname",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "streetAddress",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.13" => "description",
        "2.5.4.14" => "searchGuide",
        "2.5.4.15" => "businessCategory",
        "2.5.4.16" => "postalAddress",
        "2.5.4.17" => "postalCode",
        "2.5.4.41" => "name",
        "2.5.4.42" => "givenName",
        "2.5.4.43" => "initials",
        "2.5.4.44" => "generationQualifier",
        "2.5.4.45" => "uniqueIdentifier",
        "2.5.4.46" => "dnQualifier",
        "0.9.2342.19200300.100.1.1" => "uid",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "Email",
        "1.2.840.113549.1.9.2" => "unstructuredName",
        "1.3.6.1.4.1.311.60.2.1.1" => "msJurisdictionLocality",
        "1.3.6.1.4.1.311.60.2.1.2" => "msJurisdictionStateOrProvince",
        "1.3.6.1.4.1.311.60.2.1.3" => "msJurisdictionCountry",
        _ => return None,
    })
}
