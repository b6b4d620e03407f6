//! What an answer brings, and where it goes.

use std::io::Write;
use std::num::NonZeroU64;

use netspeak::core::text::printable;
use netspeak::http::{HeaderName, Response};

use super::failed;
use crate::failure::Failure;
use crate::output::Turn;
use crate::render::progress::{Bars, Data};

/// So much of an answer that nobody will see is read, to keep the connection.
const DISCARD: usize = 64 * 1024;

/// How an answer is shown.
#[derive(Clone, Copy)]
pub(in crate::verbs) struct Show<'a> {
    /// Its head comes before it.
    pub(in crate::verbs) head: bool,
    /// Bytes a second, at most.
    pub(in crate::verbs) rate: Option<NonZeroU64>,
    /// What counts the bytes of all answers, if there are several.
    pub(in crate::verbs) bars: Option<&'a Bars>,
    /// What was there before.
    pub(in crate::verbs) offset: u64,
}

impl Show<'_> {
    /// All of one answer.
    pub(in crate::verbs) fn whole(head: bool, rate: Option<NonZeroU64>) -> Self {
        Self {
            head,
            rate,
            bars: None,
            offset: 0,
        }
    }
}

/// Writes the answer.
pub(in crate::verbs) async fn show(
    mut answer: Response,
    sink: &mut Turn<'_>,
    how: Show<'_>,
) -> Result<(), Failure> {
    if how.head {
        sink.write_all(&head(&answer, sink.data()))?;
    }
    if let Some(rate) = how.rate {
        answer = answer.limit_rate(rate);
    }
    let (name, rest) = (answer.url().path(), answer.content_length());
    let own = Bars::default();
    let bars = how.bars.unwrap_or(&own);
    let mut meter = bars.meter(name, how.offset, rest, sink.data());
    while let Some(piece) = answer.chunk().await.map_err(failed)? {
        sink.write_all(&piece)?;
        meter.add(piece.len());
    }
    Ok(())
}

/// Reads what little there may be of an answer that nobody will see.
pub(in crate::verbs) async fn discard(mut answer: Response) {
    let mut left = DISCARD;
    while let Ok(Some(piece)) = answer.chunk().await {
        match left.checked_sub(piece.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// The status line and the fields.
fn head(answer: &Response, data: Data) -> Vec<u8> {
    let status = answer.status();
    let usual = status.canonical_reason().unwrap_or_default();
    let words = match answer.reason() {
        [] => usual.as_bytes(),
        own => own,
    };
    let mut head = Vec::new();
    let first = format!("{:?} {} ", answer.version(), status.as_str());
    push(&[first.as_bytes(), words].concat(), data, &mut head);
    for (name, value) in answer.headers() {
        let name = HeaderName::as_str(name).as_bytes();
        push(&[name, b": ", value.as_bytes()].concat(), data, &mut head);
    }
    push(b"", data, &mut head);
    head
}

/// One line: as it came for programs, printable for the person at the terminal.
fn push(line: &[u8], data: Data, head: &mut Vec<u8>) {
    match data {
        Data::OnTerminal => {
            head.extend_from_slice(printable(line).as_bytes());
            head.push(b'\n');
        }
        Data::Elsewhere => {
            head.extend_from_slice(line);
            head.extend_from_slice(b"\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_printable_lines_and_a_program_the_bytes() {
        let line = b"x: \x1b[2J\x9b\xe9";
        for (data, wanted) in [
            (Data::OnTerminal, &b"x: \\x1b[2J\\x9b\\xe9\n"[..]),
            (Data::Elsewhere, b"x: \x1b[2J\x9b\xe9\r\n"),
        ] {
            let mut head = Vec::new();
            push(line, data, &mut head);
            assert_eq!(head, wanted, "{data:?}");
        }
    }
}
