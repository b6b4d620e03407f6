//! [`Command`]: what can be said to a server (RFC 9051 section 6 and its extensions).

use netspeak_core::{Error, Result, Secret, check_mechanism, check_text, check_word};

use crate::types::{Flag, IdSet, Ids, InternalDate, Mailbox};

mod acl;
mod draft;
mod fetch;
mod list;
mod metadata;
mod notify;
mod parts;
mod quota;
mod search;
mod select;
mod sort;
mod status;
mod store;

pub use acl::{AclCommand, RightsChange};
#[cfg(feature = "net")]
pub(crate) use draft::with_crlf;
pub use draft::{Draft, DraftPart};
pub use fetch::Items;
pub use list::ListQuery;
pub use metadata::{Depth, MetadataCommand, MetadataReach};
pub use notify::{Events, Notify, Watched};
pub use parts::{Form, Parts};
pub use quota::QuotaCommand;
pub use search::{Returns, Search};
pub use select::{Opened, Resync};
pub use sort::{Sort, Threading};
pub use status::StatusItems;
pub use store::FlagChange;

/// A command. Arguments that would end it early are sent as literals or refused where it is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command<'a> {
    /// `CAPABILITY`.
    Capability,
    /// `NOOP`.
    Noop,
    /// `LOGOUT`.
    Logout,
    /// `ID` (RFC 2971): names and values; nothing is said with none.
    Id(&'a [(&'a str, &'a str)]),
    /// `STARTTLS`.
    StartTls,
    /// `AUTHENTICATE mechanism [initial-response]` (RFC 9051 section 6.2.2, RFC 4959).
    Authenticate {
        /// The mechanism's name.
        mechanism: &'a str,
        /// The initial response in base64, if it goes along.
        initial: Option<&'a Secret>,
    },
    /// `LOGIN user password`.
    Login(&'a str, &'a Secret),
    /// `ENABLE extension...` (RFC 5161).
    Enable(&'a [&'a str]),
    /// `NAMESPACE` (RFC 2342).
    Namespace,
    /// `SELECT mailbox`.
    Select(&'a Mailbox, &'a Opened),
    /// `EXAMINE mailbox`: read-only.
    Examine(&'a Mailbox, &'a Opened),
    /// `UNSELECT` (RFC 3691).
    Unselect,
    /// `CLOSE`: expunges what is marked.
    Close,
    /// `CREATE mailbox [(USE (...))]` (RFC 6154).
    Create(&'a Mailbox, &'a [Flag]),
    /// `DELETE mailbox`.
    Delete(&'a Mailbox),
    /// `RENAME from to`.
    Rename(&'a Mailbox, &'a Mailbox),
    /// `SUBSCRIBE mailbox`.
    Subscribe(&'a Mailbox),
    /// `UNSUBSCRIBE mailbox`.
    Unsubscribe(&'a Mailbox),
    /// `LIST ...`.
    List(&'a ListQuery),
    /// `LSUB reference pattern` (RFC 3501 section 6.3.9).
    Lsub(&'a str, &'a str),
    /// `STATUS mailbox (items)`.
    Status(&'a Mailbox, &'a StatusItems),
    /// `APPEND mailbox [(flags)] [date] literal`: up to the literal, which follows.
    Append {
        /// Where to.
        mailbox: &'a Mailbox,
        /// Its flags.
        flags: &'a [Flag],
        /// When it was delivered.
        date: Option<&'a InternalDate>,
        /// Its octets.
        size: u64,
        /// In which form it is sent.
        body: AppendBody,
    },
    /// `APPEND mailbox message...`: several at once (MULTIAPPEND, RFC 3502), or put together (CATENATE, RFC 4469).
    AppendAll(&'a Mailbox, &'a [Draft<'a>]),
    /// `UID REPLACE uid mailbox message` (RFC 8508).
    Replace(u32, &'a Mailbox, &'a Draft<'a>),
    /// `IDLE` (RFC 2177).
    Idle,
    /// `NOTIFY SET ...`, or `NOTIFY NONE` (RFC 5465).
    Notify(Option<&'a Notify>),
    /// `COMPRESS DEFLATE` (RFC 4978).
    Compress,
    /// `GETQUOTA` and such (RFC 9208).
    Quota(QuotaCommand<'a>),
    /// `GETACL` and such (RFC 4314).
    Acl(AclCommand<'a>),
    /// `GETMETADATA`, `SETMETADATA` (RFC 5464).
    Metadata(MetadataCommand<'a>),
    /// `SEARCH` or `UID SEARCH`.
    Search {
        /// Whether UIDs are told.
        uid: bool,
        /// What to look for.
        search: &'a Search,
        /// What to tell.
        returns: Option<&'a Returns>,
    },
    /// `SORT` or `UID SORT` (RFC 5256).
    Sort {
        /// Whether UIDs are told.
        uid: bool,
        /// In which order.
        sort: &'a Sort,
        /// What to look for.
        search: &'a Search,
        /// What to tell (ESORT, RFC 5267).
        returns: Option<&'a Returns>,
    },
    /// `THREAD` or `UID THREAD` (RFC 5256).
    Thread {
        /// Whether UIDs are told.
        uid: bool,
        /// How messages are gathered.
        threading: &'a Threading,
        /// What to look for.
        search: &'a Search,
    },
    /// `FETCH` or `UID FETCH`.
    Fetch {
        /// Which messages.
        ids: &'a Ids,
        /// What of them.
        items: &'a Items,
        /// Only those that changed since (RFC 7162).
        changed_since: Option<u64>,
        /// Also which are gone since then (QRESYNC, RFC 7162).
        vanished: bool,
    },
    /// `STORE` or `UID STORE`.
    Store(&'a Ids, &'a FlagChange),
    /// `COPY` or `UID COPY`.
    Copy(&'a Ids, &'a Mailbox),
    /// `MOVE` or `UID MOVE` (RFC 6851).
    Move(&'a Ids, &'a Mailbox),
    /// `EXPUNGE`.
    Expunge,
    /// `UID EXPUNGE set` (RFC 4315).
    UidExpunge(&'a IdSet),
    /// `UNAUTHENTICATE` (RFC 8437).
    Unauthenticate,
    /// Anything else, on one line and without literals.
    Raw(&'a str),
}

/// In which form APPEND sends its message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AppendBody {
    /// As a literal.
    #[default]
    Literal,
    /// As a literal8, which may hold NUL (BINARY, RFC 3516).
    Binary,
    /// With headers in UTF-8 (RFC 6855).
    Utf8,
}

impl Command<'_> {
    /// The verb, for errors and tables.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Capability => "CAPABILITY",
            Self::Noop => "NOOP",
            Self::Logout => "LOGOUT",
            Self::Id(_) => "ID",
            Self::StartTls => "STARTTLS",
            Self::Authenticate { .. } => "AUTHENTICATE",
            Self::Login(..) => "LOGIN",
            Self::Enable(_) => "ENABLE",
            Self::Namespace => "NAMESPACE",
            Self::Select(..) => "SELECT",
            Self::Examine(..) => "EXAMINE",
            Self::Unselect => "UNSELECT",
            Self::Close => "CLOSE",
            Self::Create(..) => "CREATE",
            Self::Delete(_) => "DELETE",
            Self::Rename(..) => "RENAME",
            Self::Subscribe(_) => "SUBSCRIBE",
            Self::Unsubscribe(_) => "UNSUBSCRIBE",
            Self::List(_) => "LIST",
            Self::Lsub(..) => "LSUB",
            Self::Status(..) => "STATUS",
            Self::Append { .. } | Self::AppendAll(..) => "APPEND",
            Self::Replace(..) => "UID REPLACE",
            Self::Idle => "IDLE",
            Self::Notify(_) => "NOTIFY",
            Self::Compress => "COMPRESS",
            Self::Quota(command) => command.verb(),
            Self::Acl(command) => command.verb(),
            Self::Metadata(command) => command.verb(),
            Self::Search { uid: false, .. } => "SEARCH",
            Self::Search { .. } => "UID SEARCH",
            Self::Sort { uid: false, .. } => "SORT",
            Self::Sort { .. } => "UID SORT",
            Self::Thread { uid: false, .. } => "THREAD",
            Self::Thread { .. } => "UID THREAD",
            Self::Fetch { ids, .. } => of(ids, "FETCH", "UID FETCH"),
            Self::Store(ids, _) => of(ids, "STORE", "UID STORE"),
            Self::Copy(ids, _) => of(ids, "COPY", "UID COPY"),
            Self::Move(ids, _) => of(ids, "MOVE", "UID MOVE"),
            Self::Expunge => "EXPUNGE",
            Self::UidExpunge(_) => "UID EXPUNGE",
            Self::Unauthenticate => "UNAUTHENTICATE",
            Self::Raw(_) => "a raw command",
        }
    }

    /// Adds the command behind its tag.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) for an argument that cannot be said: NUL anywhere, CR and LF
    /// where no literal may stand, an empty set of messages.
    pub fn encode(&self, parts: &mut Parts) -> Result<()> {
        self.check()?;
        if let Self::Raw(line) = self {
            parts.word(line).end();
            return Ok(());
        }
        parts.word(self.verb());
        self.arguments(parts)?;
        if !matches!(self, Self::Append { .. }) {
            parts.end();
        }
        Ok(())
    }

    fn arguments(&self, parts: &mut Parts) -> Result<()> {
        match self {
            Self::Id([]) => {
                parts.word("NIL");
            }
            Self::Id(fields) => {
                parts.word("(");
                for (at, (name, value)) in fields.iter().enumerate() {
                    if at > 0 {
                        parts.raw(" ");
                    }
                    parts.bare_string("name", name.as_bytes())?;
                    parts.string("value", value.as_bytes())?;
                }
                parts.raw(")");
            }
            Self::Authenticate { mechanism, initial } => {
                parts.mechanism(mechanism, *initial)?;
            }
            Self::Login(user, password) => {
                parts.string("user name", user.as_bytes())?;
                parts.secret("password", password)?;
            }
            Self::Enable(extensions) => {
                parts.word(&extensions.join(" "));
            }
            Self::Select(mailbox, opened) | Self::Examine(mailbox, opened) => {
                parts.mailbox(mailbox)?;
                opened.encode(parts);
            }
            Self::Create(mailbox, roles) => {
                parts.mailbox(mailbox)?;
                if !roles.is_empty() {
                    parts.word("(USE");
                    store::flags(parts, roles);
                    parts.raw(")");
                }
            }
            Self::Delete(mailbox) | Self::Subscribe(mailbox) | Self::Unsubscribe(mailbox) => {
                parts.mailbox(mailbox)?;
            }
            Self::Rename(from, to) => {
                parts.mailbox(from)?.mailbox(to)?;
            }
            Self::List(query) => query.encode(parts)?,
            Self::Lsub(reference, pattern) => {
                list::name(parts, "reference", reference)?;
                list::name(parts, "pattern", pattern)?;
            }
            Self::Status(mailbox, items) => {
                parts.mailbox(mailbox)?.raw(" ");
                items.encode_bare(parts);
            }
            Self::Append {
                mailbox,
                flags,
                date,
                size,
                body,
            } => {
                parts.mailbox(mailbox)?;
                if !flags.is_empty() {
                    store::flags(parts, flags);
                }
                if let Some(date) = date {
                    parts.word(&format!("\"{date}\""));
                }
                if *body == AppendBody::Utf8 {
                    parts.word("UTF8 (").announce_bare(*size);
                } else {
                    parts.announce(*size, *body == AppendBody::Binary);
                }
            }
            Self::Search {
                search, returns, ..
            } => {
                if let Some(returns) = returns {
                    returns.encode(parts);
                }
                if !search.is_ascii() && parts.form().text == crate::types::Text8::Utf7 {
                    parts.word("CHARSET UTF-8");
                }
                search.encode(parts)?;
            }
            Self::Sort {
                sort,
                search,
                returns,
                ..
            } => {
                if let Some(returns) = returns {
                    returns.encode(parts);
                }
                sort.encode(parts);
                parts.word(sort::charset(search));
                search.encode(parts)?;
            }
            Self::Thread {
                threading, search, ..
            } => {
                parts.word(threading.name()).word(sort::charset(search));
                search.encode(parts)?;
            }
            Self::Fetch {
                ids,
                items,
                changed_since,
                vanished,
            } => {
                parts.word(&ids.set().to_string());
                items.encode(parts);
                if let Some(modseq) = changed_since {
                    let vanished = if *vanished { " VANISHED" } else { "" };
                    parts.word(&format!("(CHANGEDSINCE {modseq}{vanished})"));
                }
            }
            Self::Store(ids, change) => {
                parts.word(&ids.set().to_string());
                change.encode(parts);
            }
            Self::Copy(ids, mailbox) | Self::Move(ids, mailbox) => {
                parts.word(&ids.set().to_string()).mailbox(mailbox)?;
            }
            Self::UidExpunge(set) => {
                parts.word(&set.to_string());
            }
            Self::AppendAll(mailbox, drafts) => {
                parts.mailbox(mailbox)?;
                drafts.iter().try_for_each(|draft| draft.encode(parts))?;
            }
            Self::Replace(uid, mailbox, draft) => {
                parts.word(&uid.to_string()).mailbox(mailbox)?;
                draft.encode(parts)?;
            }
            Self::Notify(Some(notify)) => notify.encode(parts)?,
            Self::Notify(None) => {
                parts.word("NONE");
            }
            Self::Compress => {
                parts.word("DEFLATE");
            }
            Self::Quota(command) => command.encode(parts)?,
            Self::Acl(command) => command.encode(parts)?,
            Self::Metadata(command) => command.encode(parts)?,
            Self::Capability
            | Self::Noop
            | Self::Logout
            | Self::StartTls
            | Self::Namespace
            | Self::Unselect
            | Self::Close
            | Self::Idle
            | Self::Expunge
            | Self::Unauthenticate
            | Self::Raw(_) => {}
        }
        Ok(())
    }

    /// Refuses bad arguments before anything is written. Names and sets were checked when they were made.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Authenticate { mechanism, initial } => check_mechanism(mechanism, *initial),
            Self::Create(_, flags) | Self::Append { flags, .. } => {
                flags.iter().try_for_each(Flag::check)
            }
            Self::Enable(extensions) => {
                if extensions.is_empty() {
                    return Err(Error::usage("there is nothing to enable"));
                }
                extensions
                    .iter()
                    .try_for_each(|word| check_word("extension", word))
            }
            Self::Status(_, items) if items.is_empty() => {
                Err(Error::usage("STATUS asks for nothing"))
            }
            Self::Search { returns, .. } | Self::Sort { returns, .. } => {
                returns.map_or(Ok(()), Returns::check)
            }
            Self::Thread { threading, .. } => threading.check(),
            Self::AppendAll(_, []) => Err(Error::usage("there is nothing to append")),
            Self::AppendAll(_, drafts) => drafts.iter().try_for_each(Draft::check),
            Self::Replace(0, ..) => Err(Error::usage("no message has the UID 0")),
            Self::Replace(_, _, draft) => draft.check(),
            Self::Notify(notify) => notify.map_or(Ok(()), Notify::check),
            Self::Quota(command) => command.check(),
            Self::Acl(command) => command.check(),
            Self::Metadata(command) => command.check(),
            Self::Fetch { ids, items, .. } => {
                check_set(ids.set())?;
                items.check()
            }
            Self::Store(ids, change) => {
                check_set(ids.set())?;
                change.check()
            }
            Self::Copy(ids, _) | Self::Move(ids, _) => check_set(ids.set()),
            Self::UidExpunge(set) => check_set(set),
            Self::Raw(line) => check_raw(line),
            _ => Ok(()),
        }
    }
}

fn of(ids: &Ids, number: &'static str, uid: &'static str) -> &'static str {
    match ids {
        Ids::Number(_) => number,
        Ids::Uid(_) => uid,
    }
}

fn check_set(set: &IdSet) -> Result<()> {
    if set.is_empty() {
        return Err(Error::usage(
            "the set of messages is empty; nothing was sent",
        ));
    }
    Ok(())
}

/// A line that does not go on: neither by a line end nor by a literal.
fn check_raw(line: &str) -> Result<()> {
    check_text("the command", line.as_bytes())?;
    if line.trim().is_empty() {
        return Err(Error::usage("the command is empty"));
    }
    if line.ends_with('}') {
        return Err(Error::usage(
            "a raw command cannot announce a literal; nothing was sent",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
