//! [`Client`]: requests over a pool of connections.

use std::sync::Arc;

use http::Method;
use netspeak_core::{Conn, Target, Tls};
use url::Url;

use crate::error::{Error, Result};

mod builder;
mod dial;
mod exchange;
mod expect;
mod failure;
mod link;
mod multipart;
mod outgoing;
mod payload;
mod reading;
mod request;
mod response;
mod send;
mod settings;
mod talk;
mod tasks;

pub use builder::Builder;
pub use request::RequestBuilder;
pub use response::{Connection, Response, Timings};

use exchange::Engine;
use settings::Settings;

/// An HTTP client: requests over a pool of connections that stay open.
///
/// Clones share the pool. Connections end with the last of them and the answers that are still being
/// read.
///
/// ```no_run
/// # async fn example() -> netspeak_http::Result<()> {
/// let client = netspeak_http::Client::new()?;
/// let mut answer = client.get("https://www.example.org/").send().await?.error_for_status()?;
/// println!("{}", answer.text(1 << 20).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    engine: Engine,
}

/// Fetches a URL with a client of its own: see [`Client::get`].
///
/// # Errors
/// As [`RequestBuilder::send`].
pub async fn get(url: &str) -> Result<Response> {
    Client::new()?.get(url).send().await
}

impl Client {
    /// A client with the defaults of [`Builder`].
    ///
    /// # Errors
    /// [`Error::Usage`] outside of a tokio runtime.
    pub fn new() -> Result<Self> {
        Self::builder().build()
    }

    /// Sets how to connect, and what is done by itself.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A client that has this connection and no other: see [`Builder::over`].
    ///
    /// # Errors
    /// As there.
    pub fn from_conn(conn: Conn) -> Result<Self> {
        Self::builder().over(conn)
    }

    /// Asks for a resource (RFC 9110 section 9.3.1).
    pub fn get(&self, url: &str) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    /// Asks for the head alone (RFC 9110 section 9.3.2).
    pub fn head(&self, url: &str) -> RequestBuilder {
        self.request(Method::HEAD, url)
    }

    /// Hands something over to be processed (RFC 9110 section 9.3.3).
    pub fn post(&self, url: &str) -> RequestBuilder {
        self.request(Method::POST, url)
    }

    /// Stores under a URL (RFC 9110 section 9.3.4).
    pub fn put(&self, url: &str) -> RequestBuilder {
        self.request(Method::PUT, url)
    }

    /// Removes what is under a URL (RFC 9110 section 9.3.5).
    pub fn delete(&self, url: &str) -> RequestBuilder {
        self.request(Method::DELETE, url)
    }

    /// Changes a part of what is under a URL (RFC 5789).
    pub fn patch(&self, url: &str) -> RequestBuilder {
        self.request(Method::PATCH, url)
    }

    /// Asks what a server can do (RFC 9110 section 9.3.7).
    pub fn options(&self, url: &str) -> RequestBuilder {
        self.request(Method::OPTIONS, url)
    }

    /// A request of any method but CONNECT.
    pub fn request(&self, method: Method, url: &str) -> RequestBuilder {
        let target = url.parse::<Target>().map_err(Error::from);
        let url = target.and_then(|target| crate::uri::url(&target));
        self.prepared(method, url)
    }

    /// A request for a URL that has been parsed already.
    pub fn request_url(&self, method: Method, url: Url) -> RequestBuilder {
        self.prepared(method, Ok(url))
    }

    fn prepared(&self, method: Method, url: Result<Url>) -> RequestBuilder {
        let url = match method {
            Method::CONNECT => Err(Error::usage("tunnels are the business of the connector")),
            _ => url,
        };
        RequestBuilder::new(self.clone(), method, url)
    }

    fn settings(&self) -> &Settings {
        &self.0.settings
    }

    fn engine(&self) -> &Engine {
        &self.0.engine
    }
}

/// What was wished of TLS is not lost on the way of redirects.
fn check_scheme(url: &Url, settings: &Settings) -> Result<()> {
    match (url.scheme(), settings.tls) {
        ("https", Some(Tls::Off)) => Err(Error::usage("https:// means TLS: write http://")),
        ("http", Some(Tls::Required | Tls::Implicit)) => Err(Error::usage(
            "http:// is without TLS, which is required here",
        )),
        ("http" | "https", _) => Ok(()),
        (other, _) => Err(Error::usage(format!("{other} is not http or https"))),
    }
}
