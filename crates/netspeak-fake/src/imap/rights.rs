//! ACL (RFC 4314): who may do what is kept and told, and hinders nobody, for users see only what is theirs.

use crate::imap::arguments::Arg;
use crate::imap::reply::{Done, Verdict, bad, ok, syntax};
use crate::imap::session::Session;
use crate::mailstore::Mailbox;

/// All that one may do.
const ALL: &str = "lrswipkxtea";

impl Session<'_> {
    pub(super) fn acl(&mut self, name: &Arg) -> Done {
        let (name, rights) = self.in_named(name, |mailbox| mailbox.rights.clone())?;
        let user = self.user.clone().unwrap_or_default();
        self.data.push("* ACL ");
        self.data.mailbox(&name);
        let own = (!rights.contains_key(&user)).then(|| (user, ALL.to_owned()));
        for (who, what) in own.into_iter().chain(rights) {
            self.data.push(" ");
            self.data.mailbox(&who);
            self.data.push(&format!(" {what}"));
        }
        self.data.end();
        Ok(ok("that is all"))
    }

    pub(super) fn my_rights(&mut self, name: &Arg) -> Done {
        let (name, ()) = self.in_named(name, |_| ())?;
        self.tell_my_rights(&name);
        Ok(ok("that is all"))
    }

    pub(super) fn tell_my_rights(&mut self, name: &str) {
        let user = self.user.clone().unwrap_or_default();
        let mine = self.account(|account| {
            let mailbox = account.mailboxes.get(name)?;
            mailbox.rights.get(&user).cloned()
        });
        self.data.push("* MYRIGHTS ");
        self.data.mailbox(name);
        let mine = mine.unwrap_or_else(|| ALL.to_owned());
        self.data.push(&format!(" {mine}"));
        self.data.end();
    }

    pub(super) fn list_rights(&mut self, name: &Arg, who: &Arg) -> Done {
        let (name, ()) = self.in_named(name, |_| ())?;
        let who = who.text().ok_or_else(syntax)?;
        self.data.push("* LISTRIGHTS ");
        self.data.mailbox(&name);
        self.data.push(" ");
        self.data.mailbox(who);
        self.data.push(" \"\"");
        for right in ALL.chars() {
            self.data.push(&format!(" {right}"));
        }
        self.data.end();
        Ok(ok("that is all"))
    }

    pub(super) fn set_acl(&mut self, name: &Arg, who: &Arg, rights: &Arg) -> Done {
        let who = who.text().ok_or_else(syntax)?.to_owned();
        let said = rights.text().ok_or_else(syntax)?.to_owned();
        let (sign, letters) = match said.split_at_checked(1) {
            Some((sign @ ("+" | "-"), letters)) => (sign, letters),
            _ => ("", said.as_str()),
        };
        if !letters.chars().all(|letter| ALL.contains(letter)) {
            return Err(bad("no such right"));
        }
        self.in_named(name, |mailbox| {
            let before = mailbox.rights.entry(who).or_default();
            let after = ALL.chars().filter(|letter| match sign {
                "+" => before.contains(*letter) || letters.contains(*letter),
                "-" => before.contains(*letter) && !letters.contains(*letter),
                _ => letters.contains(*letter),
            });
            *before = after.collect();
        })?;
        Ok(ok("so be it"))
    }

    pub(super) fn delete_acl(&mut self, name: &Arg, who: &Arg) -> Done {
        let who = who.text().ok_or_else(syntax)?;
        self.in_named(name, |mailbox| mailbox.rights.remove(who))?;
        Ok(ok("so be it"))
    }

    /// Looks at the mailbox of this name, or changes it. Tells the name, too.
    pub(super) fn in_named<T>(
        &self,
        name: &Arg,
        look: impl FnOnce(&mut Mailbox) -> T,
    ) -> Result<(String, T), Verdict> {
        let name = self.mailbox_name(name)?;
        let found = self.account(|account| account.mailboxes.get_mut(&name).map(look));
        match found {
            Some(found) => Ok((name, found)),
            None => Err(self.nonexistent()),
        }
    }
}
