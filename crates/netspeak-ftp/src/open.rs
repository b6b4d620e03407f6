//! Opening an FTP URL: a file as a stream, or the names in a folder (RFC 1738 section 3.2).

use netspeak_core::Target;
use netspeak_core::open::{About, OpenError, OpenOptions, Opened, Outlet};

use crate::client::{Client, RetrOptions};
use crate::error::Result;
use crate::listing::Kind;
use crate::path::FtpPath;

/// Opens the file that an FTP URL names, as `anonymous` if nobody is named; of a folder, the names in it, one a line,
/// those of folders with a slash.
///
/// # Errors
/// Those of the session: `work.not_found` if there is no such file.
pub async fn open(target: &Target, options: &OpenOptions) -> Result<Opened, OpenError> {
    Opened::of(target, options, read).await
}

async fn read(target: Target, options: OpenOptions, out: Outlet) -> Result<()> {
    let path = FtpPath::of(&target)?;
    let builder = Client::builder().opening(options.opening);
    let mut client = builder.connect(&target).await?;
    let mut about = About::at(target.to_string());
    if path.is_listing() {
        about.media_type = Some("text/plain; charset=utf-8".to_owned());
        let mut listing = client.entries(path.to_string()).await?;
        out.begin(about).await;
        while let Some(listed) = listing.next().await? {
            if let Some(entry) = listed.entry() {
                let slash = if entry.kind() == Kind::Dir { "/" } else { "" };
                out.give(format!("{}{slash}\n", entry.name()).as_bytes())
                    .await;
            }
        }
    } else {
        let options = RetrOptions {
            transfer_type: path.transfer_type(),
            ..RetrOptions::default()
        };
        let mut download = client.retr_with(path.to_string(), &options).await?;
        about.size = download.size();
        about.name = path.name.as_ref().map(ToString::to_string);
        out.begin(about).await;
        while let Some(piece) = download.chunk().await? {
            out.give(piece).await;
        }
    }
    client.quit().await.map(drop)
}
