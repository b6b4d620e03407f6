//! The HTTP server (RFC 9110, 9112, 9113), on hyper: what it can be told, and what can be asked of it afterwards.

mod call;
mod coding;
mod condition;
mod digest;
mod guard;
mod outgoing;
mod page;
mod parameters;
mod proxy;
mod reply;
mod request;
mod rpc;
mod session;
mod site;

use crate::builder::Builder;
use crate::http::digest::Digest;
pub use crate::http::digest::{DigestAlgorithm, DigestOptions, DigestQop};
use crate::http::guard::{Guard, Scheme};
pub use crate::http::page::Page;
use crate::http::proxy::Door;
pub use crate::http::request::Request;
use crate::http::request::Seen;
use crate::http::site::{Entry, Site};
use crate::protocol::Protocol;
use crate::server::Fake;

/// An HTTP server: [`Http::builder`] begins one.
///
/// It speaks HTTP/1.1 and 1.0; HTTP/2 to clients that agree on `h2` by ALPN ([`Builder::alpn`]), and in the clear after
/// [`Builder::prior_knowledge`]. Pages can be asked for by GET, HEAD and POST, put and deleted; `/echo` answers with the request itself.
///
/// Of the frame's faults, `verb` is the method:
///
/// | fault | HTTP/1 | HTTP/2 |
/// |---|---|---|
/// | at `Moment::Greeting`, [`Fault::reply`](crate::Fault::reply) to [`GREETING`](crate::GREETING) | as the client has connected, unasked | the same |
/// | at `Moment::Command("GET")` | the request is there, the answer due | the whole connection |
/// | at `Moment::Inside("GET", n)`, `After("GET")`; [`Fault::after`](crate::Fault::after) | counted from the status line on; not where a page drips or is endless | nothing |
/// | at `Moment::Received(n)` | so much of a body is there, decoded; the connection ends afterwards | the whole connection |
/// | at `Moment::Login` | a request with `Authorization` is there | nothing |
/// | `Fault::reply("GET", ..)` | the whole answer; 4xx and 5xx also keep the server from what was asked | bytes between frames, then the end |
/// | [`Fault::Slow`](crate::Fault::Slow), [`Fault::LineFeedsOnly`](crate::Fault::LineFeedsOnly) | every answer that is due from then on | nothing |
///
/// [`Said::pipelined`](crate::Said::pipelined) tells of requests that came while another was unanswered over HTTP/2; over HTTP/1 hyper
/// hides that.
#[derive(Clone, Debug)]
pub struct Http {
    site: Site,
    guards: Vec<Guard>,
    one_line: bool,
    door: Option<Door>,
    expectation: Expectation,
    closes_after: Option<usize>,
    prior_knowledge: bool,
    seen: Seen,
}

/// What the server makes of `Expect: 100-continue`.
///
/// Whatever it is, a request for a guarded path without `Authorization` is refused before its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expectation {
    /// Says `100 Continue`.
    #[default]
    Honour,
    /// Says `417 Expectation Failed` and closes.
    Refuse,
    /// Says nothing and waits for the body, whose length the request must tell. HTTP/1 only.
    Ignore,
}

/// What follows an answer that was given byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The end in good order: close_notify on TLS, then FIN.
    Close,
    /// A FIN without close_notify.
    Truncate,
    /// An RST.
    Reset,
    /// Silence; what the client says goes to the log.
    Stall,
    /// The next request.
    KeepOpen,
}

impl Http {
    /// A server without pages, users or faults.
    ///
    /// ```
    /// use netspeak_fake::Http;
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let fake = Http::builder().page("/hi", "text/plain", "hello\n").build()?;
    /// let (mut client, server) = tokio::io::duplex(4096);
    /// let serving = tokio::spawn(fake.serve(server));
    ///
    /// client.write_all(b"GET /hi HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await?;
    /// let mut answer = String::new();
    /// client.read_to_string(&mut answer).await?;
    /// serving.await?;
    ///
    /// assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhello\n"));
    /// assert_eq!(fake.said(), ["GET /hi HTTP/1.1"]);
    /// assert_eq!(fake.requests()[0].header("host"), Some("x"));
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder<Self> {
        Builder::new(Self {
            site: Site::default(),
            guards: Vec::new(),
            one_line: false,
            door: None,
            expectation: Expectation::default(),
            closes_after: None,
            prior_knowledge: false,
            seen: Seen::default(),
        })
    }
}

impl Builder<Http> {
    /// Puts a page at this path. [`Builder::serve`] tells more of it.
    pub fn page(self, path: &str, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        self.serve(path, Page::new(content_type, body))
    }

    /// Puts a page at this path, which is compared with the request's byte by byte, without the query.
    pub fn serve(self, path: &str, page: Page) -> Self {
        self.protocol.site.put(path, Entry::Page(page));
        self
    }

    /// Answers with this page one time, before what else lies at this path. Several of them come one after the other.
    pub fn serve_once(self, path: &str, page: Page) -> Self {
        self.protocol.site.put_once(path, page);
        self
    }

    /// Sends clients elsewhere, whatever the method. The location may be any bytes.
    pub fn redirect(self, path: &str, status: u16, location: impl AsRef<[u8]>) -> Self {
        let location = location.as_ref().to_vec();
        let entry = Entry::Redirect { status, location };
        self.protocol.site.put(path, entry);
        self
    }

    /// Adds a `Set-Cookie` field to the page at this path, an empty one if there is none yet.
    pub fn set_cookie(self, path: &str, line: impl AsRef<[u8]>) -> Self {
        self.protocol
            .site
            .change(path, |page| page.set_cookie(line));
        self
    }

    /// Puts these bytes at this path with this `Content-Encoding`, right or wrong.
    pub fn encoded(self, path: &str, coding: &str, bytes: impl AsRef<[u8]>) -> Self {
        let page = Page::new("application/octet-stream", bytes);
        self.serve(path, page.encoded(coding))
    }

    /// Adds a trailer field to the page at this path, an empty one if there is none yet. See [`Page::trailer`].
    pub fn trailer(self, path: &str, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.protocol
            .site
            .change(path, |page| page.trailer(name, value));
        self
    }

    /// Answers with exactly these bytes and closes.
    pub fn raw(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.raw_then(path, bytes, Ending::Close)
    }

    /// Answers with exactly these bytes, and then this. Over HTTP/2 they stand between the frames, and the connection ends.
    pub fn raw_then(self, path: &str, bytes: impl AsRef<[u8]>, ending: Ending) -> Self {
        let bytes = bytes.as_ref().to_vec();
        self.protocol.site.put(path, Entry::Raw { bytes, ending });
        self
    }

    /// Wants one of the users and the password for all paths that begin so. Of several guards of a path, one is enough.
    pub fn basic(self, prefix: &str, realm: &str) -> Self {
        self.guard(prefix, realm, Scheme::Basic)
    }

    /// Wants one of the tokens for all paths that begin so.
    pub fn bearer(self, prefix: &str, realm: &str) -> Self {
        self.guard(prefix, realm, Scheme::Bearer)
    }

    /// Wants one of the users by Digest for all paths that begin so.
    pub fn digest(self, prefix: &str, realm: &str, options: DigestOptions) -> Self {
        self.guard(prefix, realm, Scheme::Digest(Digest::new(options)))
    }

    fn guard(mut self, prefix: &str, realm: &str, scheme: Scheme) -> Self {
        self.protocol.guards.push(Guard {
            prefix: prefix.to_owned(),
            realm: realm.to_owned(),
            scheme,
        });
        self
    }

    /// Sends all challenges in one `WWW-Authenticate` field, not in one each.
    pub fn challenges_in_one_line(mut self) -> Self {
        self.protocol.one_line = true;
        self
    }

    /// What to make of `Expect: 100-continue`. Without this it is honoured.
    pub fn expectation(mut self, expectation: Expectation) -> Self {
        self.protocol.expectation = expectation;
        self
    }

    /// Closes each connection after so many requests: with `Connection: close`, over HTTP/2 with GOAWAY. To close without a word, there is
    /// `Fault::Close(Moment::After("GET"))`.
    pub fn close_after(mut self, requests: usize) -> Self {
        self.protocol.closes_after = Some(requests);
        self
    }

    /// Takes HTTP/2 in the clear from clients that begin with it, and HTTP/1 from the others.
    pub fn prior_knowledge(mut self) -> Self {
        self.protocol.prior_knowledge = true;
        self
    }

    /// Is also a forward proxy: passes on requests in absolute form, and tunnels (CONNECT), to this machine only. HTTP/1 only.
    pub fn proxy(mut self) -> Self {
        self.protocol.door = Some(Door::Open);
        self
    }

    /// Is a forward proxy ([`Builder::proxy`]) that wants one of the users by Basic.
    pub fn proxy_basic(mut self, realm: &str) -> Self {
        self.protocol.door = Some(Door::Basic(realm.to_owned()));
        self
    }
}

impl Fake<Http> {
    /// What clients asked for, in the order in which the requests were complete; the latest ten thousand.
    pub fn requests(&self) -> Vec<Request> {
        self.protocol().seen.all()
    }

    /// The body of the page at this path as it is now.
    pub fn resource(&self, path: &str) -> Option<Vec<u8>> {
        Some(self.protocol().site.page(path)?.body.to_vec())
    }

    /// Puts a page at this path, in place of what is there.
    pub fn put(&self, path: &str, page: Page) {
        self.protocol().site.put(path, Entry::Page(page));
    }
}

impl Http {
    pub(crate) fn put_rpc(&self, path: &str, rpc: crate::xmlrpc::Xmlrpc) {
        self.site.put(path, Entry::Rpc(rpc));
    }
}

impl Protocol for Http {}
