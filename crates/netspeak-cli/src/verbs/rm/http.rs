//! `rm` over HTTP.

use netspeak::http::Method;

use super::{Order, Rm};
use crate::failure::Failure;
use crate::verbs::http::{self, Session, failed};
use crate::verbs::row::Row;

pub(super) const ROW: Row<Rm> = Row {
    protocol: "http",
    urls: &[("https://host/path", "by DELETE")],
    run: |order| Box::pin(rm(order)),
};

async fn rm(order: Order<'_>) -> Result<(), Failure> {
    let args = order.args;
    args.data.refuse("http")?;
    if args.recursive {
        return Err(Failure::usage("-r is for folders, which http has not"));
    }
    let session = Session::new(&args.http, &args.connect, 1)?;
    let done = delete(&session, order).await;
    done.and(session.end())
}

async fn delete(session: &Session, order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    let request = session.request(Method::DELETE, target, &args.http, &args.connect)?;
    let answer = request.send().await.map_err(failed)?;
    let refusal = answer.refusal();
    http::discard(answer).await;
    refusal.map_or(Ok(()), |refusal| Err(session.refused(refusal)))
}
