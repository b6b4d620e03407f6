//! zstd (RFC 8878) with the window of RFC 9659, on libzstd.

use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

use super::{Undo, corrupt};
use crate::{Error, Result};

/// RFC 9659: a decoder has to take windows of 8 MiB, and an encoder may not ask for more.
const WINDOW_LOG: u32 = 23;

/// One or more zstd frames; what follows and is none is ignored.
pub(super) struct Zstd {
    context: DCtx<'static>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Inside,
    Behind,
    Rubbish,
}

impl Zstd {
    pub(super) fn new() -> Result<Self> {
        let no_memory = || Error::Local(std::io::ErrorKind::OutOfMemory.into());
        let mut context = DCtx::try_create().ok_or_else(no_memory)?;
        context
            .set_parameter(DParameter::WindowLogMax(WINDOW_LOG))
            .map_err(|_| no_memory())?;
        Ok(Self {
            context,
            state: State::Inside,
        })
    }
}

impl Undo for Zstd {
    fn undo(&mut self, input: &mut &[u8], room: &mut [u8]) -> Result<usize> {
        loop {
            if let (State::Behind, Some(first)) = (self.state, input.first()) {
                // A frame, or one to be skipped.
                self.state = match first {
                    0x28 | 0x50..=0x5f => State::Inside,
                    _ => State::Rubbish,
                };
            }
            if self.state != State::Inside {
                *input = &[];
                return Ok(0);
            }
            let mut source = InBuffer::around(input);
            let mut sink = OutBuffer::around(room);
            let left = self.context.decompress_stream(&mut sink, &mut source);
            let (taken, came) = (source.pos(), sink.pos());
            let left = left.map_err(|_| corrupt(self.name(), input))?;
            *input = input.get(taken..).unwrap_or_default();
            if left == 0 {
                self.state = State::Behind;
            }
            if came > 0 || input.is_empty() || room.is_empty() {
                return Ok(came);
            }
            if taken == 0 && left > 0 {
                return Err(corrupt(self.name(), input));
            }
        }
    }

    fn may_end(&self) -> bool {
        self.state != State::Inside
    }

    fn name(&self) -> &'static str {
        "zstd"
    }
}
