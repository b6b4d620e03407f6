//! POP3 without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let fake = netspeak_fake::Pop3::builder().user("ops", "hunter2").message("ops", *b"Subject: x\r\n\r\nhi\r\n");
//! # let server = runtime.block_on(fake.start())?;
//! # let url = format!("pop3://ops:hunter2@{}", server.addr());
//! use netspeak::core::{Target, Tls};
//! use netspeak::blocking::pop3::Client;
//!
//! let target: Target = url.parse()?;
//! // The server of this example is on this machine and has no TLS.
//! let mut client = Client::connect_with(netspeak::pop3::Client::builder().tls(Tls::Off), &target)?;
//! for listing in client.list()? {
//!     let message = client.retr(listing.number, 1 << 20)?;
//!     println!("{}", String::from_utf8_lossy(&message));
//!     client.dele(listing.number)?;
//! }
//! client.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::HashSet;
use std::io::Write;

use netspeak_core::sasl::Credentials;
use netspeak_core::{Secret, Target};
use netspeak_pop3::{
    Builder, Capabilities, Deletion, Error, Fetch, MessageNumber, Reply, Result, ScanListing, Stat,
    UniqueId, UniqueIdListing,
};

use super::Blocking;

/// [`netspeak_pop3::Client`] without `async`: the same methods, the same errors.
///
/// Nothing is deleted unless [`quit`](Self::quit) succeeds.
#[derive(Debug)]
pub struct Client {
    // Dropped in this order: the connection before the runtime that drives it.
    inner: netspeak_pop3::Client,
    blocking: Blocking,
}

/// Connects to a POP3 URL and logs in if it names a user; see [`netspeak_pop3::connect`].
///
/// # Errors
/// As there.
pub fn connect(url: &str) -> Result<Client> {
    let blocking = Blocking::new()?;
    let inner = blocking.run(netspeak_pop3::connect(url))?;
    Ok(Client { inner, blocking })
}

impl Client {
    /// Connects with settings; see [`Builder::connect`].
    ///
    /// # Errors
    /// As there.
    pub fn connect_with(builder: Builder, target: &Target) -> Result<Self> {
        let blocking = Blocking::new()?;
        let inner = blocking.run(builder.connect(target))?;
        Ok(Self { inner, blocking })
    }

    /// The asynchronous client, for what needs no waiting: state, capabilities, trace.
    pub fn get_ref(&self) -> &netspeak_pop3::Client {
        &self.inner
    }

    /// The server's capabilities; see [`netspeak_pop3::Client::capa`].
    ///
    /// # Errors
    /// As there.
    pub fn capa(&mut self) -> Result<Option<Capabilities>> {
        self.blocking
            .run(async { self.inner.capa().await.map(Option::<&Capabilities>::cloned) })
    }

    /// Logs in by the best way; see [`netspeak_pop3::Client::login`].
    ///
    /// # Errors
    /// As there.
    pub fn login(&mut self, credentials: &Credentials) -> Result<&'static str> {
        self.blocking.run(self.inner.login(credentials))
    }

    /// USER and PASS; see [`netspeak_pop3::Client::user_pass`].
    ///
    /// # Errors
    /// As there.
    pub fn user_pass(&mut self, user: &str, password: &Secret) -> Result<()> {
        self.blocking.run(self.inner.user_pass(user, password))
    }

    /// How many messages and octets; see [`netspeak_pop3::Client::stat`].
    ///
    /// # Errors
    /// As there.
    pub fn stat(&mut self) -> Result<Stat> {
        self.blocking.run(self.inner.stat())
    }

    /// Sizes of all messages; see [`netspeak_pop3::Client::list`].
    ///
    /// # Errors
    /// As there.
    pub fn list(&mut self) -> Result<Vec<ScanListing>> {
        self.blocking.run(self.inner.list())
    }

    /// Unique ids of all messages; see [`netspeak_pop3::Client::uidl`].
    ///
    /// # Errors
    /// As there.
    pub fn uidl(&mut self) -> Result<Vec<UniqueIdListing>> {
        self.blocking.run(self.inner.uidl())
    }

    /// The unique id of one message; see [`netspeak_pop3::Client::uidl_one`].
    ///
    /// # Errors
    /// As there.
    pub fn uidl_one(&mut self, number: MessageNumber) -> Result<UniqueId> {
        self.blocking.run(self.inner.uidl_one(number))
    }

    /// A whole message in memory, at most `max` bytes of it.
    ///
    /// # Errors
    /// As [`netspeak_pop3::Message::bytes`].
    pub fn retr(&mut self, number: MessageNumber, max: usize) -> Result<Vec<u8>> {
        self.blocking
            .run(async { self.inner.retr(number).await?.bytes(max).await })
    }

    /// A whole message into a sink; how many bytes that were.
    ///
    /// # Errors
    /// As [`netspeak_pop3::Message::chunk`], and [`Error::Local`] if the sink fails.
    pub fn retr_to(&mut self, number: MessageNumber, sink: &mut impl Write) -> Result<u64> {
        self.blocking.run(async {
            let mut message = self.inner.retr(number).await?;
            let mut copied = 0;
            while let Some(piece) = message.chunk().await? {
                sink.write_all(piece).map_err(Error::Local)?;
                copied += piece.len() as u64;
            }
            Ok::<_, Error>(copied)
        })
    }

    /// The header and some lines of a message, at most `max` bytes.
    ///
    /// # Errors
    /// As [`netspeak_pop3::Message::bytes`].
    pub fn top(&mut self, number: MessageNumber, lines: u32, max: usize) -> Result<Vec<u8>> {
        self.blocking
            .run(async { self.inner.top(number, lines).await?.bytes(max).await })
    }

    /// Many messages, pipelined; `piece` gets each piece with the number of its message. Refusals
    /// come back by number.
    ///
    /// # Errors
    /// As [`netspeak_pop3::Batch`], and whatever `piece` returns; the session is poisoned then.
    pub fn fetch(
        &mut self,
        numbers: Vec<MessageNumber>,
        fetch: Fetch,
        mut piece: impl FnMut(MessageNumber, &[u8]) -> Result<()>,
    ) -> Result<Vec<(MessageNumber, Error)>> {
        self.blocking.run(async {
            let mut refused = Vec::new();
            let mut batch = self.inner.fetch(numbers, fetch)?;
            while let Some((number, answer)) = batch.next().await? {
                if let Err(refusal) = answer {
                    refused.push((number, refusal));
                    continue;
                }
                while let Some(bytes) = batch.chunk().await? {
                    piece(number, bytes)?;
                }
            }
            Ok::<_, Error>(refused)
        })
    }

    /// Marks a message; see [`netspeak_pop3::Client::dele`].
    ///
    /// # Errors
    /// As there.
    pub fn dele(&mut self, number: MessageNumber) -> Result<()> {
        self.blocking.run(self.inner.dele(number))
    }

    /// Marks many; see [`netspeak_pop3::Client::dele_many`].
    ///
    /// # Errors
    /// As there.
    pub fn dele_many(&mut self, numbers: &[MessageNumber]) -> Result<Vec<Result<()>>> {
        self.blocking.run(self.inner.dele_many(numbers))
    }

    /// The messages whose unique ids are not known yet; see [`netspeak_pop3::Client::new_messages`].
    ///
    /// # Errors
    /// As there.
    pub fn new_messages(&mut self, known: &HashSet<UniqueId>) -> Result<Vec<UniqueIdListing>> {
        self.blocking.run(self.inner.new_messages(known))
    }

    /// Marks messages by their unique ids; see [`netspeak_pop3::Client::dele_by_uid`].
    ///
    /// # Errors
    /// As there.
    pub fn dele_by_uid(&mut self, ids: &[UniqueId]) -> Result<Vec<Deletion>> {
        self.blocking.run(self.inner.dele_by_uid(ids))
    }

    /// Forgets all marks; see [`netspeak_pop3::Client::rset`].
    ///
    /// # Errors
    /// As there.
    pub fn rset(&mut self) -> Result<()> {
        self.blocking.run(self.inner.rset())
    }

    /// Is the session still there? See [`netspeak_pop3::Client::noop`].
    ///
    /// # Errors
    /// As there.
    pub fn noop(&mut self) -> Result<()> {
        self.blocking.run(self.inner.noop())
    }

    /// Deletes what is marked and ends the session; see [`netspeak_pop3::Client::quit`].
    ///
    /// # Errors
    /// As there.
    pub fn quit(self) -> Result<Reply> {
        let Self { inner, blocking } = self;
        blocking.run(inner.quit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netspeak_core::Tls;

    #[test]
    fn a_blocking_session_from_login_to_quit() {
        let servers = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let fake = netspeak_fake::Pop3::builder()
            .user("ops", "hunter2")
            .message("ops", *b"Subject: x\r\n\r\n.\r\n")
            .message("ops", *b"second\r\n");
        let server = servers.block_on(fake.start()).unwrap();
        let target = format!("pop3://ops:hunter2@{}", server.addr())
            .parse()
            .unwrap();
        let builder = netspeak_pop3::Client::builder().tls(Tls::Off);
        let mut client = Client::connect_with(builder, &target).unwrap();
        let numbers: Vec<_> = client
            .list()
            .unwrap()
            .into_iter()
            .map(|l| l.number)
            .collect();
        assert_eq!(
            client.retr(numbers[0], 100).unwrap(),
            b"Subject: x\r\n\r\n.\r\n"
        );
        let mut all = Vec::new();
        let refused = client.fetch(numbers.clone(), Fetch::Whole, |_, piece| {
            all.extend_from_slice(piece);
            Ok(())
        });
        assert!(refused.unwrap().is_empty());
        assert_eq!(all, b"Subject: x\r\n\r\n.\r\nsecond\r\n");
        let ids = client.new_messages(&HashSet::new()).unwrap();
        let outcome = client.dele_by_uid(&[ids[0].id.clone()]).unwrap();
        assert!(matches!(outcome[..], [Deletion::Marked(number)] if number == numbers[0]));
        client.quit().unwrap();
        assert_eq!(server.maildrop("ops"), [b"second\r\n"]);
    }

    #[tokio::test]
    async fn inside_a_task_it_is_an_error_and_no_panic() {
        let error = connect("pop3://127.0.0.1:1").unwrap_err();
        assert_eq!(error.kind().to_string(), "usage");
    }
}
