//! [`Pop3Path`]: what a URL means.

use netspeak_core::{Error as CoreError, Target};

use super::MessageNumber;

/// Which messages a `pop3` URL means.
///
/// ```
/// use netspeak_pop3::Pop3Path;
///
/// # fn main() -> netspeak_pop3::Result<()> {
/// assert_eq!(Pop3Path::of(&"pop3s://h/".parse()?)?, Pop3Path::All);
/// assert!(matches!(Pop3Path::of(&"pop3s://h/7".parse()?)?, Pop3Path::One(_)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pop3Path {
    /// `/`: all.
    All,
    /// `/7`.
    One(MessageNumber),
    /// `/3-9`.
    Range(MessageNumber, MessageNumber),
}

impl Pop3Path {
    /// What a URL means.
    ///
    /// # Errors
    /// [`Usage`](crate::Error::Usage) for what is no number and no range.
    pub fn of(target: &Target) -> Result<Self, CoreError> {
        let path = target.path().trim_start_matches('/');
        if path.is_empty() {
            return Ok(Self::All);
        }
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let parsed = if digits {
                text.parse().ok().and_then(MessageNumber::new)
            } else {
                None
            };
            parsed.ok_or_else(|| {
                CoreError::usage(format!(
                    "{text:?} is not a message number: write pop3://host/7, /3-9, or / for all"
                ))
            })
        };
        match path.split_once('-') {
            None => Ok(Self::One(number(path)?)),
            Some((first, last)) => Ok(Self::Range(number(first)?, number(last)?)),
        }
    }

    /// The numbers that are there, of those that are meant.
    pub fn of_those(self, there: impl Iterator<Item = MessageNumber>) -> Vec<MessageNumber> {
        there
            .filter(|number| match self {
                Self::All => true,
                Self::One(one) => *number == one,
                Self::Range(first, last) => (first..=last).contains(number),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_select_messages() {
        let of = |url: &str| Pop3Path::of(&url.parse().unwrap());
        let n = |number| MessageNumber::new(number).unwrap();
        assert_eq!(of("pop3://h").unwrap(), Pop3Path::All);
        assert_eq!(of("pop3://h/").unwrap(), Pop3Path::All);
        assert_eq!(of("pop3://h/7").unwrap(), Pop3Path::One(n(7)));
        assert_eq!(of("pop3://h/3-9").unwrap(), Pop3Path::Range(n(3), n(9)));
        for bad in [
            "0",
            "x",
            "1-",
            "-1",
            "+1",
            "1-2-3",
            "99999999999",
            "1%0d%0aDELE",
        ] {
            assert!(of(&format!("pop3://h/{bad}")).is_err(), "{bad}");
        }
        assert_eq!(
            Pop3Path::Range(n(2), n(3)).of_those((1..=5).map(n)),
            [n(2), n(3)]
        );
    }
}
