//! Opening an NNTP URL: one article as a stream.

use netspeak_core::Target;
use netspeak_core::open::{About, OpenError, OpenOptions, Opened, Outlet};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::types::{ArticleRange, NntpPath, Which};

/// Opens the article that an `nntp` or `news` URL names.
///
/// # Errors
/// [`Error::Usage`] for a URL that names groups or several articles; those of the session.
pub async fn open(target: &Target, options: &OpenOptions) -> Result<Opened, OpenError> {
    Opened::of(target, options, read).await
}

async fn read(target: Target, options: OpenOptions, out: Outlet) -> Result<()> {
    let (group, which) = match NntpPath::of(&target)? {
        NntpPath::Article(id) => (None, Which::Id(id)),
        NntpPath::Group(group, Some(ArticleRange::One(number))) => {
            (Some(group), Which::Number(number))
        }
        _ => {
            return Err(Error::usage(
                "an nntp URL is opened for one article: write nntp://host/id@host or nntp://host/group/7",
            ));
        }
    };
    let builder = Client::builder().opening(options.opening);
    let mut client = builder.connect(&target).await?;
    if let Some(group) = &group {
        client.group(group).await?;
    }
    let mut article = client.article(which).await?;
    let mut about = About::at(target.to_string());
    about.media_type = Some("message/rfc822".to_owned());
    about.status = Some(article.reply().text());
    out.begin(about).await;
    while let Some(piece) = article.chunk().await? {
        out.give(piece).await;
    }
    client.quit().await.map(drop)
}
