//! The Telnet server: a login, a little shell, and the options around it. What it can be told, and what can be asked of it afterwards.

mod parser;
mod port;
mod session;
mod shell;
mod terminal;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::builder::Builder;
use crate::protocol::Protocol;
use crate::server::Fake;
pub use crate::telnet::terminal::Terminal;

/// A Telnet server: [`Telnet::builder`] begins one.
///
/// With users it asks for a login, without it lets everybody in. Its shell knows `echo TEXT`, `lines N`, `more N` (which pages), `term`,
/// `window`, `env`, `charset` (what the terminal has told of itself) and `exit`. Faults name a command by its first word, the greeting
/// by [`GREETING`](crate::GREETING).
#[derive(Clone, Debug)]
pub struct Telnet {
    banner: Vec<u8>,
    prompt: String,
    asks: Vec<u8>,
    offers: Vec<u8>,
    raw: Vec<u8>,
    serves: Serves,
    seen: Arc<Mutex<Vec<Terminal>>>,
}

/// What is behind the server.
#[derive(Clone, Copy, Debug)]
enum Serves {
    Shell,
    /// A serial port whose ends are joined: what is sent comes back (RFC 2217).
    Port,
}

pub(crate) const BINARY: u8 = 0;
pub(crate) const ECHO: u8 = 1;
pub(crate) const SGA: u8 = 3;
pub(crate) const TIMING_MARK: u8 = 6;
pub(crate) const TTYPE: u8 = 24;
pub(crate) const NAWS: u8 = 31;
pub(crate) const NEW_ENVIRON: u8 = 39;
pub(crate) const CHARSET: u8 = 42;
pub(crate) const COM_PORT: u8 = 44;
pub(crate) const COMPRESS2: u8 = 86;

impl Telnet {
    /// A server that offers ECHO and SGA, and asks for the terminal's type, its window and its variables.
    ///
    /// ```
    /// use netspeak_fake::Telnet;
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let fake = Telnet::builder().plain().build()?;
    /// let (mut client, server) = tokio::io::duplex(4096);
    /// let serving = tokio::spawn(fake.serve(server));
    ///
    /// client.write_all(b"echo hello\r\nexit\r\n").await?;
    /// let mut said = String::new();
    /// client.read_to_string(&mut said).await?;
    /// drop(client);
    /// serving.await?;
    ///
    /// assert_eq!(said, "$ hello\r\n$ bye\r\n");
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder<Self> {
        Builder::new(Self {
            banner: Vec::new(),
            prompt: "$ ".to_owned(),
            asks: vec![TTYPE, NAWS, NEW_ENVIRON],
            offers: vec![ECHO, SGA],
            raw: Vec::new(),
            serves: Serves::Shell,
            seen: Arc::default(),
        })
    }

    fn seen(&self) -> MutexGuard<'_, Vec<Terminal>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Builder<Telnet> {
    /// What is shown before the login.
    pub fn banner(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.protocol.banner = text.into();
        self
    }

    /// The shell's prompt. Without this: `$ `.
    pub fn prompt(mut self, prompt: &str) -> Self {
        prompt.clone_into(&mut self.protocol.prompt);
        self
    }

    /// Asks the client for this option too (DO).
    pub fn asks(mut self, option: u8) -> Self {
        self.protocol.asks.push(option);
        self
    }

    /// Offers this option too (WILL).
    pub fn offers(mut self, option: u8) -> Self {
        self.protocol.offers.push(option);
        self
    }

    /// Negotiates nothing by itself.
    pub fn plain(mut self) -> Self {
        self.protocol.asks.clear();
        self.protocol.offers.clear();
        self
    }

    /// Says these bytes first, as they are: negotiation gone wrong.
    pub fn opening(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.protocol.raw = bytes.into();
        self
    }

    /// Compresses what it says, once the client has agreed (MCCP2).
    pub fn compresses(self) -> Self {
        self.offers(COMPRESS2)
    }

    /// Wants to agree on a character set.
    pub fn charset(self) -> Self {
        self.asks(CHARSET)
    }

    /// Serves a serial port whose ends are joined, instead of a shell.
    pub fn serial_port(mut self) -> Self {
        self.protocol.serves = Serves::Port;
        self.plain()
    }
}

impl Fake<Telnet> {
    /// What the terminals have told of themselves, in the order in which they came.
    pub fn terminals(&self) -> Vec<Terminal> {
        self.protocol().seen().clone()
    }
}

impl Protocol for Telnet {}
