//! [`MessageId`]: what an article is called everywhere.

use std::fmt;
use std::str::FromStr;

use netspeak_core::Error as CoreError;

/// An article's name, in angle brackets (RFC 3977 section 3.6): 3 to 250 visible ASCII characters.
///
/// ```
/// use netspeak_nntp::MessageId;
///
/// let id: MessageId = "<45223423@example.com>".parse()?;
/// assert_eq!(id.bare(), "45223423@example.com");
/// // NZB files and news URLs leave the brackets out.
/// assert_eq!("45223423@example.com".parse::<MessageId>()?, id);
/// # Ok::<(), netspeak_nntp::CoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(Box<str>);

impl MessageId {
    const MAX: usize = 250;

    /// With its brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without its brackets.
    pub fn bare(&self) -> &str {
        self.0.trim_start_matches('<').trim_end_matches('>')
    }

    /// The id that a server wrote, brackets included.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        text.starts_with('<').then(|| text.parse().ok())?
    }
}

impl FromStr for MessageId {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        let bare = match text.strip_prefix('<') {
            Some(rest) => rest.strip_suffix('>'),
            None => Some(text),
        };
        let is_fine = |bare: &&str| {
            let fits = (1..=Self::MAX - 2).contains(&bare.len());
            let mut bytes = bare.bytes();
            fits && bytes.all(|b| (0x21..=0x7e).contains(&b) && b != b'<' && b != b'>')
        };
        match bare.filter(is_fine) {
            Some(bare) => Ok(Self(format!("<{bare}>").into())),
            None => Err(CoreError::usage(
                "a message-id is 1 to 248 visible ASCII characters in angle brackets",
            )),
        }
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_are_visible_ascii_in_brackets() {
        for good in ["<a@b>", "a@b", "<x>", "<a&b@x.test>", &"x".repeat(248)] {
            let id: MessageId = good.parse().unwrap();
            assert!(id.as_str().starts_with('<') && id.as_str().ends_with('>'));
        }
        for bad in [
            "",
            "<>",
            "<a b@c>",
            "<a@b",
            "a@b>",
            "<a>b>",
            "<a@b>\r\nQUIT",
            "a@b\0",
            "<\u{e9}@b>",
            &"x".repeat(249),
        ] {
            assert!(bad.parse::<MessageId>().is_err(), "{bad:?}");
        }
        assert_eq!(MessageId::from_bytes(b"a@b"), None);
    }
}
