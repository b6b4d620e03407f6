//! [`Client`]: requests over a pool of connections.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Method;
use netspeak_core::sasl::Credentials;
use netspeak_core::{Conn, Target, Tls};
use url::Url;

use crate::cookie::CookieJar;
use crate::error::{Error, Result};

mod authorize;
mod builder;
mod dial;
mod exchange;
mod expect;
mod failure;
mod link;
mod logins;
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

#[cfg(feature = "probe")]
pub(crate) use link::Way;

use exchange::Engine;
use logins::Logins;
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
    logins: Logins,
    cookies: Option<Mutex<CookieJar>>,
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
        if let Some(url) = crate::uri::plain(url) {
            return self.prepared(method, Ok(url));
        }
        match url.parse::<Target>() {
            Ok(target) => self.request_target(method, &target),
            Err(error) => self.prepared(method, Err(error.into())),
        }
    }

    /// A request for a target that has been read already. A user and a password in it log in there.
    pub fn request_target(&self, method: Method, target: &Target) -> RequestBuilder {
        let url = crate::uri::url(target);
        let login = Credentials::of_target(target).map_err(Error::from);
        let request = self.prepared(method, url);
        match login {
            Ok(None) => request,
            Ok(Some(login)) => request.credentials(&login),
            Err(error) => request.failed(error),
        }
    }

    /// A request for a URL that has been parsed already. A user and a password in it log in there.
    pub fn request_url(&self, method: Method, mut url: Url) -> RequestBuilder {
        match crate::uri::take_login(&mut url) {
            Ok(None) => self.prepared(method, Ok(url)),
            Ok(Some((user, password))) => {
                let login = Credentials::password(user, password);
                self.prepared(method, Ok(url)).credentials(&login)
            }
            Err(error) => self.prepared(method, Err(error)),
        }
    }

    /// The scheme by which it was last let in.
    #[cfg(feature = "probe")]
    pub(crate) fn used_scheme(&self) -> Option<String> {
        self.logins().last_scheme().map(str::to_owned)
    }

    fn of(settings: Settings, engine: Engine, cookies: Option<CookieJar>) -> Self {
        Self(Arc::new(Inner {
            settings,
            engine,
            logins: Logins::default(),
            cookies: cookies.map(Mutex::new),
        }))
    }

    /// The cookies as they are now; `None` if this client keeps none. The client waits while they are held: copy what
    /// is to be kept.
    pub fn cookies(&self) -> Option<MutexGuard<'_, CookieJar>> {
        let jar = self.0.cookies.as_ref()?;
        Some(jar.lock().unwrap_or_else(PoisonError::into_inner))
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

    fn logins(&self) -> &Logins {
        &self.0.logins
    }

    fn engine(&self) -> &Engine {
        &self.0.engine
    }
}

/// Whom an error is about.
fn peer(url: &Url) -> String {
    crate::uri::request_target(url, crate::uri::TargetForm::Authority)
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
