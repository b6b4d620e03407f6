//! [`Mailbox`]: the messages of an mbox file, one after the other, and files as bodies of mails.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

/// Reads an mbox (`mboxrd`: a `>` before `From ` is taken away again). One message at a time is
/// held in memory.
pub(crate) struct Mailbox {
    file: BufReader<Box<dyn Read + Send>>,
    line: Vec<u8>,
}

impl Mailbox {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file: Box<dyn Read + Send> = if path == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(path)?)
        };
        let mut mailbox = Self {
            file: BufReader::with_capacity(256 * 1024, file),
            line: Vec::new(),
        };
        mailbox.read_line()?;
        if !mailbox.line.is_empty() && !mailbox.line.starts_with(b"From ") {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "not an mbox: it does not begin with \"From \"",
            ));
        }
        Ok(mailbox)
    }

    /// Whether there is no message left.
    pub(crate) fn is_at_end(&self) -> bool {
        self.line.is_empty()
    }

    fn read_line(&mut self) -> io::Result<()> {
        self.line.clear();
        self.file.read_until(b'\n', &mut self.line).map(drop)
    }

    /// The next message, without the line that begins it and the empty one that ends it.
    pub(crate) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.line.is_empty() {
            return Ok(None);
        }
        let mut message = Vec::with_capacity(4096);
        loop {
            self.read_line()?;
            if self.line.is_empty() || self.line.starts_with(b"From ") {
                break;
            }
            message.extend_from_slice(unquoted(&self.line));
        }
        for end in [&b"\r\n\r\n"[..], b"\n\n"] {
            if message.ends_with(end) {
                message.truncate(message.len() - end.len() / 2);
                break;
            }
        }
        if message == b"\n" || message == b"\r\n" {
            message.clear();
        }
        Ok(Some(message))
    }
}

/// One `>` less before `>*From `.
fn unquoted(line: &[u8]) -> &[u8] {
    let quotes = line.iter().take_while(|&&b| b == b'>').count();
    let is_quoted = quotes > 0 && line.get(quotes..).is_some_and(|l| l.starts_with(b"From "));
    if is_quoted {
        line.get(1..).unwrap_or(line)
    } else {
        line
    }
}

/// A file read on this thread: a disk is quick enough, and the body is read once.
pub(crate) struct Regular(pub(crate) File);

impl AsyncRead for Regular {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = self.0.read(buf.initialize_unfilled())?;
        buf.advance(read);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mbox::Mbox;

    fn messages(text: &[u8]) -> Vec<Vec<u8>> {
        let file: Box<dyn Read + Send> = Box::new(io::Cursor::new(text.to_vec()));
        let mut mailbox = Mailbox {
            file: BufReader::new(file),
            line: Vec::new(),
        };
        mailbox.read_line().unwrap();
        std::iter::from_fn(|| mailbox.next().unwrap()).collect()
    }

    #[test]
    fn what_was_written_as_mbox_is_read_back() {
        let wanted: [&[u8]; 4] = [
            b"Subject: a\n\nFrom me\n>From you\n\n",
            b"",
            b"one line\n",
            b"\nbegins with an empty line\n",
        ];
        let mut text = Vec::new();
        for message in wanted {
            let mut mbox = Mbox::default();
            mbox.begin(jiff::Timestamp::UNIX_EPOCH, &mut text);
            mbox.push(message, &mut text);
            mbox.end(&mut text);
        }
        assert_eq!(messages(&text), wanted);
    }

    #[test]
    fn other_line_ends_and_a_missing_last_line() {
        assert_eq!(messages(b""), [b""; 0]);
        assert_eq!(
            messages(b"From a\r\nx\r\n\r\nFrom b\r\ny"),
            [&b"x\r\n"[..], b"y"]
        );
    }
}
