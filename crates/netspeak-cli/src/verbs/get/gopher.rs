//! `get` over Gopher.

use std::io::Write;

use netspeak::core::{LocalName, NameRules};
use netspeak::gopher::{Client, Content, GopherPath};

use super::{Apart, Get, Order};
use crate::args::GetArgs;
use crate::failure::Failure;
use crate::output::{Sink, Turn, Turns};
use crate::render::progress::Bars;
use crate::verbs::gopher;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Get> = Row {
    protocol: "gopher",
    urls: &[
        ("gopher://host/0/about.txt", "a text, without its final dot"),
        (
            "gopher://host/9/file",
            "a file; of type 1 a menu as it is sent",
        ),
    ],
    run: |args| {
        args.refuse_http("gopher")?;
        args.data.refuse("gopher")?;
        Ok(Box::new(Apart(|order| Box::pin(get(order)))))
    },
};

async fn get(order: Order<'_, '_>) -> Result<(), Failure> {
    let Order {
        target,
        args,
        sink,
        bars,
        ..
    } = order;
    let path = GopherPath::of(target)?;
    if args.continue_at.is_some() || args.pace.limit_rate.is_some() {
        return Err(Failure::usage(
            "-C and --limit-rate are not there over Gopher: a server knows the whole only",
        ));
    }
    let own = own_sink(&path, args)?;
    gopher::session(target, &args.connect, async |client| match own {
        Some(own) => {
            let own = Turns::new(own, 1);
            let mut turn = own.of(0).await;
            fetch(client, &path, bars, &mut turn).await?;
            turn.finish()?;
            Ok(own.complete()?)
        }
        None => fetch(client, &path, bars, sink).await,
    })
    .await
}

/// The file of its own that a URL has with `-O` and `--dir`.
fn own_sink(path: &GopherPath, args: &GetArgs) -> Result<Option<Sink>, Failure> {
    if !args.remote_name && args.dir.is_none() {
        return Ok(None);
    }
    let name = path.name().unwrap_or_default();
    let name = LocalName::new(name, NameRules::HERE).map_err(|fault| {
        let selector = path.request.selector().text();
        Failure::usage(format!(
            "{selector:?} gives no name for a file: {fault}; give -o FILE"
        ))
    })?;
    super::own_sink(&name, args).map(Some)
}

async fn fetch(
    client: Client,
    path: &GopherPath,
    bars: &Bars,
    sink: &mut Turn<'_>,
) -> Result<(), Failure> {
    let request = &path.request;
    let mut body = match (path.item_type.content(), request.plus_part()) {
        (_, Some(_)) => client.plus(request).await?,
        (Content::Text, _) => client.text(request).await?,
        (Content::Nothing, _) => {
            let name = path.item_type.name();
            return Err(Failure::usage(format!(
                "type {} ({name}) is nothing to be fetched",
                path.item_type
            )));
        }
        _ => client.bytes(request).await?,
    };
    let mut meter = bars.meter(&request.selector().text(), 0, None, sink.data());
    while let Some(piece) = body.chunk().await? {
        sink.write_all(piece)?;
        meter.add(piece.len());
    }
    Ok(sink.flush()?)
}
