//! [`State`]: what may be said when, and [`Selected`]: what is known of the mailbox that is open.

use crate::command::Command;
#[cfg(feature = "net")]
use crate::response::Code;
use crate::types::{Flag, Mailbox, Text};

/// The state of a session (RFC 9051 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Not logged in.
    NotAuthenticated,
    /// Logged in.
    Authenticated,
    /// A mailbox is open.
    Selected,
    /// Goodbye was said.
    Logout,
}

impl State {
    /// What may be said when (RFC 9051 section 6).
    pub fn allows(self, command: &Command<'_>) -> bool {
        use State::{Authenticated, Logout, NotAuthenticated, Selected};
        let states: &[Self] = match command {
            Command::StartTls | Command::Authenticate { .. } | Command::Login(..) => {
                &[NotAuthenticated]
            }
            Command::Capability
            | Command::Noop
            | Command::Logout
            | Command::Id(_)
            | Command::Raw(_) => &[NotAuthenticated, Authenticated, Selected],
            Command::Enable(_) => &[Authenticated],
            Command::Unselect
            | Command::Close
            | Command::Search { .. }
            | Command::Sort { .. }
            | Command::Thread { .. }
            | Command::Replace(..)
            | Command::Fetch { .. }
            | Command::Store(..)
            | Command::Copy(..)
            | Command::Move(..)
            | Command::Expunge
            | Command::UidExpunge(_) => &[Selected],
            _ => &[Authenticated, Selected],
        };
        self != Logout && states.contains(&self)
    }

    /// The words for it in an error.
    #[cfg(feature = "net")]
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::NotAuthenticated => "before the login",
            Self::Authenticated => "while no mailbox is open",
            Self::Selected => "while a mailbox is open",
            Self::Logout => "after the logout",
        }
    }
}

/// How a mailbox is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Messages can be changed.
    ReadWrite,
    /// Nothing changes.
    ReadOnly,
}

/// The mailbox that is open, as far as the server has told about it; kept up to date by what it tells
/// unasked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selected {
    /// Which one.
    pub mailbox: Mailbox,
    /// How it is open.
    pub access: Access,
    /// How many messages there are.
    pub exists: u32,
    /// How many came since the last session (RFC 3501 only).
    pub recent: Option<u32>,
    /// The sequence number of the first unread one (RFC 3501 only).
    pub first_unseen: Option<u32>,
    /// Another value than before means that all UIDs are new.
    pub uid_validity: Option<u32>,
    /// The UID that the next message gets, or a lower one.
    pub uid_next: Option<u32>,
    /// The highest modification sequence (CONDSTORE); `None` if it keeps none.
    pub highest_modseq: Option<u64>,
    /// Flags that messages have here.
    pub flags: Vec<Flag>,
    /// Flags that can be changed for good; `\*` among them: new keywords can be made.
    pub permanent_flags: Option<Vec<Flag>>,
    /// Its id (OBJECTID, RFC 8474).
    pub mailbox_id: Option<Text>,
    /// Whether UIDs are other ones next time (UIDNOTSTICKY, RFC 4315).
    pub uids_last: bool,
}

impl Selected {
    #[cfg(feature = "net")]
    pub(crate) fn new(mailbox: Mailbox, access: Access) -> Self {
        Self {
            mailbox,
            access,
            exists: 0,
            recent: None,
            first_unseen: None,
            uid_validity: None,
            uid_next: None,
            highest_modseq: None,
            flags: Vec::new(),
            permanent_flags: None,
            mailbox_id: None,
            uids_last: true,
        }
    }

    /// What a response code tells about it.
    #[cfg(feature = "net")]
    pub(crate) fn heed(&mut self, code: &Code) {
        match code {
            Code::UidValidity(value) => self.uid_validity = Some(*value),
            Code::UidNext(value) => self.uid_next = Some(*value),
            Code::Unseen(number) => self.first_unseen = Some(*number),
            Code::HighestModseq(value) => self.highest_modseq = Some(*value),
            Code::NoModseq => self.highest_modseq = None,
            Code::PermanentFlags(flags) => self.permanent_flags = Some(flags.clone()),
            Code::MailboxId(id) => self.mailbox_id = Some(id.clone()),
            Code::UidNotSticky => self.uids_last = false,
            Code::ReadOnly => self.access = Access::ReadOnly,
            Code::ReadWrite => self.access = Access::ReadWrite,
            _ => {}
        }
    }
}
