//! What an answer brings, and where it goes.

use std::io::Write;
use std::num::NonZeroU64;

use netspeak::core::text::printable;
use netspeak::http::{HeaderName, Response};

use super::failed;
use crate::failure::Failure;
use crate::output::Turn;
use crate::render::progress::{Bar, Data};

/// So much of an answer that nobody will see is read, to keep the connection.
const DISCARD: usize = 64 * 1024;

/// How an answer is shown.
#[derive(Clone, Copy)]
pub(in crate::verbs) struct Show<'a> {
    /// Its head comes before it.
    pub(in crate::verbs) head: bool,
    /// Bytes a second, at most.
    pub(in crate::verbs) rate: Option<NonZeroU64>,
    /// What counts the bytes of all answers; each has its own otherwise.
    pub(in crate::verbs) bar: Option<&'a Bar>,
    /// What was there before.
    pub(in crate::verbs) offset: u64,
}

impl Show<'_> {
    /// All of one answer.
    pub(in crate::verbs) fn whole(head: bool, rate: Option<NonZeroU64>) -> Self {
        Self {
            head,
            rate,
            bar: None,
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
    let own = how.bar.is_none().then(|| {
        let (name, rest) = (answer.url().path(), answer.content_length());
        Bar::new(name, how.offset, rest, sink.data())
    });
    let bar = how.bar.or(own.as_ref());
    while let Some(piece) = answer.chunk().await.map_err(failed)? {
        sink.write_all(&piece)?;
        if let Some(bar) = bar {
            bar.add(piece.len());
        }
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

/// The status line and the fields: as they came for programs, printable for the person at the terminal.
fn head(answer: &Response, data: Data) -> Vec<u8> {
    let status = answer.status();
    let own = answer.reason();
    let words = match status.canonical_reason() {
        _ if !own.is_empty() => own,
        Some(usual) => usual.as_bytes(),
        None => b"",
    };
    let mut head = format!("{:?} {} ", answer.version(), status.as_str()).into_bytes();
    let end: &[u8] = match data {
        Data::OnTerminal => b"\n",
        Data::Elsewhere => b"\r\n",
    };
    let push = |bytes: &[u8], head: &mut Vec<u8>| match data {
        Data::OnTerminal => head.extend_from_slice(printable(bytes).as_bytes()),
        Data::Elsewhere => head.extend_from_slice(bytes),
    };
    push(words, &mut head);
    head.extend_from_slice(end);
    for (name, value) in answer.headers() {
        head.extend_from_slice(HeaderName::as_str(name).as_bytes());
        head.extend_from_slice(b": ");
        push(value.as_bytes(), &mut head);
        head.extend_from_slice(end);
    }
    head.extend_from_slice(end);
    head
}
