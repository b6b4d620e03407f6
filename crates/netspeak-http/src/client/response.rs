//! [`Response`]: an answer, its head at hand and its body still to be read.

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header};
use http_body::Frame;
use netspeak_core::{Phase, Progress, Security, Trace};
use url::Url;

use super::peer;
use super::reading::Reading;
use crate::error::{Error, Reply, Result};
use crate::redirect::Hop;

/// The answer to a request (RFC 9110 section 15): its head at hand, its body still to be read.
///
/// Content codings are undone on the way, unless the client was told otherwise. What is not read is
/// dropped with it, and the connection with that.
#[derive(Debug)]
pub struct Response {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) hops: Vec<Hop>,
    pub(super) head: Parts,
    pub(super) reading: Reading,
    pub(super) meeting: Meeting,
    pub(super) secrets: Vec<HeaderValue>,
}

/// How the connection was come by, and how long the server took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meeting {
    pub(super) uses: u64,
    pub(super) waited: Duration,
}

/// How long each part took; of the last request, if there were redirects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timings {
    /// Looking the name up; `None` if that was not needed, as on a connection that was there already.
    pub dns: Option<Duration>,
    /// Connecting.
    pub tcp: Option<Duration>,
    /// The dialogue with a proxy.
    pub proxy: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
    /// From sending the request to the end of the head of the answer.
    pub wait: Duration,
    /// Reading the body; `None` until it has ended.
    pub body: Option<Duration>,
}

/// The connection that an answer came over.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Connection {
    /// Our own end.
    pub local: Option<SocketAddr>,
    /// The other end: the proxy's, if there is one.
    pub peer: Option<SocketAddr>,
    /// How well it is protected.
    pub security: Security,
    /// How many requests it had carried before.
    pub earlier_requests: u64,
    /// Its record: addresses tried, TLS facts, the talk if that is kept.
    pub trace: Trace,
}

impl Response {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The server's own words beside the status; empty in HTTP/2, and where they are the usual ones.
    pub fn reason(&self) -> &[u8] {
        let reason = self.head.extensions.get::<hyper::ext::ReasonPhrase>();
        reason.map_or(b"", |reason| reason.as_bytes())
    }

    /// The version of HTTP.
    pub fn version(&self) -> Version {
        self.head.version
    }

    /// The fields of the head, as they came.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The method of the request that was answered, the last one after redirects.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL that was answered, the last one after redirects.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The redirects that led here, the first one first.
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// How many bytes the body has, if that is known; unknown when it is being decoded.
    pub fn content_length(&self) -> Option<u64> {
        self.reading.total()
    }

    /// How long each part took.
    pub fn timings(&self) -> Timings {
        let stamps = match self.meeting.uses {
            0 => self.reading.link.stamps(),
            _ => &[],
        };
        let took = |phase| {
            let stamp = stamps.iter().rfind(|stamp| stamp.phase == phase);
            stamp.map(|stamp| stamp.took)
        };
        Timings {
            dns: took(Phase::Dns),
            tcp: took(Phase::Tcp),
            proxy: took(Phase::Proxy),
            tls: took(Phase::Tls),
            wait: self.meeting.waited,
            body: self.reading.took(),
        }
    }

    #[cfg(feature = "probe")]
    pub(super) fn link(&self) -> &super::link::Link {
        &self.reading.link
    }

    /// The connection that it came over.
    pub fn connection(&self) -> Connection {
        let link = &self.reading.link;
        Connection {
            local: link.local_addr(),
            peer: link.peer_addr(),
            security: link.security(),
            earlier_requests: self.meeting.uses,
            trace: link.trace().clone(),
        }
    }

    /// Calls this after each piece of the body, with the bytes as they came.
    #[must_use]
    pub fn on_progress(mut self, watcher: impl FnMut(Progress) + Send + 'static) -> Self {
        self.reading.pace.watch(Box::new(watcher));
        self
    }

    /// Reads so many bytes a second at most, on average.
    #[must_use]
    pub fn limit_rate(mut self, bytes_per_second: NonZeroU64) -> Self {
        self.reading.pace.limit(bytes_per_second);
        self
    }

    /// The answer itself if it says yes (1xx to 3xx).
    ///
    /// # Errors
    /// [`Error::Refused`] with the status for 4xx, 5xx and what is beyond.
    pub fn error_for_status(self) -> Result<Self> {
        match self.refusal() {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// The error that this answer means, if it says no.
    pub fn refusal(&self) -> Option<Error> {
        if self.head.status.as_u16() < 400 {
            return None;
        }
        let reply = Reply::new(self.head.status, Some(self.reason()));
        let phase = match self.head.status {
            StatusCode::UNAUTHORIZED => Phase::Auth,
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => Phase::Proxy,
            _ => Phase::Work,
        };
        let refusal = Error::refused(self.method.to_string(), phase, reply);
        Some(refusal.at(&peer(&self.url)))
    }

    /// An error about this answer without the secrets of its request, should the server have repeated them in what the
    /// error quotes: for protocols that are spoken over HTTP.
    #[must_use]
    pub fn without_secrets<R>(&self, error: netspeak_core::Error<R>) -> netspeak_core::Error<R> {
        super::talk::without(&self.secrets, error)
    }

    /// The next piece of the body; `None` at its end.
    ///
    /// May be dropped and called again: nothing is lost.
    ///
    /// # Errors
    /// `body.timeout`, `body.truncated`, `body.reset` and the like for what happens on the way;
    /// [`Error::Malformed`] for chunks and codings that are none; [`Error::Limit`]. After an error there is
    /// only [`Error::Poisoned`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let piece = self.reading.chunk().await;
        piece.map_err(|error| error.at(&peer(&self.url)))
    }

    /// The whole body, of no more than so many bytes.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk); [`Error::Limit`] if it is larger.
    pub async fn bytes(&mut self, most: usize) -> Result<Bytes> {
        let too_large = || Error::limit("bytes in a body", most as u64);
        if self.content_length().is_some_and(|size| size > most as u64) {
            return Err(too_large());
        }
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        let mut all = BytesMut::from(first);
        while all.len() <= most {
            match self.chunk().await? {
                Some(piece) => all.extend_from_slice(&piece),
                None => return Ok(all.freeze()),
            }
        }
        Err(too_large())
    }

    /// The whole body as text, of no more than so many bytes: UTF-8, or Latin-1 if Content-Type says so.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes); [`Error::Malformed`] if it is not the text that it should be.
    pub async fn text(&mut self, most: usize) -> Result<String> {
        let bytes = self.bytes(most).await?;
        let is_latin1 = self.charset().is_some_and(|charset| {
            let names = ["iso-8859-1", "latin1"];
            names.iter().any(|name| charset.eq_ignore_ascii_case(name))
        });
        if is_latin1 {
            return Ok(bytes.iter().map(|byte| char::from(*byte)).collect());
        }
        let text = std::str::from_utf8(&bytes);
        let text = text.map_err(|error| {
            let from = bytes.get(error.valid_up_to()..).unwrap_or_default();
            Error::malformed("text in UTF-8", from)
        })?;
        Ok(text.to_owned())
    }

    fn charset(&self) -> Option<&str> {
        let kind = self.head.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let mut parameters = kind.split(';').skip(1);
        parameters.find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let is_charset = name.trim().eq_ignore_ascii_case("charset");
            is_charset.then(|| value.trim().trim_matches('"'))
        })
    }

    /// The fields that came behind the body (RFC 9110 section 6.5), once it has ended.
    pub fn trailers(&self) -> Option<&HeaderMap> {
        self.reading.trailers()
    }

    /// The same answer as reqwest's, for code that takes that. Deadlines, limits and decoding go on; the
    /// errors of reading are those of this crate, boxed.
    pub fn into_reqwest(self) -> reqwest::Response {
        use reqwest::ResponseBuilderExt as _;
        let mut head = self.head;
        let marked = http::Response::builder().url(self.url).body(());
        if let Ok(marked) = marked {
            head.extensions.extend(marked.into_parts().0.extensions);
        }
        let body = reqwest::Body::wrap(Wrapped(Mutex::new(self.reading)));
        http::Response::from_parts(head, body).into()
    }
}

/// A body that other libraries read; the lock is never contended.
struct Wrapped(Mutex<Reading>);

impl http_body::Body for Wrapped {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>>>> {
        let reading = match self.0.get_mut() {
            Ok(reading) => reading,
            Err(poisoned) => poisoned.into_inner(),
        };
        let piece = ready!(reading.poll_chunk(cx));
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }
}
