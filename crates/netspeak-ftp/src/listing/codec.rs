//! [`ListingCodec`]: a listing as it comes over a data connection.

use netspeak_core::{Codec, Error, Limits, LineCodec, Result, Shown, Step};

use crate::listing::{Found, ListingParser};

/// Cuts a listing into lines and reads each of them. The listing ends where the stream does.
///
/// It holds one line at a time. What is counted are the lines
/// ([`Limits::listing_entries`]), so that no listing is without end; whoever keeps the entries has
/// to mind their bytes as well.
#[derive(Clone, Debug)]
pub struct ListingCodec {
    lines: LineCodec,
    parser: ListingParser,
    left: usize,
    most: usize,
}

/// What a listing is made of.
#[derive(Clone, Debug)]
pub enum ListingEvent {
    /// What came of a line: often one entry, sometimes nothing.
    Line(Found),
    /// The end, and what came of a last line without its line end.
    End(Found),
}

impl ListingCodec {
    /// A listing that this parser reads.
    pub fn new(parser: ListingParser, limits: &Limits) -> Self {
        Self {
            lines: LineCodec::new(limits.longest_line()),
            parser,
            left: limits.listing_entries,
            most: limits.listing_entries,
        }
    }

    /// The parser, and what it has learned.
    pub fn parser(&self) -> &ListingParser {
        &self.parser
    }
}

impl Codec for ListingCodec {
    type Event = ListingEvent;

    fn decode(&mut self, input: &[u8]) -> Result<Step<ListingEvent>> {
        self.lines.decode(input)?.and_then(|line| {
            self.left = self
                .left
                .checked_sub(1)
                .ok_or_else(|| Error::limit("entries in a listing", self.most as u64))?;
            let line = input.get(line).unwrap_or_default();
            Ok(ListingEvent::Line(self.parser.push(line)))
        })
    }

    fn eof(&mut self, rest: &[u8]) -> Result<ListingEvent> {
        let line = rest.strip_suffix(b"\r").unwrap_or(rest);
        let mut last = match line {
            b"" => Found::default(),
            line => self.parser.push(line),
        };
        last.append(self.parser.finish());
        Ok(ListingEvent::End(last))
    }

    /// The lines are data, and its bytes are counted where they are received.
    fn shown(_: &ListingEvent) -> Shown {
        Shown::Nothing
    }
}
