//! [`StatusItems`]: what STATUS asks for.

use super::Parts;

/// What STATUS tells of a mailbox (RFC 9051 section 6.3.11; RFC 7162, 7889, 8438, 8474).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusItems {
    words: Vec<&'static str>,
}

/// One method an item.
macro_rules! items {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(mut self) -> Self {
                self.words.push($word);
                self
            }
        )*
    };
}

impl StatusItems {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What every server knows: messages, unseen ones, UIDNEXT, UIDVALIDITY.
    pub fn basic() -> Self {
        Self::new().messages().unseen().uid_next().uid_validity()
    }

    items! {
        /// MESSAGES: how many.
        messages = "MESSAGES";
        /// UIDNEXT: the UID that the next message gets, or a lower one.
        uid_next = "UIDNEXT";
        /// UIDVALIDITY: another value means that all UIDs are new.
        uid_validity = "UIDVALIDITY";
        /// UNSEEN: how many are unread.
        unseen = "UNSEEN";
        /// RECENT (RFC 3501 only).
        recent = "RECENT";
        /// DELETED: how many are marked for deletion (RFC 9051).
        deleted = "DELETED";
        /// SIZE: octets of all messages (STATUS=SIZE, RFC 8438).
        size = "SIZE";
        /// HIGHESTMODSEQ (CONDSTORE).
        highest_modseq = "HIGHESTMODSEQ";
        /// APPENDLIMIT: the largest message that it takes.
        append_limit = "APPENDLIMIT";
        /// MAILBOXID (OBJECTID, RFC 8474).
        mailbox_id = "MAILBOXID";
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn encode_bare(&self, parts: &mut Parts) {
        parts.raw("(").raw(&self.words.join(" ")).raw(")");
    }
}
