//! METADATA (RFC 5464): notes about a mailbox, or about the server where the name is empty.

use std::collections::BTreeMap;

use crate::imap::arguments::Arg;
use crate::imap::reply::{Done, Verdict, ok, syntax};
use crate::imap::session::Session;

/// Notes by entry.
type Notes = BTreeMap<String, Vec<u8>>;

/// What GETMETADATA is asked for besides the entries.
#[derive(Default)]
struct Options {
    max_size: Option<usize>,
    /// How many levels below an entry are told, too.
    depth: usize,
}

impl Options {
    fn parse(list: &[Arg]) -> Option<Self> {
        let mut options = Self::default();
        for pair in list.chunks(2) {
            let [name, value] = pair else { return None };
            match name.word()?.as_str() {
                "MAXSIZE" => options.max_size = Some(value.number()?),
                "DEPTH" => {
                    options.depth = match value.word()?.as_str() {
                        "0" => 0,
                        "1" => 1,
                        "INFINITY" => usize::MAX,
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
        Some(options)
    }

    /// Whether this entry is asked for by the name of that one.
    fn reaches(&self, asked: &str, entry: &str) -> bool {
        match entry.strip_prefix(asked) {
            Some("") => true,
            Some(rest) => rest.starts_with('/') && rest.matches('/').count() <= self.depth,
            None => false,
        }
    }
}

impl Session<'_> {
    pub(super) fn get_metadata(&mut self, arguments: &[Arg]) -> Done {
        let (options, name, entries) = match arguments {
            [Arg::List(list), name, entries] | [name, Arg::List(list), entries] => {
                (Options::parse(list).ok_or_else(syntax)?, name, entries)
            }
            [name, entries] => (Options::default(), name, entries),
            _ => return Err(syntax()),
        };
        let entries = asked(entries)?;
        let (name, notes) = self.notes(name, |notes| notes.clone())?;
        let longest = self.tell_notes(&name, notes, &entries, &options);
        let code = self.code("METADATA LONGENTRIES", &longest.to_string());
        Ok(ok("that is all").code_if(code.filter(|_| longest > 0)))
    }

    /// What LIST tells (RFC 9590).
    pub(super) fn tell_metadata(&mut self, name: &str, entries: &Arg) -> Result<(), Verdict> {
        let entries = asked(entries)?;
        let notes = self.account(|account| {
            let mailbox = account.mailboxes.get(name);
            mailbox.map(|mailbox| mailbox.metadata.clone())
        });
        let notes = notes.unwrap_or_default();
        self.tell_notes(name, notes, &entries, &Options::default());
        Ok(())
    }

    /// Tells those of these notes that are asked for, and the size of the longest one that was too long.
    fn tell_notes(
        &mut self,
        name: &str,
        notes: Notes,
        entries: &[String],
        options: &Options,
    ) -> usize {
        let mut longest = 0;
        let found: Vec<(String, Vec<u8>)> = notes
            .into_iter()
            .filter(|(entry, _)| entries.iter().any(|asked| options.reaches(asked, entry)))
            .filter(|(_, value)| {
                let fits = options.max_size.is_none_or(|most| value.len() <= most);
                if !fits {
                    longest = longest.max(value.len());
                }
                fits
            })
            .collect();
        if found.is_empty() {
            return longest;
        }
        self.data.push("* METADATA ");
        self.data.mailbox(name);
        self.data.push(" (");
        for (index, (entry, value)) in found.iter().enumerate() {
            if index > 0 {
                self.data.push(" ");
            }
            self.data.push(&format!("{entry} "));
            self.data.string(value);
        }
        self.data.push(")");
        self.data.end();
        longest
    }

    pub(super) fn set_metadata(&mut self, name: &Arg, list: &[Arg]) -> Done {
        let mut fresh = Vec::new();
        for pair in list.chunks(2) {
            let [name, value] = pair else {
                return Err(syntax());
            };
            let value = value.nstring().ok_or_else(syntax)?;
            fresh.push((entry(name).ok_or_else(syntax)?, value.map(<[u8]>::to_vec)));
        }
        self.notes(name, |notes| {
            for (entry, value) in fresh {
                match value {
                    Some(value) => notes.insert(entry, value),
                    None => notes.remove(&entry),
                };
            }
        })?;
        Ok(ok("noted"))
    }

    /// Looks at the notes about a mailbox or the server, or changes them.
    fn notes<T>(
        &self,
        name: &Arg,
        look: impl FnOnce(&mut Notes) -> T,
    ) -> Result<(String, T), Verdict> {
        if name.bytes() == Some(b"") {
            let found = self.account(|account| look(&mut account.metadata));
            return Ok((String::new(), found));
        }
        self.in_named(name, |mailbox| look(&mut mailbox.metadata))
    }
}

/// The entries that are asked for: one, or a list.
fn asked(entries: &Arg) -> Result<Vec<String>, Verdict> {
    let entries = match entries {
        Arg::List(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    let entries = entries.iter().map(entry).collect::<Option<_>>();
    entries.ok_or_else(syntax)
}

/// The name of an entry, in small letters, for its case does not matter.
fn entry(arg: &Arg) -> Option<String> {
    let name = arg.text()?.to_ascii_lowercase();
    let is_whole = ["/private", "/shared"].iter().any(|top| {
        let rest = name.strip_prefix(top);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    (is_whole && !name.contains(['*', '%', ' ']) && !name.contains("//")).then_some(name)
}
