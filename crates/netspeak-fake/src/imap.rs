//! The IMAP server (RFC 9051, RFC 3501 and their extensions): what it can be told, and what can be asked of it afterwards.

mod append;
mod arguments;
mod capabilities;
mod command;
mod copy;
mod dates;
mod describe;
mod dispatch;
mod expunge;
mod fault;
mod fetch;
mod flags;
mod identity;
mod idle;
mod list;
mod login;
mod mailboxes;
mod metadata;
mod mime;
mod names;
mod notify;
mod quota;
mod replace;
mod reply;
mod rights;
mod search;
mod select;
mod selected;
mod session;
mod sets;
mod status;
mod stored;
mod sync;

use crate::builder::Builder;
pub use crate::imap::fault::ImapFault;
pub use crate::imap::stored::Stored;
use crate::mailstore::{Draft, INBOX, Keeper, KeepsMail, Mailstore, Received};
use crate::protocol::Protocol;
use crate::server::Fake;

/// An IMAP server: [`Imap::builder`] begins one.
///
/// It speaks IMAP4rev1 and IMAP4rev2. What belongs to a capability that is not listed ([`Builder::capabilities`],
/// [`Builder::without_capability`]) is not known: without `MOVE` there is no MOVE, without `SASL-IR` no initial response, without
/// `LITERAL+` no literal that comes at once. `IMAP4rev2` brings all that is part of it, but for what is taken away by name.
/// [`Builder::without_verb`] takes a verb away and leaves the list alone, where they differ.
///
/// A verb is named as it is said, `UID FETCH` apart from `FETCH`, wherever a [`Fault`](crate::Fault) names one.
#[derive(Clone, Debug)]
pub struct Imap {
    mail: Mailstore,
    /// Who is logged in before anybody says so.
    preauth: Option<String>,
    prefix: String,
    separator: char,
    /// What is listed under TLS, in place of the rest.
    under_tls: Option<Vec<String>>,
    /// What is listed after a login, in place of the rest.
    logged_in: Option<Vec<String>>,
    /// The most octets in a message.
    append_limit: usize,
    /// The most messages that one command deals with.
    message_limit: Option<usize>,
    /// Response codes that are not told.
    without_codes: Vec<String>,
}

impl Imap {
    /// A server that does all of IMAP, without users, messages or faults.
    ///
    /// ```
    /// use netspeak_fake::Imap;
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let fake = Imap::builder().user("ops", "secret").message("ops", "Subject: hi\r\n\r\nhello\r\n").build()?;
    /// let (mut client, server) = tokio::io::duplex(4096);
    /// let serving = tokio::spawn(fake.serve(server));
    ///
    /// client.write_all(b"a LOGIN ops secret\r\nb SELECT INBOX\r\nc FETCH 1 BODY[TEXT]\r\nd LOGOUT\r\n").await?;
    /// let mut replies = String::new();
    /// client.read_to_string(&mut replies).await?;
    /// serving.await?;
    ///
    /// assert!(replies.contains("* 1 FETCH (BODY[TEXT] {7}\r\nhello\r\n FLAGS (\\Seen"));
    /// assert_eq!(fake.mailbox("ops", "INBOX")[0].flags, ["\\Seen"]);
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder<Self> {
        Builder::new(Self {
            mail: Mailstore::default(),
            preauth: None,
            prefix: String::new(),
            separator: '/',
            under_tls: None,
            logged_in: None,
            append_limit: 100 << 20,
            message_limit: None,
            without_codes: Vec::new(),
        })
    }
}

impl Builder<Imap> {
    /// Puts a message into a user's INBOX: raw bytes, lines ended by CR LF.
    pub fn message(self, user: &str, message: impl AsRef<[u8]>) -> Self {
        self.protocol.mail.deliver(user, None, message.as_ref());
        self
    }

    /// Puts a message into a user's mailbox of this name, made if there is none, with these flags.
    pub fn message_in(
        self,
        user: &str,
        mailbox: &str,
        flags: &[&str],
        message: impl AsRef<[u8]>,
    ) -> Self {
        let draft = draft(flags, message.as_ref());
        self.protocol.mail.put(user, mailbox, draft);
        self
    }

    /// Makes a mailbox. It is subscribed to.
    pub fn mailbox(self, user: &str, name: &str) -> Self {
        self.special_mailbox(user, name, &[])
    }

    /// Makes a mailbox with these attributes (RFC 6154), such as `\Sent`. It is subscribed to.
    pub fn special_mailbox(self, user: &str, name: &str, uses: &[&str]) -> Self {
        self.protocol.mail.account(user, |account| {
            account.subscribed.insert(name.to_owned());
            let uses = uses.iter().map(|name| (*name).to_owned());
            account.create(name).special_use = uses.collect();
        });
        self
    }

    /// The UIDVALIDITY of a mailbox, and the UID of its next message. To be said before there are messages in it.
    pub fn uids(self, user: &str, mailbox: &str, validity: u32, next: u32) -> Self {
        self.protocol.mail.account(user, |account| {
            let mailbox = account.create(mailbox);
            mailbox.uid_validity = validity;
            mailbox.skip_to(next);
        });
        self
    }

    /// The internal date of a message, in seconds since 1970 in UTC. To be said after the message.
    pub fn received(self, user: &str, mailbox: &str, uid: u32, second: i64) -> Self {
        self.protocol.mail.account(user, |account| {
            account.create(mailbox).change(uid, None, |message| {
                message.received = Received { second, offset: 0 };
            });
        });
        self
    }

    /// Shares the mail of this server, with all its mailboxes. To be said before messages and mailboxes.
    pub fn mail_of<P: KeepsMail>(mut self, other: &Fake<P>) -> Self {
        self.protocol.mail = other.mailstore().clone();
        self
    }

    /// Offers STARTTLS.
    pub fn starttls(mut self) -> Self {
        self.settings.upgrade = true;
        self
    }

    /// Greets with PREAUTH: this user is logged in.
    pub fn preauth(mut self, user: &str) -> Self {
        self.protocol.preauth = Some(user.to_owned());
        self
    }

    /// Where users' mailboxes are, INBOX aside, and what separates the levels of their names: `("", '/')` without this, and `("INBOX.", '.')`
    /// for Courier's manners.
    pub fn namespace(mut self, prefix: &str, separator: char) -> Self {
        self.protocol.prefix = prefix.to_owned();
        self.protocol.separator = separator;
        self
    }

    /// Lists exactly these capabilities under TLS, whatever it lists without.
    pub fn capabilities_under_tls(
        mut self,
        capabilities: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.protocol.under_tls = Some(capabilities.into_iter().map(Into::into).collect());
        self
    }

    /// Lists exactly these capabilities after a login, whatever it lists before.
    pub fn capabilities_after_login(
        mut self,
        capabilities: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.protocol.logged_in = Some(capabilities.into_iter().map(Into::into).collect());
        self
    }

    /// Takes no message with more octets, and says so: `APPENDLIMIT=...`. 100 MiB without this.
    pub fn append_limit(mut self, octets: usize) -> Self {
        self.protocol.append_limit = octets;
        self
    }

    /// Deals with at most so many messages in one command, and says so: `MESSAGELIMIT=...` (RFC 9738).
    pub fn message_limit(mut self, messages: usize) -> Self {
        self.protocol.message_limit = Some(messages);
        self
    }

    /// Lets a user keep so many KiB of messages.
    pub fn quota(self, user: &str, kib: u64) -> Self {
        let mail = &self.protocol.mail;
        mail.account(user, |account| account.quota = Some(kib));
        self
    }

    /// Never tells this response code: `CAPABILITY`, `UIDNEXT`, `APPENDUID`.
    pub fn without_code(mut self, code: &str) -> Self {
        self.protocol.without_codes.push(code.to_owned());
        self
    }
}

impl Fake<Imap> {
    /// The names of a user's mailboxes.
    pub fn mailboxes(&self, user: &str) -> Vec<String> {
        let mail = &self.protocol().mail;
        mail.account(user, |account| account.mailboxes.keys().cloned().collect())
    }

    /// The messages in a user's mailbox as they are now. Nothing if there is no such mailbox.
    pub fn mailbox(&self, user: &str, mailbox: &str) -> Vec<Stored> {
        self.protocol().mail.account(user, |account| {
            let mailbox = account.mailboxes.get(mailbox);
            let messages = mailbox.into_iter().flat_map(|mailbox| mailbox.messages());
            messages.map(Stored::of).collect()
        })
    }

    /// Puts another message into a user's INBOX. Sessions that are open are told of it.
    pub fn deliver(&self, user: &str, message: impl AsRef<[u8]>) {
        self.protocol().mail.deliver(user, None, message.as_ref());
    }

    /// Puts another message into a user's mailbox of this name, made if there is none, with these flags. Tells its UID.
    pub fn append(
        &self,
        user: &str,
        mailbox: &str,
        flags: &[&str],
        message: impl AsRef<[u8]>,
    ) -> u32 {
        let draft = draft(flags, message.as_ref());
        self.protocol().mail.put(user, mailbox, draft)
    }

    /// Gives a message these flags and no others, as another client would. Sessions that are open are told of it.
    pub fn set_flags(&self, user: &str, mailbox: &str, uid: u32, flags: &[&str]) {
        let mail = &self.protocol().mail;
        mail.account(user, |account| {
            if let Some(mailbox) = account.mailboxes.get_mut(mailbox) {
                mailbox.change(uid, None, |message| message.flags = owned(flags));
            }
        });
        mail.changed();
    }

    /// Removes a message, as another client would. Sessions that are open are told of it.
    pub fn expunge(&self, user: &str, mailbox: &str, uid: u32) {
        let mail = &self.protocol().mail;
        mail.account(user, |account| {
            if let Some(mailbox) = account.mailboxes.get_mut(mailbox) {
                mailbox.remove(uid);
            }
        });
        mail.changed();
    }

    /// Removes a mailbox, as another client would. Sessions that have it open are told of it.
    pub fn delete_mailbox(&self, user: &str, mailbox: &str) {
        let mail = &self.protocol().mail;
        mail.account(user, |account| account.mailboxes.remove(mailbox));
        mail.changed();
    }

    /// Gives a mailbox another UIDVALIDITY, as after a disaster.
    pub fn set_uid_validity(&self, user: &str, mailbox: &str, validity: u32) {
        self.protocol().mail.account(user, |account| {
            account.create(mailbox).uid_validity = validity;
        });
    }
}

fn draft(flags: &[&str], message: &[u8]) -> Draft {
    Draft {
        flags: owned(flags),
        ..Draft::new(message)
    }
}

fn owned(flags: &[&str]) -> Vec<String> {
    flags.iter().map(|flag| (*flag).to_owned()).collect()
}

impl Keeper for Imap {
    fn mailstore(&self) -> &Mailstore {
        &self.mail
    }
}

impl Protocol for Imap {}

impl Imap {
    /// Whether a user's mailbox may be called so.
    fn may_be_called(&self, name: &str) -> bool {
        let separator = self.separator;
        let is_whole = !name.split(separator).any(str::is_empty);
        let is_inside = name == INBOX
            || name
                .strip_prefix(&self.prefix)
                .is_some_and(|rest| !rest.is_empty());
        is_whole && is_inside && !name.contains(|c: char| c.is_control() || c == '*' || c == '%')
    }
}
