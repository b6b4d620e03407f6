//! Opening a Gopher URL: a text, a file, or a menu as it came.

use netspeak_core::Target;
use netspeak_core::open::{About, OpenError, OpenOptions, Opened, Outlet};

use crate::client::{Answer, Client};
use crate::error::{Error, Result};
use crate::types::{Content, GopherPath};

/// Opens what a Gopher URL names: texts without what marks their end, files byte for byte, menus as their lines.
///
/// # Errors
/// As [`Client::fetch`].
pub async fn open(target: &Target, options: &OpenOptions) -> Result<Opened, OpenError> {
    Opened::of(target, options, read).await
}

async fn read(target: Target, options: OpenOptions, out: Outlet) -> Result<()> {
    let path = GopherPath::of(&target)?;
    let content = path.item_type.content();
    let builder = Client::builder().opening(options.opening);
    let client = builder.connect(&target).await?;
    let mut body = match content {
        // Its lines end as those of a text do.
        Content::Menu if path.request.plus_part().is_none() => client.text(&path.request).await?,
        _ => match client.fetch(&path).await? {
            Answer::Body(body) => body,
            Answer::Menu(_) => return Err(Error::usage("a menu where a body was due")),
        },
    };
    let mut about = About::at(target.to_string());
    about.media_type = match content {
        Content::Menu => Some("application/gopher-menu".to_owned()),
        Content::Text => Some("text/plain".to_owned()),
        _ => None,
    };
    out.begin(about).await;
    while let Some(piece) = body.chunk().await? {
        out.give(piece).await;
    }
    Ok(())
}
