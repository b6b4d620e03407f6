//! [`Page`]: what lies at a path, and the way in which it is delivered.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::nonce::hex;

/// A header field as it goes to the wire: name and value.
pub(super) type Field = (String, Vec<u8>);

/// What lies at a path, and the way in which it is delivered. Without anything else said: status 200, `Content-Length`, an `ETag` made
/// from the body, `Last-Modified` on 1 January 2020, ranges and conditions obeyed.
///
/// ```
/// use netspeak_fake::{Http, Page};
///
/// let server = Http::builder()
///     .serve("/list", Page::new("text/plain", "one\ntwo\n").chunked().trailer("x-lines", "2"))
///     .serve("/gone", Page::new("text/plain", "no more").status(410));
/// # let _ = server;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Page {
    pub(super) status: u16,
    pub(super) headers: Vec<Field>,
    pub(super) body: Bytes,
    pub(super) etag: Option<String>,
    pub(super) modified: Option<Timestamp>,
    /// Whether the body is encoded as the request allows it.
    pub(super) encodes: bool,
    pub(super) delivery: Delivery,
}

/// The way in which an answer goes out.
#[derive(Clone, Debug, Default)]
pub(super) struct Delivery {
    pub(super) framing: Framing,
    /// Whether the status line says HTTP/1.0.
    pub(super) old: bool,
    pub(super) trailers: Vec<Field>,
    /// The fields of each 103 that comes first.
    pub(super) hints: Vec<Vec<Field>>,
    pub(super) pace: Option<Pace>,
    pub(super) end: End,
}

/// How the end of a body is told over HTTP/1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Framing {
    #[default]
    Length,
    Chunked,
    UntilClose,
}

/// So many bytes at once, and so long a pause before each piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) piece: usize,
    pub(super) every: Duration,
}

/// How a body ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    #[default]
    Whole,
    /// After so many bytes the connection ends (HTTP/1) or the stream is reset (HTTP/2).
    Cut(usize),
    /// Never: the body is repeated.
    Never,
}

impl Page {
    /// A page with this content type and body.
    pub fn new(content_type: &str, body: impl AsRef<[u8]>) -> Self {
        let body = Bytes::copy_from_slice(body.as_ref());
        Self {
            status: 200,
            headers: vec![field("content-type", content_type)],
            etag: Some(etag(&body)),
            modified: "2020-01-01T00:00:00Z".parse().ok(),
            body,
            encodes: false,
            delivery: Delivery::default(),
        }
    }

    /// Answers with this status in place of 200. Conditions and ranges are for 200 alone.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header field. Over HTTP/1 any bytes go; over HTTP/2 a field that may not be sent there is left out.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(field(name, value));
        self
    }

    /// Adds a `Set-Cookie` field.
    pub fn set_cookie(self, line: impl AsRef<[u8]>) -> Self {
        self.header("set-cookie", line)
    }

    /// Shows this entity tag, quotes and `W/` included.
    pub fn etag(mut self, etag: &str) -> Self {
        self.etag = Some(etag.to_owned());
        self
    }

    /// Shows neither `ETag` nor `Last-Modified`.
    pub fn without_validators(mut self) -> Self {
        (self.etag, self.modified) = (None, None);
        self
    }

    /// Shows this time as `Last-Modified`, in seconds since 1970. A time out of range shows none.
    pub fn modified(mut self, seconds: i64) -> Self {
        self.modified = Timestamp::from_second(seconds).ok();
        self
    }

    /// Says that the body is encoded so (`Content-Encoding`), which it must be already.
    pub fn encoded(self, coding: &str) -> Self {
        self.header("content-encoding", coding)
    }

    /// Encodes the body by gzip or deflate (zlib) where the request accepts that.
    pub fn compressed(mut self) -> Self {
        self.encodes = true;
        self.header("vary", "accept-encoding")
    }

    /// Sends the body in chunks, without `Content-Length`.
    pub fn chunked(mut self) -> Self {
        self.delivery.framing = Framing::Chunked;
        self
    }

    /// Sends the body without its length; the end of the connection is the body's. HTTP/1 only.
    pub fn until_close(mut self) -> Self {
        self.delivery.framing = Framing::UntilClose;
        self
    }

    /// Says HTTP/1.0 in the status line and closes after it. HTTP/1 only.
    pub fn http10(mut self) -> Self {
        self.delivery.old = true;
        self
    }

    /// Sends this field behind the body, which comes in chunks. Over HTTP/1 the request must say `TE: trailers`.
    pub fn trailer(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.delivery.framing = Framing::Chunked;
        self.delivery.trailers.push(field(name, value));
        self
    }

    /// Sends a `103 Early Hints` with this field before the answer; several of them where this is called again. HTTP/1 only.
    pub fn early_hint(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.delivery.hints.push(vec![field(name, value)]);
        self
    }

    /// Sends `piece` bytes at a time and waits `every` before each, on tokio's clock.
    pub fn drip(mut self, piece: usize, every: Duration) -> Self {
        let piece = piece.max(1);
        self.delivery.pace = Some(Pace { piece, every });
        self
    }

    /// Announces the whole body and ends after so many bytes of it: the connection over HTTP/1, the stream over HTTP/2.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.delivery.end = End::Cut(bytes);
        self
    }

    /// Repeats the body for ever, in chunks.
    pub fn endless(mut self) -> Self {
        self.delivery.framing = Framing::Chunked;
        self.delivery.end = End::Never;
        self
    }
}

pub(super) fn field(name: &str, value: impl AsRef<[u8]>) -> Field {
    (name.to_owned(), value.as_ref().to_vec())
}

/// A strong entity tag of these bytes.
pub(super) fn etag(bytes: &[u8]) -> String {
    let digest = hex(&Sha256::digest(bytes));
    format!("\"{}\"", digest.get(..16).unwrap_or(&digest))
}
