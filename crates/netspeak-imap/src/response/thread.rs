//! [`Thread`]: which message answers which (RFC 5256 section 4).

use crate::grammar::{self, Parsed, deeper, no};

/// A conversation: a tree of messages.
///
/// It is stored as a list, each message before those that answer it, so that neither a chain of a hundred
/// thousand answers nor nesting to that depth can do harm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    messages: Vec<Threaded>,
}

/// A message in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threaded {
    /// Its UID or message number, whichever was asked for; `None` for one that is not here, but that
    /// several others answer.
    pub id: Option<u32>,
    /// Where in the list the message stands that it answers; `None` for the first one.
    pub parent: Option<usize>,
    /// How many messages it takes to get there from the first one.
    pub depth: usize,
}

impl Thread {
    /// The messages, each before those that answer it.
    pub fn messages(&self) -> &[Threaded] {
        &self.messages
    }

    /// The ids of the messages that are here.
    pub fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.messages.iter().filter_map(|message| message.id)
    }

    /// Where in the list the answers to a message stand.
    pub fn answers(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let messages = self.messages.iter().enumerate().skip(place);
        let answers = messages.filter(move |(_, message)| message.parent == Some(place));
        answers.map(|(at, _)| at)
    }

    /// ```text
    /// thread-list    = "(" (thread-members / thread-nested) ")"
    /// thread-members = nz-number *(SP nz-number) [SP thread-nested]
    /// thread-nested  = 2*thread-list
    /// ```
    fn parse(input: &[u8]) -> Parsed<'_, Self> {
        // Most conversations have one message.
        let mut thread = Self {
            messages: Vec::with_capacity(1),
        };
        let mut open: Vec<Open> = Vec::new();
        let mut rest = input;
        loop {
            rest = grammar::blanks(rest);
            rest = match (rest.split_first(), open.last_mut()) {
                (Some((b'(', behind)), None) => {
                    open.push(Open::default());
                    behind
                }
                (Some((b'(', behind)), Some(list)) => {
                    if list.is_empty {
                        list.missing = deeper(list.missing)?;
                        thread.add(None, list);
                    }
                    let inner = Open {
                        is_empty: true,
                        ..*list
                    };
                    open.push(inner);
                    behind
                }
                (Some((b')', behind)), _) => {
                    open.pop();
                    if open.is_empty() {
                        return Ok((behind, thread));
                    }
                    behind
                }
                (Some(_), Some(list)) => {
                    let (behind, id) = grammar::number(rest)?;
                    list.missing = 0;
                    thread.add(Some(id), list);
                    behind
                }
                (None, _) if !thread.messages.is_empty() => return Ok((rest, thread)),
                _ => return no(),
            };
        }
    }

    /// Adds the next message of a list: it answers the one before it.
    fn add(&mut self, id: Option<u32>, list: &mut Open) {
        let above = list.parent.and_then(|at| self.messages.get(at));
        let depth = above.map_or(0, |above| above.depth + 1);
        let parent = list.parent;
        list.parent = Some(self.messages.len());
        list.is_empty = false;
        self.messages.push(Threaded { id, parent, depth });
    }
}

/// A list that is not at its end.
struct Open {
    /// Which message the next one answers.
    parent: Option<usize>,
    /// Whether there was nothing in it yet: a list that begins with lists has lost its first message.
    is_empty: bool,
    /// How many messages in a row are missing above: each costs a server one byte.
    missing: usize,
}

impl Default for Open {
    fn default() -> Self {
        Self {
            parent: None,
            is_empty: true,
            missing: 0,
        }
    }
}

/// `"THREAD" [SP 1*thread-list]`
pub(super) fn parse(input: &[u8]) -> Option<Vec<Thread>> {
    let mut threads = Vec::new();
    let mut rest = grammar::blanks(input);
    while !rest.is_empty() {
        let (behind, thread) = Thread::parse(rest).ok()?;
        threads.push(thread);
        rest = grammar::blanks(behind);
    }
    Some(threads)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line a message: as many dots as it takes to get there, and the id.
    fn drawn(text: &str) -> Option<Vec<String>> {
        let threads = parse(text.as_bytes())?;
        let messages = threads.iter().flat_map(|thread| thread.messages());
        let line = |message: &Threaded| {
            let id = message.id.map_or("?".to_owned(), |id| id.to_string());
            ".".repeat(message.depth) + &id
        };
        Some(messages.map(line).collect())
    }

    #[test]
    fn the_examples_of_rfc_5256() {
        for (text, expected) in [
            ("", &[][..]),
            (
                "(2)(3 6 (4 23)(44 7 96))",
                &["2", "3", ".6", "..4", "...23", "..44", "...7", "....96"],
            ),
            ("((3)(5))", &["?", ".3", ".5"]),
            (" (1 ((2)(3))) ", &["1", ".?", "..2", "..3"]),
            ("(1(2)", &["1", ".2"]),
        ] {
            assert_eq!(drawn(text).unwrap(), expected, "{text}");
        }
        for bad in ["x", "(", "()x", "(a)", ")", "1", "(-1)"] {
            assert_eq!(drawn(bad).filter(|lines| !lines.is_empty()), None, "{bad}");
        }
        let threads = parse(b"(3 6 (4 23)(44 7 96))").unwrap();
        assert_eq!(threads[0].answers(1).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(threads[0].ids().count(), 7);
    }

    #[test]
    fn long_chains_and_deep_nesting_are_nothing_special() {
        let chain = format!("({})", vec!["1"; 100_000].join(" "));
        assert_eq!(
            parse(chain.as_bytes()).unwrap()[0]
                .messages()
                .last()
                .unwrap()
                .depth,
            99_999
        );
        let deep = "(1".repeat(100_000) + &")".repeat(100_000);
        assert_eq!(parse(deep.as_bytes()).unwrap()[0].messages().len(), 100_000);
    }
}
