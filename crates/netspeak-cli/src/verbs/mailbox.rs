//! What the verbs share about IMAP URLs: which mailbox, which messages, and how to get there (RFC 5092).

pub(super) mod removal;

use netspeak::core::{Opening, Target};
use netspeak::imap::{Builder, Client, IdSet, ImapPath, Result, Search};

use super::session::{self, opening_of_owner};
use crate::args::ConnectArgs;
use crate::failure::Failure;

/// A session with the mail server at this target, logged in.
pub(super) async fn session<T>(
    target: &Target,
    args: &ConnectArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    session_by(Client::builder(), opening(args, target)?, target, work).await
}

/// How to get to the mailboxes at this target.
pub(super) fn opening(args: &ConnectArgs, target: &Target) -> Result<Opening, Failure> {
    opening_of_owner(args, target, "mailbox")
}

/// A session by these settings that begins like this.
pub(super) async fn session_by<T>(
    builder: Builder,
    opening: Opening,
    target: &Target,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let connect = async |opening| builder.opening(opening).connect(target).await;
    session::session(opening, connect, work).await
}

/// Opens the mailbox of a place to read only; which messages are meant. `None`: there is none.
pub(super) async fn messages(
    client: &mut Client,
    place: &ImapPath,
) -> Result<Option<IdSet>, Failure> {
    let holds = open(client, place).await?;
    if place.search.is_some() {
        let found = client.search(&wanted(place)?).await?;
        return Ok(Some(found).filter(|found| !found.is_empty()));
    }
    // Some servers call all of nothing an error.
    Ok(match (place.uids.clone(), holds) {
        (None, Holds::Nothing) => None,
        (None, Holds::Messages) => Some(IdSet::all()),
        (meant, _) => meant,
    })
}

/// What a mailbox has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Nothing,
    Messages,
}

/// Opens the mailbox of a place to read only.
pub(super) async fn open(client: &mut Client, place: &ImapPath) -> Result<Holds, Failure> {
    let Some(mailbox) = &place.mailbox else {
        return Err(Failure::usage("which mailbox? ls lists them"));
    };
    let opened = client.examine(mailbox).await?;
    place.check_uid_validity(opened.uid_validity)?;
    Ok(match opened.exists {
        0 => Holds::Nothing,
        _ => Holds::Messages,
    })
}

/// Which messages of a place are meant, as a search.
pub(super) fn wanted(place: &ImapPath) -> Result<Search, Failure> {
    let meant = place.uids.clone().map(Search::uid);
    let found = place.search.as_deref().map(Search::raw).transpose()?;
    Ok(match (meant, found) {
        (Some(meant), Some(found)) => meant.and(found),
        (meant, found) => meant.or(found).unwrap_or_else(Search::all),
    })
}

/// The URL of a message in the mailbox of a target.
pub(super) fn url_of(target: &Target, uid: u32) -> String {
    let path = target.path();
    let end = path.find([';', '?']).unwrap_or(path.len());
    let mailbox = path.get(..end).unwrap_or_default().trim_end_matches('/');
    let path = format!("{mailbox};UID={uid}");
    target.clone().with_path(&path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_urls_of_their_own() {
        for (url, own) in [
            ("imap://h/INBOX", "imap://h/INBOX;UID=7"),
            ("imap://h/a%20b/", "imap://h/a%20b;UID=7"),
            ("imaps://h/x;UID=1:9", "imaps://h/x;UID=7"),
            ("imap://h/x?ALL", "imap://h/x;UID=7"),
        ] {
            assert_eq!(url_of(&url.parse().unwrap(), 7), own);
        }
    }
}
