//! HTTP without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let server = runtime.block_on(netspeak_fake::Http::builder().page("/hello", "text/plain", "hello\n").start())?;
//! # let url = format!("{}/hello", server.url("http"));
//! use netspeak::blocking::http::Client;
//!
//! let client = Client::new()?;
//! let mut answer = client.send(client.get_ref().get(&url))?;
//! assert_eq!(answer.status(), 200);
//! assert_eq!(answer.text(1 << 20)?, "hello\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::io::{self, Read};
use std::rc::Rc;

use bytes::Bytes;
use netspeak_http::{Builder, RequestBuilder, Result};

use super::Blocking;

/// [`netspeak_http::Client`] without `async`: the same requests, the same errors. Clones share the pool.
#[derive(Clone, Debug)]
pub struct Client {
    // Dropped in this order: the connections before the runtime that drives them.
    inner: netspeak_http::Client,
    blocking: Rc<Blocking>,
}

/// [`netspeak_http::Response`] without `async`. Its body is read as any [`Read`], or in one of the other ways.
#[derive(Debug)]
pub struct Response {
    inner: netspeak_http::Response,
    blocking: Rc<Blocking>,
    /// What [`Read`] has not given out yet of the last piece.
    piece: Bytes,
}

/// Fetches a URL with a client of its own; see [`netspeak_http::get`].
///
/// # Errors
/// As there.
pub fn get(url: &str) -> Result<Response> {
    let client = Client::new()?;
    client.send(client.get_ref().get(url))
}

impl Client {
    /// A client with the defaults; see [`netspeak_http::Client::new`].
    ///
    /// # Errors
    /// As there.
    pub fn new() -> Result<Self> {
        Self::build(netspeak_http::Client::builder())
    }

    /// A client with settings; see [`netspeak_http::Builder::build`].
    ///
    /// # Errors
    /// As there.
    pub fn build(builder: Builder) -> Result<Self> {
        let blocking = Blocking::new()?;
        let inner = blocking.run(async { builder.build() })?;
        Ok(Self {
            inner,
            blocking: Rc::new(blocking),
        })
    }

    /// The asynchronous client, which begins requests: `client.get_ref().get(url)`.
    pub fn get_ref(&self) -> &netspeak_http::Client {
        &self.inner
    }

    /// Sends a request and waits for the head of its answer; see [`netspeak_http::RequestBuilder::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send(&self, request: RequestBuilder) -> Result<Response> {
        let inner = self.blocking.run(request.send())?;
        Ok(Response {
            inner,
            blocking: Rc::clone(&self.blocking),
            piece: Bytes::new(),
        })
    }
}

impl Response {
    /// The asynchronous answer, for what needs no waiting: its head, timings, redirects.
    pub fn get_ref(&self) -> &netspeak_http::Response {
        &self.inner
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.inner.status().as_u16()
    }

    /// The answer itself if it says yes; see [`netspeak_http::Response::error_for_status`].
    ///
    /// # Errors
    /// As there.
    pub fn error_for_status(self) -> Result<Self> {
        match self.inner.refusal() {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// The next piece of the body; see [`netspeak_http::Response::chunk`].
    ///
    /// # Errors
    /// As there.
    pub fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.blocking.run(self.inner.chunk())
    }

    /// The whole body; see [`netspeak_http::Response::bytes`].
    ///
    /// # Errors
    /// As there.
    pub fn bytes(&mut self, most: usize) -> Result<Bytes> {
        self.blocking.run(self.inner.bytes(most))
    }

    /// The whole body as text; see [`netspeak_http::Response::text`].
    ///
    /// # Errors
    /// As there.
    pub fn text(&mut self, most: usize) -> Result<String> {
        self.blocking.run(self.inner.text(most))
    }
}

impl Read for Response {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.chunk().map_err(io::Error::other)? {
                Some(piece) => self.piece = piece,
                None => return Ok(0),
            }
        }
        let size = room.len().min(self.piece.len());
        let piece = self.piece.split_to(size);
        if let Some(room) = room.get_mut(..size) {
            room.copy_from_slice(&piece);
        }
        Ok(size)
    }
}
