//! `get` over NNTP.

mod decode;
mod files;
mod nzb;

use std::io::Write;

use netspeak::core::Target;
use netspeak::nntp::{
    ArticleRange, Batch, Client, Error, GroupName, MessageId, NntpPath, Part, Which,
};

use super::messages::{Messages, Refused, to_folder, to_mbox};
use super::{Apart, Get, Order};
use crate::failure::Failure;
use crate::verbs::news;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Get> = Row {
    protocol: "nntp",
    urls: &[
        ("nntps://host/id@host", "the article of this name"),
        (
            "nntps://host/group/3-9",
            "articles 3 to 9 of a group, as an mbox",
        ),
        ("nntps://host/group", "the whole group, as an mbox"),
        ("nntps://host", "what --nzb FILE lists"),
    ],
    run: |args| {
        args.refuse_http("nntp")?;
        args.data.refuse("nntp")?;
        Ok(Box::new(Apart(|order| Box::pin(get(order)))))
    },
};

async fn get(order: Order<'_, '_>) -> Result<(), Failure> {
    let Order { target, args, .. } = order;
    let selection = NntpPath::of(target)?;
    let is_binary = args.news.decode || args.news.nzb.is_some();
    if args.remote_name && !is_binary
        || args.continue_at.is_some()
        || args.pace.limit_rate.is_some()
    {
        return Err(Failure::usage(
            "-O, -C and --limit-rate are for files: articles go to --dir DIR",
        ));
    }
    if let Some(file) = &args.news.nzb {
        return nzb::fetch(file, target, args, order.bars).await;
    }
    news::session(target, &args.connect, async |client| match selection {
        NntpPath::Groups => Err(Failure::usage("which group? ls lists them")),
        NntpPath::Article(id) => articles(client, id, order).await,
        NntpPath::Group(name, range) => {
            let numbers = numbers(client, &name, range).await?;
            let meter = super::meter(&order, None);
            if args.news.decode {
                return decode::all(client, numbers, args, order.sink, meter).await;
            }
            let articles = Articles::new(client.fetch(numbers, Part::Article)?);
            match &args.dir {
                Some(dir) => to_folder(articles, dir, args.overwrite(), meter).await,
                None => to_mbox(articles, order.sink, meter).await,
            }
        }
    })
    .await
}

/// So many articles are asked for in one go.
const MOST_AT_ONCE: usize = 10_000;

/// An article, and those behind it of the same server, pipelined.
async fn articles(client: &mut Client, id: MessageId, order: Order<'_, '_>) -> Result<(), Failure> {
    let same_server = |other: &Target| {
        other.clone().with_path("").to_string() == order.target.clone().with_path("").to_string()
            && matches!(NntpPath::of(other), Ok(NntpPath::Article(_)))
    };
    let behind = std::iter::from_fn(|| match NntpPath::of(&(order.more)(&same_server)?) {
        Ok(NntpPath::Article(id)) => Some(id),
        _ => None,
    });
    let ids: Vec<_> = std::iter::once(id)
        .chain(behind)
        .take(MOST_AT_ONCE)
        .collect();
    let mut meter = super::meter(&order, None);
    if order.args.news.decode {
        return decode::all(client, ids, order.args, order.sink, meter).await;
    }
    let is_one = ids.len() == 1;
    let mut batch = client.fetch(ids, Part::Article)?;
    let mut refused = None;
    while let Some((which, answer)) = batch.next().await? {
        match answer {
            Err(error) if is_one => return Err(error.into()),
            Err(error) => refused = Some(refusal(&which, error).told(|text| meter.say(text))),
            Ok(_) => {
                while let Some(piece) = batch.chunk().await? {
                    order.sink.write_all(piece)?;
                    meter.add(piece.len());
                }
            }
        }
    }
    order.sink.flush()?;
    refused.map_or(Ok(()), Err)
}

async fn numbers(
    client: &mut Client,
    name: &GroupName,
    range: Option<ArticleRange>,
) -> Result<Vec<u64>, Failure> {
    let numbers = client.listgroup(name, range).await?.into_iter();
    // Servers of RFC 977 know no range, and list all.
    let within = numbers.filter(|number| match range {
        None => true,
        Some(ArticleRange::One(one)) => *number == one,
        Some(ArticleRange::From(first)) => *number >= first,
        Some(ArticleRange::Between(first, last)) => (first..=last).contains(number),
    });
    Ok(within.collect())
}

/// Articles, each with its place in the group or its name.
struct Articles<'c> {
    batch: Batch<'c>,
    which: Option<Which>,
}

impl<'c> Articles<'c> {
    fn new(batch: Batch<'c>) -> Self {
        Self { batch, which: None }
    }
}

impl Messages for Articles<'_> {
    async fn next(&mut self) -> Result<Option<Result<(), Refused>>, Failure> {
        let Some((which, answer)) = self.batch.next().await? else {
            return Ok(None);
        };
        let answer = answer.map(drop).map_err(|error| refusal(&which, error));
        self.which = Some(which);
        Ok(Some(answer))
    }

    async fn chunk(&mut self) -> Result<Option<&[u8]>, Failure> {
        Ok(self.batch.chunk().await?)
    }

    fn file_name(&self) -> String {
        let which = self.which.as_ref().map(ToString::to_string);
        format!("{}.eml", which.unwrap_or_default())
    }
}

fn refusal(which: &Which, error: Error) -> Refused {
    Refused::new(format!("article {which}"), error)
}
