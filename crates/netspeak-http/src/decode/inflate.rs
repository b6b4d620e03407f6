//! gzip (RFC 1952) and deflate (RFC 1950, or RFC 1951 without its frame), on flate2.

use flate2::{Decompress, FlushDecompress, Status};

use super::{Undo, corrupt};
use crate::Result;

/// The window of gzip: 32 KiB.
const WINDOW_BITS: u8 = 15;

/// gzip of one or more members. Behind a member, zeros are padding, the magic number begins another
/// member, and anything else is ignored to the end: every part of the content is there by then, and
/// servers do leave scripts' comments behind it.
pub(super) struct Gzip {
    state: Member,
}

enum Member {
    Inside(Decompress),
    /// Between members, with the first byte of the magic number or without.
    Behind {
        magic: Option<u8>,
    },
    Rubbish,
}

const MAGIC: [u8; 2] = [0x1f, 0x8b];

impl Gzip {
    pub(super) fn new() -> Self {
        Self {
            state: Member::Inside(Decompress::new_gzip(WINDOW_BITS)),
        }
    }

    /// Looks for another member; `None` if all input was taken without finding one.
    fn next_member(&mut self, input: &mut &[u8]) -> Result<Option<()>> {
        while let Member::Behind { magic } = self.state {
            let Some((byte, rest)) = input.split_first() else {
                return Ok(None);
            };
            self.state = match (magic, *byte) {
                (None, 0) => Member::Behind { magic: None },
                (None, first) if first == MAGIC[0] => Member::Behind { magic: Some(first) },
                (Some(_), second) if second == MAGIC[1] => {
                    let mut member = Decompress::new_gzip(WINDOW_BITS);
                    inflate(&mut member, "gzip", &mut MAGIC.as_slice(), &mut [0])?;
                    Member::Inside(member)
                }
                _ => Member::Rubbish,
            };
            *input = rest;
        }
        Ok(Some(()))
    }
}

impl Undo for Gzip {
    fn undo(&mut self, input: &mut &[u8], room: &mut [u8]) -> Result<usize> {
        loop {
            if self.next_member(input)?.is_none() {
                return Ok(0);
            }
            let Member::Inside(member) = &mut self.state else {
                *input = &[];
                return Ok(0);
            };
            let (count, ended) = inflate(member, "gzip", input, room)?;
            if ended {
                self.state = Member::Behind { magic: None };
            }
            if count > 0 || !ended {
                return Ok(count);
            }
        }
    }

    fn may_end(&self) -> bool {
        !matches!(self.state, Member::Inside(_))
    }

    fn name(&self) -> &'static str {
        "gzip"
    }
}

/// deflate: with its zlib frame, as the RFC has it, or bare, as some servers send it.
pub(super) struct Deflate {
    state: Frame,
}

enum Frame {
    /// Two bytes tell which it is.
    Unknown {
        first: Option<u8>,
    },
    Inside(Decompress),
    Ended,
}

impl Deflate {
    pub(super) fn new() -> Self {
        Self {
            state: Frame::Unknown { first: None },
        }
    }

    fn begin(&mut self, first: u8, second: u8, room: &mut [u8]) -> Result<usize> {
        let header = [first, second];
        let has_frame = first & 0x0f == 8 && u16::from_be_bytes(header).is_multiple_of(31);
        let mut stream = Decompress::new(has_frame);
        let (count, ended) = inflate(&mut stream, "deflate", &mut header.as_slice(), room)?;
        self.state = if ended {
            Frame::Ended
        } else {
            Frame::Inside(stream)
        };
        Ok(count)
    }
}

impl Undo for Deflate {
    fn undo(&mut self, input: &mut &[u8], room: &mut [u8]) -> Result<usize> {
        if room.is_empty() {
            return Ok(0);
        }
        while let Frame::Unknown { first } = self.state {
            let Some((byte, rest)) = input.split_first() else {
                return Ok(0);
            };
            *input = rest;
            let count = match first {
                None => {
                    self.state = Frame::Unknown { first: Some(*byte) };
                    0
                }
                Some(first) => self.begin(first, *byte, room)?,
            };
            if count > 0 {
                return Ok(count);
            }
        }
        let Frame::Inside(stream) = &mut self.state else {
            *input = &[];
            return Ok(0);
        };
        let (count, ended) = inflate(stream, "deflate", input, room)?;
        if ended {
            self.state = Frame::Ended;
            if count == 0 {
                *input = &[];
            }
        }
        Ok(count)
    }

    fn may_end(&self) -> bool {
        matches!(self.state, Frame::Ended)
    }

    fn name(&self) -> &'static str {
        "deflate"
    }
}

/// How many bytes came out, and whether the stream has ended. All input is taken unless something
/// came out or the stream ended.
fn inflate(
    stream: &mut Decompress,
    name: &str,
    input: &mut &[u8],
    room: &mut [u8],
) -> Result<(usize, bool)> {
    loop {
        let (read, written) = (stream.total_in(), stream.total_out());
        let status = stream
            .decompress(input, room, FlushDecompress::None)
            .map_err(|_| corrupt(name, input))?;
        let taken = usize::try_from(stream.total_in().saturating_sub(read)).unwrap_or(usize::MAX);
        let came = usize::try_from(stream.total_out().saturating_sub(written)).unwrap_or(0);
        *input = input.get(taken..).unwrap_or_default();
        let ended = status == Status::StreamEnd;
        if came > 0 || ended || input.is_empty() || room.is_empty() {
            return Ok((came, ended));
        }
        if taken == 0 {
            return Err(corrupt(name, input));
        }
    }
}
