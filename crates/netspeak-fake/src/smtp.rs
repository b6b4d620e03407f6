//! The SMTP server (RFC 5321 and its extensions) and its sister, LMTP: what it can be told, and what can be asked of it afterwards.

mod auth;
mod capabilities;
mod data;
mod envelope;
mod mail;
mod reply;
mod session;
mod transaction;

use std::sync::{Arc, Mutex, PoisonError};

use crate::builder::Builder;
use crate::mailstore::{KeepsMail, Mailstore};
use crate::protocol::Protocol;
use crate::server::Fake;

pub use mail::{How, Mail, Recipient};

/// An SMTP or LMTP server: [`Smtp::builder`] begins one.
///
/// Verbs and parameters that belong to a capability which is not listed ([`Builder::capabilities`], [`Builder::without_capability`])
/// are refused; commands that come together are served all the same. Without `ENHANCEDSTATUSCODES`, no reply of the server's own carries
/// one. `SIZE` and `LIMITS` are also observed as they are listed ([`Builder::capability`]): `SIZE 1000000`,
/// `LIMITS RCPTMAX=20 MAILMAX=5`.
#[derive(Clone, Debug)]
pub struct Smtp {
    lmtp: bool,
    answers: Vec<Answer>,
    lists: Vec<(String, Vec<String>)>,
    tls_required: bool,
    login_required: bool,
    data_without_recipients: bool,
    lenient: bool,
    mail: Option<Mailstore>,
    mails: Arc<Mutex<Vec<Mail>>>,
}

/// What is said about an address, and to which command.
#[derive(Clone, Debug)]
struct Answer {
    about: About,
    address: String,
    reply: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Sender,
    Recipient,
    Delivery,
}

impl Smtp {
    /// A server that does all of SMTP and takes mail for everybody, without users or faults.
    ///
    /// ```
    /// use netspeak_fake::{Pop3, Smtp};
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let pop3 = Pop3::builder().user("ops", "secret").build()?;
    /// let fake = Smtp::builder().deliver_to(&pop3).refuse("bad@example.org", "550 5.1.1 no such user").build()?;
    /// let (mut client, server) = tokio::io::duplex(4096);
    /// let serving = tokio::spawn(fake.serve(server));
    ///
    /// client.write_all(b"EHLO me\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<bad@example.org>\r\nRCPT TO:<ops@example.org>\r\n").await?;
    /// client.write_all(b"DATA\r\nSubject: hi\r\n\r\n..hello\r\n.\r\nQUIT\r\n").await?;
    /// let mut replies = String::new();
    /// client.read_to_string(&mut replies).await?;
    /// serving.await?;
    ///
    /// assert!(replies.contains("550 5.1.1 no such user\r\n"));
    /// let mails = fake.mails();
    /// assert_eq!(mails[0].from, "a@example.org");
    /// assert_eq!(mails[0].recipients[0].address, "ops@example.org");
    /// assert_eq!(mails[0].data, b"Subject: hi\r\n\r\n.hello\r\n");
    /// assert_eq!(pop3.maildrop("ops"), [mails[0].data.clone()]);
    /// # Ok(()) }
    /// ```
    pub fn builder() -> Builder<Self> {
        Builder::new(Self {
            lmtp: false,
            answers: Vec::new(),
            lists: Vec::new(),
            tls_required: false,
            login_required: false,
            data_without_recipients: false,
            lenient: false,
            mail: None,
            mails: Arc::default(),
        })
    }

    /// What was told to be said about this address, ASCII case aside. `@example.org` stands for all addresses there.
    fn answer(&self, about: About, address: &str) -> Option<&[u8]> {
        let domain = address.rfind('@').and_then(|at| address.get(at..));
        self.answers
            .iter()
            .find(|answer| {
                answer.about == about
                    && (answer.address.eq_ignore_ascii_case(address)
                        || domain.is_some_and(|domain| answer.address.eq_ignore_ascii_case(domain)))
            })
            .map(|answer| answer.reply.as_slice())
    }

    /// Keeps a mail, delivers it, and tells its number.
    fn store(&self, mail: Mail) -> usize {
        if let Some(store) = &self.mail {
            for recipient in &mail.recipients {
                store.deliver(recipient.user(), None, &mail.data);
            }
        }
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.push(mail);
        mails.len()
    }
}

impl Builder<Smtp> {
    /// Speaks LMTP (RFC 2033): LHLO in place of EHLO and HELO, and after the data a reply for each recipient that was accepted.
    pub fn lmtp(mut self) -> Self {
        self.protocol.lmtp = true;
        self
    }

    /// Offers STARTTLS.
    pub fn starttls(mut self) -> Self {
        self.settings.upgrade = true;
        self
    }

    /// Refuses mail, logins and most else before TLS, with 530.
    pub fn tls_required(mut self) -> Self {
        self.protocol.tls_required = true;
        self
    }

    /// Refuses mail before a login, with 530.
    pub fn login_required(mut self) -> Self {
        self.protocol.login_required = true;
        self
    }

    /// Knows HELO only, as servers before RFC 1425.
    pub fn without_ehlo(self) -> Self {
        self.without_verb("EHLO")
    }

    /// Answers RCPT for this address so; `@example.org` stands for all addresses there. Lines are divided by LF; each carries its code.
    pub fn refuse(self, address: &str, reply: &str) -> Self {
        self.answer(About::Recipient, address, reply)
    }

    /// Answers RCPT for this address with `451 4.3.0 try again later`.
    pub fn defer(self, address: &str) -> Self {
        self.refuse(address, "451 4.3.0 try again later")
    }

    /// Answers MAIL from this address so, as [`Builder::refuse`] does RCPT. The address may be empty.
    pub fn refuse_sender(self, address: &str, reply: &str) -> Self {
        self.answer(About::Sender, address, reply)
    }

    /// Accepts this recipient and refuses the mail after its data. In SMTP, where one reply is for all, the mail is refused if nobody
    /// else gets it.
    pub fn refuse_delivery(self, address: &str, reply: &str) -> Self {
        self.answer(About::Delivery, address, reply)
    }

    fn answer(mut self, about: About, address: &str, reply: &str) -> Self {
        self.protocol.answers.push(Answer {
            about,
            address: address.to_owned(),
            reply: reply
                .lines()
                .flat_map(|line| [line.as_bytes(), b"\r\n"].concat())
                .collect(),
        });
        self
    }

    /// A mailing list, for EXPN and VRFY.
    pub fn list(
        mut self,
        name: &str,
        members: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let members = members.into_iter().map(Into::into).collect();
        self.protocol.lists.push((name.to_owned(), members));
        self
    }

    /// Answers DATA with 354 also when every recipient has been refused, and the dot with 554 (RFC 2920 section 3.1). SMTP only.
    pub fn data_without_recipients(mut self) -> Self {
        self.protocol.data_without_recipients = true;
        self
    }

    /// Takes a bare LF in the data for the end of a line, so that `LF . LF` ends a mail: the server that smuggled mails hope for.
    pub fn lenient(mut self) -> Self {
        self.protocol.lenient = true;
        self
    }

    /// Delivers mail also into the mailboxes of this POP3 or IMAP server, byte for byte: into the INBOX of the user who is called like the
    /// local part of the recipient's address.
    pub fn deliver_to<P: KeepsMail>(mut self, server: &Fake<P>) -> Self {
        self.protocol.mail = Some(server.mailstore().clone());
        self
    }
}

impl Fake<Smtp> {
    /// The mails that were accepted, in order.
    pub fn mails(&self) -> Vec<Mail> {
        let mails = self.protocol().mails.lock();
        mails.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the mails so far and tells them.
    pub fn take_mails(&self) -> Vec<Mail> {
        let mails = self.protocol().mails.lock();
        std::mem::take(&mut *mails.unwrap_or_else(PoisonError::into_inner))
    }
}

impl Protocol for Smtp {}
