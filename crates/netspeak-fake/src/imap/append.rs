//! APPEND (RFC 9051 section 6.3.12), several at once (RFC 3502).

use crate::imap::arguments::Arg;
use crate::imap::dates::read_date_time;
use crate::imap::flags::settable;
use crate::imap::reply::{Done, Verdict, no, ok, syntax};
use crate::imap::session::Session;
use crate::imap::sets::compact;
use crate::mailstore::Draft;

impl Session<'_> {
    pub(super) fn append(&mut self, name: &Arg, rest: &[Arg]) -> Done {
        let code = self.appended(name, rest)?;
        Ok(ok("kept").code_if(code))
    }

    /// Appends, and makes the code that tells the UIDs.
    pub(super) fn appended(&mut self, name: &Arg, rest: &[Arg]) -> Result<Option<String>, Verdict> {
        let name = self.mailbox_name(name)?;
        let drafts = self.drafts(rest)?;
        self.check_room(drafts.iter().map(|draft| draft.bytes.len()).sum())?;
        let serials: Vec<u64> = drafts.iter().map(|_| self.imap.mail.serial()).collect();
        let appended = self.account(|account| {
            let mailbox = account.mailboxes.get_mut(&name)?;
            let drafts = drafts.into_iter().zip(serials);
            mailbox.selectable.then(|| {
                let uids = drafts.map(|(draft, serial)| mailbox.add(draft, serial));
                (uids.collect::<Vec<u32>>(), mailbox.uid_validity)
            })
        });
        self.imap.mail.changed();
        let Some((uids, validity)) = appended else {
            return Err(no("no such mailbox").code_if(self.code("TRYCREATE", "")));
        };
        let code = format!("{validity} {}", compact(&uids));
        let code = self.code("APPENDUID", &code);
        Ok(code.filter(|_| self.has("UIDPLUS")))
    }

    fn drafts(&self, arguments: &[Arg]) -> Result<Vec<Draft>, Verdict> {
        let mut drafts = Vec::new();
        let mut rest = arguments;
        while !rest.is_empty() {
            let (draft, behind) = self.draft(rest)?;
            drafts.push(draft);
            rest = behind;
        }
        match drafts.len() {
            0 => return Err(syntax()),
            1 => {}
            _ => self.needs("MULTIAPPEND")?,
        }
        Ok(drafts)
    }

    /// The next message: flags and a date, if they are there, and the message itself.
    fn draft<'r>(&self, rest: &'r [Arg]) -> Result<(Draft, &'r [Arg]), Verdict> {
        let (flags, rest) = match rest {
            [Arg::List(list), rest @ ..] => {
                let flags = settable(list);
                (flags.ok_or_else(|| no("no such flag"))?, rest)
            }
            rest => (Vec::new(), rest),
        };
        let (received, rest) = match rest {
            [Arg::Text(date), rest @ ..]
                if rest.first().is_some_and(is_message) && looks_like_date(date) =>
            {
                let date = std::str::from_utf8(date).ok().and_then(read_date_time);
                (Some(date.ok_or_else(syntax)?), rest)
            }
            rest => (None, rest),
        };
        let (bytes, rest) = match rest {
            [word, Arg::List(list), rest @ ..] if is_utf8(word) => match list.as_slice() {
                [Arg::Text(bytes)] if self.writes_utf8() => (bytes, rest),
                _ => return Err(syntax()),
            },
            [Arg::Text(bytes), rest @ ..] => (bytes, rest),
            _ => return Err(syntax()),
        };
        let mut draft = Draft::new(bytes);
        draft.flags = flags;
        draft.received = received.unwrap_or(draft.received);
        Ok((draft, rest))
    }
}

/// Whether this is meant as a date, be it one or not, and not as a message before another.
fn looks_like_date(text: &[u8]) -> bool {
    text.contains(&b':') && !text.contains(&b'\n')
}

fn is_message(arg: &Arg) -> bool {
    matches!(arg, Arg::Text(_)) || is_utf8(arg)
}

fn is_utf8(arg: &Arg) -> bool {
    arg.is("UTF8")
}
