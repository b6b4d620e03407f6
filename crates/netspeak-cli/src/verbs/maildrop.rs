//! What the verbs share about POP3 URLs: which messages, and how to get there.

use netspeak::core::{Error as CoreError, Target};
use netspeak::pop3::{Client, MessageNumber, Result};

use crate::args::ConnectArgs;
use crate::failure::Failure;

/// Which messages a URL means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    /// `/`: all.
    All,
    /// `/7`.
    One(MessageNumber),
    /// `/3-9`.
    Range(MessageNumber, MessageNumber),
}

impl Selection {
    pub(super) fn of(target: &Target) -> Result<Self, CoreError> {
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
    pub(super) fn of_those(self, there: impl Iterator<Item = MessageNumber>) -> Vec<MessageNumber> {
        there
            .filter(|number| match self {
                Self::All => true,
                Self::One(one) => *number == one,
                Self::Range(first, last) => (first..=last).contains(number),
            })
            .collect()
    }
}

/// A session with the maildrop at this target.
pub(super) async fn session<T>(
    target: &Target,
    args: &ConnectArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let opening = args.opening(target)?;
    if opening.credentials.is_none() {
        return Err(Failure::usage(
            "the maildrop's owner is missing: give --user",
        ));
    }
    let connect = async |opening| Client::builder().opening(opening).connect(target).await;
    super::session::session(opening, connect, work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_select_messages() {
        let of = |url: &str| Selection::of(&url.parse().unwrap());
        let n = |number| MessageNumber::new(number).unwrap();
        assert_eq!(of("pop3://h").unwrap(), Selection::All);
        assert_eq!(of("pop3://h/").unwrap(), Selection::All);
        assert_eq!(of("pop3://h/7").unwrap(), Selection::One(n(7)));
        assert_eq!(of("pop3://h/3-9").unwrap(), Selection::Range(n(3), n(9)));
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
            Selection::Range(n(2), n(3)).of_those((1..=5).map(n)),
            [n(2), n(3)]
        );
    }
}
