//! CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE and NAMESPACE (RFC 9051 section 6.3).

use crate::imap::arguments::Arg;
use crate::imap::names::{canonical, decoded};
use crate::imap::reply::{Done, Verdict, bad, no, ok, syntax};
use crate::imap::session::Session;
use crate::mailstore::{Account, INBOX};

/// The attributes that a mailbox may be made with (RFC 6154).
const USES: [&str; 7] = [
    "\\All",
    "\\Archive",
    "\\Drafts",
    "\\Flagged",
    "\\Junk",
    "\\Sent",
    "\\Trash",
];

impl Session<'_> {
    /// The name of a mailbox as it was said.
    pub(super) fn mailbox_name(&self, arg: &Arg) -> Result<String, Verdict> {
        let bytes = arg.bytes().ok_or_else(syntax)?;
        let name = if self.writes_utf8() {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        } else {
            decoded(bytes)
        };
        name.map(canonical)
            .ok_or_else(|| bad("that is no name of a mailbox"))
    }

    /// What the user has, to look at or to change.
    pub(super) fn account<T>(&self, look: impl FnOnce(&mut Account) -> T) -> T {
        let user = self.user.as_deref().unwrap_or_default();
        self.imap.mail.account(user, look)
    }

    pub(super) fn create(&mut self, name: &Arg, rest: &[Arg]) -> Done {
        let name = self.mailbox_name(name)?;
        let separator = self.imap.separator;
        let name = name.strip_suffix(separator).unwrap_or(&name);
        let uses = self.uses(rest)?;
        if !self.imap.may_be_called(name) {
            return Err(self.cannot("no mailbox is called so"));
        }
        let superiors: Vec<&str> = name
            .match_indices(separator)
            .filter_map(|(at, _)| name.get(..at))
            .filter(|above| self.imap.may_be_called(above))
            .collect();
        let id = self.account(|account| {
            if account
                .mailboxes
                .get(name)
                .is_some_and(|mailbox| mailbox.selectable)
            {
                return None;
            }
            for above in superiors {
                account.create(above);
            }
            let mailbox = account.create(name);
            mailbox.selectable = true;
            mailbox.special_use = uses;
            Some(mailbox.id())
        });
        self.imap.mail.changed();
        match id {
            None => Err(no("it is there already").code_if(self.code("ALREADYEXISTS", ""))),
            Some(id) if self.has("OBJECTID") => {
                Ok(ok("made").code_if(self.code("MAILBOXID", &format!("(F{id})"))))
            }
            Some(_) => Ok(ok("made")),
        }
    }

    /// The attributes behind USE.
    fn uses(&self, rest: &[Arg]) -> Result<Vec<String>, Verdict> {
        let list = match rest {
            [] => return Ok(Vec::new()),
            [Arg::List(list)] => list.as_slice(),
            _ => return Err(syntax()),
        };
        self.needs("CREATE-SPECIAL-USE")?;
        let [word, Arg::List(uses)] = list else {
            return Err(syntax());
        };
        if !word.is("USE") {
            return Err(syntax());
        }
        let usual = |arg: &Arg| {
            let found = USES.iter().find(|name| arg.is(name));
            found.map(|name| (*name).to_owned())
        };
        let found = uses.iter().map(usual).collect::<Option<_>>();
        found.ok_or_else(|| no("no such use").code_if(self.code("USEATTR", "")))
    }

    fn cannot(&self, text: &str) -> Verdict {
        no(text).code_if(self.code("CANNOT", ""))
    }

    pub(super) fn delete(&mut self, name: &Arg) -> Done {
        let name = self.mailbox_name(name)?;
        if name == INBOX {
            return Err(self.cannot("everybody has an INBOX"));
        }
        let separator = self.imap.separator;
        let below = format!("{name}{separator}");
        let deleted = self.account(|account| {
            let has_children = account.mailboxes.keys().any(|key| key.starts_with(&below));
            match account.mailboxes.get(&name) {
                Some(mailbox) if !mailbox.selectable && has_children => Some(Err(())),
                Some(_) => {
                    account.mailboxes.remove(&name);
                    if has_children {
                        account.create(&name).selectable = false;
                    }
                    account.prune(separator);
                    Some(Ok(()))
                }
                None => None,
            }
        });
        self.imap.mail.changed();
        match deleted {
            Some(Ok(())) => Ok(ok("gone")),
            Some(Err(())) => {
                Err(no("there are others below").code_if(self.code("HASCHILDREN", "")))
            }
            None => Err(self.nonexistent()),
        }
    }

    pub(super) fn nonexistent(&self) -> Verdict {
        no("no such mailbox").code_if(self.code("NONEXISTENT", ""))
    }

    pub(super) fn rename(&mut self, from: &Arg, to: &Arg) -> Done {
        let (from, to) = (self.mailbox_name(from)?, self.mailbox_name(to)?);
        if !self.imap.may_be_called(&to) {
            return Err(self.cannot("no mailbox is called so"));
        }
        let separator = self.imap.separator;
        if to.starts_with(&format!("{from}{separator}")) && from != INBOX {
            return Err(self.cannot("nothing moves below itself"));
        }
        let renamed = self.account(|account| {
            if account.mailboxes.contains_key(&to) {
                return Some(false);
            }
            let renamed = rename(account, &from, &to, separator);
            account.prune(separator);
            renamed
        });
        self.imap.mail.changed();
        match renamed {
            Some(true) => Ok(ok("renamed")),
            Some(false) => Err(no("it is there already").code_if(self.code("ALREADYEXISTS", ""))),
            None => Err(self.nonexistent()),
        }
    }

    pub(super) fn subscribe(&mut self, verb: &str, name: &Arg) -> Done {
        let name = self.mailbox_name(name)?;
        self.account(|account| match verb {
            "SUBSCRIBE" => account.subscribed.insert(name),
            _ => account.subscribed.remove(&name),
        });
        Ok(ok("noted"))
    }

    pub(super) fn namespace(&mut self) -> Done {
        let (prefix, separator) = (&self.imap.prefix, self.imap.separator);
        let line = format!("NAMESPACE ((\"{prefix}\" \"{separator}\")) NIL NIL");
        self.data.line(&line);
        Ok(ok("that is all"))
    }
}

/// Renames a mailbox and all below it; of INBOX, what is in it moves, and it stays. `None` if it is not there.
fn rename(account: &mut Account, from: &str, to: &str, separator: char) -> Option<bool> {
    let mailbox = account.mailboxes.remove(from)?;
    account.mailboxes.insert(to.to_owned(), mailbox);
    if from == INBOX {
        account.inbox();
        return Some(true);
    }
    let below = format!("{from}{separator}");
    let names: Vec<String> = account
        .mailboxes
        .keys()
        .filter(|name| name.starts_with(&below))
        .cloned()
        .collect();
    for name in names {
        let rest = name.get(from.len()..).unwrap_or_default();
        if let Some(mailbox) = account.mailboxes.remove(&name) {
            account.mailboxes.insert(format!("{to}{rest}"), mailbox);
        }
    }
    Some(true)
}
