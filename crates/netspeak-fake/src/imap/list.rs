//! LIST and LSUB (RFC 9051 section 6.3.9, RFC 5258, 5819, 6154).

use std::collections::BTreeSet;

use crate::imap::arguments::{Arg, words};
use crate::imap::fault::ImapFault;
use crate::imap::names::{canonical, decoded, fits};
use crate::imap::reply::{Done, Verdict, bad, ok, syntax};
use crate::imap::session::Session;
use crate::mailstore::{Account, INBOX};

/// What LIST is asked for.
#[derive(Default)]
struct Question {
    selections: Vec<String>,
    patterns: Vec<String>,
    returns: Vec<String>,
    /// Whether uses are told, and whether there are children.
    shows: Shows,
    /// What is behind `STATUS` among the return options.
    status: Option<Vec<String>>,
    /// What is behind `METADATA` among them.
    metadata: Option<Arg>,
}

/// What is told of each mailbox, by the capabilities.
#[derive(Clone, Copy, Default)]
struct Shows {
    uses: bool,
    children: bool,
}

/// One mailbox as it is listed.
struct Row {
    name: String,
    attributes: Vec<String>,
    /// Whether it is here only for what is below it.
    child_info: bool,
    has_status: bool,
}

impl Session<'_> {
    pub(super) fn list(&mut self, arguments: &[Arg]) -> Done {
        let question = self.question(arguments)?;
        let separator = self.imap.separator;
        if question.patterns == [""] {
            self.data
                .line(&format!("LIST (\\Noselect) \"{separator}\" \"\""));
            return Ok(ok("that is the root"));
        }
        let rows = self.account(|account| question.rows(account, separator));
        let without_inbox = self.fails_by(&ImapFault::WithoutInbox);
        for row in rows {
            if without_inbox && row.name == INBOX {
                continue;
            }
            self.row("LIST", &row);
            if let (Some(items), true) = (&question.status, row.has_status) {
                self.status_line(&row.name, items)?;
            }
            if question.returns("MYRIGHTS") && row.has_status {
                self.tell_my_rights(&row.name);
            }
            if let (Some(entries), true) = (&question.metadata, row.has_status) {
                self.tell_metadata(&row.name, entries)?;
            }
        }
        Ok(ok("that is all"))
    }

    pub(super) fn lsub(&mut self, reference: &Arg, pattern: &Arg) -> Done {
        let pattern = self.pattern(reference, pattern)?;
        let separator = self.imap.separator;
        let rows: Vec<Row> = self.account(|account| {
            let names = account.subscribed.iter();
            let fitting = names.filter(|name| fits(&pattern, name, separator));
            fitting
                .map(|name| {
                    let there = account.mailboxes.get(name);
                    let selectable = there.is_some_and(|mailbox| mailbox.selectable);
                    let attribute = (!selectable).then(|| "\\Noselect".to_owned());
                    Row {
                        name: name.clone(),
                        attributes: attribute.into_iter().collect(),
                        child_info: false,
                        has_status: false,
                    }
                })
                .collect()
        });
        for row in rows {
            self.row("LSUB", &row);
        }
        Ok(ok("that is all"))
    }

    fn row(&mut self, word: &str, row: &Row) {
        self.data.push(&format!("* {word}"));
        self.data.space();
        self.data.list(&row.attributes);
        self.data.space();
        self.data.push(&format!("\"{}\"", self.imap.separator));
        self.data.space();
        self.data.mailbox(&row.name);
        if row.child_info {
            self.data.push(" (\"CHILDINFO\" (\"SUBSCRIBED\"))");
        }
        self.data.end();
    }

    fn question(&self, arguments: &[Arg]) -> Result<Question, Verdict> {
        let mut question = Question {
            shows: Shows {
                uses: self.has("SPECIAL-USE"),
                children: self.has("CHILDREN"),
            },
            ..Question::default()
        };
        let (selections, rest) = match arguments {
            [Arg::List(list), rest @ ..] => (list.as_slice(), rest),
            rest => (&[][..], rest),
        };
        question.selections = words(selections).ok_or_else(syntax)?;
        let [reference, patterns, rest @ ..] = rest else {
            return Err(syntax());
        };
        let several = match patterns {
            Arg::List(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        for pattern in several {
            question.patterns.push(self.pattern(reference, pattern)?);
        }
        match rest {
            [] => {}
            [word, Arg::List(options)] if word.is("RETURN") => {
                self.returns(options, &mut question)?;
            }
            _ => return Err(syntax()),
        }
        let is_extended = matches!(patterns, Arg::List(_)) || !rest.is_empty();
        let has_selections = matches!(arguments.first(), Some(Arg::List(_)));
        if (is_extended || has_selections) && self.fails_by(&ImapFault::PlainOnly) {
            return Err(bad("parse error"));
        }
        let only_special = question.selections == ["SPECIAL-USE"] && self.has("SPECIAL-USE");
        if is_extended || has_selections && !only_special {
            self.needs("LIST-EXTENDED")?;
        }
        for selection in &question.selections {
            match selection.as_str() {
                "SUBSCRIBED" | "REMOTE" => {}
                "SPECIAL-USE" => self.needs("SPECIAL-USE")?,
                "RECURSIVEMATCH" if question.selections.len() > 1 => {}
                _ => return Err(bad("no such selection")),
            }
        }
        Ok(question)
    }

    fn returns(&self, options: &[Arg], question: &mut Question) -> Result<(), Verdict> {
        let mut options = options.iter();
        while let Some(option) = options.next() {
            let word = option.word().ok_or_else(syntax)?;
            match word.as_str() {
                "SUBSCRIBED" | "CHILDREN" => {}
                "SPECIAL-USE" => self.needs("SPECIAL-USE")?,
                "MYRIGHTS" => self.needs("LIST-MYRIGHTS")?,
                "METADATA" => {
                    self.needs("LIST-METADATA")?;
                    question.metadata = Some(options.next().ok_or_else(syntax)?.clone());
                }
                "STATUS" => {
                    self.needs("LIST-STATUS")?;
                    let items = options.next().and_then(Arg::list).ok_or_else(syntax)?;
                    question.status = Some(self.status_items(items)?);
                }
                _ => return Err(bad("no such option")),
            }
            question.returns.push(word);
        }
        Ok(())
    }

    /// A pattern behind its reference.
    fn pattern(&self, reference: &Arg, pattern: &Arg) -> Result<String, Verdict> {
        let text = |arg: &Arg| {
            let bytes = arg.bytes()?;
            match self.writes_utf8() {
                true => std::str::from_utf8(bytes).ok().map(str::to_owned),
                false => decoded(bytes),
            }
        };
        let reference = text(reference).ok_or_else(syntax)?;
        let pattern = text(pattern).ok_or_else(syntax)?;
        if pattern.is_empty() {
            return Ok(pattern);
        }
        Ok(canonical(reference + &pattern))
    }
}

impl Question {
    fn selects(&self, name: &str) -> bool {
        self.selections.iter().any(|selection| selection == name)
    }

    fn returns(&self, name: &str) -> bool {
        self.returns.iter().any(|option| option == name)
    }

    fn rows(&self, account: &Account, separator: char) -> Vec<Row> {
        let parents: BTreeSet<&str> = account
            .mailboxes
            .keys()
            .flat_map(|name| above(name, separator))
            .collect();
        let subscribed_above: BTreeSet<&str> = account
            .subscribed
            .iter()
            .flat_map(|name| above(name, separator))
            .collect();
        let mut names: BTreeSet<&str> = account.mailboxes.keys().map(String::as_str).collect();
        names.extend(parents.iter().copied());
        if self.selects("SUBSCRIBED") {
            names.extend(account.subscribed.iter().map(String::as_str));
        }
        let fitting = names.into_iter().filter(|name| {
            let mut patterns = self.patterns.iter();
            patterns.any(|pattern| fits(pattern, name, separator))
        });
        fitting
            .filter_map(|name| {
                let has_children = parents.contains(name);
                let child_info = self.selects("RECURSIVEMATCH") && subscribed_above.contains(name);
                self.one(account, name, has_children, child_info)
            })
            .collect()
    }

    fn one(
        &self,
        account: &Account,
        name: &str,
        has_children: bool,
        child_info: bool,
    ) -> Option<Row> {
        let there = account.mailboxes.get(name);
        let subscribed = account.subscribed.contains(name);
        let uses = there.map(|mailbox| mailbox.special_use.clone());
        let uses = uses.unwrap_or_default();
        if self.selects("SUBSCRIBED") && !subscribed && !child_info
            || self.selects("SPECIAL-USE") && uses.is_empty()
        {
            return None;
        }
        let mut attributes = Vec::new();
        let mut push = |attribute: &str| attributes.push(attribute.to_owned());
        match there {
            None => push("\\NonExistent"),
            Some(mailbox) if !mailbox.selectable => push("\\Noselect"),
            Some(_) => {}
        }
        if subscribed && (self.selects("SUBSCRIBED") || self.returns("SUBSCRIBED")) {
            push("\\Subscribed");
        }
        match has_children {
            _ if !self.shows.children => {}
            true => push("\\HasChildren"),
            false => push("\\HasNoChildren"),
        }
        attributes.extend(uses.into_iter().filter(|_| self.shows.uses));
        Some(Row {
            name: name.to_owned(),
            attributes,
            child_info,
            has_status: there.is_some_and(|mailbox| mailbox.selectable),
        })
    }
}

/// The names above this one.
fn above(name: &str, separator: char) -> impl Iterator<Item = &str> {
    name.match_indices(separator)
        .filter_map(|(at, _)| name.get(..at))
}
