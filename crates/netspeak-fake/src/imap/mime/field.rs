//! Header fields, and those whose value is a word with parameters (RFC 2045 section 5.1).

/// One header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::imap) struct Field {
    pub(in crate::imap) name: String,
    /// What is behind the colon, unfolded, without the space around it.
    pub(in crate::imap) value: Vec<u8>,
    /// All of it as it stands, line ends included.
    pub(in crate::imap) raw: Vec<u8>,
}

impl Field {
    pub(in crate::imap) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The fields of a header, in their order. Lines that are none are left out.
pub(in crate::imap) fn fields(header: &[u8]) -> Vec<Field> {
    let mut raw: Vec<Vec<u8>> = Vec::new();
    for line in header.split_inclusive(|&byte| byte == b'\n') {
        if matches!(line, b"\r\n" | b"\n") {
            break;
        }
        match (line.first(), raw.last_mut()) {
            (Some(b' ' | b'\t'), Some(last)) => last.extend_from_slice(line),
            _ => raw.push(line.to_vec()),
        }
    }
    raw.into_iter().filter_map(field).collect()
}

fn field(raw: Vec<u8>) -> Option<Field> {
    let colon = raw.iter().position(|&byte| byte == b':')?;
    let name = raw.get(..colon)?.trim_ascii();
    let value = raw.get(colon + 1..)?.trim_ascii();
    let unfolded = value.iter().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    Some(Field {
        name: String::from_utf8_lossy(name).into_owned(),
        value: unfolded.copied().collect(),
        raw,
    })
}

/// A word with parameters: `text/plain; charset=utf-8`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::imap) struct Value {
    pub(in crate::imap) name: String,
    pub(in crate::imap) parameters: Vec<(String, String)>,
}

impl Value {
    pub(in crate::imap) fn parse(value: &[u8]) -> Self {
        let text = String::from_utf8_lossy(value);
        let mut pieces = split(&text).into_iter();
        let name = pieces.next().unwrap_or_default().trim().to_owned();
        let parameters = pieces
            .filter_map(|piece| {
                let (name, value) = piece.split_once('=')?;
                Some((name.trim().to_owned(), unquoted(value.trim())))
            })
            .collect();
        Self { name, parameters }
    }

    pub(in crate::imap) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// The pieces between semicolons that are not within quotes.
fn split(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
        match pieces.last_mut() {
            Some(piece) if c != ';' || quoted => piece.push(c),
            _ => pieces.push(String::new()),
        }
    }
    pieces
}

fn unquoted(text: &str) -> String {
    let Some(inside) = text.strip_prefix('"') else {
        return text.to_owned();
    };
    let mut out = String::new();
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unfolded_and_kept() {
        let found = fields(b"Subject: a\r\n b\r\nnonsense\r\nX:\n\r\nNot: one\r\n");
        let shown: Vec<(&str, &[u8])> = found
            .iter()
            .map(|field| (field.name.as_str(), field.value.as_slice()))
            .collect();
        assert_eq!(shown, [("Subject", b"a b".as_slice()), ("X", b"")]);
        assert_eq!(found[0].raw, b"Subject: a\r\n b\r\n");
    }

    #[test]
    fn values_have_parameters() {
        let value = Value::parse(b"text/plain; Charset = utf-8;name=\"a\\\";b\"; x");
        assert_eq!(value.name, "text/plain");
        assert_eq!(value.parameter("charset"), Some("utf-8"));
        assert_eq!(value.parameter("name"), Some("a\";b"));
        assert_eq!(value.parameter("x"), None);
        assert_eq!(Value::parse(b""), Value::default());
    }
}
