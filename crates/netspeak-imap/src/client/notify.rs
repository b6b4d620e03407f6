//! NOTIFY: told at any time, also of mailboxes that are not open (RFC 5465).

use netspeak_core::{Budget, Phase};

use super::Client;
use super::pipeline::by_number;
use crate::command::{Command, Notify};
use crate::error::{Error, Result};
use crate::response::{Code, MailboxStatus, Untagged};

/// What the server tells unasked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Telling {
    /// Nothing that NOTIFY asked for.
    #[default]
    AsEver,
    Notified,
    /// Also that messages are gone, at any time.
    Shifting,
}

impl Client {
    /// NOTIFY SET: what the server is to tell at any time (RFC 5465). The status of the mailboxes, if that was asked
    /// for ([`Notify::with_status`]).
    ///
    /// What is told comes as [news](Self::news), with whatever is asked next or while [idling](Self::idle): EXISTS,
    /// EXPUNGE and FETCH of the open mailbox, STATUS of the others, LIST of those that are made or renamed. It ends
    /// with `Untagged::Status` with [`Code::NotificationOverflow`] where too much happens for the server, and with
    /// [`Error::Limit`] where the server tells more than is fetched
    /// ([`Limits::listing_entries`](crate::Limits)).
    ///
    /// ```no_run
    /// # async fn example(client: &mut netspeak_imap::Client) -> netspeak_imap::Result<()> {
    /// use netspeak_imap::response::Untagged;
    /// use netspeak_imap::{Events, Notify, Watched};
    ///
    /// let notify = Notify::new()
    ///     .watch(Watched::SelectedDelayed, Events::messages())
    ///     .watch(Watched::Personal, Events::messages());
    /// client.notify(&notify).await?;
    /// let mut idle = client.idle().await?;
    /// while let Some(news) = idle.next().await? {
    ///     if let Untagged::MailboxStatus(status) = news {
    ///         println!("{}: {:?} messages", status.mailbox, status.messages);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Usage`] for groups that make no sense; `work.not_offered` if the server has no NOTIFY: nothing is sent
    /// then; `work.rejected`, with [`Code::BadEvent`] where the server knows other events only; network errors.
    pub async fn notify(&mut self, notify: &Notify) -> Result<Vec<MailboxStatus>> {
        self.needs_any(&["NOTIFY"]).await?;
        let mut budget = Budget::of_listing(self.conn.limits());
        let (mut told, mut over) = (Vec::new(), None);
        let command = Command::Notify(Some(notify));
        // Too much may happen before the answer has come.
        let before = self.telling;
        self.telling = match notify.shifts_numbers() {
            true => Telling::Shifting,
            false => Telling::Notified,
        };
        let asked = self.ask(&command, Phase::Work, |untagged| match untagged {
            Untagged::MailboxStatus(status) => {
                match budget.spend(size(&status)) {
                    Ok(()) => told.push(*status),
                    Err(error) => over = Some(error),
                }
                None
            }
            other => Some(other),
        });
        if let Err(error) = asked.await {
            self.telling = before;
            return Err(error);
        }
        over.map_or(Ok(told), |error| Err(error.into()))
    }

    /// NOTIFY NONE: nothing is told any more but the answers to commands (RFC 5465 section 3.1), not even of the open
    /// mailbox, until NOTIFY is said again.
    ///
    /// # Errors
    /// As [`notify`](Self::notify).
    pub async fn notify_none(&mut self) -> Result<()> {
        self.needs_any(&["NOTIFY"]).await?;
        self.simple(&Command::Notify(None), Phase::Work).await?;
        self.telling = Telling::AsEver;
        Ok(())
    }

    /// Whether the server tells what NOTIFY asked for: until NOTIFY NONE, or until too much happened.
    pub fn is_notified(&self) -> bool {
        self.telling != Telling::AsEver
    }

    /// Too much happens: the server does as if NOTIFY NONE had been said (RFC 5465 section 5.8).
    pub(super) fn heed_overflow(&mut self, code: &Code) {
        if *code == Code::NotificationOverflow {
            self.telling = Telling::AsEver;
        }
    }

    /// Numbers that may change before they arrive name other messages (RFC 5465 section 5.3).
    pub(super) fn check_numbers(&self, command: &Command<'_>) -> Result<()> {
        if self.telling == Telling::Shifting && by_number(command) {
            return Err(Error::usage(
                "the server may tell at any time that messages are gone (NOTIFY selected), so that their numbers are \
                 not safe: name them by UID; nothing was sent",
            ));
        }
        Ok(())
    }
}

/// What it takes in memory besides what each one does.
fn size(status: &MailboxStatus) -> usize {
    let others = status.others.iter();
    let sizes = others.map(|(name, value)| name.len() + value.len() + 64);
    sizes.fold(status.mailbox.name().len() + 256, usize::saturating_add)
}
