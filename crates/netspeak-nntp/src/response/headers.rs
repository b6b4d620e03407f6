//! Header fields: those of an article, and what HDR says about many.

use netspeak_core::encoded_word;

use super::list::first_word;
use super::number;
use crate::types::MessageId;

/// The header of an article (RFC 5536 section 2.2), lines unfolded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<(String, Vec<u8>)>,
}

impl Headers {
    /// Reads the header at the beginning of an article, and where its body begins. Without an empty
    /// line all of it is header. Lines that are no field are left out.
    pub fn parse(article: &[u8]) -> (Self, &[u8]) {
        let mut headers = Self::default();
        let mut rest = article;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            rest = behind;
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                break;
            }
            headers.line(line);
        }
        (headers, rest)
    }

    fn line(&mut self, line: &[u8]) {
        match (line, self.fields.last_mut()) {
            ([b' ' | b'\t', ..], Some((_, value))) => value.extend_from_slice(line),
            _ => {
                if let Some(at) = memchr::memchr(b':', line) {
                    let (name, value) = line.split_at_checked(at).unwrap_or((line, &[]));
                    let value = value.get(1..).unwrap_or_default().trim_ascii_start();
                    let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
                    self.fields.push((name, value.to_vec()));
                }
            }
        }
    }

    /// The first field of this name, in any case, as it came.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let mut fields = self.iter();
        fields
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The same as text: encoded words are decoded (RFC 2047), the rest is UTF-8 or else ISO-8859-1.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(encoded_word::decode)
    }

    /// All fields in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
    }
}

/// A line of HDR, XHDR or XPAT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderRow {
    /// Whose field it is.
    pub key: RowKey,
    /// The field, as it came; empty if the article has none, and `(none)` from older servers.
    pub value: Vec<u8>,
}

/// How a line of HDR names its article.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// By its number in the group; 0 if it was asked for by its id (RFC 3977 section 8.5.2).
    Number(u64),
    /// By its id, as servers of RFC 2980 do.
    Id(MessageId),
}

impl HeaderRow {
    /// The field as text: see [`Headers::text`].
    pub fn text(&self) -> String {
        encoded_word::decode(&self.value)
    }
}

/// A line of HDR.
///
/// ```text
/// hdr-line = article-number SP hdr-content        ; RFC 3977 section 9.5
/// ```
pub fn header_row(line: &[u8]) -> Option<HeaderRow> {
    let (key, _) = first_word(line);
    let key_length = key.len();
    let key = match number(key) {
        Some(number) => RowKey::Number(number),
        None => RowKey::Id(MessageId::from_bytes(key)?),
    };
    // One blank; others belong to the value.
    let value = line.get(key_length.checked_add(1)?..).unwrap_or_default();
    Some(HeaderRow {
        key,
        value: value.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_headers_are_read() {
        let article = b"Subject:no space\r\nFrom:\ta@b.test\r\nX-Long: one\r\n\ttwo\r\nnothing\r\nEmpty:\r\n\r\nbody: 1\r\n";
        let (headers, body) = Headers::parse(article);
        assert_eq!(headers.text("subject").unwrap(), "no space");
        assert_eq!(headers.get("FROM"), Some(&b"a@b.test"[..]));
        assert_eq!(headers.get("x-long"), Some(&b"one\ttwo"[..]));
        assert_eq!(headers.get("Empty"), Some(&b""[..]));
        assert_eq!((headers.iter().count(), body), (4, &b"body: 1\r\n"[..]));
        for end in 0..article.len() {
            Headers::parse(&article[..end]);
        }
        assert_eq!(Headers::parse(b" folded first\r\n").0.iter().count(), 0);
    }

    #[test]
    fn rows_have_a_number_or_an_id() {
        let row = |line: &[u8]| header_row(line).map(|row| (row.key, row.value));
        assert_eq!(row(b"7 a  b"), Some((RowKey::Number(7), b"a  b".to_vec())));
        assert_eq!(row(b"7"), Some((RowKey::Number(7), Vec::new())));
        let id = RowKey::Id("<a@b>".parse().unwrap());
        assert_eq!(row(b"<a@b> x"), Some((id, b"x".to_vec())));
        for line in [&b""[..], b"x y", b"-1 y"] {
            assert_eq!(row(line), None);
        }
    }
}
