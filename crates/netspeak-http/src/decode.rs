//! [`Decoder`]: undoes content codings (RFC 9110 section 8.4, RFC 7932, RFC 9659) in flat memory and
//! within a budget.

use std::fmt;

use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use netspeak_core::{ErrorKind, Limits, Phase, Reason};

use crate::field::trim;
use crate::{Error, Result};

#[cfg(feature = "brotli")]
mod brotli;
mod inflate;
#[cfg(feature = "zstd")]
mod zstd;

/// What is asked for in Accept-Encoding: all that a [`Decoder`] of this build undoes.
pub const ACCEPT_ENCODING: &str = match (cfg!(feature = "brotli"), cfg!(feature = "zstd")) {
    (true, true) => "gzip, deflate, br, zstd",
    (true, false) => "gzip, deflate, br",
    (false, true) => "gzip, deflate, zstd",
    (false, false) => "gzip, deflate",
};

/// The most codings one on top of the other. Two are an accident that happens, more are an attack.
const MOST_CODINGS: usize = 3;

/// So much may come out whatever went in: the ratio of a short text says nothing.
const FREE: u64 = 1024 * 1024;

/// What one coding hands to the next in one go.
const PIECE: usize = 16 * 1024;

/// One coding being undone.
trait Undo: Send {
    /// Takes from the front of the input and writes to the room. Zero bytes come out only if the room
    /// is empty, or nothing is left of the input and nothing is held back.
    fn undo(&mut self, input: &mut &[u8], room: &mut [u8]) -> Result<usize>;

    /// Whether the data may end here.
    fn may_end(&self) -> bool;

    /// The name of the coding.
    fn name(&self) -> &'static str;
}

/// A machine that undoes content codings: encoded bytes in, decoded ones out, whatever the pieces.
///
/// ```
/// use http::{HeaderMap, HeaderValue, header::CONTENT_ENCODING};
/// use netspeak_http::{Decoder, Limits};
///
/// # fn main() -> netspeak_http::Result<()> {
/// let headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static("deflate"))]);
/// let mut decoder = Decoder::of(&headers, &Limits::default())?.expect("there is a coding");
///
/// let mut encoded: &[u8] = &[0x2b, 0x4a, 0x2c, 0x57, 0xc8, 0xcf, 0x4b, 0x05, 0x00];
/// let (mut decoded, mut room) = (Vec::new(), [0; 4]);
/// loop {
///     match decoder.decode(&mut encoded, &mut room)? {
///         0 => break,
///         count => decoded.extend_from_slice(&room[..count]),
///     }
/// }
/// decoder.finish()?;
/// assert_eq!(decoded, b"raw one");
/// # Ok(())
/// # }
/// ```
pub struct Decoder {
    /// The coding that was applied last comes first.
    stages: Vec<Stage>,
    taken: u64,
    ratio: u64,
    ceiling: Option<u64>,
}

struct Stage {
    coding: Box<dyn Undo>,
    /// What comes from the stage before and was not taken yet. The first one has none.
    input: Vec<u8>,
    waiting: std::ops::Range<usize>,
    produced: u64,
}

impl Decoder {
    /// The decoder for an answer with these headers. `None` if its content is not encoded:
    /// no Content-Encoding, or only `identity`.
    ///
    /// Names count in any case; `x-gzip` is gzip. [`Limits::inflate_ratio`] bounds what comes out.
    /// When the content is decoded, Content-Encoding and Content-Length do not describe it any more.
    /// The answer to a range request may be the middle of encoded data: that cannot be decoded.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a coding that is not known here, [`Error::Limit`] for more than three.
    pub fn of(headers: &HeaderMap, limits: &Limits) -> Result<Option<Self>> {
        let values = headers.get_all(CONTENT_ENCODING).iter();
        Self::new(values.map(http::HeaderValue::as_bytes), limits)
    }

    /// As [`of`](Self::of), from the values of Content-Encoding in their order.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn new<'v>(
        values: impl IntoIterator<Item = &'v [u8]>,
        limits: &Limits,
    ) -> Result<Option<Self>> {
        let mut stages = Vec::new();
        let names = values.into_iter().flat_map(|value| value.split(is_comma));
        for name in names.map(trim) {
            let Some(coding) = coding(name)? else {
                continue;
            };
            if stages.len() >= MOST_CODINGS {
                return Err(Error::limit("content codings", MOST_CODINGS as u64));
            }
            stages.push(Stage {
                coding,
                input: Vec::new(),
                waiting: 0..0,
                produced: 0,
            });
        }
        stages.reverse();
        Ok(Some(stages)
            .filter(|stages| !stages.is_empty())
            .map(|stages| Self {
                stages,
                taken: 0,
                ratio: limits.inflate_ratio.into(),
                ceiling: None,
            }))
    }

    /// No more than so many decoded bytes in all. Without this, only the ratio bounds them.
    #[must_use]
    pub fn with_ceiling(mut self, bytes: u64) -> Self {
        self.ceiling = Some(bytes);
        self
    }

    /// Takes from the front of the input, writes decoded bytes to the room, and returns how many.
    /// Zero means that more input is needed (or that the room is empty): call until then.
    ///
    /// What follows the end of the data, such as padding, is taken and ignored.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the data is not what its coding says, or a checksum is wrong;
    /// [`Error::Limit`] if more came out than the ratio or the ceiling allows. The decoder is of no
    /// use after that.
    pub fn decode(&mut self, input: &mut &[u8], room: &mut [u8]) -> Result<usize> {
        let before = input.len();
        let produced = pull(&mut self.stages, input, room)?;
        let taken = before.saturating_sub(input.len());
        self.taken = self.taken.saturating_add(taken as u64);
        let allowed = self.taken.saturating_mul(self.ratio).saturating_add(FREE);
        if self.stages.iter().any(|stage| stage.produced > allowed) {
            return Err(Error::limit("bytes decoded for each one sent", self.ratio));
        }
        let total = self.stages.last().map_or(0, |stage| stage.produced);
        match self.ceiling {
            Some(ceiling) if total > ceiling => {
                Err(Error::limit("bytes of decoded content", ceiling))
            }
            _ => Ok(produced),
        }
    }

    /// All input was there and [`decode`](Self::decode) returned zero: whether the data is whole. No
    /// data at all is, as answers without a body may have a Content-Encoding.
    ///
    /// # Errors
    /// [`Error::Net`] with `body.truncated` if it was cut off.
    pub fn finish(&self) -> Result<()> {
        let cut = self.stages.iter().find(|stage| !stage.coding.may_end());
        match cut {
            Some(stage) if self.taken > 0 => Err(Error::net(
                ErrorKind::new(Phase::Body, Reason::Truncated),
                format!("the {} data ended too early", stage.coding.name()),
            )),
            _ => Ok(()),
        }
    }
}

/// Shows the codings in the order in which they are undone.
impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.stages.iter().map(|stage| stage.coding.name());
        f.debug_struct("Decoder")
            .field("codings", &names.collect::<Vec<_>>())
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

fn is_comma(byte: &u8) -> bool {
    *byte == b','
}

/// Decoded bytes of the last of the stages.
fn pull(stages: &mut [Stage], input: &mut &[u8], room: &mut [u8]) -> Result<usize> {
    let Some((last, before)) = stages.split_last_mut() else {
        return Ok(0);
    };
    let count = if before.is_empty() {
        last.coding.undo(input, room)?
    } else {
        last.undo_from(before, input, room)?
    };
    last.produced = last.produced.saturating_add(count as u64);
    Ok(count)
}

impl Stage {
    fn undo_from(
        &mut self,
        before: &mut [Self],
        input: &mut &[u8],
        room: &mut [u8],
    ) -> Result<usize> {
        loop {
            let mut waiting = self.input.get(self.waiting.clone()).unwrap_or_default();
            let count = self.coding.undo(&mut waiting, room)?;
            self.waiting.start = self.waiting.end.saturating_sub(waiting.len());
            if count > 0 || room.is_empty() {
                return Ok(count);
            }
            self.input.resize(PIECE, 0);
            self.waiting = 0..pull(before, input, &mut self.input)?;
            if self.waiting.is_empty() {
                return Ok(0);
            }
        }
    }
}

/// What undoes the coding of this name; `None` if there is nothing to undo.
fn coding(name: &[u8]) -> Result<Option<Box<dyn Undo>>> {
    Ok(Some(match name.to_ascii_lowercase().as_slice() {
        // `none` is no registered coding, but servers say it.
        b"" | b"identity" | b"none" => return Ok(None),
        b"gzip" | b"x-gzip" => Box::new(inflate::Gzip::new()),
        b"deflate" => Box::new(inflate::Deflate::new()),
        #[cfg(feature = "brotli")]
        b"br" => Box::new(brotli::Brotli::new()),
        #[cfg(feature = "zstd")]
        b"zstd" => Box::new(zstd::Zstd::new()?),
        _ => {
            return Err(Error::malformed(
                format!("one of the content codings {ACCEPT_ENCODING}"),
                name,
            ));
        }
    }))
}

/// The error about data that is not what its coding says.
fn corrupt(name: &str, input: &[u8]) -> Error {
    Error::malformed(format!("{name} data"), input)
}

#[cfg(test)]
mod tests;
