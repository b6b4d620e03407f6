//! [`Mailbox`]: the messages of an mbox file, one after the other, and files as bodies of mails.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use netspeak::core::text::printable;
use tokio::io::{AsyncRead, ReadBuf};

/// Reads an mbox (`mboxrd`: a `>` before `From ` is taken away again). One message at a time is
/// held in memory.
pub(crate) struct Mailbox {
    file: BufReader<Box<dyn Read + Send>>,
    line: Vec<u8>,
}

impl Mailbox {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let named = |error: io::Error| {
            let name = printable(path.as_os_str().as_encoded_bytes());
            io::Error::new(error.kind(), format!("{name}: {error}"))
        };
        let file: Box<dyn Read + Send> = if path == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(path).map_err(named)?)
        };
        let mut mailbox = Self {
            file: BufReader::with_capacity(256 * 1024, file),
            line: Vec::new(),
        };
        mailbox.read_line().map_err(named)?;
        if !mailbox.line.is_empty() && !mailbox.line.starts_with(b"From ") {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "not an mbox: it does not begin with \"From \"",
            ));
        }
        Ok(mailbox)
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
        let mut is_behind_empty = false;
        loop {
            self.read_line()?;
            if self.line.is_empty() || (is_behind_empty && is_separator(&self.line)) {
                break;
            }
            is_behind_empty = matches!(self.line.as_slice(), b"\n" | b"\r\n");
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

/// The line that begins a message: `From `, whom it is from, and when (RFC 4155). What people write in a
/// paragraph has no date.
fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let mut words = rest.split(u8::is_ascii_whitespace);
    let is_year = |word: &[u8]| {
        word.len() == 4 && word.starts_with(b"19") | word.starts_with(b"20") && is_number(word)
    };
    // Behind the time of day there may be a zone before the year.
    words.any(is_time_of_day) && words.any(is_year)
}

/// `12:34` or `12:34:56`
fn is_time_of_day(word: &[u8]) -> bool {
    let mut parts = 0;
    let are_numbers = word.split(|byte| *byte == b':').all(|part| {
        parts += 1;
        part.len() <= 2 && is_number(part)
    });
    are_numbers && (2..=3).contains(&parts)
}

fn is_number(word: &[u8]) -> bool {
    !word.is_empty() && word.iter().all(u8::is_ascii_digit)
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
            messages(b"From a\r\nx\r\n\r\nFrom b Thu Jan  1 00:00:00 1970\r\ny"),
            [&b"x\r\n"[..], b"y"]
        );
    }

    #[test]
    fn only_a_line_with_a_date_behind_an_empty_one_begins_a_message() {
        let text = b"From a Thu Jan  1 00:00:00 1970\nSubject: 1\n\nThe parcel came\n\
            From Berlin Thu Jan  1 00:00:00 1970 by train.\n\nFrom Hamburg it went on.\n\n\
            From 10:30 on it was there.\n\n\
            From b Thu Jan  1 00:00 CET 1970\n\n\
            From c Thu Jan  1 00:00:00 1970 +0100\nx\n";
        let found = messages(text);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].ends_with(b"From 10:30 on it was there.\n"));
        assert_eq!(found[1..], [&b""[..], b"x\n"]);
    }
}
