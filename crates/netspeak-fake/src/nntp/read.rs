//! What readers ask for: groups, articles, lists (RFC 3977 section 6 and 7).

use std::sync::Arc;

use crate::dot::{crlf_lines, dotted};
use crate::nntp::overview::{FIELDS, field, row};
use crate::nntp::reply::{line, multi};
use crate::nntp::session::Session;
use crate::nntp::spool::{Article, Group};

/// Articles with their numbers, 0 where that is not known.
type Numbered = Vec<(u64, Arc<Article>)>;

impl Session<'_> {
    pub(super) fn read(&mut self, verb: &str, words: &[&str]) -> Vec<u8> {
        match (verb, words) {
            ("GROUP", [name]) => self.select(name),
            ("LISTGROUP", []) => self.list_group(None, None),
            ("LISTGROUP", [name]) => self.list_group(Some(name), None),
            ("LISTGROUP", [name, range]) => self.list_group(Some(name), Some(range)),
            ("NEXT", []) => self.step(true),
            ("LAST", []) => self.step(false),
            ("ARTICLE" | "HEAD" | "BODY" | "STAT", [] | [_]) => {
                self.article(verb, words.first().copied())
            }
            ("OVER" | "XOVER", [] | [_]) => self.rows(words.first().copied(), 224, row),
            ("HDR" | "XHDR", [name] | [name, _]) => {
                let code = if verb == "HDR" { 225 } else { 221 };
                let value =
                    |number, article: &Article| format!("{number} {}", field(article, name));
                self.rows(words.get(1).copied(), code, value)
            }
            ("LIST", words) => self.list(words),
            ("NEWGROUPS", [_, _, ..]) => self.active(231, None),
            ("NEWNEWS", [_, _, _, ..]) => multi(230, "new articles follow", self.nntp.spool.ids()),
            _ => line(500, "what do you mean?"),
        }
    }

    fn selected(&self) -> Option<Group> {
        self.nntp.spool.group(self.group.as_deref()?)
    }

    fn enter(&mut self, name: &str) -> Option<(Group, String)> {
        let group = self.nntp.spool.group(name)?;
        let (count, low, high) = (group.articles.len(), group.low(), group.high);
        self.group = Some(name.to_owned());
        self.current = group.articles.keys().next().copied().unwrap_or_default();
        Some((group, format!("{count} {low} {high} {name}")))
    }

    fn select(&mut self, name: &str) -> Vec<u8> {
        match self.enter(name) {
            Some((_, text)) => line(211, &text),
            None => line(411, "no such group"),
        }
    }

    fn list_group(&mut self, name: Option<&str>, range: Option<&str>) -> Vec<u8> {
        let Some(name) = name.map(str::to_owned).or_else(|| self.group.clone()) else {
            return line(412, "no group selected");
        };
        let Some((group, text)) = self.enter(&name) else {
            return line(411, "no such group");
        };
        let (first, last) = bounds(range.unwrap_or("1-"));
        let numbers = group
            .articles
            .keys()
            .filter(|number| (first..=last).contains(number));
        multi(211, &text, numbers.map(u64::to_string))
    }

    fn step(&mut self, forward: bool) -> Vec<u8> {
        let Some(group) = self.selected() else {
            return line(412, "no group selected");
        };
        let found = if forward {
            group.articles.range(self.current + 1..).next()
        } else {
            group.articles.range(..self.current).next_back()
        };
        match found {
            Some((number, article)) => {
                self.current = *number;
                line(223, &format!("{number} {}", article.id))
            }
            None if forward => line(421, "no next article"),
            None => line(422, "no article before"),
        }
    }

    /// The articles that an argument means, or the refusal.
    fn meant(&mut self, argument: Option<&str>) -> Result<Numbered, Vec<u8>> {
        if let Some(id) = argument.filter(|argument| argument.starts_with('<')) {
            let article = self.nntp.spool.by_id(id);
            return article
                .map(|article| vec![(0, article)])
                .ok_or_else(|| line(430, "no such article"));
        }
        let group = self
            .selected()
            .ok_or_else(|| line(412, "no group selected"))?;
        let (first, last) = match argument {
            Some(range) => bounds(range),
            None if self.current == 0 => return Err(line(420, "no article selected")),
            None => (self.current, self.current),
        };
        let found = group.articles.into_iter();
        let found: Numbered = found
            .filter(|(number, _)| (first..=last).contains(number))
            .collect();
        if found.is_empty() {
            return Err(line(423, "no such number"));
        }
        Ok(found)
    }

    fn article(&mut self, verb: &str, argument: Option<&str>) -> Vec<u8> {
        let found = match self.meant(argument) {
            Ok(found) => found,
            Err(refusal) => return refusal,
        };
        let Some((number, article)) = found.first() else {
            return line(423, "no such number");
        };
        if *number > 0 {
            self.current = *number;
        }
        let (head, body) = article.parts();
        let (code, text) = match verb {
            "STAT" => return line(223, &format!("{number} {}", article.id)),
            "HEAD" => (221, head),
            "BODY" => (222, body),
            _ => (220, article.bytes.as_slice()),
        };
        let status = line(code, &format!("{number} {} follows", article.id));
        [
            status,
            dotted(crlf_lines(text), self.wire.script().stuffs()),
        ]
        .concat()
    }

    fn rows(
        &mut self,
        argument: Option<&str>,
        code: u16,
        row: impl Fn(u64, &Article) -> String,
    ) -> Vec<u8> {
        match self.meant(argument) {
            Ok(found) => {
                let rows = found.iter().map(|(number, article)| row(*number, article));
                multi(code, "rows follow", rows)
            }
            Err(refusal) => refusal,
        }
    }

    fn list(&self, words: &[&str]) -> Vec<u8> {
        let keyword = words
            .first()
            .copied()
            .unwrap_or("ACTIVE")
            .to_ascii_uppercase();
        let wildmat = words.get(1).copied();
        match keyword.as_str() {
            "ACTIVE" => self.active(215, wildmat),
            "COUNTS" => self.groups(215, wildmat, |name, group| {
                let (high, low, count) = (group.high, group.low(), group.articles.len());
                format!("{name} {high} {low} {count} y")
            }),
            "NEWSGROUPS" => self.groups(215, wildmat, |name, group| {
                format!("{name}\t{}", group.description)
            }),
            "OVERVIEW.FMT" => multi(215, "the order of fields", FIELDS.map(str::to_owned)),
            "HEADERS" => multi(215, "all fields", [":".to_owned()]),
            _ => line(503, "no such list"),
        }
    }

    fn active(&self, code: u16, wildmat: Option<&str>) -> Vec<u8> {
        self.groups(code, wildmat, |name, group| {
            format!("{name} {:010} {:010} y", group.high, group.low())
        })
    }

    fn groups(
        &self,
        code: u16,
        wildmat: Option<&str>,
        row: impl Fn(&str, &Group) -> String,
    ) -> Vec<u8> {
        let groups = self.nntp.spool.groups();
        let groups = groups.iter().filter(|(name, _)| matches(name, wildmat));
        multi(
            code,
            "list follows",
            groups.map(|(name, group)| row(name, group)),
        )
    }
}

/// Names, and names that end in a star: as much of a wildmat as a fake needs.
fn matches(name: &str, wildmat: Option<&str>) -> bool {
    let is = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    };
    wildmat.is_none_or(|wildmat| wildmat.split(',').any(is))
}

/// `7`, `7-` or `7-9`; anything else is nothing.
fn bounds(range: &str) -> (u64, u64) {
    let number = |text: &str| text.parse().unwrap_or_default();
    match range.split_once('-') {
        Some((first, "")) => (number(first), u64::MAX),
        Some((first, last)) => (number(first), number(last)),
        None => (number(range), number(range)),
    }
}
