//! REPLACE and UID REPLACE (RFC 8508): a message takes the place of another one.

use crate::imap::arguments::Arg;
use crate::imap::fetch::By;
use crate::imap::reply::{Done, no, ok, syntax};
use crate::imap::session::Session;

impl Session<'_> {
    pub(super) fn replace(&mut self, by: By, which: &Arg, name: &Arg, rest: &[Arg]) -> Done {
        let which: u32 = which.number().ok_or_else(syntax)?;
        let which = Arg::Atom(which.to_string());
        let &[old] = self.set(&which, by)?.as_slice() else {
            return Err(no("no such message"));
        };
        self.writable()?;
        let code = self.appended(name, rest)?;
        if let Some(code) = code {
            self.data.line(&format!("OK [{code}] kept"));
        }
        self.in_mailbox(|mailbox, _| mailbox.remove(old))?;
        self.imap.mail.changed();
        Ok(ok("replaced"))
    }
}
