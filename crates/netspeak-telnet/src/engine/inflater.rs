//! [`Inflater`]: compression that begins in the middle of the stream, and may end there (MCCP2).

use flate2::{Decompress, FlushDecompress, Status};
use netspeak_core::{Error, Result};

/// How much is inflated in one go.
const PIECE: usize = 64 * 1024;

/// So much may come out whatever went in: the ratio of a short text says nothing.
const FREE: u64 = 1024 * 1024;

#[derive(Debug)]
pub(super) struct Inflater {
    inflate: Decompress,
    plain: Vec<u8>,
    /// How much of `plain` has been read.
    read: usize,
    ratio: u32,
    ended: bool,
}

impl Inflater {
    pub(super) fn new(ratio: u32) -> Self {
        Self {
            inflate: Decompress::new(true),
            plain: Vec::new(),
            read: 0,
            ratio,
            ended: false,
        }
    }

    /// What has been inflated and not read.
    pub(super) fn unread(&self) -> &[u8] {
        self.plain.get(self.read..).unwrap_or_default()
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.read = self.read.saturating_add(count).min(self.plain.len());
    }

    /// Whether the compressed stream is over and all of it was read.
    pub(super) fn is_over(&self) -> bool {
        self.ended && self.unread().is_empty()
    }

    /// Inflates more, once all before was read; how much of the input was used up.
    pub(super) fn more(&mut self, input: &[u8]) -> Result<usize> {
        if self.ended || !self.unread().is_empty() {
            return Ok(0);
        }
        self.plain.clear();
        self.read = 0;
        self.plain.reserve(PIECE);
        let before = self.inflate.total_in();
        let status = self
            .inflate
            .decompress_vec(input, &mut self.plain, FlushDecompress::None)
            .map_err(|_| Error::malformed("compressed data", input))?;
        self.ended = status == Status::StreamEnd;
        let allowed = self.inflate.total_in().saturating_mul(self.ratio.into());
        if self.inflate.total_out() > allowed.saturating_add(FREE) {
            let what = "bytes out of each compressed one";
            return Err(Error::limit(what, self.ratio.into()));
        }
        let used = self.inflate.total_in().saturating_sub(before);
        Ok(usize::try_from(used).unwrap_or(usize::MAX))
    }
}
