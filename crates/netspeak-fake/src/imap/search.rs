//! SEARCH (RFC 9051 section 6.4.4, RFC 4731, 5182, 9394), and what sorts and gathers what it finds.

mod key;
mod matching;
mod sort;
mod subject;
mod thread;

use crate::imap::arguments::Arg;
use crate::imap::fault::ImapFault;
use crate::imap::fetch::{By, range, within};
use crate::imap::reply::{Done, Verdict, no, ok, syntax};
use crate::imap::search::key::Key;
use crate::imap::search::matching::Candidate;
use crate::imap::session::Session;
use crate::imap::sets::compact;

/// What SEARCH is asked to tell.
#[derive(Debug, Default)]
struct Options {
    min: bool,
    max: bool,
    all: bool,
    count: bool,
    save: bool,
    partial: Option<(i64, i64)>,
    /// `PARTIAL`, as it was said.
    partial_text: String,
}

/// What was found.
struct Found {
    /// UIDs, or numbers of messages.
    numbers: Vec<u32>,
    uids: Vec<u32>,
    /// The highest modification sequence among them, if that was asked for.
    modseq: Option<u64>,
}

impl Options {
    fn parse(list: &[Arg]) -> Option<Self> {
        let mut options = Self::default();
        let mut list = list.iter();
        while let Some(word) = list.next() {
            match word.word()?.as_str() {
                "MIN" => options.min = true,
                "MAX" => options.max = true,
                "ALL" => options.all = true,
                "COUNT" => options.count = true,
                "SAVE" => options.save = true,
                "PARTIAL" => {
                    let text = list.next()?.atom()?;
                    options.partial = Some(range(text)?);
                    text.clone_into(&mut options.partial_text);
                }
                _ => return None,
            }
        }
        let tells = options.min || options.max || options.count || options.partial.is_some();
        if !tells && !options.save {
            options.all = true;
        }
        Some(options)
    }

    /// Whether SAVE is all that was wanted (RFC 5182 section 2.2).
    fn tells_nothing(&self) -> bool {
        let counts = self.min || self.max || self.count;
        self.save && !counts && !self.all && self.partial.is_none()
    }

    /// What `$` becomes (RFC 5182 section 2.1).
    fn saved(&self, uids: &[u32]) -> Vec<u32> {
        if self.all || self.count || !(self.min || self.max) {
            return match self.partial {
                Some(range) if !self.all && !self.count => within(uids, range),
                _ => uids.to_vec(),
            };
        }
        let first = uids.first().filter(|_| self.min);
        let last = uids.last().filter(|_| self.max);
        let mut saved: Vec<u32> = first.into_iter().chain(last).copied().collect();
        saved.dedup();
        saved
    }
}

impl Session<'_> {
    pub(super) fn search(&mut self, by: By, arguments: &[Arg]) -> Done {
        let (options, rest) = self.search_options(arguments, "ESEARCH")?;
        let rest = match rest {
            [word, name, rest @ ..] if word.is("CHARSET") => {
                charset(name)?;
                rest
            }
            rest => rest,
        };
        let mut found = self.look(by, rest)?;
        let limit = self.limit(&mut found.uids);
        let cut = found.numbers.len() - found.uids.len();
        found.numbers.drain(..cut);
        match options {
            None if !self.enabled.rev2 => self.plain("SEARCH", &found),
            None => {
                let options = Options {
                    all: true,
                    ..Options::default()
                };
                self.extended(by, &found, &options);
            }
            Some(options) => {
                self.save(&options, &found);
                self.extended(by, &found, &options);
            }
        }
        Ok(ok("that is all").code_if(limit))
    }

    /// What is behind RETURN, if this capability brings it, and the rest.
    fn search_options<'r>(
        &self,
        arguments: &'r [Arg],
        capability: &str,
    ) -> Result<(Option<Options>, &'r [Arg]), Verdict> {
        let (list, rest) = match arguments {
            [word, Arg::List(list), rest @ ..] if word.is("RETURN") => (list, rest),
            rest => return Ok((None, rest)),
        };
        self.needs(capability)?;
        let options = Options::parse(list).ok_or_else(syntax)?;
        if options.save {
            self.needs("SEARCHRES")?;
        }
        if options.partial.is_some() {
            self.needs("PARTIAL")?;
        }
        Ok((Some(options), rest))
    }

    /// What these keys find.
    fn look(&mut self, by: By, keys: &[Arg]) -> Result<Found, Verdict> {
        let mut needed = Vec::new();
        let key = Key::all(keys, &mut needed, &|arg, by| self.searched(arg, by))?;
        for capability in &needed {
            self.needs(capability)?;
        }
        let about_modseq = needed.contains(&"CONDSTORE");
        self.enabled.condstore |= about_modseq;
        self.found(by, &key, about_modseq)
    }

    fn save(&mut self, options: &Options, found: &Found) {
        if let Some(selected) = self.selected.as_mut().filter(|_| options.save) {
            selected.saved = options.saved(&found.uids);
            selected.saved.sort_unstable();
        }
    }

    fn found(&mut self, by: By, key: &Key, about_modseq: bool) -> Result<Found, Verdict> {
        let user = self.user.clone().unwrap_or_default();
        let (uids, modseq) = self.in_mailbox(|mailbox, selected| {
            let mut uids = Vec::new();
            let mut highest = None;
            for &uid in &selected.uids {
                let Some(message) = mailbox.get(uid) else {
                    continue;
                };
                let recent = selected.recent.contains(&uid);
                if key.matches(&Candidate::new(&user, uid, message, recent)) {
                    uids.push(uid);
                    highest = highest.max(Some(message.modseq));
                }
            }
            (uids, highest)
        })?;
        let numbers = match by {
            By::Uid => uids.clone(),
            By::Number => self.numbers(&uids),
        };
        Ok(Found {
            numbers,
            uids,
            modseq: modseq.filter(|_| about_modseq),
        })
    }

    /// The answer of RFC 3501.
    fn plain(&mut self, word: &str, found: &Found) {
        self.data.push(&format!("* {word}"));
        let line_for_each = self.fails_by(&ImapFault::LineForEach);
        for (index, number) in found.numbers.iter().enumerate() {
            if line_for_each && index > 0 {
                self.data.end();
                self.data.push(&format!("* {word}"));
            }
            self.data.space();
            self.data.push(&number.to_string());
        }
        if let Some(modseq) = found.modseq {
            self.data.push(&format!(" (MODSEQ {modseq})"));
        }
        self.data.end();
    }

    /// The answer of RFC 4731.
    fn extended(&mut self, by: By, found: &Found, options: &Options) {
        if options.tells_nothing() {
            return;
        }
        let numbers = &found.numbers;
        self.data.push(&format!("* ESEARCH (TAG \"{}\")", self.tag));
        if by == By::Uid {
            self.data.push(" UID");
        }
        let mut tell = |word: &str, value: Option<String>| {
            if let Some(value) = value {
                self.data.push(&format!(" {word} {value}"));
            }
        };
        let first = numbers.first().map(u32::to_string);
        let last = numbers.last().map(u32::to_string);
        tell("MIN", first.filter(|_| options.min));
        tell("MAX", last.filter(|_| options.max));
        let all = Some(compact(numbers)).filter(|all| options.all && !all.is_empty());
        tell("ALL", all);
        tell("COUNT", options.count.then(|| numbers.len().to_string()));
        let piece = options.partial.map(|range| {
            let piece = compact(&within(numbers, range));
            let piece = if piece.is_empty() { "NIL" } else { &piece };
            format!("({} {piece})", options.partial_text)
        });
        tell("PARTIAL", piece);
        tell("MODSEQ", found.modseq.map(|modseq| modseq.to_string()));
        self.data.end();
    }
}

/// A refusal, if nobody knows this character set.
fn charset(name: &Arg) -> Result<(), Verdict> {
    let name = name.text().unwrap_or_default().to_ascii_uppercase();
    match name.as_str() {
        "UTF-8" | "US-ASCII" => Ok(()),
        _ => Err(no("no such character set").code("BADCHARSET (US-ASCII UTF-8)")),
    }
}
