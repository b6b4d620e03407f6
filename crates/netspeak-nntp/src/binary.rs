//! The binary file in an article, in yEnc or uuencoded, whichever it is.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::{uu, yenc};

/// Decodes the first file or part of one in an article that is given in pieces of any size, its dots
/// undone.
#[derive(Clone, Debug)]
pub struct Decoder {
    yenc: yenc::Decoder,
    uu: uu::Decoder,
    state: State,
    /// What the article begins with, to be shown should nothing else be found.
    start: Vec<u8>,
}

/// In bytes.
const LONGEST_START: usize = 80;

#[derive(Clone, Debug)]
enum State {
    Looking,
    Yenc,
    Uu(uu::Head),
    Done(Binary),
    Failed(yenc::Fault),
}

/// What an article held. Its bytes are where the decoder wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Binary {
    /// A part in yEnc.
    Yenc(yenc::Part),
    /// A uuencoded file.
    Uu(uu::Head, uu::End),
}

impl Decoder {
    /// A decoder for an article that begins with the next byte.
    pub fn new() -> Self {
        Self {
            yenc: yenc::Decoder::new(yenc::Dots::Plain),
            uu: uu::Decoder::new(),
            state: State::Looking,
            start: Vec::new(),
        }
    }

    /// Reads a piece, and adds the bytes of the file to `out`. What is wrong with it is told at the end.
    pub fn decode(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        match &self.state {
            State::Looking => {
                let room = LONGEST_START.saturating_sub(self.start.len());
                self.start.extend(piece.iter().take(room));
                self.decode_yenc(piece, out);
                if matches!(self.state, State::Looking) {
                    self.decode_uu(piece, out);
                }
            }
            State::Yenc => self.decode_yenc(piece, out),
            State::Uu(_) => self.decode_uu(piece, out),
            State::Done(_) | State::Failed(_) => {}
        }
    }

    fn decode_yenc(&mut self, mut piece: &[u8], out: &mut Vec<u8>) {
        loop {
            let step = match self.yenc.decode(piece, out) {
                Ok(step) => step,
                Err(fault) => {
                    self.state = State::Failed(fault);
                    return;
                }
            };
            piece = piece.get(step.consumed..).unwrap_or_default();
            match step.event {
                Some(yenc::Event::Begin(_)) => self.state = State::Yenc,
                Some(yenc::Event::End(part)) => {
                    self.state = State::Done(Binary::Yenc(part));
                    return;
                }
                Some(yenc::Event::Finished) | None => return,
            }
        }
    }

    fn decode_uu(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let begin = out.len();
        for event in self.uu.decode(piece, out) {
            self.uu_event(event, begin, out);
        }
    }

    fn uu_event(&mut self, event: uu::Event, begin: usize, out: &mut Vec<u8>) {
        match (mem::replace(&mut self.state, State::Looking), event) {
            (State::Looking, uu::Event::Begin(head)) => self.state = State::Uu(head),
            (State::Uu(head), uu::Event::End(end)) => {
                self.state = State::Done(Binary::Uu(head, end));
            }
            (State::Done(binary), uu::Event::Begin(second)) => {
                // What follows in the same piece is of another file.
                out.truncate(second.at.max(begin));
                self.state = State::Done(binary);
            }
            (state, _) => self.state = state,
        }
    }

    /// The article has come to its end: what was in it.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there is no such file, or it is more than it should be.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<Binary> {
        let begin = out.len();
        if matches!(self.state, State::Looking | State::Uu(_)) {
            let last = mem::take(&mut self.uu).finish(out);
            if let Some(event) = last {
                self.uu_event(event, begin, out);
            }
        }
        match self.state {
            State::Looking => Err(Error::malformed(
                "an article with a binary file",
                &self.start,
            )),
            State::Yenc => match self.yenc.finish() {
                Some(part) => Ok(Binary::Yenc(part)),
                None => Err(yenc::Fault::Cut.into()),
            },
            State::Uu(head) => Ok(Binary::Uu(head, uu::End::default())),
            State::Done(binary) => Ok(binary),
            State::Failed(fault) => Err(fault.into()),
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Binary {
    /// The name in it, as its poster wrote it: it may hold anything, folders too.
    /// [`LocalName::fitted`](crate::LocalName::fitted) makes it fit.
    pub fn name(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Yenc(part) => part.header.name(),
            Self::Uu(head, _) => Some(head.name()),
        }
    }

    /// How many bytes were decoded.
    pub fn len(&self) -> u64 {
        match self {
            Self::Yenc(part) => part.len,
            Self::Uu(_, end) => end.len,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where its bytes stand in the file; `None` if that is not known.
    pub fn place(&self) -> Option<Range<u64>> {
        match self {
            Self::Yenc(part) => part.header.place.clone(),
            Self::Uu(_, end) => Some(0..end.len),
        }
    }

    /// Whether it is whole, and right as far as can be told: uuencoded files have no checksum.
    ///
    /// # Errors
    /// [`Error::Malformed`], with what is wrong.
    pub fn verify(&self) -> Result<()> {
        match self {
            Self::Yenc(part) => Ok(part.verify()?),
            Self::Uu(_, end) => {
                let what = match end {
                    uu::End {
                        complete: false, ..
                    } => "it ends too early",
                    uu::End { damaged: 0, .. } => return Ok(()),
                    _ => "lines are damaged",
                };
                Err(Error::malformed(
                    "a uuencoded file as it was posted",
                    what.as_bytes(),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YENC: &[u8] = b"Hello\r\n=ybegin line=128 size=3 name=hey.txt\r\n\x92\x8f\xa3\r\n=yend size=3 crc32=88d615f0\r\n";
    const UU: &[u8] =
        b"Hello\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nbegin 644 b\r\n#0V%T\r\nend\r\n";

    fn decode(article: &[u8], size: usize) -> (Result<Binary>, Vec<u8>) {
        let (mut decoder, mut out) = (Decoder::new(), Vec::new());
        for piece in article.chunks(size) {
            decoder.decode(piece, &mut out);
        }
        (decoder.finish(&mut out), out)
    }

    #[test]
    fn the_first_file_is_found_in_any_split() {
        for size in 1..200 {
            for (article, name, data) in [(YENC, "hey.txt", b"hey"), (UU, "cat.txt", b"Cat")] {
                let (binary, out) = decode(article, size);
                let binary = binary.unwrap();
                assert_eq!(
                    (binary.name().unwrap(), &out[..]),
                    (name.into(), &data[..]),
                    "{size}"
                );
                assert_eq!(
                    (binary.place(), binary.verify().is_ok()),
                    (Some(0..3), true)
                );
            }
        }
    }

    #[test]
    fn what_is_cut_damaged_or_none_is_told() {
        for (article, what) in [
            (&b"Hello\r\n"[..], "an article with a binary file"),
            (&YENC[..50], "it ends too early"),
            (&UU[..30], "it ends too early"),
            (b"begin 644 a\n#0V%T\nwhat?\nend\n", "lines are damaged"),
            (
                b"=ybegin line=128 size=1 name=a\r\nabc",
                "more than the 1 bytes",
            ),
        ] {
            let (binary, _) = decode(article, 7);
            let error = binary.and_then(|binary| binary.verify()).unwrap_err();
            assert!(error.to_string().contains(what), "{error}");
        }
    }
}
