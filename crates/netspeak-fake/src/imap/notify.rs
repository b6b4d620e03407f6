//! NOTIFY (RFC 5465): what is told at any time, also of mailboxes that are not open.
//!
//! Of the open mailbox all is told at once where it was named, whatever the events, and else as if there were no NOTIFY. Of the others a
//! STATUS tells each change.

use std::collections::BTreeMap;

use crate::fault::EVENT;
use crate::imap::arguments::{Arg, words};
use crate::imap::idle::line_or_change;
use crate::imap::reply::{Done, Verdict, bad, ok, syntax};
use crate::imap::session::Session;
use crate::wire::Flow;

/// What the client wants to be told.
#[derive(Debug, Default)]
pub(super) struct Notify {
    selected: bool,
    /// Which of the other mailboxes.
    others: Vec<Filter>,
    /// The modification sequences that were told last, by mailbox.
    told: BTreeMap<String, u64>,
}

/// Some mailboxes.
#[derive(Debug)]
enum Filter {
    Personal,
    Subscribed,
    Named(Vec<String>),
    /// These, and all below them.
    Subtree(Vec<String>),
}

impl Session<'_> {
    pub(super) fn notify(&mut self, arguments: &[Arg]) -> Done {
        match arguments {
            [word] if word.is("NONE") => self.notify = None,
            [word, groups @ ..] if word.is("SET") => {
                let (status, groups) = match groups {
                    [word, groups @ ..] if word.is("STATUS") => (true, groups),
                    groups => (false, groups),
                };
                self.set_notify(groups)?;
                self.mark_told();
                if status {
                    for name in self.watched() {
                        self.tell_status(&name);
                    }
                }
            }
            _ => return Err(syntax()),
        }
        Ok(ok("so be it"))
    }

    fn set_notify(&mut self, groups: &[Arg]) -> Result<(), Verdict> {
        let mut notify = Notify::default();
        for group in groups {
            let Some([filter, rest @ ..]) = group.list() else {
                return Err(syntax());
            };
            let names = |arg: Option<&Arg>| -> Result<Vec<String>, Verdict> {
                let list = match arg.ok_or_else(syntax)? {
                    Arg::List(list) => list.as_slice(),
                    one => std::slice::from_ref(one),
                };
                list.iter().map(|name| self.mailbox_name(name)).collect()
            };
            let filter = match filter.word().ok_or_else(syntax)?.as_str() {
                "SELECTED" | "SELECTED-DELAYED" => None,
                "PERSONAL" | "INBOXES" => Some(Filter::Personal),
                "SUBSCRIBED" => Some(Filter::Subscribed),
                "MAILBOXES" => Some(Filter::Named(names(rest.first())?)),
                "SUBTREE" => Some(Filter::Subtree(names(rest.first())?)),
                _ => return Err(syntax()),
            };
            let wants = match rest.last().ok_or_else(syntax)? {
                Arg::List(events) => {
                    self.check_events(events)?;
                    true
                }
                none if none.is("NONE") => false,
                _ => return Err(syntax()),
            };
            match filter {
                None => notify.selected = wants,
                Some(filter) if wants => notify.others.push(filter),
                Some(_) => {}
            }
        }
        self.notify = Some(notify);
        Ok(())
    }

    fn check_events(&self, events: &[Arg]) -> Result<(), Verdict> {
        // MessageNew may be followed by a list of items for FETCH.
        let named: Vec<Arg> = events
            .iter()
            .filter(|arg| arg.atom().is_some())
            .cloned()
            .collect();
        let known = [
            "MESSAGENEW",
            "MESSAGEEXPUNGE",
            "FLAGCHANGE",
            "MAILBOXNAME",
            "SUBSCRIPTIONCHANGE",
        ];
        let names = words(&named).ok_or_else(syntax)?;
        match names.iter().all(|name| known.contains(&name.as_str())) {
            true => Ok(()),
            false => {
                let code = self.code("BADEVENT", "(MessageNew MessageExpunge FlagChange)");
                Err(bad("no such event").code_if(code))
            }
        }
    }

    /// The names of the mailboxes that are watched; the open one is not among them.
    fn watched(&self) -> Vec<String> {
        let Some(notify) = &self.notify else {
            return Vec::new();
        };
        let open = self.selected.as_ref().map(|selected| selected.id);
        let separator = self.imap.separator;
        self.account(|account| {
            let subscribed = &account.subscribed;
            let mailboxes = account.mailboxes.iter();
            mailboxes
                .filter(|(_, mailbox)| Some(mailbox.id()) != open && mailbox.selectable)
                .map(|(name, _)| name)
                .filter(|name| notify.watches(name, subscribed.contains(*name), separator))
                .cloned()
                .collect()
        })
    }

    fn modseqs(&self) -> BTreeMap<String, u64> {
        self.account(|account| {
            let mailboxes = account.mailboxes.iter();
            mailboxes
                .map(|(name, mailbox)| (name.clone(), mailbox.modseq()))
                .collect()
        })
    }

    fn mark_told(&mut self) {
        let told = self.modseqs();
        if let Some(notify) = &mut self.notify {
            notify.told = told;
        }
    }

    fn tell_status(&mut self, name: &str) {
        let mut items = vec!["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"];
        if self.enabled.condstore {
            items.push("HIGHESTMODSEQ");
        }
        let items: Vec<String> = items.into_iter().map(str::to_owned).collect();
        // A mailbox that has gone meanwhile has nothing to tell.
        let _ = self.status_line(name, &items);
    }

    /// The client's next line. What it wants to be told is told meanwhile.
    pub(super) async fn line_with_news(&mut self, has_more: fn(&[u8]) -> bool) -> Flow<Vec<u8>> {
        let mut changes = self.imap.mail.watch();
        loop {
            if self.notify.is_none() || self.user.is_none() {
                return self.wire.line_with(has_more).await;
            }
            self.tell_news().await?;
            if let Some(line) = line_or_change(self.wire, &mut changes, has_more).await? {
                return Ok(line);
            }
        }
    }

    async fn tell_news(&mut self) -> Flow<()> {
        self.data.utf8 = self.writes_utf8();
        if self.notify.as_ref().is_some_and(|notify| notify.selected) {
            self.tell_changes(true);
        }
        let now = self.modseqs();
        for name in self.watched() {
            let told = self
                .notify
                .as_ref()
                .and_then(|notify| notify.told.get(&name));
            if told != now.get(&name) {
                self.tell_status(&name);
            }
        }
        if let Some(notify) = &mut self.notify {
            notify.told = now;
        }
        let news = std::mem::take(&mut self.data.bytes);
        if news.is_empty() {
            return Ok(());
        }
        self.wire.begin(EVENT).await?;
        self.wire.answer(EVENT, news).await
    }
}

impl Notify {
    fn watches(&self, name: &str, subscribed: bool, separator: char) -> bool {
        self.others.iter().any(|filter| match filter {
            Filter::Personal => true,
            Filter::Subscribed => subscribed,
            Filter::Named(names) => names.iter().any(|known| known == name),
            Filter::Subtree(names) => names.iter().any(|known| {
                name.strip_prefix(known.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
            }),
        })
    }
}
