//! [`Client`]: one session with a server, one method per verb.

use std::ops::Range;

use netspeak_core::sasl::Credentials;
use netspeak_core::{ClearTextAuth, Conn, Error as CoreError, Phase, Target};

use crate::codec::{Event, Expect, ReplyCodec};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{OverviewFormat, Reply, StatusLine};
use crate::types::{Capabilities, GroupName};

mod batch;
mod binaries;
mod builder;
mod group;
mod list;
mod login;
mod overview;
mod post;
mod session;
mod tail;
mod text;
mod transfer;

pub use batch::{Batch, Part};
pub use binaries::Binaries;
pub use builder::{Builder, Role};
pub use list::Listing;
pub use overview::Overviews;
pub use post::Posted;
pub use tail::Tail;
pub use text::Text;
pub use transfer::{Offered, Wanted};

/// A session with a news server (RFC 3977).
///
/// A server that asks for a login in mid-session (480) gets it, and the command is repeated once, if the
/// client knows credentials: those of its URL, of [`Builder::credentials`], or of
/// [`set_credentials`](Self::set_credentials).
///
/// Dropping a method's future half-way poisons the session, and every later call answers
/// [`Error::Poisoned`]. Dropping the client says nothing; [`quit`](Self::quit) says goodbye.
#[derive(Debug)]
pub struct Client {
    conn: Conn,
    codec: ReplyCodec,
    greeting: Reply,
    posting: Posting,
    capabilities: Option<Capabilities>,
    clear_text_auth: ClearTextAuth,
    credentials: Option<Credentials>,
    group: Option<GroupName>,
    /// How OVER and HDR are called here.
    names: Names,
    format: Option<OverviewFormat>,
}

/// Whether the server takes articles (RFC 3977 section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Posting {
    /// 200: it does.
    Allowed,
    /// 201: it does not.
    Forbidden,
}

/// Under which names a server knows the commands of RFC 3977 that RFC 2980 calls by others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// OVER, HDR; not refused yet.
    Standard,
    /// XOVER, XHDR.
    Old,
}

/// Whether more comes behind a status line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    None,
    Follows,
}

/// Where a line of a reply stands.
enum Line {
    Wire(Range<usize>),
    #[cfg(feature = "deflate")]
    Unzipped(Range<usize>),
}

/// Connects to an NNTP URL.
///
/// It logs in if the URL has a user and a password. `nntp://` upgrades with STARTTLS, and insists on it
/// when there are credentials, unless the peer is this machine; `nntps://` speaks TLS from the first
/// byte.
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
    /// `greeting.rejected` if the server greets with 4xx or 5xx, `greeting.other_protocol` if the first
    /// line is not NNTP, `greeting.timeout`.
    pub async fn from_conn(conn: Conn) -> Result<Self> {
        let trace = conn.trace().clone();
        trace.stamped(Phase::Greeting, Self::greet(conn)).await
    }

    async fn greet(mut conn: Conn) -> Result<Self> {
        let mut codec = ReplyCodec::new(conn.limits());
        conn.begin(Phase::Greeting)?;
        let greeting = match conn.next(&mut codec).await {
            Ok(Event::Status(status) | Event::Begin(status)) => {
                Reply::new(&status, conn.said(status.line.clone()))
            }
            Ok(_) => return Err(Error::malformed("a greeting", conn.event_bytes())),
            Err(error) => return Err(conn.no_greeting("NNTP", error).into()),
        };
        conn.finish();
        let posting = match greeting.code() {
            200 => Posting::Allowed,
            201 => Posting::Forbidden,
            400.. => return Err(Error::refused("session", Phase::Greeting, greeting)),
            _ => {
                let other = CoreError::malformed("200 or 201", greeting.raw());
                return Err(conn.no_greeting("NNTP", other).into());
            }
        };
        Ok(Self {
            conn,
            codec,
            greeting,
            posting,
            capabilities: None,
            clear_text_auth: ClearTextAuth::default(),
            credentials: None,
            group: None,
            names: Names::Standard,
            format: None,
        })
    }

    /// The greeting.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// Whether articles are taken, by the greeting or by the answer to MODE READER.
    pub fn posting(&self) -> Posting {
        self.posting
    }

    /// What the server said last about what it can do; `None` before
    /// [`ask_capabilities`](Self::ask_capabilities), and after whatever may change it.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// The group that is selected.
    pub fn selected(&self) -> Option<&GroupName> {
        self.group.as_ref()
    }

    /// Who logs in when the server asks for it in mid-session.
    pub fn set_credentials(&mut self, credentials: Credentials) {
        self.credentials = Some(credentials);
    }

    /// Checks a command before anything is sent; then sends it.
    async fn send(&mut self, command: &Command<'_>, phase: Phase) -> Result<()> {
        command.check()?;
        self.still_welcome(command, phase).await?;
        self.conn.begin_in_turn(phase)?;
        self.codec.expect(Expect::of(command));
        self.conn.queue_command(|wire| command.encode(wire))?;
        Ok(self.conn.flush().await?)
    }

    /// A server may end an idle session by itself: what it said then is the answer to the next command,
    /// which is not sent.
    async fn still_welcome(&mut self, command: &Command<'_>, phase: Phase) -> Result<()> {
        if self.conn.is_busy()
            || !self
                .conn
                .peek()
                .is_ok_and(|early| early.starts_with(b"400"))
        {
            return Ok(());
        }
        self.conn.begin(phase)?;
        self.codec.expect(Expect::Line);
        let (reply, _) = self.status().await?;
        Err(Error::refused(command.verb(), phase, reply))
    }

    /// The next part of the current reply.
    async fn next(&mut self) -> Result<Event> {
        Ok(self.conn.next(&mut self.codec).await?)
    }

    /// The reply that a status line is. What it means is read from the line as it came; what it shows
    /// is without secrets that were sent before.
    fn reply_of(&self, status: &StatusLine) -> Reply {
        Reply::new(status, self.conn.said(status.line.clone()))
    }

    /// Reads a status line; the command is done if nothing follows it.
    async fn status(&mut self) -> Result<(Reply, Rest)> {
        match self.next().await? {
            Event::Status(status) => Ok((self.reply_of(&status), Rest::None)),
            Event::Begin(status) => Ok((self.reply_of(&status), Rest::Follows)),
            _ => Err(Error::malformed("a status line", self.conn.event_bytes())),
        }
    }

    /// Says a command once, and reads its status line. 4xx and 5xx are refusals.
    async fn ask_once(&mut self, command: &Command<'_>, phase: Phase) -> Result<(Reply, Rest)> {
        self.send(command, phase).await?;
        let (reply, rest) = self.status().await?;
        if rest == Rest::None {
            self.conn.finish();
        }
        if reply.is_ok() {
            Ok((reply, rest))
        } else {
            Err(Error::refused(command.verb(), phase, reply))
        }
    }

    /// The same; a server that wants to know first who asks is told, and asked again.
    async fn ask(&mut self, command: &Command<'_>) -> Result<(Reply, Rest)> {
        match self.ask_once(command, Phase::Work).await {
            Err(error) if self.wants_login(&error) => {
                self.log_in_again().await?;
                self.ask_once(command, Phase::Work).await
            }
            answer => answer,
        }
    }

    fn wants_login(&self, error: &Error) -> bool {
        let is_480 = error.reply().is_some_and(|reply| reply.code() == 480);
        is_480 && self.credentials.is_some() && !self.conn.is_busy()
    }

    async fn log_in_again(&mut self) -> Result<()> {
        match self.credentials.clone() {
            Some(credentials) => self.login(&credentials).await.map(drop),
            None => Ok(()),
        }
    }

    /// A command with a one-line reply. Lines that come all the same are read and dropped: the session
    /// stays in step.
    async fn simple(&mut self, command: &Command<'_>) -> Result<Reply> {
        let (reply, rest) = self.ask(command).await?;
        if rest == Rest::Follows {
            while self.line().await?.is_some() {}
        }
        Ok(reply)
    }

    /// A command with a reply of more than a line.
    async fn begun(&mut self, command: &Command<'_>) -> Result<Reply> {
        let (reply, rest) = self.ask(command).await?;
        if rest == Rest::None {
            return Err(Error::malformed(
                format!("a reply to {} that goes on", command.verb()),
                reply.raw(),
            ));
        }
        // Bulk data may take its time as long as it flows.
        self.conn.data_due();
        Ok(reply)
    }

    /// The next line of a reply; `None` at its end.
    async fn line(&mut self) -> Result<Option<Line>> {
        loop {
            #[cfg(feature = "deflate")]
            if let Some(line) = self.codec.unzipped_line()? {
                return Ok(Some(Line::Unzipped(line)));
            }
            match self.next().await? {
                Event::Line(range) | Event::Data(range) => return Ok(Some(Line::Wire(range))),
                Event::Unzipped(_) => {}
                _ => break,
            }
        }
        self.conn.finish();
        Ok(None)
    }

    fn bytes_of(&self, line: &Line) -> &[u8] {
        match line {
            Line::Wire(range) => self.conn.bytes(range.clone()),
            #[cfg(feature = "deflate")]
            Line::Unzipped(range) => self.codec.unzipped(range.clone()),
        }
    }
}
