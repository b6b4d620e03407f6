//! [`Flag`]: what is marked on a message (RFC 9051 section 2.3.2).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use netspeak_core::Error as CoreError;

use super::Text;
use crate::grammar::{Upper, is_atom_char};

/// A flag of a message, or in the list of those that a mailbox knows.
///
/// Flags are equal in any case. `Display` is the form on the wire, and `FromStr` reads it, checked.
/// What a server sent is kept, however odd it is.
///
/// ```
/// use netspeak_imap::Flag;
///
/// # fn main() -> netspeak_imap::Result<()> {
/// assert_eq!("\\SEEN".parse::<Flag>()?, Flag::Seen);
/// assert_eq!("$Label1".parse::<Flag>()?, "$label1".parse()?);
/// assert!("two words".parse::<Flag>().is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Flag {
    /// `\Seen`: the message was read.
    Seen,
    /// `\Answered`
    Answered,
    /// `\Flagged`: it is urgent, or special.
    Flagged,
    /// `\Deleted`: EXPUNGE will remove it.
    Deleted,
    /// `\Draft`: it is not finished.
    Draft,
    /// `\Recent`: no session was told of it before (RFC 3501). Servers set it, clients cannot.
    Recent,
    /// `\*` in PERMANENTFLAGS: new keywords may be made.
    Any,
    /// A word that a user or a program chose: `$Forwarded`, `$Junk`, `Work`.
    Keyword(FlagName),
    /// Another system flag; the name stands without its backslash.
    Extension(FlagName),
}

impl Flag {
    /// A flag as it stands in a response. Blanks around it, quotes and doubled backslashes are gone by
    /// now; whatever is left is a flag.
    pub(crate) fn from_wire(word: &[u8]) -> Self {
        let Some(name) = word.strip_prefix(b"\\") else {
            return Self::Keyword(FlagName(word.into()));
        };
        match Upper::new(name).as_bytes() {
            b"SEEN" => Self::Seen,
            b"ANSWERED" => Self::Answered,
            b"FLAGGED" => Self::Flagged,
            b"DELETED" => Self::Deleted,
            b"DRAFT" => Self::Draft,
            b"RECENT" => Self::Recent,
            b"*" => Self::Any,
            _ => Self::Extension(FlagName(name.into())),
        }
    }

    /// Whether it can be sent: a server's flag may be too odd for that.
    ///
    /// # Errors
    /// [`Usage`](crate::Error::Usage) if it is no atom.
    pub(crate) fn check(&self) -> Result<(), CoreError> {
        match self {
            Self::Keyword(name) | Self::Extension(name) if !name.is_atom() => {
                Err(CoreError::usage(format!(
                    "the flag {self} is not one word of ASCII letters; nothing was sent"
                )))
            }
            _ => Ok(()),
        }
    }
}

impl FromStr for Flag {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        let flag = Self::from_wire(text.as_bytes());
        flag.check()?;
        Ok(flag)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Seen => "Seen",
            Self::Answered => "Answered",
            Self::Flagged => "Flagged",
            Self::Deleted => "Deleted",
            Self::Draft => "Draft",
            Self::Recent => "Recent",
            Self::Any => "*",
            Self::Keyword(name) => return name.fmt(f),
            Self::Extension(name) => return write!(f, "\\{name}"),
        };
        write!(f, "\\{name}")
    }
}

/// The name of a flag that has no variant of its own. Equal in any case.
#[derive(Clone)]
pub struct FlagName(Text);

impl FlagName {
    /// As it came.
    pub fn as_text(&self) -> &Text {
        &self.0
    }

    fn is_atom(&self) -> bool {
        !self.0.is_empty() && self.0.as_bytes().iter().all(|byte| is_atom_char(*byte))
    }

    fn small_letters(&self) -> impl Iterator<Item = u8> {
        self.0.as_bytes().iter().map(u8::to_ascii_lowercase)
    }
}

impl PartialEq for FlagName {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().eq_ignore_ascii_case(other.0.as_bytes())
    }
}

impl Eq for FlagName {}

impl PartialOrd for FlagName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FlagName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.small_letters().cmp(other.small_letters())
    }
}

impl Hash for FlagName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for letter in self.small_letters() {
            state.write_u8(letter);
        }
    }
}

impl fmt::Display for FlagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for FlagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_in_any_case_and_written_as_the_rfc_has_them() {
        for (wire, flag, written) in [
            ("\\sEEN", Flag::Seen, "\\Seen"),
            ("\\*", Flag::Any, "\\*"),
            ("\\Recent", Flag::Recent, "\\Recent"),
            ("$Junk", Flag::Keyword(FlagName("$junk".into())), "$Junk"),
            ("\\XYZ", Flag::Extension(FlagName("xyz".into())), "\\XYZ"),
            ("a[b", Flag::Keyword(FlagName("A[B".into())), "a[b"),
        ] {
            let found: Flag = wire.parse().unwrap();
            assert_eq!(found, flag);
            assert_eq!(found.to_string(), written);
        }
        assert_ne!(Flag::from_wire(b"Seen"), Flag::Seen);
    }

    #[test]
    fn what_is_no_atom_is_kept_but_not_sent() {
        for wire in [
            "",
            "\\",
            "a b",
            "a]",
            "(",
            "caf\u{e9}",
            "a\r\nb",
            "\"",
            "\\a\\",
        ] {
            assert!(wire.parse::<Flag>().is_err(), "{wire}");
            assert!(Flag::from_wire(wire.as_bytes()).check().is_err());
        }
        assert_eq!(Flag::from_wire(b"a\x1b").to_string(), "a\\x1b");
    }
}
