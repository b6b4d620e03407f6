//! [`Engine`]: one request and its answer over one of the pool's connections.

use std::pin::pin;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http::{Request, Version};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::rt::TokioTimer;
use netspeak_core::{Conn, Deadlines, ErrorKind, Phase, Timeline};

use super::dial::Dial;
use super::failure::{self, BUFFER};
use super::link::{Link, Way};
use super::outgoing::{Gone, Outgoing};
use super::settings::Settings;
use super::tasks::Tasks;
use crate::error::{Error, Result};
use crate::types::Versions;

/// hyper's pool over core's connections, and who owns its tasks.
#[derive(Clone, Debug)]
pub(super) struct Engine {
    pool: Pool<Dial, Outgoing>,
    dial: Dial,
    tasks: Tasks,
}

/// An answer whose body has not been read yet.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) head: Parts,
    pub(super) body: Incoming,
    pub(super) link: Link,
    /// How many requests the connection had carried before.
    pub(super) uses: u64,
    /// How long the server took, from having a connection to the end of the head.
    pub(super) waited: std::time::Duration,
}

/// A request that got no answer.
#[derive(Debug)]
pub(super) struct Unanswered {
    pub(super) error: Error,
    pub(super) fate: Fate,
}

/// What became of a request that got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It never left, or the server says that it did nothing about it (RFC 9113 section 8.7).
    Untouched,
    /// The connection had been used before, and ended without a byte of an answer: it was stale, most likely.
    Stale,
    /// It is not known.
    Unknown,
}

impl Engine {
    pub(super) fn new(settings: &Settings) -> Self {
        let (connector, trace) = (settings.connector.clone(), settings.trace.clone());
        Self::over(Dial::new(connector, trace, settings.versions), settings)
    }

    /// Over one connection that is there already.
    pub(super) fn given(conn: Conn, way: Way, settings: &Settings) -> Self {
        Self::over(Dial::given(conn, way, settings.versions), settings)
    }

    fn over(dial: Dial, settings: &Settings) -> Self {
        let tasks = Tasks::default();
        let mut builder = Pool::builder(tasks.spawner());
        builder
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(settings.pool.idle_timeout)
            .pool_max_idle_per_host(settings.pool.idle_per_host)
            .http1_max_buf_size(BUFFER)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http2_only(settings.versions == Versions::Http2)
            .http2_initial_stream_window_size(WINDOW)
            .http2_initial_connection_window_size(WINDOW.saturating_mul(4))
            .http2_max_header_list_size(u32::try_from(settings.head_bytes).unwrap_or(u32::MAX));
        Self {
            pool: builder.build(dial.clone()),
            dial,
            tasks,
        }
    }

    pub(super) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Sends a request and waits for the head of its answer. The wait begins anew whenever a piece of the
    /// request's body has gone; while connections are being opened their own limits count.
    pub(super) async fn exchange(
        &self,
        request: Request<Outgoing>,
        gone: &Gone,
        settings: &Settings,
        deadlines: &Deadlines,
    ) -> Result<Answer, Unanswered> {
        let clock = Timeline::start();
        let mut answering = pin!(self.pool.request(request));
        let answer = loop {
            let before = gone.bytes();
            let deadline = deadlines.phase(Phase::Wait);
            let waiting = deadline.run("waiting for the answer", answering.as_mut());
            match waiting.await {
                Ok(answer) => break answer,
                Err(error) if error.kind() == ErrorKind::TIMEOUT_TOTAL => {
                    return Err(Unanswered::new(error.into()));
                }
                Err(_) if gone.bytes() != before || self.dial.is_dialling() => {}
                Err(error) => return Err(Unanswered::new(error.into())),
            }
        };
        let (mut head, body) = answer
            .map_err(|error| self.unanswered(&error, gone))?
            .into_parts();
        let link: Option<Link> = head.extensions.remove();
        let link = link.ok_or_else(|| Unanswered::new(Error::Poisoned))?;
        check_head(&head, settings).map_err(Unanswered::new)?;
        if is_ambiguous(&head) {
            link.close();
        }
        Ok(Answer {
            head,
            body,
            uses: link.uses(),
            // The connection may have been opened meanwhile.
            waited: clock.elapsed().min(link.age()),
            link,
        })
    }

    fn unanswered(&self, error: &hyper_util::client::legacy::Error, gone: &Gone) -> Unanswered {
        let early = self.dial.early().take();
        match failure::spoke_first(&early) {
            Some(error) => Unanswered::new(error),
            None => unanswered(error, gone),
        }
    }
}

fn unanswered(error: &hyper_util::client::legacy::Error, gone: &Gone) -> Unanswered {
    let link = link_of(error);
    let quiet = link.as_ref().is_some_and(|link| link.heard().is_empty());
    let was_used = link.as_ref().is_some_and(Link::is_used);
    let is_untouched = failure::is_undone(error) || link.as_ref().is_some_and(Link::is_closed);
    let error = failure::unanswered(error, link.as_ref(), gone.bytes());
    let fate = match &error {
        _ if is_untouched => Fate::Untouched,
        Error::Net(_) if was_used && quiet => Fate::Stale,
        _ => Fate::Unknown,
    };
    Unanswered { error, fate }
}

/// How much of an HTTP/2 answer may be on its way unasked.
const WINDOW: u32 = 4 * 1024 * 1024;

impl Unanswered {
    fn new(error: Error) -> Self {
        Self {
            error,
            fate: Fate::Unknown,
        }
    }
}

fn link_of(error: &hyper_util::client::legacy::Error) -> Option<Link> {
    let mut extensions = http::Extensions::new();
    error.connect_info()?.get_extras(&mut extensions);
    extensions.remove()
}

/// Two ways to tell where a body ends: who believes the other one reads other answers (RFC 9112 section
/// 6.3). The chunks count, and nothing more is read from that connection.
fn is_ambiguous(head: &Parts) -> bool {
    let is_text = matches!(head.version, Version::HTTP_10 | Version::HTTP_11);
    let has = |name| head.headers.contains_key(name);
    is_text && has(TRANSFER_ENCODING) && has(CONTENT_LENGTH)
}

/// What the head of an answer may weigh.
fn check_head(head: &Parts, settings: &Settings) -> Result<()> {
    // A colon, a blank and a line end come with each.
    const AROUND: usize = 4;
    let bytes = head.headers.iter().map(|(name, value)| {
        let name = name.as_str().len();
        name.saturating_add(value.len()).saturating_add(AROUND)
    });
    let bytes = bytes.fold(0usize, usize::saturating_add);
    if bytes > settings.head_bytes {
        let most = settings.head_bytes as u64;
        return Err(Error::limit("bytes in the head of an answer", most));
    }
    Ok(())
}
