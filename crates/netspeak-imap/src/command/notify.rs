//! [`Notify`]: what the server is to tell at any time, also of mailboxes that are not open (RFC 5465).

use netspeak_core::{Error, Result};

use super::{Items, Parts};
use crate::types::Mailbox;

/// Which mailboxes are watched, and for what.
///
/// ```
/// use netspeak_imap::{Events, Items, Notify, Watched};
///
/// let notify = Notify::new()
///     .watch(Watched::SelectedDelayed, Events::messages().fetching(&Items::new().flags()))
///     .watch(Watched::Subtree(vec!["Lists".parse()?]), Events::messages().flags());
/// # Ok::<(), netspeak_imap::Error>(())
/// ```
///
/// Of a mailbox that several groups hold, the first of them says what is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    status: Option<Status>,
    groups: Vec<(Watched, Events)>,
}

/// Whether the server begins with the status of each mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Status;

/// Some mailboxes (RFC 5465 section 6).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Watched {
    /// The open one, told at once. Message numbers may change at any time then, so that messages can be named by
    /// their UIDs only.
    Selected,
    /// The open one; that messages are gone is told when it can do no harm, as without NOTIFY.
    SelectedDelayed,
    /// All to which new mail is delivered.
    Inboxes,
    /// All of the user's own.
    Personal,
    /// Those that are subscribed.
    Subscribed,
    /// These, and all below them.
    Subtree(Vec<Mailbox>),
    /// These.
    Mailboxes(Vec<Mailbox>),
}

/// What is told of mailboxes (RFC 5465 section 5). Of those that are not open it comes as STATUS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    messages: Option<Messages>,
    words: Vec<&'static str>,
}

/// MessageNew and MessageExpunge, which only go together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Messages {
    fetched: Option<Items>,
}

impl Events {
    /// Nothing: these mailboxes are left out of the groups behind.
    pub fn none() -> Self {
        Self::default()
    }

    /// MessageNew and MessageExpunge: messages that come and go.
    pub fn messages() -> Self {
        Self {
            messages: Some(Messages::default()),
            words: Vec::new(),
        }
    }

    /// This of each new message comes along; of the open mailbox only.
    #[must_use]
    pub fn fetching(mut self, items: &Items) -> Self {
        self.messages.get_or_insert_default().fetched = Some(items.clone());
        self
    }

    /// FlagChange: flags that change, of messages that are watched.
    #[must_use]
    pub fn flags(self) -> Self {
        self.with("FlagChange")
    }

    /// MailboxName: mailboxes that are made, renamed, deleted, as LIST.
    #[must_use]
    pub fn names(self) -> Self {
        self.with("MailboxName")
    }

    /// SubscriptionChange: subscriptions, as LIST.
    #[must_use]
    pub fn subscriptions(self) -> Self {
        self.with("SubscriptionChange")
    }

    /// MailboxMetadataChange: notes on mailboxes, as METADATA without values.
    #[must_use]
    pub fn mailbox_metadata(self) -> Self {
        self.with("MailboxMetadataChange")
    }

    /// ServerMetadataChange: notes on the server, as METADATA without values.
    #[must_use]
    pub fn server_metadata(self) -> Self {
        self.with("ServerMetadataChange")
    }

    fn with(mut self, word: &'static str) -> Self {
        if !self.words.contains(&word) {
            self.words.push(word);
        }
        self
    }

    fn encode(&self, parts: &mut Parts) {
        if self.messages.is_none() && self.words.is_empty() {
            parts.word("NONE");
            return;
        }
        let mut words = Vec::new();
        if let Some(messages) = &self.messages {
            words.push(match &messages.fetched {
                Some(items) => format!("MessageNew ({items})"),
                None => "MessageNew".to_owned(),
            });
            words.push("MessageExpunge".to_owned());
        }
        words.extend(self.words.iter().map(|word| (*word).to_owned()));
        parts.word("(").raw(&words.join(" ")).raw(")");
    }
}

impl Watched {
    fn is_selected(&self) -> bool {
        matches!(self, Self::Selected | Self::SelectedDelayed)
    }

    fn encode(&self, parts: &mut Parts) -> Result<()> {
        let (word, mailboxes) = match self {
            Self::Selected => ("selected", None),
            Self::SelectedDelayed => ("selected-delayed", None),
            Self::Inboxes => ("inboxes", None),
            Self::Personal => ("personal", None),
            Self::Subscribed => ("subscribed", None),
            Self::Subtree(mailboxes) => ("subtree", Some(mailboxes)),
            Self::Mailboxes(mailboxes) => ("mailboxes", Some(mailboxes)),
        };
        parts.raw(word);
        let Some(mailboxes) = mailboxes else {
            return Ok(());
        };
        if let [one] = mailboxes.as_slice() {
            parts.mailbox(one)?;
            return Ok(());
        }
        for (at, mailbox) in mailboxes.iter().enumerate() {
            let name = mailbox.wire(parts.form().text);
            parts.raw(if at > 0 { " " } else { " (" });
            parts.bare_string("mailbox", &name)?;
        }
        parts.raw(")");
        Ok(())
    }
}

impl Notify {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Watches these mailboxes for these events.
    #[must_use]
    pub fn watch(mut self, which: Watched, events: Events) -> Self {
        self.groups.push((which, events));
        self
    }

    /// STATUS: the server begins with the status of each mailbox that is watched for messages.
    #[must_use]
    pub fn with_status(mut self) -> Self {
        self.status = Some(Status);
        self
    }

    /// Whether message numbers may change at any time.
    #[cfg(feature = "net")]
    pub(crate) fn shifts_numbers(&self) -> bool {
        let mut groups = self.groups.iter();
        groups.any(|(which, events)| *which == Watched::Selected && events.messages.is_some())
    }

    /// ```text
    /// notify-add  = "SET" [SP "STATUS"] SP event-groups
    /// event-group = "(" filter-mailboxes SP events ")"
    /// ```
    pub(super) fn encode(&self, parts: &mut Parts) -> Result<()> {
        parts.word("SET");
        if self.status.is_some() {
            parts.word("STATUS");
        }
        for (which, events) in &self.groups {
            parts.word("(");
            which.encode(parts)?;
            events.encode(parts);
            parts.raw(")");
        }
        Ok(())
    }

    /// What RFC 5465 demands in sections 5 and 6.
    pub(super) fn check(&self) -> Result<()> {
        let refuse = |what: &'static str| Err(Error::usage(what));
        if self.groups.is_empty() {
            return refuse("NOTIFY watches nothing; nothing was sent");
        }
        let groups = self.groups.iter();
        if groups.filter(|(which, _)| which.is_selected()).count() > 1 {
            return refuse("the open mailbox can be watched in one way only; nothing was sent");
        }
        for (which, events) in &self.groups {
            let fetched = events.messages.as_ref().and_then(|it| it.fetched.as_ref());
            if let Watched::Subtree(mailboxes) | Watched::Mailboxes(mailboxes) = which
                && mailboxes.is_empty()
            {
                return refuse("a group of mailboxes names none; nothing was sent");
            }
            if events.messages.is_none() && events.words.contains(&"FlagChange") {
                return refuse("flags are told of messages that are watched; nothing was sent");
            }
            if which.is_selected() && events.words.iter().any(|word| *word != "FlagChange") {
                return refuse("of the open mailbox only messages are told; nothing was sent");
            }
            match fetched {
                Some(items) if which.is_selected() => items.check()?,
                Some(_) => {
                    return refuse(
                        "only of the open mailbox come messages along; nothing was sent",
                    );
                }
                None => {}
            }
        }
        Ok(())
    }
}
