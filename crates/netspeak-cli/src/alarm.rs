//! What a report means to whoever is woken by it.

mod judgement;
mod range;

pub(crate) use judgement::{Judgement, State};
pub(crate) use range::Range;
