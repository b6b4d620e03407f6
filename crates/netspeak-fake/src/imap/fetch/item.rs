//! What FETCH can be asked for.

use crate::imap::arguments::Arg;
use crate::imap::fetch::section::{Section, Which};

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Flags,
    Uid,
    InternalDate,
    Size,
    Envelope,
    Body,
    BodyStructure,
    ModSeq,
    /// Octets of the message, by whatever name they were asked for.
    Section {
        /// What it is called in the answer, without what comes of `<...>`.
        name: String,
        section: Section,
        partial: Option<(usize, usize)>,
        seen: Seen,
        coding: Coding,
    },
    /// `BINARY.SIZE`.
    BinarySize {
        name: String,
        section: Section,
    },
    Preview,
    SaveDate,
    EmailId,
    ThreadId,
    GmailId,
    GmailThread,
    GmailLabels,
}

/// Whether reading it makes a message seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Sets,
    Keeps,
}

/// Whether octets come as they are, or without their transfer encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Kept,
    Removed,
}

impl Item {
    pub(super) fn sets_seen(&self) -> bool {
        matches!(
            self,
            Self::Section {
                seen: Seen::Sets,
                ..
            }
        )
    }

    /// The capability that it belongs to.
    pub(super) fn capability(&self) -> Option<&'static str> {
        match self {
            Self::ModSeq => Some("CONDSTORE"),
            Self::Section {
                coding: Coding::Removed,
                ..
            }
            | Self::BinarySize { .. } => Some("BINARY"),
            Self::Preview => Some("PREVIEW"),
            Self::SaveDate => Some("SAVEDATE"),
            Self::EmailId | Self::ThreadId => Some("OBJECTID"),
            Self::GmailId | Self::GmailThread | Self::GmailLabels => Some("X-GM-EXT-1"),
            _ => None,
        }
    }
}

/// The items of an argument: one, a list, or a macro.
pub(super) fn items(arg: &Arg) -> Option<Vec<Item>> {
    const FAST: [Item; 3] = [Item::Flags, Item::InternalDate, Item::Size];
    let list = match arg {
        Arg::List(list) if !list.is_empty() => list.as_slice(),
        one => {
            let more: &[Item] = match one.word()?.as_str() {
                "FAST" => &[],
                "ALL" => &[Item::Envelope],
                "FULL" => &[Item::Envelope, Item::Body],
                _ => return item(one).map(|item| vec![item]),
            };
            return Some([&FAST, more].concat());
        }
    };
    let mut found = Vec::new();
    let mut list = list.iter().peekable();
    while let Some(arg) = list.next() {
        let item = item(arg)?;
        if item == Item::Preview && matches!(list.peek(), Some(Arg::List(_))) {
            list.next();
        }
        if !found.contains(&item) {
            found.push(item);
        }
    }
    Some(found)
}

fn item(arg: &Arg) -> Option<Item> {
    let word = arg.word()?;
    Some(match word.as_str() {
        "FLAGS" => Item::Flags,
        "UID" => Item::Uid,
        "INTERNALDATE" => Item::InternalDate,
        "RFC822.SIZE" => Item::Size,
        "ENVELOPE" => Item::Envelope,
        "BODY" => Item::Body,
        "BODYSTRUCTURE" => Item::BodyStructure,
        "MODSEQ" => Item::ModSeq,
        "PREVIEW" => Item::Preview,
        "SAVEDATE" => Item::SaveDate,
        "EMAILID" => Item::EmailId,
        "THREADID" => Item::ThreadId,
        "X-GM-MSGID" => Item::GmailId,
        "X-GM-THRID" => Item::GmailThread,
        "X-GM-LABELS" => Item::GmailLabels,
        "RFC822" => whole(&word, Which::All, Seen::Sets),
        "RFC822.HEADER" => whole(&word, Which::Header, Seen::Keeps),
        "RFC822.TEXT" => whole(&word, Which::Body, Seen::Sets),
        _ => return bracketed(arg.atom()?),
    })
}

fn whole(name: &str, which: Which, seen: Seen) -> Item {
    Item::Section {
        name: name.to_owned(),
        section: Section {
            path: Vec::new(),
            which,
        },
        partial: None,
        seen,
        coding: Coding::Kept,
    }
}

/// `BODY.PEEK[1.MIME]<0.100>` and its like.
fn bracketed(atom: &str) -> Option<Item> {
    let (kind, rest) = atom.split_once('[')?;
    let (inside, rest) = rest.rsplit_once(']')?;
    let section = Section::parse(inside)?;
    let kind = kind.to_ascii_uppercase();
    let shown = section.shown();
    if kind == "BINARY.SIZE" {
        let name = format!("BINARY.SIZE[{shown}]");
        return (rest.is_empty() && section.which == Which::All)
            .then_some(Item::BinarySize { name, section });
    }
    let (kind, seen) = match kind.strip_suffix(".PEEK") {
        Some(kind) => (kind, Seen::Keeps),
        None => (kind.as_str(), Seen::Sets),
    };
    let coding = match kind {
        "BODY" => Coding::Kept,
        "BINARY" if section.which == Which::All => Coding::Removed,
        _ => return None,
    };
    Some(Item::Section {
        name: format!("{kind}[{shown}]"),
        section,
        partial: partial(rest)?,
        seen,
        coding,
    })
}

/// `<0.100>`, if it is there.
fn partial(text: &str) -> Option<Option<(usize, usize)>> {
    if text.is_empty() {
        return Some(None);
    }
    let inside = text.strip_prefix('<')?.strip_suffix('>')?;
    let (from, count) = inside.split_once('.')?;
    let (from, count) = (from.parse().ok()?, count.parse().ok()?);
    (count > 0).then_some(Some((from, count)))
}
