//! One line of FETCH: the items of a message.

use std::cell::OnceCell;

use crate::imap::dates::date_time;
use crate::imap::describe::{Extent, envelope, structure};
use crate::imap::fault::ImapFault;
use crate::imap::fetch::By;
use crate::imap::fetch::item::{Coding, Item};
use crate::imap::fetch::section::Section;
use crate::imap::flags::shown;
use crate::imap::identity::thread;
use crate::imap::mime::{Inner, Part};
use crate::imap::reply::{Data, Verdict, no};
use crate::imap::session::Enabled;
use crate::mailstore::Message;

/// How many characters a preview has (RFC 8970 section 3.1).
const PREVIEW: usize = 200;

/// What a line depends on besides the message.
pub(super) struct Context {
    pub(super) enabled: Enabled,
    pub(super) user: String,
}

/// Writes the line of one message, named by its number and its UID.
pub(super) fn write(
    data: &mut Data,
    context: &Context,
    (number, uid): (usize, u32),
    message: &Message,
    recent: bool,
    items: &[Item],
) -> Result<(), Verdict> {
    // Not every item needs to take the message apart.
    let parts = OnceCell::new();
    let whole = || parts.get_or_init(|| Part::message(&message.bytes));
    data.fetch(number, uid, By::Number);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            data.space();
        }
        let bytes = &message.bytes;
        match item {
            Item::Flags => {
                data.push("FLAGS ");
                let recent = recent && !context.enabled.rev2;
                data.list(&shown(&message.flags, recent));
            }
            Item::Uid => data.push(&format!("UID {uid}")),
            Item::InternalDate => {
                data.push(&format!("INTERNALDATE \"{}\"", date_time(message.received)));
            }
            Item::Size => data.push(&format!("RFC822.SIZE {}", bytes.len())),
            Item::Envelope => {
                data.push("ENVELOPE ");
                nested(data, |data| envelope(data, &whole().fields(bytes)));
            }
            Item::Body => {
                data.push("BODY ");
                nested(data, |data| structure(data, bytes, whole(), Extent::Basic));
            }
            Item::BodyStructure => {
                data.push("BODYSTRUCTURE ");
                nested(data, |data| {
                    structure(data, bytes, whole(), Extent::Extended)
                });
            }
            Item::ModSeq => data.push(&format!("MODSEQ ({})", message.modseq)),
            Item::Section {
                name,
                section,
                partial,
                coding,
                ..
            } => {
                data.push(name);
                octets(data, bytes, whole(), section, *partial, *coding)?;
            }
            Item::BinarySize { name, section } => {
                let size = match section.part(whole()) {
                    Some(part) => part.content(bytes).ok_or_else(unknown_encoding)?.len(),
                    None => 0,
                };
                data.push(&format!("{name} {size}"));
            }
            Item::Preview => {
                data.push("PREVIEW ");
                data.string(preview(bytes, whole()).as_bytes());
            }
            Item::SaveDate => data.push(&format!("SAVEDATE \"{}\"", date_time(message.saved))),
            Item::EmailId => data.push(&format!("EMAILID (M{:x})", message.serial)),
            Item::ThreadId => {
                data.push(&format!("THREADID (T{:x})", thread(&context.user, message)));
            }
            Item::GmailId => data.push(&format!("X-GM-MSGID {}", message.serial)),
            Item::GmailThread => {
                data.push(&format!("X-GM-THRID {}", thread(&context.user, message)));
            }
            Item::GmailLabels => {
                data.push("X-GM-LABELS ");
                labels(data, &message.labels);
            }
        }
    }
    data.push(")");
    data.end();
    Ok(())
}

/// Gmail's labels.
pub(in crate::imap) fn labels(data: &mut Data, labels: &[String]) {
    data.push("(");
    for (index, label) in labels.iter().enumerate() {
        if index > 0 {
            data.push(" ");
        }
        data.mailbox(label);
    }
    data.push(")");
}

/// Writes this within as many parentheses as the faults want.
fn nested(data: &mut Data, inside: impl FnOnce(&mut Data)) {
    let depth: usize = data
        .faults
        .iter()
        .map(|fault| match fault {
            ImapFault::Nested(depth) => *depth,
            _ => 0,
        })
        .sum();
    data.push(&"(".repeat(depth));
    inside(data);
    data.push(&")".repeat(depth));
}

fn octets(
    data: &mut Data,
    bytes: &[u8],
    whole: &Part,
    section: &Section,
    partial: Option<(usize, usize)>,
    coding: Coding,
) -> Result<(), Verdict> {
    let content = match coding {
        Coding::Kept => section.octets(bytes, whole),
        Coding::Removed if section.path.is_empty() => Some(bytes.into()),
        Coding::Removed => {
            let part = section.part(whole);
            let content = part.map(|part| part.content(bytes).ok_or_else(unknown_encoding));
            content.transpose()?.map(Into::into)
        }
    };
    let range = match partial {
        None => 0..usize::MAX,
        Some((from, count)) => {
            data.push(&format!("<{from}>"));
            from..from.saturating_add(count)
        }
    };
    data.space();
    let Some(content) = content else {
        data.push("NIL");
        return Ok(());
    };
    let begin = range.start.min(content.len());
    let piece = content.get(begin..range.end.min(content.len()).max(begin));
    let piece = piece.unwrap_or_default();
    match coding {
        Coding::Kept => data.section(piece),
        Coding::Removed => data.binary(piece),
    }
    Ok(())
}

fn unknown_encoding() -> Verdict {
    no("nobody knows that encoding").code("UNKNOWN-CTE")
}

/// The beginning of the first text, in one line.
fn preview(bytes: &[u8], part: &Part) -> String {
    let Some(text) = first_text(part).and_then(|part| part.content(bytes)) else {
        return String::new();
    };
    let text = String::from_utf8_lossy(&text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(PREVIEW).collect()
}

fn first_text(part: &Part) -> Option<&Part> {
    match &part.inner {
        Inner::Parts(parts) => parts.iter().find_map(first_text),
        Inner::Message(message) => first_text(message),
        Inner::Nothing => (part.kind.main == "TEXT").then_some(part),
    }
}
