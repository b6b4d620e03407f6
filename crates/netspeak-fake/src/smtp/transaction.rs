//! A mail under way: what its envelope holds so far, and its chunks.

use crate::body::Body;
use crate::smtp::mail::Recipient;

/// A mail under way.
#[derive(Default)]
pub(super) struct Transaction {
    pub(super) from: String,
    pub(super) parameters: Vec<String>,
    pub(super) recipients: Vec<Recipient>,
    /// How many recipients were refused.
    pub(super) refused: usize,
    /// The chunks so far: `Some` since the first BDAT.
    pub(super) chunks: Option<(Body, Vec<usize>)>,
}

/// What BDAT has announced.
pub(super) struct Chunk {
    pub(super) count: usize,
    pub(super) is_last: bool,
}

impl Transaction {
    /// Whether MAIL had this parameter, value included.
    pub(super) fn has(&self, flag: &str) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.eq_ignore_ascii_case(flag))
    }
}
