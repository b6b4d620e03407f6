//! [`Client`]: one session with a server, one method per verb.

use std::borrow::Cow;

use netspeak_core::{ClearTextAuth, Conn, Phase, Target};

use crate::codec::{Event, Expect, ReplyCodec, State};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Reply, StatusLine, greeting_timestamp};
use crate::types::Capabilities;

mod batch;
mod builder;
mod delete;
mod listing;
mod login;
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
    /// Messages that QUIT will delete.
    marked: u64,
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
    netspeak_core::session_methods!();
    netspeak_core::login_methods!();

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
        trace.stamped(Phase::Greeting, Self::greet(conn)).await
    }

    async fn greet(mut conn: Conn) -> Result<Self> {
        let mut codec = ReplyCodec::new(conn.limits());
        conn.begin(Phase::Greeting)?;
        let greeting = match conn.next(&mut codec).await {
            Ok(Event::Status(status)) => Reply::new(&status, conn.said(status.line.clone())),
            Ok(_) => return Err(Error::malformed("a greeting", conn.event_bytes())),
            Err(error) => return Err(conn.no_greeting("POP3", error).into()),
        };
        conn.finish();
        if !greeting.is_ok() {
            return Err(Error::refused("session", Phase::Greeting, greeting));
        }
        Ok(Self {
            conn,
            codec,
            state: State::Authorization,
            timestamp: greeting_timestamp(greeting.came()).map(str::to_owned),
            greeting,
            capabilities: None,
            clear_text_auth: ClearTextAuth::default(),
            marked: 0,
        })
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

    /// What the server said last about what it can do; `None` before [`capa`](Self::capa).
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// Refuses a command that has no place in the current state, and bad arguments, before
    /// anything is sent; then sends it.
    async fn send(&mut self, command: &Command<'_>, phase: Phase) -> Result<()> {
        self.check_state(command)?;
        command.check()?;
        self.conn.begin_in_turn(phase)?;
        self.codec.expect(Expect::of(command));
        self.conn.queue_command(|wire| command.encode(wire))?;
        Ok(self.conn.flush().await?)
    }

    fn check_state(&self, command: &Command<'_>) -> Result<()> {
        if self.state.allows(command) {
            return Ok(());
        }
        let state = match self.state {
            State::Authorization => "before the login",
            State::Transaction => "after the login",
        };
        Err(Error::usage(format!(
            "{} is not allowed {state}",
            command.verb()
        )))
    }

    /// The next part of the current reply.
    async fn next(&mut self) -> Result<Event> {
        Ok(self.conn.next(&mut self.codec).await?)
    }

    /// The reply that a status line is. What it means is read from the line as it came; what it
    /// shows is without secrets that were sent before.
    fn reply_of(&self, status: &StatusLine) -> Reply {
        Reply::new(status, self.conn.said(status.line.clone()))
    }

    fn status_of(&self, event: Event) -> Result<Reply> {
        match event {
            Event::Status(status) | Event::Begin(status) => Ok(self.reply_of(&status)),
            _ => Err(Error::malformed("a status line", self.conn.event_bytes())),
        }
    }

    /// Reads a status line.
    async fn reply(&mut self) -> Result<Reply> {
        let event = self.next().await?;
        self.status_of(event)
    }

    /// A command with a one-line reply; `-ERR` is an error.
    async fn simple(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        self.send(command, phase).await?;
        let reply = self.reply().await?;
        self.conn.finish();
        if reply.is_ok() {
            Ok(reply)
        } else {
            Err(Error::refused(command.verb(), phase, reply))
        }
    }

    /// Reads the status line of a reply that goes on behind it.
    async fn begun(&mut self, verb: impl Into<Cow<'static, str>>, phase: Phase) -> Result<Reply> {
        match self.next().await? {
            Event::Begin(status) => Ok(self.reply_of(&status)),
            event => {
                let reply = self.status_of(event)?;
                self.conn.finish();
                Err(Error::refused(verb, phase, reply))
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
}
