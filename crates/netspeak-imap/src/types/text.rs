//! [`Text`]: what a server sent where text is due.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use netspeak_core::encoded_word;
use netspeak_core::text::printable;

/// What fits into a text without memory of its own: most words, hosts and names do.
const SHORT: usize = 22;

/// Bytes that a server sent where text is due, as they came: any character set, any length.
///
/// `Display` and `Debug` make it printable; [`decoded`](Self::decoded) reads encoded words (RFC 2047).
///
/// ```
/// use netspeak_imap::Text;
///
/// let subject = Text::from("=?utf-8?q?Gr=C3=BC=C3=9Fe?=");
/// assert_eq!(subject.decoded(), "Grüße");
/// assert_eq!(subject.as_bytes().len(), 27);
/// ```
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<[u8]>),
}

impl Text {
    /// The bytes as they came.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Short { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Repr::Long(bytes) => bytes,
        }
    }

    /// As text; bytes that are not UTF-8 become replacement characters.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// As text, with encoded words decoded; what is not UTF-8 is taken for ISO-8859-1.
    pub fn decoded(&self) -> String {
        encoded_word::decode(self.as_bytes())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether it is this word; case does not count.
    pub fn is(&self, word: &str) -> bool {
        self.as_bytes().eq_ignore_ascii_case(word.as_bytes())
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from(&b""[..])
    }
}

impl From<&[u8]> for Text {
    fn from(text: &[u8]) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text);
                Self(Repr::Short { length, bytes })
            }
            _ => Self(Repr::Long(text.into())),
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.into_bytes())
    }
}

impl From<Vec<u8>> for Text {
    fn from(text: Vec<u8>) -> Self {
        if text.len() > SHORT {
            Self(Repr::Long(text.into_boxed_slice()))
        } else {
            Self::from(text.as_slice())
        }
    }
}

impl From<Cow<'_, [u8]>> for Text {
    fn from(text: Cow<'_, [u8]>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::from(text),
            Cow::Owned(text) => Self::from(text),
        }
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

/// Printable: control characters and bytes that are not UTF-8 are escaped.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(self.as_bytes()))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_texts_are_the_same_kind() {
        for length in [0, 1, SHORT, SHORT + 1, 1000] {
            let bytes = vec![b'x'; length];
            let text = Text::from(bytes.as_slice());
            assert_eq!(text, Text::from(bytes.clone()));
            assert_eq!(text, Text::from(Cow::Owned(bytes.clone())));
            assert_eq!((text.as_bytes(), text.len()), (bytes.as_slice(), length));
        }
        assert_eq!(size_of::<Option<Text>>(), 24);
    }

    #[test]
    fn what_is_shown_is_printable() {
        let text = Text::from(&b"caf\xe9\x1b[2J"[..]);
        assert_eq!(text.to_string(), "caf\\xe9\\x1b[2J");
        assert_eq!(format!("{text:?}"), "\"caf\\xe9\\x1b[2J\"");
        assert_eq!(text.to_str_lossy(), "caf\u{fffd}\u{1b}[2J");
        assert_eq!(Text::from(&b"caf\xe9"[..]).decoded(), "café");
        assert_eq!(Text::from("a").cmp(&Text::from("b")), Ordering::Less);
        assert!(Text::from("Nil").is("NIL"));
    }
}
