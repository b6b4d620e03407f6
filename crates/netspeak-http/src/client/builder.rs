//! [`Builder`]: what a client is told.

use std::num::NonZeroU64;
use std::time::Duration;

use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use netspeak_core::{Conn, Opening};

use super::Client;
use super::exchange::Engine;
use super::link::Way;
use super::settings::{LowSpeed, PoolLimits, Settings};
use super::talk::marked;
use crate::RULES;
use crate::cookie::CookieJar;
use crate::error::{Error, Result};
use crate::redirect::Redirects;
use crate::types::{Decoding, Versions};

/// Sets how a client connects and what it does by itself; made by [`Client::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use netspeak_http::{Client, Redirects};
///
/// # async fn example() -> netspeak_http::Result<()> {
/// let client = Client::builder()
///     .deadline(Duration::from_secs(30))
///     .redirects(Redirects::None)
///     .build()?;
/// let answer = client.get("https://www.example.org/").send().await?;
/// println!("{}", answer.status());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    opening: Opening,
    versions: Versions,
    redirects: Redirects,
    decoding: Decoding,
    headers: HeaderMap,
    pool: PoolLimits,
    head_bytes: usize,
    body_bytes: Option<u64>,
    low_speed: Option<LowSpeed>,
    cookies: Option<CookieJar>,
}

impl Default for Builder {
    fn default() -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        let agent = concat!("netspeak/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        Self {
            opening: Opening::default(),
            versions: Versions::default(),
            redirects: Redirects::default(),
            decoding: Decoding::default(),
            headers,
            pool: PoolLimits {
                idle_per_host: 32,
                idle_timeout: Duration::from_secs(90),
            },
            head_bytes: 64 * 1024,
            body_bytes: None,
            low_speed: None,
            cookies: None,
        }
    }
}

impl Builder {
    netspeak_core::opening_setters!(
        "A total over each request, its redirects and the body of its answer included"
    );
    netspeak_core::login_setters!();

    /// Which versions of HTTP are spoken. Default: [`Versions::Negotiated`].
    #[must_use]
    pub fn versions(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
    }

    /// How many redirects are followed. Default: 10.
    #[must_use]
    pub fn redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = redirects;
        self
    }

    /// Whether content codings are asked for and undone. Default: they are.
    #[must_use]
    pub fn decoding(mut self, decoding: Decoding) -> Self {
        self.decoding = decoding;
        self
    }

    /// Sends these fields with each request that has not its own of these names, in place of `Accept: */*`
    /// and our own User-Agent where these are among them.
    #[must_use]
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        for (name, value) in &headers {
            self.headers.insert(name, marked(name, value.clone()));
        }
        self
    }

    /// Calls itself this.
    #[must_use]
    pub fn user_agent(mut self, name: HeaderValue) -> Self {
        self.headers.insert(USER_AGENT, name);
        self
    }

    /// So many connections to one host may wait for their next request, so long at most. Default: 32, for
    /// 90 seconds. Zero: none is kept.
    #[must_use]
    pub fn pool(mut self, idle_per_host: usize, idle_timeout: Duration) -> Self {
        self.pool = PoolLimits {
            idle_per_host,
            idle_timeout,
        };
        self
    }

    /// The largest head of an answer, in bytes. Default: 64 KiB. More than 100 fields are too many as well.
    #[must_use]
    pub fn head_limit(mut self, bytes: usize) -> Self {
        self.head_bytes = bytes;
        self
    }

    /// The largest body of an answer, in bytes, decoded. Default: none, since bodies are streams. How far
    /// decoding may blow up what came is bounded by [`Limits::inflate_ratio`](crate::Limits) in any case.
    #[must_use]
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.body_bytes = Some(bytes);
        self
    }

    /// Gives up answers that bring fewer bytes a second than this for so long.
    #[must_use]
    pub fn low_speed(mut self, bytes_per_second: NonZeroU64, window: Duration) -> Self {
        let rate = bytes_per_second;
        self.low_speed = Some(LowSpeed { rate, window });
        self
    }

    /// Keeps cookies in this jar, and sends them back (RFC 6265). Default: cookies are for the caller, as fields
    /// like any other.
    #[must_use]
    pub fn cookies(mut self, jar: CookieJar) -> Self {
        self.cookies = Some(jar);
        self
    }

    /// The client. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::Usage`] outside of a tokio runtime.
    pub fn build(mut self) -> Result<Client> {
        let cookies = self.cookies.take();
        let settings = self.settings()?;
        let engine = Engine::new(&settings);
        Ok(Client::of(settings, engine, cookies))
    }

    /// A client that has this connection and no other; its requests go there, whatever host they name.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn over(self, conn: Conn) -> Result<Client> {
        self.over_way(conn, Way::Straight)
    }

    /// As [`over`](Self::over), for a connection to a proxy as well.
    pub(crate) fn over_way(mut self, conn: Conn, way: Way) -> Result<Client> {
        let cookies = self.cookies.take();
        let settings = self.settings()?;
        let engine = Engine::given(conn, way, &settings);
        Ok(Client::of(settings, engine, cookies))
    }

    fn settings(self) -> Result<Settings> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::usage("an HTTP client lives in a tokio runtime"));
        }
        let connector = self.opening.connector;
        let timeouts = connector.timeouts().or(&RULES.timeouts);
        let connector = connector.with_timeouts(timeouts);
        let connector = match &self.opening.alpn {
            Some(ids) => {
                let ids: Vec<&[u8]> = ids.iter().map(Vec::as_slice).collect();
                connector.with_alpn(&ids)
            }
            None => connector.with_alpn(self.versions.alpn()),
        };
        Ok(Settings {
            connector,
            trace: self.opening.trace,
            tls: self.opening.tls,
            credentials: self.opening.credentials,
            clear_text_auth: self.opening.clear_text_auth,
            versions: self.versions,
            redirects: self.redirects,
            decoding: self.decoding,
            headers: self.headers,
            pool: self.pool,
            head_bytes: self.head_bytes,
            body_bytes: self.body_bytes,
            low_speed: self.low_speed,
        })
    }
}
