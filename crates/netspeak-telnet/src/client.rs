//! [`Client`]: one session with a server.

use std::time::Duration;

use netspeak_core::{ClearTextAuth, Conn, Deadline, ErrorKind, Phase, Reason, Secret, Target};

use crate::command::Command;
use crate::engine::{Engine, Event, Outcome, Side};
use crate::error::{Error, Result};
use crate::option::TelnetOption;
use crate::profile::{Profile, Window};

mod builder;
mod expect;
mod gather;
mod login;
mod polled;
mod read;
mod session;
mod write;

pub use builder::Builder;
pub use expect::{Match, Pattern};
use gather::{Gather, Gathered};
pub use login::{Login, Prompts};
pub(crate) use read::closed;
pub use session::Settings;

/// So many bytes of answers may wait before the peer has to take some: one that floods us with requests
/// and reads nothing costs no memory.
const UNSENT: usize = 64 * 1024;

/// A session with a Telnet server.
///
/// What the server negotiates is answered while its text is read, and at no other time. Dropping a
/// method's future half-way loses nothing: the next call goes on where it was.
///
/// | to | |
/// |---|---|
/// | wait for a text | [`read_until`](Self::read_until), [`expect`](Self::expect) |
/// | take what comes | [`chunk`](Self::chunk), [`read_some`](Self::read_some), [`read_available`](Self::read_available), [`read_all`](Self::read_all) |
/// | say something | [`write_line`](Self::write_line), [`write_text`](Self::write_text), [`write`](Self::write) |
/// | log in | [`login`](Self::login) |
/// | interrupt | [`interrupt`](Self::interrupt), [`abort_output`](Self::abort_output), [`command`](Self::command) |
/// | negotiate | [`enable`](Self::enable), [`disable`](Self::disable), [`resize`](Self::resize), [`event`](Self::event) |
#[derive(Debug)]
pub struct Client {
    conn: Conn,
    engine: Engine,
    /// Text that has come and nobody has read.
    text: Vec<u8>,
    /// The last piece, which is lent out.
    lent: Vec<u8>,
    ended: bool,
    asked: Vec<Asked>,
    timeout: Option<Duration>,
    keep_alive: Option<KeepAlive>,
    clear_text_auth: ClearTextAuth,
}

/// What a server has asked for or offered, once for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// Whose option: [`Side::Local`] is one that it wants of us (DO), [`Side::Remote`] one of its own
    /// (WILL).
    pub side: Side,
    /// Which one.
    pub option: TelnetOption,
    /// What became of it the first time.
    pub outcome: Outcome,
}

/// What is said when nothing else is, so that nobody on the way forgets the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    /// After how long a silence. It counts while something is awaited.
    pub every: Duration,
    /// What: [`Command::Nop`], or [`Command::AreYouThere`], which some servers answer with text.
    pub command: Command,
}

/// Connects to a Telnet URL, and logs in if it names a user and a password.
///
/// # Errors
/// Whatever went wrong on the way: `dns.*`, `tcp.*`, `tls.*`, `auth.*`.
pub async fn connect(url: &str) -> Result<Client> {
    let target: Target = url.parse()?;
    Client::builder().connect(&target).await
}

impl Client {
    netspeak_core::session_methods!();
    netspeak_core::login_methods!();

    /// Sets how to connect.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A session over a connection that is already open. Nothing is said: the server begins, or whoever
    /// calls.
    pub fn from_conn(conn: Conn, profile: Profile) -> Self {
        Self {
            conn,
            engine: Engine::new(profile),
            text: Vec::new(),
            lent: Vec::new(),
            ended: false,
            asked: Vec::new(),
            timeout: None,
            keep_alive: None,
            clear_text_auth: ClearTextAuth::default(),
        }
    }

    /// How long each of the reading methods waits for its text. Without it, as long as
    /// [`Timeouts::reply`](crate::Timeouts::reply) says; [`Duration::MAX`] is for ever.
    pub fn set_timeout(&mut self, limit: Option<Duration>) {
        self.timeout = limit;
    }

    /// How long the reading methods wait, if that was set.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Whether, and how, silence is filled.
    pub fn set_keep_alive(&mut self, keep_alive: Option<KeepAlive>) {
        self.keep_alive = keep_alive;
    }

    /// The state of the negotiation.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What the server has asked for and offered so far.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// Whether the server has closed the connection.
    pub fn is_over(&self) -> bool {
        self.ended
    }

    /// Closes the connection. Telnet has no goodbye: say `exit`, or what else ends a session, before it.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn close(self) -> Result<()> {
        Ok(self.conn.close().await?)
    }

    /// The next event; text is in [`chunk`](Self::chunk) and its kin then. `None` once the server has
    /// closed the connection, or when the time is up.
    ///
    /// # Errors
    /// Those of the network, and of a peer that breaks the protocol.
    pub async fn event(&mut self) -> Result<Option<Event>> {
        let deadline = self.patience();
        let event = self.next(&deadline).await?;
        match &event {
            Some(Event::Data(range)) => {
                let came = self.conn.bytes(range.clone());
                self.text.extend_from_slice(came);
                hold(&self.text, self.conn.limits().reply_bytes)?;
            }
            Some(Event::Inflated(data)) => {
                self.text.extend_from_slice(data);
                hold(&self.text, self.conn.limits().reply_bytes)?;
            }
            _ => {}
        }
        Ok(event.filter(|event| *event != Event::End))
    }

    /// Says that an option is to be on.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn enable(&mut self, side: Side, option: TelnetOption) -> Result<()> {
        self.engine.enable(side, option);
        self.send().await
    }

    /// Says that an option is to be off.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn disable(&mut self, side: Side, option: TelnetOption) -> Result<()> {
        self.engine.disable(side, option);
        self.send().await
    }

    /// The window has another size: the server is told if it wants to know.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn resize(&mut self, window: Window) -> Result<()> {
        self.engine.resize(window);
        self.send().await
    }

    /// Says a subnegotiation, such as a message of GMCP.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn subnegotiate(&mut self, option: TelnetOption, data: &[u8]) -> Result<()> {
        self.engine.subnegotiation(option, data);
        self.send().await
    }

    fn patience(&self) -> Deadline {
        let deadlines = self.conn.deadlines();
        match self.timeout {
            Some(limit) => deadlines.within(Phase::Wait, limit),
            None => deadlines.phase(Phase::Wait),
        }
    }

    /// The next event, its answers queued; `None` when the time is up.
    pub(crate) async fn next(&mut self, deadline: &Deadline) -> Result<Option<Event>> {
        if self.ended {
            return Ok(Some(Event::End));
        }
        match deadline.run("waiting for the server", self.awaited()).await {
            Ok(event) => event.map(Some),
            Err(error) if error.kind() == ErrorKind::TIMEOUT_TOTAL => Err(error.into()),
            Err(_) => Ok(None),
        }
    }

    /// The next event, however long it takes; silence is filled meanwhile.
    async fn awaited(&mut self) -> Result<Event> {
        self.make_way().await?;
        let event = loop {
            self.conn.reply_due_within(Duration::MAX);
            let Some(keep_alive) = self.keep_alive else {
                break self.conn.next(&mut self.engine).await;
            };
            let next = self.conn.next_within(&mut self.engine, keep_alive.every);
            match next.await {
                Ok(Some(event)) => break Ok(event),
                Ok(None) => self.fill_silence(keep_alive).await?,
                Err(error) => break Err(error),
            }
        };
        let event = or_end(event, Event::End)?;
        self.queue_answers();
        self.note(&event);
        Ok(event)
    }

    /// Adds the next text to what is unread; whether there may be more before the deadline.
    pub(crate) async fn gather(&mut self, deadline: &Deadline) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        match deadline
            .run("waiting for the server", self.gathered())
            .await
        {
            Ok(gathered) => gathered.map(|gathered| !matches!(gathered, Gathered::End)),
            Err(error) if error.kind() == ErrorKind::TIMEOUT_TOTAL => Err(error.into()),
            Err(_) => Ok(false),
        }
    }

    async fn gathered(&mut self) -> Result<Gathered> {
        self.make_way().await?;
        let mut others = Vec::new();
        let gathered = loop {
            self.conn.reply_due_within(Duration::MAX);
            let mut gather = Gather {
                engine: &mut self.engine,
                text: &mut self.text,
                others: &mut others,
            };
            let Some(keep_alive) = self.keep_alive else {
                break self.conn.next(&mut gather).await;
            };
            let next = self.conn.next_within(&mut gather, keep_alive.every);
            match next.await {
                Ok(Some(gathered)) => break Ok(gathered),
                Ok(None) => self.fill_silence(keep_alive).await?,
                Err(error) => break Err(error),
            }
        };
        for event in &others {
            self.note(event);
        }
        let gathered = or_end(gathered, Gathered::End)?;
        self.queue_answers();
        self.ended |= matches!(gathered, Gathered::End);
        Ok(gathered)
    }

    /// Answers leave before more is read, once there are many.
    async fn make_way(&mut self) -> Result<()> {
        self.queue_answers();
        if self.conn.queued() > UNSENT {
            self.conn.data_due();
            self.conn.flush().await?;
        }
        Ok(())
    }

    async fn fill_silence(&mut self, keep_alive: KeepAlive) -> Result<()> {
        self.engine.command(keep_alive.command);
        self.send().await
    }

    fn note(&mut self, event: &Event) {
        use crate::command::Verb;
        match *event {
            Event::Negotiation {
                verb: verb @ (Verb::Do | Verb::Will),
                option,
                outcome,
            } => {
                let side = match verb {
                    Verb::Do => Side::Local,
                    _ => Side::Remote,
                };
                let is_known = |asked: &Asked| asked.side == side && asked.option == option;
                if !self.asked.iter().any(is_known) {
                    self.asked.push(Asked {
                        side,
                        option,
                        outcome,
                    });
                }
            }
            Event::End => self.ended = true,
            _ => {}
        }
    }

    fn queue_answers(&mut self) {
        if self.engine.has_outgoing() {
            let bytes = self.engine.take_outgoing();
            // Nothing in it can fail to be encoded: it is bytes already.
            let _ = self.conn.queue_command(|wire| {
                wire.raw(&bytes);
                Ok::<(), Error>(())
            });
        }
    }

    /// Sends what the engine has to say.
    pub(crate) async fn send(&mut self) -> Result<()> {
        self.queue_answers();
        self.conn.data_due();
        Ok(self.conn.flush().await?)
    }

    /// A secret that will be typed: the transcript must not show it.
    fn conceal(&self, secret: &Secret) {
        self.conn.conceal(secret);
    }
}

/// A server that has closed wants no answers any more: that they cannot be sent is its end, and no
/// error.
fn or_end<E>(event: netspeak_core::Result<E>, end: E) -> Result<E> {
    let gone = ErrorKind::new(Phase::Proto, Reason::Closed);
    match event {
        Err(error) if error.kind() == gone => Ok(end),
        event => Ok(event?),
    }
}

/// Text that is held in memory has a limit.
pub(crate) fn hold(text: &[u8], max: usize) -> Result<()> {
    match text.len() > max {
        true => Err(Error::limit(
            "bytes of text that nobody has read",
            max as u64,
        )),
        false => Ok(()),
    }
}
