//! [`Client`]: one session with a server, one method per verb.

use std::borrow::Cow;

use netspeak_core::{
    ClearTextAuth, Conn, Connector, ErrorKind, Phase, Reason, Target, Trace, Wire,
};

use crate::codec::{Event, Expect, ReplyCodec, State};
use crate::command::Command;
use crate::error::{Error, Result, refused};
use crate::response::{Reply, greeting_timestamp};
use crate::types::Capabilities;

mod auth;
mod batch;
mod builder;
mod delete;
mod listing;
mod message;
mod session;
mod sync;

pub use batch::{Batch, Fetch};
pub use builder::Builder;
pub use message::Message;
pub use session::Language;
pub use sync::Deletion;

/// A session with a POP3 server (RFC 1939).
///
/// Nothing is deleted unless [`quit`](Self::quit) is called and succeeds: dropping the client
/// leaves the maildrop as it was. Dropping a method's future half-way poisons the session, and every
/// later call answers [`Error::Poisoned`].
#[derive(Debug)]
pub struct Client {
    conn: Conn,
    codec: ReplyCodec,
    state: State,
    greeting: Reply,
    timestamp: Option<String>,
    capabilities: Option<Capabilities>,
    clear_text_auth: ClearTextAuth,
    /// Kept so that a command costs no allocation.
    wire: Wire,
}

/// Connects to a POP3 URL.
///
/// It logs in if the URL has a user and a password. `pop3://` upgrades with STLS, and insists on it
/// when there are credentials, unless the peer is this machine; `pop3s://` speaks TLS from the
/// first byte.
///
/// # Errors
/// Whatever went wrong on the way: `dns.*`, `tcp.*`, `tls.*`, `greeting.*`, `starttls.*`, `auth.*`.
pub async fn connect(url: &str) -> Result<Client> {
    let target: Target = url.parse()?;
    Client::builder().connect(&target).await
}

impl Client {
    /// Sets how to connect and log in.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A session over a connection that is already open, at the point where the greeting is due.
    ///
    /// # Errors
    /// `greeting.rejected` if the server greets with `-ERR`, `greeting.other_protocol` if the first
    /// line is not POP3, `greeting.timeout`.
    pub async fn from_conn(conn: Conn) -> Result<Self> {
        let trace = conn.trace().clone();
        trace.begin(Phase::Greeting);
        let client = Self::greet(conn).await;
        trace.end(client.is_ok());
        client
    }

    async fn greet(mut conn: Conn) -> Result<Self> {
        conn.begin(Phase::Greeting)?;
        let mut codec = ReplyCodec::new(conn.limits());
        let event = conn.next(&mut codec).await.map_err(not_our_greeting)?;
        let greeting = status_of(&conn, event)?;
        if !greeting.is_ok() {
            return Err(refused("connecting", Phase::Greeting, greeting));
        }
        conn.finish();
        let timestamp = greeting_timestamp(greeting.raw()).map(str::to_owned);
        Ok(Self {
            conn,
            codec,
            state: State::Authorization,
            greeting,
            timestamp,
            capabilities: None,
            clear_text_auth: ClearTextAuth::default(),
            wire: Wire::new(),
        })
    }

    /// Whether secrets may cross a connection that protects nothing. Default: only locally.
    pub fn set_clear_text_auth(&mut self, policy: ClearTextAuth) {
        self.clear_text_auth = policy;
    }

    /// The greeting.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// The timestamp in the greeting, if APOP is offered by it.
    pub fn timestamp(&self) -> Option<&str> {
        self.timestamp.as_deref()
    }

    /// The state of the session.
    pub fn state(&self) -> State {
        self.state
    }

    /// The connection: security, addresses, trace.
    pub fn conn(&self) -> &Conn {
        &self.conn
    }

    /// The record of the connection.
    pub fn trace(&self) -> &Trace {
        self.conn.trace()
    }

    /// What the server said last about what it can do; `None` before [`capa`](Self::capa).
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// Refuses a command that has no place in the current state, and bad arguments, before
    /// anything is sent; then sends it.
    async fn send(&mut self, command: &Command<'_>, phase: Phase) -> Result<()> {
        self.check_state(command)?;
        self.wire.clear();
        command.encode(&mut self.wire)?;
        self.conn.begin_in_turn(phase)?;
        self.codec.expect(Expect::of(command));
        self.conn.send(&self.wire).await?;
        self.wire.clear();
        Ok(())
    }

    fn check_state(&self, command: &Command<'_>) -> Result<()> {
        if self.state.allows(command) {
            return Ok(());
        }
        let state = match self.state {
            State::Authorization => "before the login",
            State::Transaction => "after the login",
            State::Update => "after QUIT",
        };
        Err(Error::usage(format!(
            "{} has no place {state}",
            command.verb()
        )))
    }

    /// The next part of the current reply.
    async fn next(&mut self) -> Result<Event> {
        Ok(self.conn.next(&mut self.codec).await?)
    }

    /// Reads a status line and ends the command; `-ERR` is an error.
    async fn status(&mut self, verb: &'static str, phase: Phase) -> Result<Reply> {
        let event = self.next().await?;
        let reply = status_of(&self.conn, event)?;
        self.conn.finish();
        if reply.is_ok() {
            Ok(reply)
        } else {
            Err(refused(verb, phase, reply))
        }
    }

    /// A command with a one-line reply.
    async fn simple(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        self.send(command, phase).await?;
        self.status(command.verb(), phase).await
    }

    /// Reads the status line of a reply that goes on behind it.
    async fn begun(&mut self, verb: impl Into<Cow<'static, str>>, phase: Phase) -> Result<Reply> {
        match self.next().await? {
            Event::Begin(range) => reply_at(&self.conn, range),
            event => {
                let reply = status_of(&self.conn, event)?;
                self.conn.finish();
                Err(refused(verb, phase, reply))
            }
        }
    }

    /// Reads the lines of a list, after its status line; calls `line` for each.
    async fn lines(&mut self, mut line: impl FnMut(&[u8])) -> Result<()> {
        while let Event::Line(range) = self.next().await? {
            line(self.conn.bytes(range));
        }
        self.conn.finish();
        Ok(())
    }

    /// Runs one phase of the polite part of a session and stamps it in the trace.
    async fn stamped<T>(
        &mut self,
        phase: Phase,
        work: impl AsyncFnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let trace = self.conn.trace().clone();
        trace.begin(phase);
        let done = work(self).await;
        trace.end(done.is_ok());
        done
    }
}

/// The reply in a status line. What it means is read from the line as it came; what it shows is
/// without secrets that were sent before.
fn reply_at(conn: &Conn, range: std::ops::Range<usize>) -> Result<Reply> {
    let line = conn.bytes(range);
    Ok(Reply::parse(line)?.showing(conn.scrub(line)))
}

fn status_of(conn: &Conn, event: Event) -> Result<Reply> {
    match event {
        Event::Status(range) | Event::Begin(range) => reply_at(conn, range),
        _ => Err(Error::malformed("a status line", conn.event_bytes())),
    }
}

/// What is no status line is no POP3 greeting.
fn not_our_greeting(error: netspeak_core::Error) -> Error {
    match error {
        netspeak_core::Error::Malformed { excerpt, .. } => Error::net(
            ErrorKind::new(Phase::Greeting, Reason::OtherProtocol),
            format!("the greeting is not POP3: {excerpt:?}"),
        ),
        other => other.into(),
    }
}

/// How a connector is made ready for POP3: its own ALPN id and no other.
pub(crate) fn with_alpn(connector: Connector) -> Connector {
    connector.with_alpn(crate::ALPN)
}
