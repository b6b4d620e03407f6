//! The POP3 server (RFC 1939 and its extensions): what it can be told, and what can be asked of it afterwards.

mod auth;
mod maildrop;
mod reply;
mod session;
mod transaction;

use crate::builder::Builder;
use crate::mailstore::{Keeper, KeepsMail, Mailstore};
use crate::protocol::Protocol;
use crate::server::Fake;

/// A POP3 server: [`Pop3::builder`] begins one.
///
/// What a capability stands for works also where it is not listed ([`Builder::without_capability`]). Without `RESP-CODES`, no reply carries
/// a code.
#[derive(Clone, Debug)]
pub struct Pop3 {
    mail: Mailstore,
    timestamp: Timestamp,
    languages: Vec<(String, String)>,
}

/// The timestamp in the greeting, which is what APOP signs.
#[derive(Clone, Debug)]
enum Timestamp {
    None,
    Fresh,
    Fixed(String),
}

impl Pop3 {
    /// A server that does all of POP3, without users, messages or faults.
    ///
    /// ```
    /// use netspeak_fake::Pop3;
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let fake = Pop3::builder().user("ops", "secret").message("ops", "Subject: hi\r\n\r\nhello\r\n").build()?;
    /// let (mut client, server) = tokio::io::duplex(4096);
    /// let serving = tokio::spawn(fake.serve(server));
    ///
    /// client.write_all(b"USER ops\r\nPASS secret\r\nDELE 1\r\nQUIT\r\n").await?;
    /// let mut replies = String::new();
    /// client.read_to_string(&mut replies).await?;
    /// serving.await?;
    ///
    /// assert!(replies.ends_with("+OK bye, 0 messages left\r\n"));
    /// assert_eq!(fake.said(), ["USER ops", "PASS secret", "DELE 1", "QUIT"]);
    /// assert!(fake.maildrop("ops").is_empty());
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder<Self> {
        Builder::new(Self {
            mail: Mailstore::default(),
            timestamp: Timestamp::Fresh,
            languages: vec![
                ("en".to_owned(), "English".to_owned()),
                ("de".to_owned(), "Deutsch".to_owned()),
            ],
        })
    }
}

impl Builder<Pop3> {
    /// Puts a message into a user's maildrop: raw bytes, lines ended by CR LF, dots not doubled.
    pub fn message(self, user: &str, message: impl AsRef<[u8]>) -> Self {
        self.protocol.mail.deliver(user, None, message.as_ref());
        self
    }

    /// Like [`Builder::message`], with a unique id of your choice; unique or not.
    pub fn message_with_uid(self, user: &str, uid: &str, message: impl AsRef<[u8]>) -> Self {
        self.protocol
            .mail
            .deliver(user, Some(uid), message.as_ref());
        self
    }

    /// Shares the mail of this server: what lies in an INBOX there lies in the maildrop here. Messages are told after this.
    pub fn mail_of<P: KeepsMail>(mut self, other: &Fake<P>) -> Self {
        self.protocol.mail = other.mailstore().clone();
        self
    }

    /// Offers STLS.
    pub fn stls(mut self) -> Self {
        self.settings.upgrade = true;
        self
    }

    /// Does not know CAPA, as servers before RFC 2449.
    pub fn without_capa(self) -> Self {
        self.without_verb("CAPA")
    }

    /// Shows no timestamp in the greeting and refuses APOP.
    pub fn without_apop(mut self) -> Self {
        self.protocol.timestamp = Timestamp::None;
        self
    }

    /// Shows this timestamp in the greeting, angle brackets included, in place of a fresh one for each connection.
    pub fn timestamp(mut self, timestamp: impl Into<String>) -> Self {
        self.protocol.timestamp = Timestamp::Fixed(timestamp.into());
        self
    }
}

impl Fake<Pop3> {
    /// The messages in this user's maildrop as they are now: what QUIT has deleted is gone, what was only marked is there.
    pub fn maildrop(&self, user: &str) -> Vec<Vec<u8>> {
        maildrop::messages(&self.protocol().mail, user)
    }

    /// Puts another message into a user's maildrop. A session that is open does not see it.
    pub fn deliver(&self, user: &str, message: impl AsRef<[u8]>) {
        self.protocol().mail.deliver(user, None, message.as_ref());
    }
}

impl Keeper for Pop3 {
    fn mailstore(&self) -> &Mailstore {
        &self.mail
    }
}

impl Protocol for Pop3 {}
