//! `get` over HTTP.

mod condition;
mod resume;

use netspeak::core::{NameRules, Target};
use netspeak::http::{ByteRange, HeaderMap, Method, RequestBuilder, Response, StatusCode, Url};
use netspeak::http::{Validators, local_name};

use super::{Fetcher, Get, Got, Order};
use crate::args::GetArgs;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Sink, Turn, Turns};
use crate::verbs::http::{self, Session, Show, failed};
use crate::verbs::row::{Row, Work};

pub(super) const ROW: Row<Get> = Row {
    protocol: "http",
    urls: &[(
        "https://host/path?query",
        "what a GET brings, redirects followed",
    )],
    run: |args| Ok(Box::new(Http::new(args)?)),
};

/// So much is worth continuing; smaller ones are fetched again.
const WORTH_NOTING: u64 = 1024 * 1024;

struct Http {
    session: Session,
    range: Option<ByteRange>,
    /// What is fetched only if it is new.
    condition: HeaderMap,
}

impl Http {
    fn new(args: &GetArgs) -> Result<Self, Failure> {
        args.data.refuse("http")?;
        Ok(Self {
            session: Session::new(&args.http, &args.connect, args.pace.jobs)?,
            range: args.part.range.as_deref().map(range).transpose()?,
            condition: condition::of(&args.part)?,
        })
    }

    fn ask(&self, target: &Target, args: &GetArgs) -> Result<RequestBuilder, Failure> {
        let method = if args.part.head {
            Method::HEAD
        } else {
            Method::GET
        };
        let session = &self.session;
        let mut request = session.request(method, target, &args.http, &args.connect)?;
        if !self.condition.is_empty() {
            request = request.headers(self.condition.clone());
        }
        if let Some(range) = self.range {
            request = request.range(range);
        }
        Ok(request)
    }

    async fn get(&self, order: Order<'_, '_>) -> Result<Got, Failure> {
        if order.args.continue_at.is_some() {
            return self.go_on(order).await;
        }
        let answer = self.ask(order.target, order.args)?.send().await;
        let answer = answer.map_err(failed)?;
        if !self.condition.is_empty() && is_unchanged(answer.status()) {
            http::discard(answer).await;
            return Ok(Got::Nothing);
        }
        if order.args.part.head {
            return self.head(answer, order).await;
        }
        if let Some(refusal) = answer.refusal() {
            http::discard(answer).await;
            return Err(self.session.refused(refusal));
        }
        if self.range.is_some() && answer.status() != StatusCode::PARTIAL_CONTENT {
            let failure = Failure::usage("the server gives no parts of it: leave -r out");
            return Err(failure.with_code(Some(exit::RANGE)));
        }
        if !order.args.has_own_names() {
            return take(answer, order, 0).await;
        }
        let url = http::url(order.target)?;
        let own = Turns::new(own_sink(answer.headers(), &url, order.args)?, 1);
        let mut turn = own.of(0).await;
        let sink = &mut turn;
        take(answer, Order { sink, ..order }, 0).await?;
        turn.finish()?;
        own.complete()?;
        Ok(Got::All)
    }

    /// The head alone, also of a refusal.
    async fn head(&self, answer: Response, order: Order<'_, '_>) -> Result<Got, Failure> {
        let refusal = answer.refusal();
        take(answer, order, 0).await?;
        match refusal {
            Some(refusal) => Err(self.session.refused(refusal)),
            None => Ok(Got::All),
        }
    }
}

impl Fetcher for Http {
    fn fetch<'a, 's: 'a>(&'a self, order: Order<'a, 's>) -> Work<'a, Got> {
        Box::pin(self.get(order))
    }

    fn end(&self) -> Result<(), Failure> {
        self.session.end()
    }
}

fn is_unchanged(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::NOT_MODIFIED | StatusCode::PRECONDITION_FAILED
    )
}

/// Writes what came.
async fn take(answer: Response, order: Order<'_, '_>, offset: u64) -> Result<Got, Failure> {
    let Order { args, sink, .. } = order;
    let is_own = order.is_alone || args.has_own_names();
    if is_own && offset == 0 {
        note(&answer, args, sink)?;
    }
    let asked_for = args.part.etag_save.as_ref();
    let version = asked_for.map(|path| (path, Validators::of(answer.headers())));
    let how = Show {
        head: args.http.include || args.part.head,
        rate: args.pace.limit_rate,
        bars: Some(order.bars),
        offset,
    };
    http::show(answer, sink, how).await?;
    if let Some((path, validators)) = version {
        condition::save(path, &validators)?;
    }
    Ok(Got::All)
}

/// Notes which version this is, if it is worth continuing and what is written are its own bytes.
fn note(answer: &Response, args: &GetArgs, sink: &mut Turn<'_>) -> Result<(), Failure> {
    let is_other =
        args.part.head || args.http.compressed || args.http.include || args.part.range.is_some();
    let is_small = answer
        .content_length()
        .is_some_and(|size| size < WORTH_NOTING);
    if is_other || is_small || answer.status() != StatusCode::OK {
        return Ok(());
    }
    if let Some(strong) = Validators::of(answer.headers()).strong() {
        let noted = sink.part(|part| part.note_version(strong.as_bytes()));
        noted.unwrap_or(Ok(()))?;
    }
    Ok(())
}

/// The file under the name that the server suggests, or the URL's own.
fn own_sink(headers: &HeaderMap, url: &Url, args: &GetArgs) -> Result<Sink, Failure> {
    let name = local_name(headers, url, NameRules::HERE)
        .ok_or_else(|| Failure::usage(format!("{url} has no name for a file: give -o FILE")))?;
    super::own_sink(&name, args)
}

/// `0-499`, `500-`, `-500`.
fn range(text: &str) -> Result<ByteRange, Failure> {
    let bad = || {
        Failure::usage(format!(
            "-r takes one range of bytes, 0-499, 500- or -500, not {text:?}"
        ))
    };
    let number = |text: &str| {
        let is_number = text.bytes().all(|b| b.is_ascii_digit());
        is_number
            .then(|| text.parse().ok())
            .flatten()
            .ok_or_else(bad)
    };
    let range = match text.split_once('-').ok_or_else(bad)? {
        ("", last) => ByteRange::Last(number(last)?),
        (first, "") => ByteRange::From(number(first)?),
        (first, last) => ByteRange::Within {
            first: number(first)?,
            last: number(last)?,
        },
    };
    range.value().map_err(failed)?;
    Ok(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        for (text, read) in [
            (
                "0-499",
                ByteRange::Within {
                    first: 0,
                    last: 499,
                },
            ),
            ("500-", ByteRange::From(500)),
            ("-500", ByteRange::Last(500)),
        ] {
            assert_eq!(range(text).unwrap(), read);
        }
        for bad in ["", "-", "5", "5-4", "-0", "0-1,3-4", "a-b", "+1-2", "1--2"] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }
}
