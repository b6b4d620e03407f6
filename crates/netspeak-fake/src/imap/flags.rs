//! Flags, and STORE (RFC 9051 section 6.4.6, RFC 7162 section 3.1.3).

use crate::imap::arguments::Arg;
use crate::imap::fetch::By;
use crate::imap::reply::{Data, Done, ok, syntax};
use crate::imap::selected::Selected;
use crate::imap::session::{Enabled, Session};
use crate::imap::sets::compact;
use crate::mailstore::{Mailbox, has_flag};

/// The flags of RFC 9051 that clients may set.
pub(super) const SYSTEM: [&str; 5] = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];

/// What is done with the flags that STORE names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Replace,
    Add,
    Remove,
}

/// Which of a message's lists STORE changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Flags,
    /// `X-GM-LABELS`.
    Labels,
}

struct Order {
    how: How,
    what: What,
    silent: bool,
    names: Vec<String>,
    unchanged_since: Option<u64>,
}

/// The flags as they are told, with `\Recent` if it is so.
pub(super) fn shown(flags: &[String], recent: bool) -> Vec<String> {
    let mut flags = flags.to_vec();
    if recent {
        flags.push("\\Recent".to_owned());
    }
    flags
}

/// The flags of a list, system flags in their usual case, each once. `None` if one of them is none that may be set.
pub(super) fn settable(list: &[Arg]) -> Option<Vec<String>> {
    let mut flags: Vec<String> = Vec::new();
    for arg in list {
        let flag = arg.atom()?;
        let usual = SYSTEM.iter().find(|name| name.eq_ignore_ascii_case(flag));
        let flag = match usual {
            Some(usual) => usual,
            None if flag.starts_with('\\') || flag.contains(['%', '*', ']']) => return None,
            None => flag,
        };
        if !has_flag(&flags, flag) {
            flags.push(flag.to_owned());
        }
    }
    Some(flags)
}

impl Order {
    fn parse(arguments: &[Arg]) -> Option<Self> {
        let (modifier, rest) = match arguments {
            [Arg::List(list), rest @ ..] if rest.len() >= 2 => (Some(list), rest),
            rest => (None, rest),
        };
        let unchanged_since = match modifier.map(Vec::as_slice) {
            None => None,
            Some([name, number]) if name.is("UNCHANGEDSINCE") => Some(number.number()?),
            Some(_) => return None,
        };
        let (item, names) = rest.split_first()?;
        let item = item.word()?;
        let (how, item) = match item.split_at_checked(1) {
            Some(("+", item)) => (How::Add, item),
            Some(("-", item)) => (How::Remove, item),
            _ => (How::Replace, item.as_str()),
        };
        let (item, silent) = match item.strip_suffix(".SILENT") {
            Some(item) => (item, true),
            None => (item, false),
        };
        let list = match names {
            [] => return None,
            [Arg::List(list)] => list.as_slice(),
            list => list,
        };
        let (what, names) = match item {
            "FLAGS" => (What::Flags, settable(list)?),
            "X-GM-LABELS" => {
                let labels = list.iter().map(|arg| arg.text().map(str::to_owned));
                (What::Labels, labels.collect::<Option<_>>()?)
            }
            _ => return None,
        };
        Some(Self {
            how,
            what,
            silent,
            names,
            unchanged_since,
        })
    }

    /// What becomes of these.
    fn applied(&self, before: &[String]) -> Vec<String> {
        let named = |flag: &String| has_flag(&self.names, flag);
        match self.how {
            How::Replace => self.names.clone(),
            How::Remove => before.iter().filter(|flag| !named(flag)).cloned().collect(),
            How::Add => {
                let fresh = self.names.iter().filter(|name| !has_flag(before, name));
                before.iter().chain(fresh).cloned().collect()
            }
        }
    }
}

impl Session<'_> {
    pub(super) fn store(&mut self, by: By, set: &Arg, rest: &[Arg]) -> Done {
        let order = Order::parse(rest).ok_or_else(syntax)?;
        if order.unchanged_since.is_some() {
            self.needs("CONDSTORE")?;
            self.enabled.condstore = true;
        }
        if order.what == What::Labels {
            self.needs("X-GM-EXT-1")?;
        }
        let mut uids = self.set(set, by)?;
        let limit = self.limit(&mut uids);
        self.writable()?;
        let me = self.me();
        let (enabled, mut data) = (self.enabled, std::mem::take(&mut self.data));
        let stored = self.in_mailbox(|mailbox, selected| {
            let storing = Storing {
                order: &order,
                by,
                me,
                enabled,
            };
            storing.all(mailbox, selected, &uids, &mut data)
        });
        self.data = data;
        self.imap.mail.changed();
        let modified = stored?;
        if modified.is_empty() {
            return Ok(ok("stored").code_if(limit));
        }
        let numbers: Vec<u32> = match by {
            By::Uid => modified,
            By::Number => self.numbers(&modified),
        };
        let code = format!("MODIFIED {}", compact(&numbers));
        Ok(ok("some have changed").code(code))
    }

    /// The message numbers of these UIDs.
    pub(super) fn numbers(&self, uids: &[u32]) -> Vec<u32> {
        let selected = self.selected.as_ref();
        uids.iter()
            .filter_map(|uid| u32::try_from(selected?.number(*uid)?).ok())
            .collect()
    }
}

/// The flags of the RFC, and the keywords of a mailbox.
pub(super) fn known(mailbox: &Mailbox) -> Vec<String> {
    let system = SYSTEM.map(str::to_owned);
    system.iter().chain(mailbox.keywords()).cloned().collect()
}

struct Storing<'a> {
    order: &'a Order,
    by: By,
    me: Option<usize>,
    enabled: Enabled,
}

impl Storing<'_> {
    /// Changes all of these, and tells the UIDs of those that have changed meanwhile.
    fn all(
        &self,
        mailbox: &mut Mailbox,
        selected: &Selected,
        uids: &[u32],
        data: &mut Data,
    ) -> Vec<u32> {
        let mut modified = Vec::new();
        for &uid in uids {
            let Some(message) = mailbox.get(uid) else {
                continue;
            };
            if self
                .order
                .unchanged_since
                .is_some_and(|since| message.modseq > since)
            {
                modified.push(uid);
                continue;
            }
            let before = match self.order.what {
                What::Flags => &message.flags,
                What::Labels => &message.labels,
            };
            let after = self.order.applied(before);
            if after != *before {
                mailbox.change(uid, self.me, |message| match self.order.what {
                    What::Flags => message.flags = after,
                    What::Labels => message.labels = after,
                });
            }
            self.tell(mailbox, selected, uid, data);
        }
        modified
    }

    fn tell(&self, mailbox: &Mailbox, selected: &Selected, uid: u32, data: &mut Data) {
        let with_modseq = self.enabled.condstore;
        if self.order.silent && !with_modseq {
            return;
        }
        let (Some(number), Some(message)) = (selected.number(uid), mailbox.get(uid)) else {
            return;
        };
        data.fetch(number, uid, self.by);
        if !self.order.silent {
            let recent = selected.recent.contains(&uid) && !self.enabled.rev2;
            match self.order.what {
                What::Flags => {
                    data.push("FLAGS ");
                    data.list(&shown(&message.flags, recent));
                }
                What::Labels => {
                    data.push("X-GM-LABELS ");
                    crate::imap::fetch::labels(data, &message.labels);
                }
            }
        }
        if with_modseq {
            if !self.order.silent {
                data.push(" ");
            }
            data.push(&format!("MODSEQ ({})", message.modseq));
        }
        data.push(")");
        data.end();
    }
}
