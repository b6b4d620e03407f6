//! What the verbs share about POP3 URLs: which messages, and how to get there.

use netspeak::core::{Error as CoreError, Target, Trace};
use netspeak::pop3::{Client, Error, MessageNumber, Result};

use crate::args::ConnectArgs;
use crate::output;
use crate::render::talk;

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
                    "{text:?} is no message number: write pop3://host/7, /3-9, or / for all"
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

/// One session for one piece of work: connects, logs in, works, says goodbye; shows the talk if it
/// was asked for, also when something failed.
pub(super) async fn session<T>(
    target: &Target,
    args: &ConnectArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<T>,
) -> Result<T> {
    let trace = if args.verbose > 0 {
        Trace::with_transcript()
    } else {
        Trace::new()
    };
    let done = run(target, args, trace.clone(), work).await;
    for line in talk::lines(&trace) {
        output::say(&line);
    }
    done
}

async fn run<T>(
    target: &Target,
    args: &ConnectArgs,
    trace: Trace,
    work: impl AsyncFnOnce(&mut Client) -> Result<T>,
) -> Result<T> {
    let mut client = open(target, args, trace).await?;
    let done = work(&mut client).await;
    // A session that ended half-way cannot be quit from.
    if client.conn().is_busy() {
        return done;
    }
    let quit = client.quit().await;
    let done = done?;
    quit?;
    Ok(done)
}

async fn open(target: &Target, args: &ConnectArgs, trace: Trace) -> Result<Client> {
    let Some(credentials) = args.credentials(target)? else {
        return Err(Error::usage("a maildrop has an owner: give --user"));
    };
    let mut builder = Client::builder()
        .connector(args.connector()?)
        .credentials(credentials)
        .clear_text_auth(args.clear_text_auth())
        .trace(trace);
    if let Some(tls) = args.tls_wish() {
        builder = builder.tls(tls);
    }
    builder.connect(target).await
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
