//! SORT (RFC 5256, 5957), its answers as those of SEARCH (RFC 5267).

use std::cmp::Ordering;

use crate::imap::arguments::Arg;
use crate::imap::dates::sent;
use crate::imap::fetch::By;
use crate::imap::mime::{addresses, fields, unwrapped};
use crate::imap::reply::{Done, Verdict, ok, syntax};
use crate::imap::search::charset;
use crate::imap::search::subject::base;
use crate::imap::session::Session;
use crate::mailstore::Message;

/// What is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Criterion {
    Arrival,
    Date,
    Size,
    Subject,
    /// The mailbox of the first address in this field.
    Address(&'static str),
    /// The name of the first address in this field, or else the address.
    Display(&'static str),
}

/// A criterion, and whether the largest comes first.
type Rule = (Criterion, Ordering);

/// What a message has to say to a criterion.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Number(i64),
    Text(String),
}

impl Session<'_> {
    pub(in crate::imap) fn sort(&mut self, by: By, arguments: &[Arg]) -> Done {
        let (options, rest) = self.search_options(arguments, "ESORT")?;
        let [Arg::List(criteria), name, rest @ ..] = rest else {
            return Err(syntax());
        };
        let rules = rules(criteria).ok_or_else(syntax)?;
        if rules
            .iter()
            .any(|(it, _)| matches!(it, Criterion::Display(_)))
        {
            self.needs("SORT=DISPLAY")?;
        }
        charset(name)?;
        let mut found = self.look(by, rest)?;
        let mut ranked = self.ranked(&found.uids, &rules)?;
        ranked.sort_by(|(one, first), (other, second)| {
            let pairs = first.iter().zip(second).zip(&rules);
            let order = pairs.fold(Ordering::Equal, |order, ((one, other), (_, direction))| {
                order.then_with(|| match direction {
                    Ordering::Greater => other.cmp(one),
                    _ => one.cmp(other),
                })
            });
            order.then(one.cmp(other))
        });
        found.uids = ranked.into_iter().map(|(uid, _)| uid).collect();
        found.numbers = match by {
            By::Uid => found.uids.clone(),
            By::Number => self.numbers(&found.uids),
        };
        match options {
            None => self.plain("SORT", &found),
            Some(options) => {
                self.save(&options, &found);
                self.extended(by, &found, &options);
            }
        }
        Ok(ok("that is all"))
    }

    /// These messages, each with what it has to say to the criteria.
    fn ranked(&mut self, uids: &[u32], rules: &[Rule]) -> Result<Vec<(u32, Vec<Rank>)>, Verdict> {
        self.in_mailbox(|mailbox, _| {
            let there = uids
                .iter()
                .filter_map(|uid| Some((*uid, mailbox.get(*uid)?)));
            there
                .map(|(uid, message)| {
                    let ranks = rules.iter().map(|(criterion, _)| rank(*criterion, message));
                    (uid, ranks.collect())
                })
                .collect()
        })
    }
}

fn rules(list: &[Arg]) -> Option<Vec<Rule>> {
    let mut rules = Vec::new();
    let mut direction = Ordering::Less;
    for arg in list {
        let criterion = match arg.word()?.as_str() {
            "REVERSE" if direction == Ordering::Less => {
                direction = Ordering::Greater;
                continue;
            }
            "ARRIVAL" => Criterion::Arrival,
            "DATE" => Criterion::Date,
            "SIZE" => Criterion::Size,
            "SUBJECT" => Criterion::Subject,
            "FROM" => Criterion::Address("From"),
            "TO" => Criterion::Address("To"),
            "CC" => Criterion::Address("Cc"),
            "DISPLAYFROM" => Criterion::Display("From"),
            "DISPLAYTO" => Criterion::Display("To"),
            _ => return None,
        };
        rules.push((criterion, direction));
        direction = Ordering::Less;
    }
    (!rules.is_empty() && direction == Ordering::Less).then_some(rules)
}

fn rank(criterion: Criterion, message: &Message) -> Rank {
    match criterion {
        Criterion::Arrival => Rank::Number(message.received.second),
        Criterion::Date => Rank::Number(date(message)),
        Criterion::Size => Rank::Number(i64::try_from(message.bytes.len()).unwrap_or(i64::MAX)),
        Criterion::Subject => Rank::Text(base(&field(message, "Subject"))),
        Criterion::Address(name) => {
            let first = addresses(field(message, name).as_bytes())
                .into_iter()
                .next();
            let mailbox = first.and_then(|address| address.mailbox);
            Rank::Text(mailbox.unwrap_or_default().to_uppercase())
        }
        Criterion::Display(name) => {
            let first = addresses(field(message, name).as_bytes())
                .into_iter()
                .next();
            let shown = first.unwrap_or_default();
            let shown = shown.name.or(shown.mailbox).unwrap_or_default();
            Rank::Text(shown.to_uppercase())
        }
    }
}

/// When a message was sent, or else when it came.
pub(super) fn date(message: &Message) -> i64 {
    let told = sent(&field(message, "Date"));
    told.unwrap_or(message.received).second
}

/// What a field says, decoded; nothing if there is none.
pub(super) fn field(message: &Message, name: &str) -> String {
    let fields = fields(&message.bytes);
    let field = fields.iter().find(|field| field.is(name));
    field
        .map(|field| unwrapped(&field.value))
        .unwrap_or_default()
}
