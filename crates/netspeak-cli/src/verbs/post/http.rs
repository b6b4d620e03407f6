//! `post` over HTTP.

mod form;
mod parts;

use netspeak::http::{Method, RequestBuilder};

use super::{Order, Post};
use crate::failure::Failure;
use crate::output::{Beginning, Sink, Turns};
use crate::render::progress::Bars;
use crate::source::Source;
use crate::verbs::http::{self, Session, Show, failed};
use crate::verbs::row::Row;

pub(super) const ROW: Row<Post> = Row {
    protocol: "http",
    urls: &[("https://host/path", "by POST; the answer is shown")],
    run: |order| Box::pin(post(order)),
};

async fn post(order: Order<'_>) -> Result<(), Failure> {
    let args = order.args;
    let session = Session::new(&args.http, &args.connect, 1)?;
    let done = send(&session, order).await;
    done.and(session.end())
}

async fn send(session: &Session, order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args, .. } = order;
    let request = session.request(Method::POST, target, &args.http, &args.connect)?;
    let answer = with_body(session, request, order).await?.send().await;
    let answer = answer.map_err(failed)?;
    if let Some(refusal) = answer.refusal() {
        http::discard(answer).await;
        return Err(session.refused(refusal));
    }
    let sink = match &args.output {
        Some(path) => Sink::named(path, Beginning::Anew)?,
        None => Sink::stdout()?,
    };
    let turns = Turns::new(sink, 1);
    let mut turn = turns.of(0).await;
    let how = Show::whole(args.http.include, args.pace.limit_rate);
    http::show(answer, &mut turn, how).await?;
    turn.finish()?;
    Ok(turns.complete()?)
}

async fn with_body(
    session: &Session,
    request: RequestBuilder,
    order: Order<'_>,
) -> Result<RequestBuilder, Failure> {
    let Order { target, args, file } = order;
    if let Some(path) = file {
        let source = Source::open(path).await?;
        return Ok(http::with_body(
            request,
            source,
            args.pace.limit_rate,
            &Bars::default(),
            target.path(),
        ));
    }
    if !args.body.form.is_empty() {
        return Ok(request.multipart(parts::of(&args.body.form).await?));
    }
    let request = request.body(form::of(&args.body)?);
    // What was asked for by -H counts.
    Ok(match session.has_field("content-type") {
        true => request,
        false => request.header("content-type", form::TYPE),
    })
}
