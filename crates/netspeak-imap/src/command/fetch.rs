//! What FETCH asks for, and how far.

use std::fmt::Write;

use netspeak_core::{Error, Result};

use super::Parts;
use crate::types::Section;

/// The items that FETCH asks for (RFC 9051 section 6.4.5).
///
/// ```
/// use netspeak_imap::Items;
///
/// let items = Items::new().flags().size().envelope();
/// assert_eq!(items.to_string(), "UID FLAGS RFC822.SIZE ENVELOPE");
/// ```
///
/// Bodies are asked for without marking the message as read (`BODY.PEEK`), unless
/// [`mark_seen`](Self::mark_seen) says so. The UID always comes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items {
    text: String,
    seen: Seen,
    failed: Option<String>,
}

/// Whether reading a body marks its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Untouched,
    Marked,
}

impl Default for Items {
    fn default() -> Self {
        Self::new()
    }
}

/// One method an item that is a mere word.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(self) -> Self {
                self.with($word)
            }
        )*
    };
}

impl Items {
    /// The UID alone.
    pub fn new() -> Self {
        Self {
            text: "UID".to_owned(),
            seen: Seen::Untouched,
            failed: None,
        }
    }

    words! {
        /// FLAGS.
        flags = "FLAGS";
        /// INTERNALDATE: when the message was delivered.
        internal_date = "INTERNALDATE";
        /// RFC822.SIZE, in octets.
        size = "RFC822.SIZE";
        /// ENVELOPE: the parsed header.
        envelope = "ENVELOPE";
        /// BODYSTRUCTURE: the MIME parts.
        body_structure = "BODYSTRUCTURE";
        /// MODSEQ (RFC 7162).
        modseq = "MODSEQ";
        /// PREVIEW: the beginning of the text (RFC 8970).
        preview = "PREVIEW";
        /// SAVEDATE: when the message came into this mailbox (RFC 8514).
        save_date = "SAVEDATE";
        /// EMAILID (RFC 8474).
        email_id = "EMAILID";
        /// THREADID (RFC 8474).
        thread_id = "THREADID";
        /// X-GM-MSGID (Gmail).
        gmail_message_id = "X-GM-MSGID";
        /// X-GM-THRID (Gmail).
        gmail_thread_id = "X-GM-THRID";
        /// X-GM-LABELS (Gmail).
        gmail_labels = "X-GM-LABELS";
    }

    /// The whole message.
    #[must_use]
    pub fn message(self) -> Self {
        self.section(&Section::whole())
    }

    /// The whole header.
    #[must_use]
    pub fn header(self) -> Self {
        self.section(&Section::header())
    }

    /// These fields of the header.
    #[must_use]
    pub fn header_fields<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        match Section::header_fields(names) {
            Ok(section) => self.section(&section),
            Err(error) => self.fail(&error),
        }
    }

    /// A part of the message.
    #[must_use]
    pub fn section(self, section: &Section) -> Self {
        self.body(section, None)
    }

    /// `count` octets of a part, from `first` on.
    #[must_use]
    pub fn partial(self, section: &Section, first: u64, count: u64) -> Self {
        self.body(section, Some((first, count)))
    }

    /// A part without its transfer encoding (RFC 3516).
    #[must_use]
    pub fn binary(self, part: &[u32]) -> Self {
        let name = self.name("BINARY");
        let text = format!("{name}[{}]", path(part));
        self.with(&text)
    }

    /// The size that a part has without its transfer encoding (RFC 3516).
    #[must_use]
    pub fn binary_size(self, part: &[u32]) -> Self {
        let text = format!("BINARY.SIZE[{}]", path(part));
        self.with(&text)
    }

    /// Bodies that are asked for from here on mark their messages as read.
    #[must_use]
    pub fn mark_seen(mut self) -> Self {
        self.seen = Seen::Marked;
        self
    }

    /// An item of an extension that is not known here, such as `X-MAILTIME`.
    #[must_use]
    pub fn other(self, item: &str) -> Self {
        match item
            .chars()
            .all(|c| c.is_ascii_graphic() && !"(){}\"%*\\".contains(c))
        {
            true if !item.is_empty() => self.with(item),
            _ => self.fail(&Error::<netspeak_core::NoReply>::usage(format!(
                "{item:?} is no item of FETCH; nothing was sent"
            ))),
        }
    }

    fn body(self, section: &Section, partial: Option<(u64, u64)>) -> Self {
        let name = self.name("BODY");
        let mut text = format!("{name}[{section}]");
        if let Some((first, count)) = partial {
            if count == 0 {
                let none = Error::<netspeak_core::NoReply>::usage("a partial body of 0 octets");
                return self.fail(&none);
            }
            // A String takes whatever is written.
            let _ = write!(text, "<{first}.{count}>");
        }
        self.with(&text)
    }

    fn name(&self, base: &str) -> String {
        match self.seen {
            Seen::Untouched => format!("{base}.PEEK"),
            Seen::Marked => base.to_owned(),
        }
    }

    fn with(mut self, item: &str) -> Self {
        self.text.push(' ');
        self.text.push_str(item);
        self
    }

    fn fail(mut self, error: &impl ToString) -> Self {
        self.failed.get_or_insert(error.to_string());
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        match &self.failed {
            None => Ok(()),
            Some(what) => Err(Error::usage(what.clone())),
        }
    }

    pub(super) fn encode(&self, parts: &mut Parts) {
        parts.word("(").raw(&self.text).raw(")");
    }
}

impl std::fmt::Display for Items {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn path(part: &[u32]) -> String {
    let numbers: Vec<String> = part.iter().map(u32::to_string).collect();
    numbers.join(".")
}
