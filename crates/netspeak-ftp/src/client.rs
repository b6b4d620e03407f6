//! [`Client`]: one session with a server, one method per verb.

use std::net::Ipv4Addr;
use std::time::Duration;

use netspeak_core::{
    ClearTextAuth, Conn, Connector, Endpoint, Error as CoreError, Phase, Target, Trace,
};

use crate::codec::State;
use crate::command::Command;
use crate::data::{ActiveMode, Link, PassiveAddress};
use crate::error::{Error, Result};
use crate::listing::TimeZone;
use crate::response::Reply;
use crate::types::{Features, HashAlgorithm, Protection, TransferMode, TransferType};

mod builder;
mod control;
mod download;
mod files;
mod flow;
mod folders;
mod listing;
mod login;
pub(crate) mod mirror;
mod open;
mod remove;
mod security;
mod session;
mod text;
mod tree;
mod upload;
mod walk;

pub use builder::Builder;
pub use download::{Download, KnownSize, Received, RetrOptions};
pub use listing::Listing;
pub use tree::Links;
pub use upload::{StorOptions, Store, Stored, Upload};
pub use walk::{Walk, Walked};

use control::{Control, positive};

/// A session with an FTP server (RFC 959).
///
/// A transfer borrows the session: there is one at a time. Dropping a method's future half-way, or a
/// transfer before its end, poisons the session, and every later call answers [`Error::Poisoned`];
/// [`Download::abort`] and [`Upload::abort`] end a transfer and keep the session.
#[derive(Debug)]
pub struct Client {
    control: Control,
    link: Link,
    state: State,
    greeting: Reply,
    features: Asked<Features>,
    told: Told,
    clear_text_auth: ClearTextAuth,
    settings: Settings,
}

/// What is set besides the opening.
#[derive(Clone, Debug)]
pub struct Settings {
    account: Option<netspeak_core::Secret>,
    virtual_host: Option<String>,
    passive: PassiveAddress,
    active: Option<ActiveMode>,
    keep_alive: Option<Duration>,
    pipelining: Pipelining,
    time_zone: TimeZone,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account: None,
            virtual_host: None,
            passive: PassiveAddress::default(),
            active: None,
            keep_alive: None,
            pipelining: Pipelining::default(),
            time_zone: TimeZone::UTC,
        }
    }
}

/// Whether commands that do not depend on each other leave together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pipelining {
    /// They do: a transfer takes fewer round trips.
    #[default]
    On,
    /// Each waits for the reply to the one before it, for servers that lose what comes early.
    Off,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked<T> {
    NotYet,
    /// The server does not tell.
    Refused,
    Told(T),
}

/// What the server has been told, so that nothing is said twice.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    transfer_type: Option<TransferType>,
    mode: TransferMode,
    protection: Option<Protection>,
    utf8: Utf8,
    passive: Passive,
    mlsd: Mlsd,
    /// The algorithm that was chosen for HASH.
    hash: Option<HashAlgorithm>,
    /// An offset that some servers keep although its transfer was refused.
    offset: Offset,
    /// An address that PASV has told, which is not the server's own as it is seen from here.
    #[cfg_attr(
        not(feature = "probe"),
        expect(dead_code, reason = "only probes tell it")
    )]
    elsewhere: Option<Ipv4Addr>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Utf8 {
    #[default]
    Unsaid,
    Said,
}

/// How passive connections are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Passive {
    #[default]
    Epsv,
    /// EPSV has failed in this session.
    Pasv,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mlsd {
    #[default]
    Usable,
    /// It was announced, and the server does not understand it.
    Broken,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Offset {
    #[default]
    None,
    Pending,
}

/// Connects to an FTP URL.
///
/// It logs in as the URL's user, or as `anonymous` without one. `ftp://` upgrades with AUTH TLS, and
/// insists on it when there are credentials, unless the peer is this machine; `ftps://` speaks TLS
/// from the first byte.
///
/// # Errors
/// Whatever went wrong on the way: `dns.*`, `tcp.*`, `tls.*`, `greeting.*`, `starttls.*`, `auth.*`.
pub async fn connect(url: &str) -> Result<Client> {
    let target: Target = url.parse()?;
    Client::builder().connect(&target).await
}

impl Client {
    netspeak_core::login_methods!();

    /// The connection: security, addresses, trace.
    pub fn conn(&self) -> &Conn {
        &self.control.conn
    }

    /// The record of the control connection.
    pub fn trace(&self) -> &Trace {
        self.control.conn.trace()
    }

    /// Sets how to connect and log in.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A session over a connection that is already open, at the point where the greeting is due. Its
    /// data connections are opened by `connector`; `endpoint` is whom the connection was made to.
    ///
    /// # Errors
    /// `greeting.rejected` if the server greets with 4xx or 5xx, `greeting.other_protocol` if the
    /// first line is not FTP, `greeting.timeout`.
    pub async fn from_conn(conn: Conn, connector: Connector, endpoint: Endpoint) -> Result<Self> {
        let trace = conn.trace().clone();
        let link = Link {
            connector,
            endpoint: Some(endpoint),
            passive: PassiveAddress::default(),
        };
        trace
            .stamped(Phase::Greeting, Self::greet(conn, link))
            .await
    }

    async fn greet(conn: Conn, link: Link) -> Result<Self> {
        let mut control = Control::new(conn);
        control.conn.begin(Phase::Greeting)?;
        // 120 says that the server will be ready soon (RFC 959 section 5.4).
        let greeting = match control.last_reply().await {
            Ok(greeting) => greeting,
            Err(error) => return Err(no_greeting(&control.conn, error)),
        };
        control.conn.finish();
        if !greeting.is_positive() {
            return Err(Error::refused("connecting", Phase::Greeting, greeting));
        }
        Ok(Self {
            control,
            link,
            state: State::Greeted,
            greeting,
            features: Asked::NotYet,
            told: Told::default(),
            clear_text_auth: ClearTextAuth::default(),
            settings: Settings::default(),
        })
    }

    /// The greeting.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// An address that PASV has told, which is not the server's own as it is seen from here.
    #[cfg(feature = "probe")]
    pub(crate) fn told_elsewhere(&self) -> Option<Ipv4Addr> {
        self.told.elsewhere
    }

    /// The state of the session.
    pub fn state(&self) -> State {
        self.state
    }

    /// What the server said last about what it can do; `None` before [`feat`](Self::feat), and if the
    /// server does not tell.
    pub fn features(&self) -> Option<&Features> {
        match &self.features {
            Asked::Told(features) => Some(features),
            Asked::NotYet | Asked::Refused => None,
        }
    }

    /// How data connections are protected.
    pub fn protection(&self) -> Protection {
        let unsaid = match self.control.conn.is_encrypted() {
            true => Protection::Private,
            false => Protection::Clear,
        };
        self.told.protection.unwrap_or(unsaid)
    }

    /// Refuses a command that has no place in the current state, before anything is sent.
    fn check_state(&self, command: &Command<'_>) -> Result<()> {
        if self.control.conn.is_busy() {
            return Err(Error::Poisoned);
        }
        if self.state.allows(command) {
            return Ok(());
        }
        let (verb, state) = (command.verb(), self.state.as_str());
        Err(Error::usage(format!("{verb} is not allowed {state}")))
    }

    /// One command and its last reply, whatever that says.
    async fn ask(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        self.check_state(command)?;
        self.control.ask(command, phase).await
    }

    /// One command and its positive reply; everything else is an error.
    async fn simple(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        self.check_state(command)?;
        self.control.simple(command, phase).await
    }

    /// Several commands, together unless that was forbidden, and the reply to each.
    async fn several(&mut self, commands: &[Command<'_>], phase: Phase) -> Result<Vec<Reply>> {
        for command in commands {
            self.check_state(command)?;
            command.check()?;
        }
        let may_run_ahead = self.control.conn.limits().window(commands.len()) >= commands.len();
        if self.settings.pipelining == Pipelining::On && may_run_ahead {
            return self.control.together(commands, phase).await;
        }
        let mut replies = Vec::with_capacity(commands.len());
        for command in commands {
            replies.push(self.control.ask(command, phase).await?);
        }
        Ok(replies)
    }
}

/// Why no greeting came.
fn no_greeting(conn: &Conn, error: Error) -> Error {
    match error {
        Error::Malformed { what, excerpt, at } => {
            let core = CoreError::Malformed { what, excerpt, at };
            conn.no_greeting("FTP", core).into()
        }
        error => error,
    }
}
