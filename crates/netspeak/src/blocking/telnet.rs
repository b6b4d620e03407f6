//! Telnet without `async`, under the names of Python's telnetlib, for scripts that have lost it.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let server = runtime.block_on(netspeak_fake::Telnet::builder().user("ops", "secret").start())?;
//! # let (host, port) = ("127.0.0.1", server.addr().port());
//! use netspeak::blocking::telnet::Telnet;
//!
//! let mut tn = Telnet::open(host, port, None)?;
//! tn.read_until(b"login: ", None)?;
//! tn.write(b"ops\n")?;
//! tn.read_until(b"Password: ", None)?;
//! tn.write(b"secret\n")?;
//! tn.write(b"echo hello\n")?;
//! tn.write(b"exit\n")?;
//! let said = tn.read_all(1 << 20)?;
//! assert!(String::from_utf8_lossy(&said).contains("hello"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What differs from telnetlib: options are answered as a terminal answers them, not all refused; what is awaited and does not
//! come is an error, after which [`Telnet::read_very_lazy`] has what came instead; a limit holds on
//! what is kept in memory; [`Telnet::write`] makes of a `\n` the line ending of the session, CR LF.

use std::time::Duration;

use netspeak_core::{Secret, Target};
use netspeak_telnet::{
    Builder, Client, Command, Event, Login, Match, Pattern, Result, Side, TelnetOption, Window,
};

use super::Blocking;

/// A Telnet session without `async`.
#[derive(Debug)]
pub struct Telnet {
    // Dropped in this order: the connection before the runtime that drives it.
    inner: Client,
    blocking: Blocking,
}

impl Telnet {
    /// Connects to a host and port; what is read is waited for so long, ten seconds if nothing is said.
    ///
    /// # Errors
    /// As [`netspeak_telnet::connect`].
    pub fn open(host: &str, port: u16, timeout: Option<Duration>) -> Result<Self> {
        let target = Target::new("telnet", host.parse()?, Some(port));
        let mut telnet = Self::connect_with(Builder::default(), &target)?;
        telnet.inner.set_timeout(timeout);
        Ok(telnet)
    }

    /// Connects to a URL, and logs in if it names a user and a password.
    ///
    /// # Errors
    /// As [`netspeak_telnet::connect`].
    pub fn connect(url: &str) -> Result<Self> {
        Self::connect_with(Builder::default(), &url.parse()?)
    }

    /// Connects with settings.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Builder::connect`].
    pub fn connect_with(builder: Builder, target: &Target) -> Result<Self> {
        let blocking = Blocking::new()?;
        let inner = blocking.run(builder.connect(target))?;
        Ok(Self { inner, blocking })
    }

    /// The asynchronous client, for what needs no waiting: options, trace.
    pub fn get_ref(&self) -> &Client {
        &self.inner
    }

    /// Everything up to this text, and the text; waits so long, or as long as the session does.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::read_until`].
    pub fn read_until(&mut self, expected: &[u8], timeout: Option<Duration>) -> Result<Vec<u8>> {
        let found = self.expect(&[Pattern::text(expected)], timeout)?;
        Ok([found.before, found.matched].concat())
    }

    /// Waits for one of several patterns; waits so long, or as long as the session does.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::expect`].
    pub fn expect(&mut self, list: &[Pattern], timeout: Option<Duration>) -> Result<Match> {
        let usual = self.inner.timeout();
        self.inner.set_timeout(timeout.or(usual));
        let found = self.blocking.run(self.inner.expect(list));
        self.inner.set_timeout(usual);
        found
    }

    /// All text up to the end of the connection, at most `max` bytes.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::read_all`].
    pub fn read_all(&mut self, max: usize) -> Result<Vec<u8>> {
        self.blocking.run(self.inner.read_all(max))
    }

    /// Some text, at least a byte; empty once the server has closed the connection.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::read_some`].
    pub fn read_some(&mut self) -> Result<Vec<u8>> {
        self.blocking.run(self.inner.read_some())
    }

    /// All text that can be had without waiting.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::read_available`].
    pub fn read_very_eager(&mut self) -> Result<Vec<u8>> {
        self.blocking.run(self.inner.read_available())
    }

    /// As [`read_very_eager`](Self::read_very_eager).
    ///
    /// # Errors
    /// As there.
    pub fn read_eager(&mut self) -> Result<Vec<u8>> {
        self.read_very_eager()
    }

    /// Text that has come already; the network is not asked.
    pub fn read_lazy(&mut self) -> Vec<u8> {
        self.inner.take_text()
    }

    /// As [`read_lazy`](Self::read_lazy).
    pub fn read_very_lazy(&mut self) -> Vec<u8> {
        self.inner.take_text()
    }

    /// Says text: `\n` becomes the session's line ending, 255 is doubled.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::write_bytes`].
    pub fn write(&mut self, buffer: &[u8]) -> Result<()> {
        self.blocking.run(self.inner.write_bytes(buffer))
    }

    /// Logs in by the server's prompts.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::login`].
    pub fn login(&mut self, user: &str, password: &Secret) -> Result<Login> {
        self.blocking.run(self.inner.login(user, password))
    }

    /// Says a command, such as AYT.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::command`].
    pub fn command(&mut self, command: Command) -> Result<()> {
        self.blocking.run(self.inner.command(command))
    }

    /// The interrupt key.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::interrupt`].
    pub fn interrupt(&mut self) -> Result<()> {
        self.blocking.run(self.inner.interrupt())
    }

    /// The window has another size.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::resize`].
    pub fn resize(&mut self, window: Window) -> Result<()> {
        self.blocking.run(self.inner.resize(window))
    }

    /// Says that an option is to be on; in place of `set_option_negotiation_callback`, with the
    /// [`Policy`](netspeak_telnet::Policy) of the profile.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::enable`].
    pub fn enable(&mut self, side: Side, option: TelnetOption) -> Result<()> {
        self.blocking.run(self.inner.enable(side, option))
    }

    /// The next event, in place of `read_sb_data`; `None` at the end, or when the time is up.
    ///
    /// # Errors
    /// As [`netspeak_telnet::Client::event`].
    pub fn event(&mut self) -> Result<Option<Event>> {
        self.blocking.run(self.inner.event())
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// Those of the network.
    pub fn close(self) -> Result<()> {
        let Self { inner, blocking } = self;
        blocking.run(inner.close())
    }
}
