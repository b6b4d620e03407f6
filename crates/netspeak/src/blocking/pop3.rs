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

use netspeak_core::Secret;
use netspeak_pop3::{
    Capabilities, Deletion, Error, Fetch, MessageNumber, Result, ScanListing, Stat, UniqueId,
    UniqueIdListing,
};

client! { netspeak_pop3:
    login(credentials: &netspeak_core::sasl::Credentials) -> &'static str;
    user_pass(user: &str, password: &Secret) -> ();
    stat() -> Stat;
    list() -> Vec<ScanListing>;
    list_one(number: MessageNumber) -> ScanListing;
    uidl() -> Vec<UniqueIdListing>;
    uidl_one(number: MessageNumber) -> UniqueId;
    dele(number: MessageNumber) -> ();
    dele_many(numbers: &[MessageNumber]) -> Vec<Result<()>>;
    new_messages(known: &HashSet<UniqueId>) -> Vec<UniqueIdListing>;
    dele_by_uid(ids: &[UniqueId]) -> Vec<Deletion>;
    rset() -> ();
    noop() -> ();
}

impl Client {
    /// The server's capabilities; see [`netspeak_pop3::Client::capa`].
    ///
    /// # Errors
    /// As there.
    pub fn capa(&mut self) -> Result<Option<Capabilities>> {
        self.blocking
            .run(async { self.inner.capa().await.map(Option::<&Capabilities>::cloned) })
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
