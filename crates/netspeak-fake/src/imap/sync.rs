//! What others did to the open mailbox, told between commands (RFC 9051 section 5.2).

use crate::imap::fetch::By;
use crate::imap::flags::{known, shown};
use crate::imap::reply::Data;
use crate::imap::selected::Selected;
use crate::imap::session::{Enabled, Session};
use crate::imap::sets::compact;
use crate::mailstore::{Change, Mailbox, What};

impl Session<'_> {
    /// Tells what is new. Without `renumbers`, messages that are gone stay for later, and all that came after them.
    pub(super) fn tell_changes(&mut self, renumbers: bool) {
        let Some(user) = self.user.as_deref() else {
            return;
        };
        let Some(selected) = self.selected.as_mut() else {
            return;
        };
        let me = Some(self.wire.number());
        let (data, enabled) = (&mut self.data, self.enabled);
        let is_there = self.imap.mail.account(user, |account| {
            let mailbox = account.by_id(selected.id)?;
            Teller {
                data,
                enabled,
                me,
                renumbers,
            }
            .tell(mailbox, selected);
            Some(())
        });
        if is_there.is_none() {
            self.data.line("OK [CLOSED] the mailbox is gone");
            self.selected = None;
        }
    }
}

struct Teller<'a> {
    data: &'a mut Data,
    enabled: Enabled,
    me: Option<usize>,
    renumbers: bool,
}

impl Teller<'_> {
    fn tell(&mut self, mailbox: &mut Mailbox, selected: &mut Selected) {
        let journal = mailbox.journal();
        let fresh: Vec<Change> = journal.get(selected.known..).unwrap_or_default().to_vec();
        let held = if self.renumbers {
            None
        } else {
            let is_known = |change: &Change| selected.number(change.uid).is_some();
            fresh
                .iter()
                .position(|change| change.what == What::Removed && is_known(change))
        };
        let fresh = fresh.get(..held.unwrap_or(fresh.len())).unwrap_or_default();
        selected.known += fresh.len();
        let mut added = false;
        let mut vanished = Vec::new();
        let mut flagged = Vec::new();
        for change in fresh {
            match change.what {
                // What came and went meanwhile was never there.
                What::Added if mailbox.get(change.uid).is_none() => {}
                What::Added => {
                    selected.uids.push(change.uid);
                    added = true;
                }
                What::Removed => self.removed(selected, change.uid, &mut vanished),
                What::Flagged if change.by.is_some() && change.by == self.me => {}
                What::Flagged => flagged.push(change.uid),
            }
        }
        if !vanished.is_empty() {
            vanished.sort_unstable();
            self.data.line(&format!("VANISHED {}", compact(&vanished)));
        }
        if selected.keywords != mailbox.keywords().len() {
            selected.keywords = mailbox.keywords().len();
            self.keywords(mailbox);
        }
        if added {
            self.exists(mailbox, selected);
        }
        flagged.sort_unstable();
        flagged.dedup();
        for uid in flagged {
            self.flags(mailbox, selected, uid);
        }
    }

    fn removed(&mut self, selected: &mut Selected, uid: u32, vanished: &mut Vec<u32>) {
        let Some(number) = selected.number(uid) else {
            return;
        };
        selected.uids.remove(number - 1);
        selected.recent.remove(&uid);
        if self.enabled.qresync || self.enabled.uid_only {
            vanished.push(uid);
        } else {
            self.data.line(&format!("{number} EXPUNGE"));
        }
    }

    fn keywords(&mut self, mailbox: &Mailbox) {
        let flags = known(mailbox).join(" ");
        self.data.line(&format!("FLAGS ({flags})"));
        self.data
            .line(&format!("OK [PERMANENTFLAGS ({flags} \\*)] so it is"));
    }

    fn exists(&mut self, mailbox: &mut Mailbox, selected: &mut Selected) {
        claim_recent(mailbox, selected);
        self.data.line(&format!("{} EXISTS", selected.uids.len()));
        if !self.enabled.rev2 {
            self.data.line(&format!("{} RECENT", selected.recent.len()));
        }
    }

    fn flags(&mut self, mailbox: &Mailbox, selected: &Selected, uid: u32) {
        let (Some(number), Some(message)) = (selected.number(uid), mailbox.get(uid)) else {
            return;
        };
        let by = match self.enabled.qresync {
            true => By::Uid,
            false => By::Number,
        };
        self.data.fetch(number, uid, by);
        let recent = selected.recent.contains(&uid) && !self.enabled.rev2;
        self.data.push("FLAGS ");
        self.data.list(&shown(&message.flags, recent));
        if self.enabled.condstore {
            self.data.push(&format!(" MODSEQ ({})", message.modseq));
        }
        self.data.push(")");
        self.data.end();
    }
}

/// Takes as recent what no session was told of.
pub(super) fn claim_recent(mailbox: &mut Mailbox, selected: &mut Selected) {
    let from = mailbox.recent_from;
    let begin = selected.uids.partition_point(|uid| *uid < from);
    let fresh = selected.uids.get(begin..).unwrap_or_default();
    selected.recent.extend(fresh);
    mailbox.recent_from = mailbox.uid_next();
}
