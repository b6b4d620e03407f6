//! br (RFC 7932), on brotli-decompressor.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::{Undo, corrupt};
use crate::Result;

/// One brotli stream; what follows its end is ignored.
pub(super) struct Brotli {
    /// Without large windows, which are no part of the RFC: 16 MiB is the most that it may ask for.
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    ended: bool,
}

impl Brotli {
    pub(super) fn new() -> Self {
        Self {
            state: Box::new(BrotliState::new_strict(
                StandardAlloc::default(),
                StandardAlloc::default(),
                StandardAlloc::default(),
            )),
            ended: false,
        }
    }
}

impl Undo for Brotli {
    fn undo(&mut self, input: &mut &[u8], room: &mut [u8]) -> Result<usize> {
        if self.ended {
            *input = &[];
            return Ok(0);
        }
        let (mut available, mut taken) = (input.len(), 0);
        let (mut free, mut came, mut total) = (room.len(), 0, 0);
        let result = BrotliDecompressStream(
            &mut available,
            &mut taken,
            input,
            &mut free,
            &mut came,
            room,
            &mut total,
            &mut self.state,
        );
        match result {
            BrotliResult::ResultFailure => return Err(corrupt(self.name(), input)),
            BrotliResult::ResultSuccess => self.ended = true,
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
        }
        *input = input.get(taken..).unwrap_or_default();
        if self.ended && came == 0 {
            *input = &[];
        }
        Ok(came)
    }

    fn may_end(&self) -> bool {
        self.ended
    }

    fn name(&self) -> &'static str {
        "br"
    }
}
