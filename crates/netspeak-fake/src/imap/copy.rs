//! COPY and MOVE (RFC 9051 sections 6.4.7 and 6.4.8).

use crate::imap::arguments::Arg;
use crate::imap::fetch::By;
use crate::imap::reply::{Done, Verdict, no, ok};
use crate::imap::session::Session;
use crate::imap::sets::compact;
use crate::mailstore::Message;

/// The UIDs of messages, those of their copies, and the UIDVALIDITY of the mailbox that these are in.
type Copied = (Vec<u32>, Vec<u32>, u32);

impl Session<'_> {
    pub(super) fn copy(&mut self, by: By, set: &Arg, name: &Arg) -> Done {
        let copied = self.copied(by, set, name)?;
        let code = self.copied_code(&copied);
        Ok(ok("copied").code_if(code))
    }

    pub(super) fn move_to(&mut self, by: By, set: &Arg, name: &Arg) -> Done {
        self.writable()?;
        let copied = self.copied(by, set, name)?;
        if let Some(code) = self.copied_code(&copied) {
            self.data.line(&format!("OK [{code}] copied"));
        }
        self.in_mailbox(|mailbox, _| {
            for uid in &copied.0 {
                mailbox.remove(*uid);
            }
        })?;
        self.imap.mail.changed();
        Ok(ok("moved"))
    }

    fn copied_code(&self, (from, to, validity): &Copied) -> Option<String> {
        let code = format!("{validity} {} {}", compact(from), compact(to));
        let code = self.code("COPYUID", &code);
        code.filter(|_| !from.is_empty() && self.has("UIDPLUS"))
    }

    fn copied(&mut self, by: By, set: &Arg, name: &Arg) -> Result<Copied, Verdict> {
        let mut uids = self.set(set, by)?;
        let limit = self.limit(&mut uids);
        if limit.is_some() {
            return Err(no("that is too many").code_if(limit));
        }
        let name = self.mailbox_name(name)?;
        let messages: Vec<(u32, Message)> = self.in_mailbox(|mailbox, _| {
            let there = uids
                .iter()
                .filter_map(|uid| Some((*uid, mailbox.get(*uid)?)));
            there.map(|(uid, message)| (uid, message.clone())).collect()
        })?;
        self.check_room(
            messages
                .iter()
                .map(|(_, message)| message.bytes.len())
                .sum(),
        )?;
        let (from, messages): (Vec<u32>, Vec<Message>) = messages.into_iter().unzip();
        let copied = self.account(|account| {
            let mailbox = account.mailboxes.get_mut(&name)?;
            mailbox.selectable.then(|| {
                let to = messages.iter().map(|message| mailbox.adopt(message));
                (to.collect(), mailbox.uid_validity)
            })
        });
        self.imap.mail.changed();
        match copied {
            Some((to, validity)) => Ok((from, to, validity)),
            None => Err(no("no such mailbox").code_if(self.code("TRYCREATE", ""))),
        }
    }
}
