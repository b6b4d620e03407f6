//! Opening an IMAP URL: one message, or a part of it, as a stream.

use netspeak_core::Target;
use netspeak_core::open::{About, OpenError, OpenOptions, Opened, Outlet};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::types::{ImapPath, Section};

/// Opens the message that an `imap` URL names, or the part of it. It is not marked as read.
///
/// # Errors
/// [`Error::Usage`] for a URL that names a server, a mailbox or several messages; those of the session.
pub async fn open(target: &Target, options: &OpenOptions) -> Result<Opened, OpenError> {
    Opened::of(target, options, read).await
}

async fn read(target: Target, options: OpenOptions, out: Outlet) -> Result<()> {
    let place = ImapPath::of(&target)?;
    let (Some(mailbox), Some(uids)) = (&place.mailbox, &place.uids) else {
        return Err(one_message());
    };
    if uids.len() != 1 || uids.has_star() {
        return Err(one_message());
    }
    let builder = Client::builder().opening(options.opening);
    let mut client = builder.connect(&target).await?;
    let opened = client.examine(mailbox).await?;
    place.check_uid_validity(opened.uid_validity)?;
    let whole = Section::whole();
    let is_whole = *place.section.as_ref().unwrap_or(&whole) == whole;
    let mut message = client.part(uids, &place).await?;
    let mut about = About::at(target.to_string());
    about.size = Some(message.size());
    about.media_type = is_whole.then(|| "message/rfc822".to_owned());
    out.begin(about).await;
    while let Some(piece) = message.chunk().await? {
        out.give(piece).await;
    }
    client.logout().await.map(drop)
}

fn one_message() -> Error {
    Error::usage("an imap URL is opened for one message: write imap://host/INBOX;UID=7")
}
