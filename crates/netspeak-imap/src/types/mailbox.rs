//! [`Mailbox`]: a name, as people read it and as the server spells it (RFC 9051 section 5.1).

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use netspeak_core::text::printable;
use netspeak_core::{Encoding, Error as CoreError, check_text};

use super::utf7;

/// How a session writes text that is not ASCII, above all the names of mailboxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Text8 {
    /// Modified UTF-7 (RFC 3501 section 5.1.3), unless something else was agreed.
    #[default]
    Utf7,
    /// UTF-8: after `ENABLE UTF8=ACCEPT` (RFC 6855) or `ENABLE IMAP4rev2` (RFC 9051).
    Utf8,
}

/// The name of a mailbox.
///
/// What came from a server goes back as it came, if it is spelt in a way that we would not choose:
/// there are servers with a mailbox `R&D`, which should be `R&-D`. `INBOX` is the same in any case.
///
/// ```
/// use netspeak_imap::{Mailbox, Text8};
///
/// # fn main() -> netspeak_imap::Result<()> {
/// let mailbox = Mailbox::new("日本語")?;
/// assert_eq!(mailbox.wire(Text8::Utf7), b"&ZeVnLIqe-".as_slice());
/// assert_eq!(Mailbox::from_wire(b"&ZeVnLIqe-"), mailbox);
/// assert_eq!(Mailbox::new("Inbox")?, Mailbox::inbox());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Mailbox {
    name: Box<str>,
    spelling: Spelling,
}

/// What the server sends and wants for this name.
#[derive(Clone, PartialEq, Eq)]
enum Spelling {
    /// As we spell it in either kind of session.
    Ours,
    /// As the name itself, whatever kind of session it is: in UTF-8, with `&` for itself.
    Plain,
    /// In a way of its own.
    Odd(Box<[u8]>),
}

impl Mailbox {
    /// A mailbox by its name.
    ///
    /// # Errors
    /// [`Usage`](crate::Error::Usage) if there is NUL, CR or LF in it.
    pub fn new(name: &str) -> Result<Self, CoreError> {
        check_text("the name of a mailbox", name.as_bytes())?;
        Ok(Self {
            name: name.into(),
            spelling: Spelling::Ours,
        })
    }

    /// `INBOX`: where new mail arrives.
    pub fn inbox() -> Self {
        Self {
            name: "INBOX".into(),
            spelling: Spelling::Ours,
        }
    }

    /// A mailbox as a server spells it. Whatever it is, it is a mailbox: what is neither modified UTF-7
    /// nor UTF-8 is shown as it is, and sent back as it is.
    ///
    /// It is not known here how the session spells names: one in UTF-8 that happens to be modified UTF-7
    /// as well (`a&-b`) is taken for that.
    pub fn from_wire(wire: &[u8]) -> Self {
        if let Some(name) = utf7::decode(wire) {
            let spelling = if utf7::encode(&name).as_bytes() == wire {
                Spelling::Ours
            } else {
                Spelling::Odd(wire.into())
            };
            let name = name.into();
            return Self { name, spelling };
        }
        let spelling = match std::str::from_utf8(wire) {
            Ok(_) => Spelling::Plain,
            Err(_) => Spelling::Odd(wire.into()),
        };
        let name = Encoding::guess(wire).decode(wire).into();
        Self { name, spelling }
    }

    /// The same as it came, taken for UTF-8: in a session that agreed on that, `&` is a character like others
    /// (RFC 6855 section 3).
    #[cfg(feature = "net")]
    pub(crate) fn take_for_utf8(&mut self) {
        let wire = self.wire(Text8::Utf7);
        if let Ok(name) = std::str::from_utf8(&wire) {
            self.name = name.into();
            self.spelling = Spelling::Ours;
        }
    }

    /// The name for people: decoded, with whatever characters are in it. `Display` is fit for terminals.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes that a server knows it by; quotes and escapes are not part of them.
    pub fn wire(&self, text: Text8) -> Cow<'_, [u8]> {
        match (&self.spelling, text) {
            (Spelling::Odd(wire), _) => Cow::Borrowed(wire),
            (Spelling::Plain, _) | (Spelling::Ours, Text8::Utf8) => {
                Cow::Borrowed(self.name.as_bytes())
            }
            (Spelling::Ours, Text8::Utf7) => Cow::Owned(utf7::encode(&self.name).into_bytes()),
        }
    }

    /// Whether it is `INBOX`, in any case.
    pub fn is_inbox(&self) -> bool {
        self.name.eq_ignore_ascii_case("INBOX")
    }

    /// The bytes of an odd spelling: such a name is no other one, though both read the same.
    fn odd(&self) -> Option<&[u8]> {
        match &self.spelling {
            Spelling::Odd(wire) => Some(wire),
            Spelling::Ours | Spelling::Plain => None,
        }
    }
}

impl PartialEq for Mailbox {
    fn eq(&self, other: &Self) -> bool {
        let same_name = self.name == other.name || self.is_inbox() && other.is_inbox();
        same_name && self.odd() == other.odd()
    }
}

impl Eq for Mailbox {}

impl Hash for Mailbox {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if self.is_inbox() {
            "INBOX".hash(state);
        } else {
            self.name.hash(state);
        }
    }
}

impl PartialOrd for Mailbox {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// `INBOX` first, then by name.
impl Ord for Mailbox {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_name = match (self.is_inbox(), other.is_inbox()) {
            (true, true) => std::cmp::Ordering::Equal,
            (false, false) => self.name.cmp(&other.name),
            (ours, theirs) => theirs.cmp(&ours),
        };
        by_name.then_with(|| self.odd().cmp(&other.odd()))
    }
}

impl FromStr for Mailbox {
    type Err = CoreError;

    fn from_str(name: &str) -> Result<Self, CoreError> {
        Self::new(name)
    }
}

impl TryFrom<&str> for Mailbox {
    type Error = CoreError;

    fn try_from(name: &str) -> Result<Self, CoreError> {
        Self::new(name)
    }
}

/// The name, printable.
impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(self.name.as_bytes()))
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailbox(\"{self}\"")?;
        if let Some(wire) = self.odd() {
            write!(f, ", \"{}\"", printable(wire))?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_decoded_and_odd_ones_go_back_as_they_came() {
        for (wire, name, back) in [
            (&b"&ZeVnLIqe-"[..], "日本語", &b"&ZeVnLIqe-"[..]),
            (b"a&-b", "a&b", b"a&-b"),
            (b"R&D", "R&D", b"R&D"),
            (b"bad&!name", "bad&!name", b"bad&!name"),
            (b"&AGE-", "a", b"&AGE-"),
            (b"caf\xc3\xa9", "café", b"caf\xc3\xa9"),
            (b"caf\xe9", "café", b"caf\xe9"),
            (b"", "", b""),
        ] {
            let mailbox = Mailbox::from_wire(wire);
            assert_eq!(mailbox.name(), name);
            assert_eq!(mailbox.wire(Text8::Utf7), back);
        }
        let mailbox = Mailbox::from_wire(b"&ZeVnLIqe-");
        assert_eq!(mailbox.wire(Text8::Utf8), "日本語".as_bytes());
    }

    #[test]
    fn equal_is_what_is_the_same_mailbox() {
        let wire = Mailbox::from_wire;
        assert_eq!(wire(b"InBox"), Mailbox::inbox());
        assert_ne!(wire(b"INBOX/a"), wire(b"inbox/a"));
        assert_eq!(wire(b"caf\xc3\xa9"), wire(b"caf&AOk-"));
        // The second is how UTF-7 spells it, the first how UTF-8 does.
        assert_eq!(wire(b"R&D"), wire(b"R&-D"));
        assert_ne!(wire(b"&AGE-"), wire(b"a"));
        let mut sorted = [wire(b"Zoo"), wire(b"inbox"), wire(b"Ape")];
        sorted.sort();
        assert_eq!(
            sorted.map(|mailbox| mailbox.to_string()),
            ["inbox", "Ape", "Zoo"]
        );
    }

    #[test]
    fn names_that_would_end_a_command_are_refused() {
        for name in ["a\rb", "a\nb", "a\0b"] {
            assert!(Mailbox::new(name).is_err());
        }
        assert_eq!(Mailbox::new("a\x1bb").unwrap().to_string(), "a\\x1bb");
    }

    proptest! {
        #[test]
        fn what_came_goes_back(wire in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mailbox = Mailbox::from_wire(&wire);
            prop_assert_eq!(mailbox.wire(Text8::Utf7), wire.as_slice());
        }
    }
}
