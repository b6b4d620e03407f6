//! [`Client`]: one session with a server, one method per verb.

use std::time::Duration;

use netspeak_core::{ClearTextAuth, Conn, LineEndings, Phase, Target};

use crate::codec::{Asked, Event, ReplyCodec, State};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::Reply;
use crate::transaction::Mode;
use crate::types::{Capabilities, ClientName};

mod batch;
mod body;
mod builder;
mod login;
mod mail;
mod manner;
mod send;
mod session;
mod survey;

pub use batch::{Batch, Iter, Mail};
pub use body::Body;
pub use builder::Builder;
pub use survey::Survey;

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

/// How long the answers may take that are part of a mail (RFC 5321 section 4.5.3.2). What is `None`
/// is as the RFC has it, or as the time-out of all replies where that is shorter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnswerLimits {
    /// To MAIL. 5 minutes.
    pub mail: Option<Duration>,
    /// To RCPT. 5 minutes.
    pub rcpt: Option<Duration>,
    /// To DATA. 2 minutes.
    pub data: Option<Duration>,
    /// To a chunk that is not the last. 3 minutes.
    pub chunk: Option<Duration>,
    /// To the whole text. 10 minutes, whatever the time-out of replies: who gives up earlier may
    /// deliver a mail twice.
    pub text: Option<Duration>,
}

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
    limits: AnswerLimits,
    /// Mails that the server has seen on this connection.
    mails: u64,
    /// Kept so that a small text whose line ends are mended costs no allocation.
    spare: Vec<u8>,
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
    netspeak_core::session_methods!();
    netspeak_core::login_methods!();

    /// Sets how to connect and log in.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// An SMTP session over a connection that is already open, at the point where the greeting is
    /// due. The connection's time-outs hold; [`RULES`](crate::RULES) has those of the RFC.
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
        trace
            .stamped(Phase::Greeting, Self::greet(conn, mode))
            .await
    }

    async fn greet(mut conn: Conn, mode: Mode) -> Result<Self> {
        let mut codec = ReplyCodec::new(conn.limits());
        conn.begin(Phase::Greeting)?;
        let greeting = match read_reply(&mut conn, &mut codec).await {
            Ok(greeting) => greeting,
            Err(error) => return Err(conn.no_greeting("SMTP", error).into()),
        };
        conn.finish();
        if !greeting.is_positive() {
            return Err(Error::refused("session", Phase::Greeting, greeting));
        }
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
            limits: AnswerLimits::default(),
            mails: 0,
            spare: Vec::new(),
        })
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

    /// How long the answers may take that are part of a mail.
    pub fn set_answer_limits(&mut self, limits: AnswerLimits) {
        self.limits = limits;
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

    /// What the server said last about what it can do; `None` before [`ehlo`](Self::ehlo) and after
    /// an upgrade to TLS, empty after HELO.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// How many mails were begun on this connection.
    pub fn mails(&self) -> u64 {
        self.mails
    }

    /// A total deadline runs from now on.
    pub(crate) fn begin_lease(&mut self) {
        self.conn.restart_total();
    }

    /// Whether the server has neither said anything nor ended the session while it was idle.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.conn.in_turn().is_ok()
    }

    /// Whether a capability is announced; what `check` looks at is empty before EHLO.
    fn offers(&self, check: impl Fn(&Capabilities) -> bool) -> bool {
        self.capabilities.as_ref().is_some_and(check)
    }

    /// Whether commands may run ahead.
    fn pipelines(&self) -> bool {
        self.pipelining == Pipelining::Auto
            && self.conn.limits().window(2) > 1
            && self.offers(Capabilities::pipelining)
    }

    fn check_state(&self, command: &Command<'_>) -> Result<()> {
        if self.state.allows(command) {
            return Ok(());
        }
        Err(self.out_of_place(command.verb()))
    }

    /// What was asked for cannot be said now.
    fn out_of_place(&self, what: &str) -> Error {
        if self.conn.is_busy() && self.state != State::Closed {
            return Error::Poisoned;
        }
        Error::usage(format!("{what} is not allowed {}", self.state.as_str()))
    }

    /// It is our turn: what the server has said unasked is no answer to what comes now. A server
    /// that is leaving may say so at any time, though.
    async fn begin(&mut self, phase: Phase) -> Result<()> {
        self.conn.begin(phase)?;
        let early = self.conn.peek()?.to_vec();
        if early.is_empty() {
            return Ok(());
        }
        let early = self.conn.scrub(&early);
        match self.read_reply().await {
            Ok(reply) if reply.is_closing() => {
                self.state = State::Closed;
                Err(Error::refused("another command", phase, reply))
            }
            _ => Err(Error::malformed("nothing before the next command", &early)),
        }
    }

    /// Refuses a command that has no place in the current state, and bad arguments, before
    /// anything is sent; then sends it.
    async fn send_command(&mut self, command: &Command<'_>, phase: Phase) -> Result<()> {
        self.check_state(command)?;
        command.check()?;
        self.begin(phase).await?;
        self.conn.queue_command(|wire| command.encode(wire))?;
        Ok(self.conn.flush().await?)
    }

    /// A command and its reply, positive or not. A server that is leaving (421) leaves the session
    /// marked as ended half-way.
    async fn ask(&mut self, command: &Command<'_>, asked: Asked, phase: Phase) -> Result<Reply> {
        self.send_command(command, phase).await?;
        let reply = self.read_reply().await?;
        self.state = self.state.after(asked, &reply);
        if reply.is_closing() {
            return Err(Error::refused(command.verb(), phase, reply));
        }
        self.conn.finish();
        Ok(reply)
    }

    /// A command to which only a positive reply will do.
    async fn simple(&mut self, command: &Command<'_>, asked: Asked, phase: Phase) -> Result<Reply> {
        let reply = self.ask(command, asked, phase).await?;
        if reply.is_positive() {
            Ok(reply)
        } else {
            Err(Error::refused(command.verb(), phase, reply))
        }
    }

    /// The next reply.
    async fn read_reply(&mut self) -> Result<Reply> {
        Ok(read_reply(&mut self.conn, &mut self.codec).await?)
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

async fn read_reply(
    conn: &mut Conn,
    codec: &mut ReplyCodec,
) -> Result<Reply, netspeak_core::Error> {
    let event = conn.next(codec).await?;
    rest_of_reply(conn, codec, event).await
}

/// The reply that begins with this line. It is read as it came, and shows no secret that was sent
/// before.
async fn rest_of_reply(
    conn: &mut Conn,
    codec: &mut ReplyCodec,
    mut event: Event,
) -> Result<Reply, netspeak_core::Error> {
    let mut lines = Vec::new();
    loop {
        let (Event::Line(range) | Event::Last(range)) = &event;
        lines.extend_from_slice(conn.bytes(range.clone()));
        if let Event::Last(_) = event {
            return Reply::new(conn.said_so(lines));
        }
        lines.push(b'\n');
        event = conn.next(codec).await?;
    }
}
