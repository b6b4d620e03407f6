//! What tests of codecs and clients share.

mod every_split;
mod script;

pub use every_split::{Piece, assert_every_split};
pub use script::{Fault, FaultyStream, Script};
