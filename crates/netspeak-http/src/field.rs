//! [`Scanner`]: reads the parts that field values are made of (RFC 9110 section 5.6).

/// What is left of a field value.
///
/// ```text
/// token         = 1*tchar
/// quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
/// parameter     = token "=" ( token / quoted-string )
/// ```
/// It never fails: what is missing comes back empty, and whoever asked decides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanner<'a> {
    rest: &'a [u8],
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(value: &'a [u8]) -> Self {
        Self { rest: value }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The bytes up to the first that does not fit.
    pub(crate) fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self.rest.iter().take_while(|byte| fits(**byte)).count();
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((&[], &[]));
        self.rest = rest;
        taken
    }

    /// Blanks and tabs.
    pub(crate) fn skip_blanks(&mut self) -> &'a [u8] {
        self.take_while(is_blank)
    }

    /// This byte, if it is the next one.
    pub(crate) fn eat(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    /// A token; empty if there is none.
    pub(crate) fn token(&mut self) -> &'a [u8] {
        self.take_while(is_token)
    }

    /// A quoted string without its quotes and backslashes. One that does not end ends with the value.
    pub(crate) fn quoted(&mut self) -> Option<Vec<u8>> {
        self.eat(b'"')?;
        let mut found = Vec::new();
        loop {
            found.extend_from_slice(self.take_while(|byte| byte != b'"' && byte != b'\\'));
            match self.rest {
                [b'\\', escaped, rest @ ..] => {
                    found.push(*escaped);
                    self.rest = rest;
                }
                [_, rest @ ..] => {
                    self.rest = rest;
                    return Some(found);
                }
                [] => return Some(found),
            }
        }
    }
}

pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Without the blanks and tabs around it.
pub(crate) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// `tchar`.
pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A quoted string of these bytes. Whoever calls has refused control characters.
pub(crate) fn quote(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for byte in bytes {
        if matches!(byte, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    quoted
}

/// Bytes as text: UTF-8, or else Latin-1, of which every byte is a letter.
pub(crate) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_again() {
        for text in ["", "plain", "a\"b", "c:\\d", "\\\"", "grüß"] {
            let quoted = quote(text.as_bytes());
            let mut scanner = Scanner::new(&quoted);
            assert_eq!(scanner.quoted().unwrap(), text.as_bytes());
            assert!(scanner.is_at_end());
        }
    }

    #[test]
    fn a_quote_without_an_end_ends_with_the_value() {
        for (value, found) in [("\"abc", "abc"), ("\"abc\\", "abc"), ("\"", "")] {
            let mut scanner = Scanner::new(value.as_bytes());
            let quoted = scanner.quoted().unwrap();
            assert_eq!(quoted, found.as_bytes(), "{value}");
        }
        assert_eq!(Scanner::new(b"abc").quoted(), None);
    }
}
