//! [`Unzip`]: a reply that is compressed on its own, as XFEATURE COMPRESS GZIP has it.
//!
//! Whatever the name says, servers send zlib data (RFC 1950), and then the lone dot. Some leave out the
//! checksum at the end of the data; so the data's own end is what counts, and a checksum is compared
//! where there is one.

use std::ops::Range;

use flate2::{Decompress, FlushDecompress, Status};
use netspeak_core::text::excerpt;
use netspeak_core::{Error, ErrorKind, Phase, Reason, Result, Step};

/// How much is unpacked at a time.
const PIECE: usize = 32 * 1024;

/// The state of unpacking; its memory is one piece and one line.
#[derive(Debug)]
pub(super) struct Unzip {
    inflate: Decompress,
    part: Part,
    adler: Adler,
    longest_line: usize,
    /// What was unpacked, and how much of that was given out.
    out: Vec<u8>,
    given: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Head,
    Data,
    Tail,
}

/// What a step of [`Unzip::decode`] found.
pub(super) enum Unzipped {
    /// So many octets were read.
    Part(usize),
    /// The closing dot.
    End,
}

impl Clone for Unzip {
    /// A fresh one: data is not unpacked twice.
    fn clone(&self) -> Self {
        Self::new(self.longest_line)
    }
}

impl Unzip {
    pub(super) fn new(longest_line: usize) -> Self {
        Self {
            inflate: Decompress::new(false),
            part: Part::Head,
            adler: Adler::default(),
            longest_line,
            out: Vec::new(),
            given: 0,
        }
    }

    /// Another reply begins.
    pub(super) fn restart(&mut self) {
        self.inflate.reset(false);
        self.part = Part::Head;
        self.adler = Adler::default();
        self.out.clear();
        self.given = 0;
    }

    /// The next whole line, without its end and dots undone. A lone dot inside closes nothing: the one
    /// behind the data does.
    pub(super) fn line(&mut self) -> Option<Range<usize>> {
        loop {
            let line = self.whole_line()?;
            let text = self.bytes(line.clone());
            if text != b"." {
                let stuffed = usize::from(text.starts_with(b"."));
                return Some(line.start + stuffed..line.end);
            }
        }
    }

    /// The next line; the last one may lack its end.
    fn whole_line(&mut self) -> Option<Range<usize>> {
        let rest = self.out.get(self.given..)?;
        let (length, skip) = match memchr::memchr(b'\n', rest) {
            Some(at) => (at, at + 1),
            None if self.part == Part::Tail && !rest.is_empty() => (rest.len(), rest.len()),
            None => return None,
        };
        let line = rest.get(..length)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let place = self.given..self.given + line.len();
        self.given += skip;
        Some(place)
    }

    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.out.get(range).unwrap_or_default()
    }

    pub(super) fn decode(&mut self, input: &[u8]) -> Result<Step<Unzipped>> {
        match self.part {
            Part::Head => self.head(input),
            Part::Data => self.data(input),
            Part::Tail => self.tail(input),
        }
    }

    /// `CMF FLG` (RFC 1950 section 2.2).
    fn head(&mut self, input: &[u8]) -> Result<Step<Unzipped>> {
        let [method, flags, ..] = input else {
            return Ok(Step::Need);
        };
        let check = u16::from_be_bytes([*method, *flags]);
        let has_dictionary = flags & 0x20 != 0;
        if method & 0x0f != 8 || !check.is_multiple_of(31) || has_dictionary {
            return Err(Error::malformed("compressed data", input));
        }
        self.part = Part::Data;
        Ok(part(2))
    }

    fn data(&mut self, input: &[u8]) -> Result<Step<Unzipped>> {
        self.out.drain(..self.given);
        self.given = 0;
        if self.out.len() > self.longest_line {
            return Err(Error::limit("bytes in a line", self.longest_line as u64));
        }
        let (kept, before) = (self.out.len(), self.inflate.total_in());
        self.out.reserve_exact(PIECE);
        let unpacked = self
            .inflate
            .decompress_vec(input, &mut self.out, FlushDecompress::None)
            .map_err(|_| Error::malformed("compressed data", input))?;
        self.adler.add(self.out.get(kept..).unwrap_or_default());
        if unpacked == Status::StreamEnd {
            self.part = Part::Tail;
        }
        let consumed = usize::try_from(self.inflate.total_in() - before).unwrap_or(input.len());
        if consumed == 0 && self.out.len() == kept && self.part == Part::Data {
            return Ok(Step::Need);
        }
        Ok(part(consumed))
    }

    /// The checksum, or none; and the lone dot.
    fn tail(&mut self, input: &[u8]) -> Result<Step<Unzipped>> {
        let end = |consumed| {
            Ok(Step::Event {
                consumed,
                event: Unzipped::End,
            })
        };
        let sum = self.adler.sum();
        match input {
            [a, b, c, d, b'.', b'\r', b'\n', ..] if [*a, *b, *c, *d] == sum => end(7),
            [b'.', b'\r', b'\n', ..] if !sum.starts_with(b".\r\n") => end(3),
            _ if input.len() < 7 => Ok(Step::Need),
            _ => Err(Error::net(
                ErrorKind::new(Phase::Work, Reason::Integrity),
                format!(
                    "compressed data does not end in its checksum and a dot: {:?}",
                    excerpt(input)
                ),
            )),
        }
    }
}

fn part(consumed: usize) -> Step<Unzipped> {
    Step::Event {
        consumed,
        event: Unzipped::Part(consumed),
    }
}

/// Adler-32 (RFC 1950 section 8.2).
#[derive(Clone, Copy, Debug)]
struct Adler {
    low: u32,
    high: u32,
}

impl Default for Adler {
    fn default() -> Self {
        Self { low: 1, high: 0 }
    }
}

impl Adler {
    const MODULUS: u32 = 65_521;

    fn add(&mut self, bytes: &[u8]) {
        // So many octets cannot overflow 32 bits before the remainder is taken.
        for piece in bytes.chunks(5_552) {
            for byte in piece {
                self.low += u32::from(*byte);
                self.high += self.low;
            }
            self.low %= Self::MODULUS;
            self.high %= Self::MODULUS;
        }
    }

    fn sum(self) -> [u8; 4] {
        (self.high << 16 | self.low).to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression, FlushCompress};

    use super::*;

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut packed = Vec::with_capacity(text.len() + 100);
        let mut deflate = Compress::new(Compression::default(), true);
        deflate
            .compress_vec(text, &mut packed, FlushCompress::Finish)
            .unwrap();
        packed
    }

    fn lines(input: &[u8], size: usize) -> Result<(Vec<String>, usize)> {
        let mut unzip = Unzip::new(1000);
        let (mut found, mut read, mut there) = (Vec::new(), 0, 0);
        loop {
            let step = unzip.decode(&input[read..there])?;
            while let Some(line) = unzip.line() {
                found.push(String::from_utf8_lossy(unzip.bytes(line)).into_owned());
            }
            match step {
                Step::Need if there == input.len() => return Err(Error::closed("in the test")),
                Step::Need => there = (there + size).min(input.len()),
                Step::Event { consumed, event } => {
                    read += consumed;
                    if matches!(event, Unzipped::End) {
                        return Ok((found, input.len() - read));
                    }
                }
            }
        }
    }

    #[test]
    fn with_and_without_checksum_in_every_size_of_pieces() {
        let whole = zlib(b"1\tone\r\n..2\ttwo\r\n");
        let cut = &whole[..whole.len() - 4];
        for packed in [&whole[..], cut] {
            let input = [packed, b".\r\n200 next"].concat();
            for size in 1..input.len() {
                let (found, left) = lines(&input, size).unwrap();
                assert_eq!(found, ["1\tone", ".2\ttwo"]);
                assert_eq!(left, b"200 next".len());
            }
        }
    }

    #[test]
    fn damage_is_an_error() {
        let whole = zlib(b"1\tone\r\n");
        let mut wrong_sum = whole.clone();
        *wrong_sum.last_mut().unwrap() ^= 1;
        let mut wrong_data = whole.clone();
        wrong_data[3] ^= 0xff;
        for packed in [&wrong_sum[..], &wrong_data, b"no zlib", &whole[..4]] {
            assert!(lines(&[packed, b".\r\n"].concat(), 5).is_err());
        }
    }

    #[test]
    fn a_bomb_without_line_ends_stops_at_the_longest_line() {
        let bomb = zlib(&vec![b'a'; 10_000_000]);
        let error = lines(&[&bomb[..], b".\r\n"].concat(), 100).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.too_large");
    }
}
