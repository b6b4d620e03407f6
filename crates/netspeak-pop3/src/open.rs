//! Opening a POP3 URL: one message as a stream.

use netspeak_core::Target;
use netspeak_core::open::{About, OpenError, OpenOptions, Opened, Outlet};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::types::Pop3Path;

/// Opens the message that a `pop3` URL names. It stays on the server.
///
/// # Errors
/// [`Error::Usage`] for a URL that names several messages; those of the session.
pub async fn open(target: &Target, options: &OpenOptions) -> Result<Opened, OpenError> {
    Opened::of(target, options, read).await
}

async fn read(target: Target, options: OpenOptions, out: Outlet) -> Result<()> {
    let Pop3Path::One(number) = Pop3Path::of(&target)? else {
        return Err(Error::usage(
            "a pop3 URL is opened for one message: write pop3://host/7",
        ));
    };
    let builder = Client::builder().opening(options.opening);
    let mut client = builder.connect(&target).await?;
    let mut about = About::at(target.to_string());
    about.media_type = Some("message/rfc822".to_owned());
    about.size = client.list_one(number).await?.octets;
    let mut message = client.retr(number).await?;
    about.status = Some(message.reply().text());
    out.begin(about).await;
    while let Some(piece) = message.chunk().await? {
        out.give(piece).await;
    }
    client.quit().await.map(drop)
}
