//! Raw deflate in both directions over a connection (RFC 1951), as COMPRESS wants it (RFC 4978).

use std::io;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The two directions of a connection.
pub(crate) struct Deflate {
    pack: Compress,
    unpack: Decompress,
}

impl Deflate {
    pub(crate) fn new() -> Self {
        Self {
            pack: Compress::new(Compression::default(), false),
            unpack: Decompress::new(false),
        }
    }

    /// What goes out for these bytes, so that the other side can read all of them.
    pub(crate) fn packed(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
        let mut rest = bytes;
        loop {
            let before = self.pack.total_in();
            let flush = FlushCompress::Sync;
            self.pack.compress_vec(rest, &mut out, flush)?;
            rest = behind(rest, self.pack.total_in() - before);
            if rest.is_empty() && out.len() < out.capacity() {
                return Ok(out);
            }
            out.reserve(out.capacity());
        }
    }

    /// What these bytes stand for.
    pub(crate) fn unpacked(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(bytes.len() * 4 + 64);
        let mut rest = bytes;
        loop {
            let before = self.unpack.total_in();
            let flush = FlushDecompress::Sync;
            let status = self.unpack.decompress_vec(rest, &mut out, flush)?;
            rest = behind(rest, self.unpack.total_in() - before);
            let is_done = rest.is_empty() && out.len() < out.capacity();
            if is_done || status == Status::StreamEnd {
                return Ok(out);
            }
            out.reserve(out.capacity());
        }
    }
}

fn behind(bytes: &[u8], count: u64) -> &[u8] {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    bytes.get(count..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_whole_and_in_pieces() {
        let (mut one, mut other) = (Deflate::new(), Deflate::new());
        let noise: Vec<u8> = (0..100_000_u32)
            .map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0])
            .collect();
        for text in [
            b"hello\r\n".to_vec(),
            vec![b'x'; 1_000_000],
            noise,
            Vec::new(),
        ] {
            let packed = one.packed(&text).unwrap();
            let mut out = Vec::new();
            for piece in packed.chunks(999) {
                out.extend(other.unpacked(piece).unwrap());
            }
            assert_eq!(out, text);
        }
        assert!(Deflate::new().unpacked(&[0xff; 20]).is_err());
    }
}
