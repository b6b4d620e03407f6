//! [`ReplyCodec`]: where replies begin and end.

use std::ops::Range;

use netspeak_core::{Codec, Limits, LineCodec, Result, Shown, Step};

/// Cuts what the server says into replies; here each is a line.
#[derive(Clone, Debug)]
pub struct ReplyCodec {
    line: LineCodec,
}

impl ReplyCodec {
    /// A codec for replies within these limits.
    pub fn new(limits: &Limits) -> Self {
        Self {
            line: LineCodec::new(limits.longest_line()),
        }
    }
}

impl Codec for ReplyCodec {
    /// Where the reply stands, without its line end.
    type Event = Range<usize>;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Self::Event>> {
        self.line.decode(input)
    }

    fn shown(event: &Self::Event) -> Shown {
        LineCodec::shown(event)
    }
}
