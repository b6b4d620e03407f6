//! The contract between a protocol's framing and the connection: bytes in, events out.

use std::ops::Range;

use crate::error::{Error, Result};

/// A framing machine. It knows bytes and values, neither sockets nor clocks.
///
/// Events carry *ranges* of the input instead of copies: a body of a gigabyte passes as
/// `Data(range)` events without being moved. Ranges count from the start of the input that
/// `decode` was given.
pub trait Codec {
    /// What the machine recognises.
    type Event;

    /// Looks at the unread input and either recognises one event or asks for more.
    ///
    /// When it answers [`Step::Need`], it is called again with the same input and more behind it,
    /// so it may remember how far it has looked. It must fail by itself once the input exceeds its
    /// limits: a machine that only ever needs more is stopped with
    /// [`Error::Limit`] when the read buffer is full.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::Limit`]. The machine is not used again after an error.
    fn decode(&mut self, input: &[u8]) -> Result<Step<Self::Event>>;

    /// The peer closed the stream, and `rest` is what was left undecoded.
    ///
    /// For most protocols this is a fault, and so it is by default; where the end of the stream is
    /// the end of the data the machine answers with its last event.
    ///
    /// # Errors
    /// An error of kind `proto.closed`, unless the machine expects the end here.
    fn eof(&mut self, rest: &[u8]) -> Result<Self::Event> {
        Err(closed_early(rest))
    }

    /// What a transcript shows of this event.
    fn shown(event: &Self::Event) -> Shown {
        let _ = event;
        Shown::Nothing
    }
}

/// What one call of [`Codec::decode`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<E> {
    /// No whole event yet.
    Need,
    /// An event that used up the first `consumed` bytes of the input.
    Event {
        /// How many bytes are done with.
        consumed: usize,
        /// What they mean. Its ranges lie within those bytes.
        event: E,
    },
}

impl<E> Step<E> {
    /// The same step with what `read` makes of its event: for machines that stand on another one.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn and_then<F>(self, read: impl FnOnce(E) -> Result<F>) -> Result<Step<F>> {
        match self {
            Self::Need => Ok(Step::Need),
            Self::Event { consumed, event } => Ok(Step::Event {
                consumed,
                event: read(event)?,
            }),
        }
    }
}

/// What a transcript shows of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A line of the dialogue.
    Line(Range<usize>),
    /// Bulk data, of which only the size is shown.
    Data(usize),
    /// Nothing.
    Nothing,
}

/// The error for a stream that ended inside something.
pub fn closed_early(rest: &[u8]) -> Error {
    if rest.is_empty() {
        Error::closed("the server closed the connection before replying")
    } else {
        Error::closed(format!(
            "the server closed the connection in the middle of a reply: {:?}",
            crate::text::excerpt(rest)
        ))
    }
}
