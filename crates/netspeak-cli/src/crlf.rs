//! [`Crlf`]: a file with CR LF at the end of each line, however it ends its own.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

const CHUNK: usize = 64 * 1024;

/// Reads a file and turns each lone LF into CR LF. How long that is, is known before.
pub(crate) struct Crlf {
    file: File,
    length: u64,
    /// What was read and is not given out, from `at` on.
    ready: Vec<u8>,
    at: usize,
    last: u8,
}

impl Crlf {
    /// Looks through the file, and goes back to its beginning.
    pub(crate) fn of(mut file: File) -> io::Result<Self> {
        let mut chunk = vec![0; CHUNK];
        let (mut length, mut last) = (0u64, 0u8);
        loop {
            let count = file.read(&mut chunk)?;
            if count == 0 {
                break;
            }
            for byte in chunk.iter().take(count) {
                length = length.saturating_add(1 + u64::from(*byte == b'\n' && last != b'\r'));
                last = *byte;
            }
        }
        file.rewind()?;
        Ok(Self {
            file,
            length,
            ready: Vec::new(),
            at: 0,
            last: 0,
        })
    }

    /// How many bytes it gives.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    fn read_on(&mut self) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK];
        let count = self.file.read(&mut chunk)?;
        self.ready.clear();
        self.at = 0;
        for byte in chunk.iter().take(count) {
            if *byte == b'\n' && self.last != b'\r' {
                self.ready.push(b'\r');
            }
            self.ready.push(*byte);
            self.last = *byte;
        }
        Ok(())
    }
}

/// A file of the disk never keeps a task waiting for long.
impl AsyncRead for Crlf {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.at >= self.ready.len() {
            self.read_on()?;
        }
        let rest = self.ready.get(self.at..).unwrap_or_default();
        let count = rest.len().min(room.remaining());
        room.put_slice(rest.get(..count).unwrap_or_default());
        self.at = self.at.saturating_add(count);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn every_line_ends_in_cr_lf_also_across_pieces() {
        let long = "x".repeat(CHUNK - 1);
        for (given, sent) in [
            (String::new(), String::new()),
            ("a\nb\r\n\n".into(), "a\r\nb\r\n\r\n".into()),
            (format!("{long}\r\n\n"), format!("{long}\r\n\r\n")),
            (format!("{long}a\nb"), format!("{long}a\r\nb")),
        ] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(given.as_bytes()).unwrap();
            file.rewind().unwrap();
            let mut crlf = Crlf::of(file).unwrap();
            let mut all = Vec::new();
            crlf.read_to_end(&mut all).await.unwrap();
            assert!(all == sent.as_bytes());
            assert_eq!(crlf.length(), sent.len() as u64);
        }
    }
}
