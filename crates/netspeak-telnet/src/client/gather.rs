//! [`Gather`]: all the text of what has been read, at once. A stream with a command every few bytes costs no
//! more than its text so.

use netspeak_core::{Codec, Result, Shown, Step};

use super::UNSENT;
use crate::engine::{Engine, Event};

/// So much text is gathered in one go; a little more where compressed text comes.
const ENOUGH: usize = 256 * 1024;

/// Lets the engine read on until there is nothing more, and keeps the text apart from the rest.
pub(super) struct Gather<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) text: &'a mut Vec<u8>,
    /// What was no text.
    pub(super) others: &'a mut Vec<Event>,
}

impl Codec for Gather<'_> {
    /// How many bytes were used up, and whether the peer has closed.
    type Event = Gathered;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Gathered>> {
        let (mut used, mut found) = (0, false);
        let before = self.text.len();
        loop {
            let rest = input.get(used..).unwrap_or_default();
            let is_enough = self.text.len() - before >= ENOUGH || self.engine.outgoing() > UNSENT;
            if rest.is_empty() || is_enough {
                break;
            }
            let Step::Event { consumed, event } = self.engine.decode(rest)? else {
                break;
            };
            match event {
                Event::Data(range) => {
                    self.text
                        .extend_from_slice(rest.get(range).unwrap_or_default());
                }
                Event::Inflated(data) => self.text.extend(data),
                other => self.others.push(other),
            }
            used += consumed;
            found = true;
        }
        Ok(match found {
            true => Step::Event {
                consumed: used,
                event: Gathered::Bytes(used),
            },
            false => Step::Need,
        })
    }

    fn eof(&mut self, _: &[u8]) -> Result<Gathered> {
        Ok(Gathered::End)
    }

    fn shown(event: &Gathered) -> Shown {
        match event {
            Gathered::Bytes(count) => Shown::Line(0..*count),
            Gathered::End => Shown::Nothing,
        }
    }
}

pub(super) enum Gathered {
    Bytes(usize),
    End,
}
