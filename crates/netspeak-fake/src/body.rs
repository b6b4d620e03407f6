//! A text as it comes in: up to the lone dot, or so many octets. Those that go out up to a dot are written by [`dot`](crate::dot).

use std::io::BufRead as _;

use crate::wire::{Flow, Wire};

/// The text so far, as long as it is not too much.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// The text; nothing once it was too much.
    pub(crate) bytes: Vec<u8>,
    limit: usize,
    pub(crate) is_too_big: bool,
    /// How many octets have come on the wire.
    received: usize,
}

impl Body {
    /// For at most so many octets.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.bytes.len().saturating_add(bytes.len()) > self.limit {
            self.is_too_big = true;
            self.bytes = Vec::new();
        }
        if !self.is_too_big {
            self.bytes.extend_from_slice(bytes);
        }
    }

    async fn arrived(&mut self, wire: &mut Wire, count: usize) -> Flow<()> {
        let before = self.received;
        self.received += count;
        wire.received(before, self.received).await
    }

    /// Takes so many octets.
    pub(crate) async fn chunk(&mut self, wire: &mut Wire, mut count: usize) -> Flow<()> {
        while count > 0 {
            let octets = wire.octets().await?;
            let (mine, rest) = octets
                .split_at_checked(count)
                .unwrap_or((octets.as_slice(), &[]));
            self.push(mine);
            count -= mine.len();
            if count == 0 {
                wire.give_back(rest);
            }
            self.arrived(wire, mine.len()).await?;
        }
        Ok(())
    }

    /// Takes all up to the line that holds a dot and nothing else, and removes the doubled dots. Lines end with CR LF, for a lenient server
    /// also with LF.
    pub(crate) async fn dotted(&mut self, wire: &mut Wire, lenient: bool) -> Flow<()> {
        // The line that has begun, and how much of it is known to hold no LF.
        let (mut line, mut searched) = (Vec::new(), 0);
        let mut starts = true;
        loop {
            let octets = wire.octets().await?;
            line.extend_from_slice(&octets);
            let mut begin = 0;
            while let Some(length) = line_end(&line, begin + searched) {
                let end = begin + searched + length;
                let mut text = line.get(begin..end).unwrap_or_default();
                if starts && (text == b".\r\n" || lenient && text == b".\n") {
                    wire.give_back(line.get(end..).unwrap_or_default());
                    let rest = line.len() - end;
                    return self.arrived(wire, octets.len().saturating_sub(rest)).await;
                }
                if starts {
                    text = text.strip_prefix(b".").unwrap_or(text);
                }
                starts = lenient || text.ends_with(b"\r\n");
                self.push(text);
                (begin, searched) = (end, 0);
            }
            line.drain(..begin);
            searched = line.len();
            self.arrived(wire, octets.len()).await?;
        }
    }
}

/// How many octets from here are a line, its LF included.
fn line_end(text: &[u8], from: usize) -> Option<usize> {
    let mut rest = text.get(from..).unwrap_or_default();
    // Reading from memory does not fail.
    let length = rest.skip_until(b'\n').unwrap_or_default();
    text.get(from..from + length)
        .filter(|line| line.ends_with(b"\n"))
        .map(<[u8]>::len)
}
