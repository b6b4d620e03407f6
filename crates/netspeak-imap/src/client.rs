//! [`Client`]: one session with a server, one method per verb.

use netspeak_core::{Conn, Phase, Target};

use crate::codec::ReplyCodec;
use crate::command::Command;
use crate::error::{Error, Goodbye, Result};
use crate::response::toy::{Reply, Status};

mod builder;

pub use builder::Builder;

/// A session with a Imap server.
///
/// Dropping a method's future half-way poisons the session, and every later call answers
/// [`Error::Poisoned`]. Dropping the client says nothing; [`quit`](Self::quit) says goodbye.
#[derive(Debug)]
pub struct Client {
    conn: Conn,
    codec: ReplyCodec,
    greeting: Reply,
}

/// Connects to a Imap URL.
///
/// # Errors
/// Whatever went wrong on the way: `dns.*`, `tcp.*`, `tls.*`, `greeting.*`.
pub async fn connect(url: &str) -> Result<Client> {
    let target: Target = url.parse()?;
    Client::builder().connect(&target).await
}

impl Client {
    netspeak_core::session_methods!();

    /// Sets how to connect.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A session over a connection that is already open, at the point where the greeting is due.
    ///
    /// # Errors
    /// `greeting.rejected` if the server greets with `NO`, `greeting.other_protocol` if the first
    /// line is not Imap, `greeting.timeout`.
    pub async fn from_conn(conn: Conn) -> Result<Self> {
        let trace = conn.trace().clone();
        trace.stamped(Phase::Greeting, Self::greet(conn)).await
    }

    async fn greet(mut conn: Conn) -> Result<Self> {
        let mut codec = ReplyCodec::new(conn.limits());
        conn.begin(Phase::Greeting)?;
        let greeting = match conn.next(&mut codec).await {
            Ok(line) => Reply::new(conn.said(line)),
            Err(error) => Err(error),
        };
        let greeting = greeting.map_err(|error| conn.no_greeting("Imap", error))?;
        conn.finish();
        match greeting.status() {
            Status::Ok => Ok(Self {
                conn,
                codec,
                greeting,
            }),
            Status::No => Err(Error::refused("session", Phase::Greeting, greeting)),
        }
    }

    /// The greeting.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// NOOP: is the session still there?
    ///
    /// # Errors
    /// `work.rejected`, network errors.
    pub async fn noop(&mut self) -> Result<()> {
        self.simple(&Command::Noop, Phase::Work).await.map(drop)
    }

    /// SAY: the server repeats the text.
    ///
    /// # Errors
    /// `work.rejected`, network errors; [`Error::Usage`] for a text with a line end in it.
    pub async fn say(&mut self, text: &str) -> Result<Reply> {
        self.simple(&Command::Say(text), Phase::Work).await
    }

    /// QUIT: ends the session. There is nothing that could fail by then: see [`Goodbye`].
    ///
    /// # Errors
    /// [`Error::Poisoned`]: it could not even be said.
    pub async fn quit(mut self) -> Result<Goodbye> {
        let trace = self.trace().clone();
        let asking = self.simple(&Command::Quit, Phase::Quit);
        let answer = trace.stamped(Phase::Quit, asking).await;
        Goodbye::after(self.conn, answer).await
    }

    /// A command with a one-line reply; `NO` is an error.
    async fn simple(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        command.check()?;
        self.conn.begin_in_turn(phase)?;
        self.conn.queue_command(|wire| command.encode(wire))?;
        self.conn.flush().await?;
        let line = self.conn.next(&mut self.codec).await?;
        let reply = Reply::new(self.conn.said(line))?;
        self.conn.finish();
        match reply.status() {
            Status::Ok => Ok(reply),
            Status::No => Err(Error::refused(command.verb(), phase, reply)),
        }
    }
}
