//! [`Search`]: what to look for (RFC 9051 section 6.4.4), and [`Returns`]: what to tell of it (RFC 4731).

use netspeak_core::{Error, Result};

use super::Parts;
use crate::types::{Date, Flag, IdSet};

/// A condition, or several: all must hold.
///
/// ```
/// use netspeak_imap::Search;
///
/// let wanted = Search::unseen().and(Search::from("ops@example.org")).and(Search::larger(10_000).not());
/// assert_eq!(wanted.to_string(), r#"UNSEEN FROM "ops@example.org" NOT LARGER 10000"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search(Key);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    /// Without arguments.
    Word(&'static str),
    /// A name of ours and what was checked when it was made.
    Plain(String),
    Text(&'static str, Vec<u8>),
    Field(String, Vec<u8>),
    Not(Box<Self>),
    Or(Box<Self>, Box<Self>),
    All(Vec<Self>),
    Fuzzy(Box<Self>),
}

/// Constructors of keys without arguments.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name() -> Self {
                Self(Key::Word($word))
            }
        )*
    };
}

/// Constructors of keys that look for a text.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(text: impl Into<Vec<u8>>) -> Self {
                Self(Key::Text($word, text.into()))
            }
        )*
    };
}

/// Constructors of keys with a day.
macro_rules! days {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(day: Date) -> Self {
                Self(Key::Plain(format!(concat!($word, " {}"), day)))
            }
        )*
    };
}

/// Constructors of keys with a number.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident($argument:ident: $type:ty) = $word:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name($argument: $type) -> Self {
                Self(Key::Plain(format!(concat!($word, " {}"), $argument)))
            }
        )*
    };
}

impl Search {
    words! {
        /// Every message.
        all = "ALL";
        /// Answered ones.
        answered = "ANSWERED";
        /// Those marked for deletion.
        deleted = "DELETED";
        /// Drafts.
        draft = "DRAFT";
        /// Flagged ones.
        flagged = "FLAGGED";
        /// Read ones.
        seen = "SEEN";
        /// Those not answered.
        unanswered = "UNANSWERED";
        /// Those not marked for deletion.
        undeleted = "UNDELETED";
        /// Those that are no drafts.
        undraft = "UNDRAFT";
        /// Those not flagged.
        unflagged = "UNFLAGGED";
        /// Unread ones.
        unseen = "UNSEEN";
        /// Unread ones that came since the last session (RFC 3501 only).
        new_messages = "NEW";
        /// Those that were there in an earlier session (RFC 3501 only).
        old_messages = "OLD";
        /// Those that came since the last session (RFC 3501 only).
        recent = "RECENT";
        /// The result of the last search that was saved (SEARCHRES, RFC 5182).
        saved = "$";
        /// Those that know when they were saved (SAVEDATE, RFC 8514).
        save_date_supported = "SAVEDATESUPPORTED";
    }

    texts! {
        /// In Bcc.
        bcc = "BCC";
        /// In the text.
        body = "BODY";
        /// In Cc.
        cc = "CC";
        /// In From.
        from = "FROM";
        /// In the subject.
        subject = "SUBJECT";
        /// In header or text.
        text = "TEXT";
        /// In To.
        to = "TO";
        /// In Gmail's own query language (X-GM-RAW).
        gmail = "X-GM-RAW";
        /// With this label (X-GM-LABELS).
        gmail_label = "X-GM-LABELS";
    }

    days! {
        /// Delivered before this day.
        before = "BEFORE";
        /// Delivered on this day.
        on = "ON";
        /// Delivered on this day or later.
        since = "SINCE";
        /// Dated before this day.
        sent_before = "SENTBEFORE";
        /// Dated on this day.
        sent_on = "SENTON";
        /// Dated this day or later.
        sent_since = "SENTSINCE";
        /// Saved before this day (RFC 8514).
        saved_before = "SAVEDBEFORE";
        /// Saved on this day (RFC 8514).
        saved_on = "SAVEDON";
        /// Saved on this day or later (RFC 8514).
        saved_since = "SAVEDSINCE";
    }

    numbers! {
        /// Of more octets.
        larger(octets: u64) = "LARGER";
        /// Of fewer octets.
        smaller(octets: u64) = "SMALLER";
        /// Delivered longer ago than so many seconds (WITHIN, RFC 5032).
        older(seconds: u32) = "OLDER";
        /// Delivered within the last so many seconds (WITHIN, RFC 5032).
        younger(seconds: u32) = "YOUNGER";
        /// Changed since (CONDSTORE, RFC 7162).
        modseq(since: u64) = "MODSEQ";
        /// Gmail's id of the message.
        gmail_message_id(id: u64) = "X-GM-MSGID";
        /// Gmail's id of the thread.
        gmail_thread_id(id: u64) = "X-GM-THRID";
    }

    /// Those with these UIDs.
    pub fn uid(set: impl Into<IdSet>) -> Self {
        Self(Key::Plain(format!("UID {}", set.into())))
    }

    /// Those with these sequence numbers.
    pub fn numbers(set: impl Into<IdSet>) -> Self {
        Self(Key::Plain(set.into().to_string()))
    }

    /// Those with this flag or keyword.
    pub fn flag(flag: &Flag) -> Self {
        Self::of_flag(flag, "")
    }

    /// Those without it.
    pub fn without_flag(flag: &Flag) -> Self {
        Self::of_flag(flag, "UN")
    }

    fn of_flag(flag: &Flag, not: &str) -> Self {
        let word = match flag {
            Flag::Seen => "SEEN",
            Flag::Answered => "ANSWERED",
            Flag::Flagged => "FLAGGED",
            Flag::Deleted => "DELETED",
            Flag::Draft => "DRAFT",
            other => return Self(Key::Plain(format!("{not}KEYWORD {other}"))),
        };
        Self(Key::Plain(format!("{not}{word}")))
    }

    /// Those whose header has this field, with this text in it; an empty one finds all that have it.
    ///
    /// # Errors
    /// [`Error::Usage`] if the name is no field name.
    pub fn header(name: &str, text: impl Into<Vec<u8>>) -> Result<Self> {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic() && b != b':') {
            return Err(Error::usage(format!("{name:?} is no name of a field")));
        }
        Ok(Self(Key::Field(name.to_owned(), text.into())))
    }

    /// A program of SEARCH as it is sent, such as `SUBJECT shadows SINCE 1-Feb-2026`: for keys that have no
    /// name here, and for URLs.
    ///
    /// # Errors
    /// [`Error::Usage`] for anything but printable ASCII, for parentheses that do not match, and for a literal.
    pub fn raw(program: &str) -> Result<Self> {
        let is_text = |b: u8| b == b' ' || b.is_ascii_graphic();
        let depth = program.bytes().try_fold(0u32, |depth, b| match b {
            b'(' => depth.checked_add(1),
            b')' => depth.checked_sub(1),
            _ => Some(depth),
        });
        let is_whole = depth == Some(0) && program.bytes().filter(|b| *b == b'"').count() % 2 == 0;
        if program.trim().is_empty() || !program.bytes().all(is_text) || program.contains('{') {
            return Err(Error::usage(
                "a search is printable ASCII without literals; nothing was sent",
            ));
        }
        if !is_whole {
            return Err(Error::usage(
                "parentheses or quotes of the search do not match; nothing was sent",
            ));
        }
        Ok(Self(Key::Plain(program.trim().to_owned())))
    }

    /// Those with this id (OBJECTID, RFC 8474).
    ///
    /// # Errors
    /// [`Error::Usage`] if it is no id.
    pub fn email_id(id: &str) -> Result<Self> {
        Self::object("EMAILID", id)
    }

    /// Those of this thread (OBJECTID, RFC 8474).
    ///
    /// # Errors
    /// As [`email_id`](Self::email_id).
    pub fn thread_id(id: &str) -> Result<Self> {
        Self::object("THREADID", id)
    }

    fn object(word: &str, id: &str) -> Result<Self> {
        let is_id = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if id.is_empty() || id.len() > 255 || !id.bytes().all(is_id) {
            return Err(Error::usage(format!("{id:?} is no object id")));
        }
        Ok(Self(Key::Plain(format!("{word} {id}"))))
    }

    /// Both must hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut keys = match self.0 {
            Key::All(keys) => keys,
            key => vec![key],
        };
        match other.0 {
            Key::All(more) => keys.extend(more),
            key => keys.push(key),
        }
        Self(Key::All(keys))
    }

    /// One of them must hold.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Key::Or(Box::new(self.0), Box::new(other.0)))
    }

    /// It must not hold.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "it stands beside `and` and `or`"
    )]
    pub fn not(self) -> Self {
        Self(Key::Not(Box::new(self.0)))
    }

    /// Something like it will do (FUZZY, RFC 6203).
    #[must_use]
    pub fn fuzzy(self) -> Self {
        Self(Key::Fuzzy(Box::new(self.0)))
    }

    /// Whether texts in it need a character set to be named (RFC 9051 section 6.4.4).
    pub(super) fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }

    pub(super) fn encode(&self, parts: &mut Parts) -> Result<()> {
        self.0.encode(parts, Place::Outside)
    }
}

/// As it is sent to a server that takes quoted strings in UTF-8; texts that cannot be quoted are left out.
impl std::fmt::Display for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let form = super::Form {
            literals: crate::types::Literals::Plus,
            text: crate::types::Text8::Utf8,
        };
        let mut parts = Parts::new("", form);
        if self.encode(&mut parts).is_err() {
            return f.write_str("(a text with a NUL byte)");
        }
        for wire in parts.into_wires() {
            let text = String::from_utf8_lossy(wire.bytes()).into_owned();
            f.write_str(text.trim_start())?;
        }
        Ok(())
    }
}

/// Whether several keys stand where they may, or where one is due.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    One,
}

impl Key {
    fn is_ascii(&self) -> bool {
        match self {
            Self::Word(_) | Self::Plain(_) => true,
            Self::Text(_, text) | Self::Field(_, text) => text.is_ascii(),
            Self::Not(key) | Self::Fuzzy(key) => key.is_ascii(),
            Self::Or(one, other) => one.is_ascii() && other.is_ascii(),
            Self::All(keys) => keys.iter().all(Self::is_ascii),
        }
    }

    fn encode(&self, parts: &mut Parts, place: Place) -> Result<()> {
        match self {
            Self::Word(word) => {
                parts.word(word);
            }
            Self::Plain(text) => {
                parts.word(text);
            }
            Self::Text(word, text) => {
                parts.word(word).string("text to search for", text)?;
            }
            Self::Field(name, text) => {
                parts.word("HEADER").string("field", name.as_bytes())?;
                parts.string("text to search for", text)?;
            }
            Self::Not(key) => {
                parts.word("NOT");
                key.encode(parts, Place::One)?;
            }
            Self::Fuzzy(key) => {
                parts.word("FUZZY");
                key.encode(parts, Place::One)?;
            }
            Self::Or(one, other) => {
                parts.word("OR");
                one.encode(parts, Place::One)?;
                other.encode(parts, Place::One)?;
            }
            Self::All(keys) if place == Place::One => {
                parts.word("(ALL");
                for key in keys {
                    key.encode(parts, Place::Outside)?;
                }
                parts.raw(")");
            }
            Self::All(keys) => {
                for key in keys {
                    key.encode(parts, Place::Outside)?;
                }
            }
        }
        Ok(())
    }
}

/// What a search tells (ESEARCH, RFC 4731; SEARCHRES, RFC 5182; PARTIAL, RFC 9394).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returns {
    words: Vec<String>,
}

impl Returns {
    /// Nothing yet; without any, a server tells all.
    pub fn new() -> Self {
        Self::default()
    }

    /// The lowest id.
    #[must_use]
    pub fn min(self) -> Self {
        self.with("MIN")
    }

    /// The highest id.
    #[must_use]
    pub fn max(self) -> Self {
        self.with("MAX")
    }

    /// All ids, as a set.
    #[must_use]
    pub fn all(self) -> Self {
        self.with("ALL")
    }

    /// How many.
    #[must_use]
    pub fn count(self) -> Self {
        self.with("COUNT")
    }

    /// The server keeps the result as `$`, for [`Search::saved`].
    #[must_use]
    pub fn save(self) -> Self {
        self.with("SAVE")
    }

    /// A page of the result: from its `first` to its `last` id, counted from 1 (RFC 9394).
    #[must_use]
    pub fn partial(self, first: u32, last: u32) -> Self {
        self.with(&format!("PARTIAL {first}:{last}"))
    }

    /// The same, counted from the end.
    #[must_use]
    pub fn partial_from_end(self, first: u32, last: u32) -> Self {
        self.with(&format!("PARTIAL -{first}:-{last}"))
    }

    fn with(mut self, word: &str) -> Self {
        self.words.push(word.to_owned());
        self
    }

    /// Whether the result is kept.
    #[cfg(feature = "net")]
    pub(crate) fn saves(&self) -> bool {
        self.words.iter().any(|word| word == "SAVE")
    }

    /// Whether a page of it is asked for.
    #[cfg(feature = "net")]
    pub(crate) fn pages(&self) -> bool {
        self.words.iter().any(|word| word.starts_with("PARTIAL"))
    }

    pub(super) fn check(&self) -> Result<()> {
        match self
            .words
            .iter()
            .any(|word| word.contains("PARTIAL 0:") || word.contains(":0") || word.contains("-0"))
        {
            true => Err(Error::usage("pages of a result are counted from 1")),
            false => Ok(()),
        }
    }

    pub(super) fn encode(&self, parts: &mut Parts) {
        parts.word("RETURN (").raw(&self.words.join(" ")).raw(")");
    }
}
