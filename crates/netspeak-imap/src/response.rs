//! What a server says (RFC 9051 section 7): [`Response`], and a file for each subject.
//!
//! Reading never fails: a line that nobody understands is [`Untagged::Unknown`], and the session goes on.

use crate::grammar::{self, Parsed, Upper};
use crate::types::{Capabilities, Flag, IdSet, Mailbox, Text};

mod acl;
mod back_off;
mod body_structure;
mod code;
mod condition;
mod envelope;
mod fetch;
mod id;
mod list;
mod mailbox_status;
mod metadata;
#[cfg(feature = "net")]
mod names;
mod namespace;
mod quota;
mod search;
mod thread;

#[cfg(test)]
mod tests;

pub use acl::{Acl, ListRights, MyRights};
pub use back_off::BackOff;
pub use body_structure::{
    BodyStructure, Disposition, EmbeddedMessage, Extension, Extra, Multipart, Parameter, SinglePart,
};
pub use code::{Code, CopyUid, MetadataCode};
pub use condition::{Continuation, Status, StatusKind};
pub use envelope::{Address, Addressee, Envelope};
pub use fetch::{Body, BodyKind, Fetch, Gmail, Value};
pub use id::ServerId;
pub use list::{Attribute, Listed};
pub use mailbox_status::MailboxStatus;
pub use metadata::Metadata;
pub use namespace::{Namespace, Namespaces};
pub use quota::{Quota, QuotaRoot, Resource};
pub use search::{Esearch, Partial, Search};
pub use thread::{Thread, Threaded};

/// One response of a server's.
///
/// ```
/// use netspeak_imap::response::{Response, StatusKind, Untagged};
///
/// let Response::Untagged(Untagged::Fetch(fetch)) = Response::parse(b"* 12 FETCH (UID 7 FLAGS (\\Seen))") else {
///     panic!("something else");
/// };
/// assert_eq!((fetch.number, fetch.uid), (12, Some(7)));
/// let Response::Tagged { tag, status } = Response::parse(b"A1 NO [TRYCREATE] no such mailbox") else {
///     panic!("something else");
/// };
/// assert_eq!((tag.as_bytes(), status.kind), (&b"A1"[..], StatusKind::No));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// The answer to a command.
    Tagged {
        /// Which command.
        tag: Text,
        /// The answer.
        status: Status,
    },
    /// Data, or news.
    Untagged(Untagged),
    /// The server waits for the client to go on.
    Continuation(Continuation),
}

/// Data that a server sends, asked or unasked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Untagged {
    /// `OK`, `NO`, `BAD`, `PREAUTH`, `BYE`; also a code without them, as some servers send it, which is
    /// taken for OK.
    Status(Status),
    /// `CAPABILITY`
    Capability(Capabilities),
    /// `ENABLED` (RFC 5161)
    Enabled(Capabilities),
    /// `ID` (RFC 2971)
    Id(ServerId),
    /// `FLAGS`: those that messages have in this mailbox.
    Flags(Vec<Flag>),
    /// `EXISTS`: how many messages there are.
    Exists(u32),
    /// `RECENT` (RFC 3501)
    Recent(u32),
    /// `EXPUNGE`: the message of this number is gone, and those behind it have moved up.
    Expunge(u32),
    /// `VANISHED` (RFC 7162)
    Vanished {
        /// Whether they were gone before the mailbox was opened: message numbers do not change then.
        earlier: bool,
        /// Which are gone.
        uids: IdSet,
    },
    /// `LIST`, `XLIST`
    List(Listed),
    /// `LSUB`
    Lsub(Listed),
    /// `NAMESPACE`
    Namespace(Namespaces),
    /// `STATUS`
    MailboxStatus(Box<MailboxStatus>),
    /// `SEARCH`
    Search(Search),
    /// `ESEARCH`
    Esearch(Box<Esearch>),
    /// `SORT` (RFC 5256): in order.
    Sort(Vec<u32>),
    /// `THREAD` (RFC 5256)
    Thread(Vec<Thread>),
    /// `FETCH`, `UIDFETCH`
    Fetch(Box<Fetch>),
    /// `QUOTA` (RFC 9208)
    Quota(Quota),
    /// `QUOTAROOT` (RFC 9208)
    QuotaRoot(QuotaRoot),
    /// `ACL` (RFC 4314)
    Acl(Acl),
    /// `LISTRIGHTS` (RFC 4314)
    ListRights(ListRights),
    /// `MYRIGHTS` (RFC 4314)
    MyRights(MyRights),
    /// `METADATA` (RFC 5464)
    Metadata(Metadata),
    /// A FETCH that could not be read to its end.
    Unparsed {
        /// The message.
        number: u32,
        /// Its UID, if that was read.
        uid: Option<u32>,
        /// All of it, as it came.
        line: Text,
    },
    /// Something else, as it came.
    Unknown(Text),
}

impl Response {
    /// Reads a response: whole, with its literals in place, and without the line end behind it.
    ///
    /// ```text
    /// response = continue-req / ("*" SP response-data) / (tag SP resp-cond-state)
    /// ```
    pub fn parse(input: &[u8]) -> Self {
        let line = grammar::blanks(input);
        match line.split_first() {
            Some((b'*', data)) => Self::Untagged(untagged(grammar::blanks(data), input)),
            // Another protocol's greeting.
            Some((b'+', b"OK" | [b'O', b'K', b' ', ..])) => Self::unknown(input),
            Some((b'+', text)) => Self::Continuation(Continuation::parse(text)),
            // A code without a status before it (Exchange).
            Some((b'[', _)) if Code::find(line).is_some() => {
                Self::Untagged(Untagged::Status(Status::with_text(StatusKind::Ok, line)))
            }
            _ => Self::tagged(line).unwrap_or_else(|| Self::unknown(input)),
        }
    }

    fn tagged(line: &[u8]) -> Option<Self> {
        let (rest, tag) = grammar::word(line).ok()?;
        Some(Self::Tagged {
            status: Status::parse(grammar::blanks(rest))?,
            tag: tag.into(),
        })
    }

    fn unknown(input: &[u8]) -> Self {
        Self::Untagged(Untagged::Unknown(input.into()))
    }
}

/// What stands behind the star.
fn untagged(data: &[u8], line: &[u8]) -> Untagged {
    let known = if data.first().is_some_and(u8::is_ascii_digit) {
        numbered(data, line)
    } else {
        named(data)
    };
    known.unwrap_or_else(|| Untagged::Unknown(line.into()))
}

/// `number SP ("EXISTS" / "RECENT" / "EXPUNGE" / ("FETCH" SP msg-att))`
fn numbered(data: &[u8], line: &[u8]) -> Option<Untagged> {
    let (rest, number) = grammar::number(data).ok()?;
    let (rest, word) = grammar::word(grammar::blanks(rest)).ok()?;
    Some(match Upper::new(word).as_bytes() {
        b"EXISTS" => Untagged::Exists(number),
        b"RECENT" => Untagged::Recent(number),
        // There is no message 0; servers that tell of it mean none.
        _ if number == 0 => return None,
        b"EXPUNGE" => Untagged::Expunge(number),
        b"FETCH" => match Fetch::parse(number, rest) {
            Ok(fetch) => Untagged::Fetch(fetch),
            Err(fetch) => unparsed(&fetch, line),
        },
        b"UIDFETCH" => match Fetch::parse(0, rest) {
            Ok(mut fetch) => {
                fetch.uid = Some(number);
                Untagged::Fetch(fetch)
            }
            Err(mut fetch) => {
                fetch.uid = Some(number);
                unparsed(&fetch, line)
            }
        },
        _ => return None,
    })
}

fn unparsed(fetch: &Fetch, line: &[u8]) -> Untagged {
    Untagged::Unparsed {
        number: fetch.number,
        uid: fetch.uid,
        line: line.into(),
    }
}

fn named(data: &[u8]) -> Option<Untagged> {
    if let Some(status) = Status::parse(data) {
        return Some(Untagged::Status(status));
    }
    let (rest, word) = grammar::word(data).ok()?;
    let capabilities = |rest| Capabilities::from_words(grammar::words(rest));
    Some(match Upper::new(word).as_bytes() {
        b"CAPABILITY" => Untagged::Capability(capabilities(rest)),
        b"ENABLED" => Untagged::Enabled(capabilities(rest)),
        b"ID" => Untagged::Id(found(ServerId::parse(rest))?),
        b"FLAGS" => Untagged::Flags(found(grammar::nlist(rest, flag))?),
        b"VANISHED" => vanished(rest)?,
        b"LIST" | b"XLIST" => Untagged::List(found(Listed::parse(rest))?),
        b"LSUB" => Untagged::Lsub(found(Listed::parse(rest))?),
        b"NAMESPACE" => Untagged::Namespace(found(Namespaces::parse(rest))?),
        b"STATUS" => Untagged::MailboxStatus(Box::new(found(MailboxStatus::parse(rest))?)),
        b"SEARCH" => Untagged::Search(Search::parse(rest)),
        b"ESEARCH" => Untagged::Esearch(Box::new(Esearch::parse(rest))),
        b"SORT" => Untagged::Sort(search::numbers(rest).0),
        b"THREAD" => Untagged::Thread(thread::parse(rest)?),
        b"QUOTA" => Untagged::Quota(found(Quota::parse(rest))?),
        b"QUOTAROOT" => Untagged::QuotaRoot(found(QuotaRoot::parse(rest))?),
        b"ACL" => Untagged::Acl(found(Acl::parse(rest))?),
        b"LISTRIGHTS" => Untagged::ListRights(found(ListRights::parse(rest))?),
        b"MYRIGHTS" => Untagged::MyRights(found(MyRights::parse(rest))?),
        b"METADATA" => Untagged::Metadata(found(Metadata::parse(rest))?),
        _ => return None,
    })
}

fn found<T>(parsed: Parsed<'_, T>) -> Option<T> {
    parsed.ok().map(|(_, found)| found)
}

/// `"VANISHED" [SP "(EARLIER)"] SP known-uids`
fn vanished(input: &[u8]) -> Option<Untagged> {
    let rest = grammar::blanks(input);
    let (rest, words) = match grammar::list(rest, grammar::word) {
        Ok(found) => found,
        Err(_) => (rest, Vec::new()),
    };
    let (_, uids) = grammar::word(grammar::blanks(rest)).ok()?;
    Some(Untagged::Vanished {
        earlier: words
            .iter()
            .any(|word| word.eq_ignore_ascii_case(b"EARLIER")),
        uids: IdSet::from_wire(uids)?,
    })
}

/// A flag, also as a string.
fn flag(input: &[u8]) -> Parsed<'_, Flag> {
    grammar::astring(input).map(|(rest, word)| (rest, Flag::from_wire(&word)))
}

/// `mailbox = astring`
fn mailbox(input: &[u8]) -> Parsed<'_, Mailbox> {
    grammar::astring(input).map(|(rest, name)| (rest, Mailbox::from_wire(&name)))
}

/// A string, or a word in its place.
fn text(input: &[u8]) -> Parsed<'_, Text> {
    grammar::astring(input).map(|(rest, text)| (rest, text.into()))
}

/// Strings up to the end.
fn texts(input: &[u8]) -> Parsed<'_, Vec<Text>> {
    let mut found = Vec::new();
    let mut rest = grammar::blanks(input);
    while !rest.is_empty() {
        let (behind, one) = text(rest)?;
        found.push(one);
        rest = grammar::blanks(behind);
    }
    Ok((rest, found))
}
