//! [`Place`]: what a URL means.

use netspeak_core::{Error as CoreError, Target};

use super::MessageNumber;

/// Which messages a `pop3` URL means.
///
/// ```
/// use netspeak_pop3::Place;
///
/// # fn main() -> netspeak_pop3::Result<()> {
/// assert_eq!(Place::of(&"pop3s://h/".parse()?)?, Place::All);
/// assert!(matches!(Place::of(&"pop3s://h/7".parse()?)?, Place::One(_)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `/`: all.
    All,
    /// `/7`.
    One(MessageNumber),
    /// `/3-9`.
    Range(MessageNumber, MessageNumber),
}

impl Place {
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
        let of = |url: &str| Place::of(&url.parse().unwrap());
        let n = |number| MessageNumber::new(number).unwrap();
        assert_eq!(of("pop3://h").unwrap(), Place::All);
        assert_eq!(of("pop3://h/").unwrap(), Place::All);
        assert_eq!(of("pop3://h/7").unwrap(), Place::One(n(7)));
        assert_eq!(of("pop3://h/3-9").unwrap(), Place::Range(n(3), n(9)));
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
            Place::Range(n(2), n(3)).of_those((1..=5).map(n)),
            [n(2), n(3)]
        );
    }
}
