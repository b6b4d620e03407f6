//! IMAP without `async`.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # let fake = netspeak_fake::Imap::builder().user("ops", "hunter2").message("ops", *b"Subject: x\r\n\r\nhi\r\n");
//! # let server = runtime.block_on(fake.start())?;
//! # let url = format!("imap://ops:hunter2@{}", server.addr());
//! use netspeak::blocking::imap::Client;
//! use netspeak::core::{Target, Tls};
//! use netspeak::imap::{IdSet, Items, Mailbox, Search};
//!
//! let target: Target = url.parse()?;
//! // The server of this example is on this machine and has no TLS.
//! let mut client = Client::connect_with(netspeak::imap::Client::builder().tls(Tls::Off), &target)?;
//! client.examine(&Mailbox::inbox())?;
//! let unread = client.search(&Search::unseen())?;
//! for row in client.fetch(&unread, &Items::new().size(), 1000)? {
//!     println!("{:?}: {:?} octets", row.uid, row.size);
//! }
//! println!("{}", String::from_utf8_lossy(&client.message(1, 1 << 20)?));
//! // Into a mailbox of another server, or of this one.
//! let copy: Mailbox = "Copy".parse()?;
//! client.create(&copy)?;
//! let other = netspeak::imap::Client::builder().tls(Tls::Off);
//! let tally = client.copy_to(&IdSet::all(), other, &target, &copy, drop)?;
//! assert_eq!(tally.copied, 1);
//! client.logout()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::io::Write;

use netspeak_core::{Secret, Target};
use netspeak_imap::response::{
    Acl, Esearch, Fetch, ListRights, Listed, MailboxStatus, Namespaces, Quota, ServerId, Thread,
};
use netspeak_imap::{
    Access, Answer, Append, Appended, Builder, Capabilities, Command, Copied, CopyTally, Copying,
    Draft, Error, Expunged, FlagChange, IdSet, Ids, Items, ListQuery, Mailbox, MailboxQuota,
    MetadataReach, Notes, Result, Returns, Rights, RightsChange, Search, Selected, Sort,
    StatusItems, Stored, Sync, SyncState, Text, Threading,
};

client! { netspeak_imap, logout:
    login(credentials: &netspeak_core::sasl::Credentials) -> &'static str;
    user_pass(user: &str, password: &Secret) -> ();
    id(fields: &[(&str, &str)]) -> ServerId;
    enable(extensions: &[&str]) -> Vec<String>;
    noop() -> ();
    namespace() -> Namespaces;
    list(query: &ListQuery) -> Vec<Listed>;
    lsub(reference: &str, pattern: &str) -> Vec<Listed>;
    status(mailbox: &Mailbox, items: &StatusItems) -> MailboxStatus;
    create(mailbox: &Mailbox) -> Option<Text>;
    delete(mailbox: &Mailbox) -> ();
    rename(from: &Mailbox, to: &Mailbox) -> ();
    subscribe(mailbox: &Mailbox) -> ();
    unsubscribe(mailbox: &Mailbox) -> ();
    unselect() -> ();
    close() -> ();
    append(mailbox: &Mailbox, how: &Append, message: &[u8]) -> Option<Appended>;
    append_all(mailbox: &Mailbox, drafts: &[Draft<'_>]) -> Vec<Appended>;
    replace(uid: u32, mailbox: &Mailbox, draft: &Draft<'_>) -> Option<Appended>;
    search(search: &Search) -> IdSet;
    search_return(search: &Search, returns: &Returns) -> Esearch;
    sort(sort: &Sort, search: &Search) -> Vec<u32>;
    sort_return(sort: &Sort, search: &Search, returns: &Returns) -> Esearch;
    thread(threading: &Threading, search: &Search) -> Vec<Thread>;
    store(ids: impl Into<Ids>, change: &FlagChange) -> Stored;
    copy(ids: impl Into<Ids>, to: &Mailbox) -> Copied;
    move_to(ids: impl Into<Ids>, to: &Mailbox) -> Copied;
    expunge() -> Expunged;
    uid_expunge(uids: &IdSet) -> Expunged;
    get_quota(root: impl Into<Text>) -> Quota;
    get_quota_root(mailbox: &Mailbox) -> MailboxQuota;
    set_quota(root: impl Into<Text>, limits: &[(&str, u64)]) -> Option<Quota>;
    get_acl(mailbox: &Mailbox) -> Acl;
    set_acl(mailbox: &Mailbox, identifier: &str, change: RightsChange) -> ();
    delete_acl(mailbox: &Mailbox, identifier: &str) -> ();
    list_rights(mailbox: &Mailbox, identifier: &str) -> ListRights;
    my_rights(mailbox: &Mailbox) -> Rights;
    get_metadata(mailbox: Option<&Mailbox>, entries: &[&str], reach: MetadataReach) -> Notes;
    set_metadata(mailbox: Option<&Mailbox>, entries: &[(&str, Option<&[u8]>)]) -> ();
    compress() -> ();
    sync(mailbox: &Mailbox, access: Access, known: Option<&SyncState>) -> Sync;
    pipeline(commands: &[Command<'_>]) -> Vec<Answer>;
    raw(line: &str) -> Answer;
}

impl Client {
    /// The server's capabilities; see [`netspeak_imap::Client::capability`].
    ///
    /// # Errors
    /// As there.
    pub fn capability(&mut self) -> Result<Capabilities> {
        self.blocking
            .run(async { self.inner.capability().await.cloned() })
    }

    /// Opens a mailbox; see [`netspeak_imap::Client::select`].
    ///
    /// # Errors
    /// As there.
    pub fn select(&mut self, mailbox: &Mailbox) -> Result<Selected> {
        self.blocking
            .run(async { self.inner.select(mailbox).await.cloned() })
    }

    /// Opens a mailbox to read only; see [`netspeak_imap::Client::examine`].
    ///
    /// # Errors
    /// As there.
    pub fn examine(&mut self, mailbox: &Mailbox) -> Result<Selected> {
        self.blocking
            .run(async { self.inner.examine(mailbox).await.cloned() })
    }

    /// Messages, all in memory, at most `max` of them; see [`netspeak_imap::Client::fetch`].
    ///
    /// # Errors
    /// As [`netspeak_imap::Fetching::all`].
    pub fn fetch(&mut self, ids: impl Into<Ids>, items: &Items, max: usize) -> Result<Vec<Fetch>> {
        self.blocking
            .run(async { self.inner.fetch(ids, items).await?.all(max).await })
    }

    /// Copies messages of the open mailbox into a mailbox of another server, which is connected to with these settings and
    /// left with a goodbye; see [`netspeak_imap::Client::copy_to`].
    ///
    /// # Errors
    /// As there, and those of connecting.
    pub fn copy_to(
        &mut self,
        which: &IdSet,
        other: Builder,
        target: &Target,
        to: &Mailbox,
        told: impl FnMut(Copying),
    ) -> Result<CopyTally> {
        self.blocking.run(async {
            let mut other = other.connect(target).await?;
            let tally = self.inner.copy_to(which, &mut other, to, told).await?;
            other.logout().await?;
            Ok::<_, Error>(tally)
        })
    }

    /// A whole message in memory, at most `max` bytes of it.
    ///
    /// # Errors
    /// As [`netspeak_imap::Message::bytes`].
    pub fn message(&mut self, which: impl Into<Ids>, max: usize) -> Result<Vec<u8>> {
        self.blocking
            .run(async { self.inner.message(which).await?.bytes(max).await })
    }

    /// A whole message into a sink; how many bytes that were.
    ///
    /// # Errors
    /// As [`netspeak_imap::Message::chunk`], and [`Error::Local`] if the sink fails.
    pub fn message_to(&mut self, which: impl Into<Ids>, sink: &mut impl Write) -> Result<u64> {
        self.blocking.run(async {
            let mut message = self.inner.message(which).await?;
            let mut copied = 0;
            while let Some(piece) = message.chunk().await? {
                sink.write_all(piece).map_err(Error::Local)?;
                copied += piece.len() as u64;
            }
            Ok::<_, Error>(copied)
        })
    }
}
