//! An answer, as hyper sends it and as we write it by hand.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::http::outgoing::Outgoing;
use crate::http::page::{Delivery, End, Field, Framing, field};

/// One answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<Field>,
    pub(super) body: Bytes,
    /// Whether only the head goes out, as HEAD and some statuses have it.
    pub(super) bare: bool,
    pub(super) delivery: Delivery,
}

impl Reply {
    /// An answer with a line of text.
    pub(super) fn text(status: u16, text: &str) -> Self {
        Self {
            status,
            headers: vec![field("content-type", "text/plain")],
            body: Bytes::from(format!("{text}\n")),
            bare: false,
            delivery: Delivery::default(),
        }
    }

    /// An answer without a body.
    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            bare: status == 204 || status == 304,
            delivery: Delivery::default(),
        }
    }

    pub(super) fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(field(name, value));
        self
    }

    pub(super) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_slice())
    }

    /// Whether hyper's server side would not send this as it is.
    pub(super) fn is_for_hand(&self) -> bool {
        let Delivery {
            framing,
            old,
            hints,
            ..
        } = &self.delivery;
        *framing == Framing::UntilClose
            || *old
            || !hints.is_empty()
            || StatusCode::from_u16(self.status).is_err()
            || self.headers.iter().any(|field| valid(field).is_none())
    }

    /// Whether the body takes its time or never ends, so that it can't be written in one go.
    pub(super) fn is_streamed(&self) -> bool {
        !self.bare && (self.delivery.pace.is_some() || self.delivery.end == End::Never)
    }

    /// Whether the connection ends with this answer.
    pub(super) fn closes(&self) -> bool {
        self.delivery.old
            || self.delivery.framing == Framing::UntilClose
            || matches!(self.delivery.end, End::Cut(_))
            || self
                .header("connection")
                .is_some_and(|value| value.eq_ignore_ascii_case(b"close"))
    }

    /// The length as it is announced, if it is.
    fn length(&self) -> Option<usize> {
        let told = self.header("content-length").is_some() || matches!(self.status, 204 | 304);
        (!told && self.delivery.framing == Framing::Length).then_some(self.body.len())
    }

    /// For hyper.
    pub(super) fn into_response(self) -> Response<Outgoing> {
        let mut headers = fields(&self.headers);
        if let Some(length) = self.length() {
            headers.insert(http::header::CONTENT_LENGTH, length.into());
        }
        let names: Vec<_> = self
            .delivery
            .trailers
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        if let Ok(names) = HeaderValue::from_str(&names.join(", "))
            && !names.is_empty()
        {
            headers.insert(http::header::TRAILER, names);
        }
        let body = if self.bare {
            Outgoing::default()
        } else {
            Outgoing::new(self.body, &self.delivery)
        };
        let mut response = Response::new(body);
        // What hyper could not send as it is was written by hand, over HTTP/1 at least.
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response
    }

    /// As it goes out over HTTP/1.
    pub(super) fn render(&self) -> Vec<u8> {
        let version = if self.delivery.old { "1.0" } else { "1.1" };
        let mut out = Vec::new();
        for hint in &self.delivery.hints {
            head(&mut out, "1.1", 103, hint);
        }
        let mut headers = self.headers.clone();
        if let Some(length) = self.length() {
            headers.push(field("content-length", length.to_string()));
        }
        let in_chunks = self.delivery.framing == Framing::Chunked && !self.delivery.old;
        if in_chunks {
            headers.push(field("transfer-encoding", "chunked"));
        }
        if self.closes() && self.header("connection").is_none() {
            headers.push(field("connection", "close"));
        }
        head(&mut out, version, self.status, &headers);
        if self.bare {
            return out;
        }
        let cut = match self.delivery.end {
            End::Cut(at) => at.min(self.body.len()),
            End::Whole | End::Never => self.body.len(),
        };
        let body = self.body.get(..cut).unwrap_or_default();
        if !in_chunks {
            out.extend_from_slice(body);
            return out;
        }
        if !body.is_empty() {
            out.extend_from_slice(format!("{:x}\r\n", self.body.len()).as_bytes());
            out.extend_from_slice(body);
        }
        if self.delivery.end == End::Whole {
            let end = if body.is_empty() {
                "0\r\n"
            } else {
                "\r\n0\r\n"
            };
            out.extend_from_slice(end.as_bytes());
            lines(&mut out, &self.delivery.trailers);
        }
        out
    }
}

fn head(out: &mut Vec<u8>, version: &str, status: u16, headers: &[Field]) {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Whatever");
    out.extend_from_slice(format!("HTTP/{version} {status} {reason}\r\n").as_bytes());
    lines(out, headers);
}

/// These fields and the empty line.
fn lines(out: &mut Vec<u8>, fields: &[Field]) {
    for (name, value) in fields {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

/// These fields as hyper takes them; without those that it does not.
pub(super) fn fields(fields: &[Field]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in fields.iter().filter_map(valid) {
        map.append(name, value);
    }
    map
}

fn valid((name, value): &Field) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    Some((name, HeaderValue::from_bytes(value).ok()?))
}
