//! [`Request`]: what a client asked for, kept for the test.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, Version};

/// How many requests are kept, the latest ones.
const KEPT: usize = 10_000;

/// How much of a request's body is kept.
const KEPT_BODY: usize = 1 << 20;

/// One request that a client made. The latest ten thousand are kept.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// Which connection, the first being 1.
    pub connection: usize,
    /// Whether it came under TLS.
    pub encrypted: bool,
    /// The method.
    pub method: Method,
    /// The request target as it was sent, without a fragment, which hyper drops; over HTTP/2 the `:path`.
    pub target: String,
    /// The `Host` field, over HTTP/2 the `:authority`.
    pub authority: Option<String>,
    /// The version.
    pub version: Version,
    /// The header fields, names in lower case, in order for each name.
    pub headers: HeaderMap,
    /// The fields that came behind the body.
    pub trailers: HeaderMap,
    /// The body, decoded from chunks, up to its first MiB.
    pub body: Bytes,
}

impl Request {
    /// The first field of this name, if its value is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All fields of this name, in order; bytes that are not UTF-8 are replaced.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect()
    }

    /// The target's path, without scheme, authority and query.
    pub fn path(&self) -> &str {
        let target = self.target.as_str();
        let absolute = target
            .split_once("://")
            .filter(|_| !target.starts_with('/'));
        let path = absolute.map_or(target, |(_, rest)| {
            rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
        });
        path.split('?').next().unwrap_or_default()
    }

    /// The request line: `GET /path HTTP/1.1`.
    pub(super) fn line(&self) -> String {
        format!("{} {} {:?}", self.method, self.target, self.version)
    }

    /// The comma-separated values of all fields of this name.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.all(name)
            .iter()
            .flat_map(|value| value.split(','))
            .map(|value| value.trim().to_owned())
            .collect()
    }

    pub(super) fn is_http1(&self) -> bool {
        self.version <= Version::HTTP_11
    }
}

/// The requests of a server, shared by its connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(Arc<Mutex<VecDeque<Request>>>);

impl Seen {
    pub(super) fn keep(&self, request: &Request) {
        let mut request = request.clone();
        if request.body.len() > KEPT_BODY {
            request.body =
                Bytes::copy_from_slice(request.body.get(..KEPT_BODY).unwrap_or_default());
        }
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() == KEPT {
            seen.pop_front();
        }
        seen.push_back(request);
    }

    pub(super) fn all(&self) -> Vec<Request> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().cloned().collect()
    }
}
