//! A message as a test sees it in a mailbox.

use crate::imap::dates::date_time;
use crate::mailstore::Message;

/// A message in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// Its unique identifier in the mailbox.
    pub uid: u32,
    /// System flags and keywords, without `\Recent`.
    pub flags: Vec<String>,
    /// The internal date, as IMAP writes it.
    pub received: String,
    /// The modification sequence.
    pub modseq: u64,
    /// The message itself.
    pub bytes: Vec<u8>,
}

impl Stored {
    pub(super) fn of((uid, message): (u32, &Message)) -> Self {
        Self {
            uid,
            flags: message.flags.clone(),
            received: date_time(message.received),
            modseq: message.modseq,
            bytes: message.bytes.to_vec(),
        }
    }
}
