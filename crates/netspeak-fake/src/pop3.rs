//! The POP3 server (RFC 1939 and its extensions): what it can be told, and what can be asked of it afterwards.

mod auth;
mod maildrop;
mod session;

use crate::builder::Builder;
pub(crate) use crate::pop3::maildrop::Maildrops;
use crate::server::{Fake, Protocol, Speak};
use crate::wire::{Flow, Wire};

/// A POP3 server: [`Pop3::builder`] begins one.
#[derive(Clone, Debug)]
pub struct Pop3 {
    maildrops: Maildrops,
    /// In place of the capabilities that follow from the rest.
    capabilities: Option<Vec<String>>,
    /// In addition to them.
    extra_capabilities: Vec<String>,
    hidden_capabilities: Vec<String>,
    missing_verbs: Vec<String>,
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
            maildrops: Maildrops::default(),
            capabilities: None,
            extra_capabilities: Vec::new(),
            hidden_capabilities: Vec::new(),
            missing_verbs: Vec::new(),
            timestamp: Timestamp::Fresh,
            languages: vec![
                ("en".to_owned(), "English".to_owned()),
                ("de".to_owned(), "Deutsch".to_owned()),
            ],
        })
    }

    fn knows(&self, verb: &str) -> bool {
        !self.missing_verbs.iter().any(|missing| missing == verb)
    }

    fn shows(&self, capability: &str) -> bool {
        !self
            .hidden_capabilities
            .iter()
            .any(|hidden| hidden == capability)
    }
}

impl Builder<Pop3> {
    /// Puts a message into a user's maildrop: raw bytes, lines ended by CR LF, dots not doubled.
    pub fn message(self, user: &str, message: impl AsRef<[u8]>) -> Self {
        self.protocol
            .maildrops
            .deliver(user, None, message.as_ref());
        self
    }

    /// Like [`Builder::message`], with a unique id of your choice; unique or not.
    pub fn message_with_uid(self, user: &str, uid: &str, message: impl AsRef<[u8]>) -> Self {
        self.protocol
            .maildrops
            .deliver(user, Some(uid), message.as_ref());
        self
    }

    /// Offers STLS.
    pub fn stls(mut self) -> Self {
        self.settings.upgrade = true;
        self
    }

    /// Lists exactly these capabilities, always, whatever the server does.
    pub fn capabilities(
        mut self,
        capabilities: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.protocol.capabilities = Some(capabilities.into_iter().map(Into::into).collect());
        self
    }

    /// Lists one capability more, such as `EXPIRE 60`.
    pub fn capability(mut self, capability: impl Into<String>) -> Self {
        self.protocol.extra_capabilities.push(capability.into());
        self
    }

    /// Does not list this capability; what it stands for works all the same. Without `RESP-CODES`, no reply carries a code.
    pub fn without_capability(mut self, name: &str) -> Self {
        self.protocol
            .hidden_capabilities
            .push(name.to_ascii_uppercase());
        self
    }

    /// Does not know this verb and does not list it.
    pub fn without_verb(mut self, verb: &str) -> Self {
        self.protocol.missing_verbs.push(verb.to_ascii_uppercase());
        self.without_capability(verb)
    }

    /// Does not know CAPA, as servers before RFC 2449.
    pub fn without_capa(self) -> Self {
        self.without_verb("CAPA")
    }

    /// Does not list PIPELINING. With [`Fault::DropPipelined`](crate::Fault::DropPipelined) a client that pipelines regrets it.
    pub fn without_pipelining(self) -> Self {
        self.without_capability("PIPELINING")
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
    pub(crate) fn maildrops(&self) -> &Maildrops {
        &self.protocol().maildrops
    }

    /// The messages in this user's maildrop as they are now: what QUIT has deleted is gone, what was only marked is there.
    pub fn maildrop(&self, user: &str) -> Vec<Vec<u8>> {
        self.protocol().maildrops.messages(user)
    }

    /// Puts another message into a user's maildrop. A session that is open does not see it.
    pub fn deliver(&self, user: &str, message: impl AsRef<[u8]>) {
        self.protocol()
            .maildrops
            .deliver(user, None, message.as_ref());
    }
}

impl Protocol for Pop3 {}

impl Speak for Pop3 {
    fn talk(fake: &Fake<Self>, wire: &mut Wire) -> impl Future<Output = Flow<()>> + Send {
        session::talk(fake, wire)
    }
}
