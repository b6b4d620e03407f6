//! The NNTP server (RFC 3977 and its extensions): what it can be told, and what can be asked of it afterwards.

mod auth;
mod overview;
mod post;
mod read;
mod reply;
mod session;
mod spool;

use crate::builder::Builder;
use crate::nntp::spool::Spool;
use crate::protocol::Protocol;
use crate::server::Fake;

/// An NNTP server: [`Nntp::builder`] begins one.
///
/// Articles are filed by their header: under their `Message-ID`, and in the groups of their `Newsgroups` that there are.
#[derive(Clone, Debug)]
pub struct Nntp {
    spool: Spool,
    posting: Posting,
    mode: Mode,
    readers: Readers,
}

/// Whether articles are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Posting {
    Allowed,
    Forbidden,
}

/// As what a server begins (RFC 3977 section 3.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Reader,
    Transit,
}

/// Who may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readers {
    Everybody,
    Known,
}

impl Nntp {
    /// A server that does all of NNTP, without users, groups or faults.
    ///
    /// ```
    /// use netspeak_fake::Nntp;
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let article = "Message-ID: <1@x>\r\nNewsgroups: misc.test\r\nSubject: hi\r\n\r\nhello\r\n";
    /// let fake = Nntp::builder().group("misc.test", "tests").article(article).build()?;
    /// let (mut client, server) = tokio::io::duplex(4096);
    /// let serving = tokio::spawn(fake.serve(server));
    ///
    /// client.write_all(b"GROUP misc.test\r\nBODY 1\r\nQUIT\r\n").await?;
    /// let mut replies = String::new();
    /// client.read_to_string(&mut replies).await?;
    /// serving.await?;
    ///
    /// assert!(replies.ends_with("211 1 1 1 misc.test\r\n222 1 <1@x> follows\r\nhello\r\n.\r\n205 bye\r\n"));
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder<Self> {
        Builder::new(Self {
            spool: Spool::default(),
            posting: Posting::Allowed,
            mode: Mode::Reader,
            readers: Readers::Everybody,
        })
    }
}

impl Builder<Nntp> {
    /// Keeps this group.
    pub fn group(self, name: &str, description: &str) -> Self {
        self.protocol.spool.found(name, description);
        self
    }

    /// Files an article: raw bytes, lines ended by CR LF, dots not doubled. Without a `Message-ID` it gets one.
    pub fn article(self, article: impl AsRef<[u8]>) -> Self {
        self.protocol.spool.file(article.as_ref());
        self
    }

    /// Greets with 201 and takes no articles.
    pub fn read_only(mut self) -> Self {
        self.protocol.posting = Posting::Forbidden;
        self
    }

    /// Begins in transit mode: nothing is read before MODE READER.
    pub fn transit(mut self) -> Self {
        self.protocol.mode = Mode::Transit;
        self
    }

    /// Lets nobody read who has not logged in: 480.
    pub fn login_to_read(mut self) -> Self {
        self.protocol.readers = Readers::Known;
        self
    }

    /// Offers STARTTLS.
    pub fn starttls(mut self) -> Self {
        self.settings.upgrade = true;
        self
    }
}

impl Fake<Nntp> {
    /// The articles in a group as they are now, in the order of their numbers.
    pub fn articles(&self, group: &str) -> Vec<Vec<u8>> {
        self.protocol().spool.articles(group)
    }

    /// Files another article.
    pub fn file(&self, article: impl AsRef<[u8]>) {
        self.protocol().spool.file(article.as_ref());
    }

    /// Takes an article out of a group; its number stays empty.
    pub fn cancel(&self, group: &str, number: u64) {
        self.protocol().spool.cancel(group, number);
    }
}

impl Protocol for Nntp {}
