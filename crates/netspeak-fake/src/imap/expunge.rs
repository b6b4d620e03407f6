//! EXPUNGE and UID EXPUNGE (RFC 9051 section 6.4.3, RFC 4315).

use crate::imap::arguments::Arg;
use crate::imap::fetch::By;
use crate::imap::reply::{Done, ok};
use crate::imap::select::deleted;
use crate::imap::session::Session;

impl Session<'_> {
    /// Removes what is marked as deleted, of these messages or of all.
    pub(super) fn expunge(&mut self, set: Option<&Arg>) -> Done {
        let only = match set {
            Some(set) => Some(self.set(set, By::Uid)?),
            None => None,
        };
        self.writable()?;
        let modseq = self.in_mailbox(|mailbox, selected| {
            for uid in deleted(mailbox, only.as_ref().unwrap_or(&selected.uids)) {
                mailbox.remove(uid);
            }
            mailbox.modseq()
        })?;
        self.imap.mail.changed();
        let code = self.code("HIGHESTMODSEQ", &modseq.to_string());
        Ok(ok("gone").code_if(code.filter(|_| self.enabled.qresync)))
    }
}
