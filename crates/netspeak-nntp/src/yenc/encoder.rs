//! [`Encoder`]: bytes of a file to the body of an article.

use std::ops::Range;

use crate::error::{Error, Result};

/// Bytes of a line, before critical ones are escaped.
pub const LINE_LENGTH: usize = 128;

/// Encodes one part of a file, given in pieces of any size.
///
/// What comes out has no dots doubled, which is for the transport to do. No line of it begins with a dot
/// all the same, so that a server that gets this wrong does no harm.
///
/// ```
/// use netspeak_nntp::yenc::Encoder;
///
/// let mut body = Vec::new();
/// let mut encoder = Encoder::whole("hey.txt", 3, &mut body)?;
/// encoder.encode(b"hey", &mut body)?;
/// encoder.finish(&mut body)?;
/// assert_eq!(
///     body,
///     b"=ybegin line=128 size=3 name=hey.txt\r\n\x92\x8f\xa3\r\n=yend size=3 crc32=88d615f0\r\n"
/// );
/// # Ok::<(), netspeak_nntp::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    part: Option<u32>,
    declared: u64,
    len: u64,
    crc: crc32fast::Hasher,
    column: usize,
    /// The last byte, if it is a blank that is critical should the line end here.
    blank: Option<u8>,
}

impl Encoder {
    /// Encodes a file of so many bytes into one article, and writes the first line.
    ///
    /// # Errors
    /// [`Error::Usage`] for a name that is empty, has blanks around it or a CR, LF or NUL in it, or is
    /// longer than 255 bytes.
    pub fn whole(name: &str, size: u64, out: &mut Vec<u8>) -> Result<Self> {
        check_name(name)?;
        write_line(
            out,
            &format!("=ybegin line={LINE_LENGTH} size={size} name={name}"),
        );
        Ok(Self::new(None, size))
    }

    /// Encodes part `part` of `total`, which has the bytes at `place` of a file of `size` bytes, and
    /// writes the first two lines.
    ///
    /// # Errors
    /// As [`whole`](Self::whole), and for a number or a place that is not within the file.
    pub fn part(
        name: &str,
        size: u64,
        part: u32,
        total: u32,
        place: Range<u64>,
        out: &mut Vec<u8>,
    ) -> Result<Self> {
        check_name(name)?;
        let len = place.end.checked_sub(place.start);
        let (Some(len), true) = (len, place.end <= size) else {
            return Err(Error::usage("the part is not within the file"));
        };
        if part == 0 || part > total {
            return Err(Error::usage("there is no part with that number"));
        }
        write_line(
            out,
            &format!(
                "=ybegin part={part} total={total} line={LINE_LENGTH} size={size} name={name}"
            ),
        );
        let first = place.start.saturating_add(1);
        write_line(out, &format!("=ypart begin={first} end={}", place.end));
        Ok(Self::new(Some(part), len))
    }

    fn new(part: Option<u32>, declared: u64) -> Self {
        Self {
            part,
            declared,
            len: 0,
            crc: crc32fast::Hasher::new(),
            column: 0,
            blank: None,
        }
    }

    /// Encodes the next bytes.
    ///
    /// # Errors
    /// [`Error::Usage`] if they are more than was said. Nothing of them was written then.
    pub fn encode(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let len = self.len.saturating_add(data.len() as u64);
        if len > self.declared {
            return Err(Error::usage(
                "there are more bytes than the part should have",
            ));
        }
        self.len = len;
        self.crc.update(data);
        out.reserve(data.len().saturating_add(data.len() / 16));
        for byte in data {
            self.byte(byte.wrapping_add(42), out);
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        if let Some(blank) = self.blank.take() {
            out.push(blank);
        }
        let is_first = self.column == 0;
        let is_last = self.column + 1 >= LINE_LENGTH;
        let is_critical = match byte {
            b'\0' | b'\n' | b'\r' | b'=' => true,
            b'\t' | b' ' => is_first || is_last,
            b'.' => is_first,
            _ => false,
        };
        self.column += 1;
        match byte {
            _ if is_critical => {
                self.column += 1;
                out.extend_from_slice(&[b'=', byte.wrapping_add(64)]);
            }
            b'\t' | b' ' => self.blank = Some(byte),
            _ => out.push(byte),
        }
        if self.column >= LINE_LENGTH {
            out.extend_from_slice(b"\r\n");
            self.column = 0;
        }
    }

    /// Writes the last line, and the CRC-32 of the part with it.
    ///
    /// # Errors
    /// [`Error::Usage`] if there were fewer bytes than was said.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<u32> {
        self.end(None, out)
    }

    /// As [`finish`](Self::finish), with the CRC-32 of the whole file, for the parts of one.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn finish_with(self, file_crc32: u32, out: &mut Vec<u8>) -> Result<u32> {
        self.end(Some(file_crc32), out)
    }

    fn end(mut self, file_crc32: Option<u32>, out: &mut Vec<u8>) -> Result<u32> {
        if self.len != self.declared {
            return Err(Error::usage(
                "there are fewer bytes than the part should have",
            ));
        }
        if let Some(blank) = self.blank.take() {
            // At the end of its line after all.
            out.extend_from_slice(&[b'=', blank.wrapping_add(64)]);
        }
        if self.column > 0 {
            out.extend_from_slice(b"\r\n");
        }
        let crc = self.crc.finalize();
        let mut line = format!("=yend size={}", self.len);
        match self.part {
            None => line.push_str(&format!(" crc32={crc:08x}")),
            Some(part) => line.push_str(&format!(" part={part} pcrc32={crc:08x}")),
        }
        if let (Some(_), Some(file)) = (self.part, file_crc32) {
            line.push_str(&format!(" crc32={file:08x}"));
        }
        write_line(out, &line);
        Ok(crc)
    }
}

fn check_name(name: &str) -> Result<()> {
    let is_odd = |byte: u8| matches!(byte, b'\0' | b'\r' | b'\n');
    if name.is_empty() || name.len() > 255 || name.trim() != name || name.bytes().any(is_odd) {
        return Err(Error::usage(format!(
            "{name:?} cannot be the name of a file in yEnc"
        )));
    }
    Ok(())
}

fn write_line(out: &mut Vec<u8>, line: &str) {
    out.extend_from_slice(line.as_bytes());
    out.extend_from_slice(b"\r\n");
}
