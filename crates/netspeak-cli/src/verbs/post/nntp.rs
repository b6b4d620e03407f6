//! `post` over NNTP.

mod yenc;

use std::path::Path;

use netspeak::nntp::NntpPath;
use tokio::io::AsyncReadExt;

use super::{Order, Post};
use crate::failure::Failure;
use crate::output;
use crate::source::Source;
use crate::verbs::news;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Post> = Row {
    protocol: "nntp",
    urls: &[
        (
            "nntps://host/",
            "an article, header and body, from --file FILE",
        ),
        (
            "nntps://host/",
            "a file, from --yenc FILE --group GROUP --from AUTHOR",
        ),
    ],
    run: |order| Box::pin(post(order)),
};

/// The largest article that is read into memory.
const LARGEST: u64 = 64 * 1024 * 1024;

async fn post(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args, file } = order;
    args.http.refuse("nntp")?;
    if NntpPath::of(target)? != NntpPath::Groups {
        return Err(Failure::usage("the article itself names its groups"));
    }
    if args.output.is_some() || args.pace.limit_rate.is_some() {
        return Err(Failure::usage("--output and --limit-rate are for HTTP"));
    }
    if let Some(file) = &args.parts.yenc {
        return yenc::post(file, target, args).await;
    }
    let article = article(file).await?;
    let reply = news::session(target, &args.connect, async |client| {
        Ok(client.post(&article).await?.reply)
    })
    .await?;
    output::print(&format!("{}\n", reply.text()));
    Ok(())
}

async fn article(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let Some(path) = file else {
        return Err(Failure::usage(
            "an article comes from --file FILE, or - for standard input",
        ));
    };
    let mut article = Vec::new();
    match Source::open(path).await? {
        Source::File(file, _) => {
            let file = tokio::fs::File::from_std(file);
            file.take(LARGEST + 1).read_to_end(&mut article).await?
        }
        Source::Stream(stream) => stream.take(LARGEST + 1).read_to_end(&mut article).await?,
    };
    if article.len() as u64 > LARGEST {
        return Err(Failure::usage("an article has at most 64 MiB"));
    }
    Ok(article)
}
