//! [`Client`]: one session with a server, one method per verb.

use std::time::Duration;

use netspeak_core::{
    ClearTextAuth, Conn, Connector, ErrorKind, LineEndings, Phase, Reason, Target, Trace, Wire,
};

use crate::codec::{Event, ReplyCodec, State};
use crate::command::Command;
use crate::error::{Error, Result, refused};
use crate::response::Reply;
use crate::types::{Capabilities, ClientName};

mod auth;
mod batch;
mod body;
mod builder;
mod mail;
mod receipt;
mod session;
mod transaction;

pub use batch::{Batch, Iter, Mail};
pub use body::Body;
pub use builder::Builder;
#[cfg(feature = "probe")]
pub(crate) use builder::mode_of;
pub use receipt::{Delivery, Outcome, Receipt, Refusal};

/// Which of the two protocols is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// SMTP (RFC 5321): one answer for the mail.
    #[default]
    Smtp,
    /// LMTP (RFC 2033): one answer for each recipient.
    Lmtp,
}

/// Whether commands run ahead of the replies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pipelining {
    /// If the server offers PIPELINING.
    #[default]
    Auto,
    /// Never: for servers that offer it and do it wrong.
    Off,
}

/// Whether text goes in chunks of known size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Chunking {
    /// If the server offers CHUNKING.
    #[default]
    Auto,
    /// Never: for servers that offer it and do it wrong.
    Off,
}

/// How long the answer to a whole mail may take (RFC 5321 section 4.5.3.2.6).
const AFTER_TEXT: Duration = Duration::from_secs(600);

/// A session with a server that takes mail.
///
/// Dropping a method's future half-way poisons the session, and every later call answers
/// [`Error::Poisoned`].
pub struct Client {
    conn: Conn,
    codec: ReplyCodec,
    mode: Mode,
    state: State,
    name: Option<ClientName>,
    greeting: Reply,
    capabilities: Option<Capabilities>,
    clear_text_auth: ClearTextAuth,
    pipelining: Pipelining,
    chunking: Chunking,
    line_endings: LineEndings,
    after_text: Duration,
    /// Mails that the server has seen on this connection.
    mails: u64,
    /// A mail was begun and given up: RSET goes before the next.
    needs_reset: bool,
    /// Kept so that a command costs no allocation.
    wire: Wire,
    /// Text on its way into chunks.
    scratch: Vec<u8>,
}

/// Connects to an SMTP or LMTP URL, says EHLO, and logs in if it names a user.
///
/// `smtp://` and `submission://` upgrade with STARTTLS (and insist on it when there are
/// credentials), `smtps://` and `submissions://` speak TLS from the first byte, `lmtp://` speaks
/// LMTP.
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

    /// An SMTP session over a connection that is already open, at the point where the greeting is
    /// due.
    ///
    /// # Errors
    /// `greeting.rejected` if the server greets with 4xx or 5xx, `greeting.other_protocol` if the
    /// first line is not SMTP, `greeting.timeout`.
    pub async fn from_conn(conn: Conn) -> Result<Self> {
        Self::from_conn_as(conn, Mode::Smtp).await
    }

    /// As [`from_conn`](Self::from_conn), in either protocol.
    ///
    /// # Errors
    /// As [`from_conn`](Self::from_conn).
    pub async fn from_conn_as(conn: Conn, mode: Mode) -> Result<Self> {
        let trace = conn.trace().clone();
        trace.begin(Phase::Greeting);
        let client = Self::greet(conn, mode).await;
        trace.end(client.is_ok());
        client
    }

    async fn greet(mut conn: Conn, mode: Mode) -> Result<Self> {
        conn.begin(Phase::Greeting)?;
        let mut codec = ReplyCodec::new(conn.limits());
        let greeting = read_reply(&mut conn, &mut codec)
            .await
            .map_err(not_our_greeting)?;
        if !greeting.is_positive() {
            return Err(refused("connecting", Phase::Greeting, greeting));
        }
        conn.finish();
        Ok(Self {
            conn,
            codec,
            mode,
            state: State::Greeted,
            name: None,
            greeting,
            capabilities: None,
            clear_text_auth: ClearTextAuth::default(),
            pipelining: Pipelining::default(),
            chunking: Chunking::default(),
            line_endings: LineEndings::default(),
            after_text: AFTER_TEXT,
            mails: 0,
            needs_reset: false,
            wire: Wire::new(),
            scratch: Vec::new(),
        })
    }

    /// Whether secrets may cross a connection that protects nothing. Default: only locally.
    pub fn set_clear_text_auth(&mut self, policy: ClearTextAuth) {
        self.clear_text_auth = policy;
    }

    /// Who we say we are. Default: our address in brackets, or `localhost`.
    pub fn set_name(&mut self, name: ClientName) {
        self.name = Some(name);
    }

    /// Whether commands run ahead of the replies.
    pub fn set_pipelining(&mut self, pipelining: Pipelining) {
        self.pipelining = pipelining;
    }

    /// Whether text goes in chunks of known size.
    pub fn set_chunking(&mut self, chunking: Chunking) {
        self.chunking = chunking;
    }

    /// What to do with lone CR and LF in a text. Default: each becomes a line end. If they are
    /// refused, a text in memory is looked through before anything is sent; one from a reader ends
    /// the session where it has one.
    pub fn set_line_endings(&mut self, line_endings: LineEndings) {
        self.line_endings = line_endings;
    }

    /// How long the answer to a whole mail may take. Default: 10 minutes (RFC 5321 section
    /// 4.5.3.2.6); a total ends it earlier.
    pub fn set_answer_limit(&mut self, limit: Duration) {
        self.after_text = limit;
    }

    /// The greeting.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// Which of the two protocols is spoken.
    pub fn mode(&self) -> Mode {
        self.mode
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

    /// What the server said last about what it can do; `None` before [`ehlo`](Self::ehlo) and after
    /// an upgrade to TLS, empty after HELO.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// How many mails were begun on this connection.
    pub fn mails(&self) -> u64 {
        self.mails
    }

    /// Whether a capability is announced; what `check` looks at is empty before EHLO.
    fn offers(&self, check: impl Fn(&Capabilities) -> bool) -> bool {
        self.capabilities.as_ref().is_some_and(check)
    }

    /// Whether commands may run ahead.
    fn pipelines(&self) -> bool {
        self.pipelining == Pipelining::Auto && self.offers(Capabilities::pipelining)
    }

    fn check_state(&self, command: &Command<'_>) -> Result<()> {
        if self.state.allows(command) {
            return Ok(());
        }
        Err(Error::usage(format!(
            "{} has no place {}",
            command.verb(),
            self.state.as_str()
        )))
    }

    /// It is our turn: what the server has said unasked is no answer to what comes now. A server
    /// that is leaving may say so at any time, though.
    fn begin(&mut self, phase: Phase) -> Result<()> {
        match self.conn.begin_in_turn(phase) {
            Err(netspeak_core::Error::Malformed { what, excerpt }) => {
                match Reply::parse([excerpt.as_bytes()]) {
                    Ok(reply) if reply.is_closing() => {
                        self.state = State::Closed;
                        Err(refused("going on", phase, reply))
                    }
                    _ => Err(Error::Malformed { what, excerpt }),
                }
            }
            begun => Ok(begun?),
        }
    }

    /// Refuses a command that has no place in the current state, and bad arguments, before
    /// anything is sent; then sends it.
    async fn send_command(&mut self, command: &Command<'_>, phase: Phase) -> Result<()> {
        self.check_state(command)?;
        self.wire.clear();
        command.encode(&mut self.wire)?;
        self.begin(phase)?;
        self.conn.send(&self.wire).await?;
        self.wire.clear();
        Ok(())
    }

    /// Queues a command inside an operation that has begun.
    fn queue(&mut self, command: &Command<'_>) -> Result<()> {
        self.wire.clear();
        command.encode(&mut self.wire)?;
        self.conn.queue(&self.wire);
        Ok(())
    }

    /// The next reply. A server that is leaving (421) leaves the session marked as ended half-way.
    async fn reply(&mut self, verb: &'static str, phase: Phase) -> Result<Reply> {
        let reply = self.any_reply().await?;
        if reply.is_closing() {
            return Err(refused(verb, phase, reply));
        }
        Ok(reply)
    }

    async fn any_reply(&mut self) -> Result<Reply> {
        let reply = read_reply(&mut self.conn, &mut self.codec).await?;
        if reply.is_closing() {
            self.state = State::Closed;
        }
        Ok(reply)
    }

    /// A command and its reply, positive or not.
    async fn ask(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        self.send_command(command, phase).await?;
        let reply = self.reply(command.verb(), phase).await?;
        self.conn.finish();
        Ok(reply)
    }

    /// A command to which only a positive reply will do.
    async fn simple(&mut self, command: &Command<'_>, phase: Phase) -> Result<Reply> {
        let reply = self.ask(command, phase).await?;
        if reply.is_positive() {
            Ok(reply)
        } else {
            Err(refused(command.verb(), phase, reply))
        }
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

impl std::fmt::Debug for Client {
    /// Without the text of a mail that is under way.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("mode", &self.mode)
            .field("state", &self.state)
            .field("conn", &self.conn)
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}

/// One reply, without secrets that were sent before.
async fn read_reply(
    conn: &mut Conn,
    codec: &mut ReplyCodec,
) -> Result<Reply, netspeak_core::Error> {
    let mut whole: Option<Reply> = None;
    loop {
        let event = conn.next(codec).await?;
        let (Event::Line(range) | Event::Last(range)) = event.clone();
        let line = conn.scrub(conn.bytes(range));
        let reply = match whole.take() {
            None => Reply::begin(line)?,
            Some(mut reply) => {
                reply.push(&line)?;
                reply
            }
        };
        match event {
            Event::Last(_) => return Ok(reply),
            Event::Line(_) => whole = Some(reply),
        }
    }
}

/// What is no reply is no SMTP greeting.
fn not_our_greeting(error: netspeak_core::Error) -> Error {
    match error {
        netspeak_core::Error::Malformed { excerpt, .. } => Error::net(
            ErrorKind::new(Phase::Greeting, Reason::OtherProtocol),
            format!("the greeting is not SMTP: {excerpt:?}"),
        ),
        other => other.into(),
    }
}

/// How a connector is made ready for SMTP, which has no ALPN id.
pub(crate) fn made_ready(connector: Connector) -> Connector {
    let mut timeouts = connector.timeouts().clone();
    let connector = connector.with_alpn(crate::ALPN);
    // Servers let clients wait for the greeting to see who cannot.
    if timeouts.greeting == netspeak_core::Timeouts::default().greeting {
        timeouts.greeting = GREETING;
    }
    connector.with_timeouts(timeouts)
}

/// How long a greeting may take unless somebody says otherwise.
const GREETING: Duration = Duration::from_secs(30);
