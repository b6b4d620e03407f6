//! SELECT, EXAMINE, and their ends.

use std::ops::ControlFlow;

use netspeak_core::Phase;

use super::{Client, Demand};
use crate::command::{Command, Opened, Resync};
use crate::error::{Error, Result};
use crate::response::{Code, Fetch, Untagged};
use crate::state::{Access, Selected, State};
use crate::types::{IdSet, Mailbox};

/// What changed in a mailbox since it was last seen (QRESYNC, RFC 7162).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// UIDs that are gone.
    pub(super) vanished: IdSet,
    /// What is new or has other flags.
    pub(super) changed: Vec<Fetch>,
}

impl Client {
    /// SELECT: opens a mailbox (RFC 9051 section 6.3.2). Unread messages may lose `\Recent` by that.
    ///
    /// # Errors
    /// `work.not_found`, `work.denied`, `work.rejected`; no mailbox is open then. Network errors.
    pub async fn select(&mut self, mailbox: &Mailbox) -> Result<&Selected> {
        let opened = self.usual_opening();
        self.open(&Command::Select(mailbox, &opened), mailbox)
            .await?;
        self.opened()
    }

    /// EXAMINE: opens a mailbox to read only (RFC 9051 section 6.3.3). Nothing is changed by it.
    ///
    /// # Errors
    /// As [`select`](Self::select).
    pub async fn examine(&mut self, mailbox: &Mailbox) -> Result<&Selected> {
        let opened = self.usual_opening();
        self.open(&Command::Examine(mailbox, &opened), mailbox)
            .await?;
        self.opened()
    }

    /// SELECT or EXAMINE with what is known from before (QRESYNC, RFC 7162 section 3.2.5).
    pub(super) async fn resync(
        &mut self,
        mailbox: &Mailbox,
        access: Access,
        resync: Resync,
    ) -> Result<Changes> {
        let opened = Opened::Qresync(resync);
        let command = match access {
            Access::ReadWrite => Command::Select(mailbox, &opened),
            Access::ReadOnly => Command::Examine(mailbox, &opened),
        };
        self.open(&command, mailbox).await
    }

    /// UNSELECT: leaves the mailbox as it is (RFC 3691). Where the server does not know that, a mailbox that
    /// is not there is opened instead.
    ///
    /// # Errors
    /// [`Error::Usage`] while none is open; network errors.
    pub async fn unselect(&mut self) -> Result<()> {
        if self.has_any(&["UNSELECT", "IMAP4rev2"]).await? {
            self.simple(&Command::Unselect, Phase::Work).await?;
            self.is_left();
            return Ok(());
        }
        self.check_state(&Command::Unselect)?;
        let nowhere = Mailbox::new("netspeak-nowhere")?;
        match self.examine(&nowhere).await {
            Ok(_) | Err(Error::Refused { .. }) => {
                self.is_left();
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// CLOSE: leaves the mailbox and expunges what is marked `\Deleted` in it, unless it is open to read only
    /// (RFC 9051 section 6.4.1).
    ///
    /// # Errors
    /// [`Error::Usage`] while none is open; `work.rejected`, network errors.
    pub async fn close(&mut self) -> Result<()> {
        self.simple(&Command::Close, Phase::Work).await?;
        self.is_left();
        Ok(())
    }

    fn opened(&self) -> Result<&Selected> {
        self.selected
            .as_ref()
            .ok_or_else(|| Error::usage("no mailbox is open"))
    }

    /// With modification sequences where the server keeps them: they cost nothing.
    fn usual_opening(&self) -> Opened {
        match self.keeps_modseqs() {
            true => Opened::Condstore,
            false => Opened::Plain,
        }
    }

    /// Whether the server may be asked what changed since a modification sequence. Some tell HIGHESTMODSEQ and offer
    /// nothing of the kind.
    pub(super) fn keeps_modseqs(&self) -> bool {
        let has = |name| self.capabilities.as_ref().is_some_and(|it| it.has(name));
        has("CONDSTORE") || has("QRESYNC")
    }

    async fn open(&mut self, command: &Command<'_>, mailbox: &Mailbox) -> Result<Changes> {
        self.introduce().await?;
        match self.open_once(command, mailbox).await {
            Err(error) if self.wants_introduction(&error) => {
                self.demands_id = Demand::Made;
                self.introduce().await?;
                self.open_once(command, mailbox).await
            }
            opened => opened,
        }
    }

    /// NetEase refuses with "Unsafe Login" who has not said who it is.
    fn wants_introduction(&self, error: &Error) -> bool {
        let has_id = self
            .capabilities
            .as_ref()
            .is_none_or(|offered| offered.has("ID"));
        let is_unsafe = error.reply().is_some_and(|reply| {
            memchr::memmem::find(reply.status().text.as_bytes(), b"Unsafe Login").is_some()
        });
        has_id && is_unsafe && self.demands_id == Demand::Unknown && !self.conn.is_busy()
    }

    async fn open_once(&mut self, command: &Command<'_>, mailbox: &Mailbox) -> Result<Changes> {
        self.begin(command, Phase::Work)?;
        let access = match command {
            Command::Examine(..) => Access::ReadOnly,
            _ => Access::ReadWrite,
        };
        // What is said from here on is about the new mailbox; if it is not opened, none is.
        self.selected = Some(Selected::new(mailbox.clone(), access));
        let mut changes = Changes::default();
        let asked = self.ask_begun(command, Phase::Work, |untagged| {
            match changes.take(untagged) {
                ControlFlow::Break(()) => None,
                ControlFlow::Continue(untagged) => Some(untagged),
            }
        });
        let opened = asked.await;
        if opened.is_err() {
            self.is_left();
        }
        opened?;
        self.state = State::Selected;
        Ok(changes)
    }

    fn is_left(&mut self) {
        self.selected = None;
        if self.state == State::Selected {
            self.state = State::Authenticated;
        }
    }
}

impl Changes {
    /// What a mailbox tells of itself while it is opened is in [`Selected`].
    fn take(&mut self, untagged: Untagged) -> ControlFlow<(), Untagged> {
        match untagged {
            Untagged::Status(status) if status.code.as_ref().is_some_and(tells_of_mailbox) => {}
            Untagged::Exists(_)
            | Untagged::Recent(_)
            | Untagged::Flags(_)
            | Untagged::List(_)
            | Untagged::Enabled(_)
            | Untagged::Capability(_) => {}
            Untagged::Vanished { uids, .. } => self.vanished |= &uids,
            Untagged::Fetch(row) => self.changed.push(*row),
            other => return ControlFlow::Continue(other),
        }
        ControlFlow::Break(())
    }
}

/// Whether a code is about the mailbox that is being opened, or the one that was open before.
fn tells_of_mailbox(code: &Code) -> bool {
    matches!(
        code,
        Code::UidValidity(_)
            | Code::UidNext(_)
            | Code::Unseen(_)
            | Code::HighestModseq(_)
            | Code::NoModseq
            | Code::PermanentFlags(_)
            | Code::MailboxId(_)
            | Code::UidNotSticky
            | Code::ReadOnly
            | Code::ReadWrite
            | Code::Closed
    )
}
