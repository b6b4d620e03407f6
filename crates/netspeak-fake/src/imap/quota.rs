//! QUOTA (RFC 9208): one root for each user, with the name `""`.

use crate::imap::arguments::Arg;
use crate::imap::reply::{Done, Verdict, no, ok, syntax};
use crate::imap::session::Session;

impl Session<'_> {
    pub(super) fn quota_root(&mut self, name: &Arg) -> Done {
        let name = self.mailbox_name(name)?;
        if !self.account(|account| account.mailboxes.contains_key(&name)) {
            return Err(self.nonexistent());
        }
        self.data.push("* QUOTAROOT ");
        self.data.mailbox(&name);
        self.data.push(" \"\"");
        self.data.end();
        self.tell_quota();
        Ok(ok("that is all"))
    }

    pub(super) fn quota(&mut self, root: &Arg) -> Done {
        self.check_root(root)?;
        self.tell_quota();
        Ok(ok("that is all"))
    }

    pub(super) fn set_quota(&mut self, root: &Arg, limits: &[Arg]) -> Done {
        self.check_root(root)?;
        let quota = match limits {
            [] => None,
            [word, limit] if word.is("STORAGE") => Some(limit.number().ok_or_else(syntax)?),
            _ => return Err(no("STORAGE is all that is limited here")),
        };
        self.account(|account| account.quota = quota);
        self.tell_quota();
        Ok(ok("so be it"))
    }

    fn check_root(&self, root: &Arg) -> Result<(), Verdict> {
        match root.bytes() {
            Some(b"") => Ok(()),
            _ => Err(no("no such root").code_if(self.code("NONEXISTENT", ""))),
        }
    }

    fn tell_quota(&mut self) {
        let (used, quota) =
            self.account(|account| (account.octets().div_ceil(1024), account.quota));
        let limits = match quota {
            Some(quota) => format!("STORAGE {used} {quota}"),
            None => String::new(),
        };
        self.data.line(&format!("QUOTA \"\" ({limits})"));
    }

    /// A refusal, if so many more octets find no room.
    pub(super) fn check_room(&self, octets: usize) -> Result<(), Verdict> {
        match self.account(|account| account.has_room(octets)) {
            true => Ok(()),
            false => Err(no("there is no room").code_if(self.code("OVERQUOTA", ""))),
        }
    }
}
