//! SELECT, EXAMINE, CLOSE and UNSELECT (RFC 9051 section 6.3.2, RFC 7162, RFC 3691).

use std::collections::BTreeSet;

use crate::imap::arguments::Arg;
use crate::imap::fetch::By;
use crate::imap::flags::{known, shown};
use crate::imap::reply::{Data, Done, Verdict, bad, no, ok, syntax};
use crate::imap::selected::{Access, Selected};
use crate::imap::session::Session;
use crate::imap::sets::{Set, compact, members};
use crate::imap::sync::claim_recent;
use crate::mailstore::Mailbox;

/// What a client says about its last visit (RFC 7162 section 3.2.5).
struct Visit {
    uid_validity: u32,
    modseq: u64,
    known: Option<Set>,
}

impl Visit {
    fn parse(list: &[Arg]) -> Option<Self> {
        let (validity, rest) = list.split_first()?;
        let (modseq, rest) = rest.split_first()?;
        let known = match rest {
            [] | [Arg::List(_)] => None,
            [known] | [known, Arg::List(_)] => Some(Set::parse(known.atom()?)?),
            _ => return None,
        };
        Some(Self {
            uid_validity: validity.number()?,
            modseq: modseq.number()?,
            known,
        })
    }
}

impl Session<'_> {
    pub(super) fn select(&mut self, verb: &str, name: &Arg, rest: &[Arg]) -> Done {
        let name = self.mailbox_name(name)?;
        let visit = self.parameters(rest)?;
        let access = match verb {
            "EXAMINE" => Access::ReadOnly,
            _ => Access::ReadWrite,
        };
        // An earlier one is closed whether this one opens or not.
        if self.selected.take().is_some() && (self.enabled.qresync || self.enabled.rev2) {
            self.data.line("OK [CLOSED] the other one is closed");
        }
        let mut data = std::mem::take(&mut self.data);
        let opening = Opening {
            session: self,
            access,
        };
        let user = self.user.as_deref().unwrap_or_default();
        let opened = self.imap.mail.account(user, |account| {
            let mailbox = account.mailboxes.get_mut(&name)?;
            mailbox
                .selectable
                .then(|| opening.open(mailbox, &name, visit.as_ref(), &mut data))
        });
        self.data = data;
        let Some(selected) = opened else {
            let code = self.code("NONEXISTENT", "");
            return Err(no("no such mailbox").code_if(code));
        };
        self.selected = Some(selected);
        let code = match access {
            Access::ReadOnly => "READ-ONLY",
            Access::ReadWrite => "READ-WRITE",
        };
        Ok(ok("open").code_if(self.code(code, "")))
    }

    /// What is in parentheses behind the name.
    fn parameters(&mut self, rest: &[Arg]) -> Result<Option<Visit>, Verdict> {
        let list = match rest {
            [] => return Ok(None),
            [Arg::List(list)] => list.as_slice(),
            _ => return Err(syntax()),
        };
        let mut visit = None;
        let mut list = list.iter();
        while let Some(word) = list.next() {
            match word.word().as_deref() {
                Some("CONDSTORE") => {
                    self.needs("CONDSTORE")?;
                    self.enabled.condstore = true;
                }
                Some("QRESYNC") if self.enabled.qresync => {
                    let said = list.next().and_then(Arg::list).ok_or_else(syntax)?;
                    visit = Some(Visit::parse(said).ok_or_else(syntax)?);
                }
                Some("QRESYNC") => return Err(bad("QRESYNC is not enabled")),
                _ => return Err(syntax()),
            }
        }
        Ok(visit)
    }

    pub(super) fn close(&mut self, verb: &str) -> Done {
        let removes = verb == "CLOSE" && self.writable().is_ok();
        if removes {
            self.in_mailbox(|mailbox, selected| {
                for uid in deleted(mailbox, &selected.uids) {
                    mailbox.remove(uid);
                }
            })?;
            self.imap.mail.changed();
        }
        self.selected = None;
        Ok(ok("closed"))
    }
}

/// Those of these messages that have the flag `\Deleted`.
pub(super) fn deleted(mailbox: &Mailbox, uids: &[u32]) -> Vec<u32> {
    let is_deleted = |uid: &u32| {
        let message = mailbox.get(*uid);
        message.is_some_and(|message| message.has_flag("\\Deleted"))
    };
    uids.iter().copied().filter(is_deleted).collect()
}

/// How a mailbox is opened.
struct Opening<'a, 'b> {
    session: &'a Session<'b>,
    access: Access,
}

impl Opening<'_, '_> {
    fn open(
        &self,
        mailbox: &mut Mailbox,
        name: &str,
        visit: Option<&Visit>,
        data: &mut Data,
    ) -> Selected {
        let mut selected = Selected {
            id: mailbox.id(),
            access: self.access,
            uids: mailbox.messages().map(|(uid, _)| uid).collect(),
            known: mailbox.journal().len(),
            keywords: mailbox.keywords().len(),
            recent: BTreeSet::new(),
            saved: Vec::new(),
        };
        let recent_from = mailbox.recent_from;
        claim_recent(mailbox, &mut selected);
        if self.access == Access::ReadOnly {
            mailbox.recent_from = recent_from;
        }
        self.describe(mailbox, name, &selected, data);
        if let Some(visit) = visit
            && visit.uid_validity == mailbox.uid_validity
        {
            self.resynchronise(mailbox, &selected, visit, data);
        }
        selected
    }

    fn describe(&self, mailbox: &Mailbox, name: &str, selected: &Selected, data: &mut Data) {
        let rev2 = self.session.enabled.rev2;
        let mut flags = known(mailbox);
        data.push("* FLAGS ");
        data.list(&flags);
        data.end();
        data.line(&format!("{} EXISTS", selected.uids.len()));
        if !rev2 {
            data.line(&format!("{} RECENT", selected.recent.len()));
            let unseen = mailbox
                .messages()
                .position(|(_, message)| !message.has_flag("\\Seen"));
            if let Some(index) = unseen {
                self.code("UNSEEN", &(index + 1).to_string(), data);
            }
        }
        self.code("UIDVALIDITY", &mailbox.uid_validity.to_string(), data);
        self.code("UIDNEXT", &mailbox.uid_next().to_string(), data);
        let permanent = match self.access {
            Access::ReadOnly => "()".to_owned(),
            Access::ReadWrite => {
                flags.push("\\*".to_owned());
                format!("({})", flags.join(" "))
            }
        };
        self.code("PERMANENTFLAGS", &permanent, data);
        if self.session.has("CONDSTORE") {
            self.code("HIGHESTMODSEQ", &mailbox.modseq().to_string(), data);
        }
        if self.session.has("OBJECTID") {
            self.code("MAILBOXID", &format!("(F{})", mailbox.id()), data);
        }
        if rev2 {
            data.push(&format!("* LIST () \"{}\" ", self.session.imap.separator));
            data.mailbox(name);
            data.end();
        }
    }

    fn code(&self, name: &str, value: &str, data: &mut Data) {
        if let Some(code) = self.session.code(name, value) {
            data.line(&format!("OK [{code}] so it is"));
        }
    }

    /// What happened since the client's last visit.
    fn resynchronise(
        &self,
        mailbox: &Mailbox,
        selected: &Selected,
        visit: &Visit,
        data: &mut Data,
    ) {
        let known = |uids: &[u32]| -> Vec<u32> {
            let Some(set) = &visit.known else {
                return uids.to_vec();
            };
            let found = members(uids, &set.ranges(u32::MAX));
            found
                .into_iter()
                .filter_map(|index| uids.get(index).copied())
                .collect()
        };
        let vanished = known(&mailbox.vanished_since(visit.modseq));
        if !vanished.is_empty() {
            data.line(&format!("VANISHED (EARLIER) {}", compact(&vanished)));
        }
        for uid in known(&selected.uids) {
            let (Some(number), Some(message)) = (selected.number(uid), mailbox.get(uid)) else {
                continue;
            };
            if message.modseq <= visit.modseq {
                continue;
            }
            data.fetch(number, uid, By::Uid);
            data.push("FLAGS ");
            let recent = selected.recent.contains(&uid) && !self.session.enabled.rev2;
            data.list(&shown(&message.flags, recent));
            data.push(&format!(" MODSEQ ({}))", message.modseq));
            data.end();
        }
    }
}
