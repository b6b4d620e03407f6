//! Whether a message is what is looked for.

use crate::imap::dates::{day, now, sent};
use crate::imap::identity::thread;
use crate::imap::mime::{Inner, Part, fields, unwrapped};
use crate::imap::search::key::{Clock, Key, When};
use crate::mailstore::{Message, Received, has_flag};

/// A message that may be found.
pub(super) struct Candidate<'a> {
    user: &'a str,
    uid: u32,
    message: &'a Message,
    recent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Headers {
    Searched,
    LeftOut,
}

impl<'a> Candidate<'a> {
    pub(super) fn new(user: &'a str, uid: u32, message: &'a Message, recent: bool) -> Self {
        Self {
            user,
            uid,
            message,
            recent,
        }
    }

    fn date(&self, clock: Clock) -> Option<Received> {
        match clock {
            Clock::Received => Some(self.message.received),
            Clock::Saved => Some(self.message.saved),
            Clock::Sent => {
                let fields = fields(&self.message.bytes);
                let field = fields.iter().find(|field| field.is("Date"))?;
                sent(&String::from_utf8_lossy(&field.value))
            }
        }
    }

    fn has_field(&self, name: &str, text: &str) -> bool {
        let text = text.to_lowercase();
        fields(&self.message.bytes)
            .iter()
            .filter(|field| field.is(name))
            .any(|field| unwrapped(&field.value).to_lowercase().contains(&text))
    }

    /// Whether this is in the bodies, or also in the headers of the message and its parts.
    fn has(&self, text: &str, headers: Headers) -> bool {
        let bytes = &self.message.bytes;
        let whole = Part::message(bytes);
        let mut waiting = vec![&whole];
        while let Some(part) = waiting.pop() {
            if headers == Headers::Searched
                && part
                    .fields(bytes)
                    .iter()
                    .any(|field| unwrapped(&field.raw).to_lowercase().contains(text))
            {
                return true;
            }
            match &part.inner {
                Inner::Parts(parts) => waiting.extend(parts),
                Inner::Message(message) => waiting.push(message),
                Inner::Nothing => {
                    let content = part.content(bytes).unwrap_or_default();
                    let content = String::from_utf8_lossy(&content).to_lowercase();
                    if content.contains(text) {
                        return true;
                    }
                }
            }
        }
        false
    }

    fn age(&self) -> i64 {
        now().saturating_sub(self.message.received.second)
    }
}

impl Key {
    pub(super) fn matches(&self, it: &Candidate<'_>) -> bool {
        let message = it.message;
        match self {
            Self::All => true,
            Self::And(keys) => keys.iter().all(|key| key.matches(it)),
            Self::Or(one, other) => one.matches(it) || other.matches(it),
            Self::Not(key) => !key.matches(it),
            Self::Uids(uids) => uids.binary_search(&it.uid).is_ok(),
            Self::Flag(flag) => message.has_flag(flag),
            Self::Recent => it.recent,
            Self::Header(name, text) => it.has_field(name, text),
            Self::Body(text) => it.has(&text.to_lowercase(), Headers::LeftOut),
            Self::Text(text) => it.has(&text.to_lowercase(), Headers::Searched),
            Self::Larger(size) => message.bytes.len() > *size,
            Self::Smaller(size) => message.bytes.len() < *size,
            Self::Dated(clock, when, date) => {
                it.date(*clock).map(day).is_some_and(|day| match when {
                    When::Before => day < *date,
                    When::On => day == *date,
                    When::Since => day >= *date,
                })
            }
            Self::Younger(seconds) => it.age() <= *seconds,
            Self::Older(seconds) => it.age() >= *seconds,
            Self::ModSeq(modseq) => message.modseq >= *modseq,
            Self::EmailId(id) => format!("M{:x}", message.serial) == *id,
            Self::ThreadId(id) => format!("T{:x}", thread(it.user, message)) == *id,
            Self::GmailId(id) => message.serial == *id,
            Self::Label(label) => has_flag(&message.labels, label),
        }
    }
}
