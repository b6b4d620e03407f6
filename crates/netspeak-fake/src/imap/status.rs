//! STATUS (RFC 9051 section 6.3.11, RFC 7162, 7889, 8438, 8474).

use crate::imap::arguments::{Arg, words};
use crate::imap::reply::{Done, Verdict, bad, ok, syntax};
use crate::imap::session::Session;
use crate::mailstore::Mailbox;

impl Session<'_> {
    pub(super) fn status(&mut self, name: &Arg, items: &[Arg]) -> Done {
        let name = self.mailbox_name(name)?;
        let items = self.status_items(items)?;
        if items.iter().any(|item| item == "HIGHESTMODSEQ") {
            self.enabled.condstore = true;
        }
        self.status_line(&name, &items)?;
        Ok(ok("so it is"))
    }

    /// The items that are asked for, if all of them are known.
    pub(super) fn status_items(&self, items: &[Arg]) -> Result<Vec<String>, Verdict> {
        let items = words(items).ok_or_else(syntax)?;
        for item in &items {
            self.check_item(item)?;
        }
        Ok(items)
    }

    /// The line that tells these items of a mailbox.
    pub(super) fn status_line(&mut self, name: &str, items: &[String]) -> Result<(), Verdict> {
        let limit = self.imap.append_limit;
        let values: Option<Vec<String>> = self.account(|account| {
            let mailbox = account.mailboxes.get(name)?;
            let told = |item: &String| format!("{item} {}", value(mailbox, item, limit));
            mailbox.selectable.then(|| items.iter().map(told).collect())
        });
        let values = values.ok_or_else(|| self.nonexistent())?;
        self.data.push("* STATUS");
        self.data.space();
        self.data.mailbox(name);
        self.data.space();
        self.data.list(&values);
        self.data.end();
        Ok(())
    }

    fn check_item(&self, item: &str) -> Result<(), Verdict> {
        match item {
            "MESSAGES" | "UIDNEXT" | "UIDVALIDITY" | "UNSEEN" => Ok(()),
            "RECENT" => self.needs("IMAP4rev1"),
            "SIZE" => self.needs("STATUS=SIZE"),
            "DELETED" if self.has("IMAP4rev2") => Ok(()),
            "DELETED" | "DELETED-STORAGE" => self.needs("QUOTA"),
            "HIGHESTMODSEQ" => self.needs("CONDSTORE"),
            "APPENDLIMIT" => self.needs("APPENDLIMIT"),
            "MAILBOXID" => self.needs("OBJECTID"),
            _ => Err(bad("no such item")),
        }
    }
}

fn value(mailbox: &Mailbox, item: &str, limit: usize) -> String {
    let with = |flag: &str| {
        let messages = mailbox.messages();
        messages
            .filter(|(_, message)| message.has_flag(flag))
            .count()
    };
    let octets = |flag: Option<&str>| -> usize {
        let messages = mailbox.messages().map(|(_, message)| message);
        let fitting = messages.filter(|message| flag.is_none_or(|flag| message.has_flag(flag)));
        fitting.map(|message| message.bytes.len()).sum()
    };
    match item {
        "MESSAGES" => mailbox.len().to_string(),
        "UIDNEXT" => mailbox.uid_next().to_string(),
        "UIDVALIDITY" => mailbox.uid_validity.to_string(),
        "UNSEEN" => (mailbox.len() - with("\\Seen")).to_string(),
        "RECENT" => mailbox.within(mailbox.recent_from..).count().to_string(),
        "SIZE" => octets(None).to_string(),
        "DELETED" => with("\\Deleted").to_string(),
        "DELETED-STORAGE" => octets(Some("\\Deleted")).to_string(),
        "HIGHESTMODSEQ" => mailbox.modseq().to_string(),
        "APPENDLIMIT" => limit.to_string(),
        "MAILBOXID" => format!("(F{})", mailbox.id()),
        _ => "0".to_owned(),
    }
}
