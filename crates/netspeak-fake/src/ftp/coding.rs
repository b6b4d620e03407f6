//! What TYPE and MODE make of a file on its way: line ends in ASCII, compression in MODE Z.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::{ZlibDecoder, ZlibEncoder};

use crate::ftp::session::{Kind, Mode};

/// A text whose lines end with LF, as it goes over the wire.
pub(super) fn with_line_ends(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut before = 0;
    for &byte in text {
        if byte == b'\n' && before != b'\r' {
            out.push(b'\r');
        }
        out.push(byte);
        before = byte;
    }
    out
}

/// The bytes in this mode.
pub(super) fn packed(bytes: Vec<u8>, mode: Mode) -> io::Result<Vec<u8>> {
    match mode {
        Mode::Stream => Ok(bytes),
        Mode::Deflate => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&bytes)?;
            encoder.finish()
        }
    }
}

/// Turns what comes in into what the file holds, piece by piece.
pub(super) struct Decoder {
    unpack: Option<ZlibDecoder<Vec<u8>>>,
    kind: Kind,
    /// Whether the last byte was a CR, which is not yet known to be a line end.
    after_cr: bool,
}

impl Decoder {
    pub(super) fn new(kind: Kind, mode: Mode) -> Self {
        Self {
            unpack: match mode {
                Mode::Stream => None,
                Mode::Deflate => Some(ZlibDecoder::new(Vec::new())),
            },
            kind,
            after_cr: false,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let Some(unpack) = &mut self.unpack else {
            return Ok(self.lines(bytes));
        };
        unpack.write_all(bytes)?;
        unpack.flush()?;
        let plain = std::mem::take(unpack.get_mut());
        Ok(self.lines(&plain))
    }

    /// What was held back.
    pub(super) fn finish(&mut self) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        if let Some(unpack) = &mut self.unpack {
            unpack.try_finish()?;
            plain = std::mem::take(unpack.get_mut());
        }
        let mut text = self.lines(&plain);
        if std::mem::take(&mut self.after_cr) {
            text.push(b'\r');
        }
        Ok(text)
    }

    fn lines(&mut self, bytes: &[u8]) -> Vec<u8> {
        if self.kind == Kind::Image {
            return bytes.to_vec();
        }
        let mut out = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            if std::mem::take(&mut self.after_cr) && byte != b'\n' {
                out.push(b'\r');
            }
            match byte {
                b'\r' => self.after_cr = true,
                _ => out.push(byte),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_cr_lf_on_the_wire_and_with_lf_at_home() {
        assert_eq!(with_line_ends(b"a\nb\r\n\n"), b"a\r\nb\r\n\r\n");
        let wire = b"a\r\nb\rc\r\r\n\r";
        for at in 0..=wire.len() {
            let mut decoder = Decoder::new(Kind::Ascii, Mode::Stream);
            let parts = [
                decoder.push(&wire[..at]).unwrap(),
                decoder.push(&wire[at..]).unwrap(),
                decoder.finish().unwrap(),
            ];
            assert_eq!(parts.concat(), b"a\nb\rc\r\n\r", "{at}");
        }
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let text = b"abc\n".repeat(1000);
        let wire = packed(text.clone(), Mode::Deflate).unwrap();
        assert!(wire.len() < 100);
        let mut decoder = Decoder::new(Kind::Image, Mode::Deflate);
        let mut plain = Vec::new();
        for byte in &wire {
            plain.extend(decoder.push(&[*byte]).unwrap());
        }
        plain.extend(decoder.finish().unwrap());
        assert_eq!(plain, text);
    }
}
