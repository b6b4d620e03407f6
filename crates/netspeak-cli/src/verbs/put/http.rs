//! `put` over HTTP.

use netspeak::core::Target;
use netspeak::http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Order, Put};
use crate::failure::Failure;
use crate::output::{Sink, Turns};
use crate::source::Source;
use crate::verbs::http::{self, Session, Show, failed};
use crate::verbs::row::Row;

pub(super) const ROW: Row<Put> = Row {
    protocol: "http",
    urls: &[
        ("https://host/dir/file", "by PUT"),
        ("https://host/dir/", "the same, under the file's own name"),
    ],
    run: |order| Box::pin(put(order)),
};

/// What may stand unescaped in a segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

async fn put(order: Order<'_>) -> Result<(), Failure> {
    let args = order.args;
    args.data.refuse("http")?;
    if args.continue_at.is_some() || args.temp_name {
        return Err(Failure::usage(
            "http stores a file whole or not at all: leave -C and --temp-name out",
        ));
    }
    if args.delete || args.dry_run || order.source.is_dir() {
        return Err(Failure::usage("http stores files, not folders"));
    }
    let session = Session::new(&args.http, &args.connect, 1)?;
    let done = send(&session, order).await;
    done.and(session.end())
}

async fn send(session: &Session, order: Order<'_>) -> Result<(), Failure> {
    let Order {
        source,
        target,
        args,
        bars,
        ..
    } = order;
    let target = named(target, order)?;
    let source = Source::open(source).await?;
    let request = session.request(Method::PUT, &target, &args.http, &args.connect)?;
    let request = http::with_body(request, source, args.pace.limit_rate, bars, target.path());
    let answer = request.send().await.map_err(failed)?;
    if let Some(refusal) = answer.refusal() {
        http::discard(answer).await;
        return Err(session.refused(refusal));
    }
    let turns = Turns::new(Sink::stdout()?, 1);
    let mut turn = turns.of(0).await;
    let how = Show::whole(args.http.include, None);
    http::show(answer, &mut turn, how).await?;
    turn.finish()?;
    Ok(turns.complete()?)
}

/// The target with a name at its end.
fn named(target: &Target, order: Order<'_>) -> Result<Target, Failure> {
    let path = target.path();
    if !(path.is_empty() || path.ends_with('/')) {
        return Ok(target.clone());
    }
    let name = super::own_name(order.source)?;
    let name = utf8_percent_encode(&name, SEGMENT);
    let folder = path.trim_end_matches('/');
    Ok(target.clone().with_path(&format!("{folder}/{name}")))
}
