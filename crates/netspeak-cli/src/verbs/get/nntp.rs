//! `get` over NNTP.

use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use netspeak::nntp::{ArticleRange, Batch, Client, Error, GroupName, Part, Which};

use super::{Fetcher, Get, Got, Order};
use crate::args::GetArgs;
use crate::failure::Failure;
use crate::mbox::Mbox;
use crate::output::{self, Beginning, Overwrite, Sink, Turn};
use crate::verbs::news::{self, Selection};
use crate::verbs::row::{Row, Work};

pub(super) const ROW: Row<Get> = Row {
    protocol: "nntp",
    urls: &[
        ("nntps://host/id@host", "the article of this name"),
        (
            "nntps://host/group/3-9",
            "articles 3 to 9 of a group, as an mbox",
        ),
        ("nntps://host/group", "the whole group, as an mbox"),
    ],
    run: |args| {
        args.refuse_http("nntp")?;
        args.data.refuse("nntp")?;
        Ok(Box::new(Nntp))
    },
};

/// How much is gathered before it is written.
const WRITE: usize = 128 * 1024;

/// A session for each URL.
struct Nntp;

impl Fetcher for Nntp {
    fn fetch<'a, 's: 'a>(&'a self, order: Order<'a, 's>) -> Work<'a, Got> {
        Box::pin(async move { get(order).await.map(|()| Got::All) })
    }
}

async fn get(order: Order<'_, '_>) -> Result<(), Failure> {
    let Order {
        target, args, sink, ..
    } = order;
    let selection = Selection::of(target)?;
    if args.remote_name || args.continue_at.is_some() || args.pace.limit_rate.is_some() {
        return Err(Failure::usage(
            "-O, -C and --limit-rate are for files: articles go to --dir DIR",
        ));
    }
    news::session(target, &args.connect, async |client| match selection {
        Selection::Groups => Err(Failure::usage("which group? ls lists them")),
        Selection::Article(id) => {
            let mut article = client.article(&id).await?;
            while let Some(piece) = article.chunk().await? {
                sink.write_all(piece)?;
            }
            Ok(sink.flush()?)
        }
        Selection::Group(name, range) => group(client, &name, range, args, sink).await,
    })
    .await
}

async fn group(
    client: &mut Client,
    name: &GroupName,
    range: Option<ArticleRange>,
    args: &GetArgs,
    sink: &mut Turn<'_>,
) -> Result<(), Failure> {
    let numbers = client.listgroup(name, range).await?;
    // Servers of RFC 977 know no range, and list all.
    let numbers = numbers.into_iter().filter(|number| match range {
        None => true,
        Some(ArticleRange::One(one)) => *number == one,
        Some(ArticleRange::From(first)) => *number >= first,
        Some(ArticleRange::Between(first, last)) => (first..=last).contains(number),
    });
    let batch = client.fetch(numbers, Part::Article)?;
    match &args.dir {
        Some(dir) => to_folder(batch, dir, args.overwrite()).await,
        None => to_mbox(batch, sink).await,
    }
}

/// All articles as one mailbox file.
async fn to_mbox(mut batch: Batch<'_>, sink: &mut Turn<'_>) -> Result<(), Failure> {
    let now = Timestamp::now();
    let mut mbox = Mbox::default();
    let mut text = Vec::new();
    let mut refused = None;
    while let Some((which, answer)) = batch.next().await? {
        if let Err(error) = answer {
            refused = Some(tell_refusal(&which, error));
            continue;
        }
        mbox.begin(now, &mut text);
        while let Some(piece) = batch.chunk().await? {
            mbox.push(piece, &mut text);
            if text.len() >= WRITE {
                sink.write_all(&text)?;
                text.clear();
            }
        }
        mbox.end(&mut text);
    }
    sink.write_all(&text)?;
    sink.flush()?;
    refused.map_or(Ok(()), Err)
}

/// One file for each article, byte for byte as it was posted, named by its number.
async fn to_folder(mut batch: Batch<'_>, dir: &Path, overwrite: Overwrite) -> Result<(), Failure> {
    std::fs::create_dir_all(dir)?;
    let mut refused = None;
    while let Some((which, answer)) = batch.next().await? {
        if let Err(error) = answer {
            refused = Some(tell_refusal(&which, error));
            continue;
        }
        let mut file = Sink::file(
            &dir.join(format!("{which}.eml")),
            overwrite,
            Beginning::Anew,
        )?;
        while let Some(piece) = batch.chunk().await? {
            file.write_all(piece)?;
        }
        file.complete()?;
    }
    refused.map_or(Ok(()), Err)
}

/// One article that the server does not give does not keep the others back.
fn tell_refusal(which: &Which, error: Error) -> Failure {
    output::say(&format!("article {which}: {error}"));
    error.into()
}
