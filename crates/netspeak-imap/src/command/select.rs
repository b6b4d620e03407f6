//! What SELECT and EXAMINE are told besides the name.

use std::fmt::Write;

use super::Parts;
use crate::types::IdSet;

/// How a mailbox is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Opened {
    /// As it is.
    #[default]
    Plain,
    /// With modification sequences (CONDSTORE, RFC 7162 section 3.1.8).
    Condstore,
    /// With what changed since (QRESYNC, RFC 7162 section 3.2.5).
    Qresync(Resync),
}

/// What is known of a mailbox from before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resync {
    /// Its UIDVALIDITY then.
    pub uid_validity: u32,
    /// Its HIGHESTMODSEQ then.
    pub modseq: u64,
    /// The UIDs that are known, if that may narrow the answer.
    pub known: Option<IdSet>,
}

impl Opened {
    pub(super) fn encode(&self, parts: &mut Parts) {
        match self {
            Self::Plain => {}
            Self::Condstore => {
                parts.word("(CONDSTORE)");
            }
            Self::Qresync(resync) => {
                let mut text = format!("(QRESYNC ({} {}", resync.uid_validity, resync.modseq);
                if let Some(known) = resync.known.as_ref().filter(|known| !known.is_empty()) {
                    // A String takes whatever is written.
                    let _ = write!(text, " {known}");
                }
                parts.word(&text).raw("))");
            }
        }
    }
}
