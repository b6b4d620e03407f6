//! The FTP server (RFC 959 and its extensions): what it can be told, and what can be asked of it afterwards.

mod addresses;
mod checksum;
mod coding;
mod data;
mod describe;
mod fault;
mod features;
mod files;
mod folders;
mod list;
mod listing;
mod login;
mod record;
mod reply;
mod security;
mod session;
mod stamp;
mod transfer;
mod tree;

use std::collections::BTreeMap;

use crate::builder::Builder;
pub use crate::ftp::fault::DataFault;
pub use crate::ftp::listing::Listing;
use crate::ftp::record::Records;
pub use crate::ftp::record::{DataEnd, DataTls, Transfer};
use crate::ftp::tree::Tree;
use crate::protocol::Protocol;
use crate::server::Fake;

/// An FTP server: [`Ftp::builder`] begins one.
///
/// It has one tree of files, the same for all users, and all of them may do everything. Data connections need sockets: a server in memory
/// ([`Fake::serve`]) has the control connection only, and refuses `PASV`, `EPSV`, `PORT` and `EPRT`.
///
/// What a line of FEAT stands for works also where it is not listed ([`Builder::without_capability`]); [`Builder::without_verb`] takes a
/// verb away.
#[derive(Clone, Debug, Default)]
pub struct Ftp {
    tree: Tree,
    records: Records,
    entry: Entry,
    data: DataPolicy,
    tickets: Tickets,
    listing: Listing,
    /// What a verb lists, in place of the truth.
    texts: BTreeMap<String, Vec<u8>>,
}

/// Who gets in with less or more than a password.
#[derive(Clone, Debug, Default)]
struct Entry {
    anonymous: Anonymous,
    /// Users who need no password.
    trusted: Vec<String>,
    /// What ACCT has to say, by user.
    accounts: BTreeMap<String, String>,
}

/// Whether `anonymous` and `ftp` may log in, with any password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Anonymous {
    #[default]
    Refused,
    Welcome,
}

/// What data connections must be like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum DataPolicy {
    #[default]
    Any,
    /// Under TLS.
    Protected,
    /// Under TLS, in a session that the control connection began.
    Resumed,
}

/// Which TLS 1.3 data connections bring a new ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tickets {
    #[default]
    Always,
    ForDownloads,
}

impl Ftp {
    /// A server that does all of FTP, without users, files or faults.
    ///
    /// ```
    /// use netspeak_fake::Ftp;
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let fake = Ftp::builder().user("ops", "secret").file("/pub/a.txt", "hello\n").build()?;
    /// let (mut client, server) = tokio::io::duplex(4096);
    /// let serving = tokio::spawn(fake.serve(server));
    ///
    /// client.write_all(b"USER ops\r\nPASS secret\r\nRNFR /pub/a.txt\r\nRNTO /b.txt\r\nQUIT\r\n").await?;
    /// let mut replies = String::new();
    /// client.read_to_string(&mut replies).await?;
    /// serving.await?;
    ///
    /// assert!(replies.ends_with("250 renamed\r\n221 bye\r\n"));
    /// assert_eq!(fake.file("/b.txt").as_deref(), Some(b"hello\n".as_slice()));
    /// assert_eq!(fake.paths(), ["/b.txt", "/pub/"]);
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder<Self> {
        Builder::new(Self::default())
    }
}

impl Builder<Ftp> {
    /// Puts a file at this absolute path, with all the folders above it. It was last changed on 2024-01-02 at 03:04:05 UTC.
    pub fn file(self, path: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        self.protocol.tree.put(path.as_ref(), bytes.as_ref());
        self
    }

    /// Makes a folder at this absolute path, with all the folders above it.
    pub fn folder(self, path: impl AsRef<[u8]>) -> Self {
        self.protocol.tree.put_folder(path.as_ref());
        self
    }

    /// When the file or folder at this path was last changed, in seconds since 1970 in UTC. To be said after [`Builder::file`].
    pub fn modified(self, path: impl AsRef<[u8]>, second: i64) -> Self {
        // A path that is not there stays as it is.
        let _ = self.protocol.tree.touch(path.as_ref(), second);
        self
    }

    /// Lets `anonymous` and `ftp` in, with any password.
    pub fn anonymous(mut self) -> Self {
        self.protocol.entry.anonymous = Anonymous::Welcome;
        self
    }

    /// Lets this user in at USER: 230, and no question for a password.
    pub fn user_without_password(mut self, name: &str) -> Self {
        self.protocol.entry.trusted.push(name.to_owned());
        self
    }

    /// Asks this user for an account after the password: 332.
    pub fn account(mut self, user: &str, account: &str) -> Self {
        let accounts = &mut self.protocol.entry.accounts;
        accounts.insert(user.to_owned(), account.to_owned());
        self
    }

    /// Offers AUTH TLS.
    pub fn auth_tls(mut self) -> Self {
        self.settings.upgrade = true;
        self
    }

    /// Refuses data connections in the clear: 522.
    pub fn require_protection(mut self) -> Self {
        self.protocol.data = DataPolicy::Protected;
        self
    }

    /// Refuses data connections without TLS, and those whose TLS session did not begin on their control connection: 522.
    pub fn require_reuse(mut self) -> Self {
        self.protocol.data = DataPolicy::Resumed;
        self
    }

    /// Sends no TLS 1.3 ticket on the data connection of an upload, as ProFTPD 1.3.8. Without this each data connection brings one, which
    /// makes up for the one that it was resumed with: they are good for one time.
    pub fn without_tickets_for_uploads(mut self) -> Self {
        self.protocol.tickets = Tickets::ForDownloads;
        self
    }

    /// How LIST and STAT show files and folders.
    pub fn listing(mut self, listing: Listing) -> Self {
        self.protocol.listing = listing;
        self
    }

    /// Answers LIST, NLST, MLSD or STAT with these bytes, whatever the folder and whatever is in it.
    pub fn listing_text(mut self, verb: &str, text: impl AsRef<[u8]>) -> Self {
        let texts = &mut self.protocol.texts;
        texts.insert(verb.to_ascii_uppercase(), text.as_ref().to_vec());
        self
    }

    /// Knows neither MLSD nor MLST, as servers before RFC 3659.
    pub fn without_mlsd(self) -> Self {
        self.without_verb("MLSD").without_verb("MLST")
    }

    /// Does not know FEAT, as servers before RFC 2389.
    pub fn without_feat(self) -> Self {
        self.without_verb("FEAT")
    }
}

impl Fake<Ftp> {
    /// What the file at this absolute path holds now; `None` if there is no such file.
    pub fn file(&self, path: impl AsRef<[u8]>) -> Option<Vec<u8>> {
        let file = self.protocol().tree.file(path.as_ref());
        file.map(|bytes| bytes.to_vec())
    }

    /// When this file or folder was last changed, in seconds since 1970 in UTC; `None` if there is none.
    pub fn modified(&self, path: impl AsRef<[u8]>) -> Option<i64> {
        self.protocol().tree.modified(path.as_ref())
    }

    /// All files and folders, the latter with a slash at the end, in the order of their bytes. What is not UTF-8 is replaced.
    pub fn paths(&self) -> Vec<String> {
        self.protocol().tree.paths()
    }

    /// The transfers so far that had a data connection, in the order in which they ended.
    pub fn transfers(&self) -> Vec<Transfer> {
        self.protocol().records.all()
    }
}

impl Protocol for Ftp {}
