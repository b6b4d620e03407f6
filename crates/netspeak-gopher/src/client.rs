//! [`Client`]: one connection, on which one request can be made.

use netspeak_core::{Conn, Target};

use crate::codec::{Framing, PlusHeader};
use crate::command::Request;
use crate::error::{Error, Result};
use crate::plus::Attributes;
use crate::response::Refusal;
use crate::types::{Content, GopherPath, Selector};

pub(crate) mod answer;
mod body;
mod builder;
mod known;
mod menu;
mod session;

use answer::Answer as Reading;
pub use body::Body;
pub use builder::Builder;
pub use known::KnownServers;
pub use menu::{Listing, Menu};
pub use session::Settings;

/// A connection to a Gopher server. The server answers one request and hangs up, so each of the methods
/// takes the client: for the next request make another one, of the same [`Builder`].
#[derive(Debug)]
pub struct Client {
    pub(crate) conn: Conn,
}

/// What a server gave.
#[derive(Debug)]
#[non_exhaustive]
pub enum Answer {
    /// A menu, or what a search found.
    Menu(Menu),
    /// A text or a file.
    Body(Body),
}

/// Connects to the server of a Gopher URL.
///
/// # Errors
/// Whatever went wrong on the way: `dns.*`, `tcp.*`, `tls.*`.
pub async fn connect(url: &str) -> Result<Client> {
    let target: Target = url.parse()?;
    Client::builder().connect(&target).await
}

/// Fetches what a Gopher URL names.
///
/// # Errors
/// As [`connect`] and [`Client::fetch`].
pub async fn fetch(url: &str) -> Result<Answer> {
    let target: Target = url.parse()?;
    let path = GopherPath::of(&target)?;
    let client = Client::builder().connect(&target).await?;
    client.fetch(&path).await
}

impl Client {
    netspeak_core::session_methods!();

    /// Sets how to connect.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A client over a connection that is already open. A server does not greet: it waits for the
    /// request.
    pub fn from_conn(conn: Conn) -> Self {
        Self { conn }
    }

    /// What a URL's path names: a menu for types 1, 7 and `+`, a text or a file for the others, in
    /// Gopher+ if the path says so.
    ///
    /// # Errors
    /// [`Error::Usage`] for what Gopher does not fetch: remarks, errors, and other protocols' doors
    /// (types 2, 8 and T); those of the method for the type.
    pub async fn fetch(self, path: &GopherPath) -> Result<Answer> {
        let (item_type, request) = (path.item_type, &path.request);
        Ok(match (item_type.content(), request.plus_part()) {
            (Content::Nothing, _) => {
                let name = item_type.name();
                return Err(Error::usage(format!(
                    "type {item_type} ({name}) is nothing that Gopher fetches"
                )));
            }
            (_, Some(_)) => Answer::Body(self.plus(request).await?),
            (Content::Menu, None) => Answer::Menu(self.menu(request).await?),
            (Content::Text, None) => Answer::Body(self.text(request).await?),
            (Content::Binary, None) => Answer::Body(self.bytes(request).await?),
        })
    }

    /// A menu (type 1), or what a search finds (type 7).
    ///
    /// # Errors
    /// Those of the network. An error of the server's is an item of the menu.
    pub async fn menu(self, request: &Request) -> Result<Menu> {
        Ok(Menu::new(self.ask(request, Framing::Menu).await?))
    }

    /// A search: what it finds is a menu.
    ///
    /// # Errors
    /// [`Error::Usage`] for CR, LF, NUL or TAB in the words; as [`menu`](Self::menu).
    pub async fn search(self, selector: Selector, words: &str) -> Result<Menu> {
        let request = Request::new(selector).search(words)?;
        self.menu(&request).await
    }

    /// A text (type 0): it ends with a lone dot or with the connection, and its doubled dots are undone.
    ///
    /// # Errors
    /// Those of the network; that the server refuses shows when the text is read.
    pub async fn text(self, request: &Request) -> Result<Body> {
        Ok(Body::new(self.ask(request, Framing::Text).await?))
    }

    /// A file (types 4, 5, 9, g, I, s, ...): byte for byte what comes before the connection ends.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub async fn bytes(self, request: &Request) -> Result<Body> {
        Ok(Body::new(self.ask(request, Framing::Bytes).await?))
    }

    /// An answer in Gopher+, which says how long it is.
    ///
    /// # Errors
    /// `work.not_found`, `work.temporary`, `work.rejected` as the server refuses;
    /// [`Error::Malformed`] for a server that knows plain Gopher only.
    pub async fn plus(self, request: &Request) -> Result<Body> {
        let mut reading = self.ask(request, Framing::Menu).await?;
        let line = reading.line().await?;
        match PlusHeader::parse(&line)? {
            PlusHeader::Follows(framing) => {
                reading.reframe(framing);
                Ok(Body::new(reading))
            }
            PlusHeader::Error(framing) => {
                reading.reframe(framing);
                let max = reading.limits().reply_bytes;
                let text = Body::new(reading).bytes(max).await?;
                Err(answer::refused(Refusal::plus(&text)))
            }
        }
    }

    /// What a Gopher+ server knows about an item (`!`).
    ///
    /// # Errors
    /// As [`plus`](Self::plus); [`Error::Limit`] beyond [`Limits::reply_bytes`](crate::Limits::reply_bytes).
    pub async fn attributes(self, selector: Selector) -> Result<Attributes> {
        let max = self.conn.limits().reply_bytes;
        let found = self.all_attributes(selector, "!", max).await?;
        Ok(found.into_iter().next().unwrap_or_default())
    }

    /// What a Gopher+ server knows about the items of a menu (`$`).
    ///
    /// # Errors
    /// As [`plus`](Self::plus); [`Error::Limit`] beyond [`Limits::listing_bytes`](crate::Limits::listing_bytes).
    pub async fn menu_attributes(self, selector: Selector) -> Result<Vec<Attributes>> {
        let max = self.conn.limits().listing_bytes;
        self.all_attributes(selector, "$", max).await
    }

    async fn all_attributes(
        self,
        selector: Selector,
        what: &str,
        max: usize,
    ) -> Result<Vec<Attributes>> {
        let request = Request::new(selector).plus(what)?;
        let text = self.plus(&request).await?.bytes(max).await?;
        Ok(Attributes::parse(&text))
    }

    async fn ask(self, request: &Request, framing: Framing) -> Result<Reading> {
        Reading::begin(self.conn, framing, request).await
    }
}
