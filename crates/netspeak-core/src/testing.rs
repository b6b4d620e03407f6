//! What tests of codecs and clients share: scripted peers, streams that fail on purpose, and the
//! checks that every protocol has to pass.
//!
//! | question | answer |
//! |---|---|
//! | Does the codec find the same however the bytes are cut? | [`assert_every_split`] |
//! | Does the client say this and understand that? | [`dialogue`], [`Script`] |
//! | Is a dropped future ever followed by an old reply? | [`assert_cancellable`] |
//! | What if this read or write fails, ends, stalls? | [`assert_survives_faults`] |
//! | Does the client find the same however the bytes arrive? | [`assert_same_in_pieces`] |
//! | Which bytes does a case write as text? | [`unescape`] |
//! | What leaves in one write? | [`Writes`] |
//! | Does an example run? | [`run_example`] |
//! | Does deep nesting overflow the stack? | [`on_small_stack`] |
//! | Is a secret shown anywhere? | [`Marker`], [`Events`] |

mod cancel;
mod dialogue;
mod events;
mod every_split;
mod example;
mod faulty;
mod marker;
mod script;
mod small_stack;
mod torture;
mod writes;

pub use cancel::assert_cancellable;
pub use dialogue::dialogue;
pub use events::Events;
pub use every_split::{Piece, assert_every_split};
pub use example::{example, run_example};
pub use faulty::{FaultyStream, StreamFault};
pub use marker::Marker;
pub use script::{Played, Script, unescape};
pub use small_stack::{DEPTH, on_small_stack};
pub use torture::{Talked, assert_same_in_pieces, assert_survives_faults};
pub use writes::{Writes, Written};

#[cfg(test)]
mod tests;
