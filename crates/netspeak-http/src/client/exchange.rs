//! [`Engine`]: one request and its answer over one of the pool's connections.

use std::pin::{Pin, pin};
use std::task::Poll;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http::{Request, Version};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::rt::TokioTimer;
use netspeak_core::{Conn, Deadlines, Phase};

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
    /// Nothing has been done about it: the connection had been used before and ended without a byte of an
    /// answer, or the server says so.
    pub(super) was_ignored: bool,
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
            pool: builder.build(dial),
            tasks,
        }
    }

    pub(super) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Sends a request and waits for the head of its answer. The wait begins anew whenever a piece of the
    /// request's body has gone.
    pub(super) async fn exchange(
        &self,
        mut request: Request<Outgoing>,
        gone: &Gone,
        settings: &Settings,
        deadlines: &Deadlines,
    ) -> Result<Answer, Unanswered> {
        let mut captured = capture_connection(&mut request);
        let mut answering = pin!(self.pool.request(request));
        // Until there is a connection its own phases have their own limits, and the total runs.
        let connecting = deadlines.within(Phase::Wait, std::time::Duration::MAX);
        let early = connecting
            .run(
                "connecting",
                answer_or_connection(answering.as_mut(), &mut captured),
            )
            .await
            .map_err(|error| Unanswered::new(error.into()))?;
        let link = link_of(&captured);
        let uses = link.as_ref().map_or(0, Link::uses);
        let clock = netspeak_core::Timeline::start();
        let answer = match early {
            Some(answer) => answer,
            None => loop {
                let before = gone.bytes();
                let deadline = deadlines.phase(Phase::Wait);
                match deadline
                    .run("waiting for the answer", answering.as_mut())
                    .await
                {
                    Ok(answer) => break answer,
                    Err(_) if gone.bytes() != before => {}
                    Err(error) => return Err(Unanswered::new(error.into())),
                }
            },
        };
        let answer = answer.map_err(|error| {
            let quiet = link.as_ref().is_some_and(|link| link.heard().is_empty());
            let is_undone = failure::is_undone(&error);
            let error = failure::unanswered(&error, link.as_ref(), gone.bytes());
            let is_stale = uses > 0 && quiet && matches!(error, Error::Net(_));
            Unanswered {
                was_ignored: is_undone || is_stale,
                error,
            }
        })?;
        let (head, body) = answer.into_parts();
        let link = link.or_else(|| head.extensions.get::<Link>().cloned());
        let link = link.ok_or_else(|| Unanswered::new(Error::Poisoned))?;
        check_head(&head, settings).map_err(Unanswered::new)?;
        if is_ambiguous(&head)
            && let Some(connected) = &*captured.connection_metadata()
        {
            connected.poison();
        }
        Ok(Answer {
            head,
            body,
            link,
            uses,
            waited: clock.elapsed(),
        })
    }
}

/// The answer; `None` as soon as there is a connection for it.
async fn answer_or_connection<T>(
    mut answering: Pin<&mut impl Future<Output = T>>,
    captured: &mut CaptureConnection,
) -> Option<T> {
    let mut connected = pin!(async {
        let _ = captured.wait_for_connection_metadata().await;
    });
    std::future::poll_fn(|cx| {
        if let Poll::Ready(answer) = answering.as_mut().poll(cx) {
            return Poll::Ready(Some(answer));
        }
        connected.as_mut().poll(cx).map(|()| None)
    })
    .await
}

/// How much of an HTTP/2 answer may be on its way unasked.
const WINDOW: u32 = 4 * 1024 * 1024;

impl Unanswered {
    fn new(error: Error) -> Self {
        Self {
            error,
            was_ignored: false,
        }
    }
}

fn link_of(captured: &CaptureConnection) -> Option<Link> {
    let mut extensions = http::Extensions::new();
    captured
        .connection_metadata()
        .as_ref()?
        .get_extras(&mut extensions);
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
