//! [`Rights`]: what somebody may do with a mailbox (RFC 4314).

use std::fmt;
use std::str::FromStr;

use netspeak_core::Error as CoreError;

/// Something that one may do with a mailbox (RFC 4314 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Right {
    /// `l`: see it in listings.
    Lookup,
    /// `r`: open it, and read.
    Read,
    /// `s`: mark messages as read for good.
    KeepSeen,
    /// `w`: set the other flags.
    Write,
    /// `i`: put messages into it.
    Insert,
    /// `p`: send mail to it.
    Post,
    /// `k`: make mailboxes below it.
    CreateMailbox,
    /// `x`: delete it, or rename it.
    DeleteMailbox,
    /// `t`: mark messages as deleted.
    DeleteMessage,
    /// `e`: expunge.
    Expunge,
    /// `a`: give and take rights.
    Administer,
    /// `c`: make mailboxes, in the words of RFC 2086; today `k`, and perhaps `x`.
    OldCreate,
    /// `d`: delete, in the words of RFC 2086; today `t` and `e`, and perhaps `x`.
    OldDelete,
    /// A letter or a digit that means something to this server only.
    Other(char),
}

impl Right {
    /// Its letter on the wire.
    pub fn letter(self) -> char {
        match self {
            Self::Lookup => 'l',
            Self::Read => 'r',
            Self::KeepSeen => 's',
            Self::Write => 'w',
            Self::Insert => 'i',
            Self::Post => 'p',
            Self::CreateMailbox => 'k',
            Self::DeleteMailbox => 'x',
            Self::DeleteMessage => 't',
            Self::Expunge => 'e',
            Self::Administer => 'a',
            Self::OldCreate => 'c',
            Self::OldDelete => 'd',
            Self::Other(letter) => letter,
        }
    }
}

impl From<char> for Right {
    fn from(letter: char) -> Self {
        match letter.to_ascii_lowercase() {
            'l' => Self::Lookup,
            'r' => Self::Read,
            's' => Self::KeepSeen,
            'w' => Self::Write,
            'i' => Self::Insert,
            'p' => Self::Post,
            'k' => Self::CreateMailbox,
            'x' => Self::DeleteMailbox,
            't' => Self::DeleteMessage,
            'e' => Self::Expunge,
            'a' => Self::Administer,
            'c' => Self::OldCreate,
            'd' => Self::OldDelete,
            other => Self::Other(other),
        }
    }
}

/// What somebody may do.
///
/// `Display` is the form on the wire, in RFC 4314's order; `FromStr` reads it, checked. What a server sends that is
/// neither letter nor digit is left out.
///
/// ```
/// use netspeak_imap::{Right, Rights};
///
/// # fn main() -> netspeak_imap::Result<()> {
/// let rights: Rights = "lrs".parse()?;
/// assert!(rights.has(Right::Read) && !rights.has(Right::Write));
/// assert_eq!(Rights::from_iter([Right::Write, Right::Lookup]).to_string(), "lw");
/// assert!("l r".parse::<Rights>().is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Rights(u64);

/// The letters in the order in which they are written, those of the RFC first.
const LETTERS: &[u8] = b"lrswipkxteacdbfghjmnoquvyz0123456789";

impl Rights {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// Whether this one is among them.
    pub fn has(self, right: Right) -> bool {
        place(right.letter()).is_some_and(|bit| self.0 & bit != 0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        let letters = LETTERS.iter().map(|letter| char::from(*letter));
        letters
            .filter(move |letter| place(*letter).is_some_and(|bit| self.0 & bit != 0))
            .map(Right::from)
    }

    /// As they stand in a response.
    pub(crate) fn from_wire(word: &[u8]) -> Self {
        word.iter().map(|letter| char::from(*letter)).collect()
    }
}

/// The bit of a letter or a digit.
fn place(letter: char) -> Option<u64> {
    let letter = letter.to_ascii_lowercase();
    let at = LETTERS.iter().position(|it| char::from(*it) == letter)?;
    Some(1 << at)
}

impl FromIterator<char> for Rights {
    fn from_iter<I: IntoIterator<Item = char>>(letters: I) -> Self {
        let bits = letters.into_iter().filter_map(place);
        Self(bits.fold(0, |all, bit| all | bit))
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        rights.into_iter().map(Right::letter).collect()
    }
}

impl FromStr for Rights {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        if let Some(odd) = text.chars().find(|letter| place(*letter).is_none()) {
            return Err(CoreError::usage(format!(
                "{odd:?} is no right: rights are letters, such as lrs"
            )));
        }
        Ok(text.chars().collect())
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter()
            .try_for_each(|right| write!(f, "{}", right.letter()))
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rights({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_letters_in_any_order() {
        let rights = Rights::from_wire(b"rwLipskxt ea-n0");
        assert_eq!(rights.to_string(), "lrswipkxtean0");
        assert_eq!(rights.to_string().parse::<Rights>().unwrap(), rights);
        assert!(rights.has(Right::Expunge) && rights.has(Right::Other('n')));
        assert!(!rights.has(Right::OldCreate) && !rights.has(Right::Other('-')));
        assert!(Rights::NONE.is_empty() && Rights::from_wire(b"\xff").is_empty());
        for letter in LETTERS {
            let letter = char::from(*letter);
            assert_eq!(Right::from(letter).letter(), letter);
        }
        for bad in ["l r", "+l", "é", "\r\n"] {
            assert!(bad.parse::<Rights>().is_err(), "{bad:?}");
        }
    }
}
