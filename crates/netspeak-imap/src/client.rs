//! [`Client`]: one session with a server, one method per verb.

use std::collections::VecDeque;

use netspeak_core::{Budget, ClearTextAuth, Conn, Phase, Target};

use crate::codec::ReplyCodec;
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::Untagged;
use crate::state::{Selected, State};
use crate::types::{Capabilities, Ids};

mod acl;
mod append;
mod append_all;
mod bodies;
mod builder;
mod change;
#[cfg(feature = "deflate")]
mod compress;
mod copy_to;
mod fetch;
mod idle;
mod list;
mod login;
mod mailbox;
mod metadata;
mod news;
mod notify;
mod pipeline;
mod quota;
mod rows;
mod search;
mod select;
mod session;
mod sort;
mod sync;
mod talk;
mod watch;

pub use append::{Append, Appended};
pub use bodies::Message;
pub use builder::Builder;
pub use change::{Copied, Expunged, Stored};
pub use copy_to::{CopyTally, Copying, Fate};
pub use fetch::{BodyPart, Fetching, Piece};
pub use idle::Idle;
pub use metadata::Notes;
pub use pipeline::Answer;
pub use quota::MailboxQuota;
pub use sync::{Sync, SyncState, Way};
pub use watch::{Watch, WatchEvent};

use rows::Rows;
use talk::Open;

/// A session with an IMAP server (RFC 9051, RFC 3501).
///
/// What the server tells unasked (new messages, changed flags, alerts) is kept in its order:
/// [`news`](Self::news) hands it out. NO and BAD are errors, and so is a connection that ends.
///
/// Dropping a method's future half-way poisons the session, and every later call answers
/// [`Error::Poisoned`]. Dropping the client says nothing; [`logout`](Self::logout) says goodbye.
#[derive(Debug)]
pub struct Client {
    conn: Conn,
    codec: ReplyCodec,
    tags: u64,
    /// Commands that were sent and are not answered, the oldest first.
    open: VecDeque<Open>,
    state: State,
    selected: Option<Selected>,
    greeting: Reply,
    capabilities: Option<Capabilities>,
    /// Whether the running command has told them.
    is_told: bool,
    enabled: Vec<String>,
    demands_id: Demand,
    clear_text_auth: ClearTextAuth,
    news: VecDeque<Untagged>,
    news_budget: Budget,
    telling: notify::Telling,
    #[cfg(feature = "deflate")]
    packing: compress::Packing,
}

/// Whether the server opens a mailbox only for clients that say who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    Unknown,
    Made,
    Met,
}

/// Connects to an IMAP URL.
///
/// It logs in if the URL has a user and a password. `imap://` upgrades with STARTTLS, and insists on it
/// when there are credentials, unless the peer is this machine; `imaps://` speaks TLS from the first byte.
///
/// # Errors
/// Whatever went wrong on the way: `dns.*`, `tcp.*`, `tls.*`, `greeting.*`, `starttls.*`, `auth.*`.
pub async fn connect(url: &str) -> Result<Client> {
    let target: Target = url.parse()?;
    Client::builder().connect(&target).await
}

impl Client {
    netspeak_core::session_methods!();
    netspeak_core::login_methods!();

    /// Sets how to connect and log in.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A session over a connection that is already open, at the point where the greeting is due.
    ///
    /// # Errors
    /// `greeting.rejected` if the server greets with BYE, `greeting.other_protocol` if the first line is
    /// not IMAP, `greeting.timeout`.
    pub async fn from_conn(conn: Conn) -> Result<Self> {
        let trace = conn.trace().clone();
        trace.stamped(Phase::Greeting, Self::greet(conn)).await
    }

    async fn greet(mut conn: Conn) -> Result<Self> {
        let mut codec = ReplyCodec::new(conn.limits());
        conn.begin(Phase::Greeting)?;
        let greeting = talk::greeting(&mut conn, &mut codec).await;
        let greeting = greeting.map_err(|error| conn.no_greeting("IMAP", error))?;
        conn.finish();
        let state = match greeting.kind() {
            crate::response::StatusKind::PreAuth => State::Authenticated,
            crate::response::StatusKind::Ok => State::NotAuthenticated,
            _ => return Err(Error::refused("session", Phase::Greeting, greeting)),
        };
        let news_budget = Budget::of_listing(conn.limits());
        let mut client = Self {
            conn,
            codec,
            tags: 0,
            open: VecDeque::new(),
            state,
            selected: None,
            greeting: greeting.clone(),
            capabilities: None,
            is_told: false,
            enabled: Vec::new(),
            demands_id: Demand::Unknown,
            clear_text_auth: ClearTextAuth::default(),
            news: VecDeque::new(),
            news_budget,
            telling: notify::Telling::default(),
            #[cfg(feature = "deflate")]
            packing: compress::Packing::default(),
        };
        client.heed(&greeting);
        Ok(client)
    }

    /// The greeting.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// The state of the session.
    pub fn state(&self) -> State {
        self.state
    }

    /// The mailbox that is open, as far as the server has told about it.
    pub fn selected(&self) -> Option<&Selected> {
        self.selected.as_ref()
    }

    /// The messages that a command is about.
    fn rows(&self, ids: &Ids) -> Rows {
        let last = self.selected.as_ref().map_or(0, |selected| selected.exists);
        Rows::new(ids.clone(), last)
    }

    /// What the server said last about what it can do; `None` before it was asked, and after whatever may
    /// change it.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// Whether an extension was enabled ([`enable`](Self::enable)).
    pub fn is_enabled(&self, extension: &str) -> bool {
        self.enabled
            .iter()
            .any(|known| known.eq_ignore_ascii_case(extension))
    }
}
