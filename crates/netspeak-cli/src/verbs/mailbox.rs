//! What the verbs share about IMAP URLs: which mailbox, which messages, and how to get there (RFC 5092).

use netspeak::core::Target;
use netspeak::imap::{Client, IdSet, ImapPath, Result, Search};

use super::session::{self, opening_of_owner};
use crate::args::ConnectArgs;
use crate::failure::Failure;

/// A session with the mail server at this target, logged in.
pub(super) async fn session<T>(
    target: &Target,
    args: &ConnectArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let opening = opening_of_owner(args, target, "mailbox")?;
    let connect = async |opening| Client::builder().opening(opening).connect(target).await;
    session::session(opening, connect, work).await
}

/// Opens the mailbox of a place to read only; which messages are meant. `None`: there is none.
pub(super) async fn messages(
    client: &mut Client,
    place: &ImapPath,
) -> Result<Option<IdSet>, Failure> {
    let Some(mailbox) = &place.mailbox else {
        return Err(Failure::usage("which mailbox? ls lists them"));
    };
    let opened = client.examine(mailbox).await?;
    let (validity, is_empty) = (opened.uid_validity, opened.exists == 0);
    if let (Some(meant), Some(now)) = (place.uid_validity, validity)
        && meant != now
    {
        return Err(Failure::usage(format!(
            "the UIDs of {mailbox} are other ones now: its UIDVALIDITY is {now}, not {meant}"
        )));
    }
    let meant = place.uids.clone();
    let Some(search) = &place.search else {
        // Some servers call all of nothing an error.
        return Ok(match meant {
            None if is_empty => None,
            None => Some(IdSet::all()),
            meant => meant,
        });
    };
    let mut wanted = Search::raw(search)?;
    if let Some(meant) = meant {
        wanted = Search::uid(meant).and(wanted);
    }
    let found = client.search(&wanted).await?;
    Ok(Some(found).filter(|found| !found.is_empty()))
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
