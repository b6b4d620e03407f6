//! What SEARCH looks for: its keys, as a tree.

use jiff::civil::Date;

use crate::imap::arguments::Arg;
use crate::imap::dates::read_date;
use crate::imap::fetch::By;
use crate::imap::reply::{Verdict, syntax};
use crate::imap::sets::Set;

/// How many `NOT` and `OR` may stand before one another.
const DEEPEST: usize = 100;

/// A condition.
#[derive(Debug)]
pub(super) enum Key {
    All,
    And(Vec<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    /// One of these UIDs, which rise.
    Uids(Vec<u32>),
    Flag(String),
    Recent,
    /// This text in a header field; any field of that name if there is no text.
    Header(String, String),
    Body(String),
    Text(String),
    Larger(usize),
    Smaller(usize),
    Dated(Clock, When, Date),
    /// Younger or older than so many seconds.
    Younger(i64),
    Older(i64),
    ModSeq(u64),
    EmailId(String),
    ThreadId(String),
    GmailId(u64),
    Label(String),
}

/// Which date of a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    Received,
    Sent,
    Saved,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Before,
    On,
    Since,
}

/// How the UIDs of a set are found.
type Resolve<'a> = &'a dyn Fn(&Arg, By) -> Result<Vec<u32>, Verdict>;

impl Key {
    /// All of these keys at once. What they need is added to the capabilities.
    pub(super) fn all(
        arguments: &[Arg],
        needed: &mut Vec<&'static str>,
        resolve: Resolve<'_>,
    ) -> Result<Self, Verdict> {
        let mut parser = Parser {
            rest: arguments,
            needed,
            resolve,
            depth: 0,
        };
        let mut keys = Vec::new();
        while !parser.rest.is_empty() {
            keys.push(parser.key()?);
        }
        match keys.is_empty() {
            true => Err(syntax()),
            false => Ok(Self::And(keys)),
        }
    }
}

struct Parser<'a, 'n> {
    rest: &'a [Arg],
    needed: &'n mut Vec<&'static str>,
    resolve: Resolve<'n>,
    depth: usize,
}

impl<'a> Parser<'a, '_> {
    fn next(&mut self) -> Result<&'a Arg, Verdict> {
        let (first, rest) = self.rest.split_first().ok_or_else(syntax)?;
        self.rest = rest;
        Ok(first)
    }

    fn text(&mut self) -> Result<String, Verdict> {
        let text = self.next()?.text().ok_or_else(syntax)?;
        Ok(text.to_owned())
    }

    fn number<N: std::str::FromStr>(&mut self) -> Result<N, Verdict> {
        self.next()?.number().ok_or_else(syntax)
    }

    fn date(&mut self) -> Result<Date, Verdict> {
        read_date(&self.text()?).ok_or_else(syntax)
    }

    fn key(&mut self) -> Result<Key, Verdict> {
        let arg = self.next()?;
        if let Arg::List(list) = arg {
            return Key::all(list, self.needed, self.resolve);
        }
        let word = arg.word().ok_or_else(syntax)?;
        if let Some(key) = flag(&word) {
            return Ok(key);
        }
        if let Some((clock, when)) = clock(&word) {
            if clock == Clock::Saved {
                self.needed.push("SAVEDATE");
            }
            return Ok(Key::Dated(clock, when, self.date()?));
        }
        Ok(match word.as_str() {
            "ALL" => Key::All,
            "SAVEDATESUPPORTED" => {
                self.needed.push("SAVEDATE");
                Key::All
            }
            "NOT" => Key::Not(Box::new(self.below()?)),
            "OR" => Key::Or(Box::new(self.below()?), Box::new(self.below()?)),
            "KEYWORD" => Key::Flag(self.text()?),
            "UNKEYWORD" => Key::Not(Box::new(Key::Flag(self.text()?))),
            "FROM" | "TO" | "CC" | "BCC" | "SUBJECT" => Key::Header(word, self.text()?),
            "HEADER" => Key::Header(self.text()?, self.text()?),
            "BODY" => Key::Body(self.text()?),
            "TEXT" => Key::Text(self.text()?),
            "LARGER" => Key::Larger(self.number()?),
            "SMALLER" => Key::Smaller(self.number()?),
            "YOUNGER" => {
                self.needed.push("WITHIN");
                Key::Younger(self.number()?)
            }
            "OLDER" => {
                self.needed.push("WITHIN");
                Key::Older(self.number()?)
            }
            "MODSEQ" => self.modseq()?,
            "UID" => {
                let set = self.next()?;
                Key::Uids((self.resolve)(set, By::Uid)?)
            }
            "EMAILID" => {
                self.needed.push("OBJECTID");
                Key::EmailId(self.text()?)
            }
            "THREADID" => {
                self.needed.push("OBJECTID");
                Key::ThreadId(self.text()?)
            }
            "X-GM-MSGID" => {
                self.needed.push("X-GM-EXT-1");
                Key::GmailId(self.number()?)
            }
            "X-GM-LABELS" => {
                self.needed.push("X-GM-EXT-1");
                Key::Label(self.text()?)
            }
            _ => {
                Set::parse(&word).ok_or_else(syntax)?;
                Key::Uids((self.resolve)(arg, By::Number)?)
            }
        })
    }

    /// The key that another one is about.
    fn below(&mut self) -> Result<Key, Verdict> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(syntax());
        }
        let key = self.key()?;
        self.depth -= 1;
        Ok(key)
    }

    /// `MODSEQ 5`, or with the name and the kind of an entry before the number.
    fn modseq(&mut self) -> Result<Key, Verdict> {
        self.needed.push("CONDSTORE");
        if let [Arg::Text(_), _, ..] = self.rest {
            self.next()?;
            self.next()?;
        }
        Ok(Key::ModSeq(self.number()?))
    }
}

fn flag(word: &str) -> Option<Key> {
    let named = |name: &str| Key::Flag(format!("\\{name}"));
    let not = |key: Key| Key::Not(Box::new(key));
    Some(match word {
        "ANSWERED" | "DELETED" | "DRAFT" | "FLAGGED" | "SEEN" => named(word),
        "UNANSWERED" | "UNDELETED" | "UNDRAFT" | "UNFLAGGED" | "UNSEEN" => {
            not(named(word.strip_prefix("UN")?))
        }
        "RECENT" => Key::Recent,
        "OLD" => not(Key::Recent),
        "NEW" => Key::And(vec![Key::Recent, not(named("SEEN"))]),
        _ => return None,
    })
}

fn clock(word: &str) -> Option<(Clock, When)> {
    let (clock, rest) = match (word.strip_prefix("SENT"), word.strip_prefix("SAVED")) {
        (Some(rest), _) => (Clock::Sent, rest),
        (_, Some(rest)) => (Clock::Saved, rest),
        _ => (Clock::Received, word),
    };
    let when = match rest {
        "BEFORE" => When::Before,
        "ON" => When::On,
        "SINCE" => When::Since,
        _ => return None,
    };
    Some((clock, when))
}
