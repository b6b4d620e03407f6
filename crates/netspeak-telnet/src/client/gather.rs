//! [`Gather`]: all the text of what has been read, at once.

use netspeak_core::{Codec, Result, Shown, Step};

use crate::engine::{Engine, Event};

/// [`Engine::gather`] over a connection.
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
        let (text, others) = (self.text.len(), self.others.len());
        let used = self.engine.gather(input, self.text, self.others)?;
        // Compressed input may give text before any of it is used up.
        let is_something = used > 0 || self.text.len() > text || self.others.len() > others;
        Ok(match is_something {
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
