//! From hyper to the session: one request, read and written down, then answered by whoever holds the connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderMap, Method, Response, Version};
use http_body::Body;
use hyper::body::Incoming;
use tokio::sync::{mpsc, oneshot};

use crate::http::outgoing::Outgoing;
use crate::http::request::Request;
use crate::http::{Expectation, Http, guard};
use crate::log::{Log, Said};

/// The longest body of a request.
const LONGEST_BODY: usize = 64 << 20;

/// What hyper's side asks of the session.
pub(super) enum Call {
    /// The body has grown from `before` to `now` bytes; it goes on after the reply.
    Received {
        before: usize,
        now: usize,
        reply: oneshot::Sender<()>,
    },
    /// The request is there.
    Ready {
        request: Box<Request>,
        body: Arrival,
        reply: oneshot::Sender<Response<Outgoing>>,
    },
}

/// What has become of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    Whole,
    /// The client waits for leave to send it, and does not get it.
    Refused,
    /// The client waits for leave to send it and hears nothing; so many bytes are to come.
    Unasked(usize),
    /// It is longer than what is taken.
    TooLong,
}

/// The session does not answer: the connection is to end.
#[derive(Debug)]
pub(super) struct Unanswered;

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for Unanswered {}

/// What is known about a connection, and the way to its session.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) http: Http,
    pub(super) log: Arc<Log>,
    pub(super) number: usize,
    pub(super) encrypted: bool,
    /// How many requests wait for their answers.
    pub(super) open: Arc<AtomicUsize>,
    pub(super) calls: mpsc::Sender<Call>,
}

impl Caller {
    /// Serves one request of hyper's.
    pub(super) async fn serve(
        self,
        incoming: hyper::Request<Incoming>,
    ) -> Result<Response<Outgoing>, Unanswered> {
        let (parts, mut body) = incoming.into_parts();
        let mut request = self.request(parts);
        let open = Counted::new(&self.open);
        self.log.say(Said {
            connection: self.number,
            encrypted: self.encrypted,
            pipelined: open.others > 0,
            line: request.line(),
        });
        let arrival = match self.refusal(&request) {
            Some(arrival) => arrival,
            None => self.read(&mut body, &mut request).await?,
        };
        if !matches!(arrival, Arrival::Unasked(_)) {
            self.http.seen.keep(&request);
        }
        let (reply, answer) = oneshot::channel();
        let call = Call::Ready {
            request: Box::new(request),
            body: arrival,
            reply,
        };
        self.calls.send(call).await.map_err(|_| Unanswered)?;
        answer.await.map_err(|_| Unanswered)
    }

    fn request(&self, parts: Parts) -> Request {
        let is_origin = parts.version == Version::HTTP_2 && parts.method != Method::CONNECT;
        let path = parts.uri.path_and_query().filter(|_| is_origin);
        let host = parts.headers.get("host").and_then(|it| it.to_str().ok());
        let named = (parts.version == Version::HTTP_2).then(|| parts.uri.authority());
        let authority = named.flatten().map(|it| it.as_str()).or(host);
        Request {
            connection: self.number,
            encrypted: self.encrypted,
            target: path.map_or_else(|| parts.uri.to_string(), |path| path.as_str().to_owned()),
            authority: authority.map(str::to_owned),
            method: parts.method,
            version: parts.version,
            headers: parts.headers,
            trailers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// Why the body is not to be read, if it is not.
    fn refusal(&self, request: &Request) -> Option<Arrival> {
        let waits = request
            .header("expect")
            .is_some_and(|it| it.eq_ignore_ascii_case("100-continue"));
        if !waits {
            return None;
        }
        let is_closed = guard::covers(&self.http.guards, request.path())
            && !request.headers.contains_key("authorization");
        let length = request
            .header("content-length")
            .and_then(|it| it.parse().ok());
        match self.http.expectation {
            Expectation::Refuse => Some(Arrival::Refused),
            _ if is_closed => Some(Arrival::Refused),
            Expectation::Ignore if request.is_http1() => length.map(Arrival::Unasked),
            Expectation::Ignore | Expectation::Honour => None,
        }
    }

    async fn read(
        &self,
        body: &mut Incoming,
        request: &mut Request,
    ) -> Result<Arrival, Unanswered> {
        let mut bytes = BytesMut::new();
        while let Some(frame) = next_frame(body).await {
            match frame.map_err(|_| Unanswered)?.into_data() {
                Ok(data) => {
                    let before = bytes.len();
                    bytes.extend_from_slice(&data);
                    let now = bytes.len();
                    let (reply, leave) = oneshot::channel();
                    let call = Call::Received { before, now, reply };
                    self.calls.send(call).await.map_err(|_| Unanswered)?;
                    leave.await.map_err(|_| Unanswered)?;
                    if now > LONGEST_BODY {
                        return Ok(Arrival::TooLong);
                    }
                }
                Err(frame) => request.trailers = frame.into_trailers().unwrap_or_default(),
            }
        }
        request.body = bytes.freeze();
        Ok(Arrival::Whole)
    }
}

async fn next_frame(body: &mut Incoming) -> Option<hyper::Result<http_body::Frame<Bytes>>> {
    std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_frame(context)).await
}

/// One request that waits for its answer.
struct Counted {
    count: Arc<AtomicUsize>,
    others: usize,
}

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        Self {
            others: count.fetch_add(1, Ordering::Relaxed),
            count: Arc::clone(count),
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}
