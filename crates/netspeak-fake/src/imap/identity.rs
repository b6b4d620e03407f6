//! What messages are known by beyond their mailbox: the threads that they belong to (RFC 8474).

use crate::imap::mime::fields;
use crate::mailstore::Message;

/// What the messages of a thread have in common: the first message that they refer to.
pub(super) fn thread(user: &str, message: &Message) -> u64 {
    let fields = fields(&message.bytes);
    let names = ["References", "In-Reply-To", "Message-ID"];
    let first = names.iter().find_map(|name| {
        let field = fields.iter().find(|field| field.is(name))?;
        let text = String::from_utf8_lossy(&field.value).into_owned();
        text.split_whitespace().next().map(str::to_owned)
    });
    let first = first.unwrap_or_else(|| format!("{user} {}", message.serial));
    // FNV-1a, without its highest bit: clients keep such numbers signed.
    let hash = first.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash >> 1
}
