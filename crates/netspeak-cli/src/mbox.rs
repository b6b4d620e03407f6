//! [`Mbox`]: messages as one mailbox file of the kind `mboxrd`: LF line ends, lines that begin
//! with any number of `>` and `From ` get one `>` more, so that reading undoes it exactly.

use std::io::{self, Read, Seek, SeekFrom, Write};

use jiff::Timestamp;
use tempfile::SpooledTempFile;

/// A message of this size is held in memory until it is whole, a larger one in a temporary file.
const HELD: usize = 1024 * 1024;

/// How much is gathered before it is written.
const WRITE: usize = 128 * 1024;

/// Writes messages as a mailbox. Only whole ones: what breaks off leaves none of the one that broke.
pub(crate) struct MboxWriter<W: Write> {
    out: W,
    mbox: Mbox,
    /// Of whole messages.
    ready: Vec<u8>,
    text: Vec<u8>,
    /// What of the message does not fit in memory.
    held: Option<SpooledTempFile>,
    now: Timestamp,
}

impl<W: Write> MboxWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            mbox: Mbox::default(),
            ready: Vec::new(),
            text: Vec::new(),
            held: None,
            now: Timestamp::now(),
        }
    }

    /// A message begins. What there is of one that has not ended is dropped.
    pub(crate) fn begin(&mut self) {
        self.held = None;
        self.text.clear();
        self.mbox.begin(self.now, &mut self.text);
    }

    pub(crate) fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        self.mbox.push(piece, &mut self.text);
        if self.text.len() < WRITE {
            return Ok(());
        }
        let held = self.held.get_or_insert_with(|| SpooledTempFile::new(HELD));
        held.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }

    /// The message is whole.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.mbox.end(&mut self.text);
        if let Some(mut held) = self.held.take() {
            self.write_ready()?;
            held.seek(SeekFrom::Start(0))?;
            let mut room = vec![0; WRITE];
            loop {
                match held.read(&mut room)? {
                    0 => break,
                    read => self.out.write_all(room.get(..read).unwrap_or_default())?,
                }
            }
        }
        self.ready.append(&mut self.text);
        if self.ready.len() >= WRITE {
            self.write_ready()?;
        }
        Ok(())
    }

    /// There are no more.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.write_ready()?;
        self.out.flush()
    }

    fn write_ready(&mut self) -> io::Result<()> {
        self.out.write_all(&self.ready)?;
        self.ready.clear();
        Ok(())
    }
}

impl<W: Write> Drop for MboxWriter<W> {
    fn drop(&mut self) {
        // Something went wrong, or all is written.
        let _ = self.finish();
    }
}

/// Turns messages with CR LF line ends into an mbox.
#[derive(Debug, Default)]
pub(crate) struct Mbox {
    /// The beginning of a line that may still turn out to be a `From ` line, or a CR that may
    /// belong to a line end.
    held: Vec<u8>,
    at_line_start: bool,
    last: u8,
}

impl Mbox {
    /// The line that begins a message.
    pub(crate) fn begin(&mut self, now: Timestamp, out: &mut Vec<u8>) {
        *self = Self {
            held: Vec::new(),
            at_line_start: true,
            last: b'\n',
        };
        // asctime in UTC, as RFC 4155 wants it. The envelope sender is not known over POP3.
        let date = now.strftime("%a %b %e %H:%M:%S %Y");
        out.extend_from_slice(format!("From MAILER-DAEMON {date}\n").as_bytes());
    }

    /// A piece of the message.
    pub(crate) fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        out.reserve(piece.len() + 64);
        if self.held.is_empty() {
            return self.scan(piece, out);
        }
        // Only a few bytes are ever held: put them before the piece.
        let mut joined = std::mem::take(&mut self.held);
        joined.extend_from_slice(piece);
        self.scan(&joined, out);
    }

    /// The end of the message: a line end if the last line has none, and an empty line.
    pub(crate) fn end(&mut self, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            out.extend_from_slice(&held);
            self.last = b'x';
        }
        if self.last != b'\n' {
            out.push(b'\n');
        }
        out.push(b'\n');
    }

    fn scan(&mut self, mut rest: &[u8], out: &mut Vec<u8>) {
        while !rest.is_empty() {
            if self.at_line_start {
                match from_line(rest) {
                    Looks::Unclear => {
                        self.held = rest.to_vec();
                        return;
                    }
                    Looks::From => out.push(b'>'),
                    Looks::Other => {}
                }
                self.at_line_start = false;
            }
            let (line, after) = match memchr::memchr(b'\n', rest) {
                Some(at) => rest.split_at(at + 1),
                None => return self.hold_back_cr(rest, out),
            };
            match line.strip_suffix(b"\r\n") {
                Some(text) => {
                    out.extend_from_slice(text);
                    out.push(b'\n');
                }
                None => out.extend_from_slice(line),
            }
            self.at_line_start = true;
            self.last = b'\n';
            rest = after;
        }
    }

    fn hold_back_cr(&mut self, rest: &[u8], out: &mut Vec<u8>) {
        let text = match rest.strip_suffix(b"\r") {
            Some(text) => {
                self.held = b"\r".to_vec();
                text
            }
            None => rest,
        };
        out.extend_from_slice(text);
        self.last = text.last().copied().unwrap_or(self.last);
    }
}

enum Looks {
    From,
    Other,
    /// Too short to tell.
    Unclear,
}

/// `>*From `
fn from_line(line: &[u8]) -> Looks {
    let quotes = line.iter().take_while(|&&b| b == b'>').count();
    let word = line.get(quotes..).unwrap_or_default();
    if word.starts_with(b"From ") {
        Looks::From
    } else if b"From ".starts_with(word) && quotes < 1000 {
        Looks::Unclear
    } else {
        Looks::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_messages_are_written_however_large() {
        let large = "line\r\n".repeat(HELD / 2);
        let mut out = Vec::new();
        let mut writer = MboxWriter::new(&mut out);
        for (message, is_whole) in [
            ("a\r\n", true),
            ("cut\r\n", false),
            (&large, true),
            (&large, false),
        ] {
            writer.begin();
            for piece in message.as_bytes().chunks(100_000) {
                writer.push(piece).unwrap();
            }
            if is_whole {
                writer.end().unwrap();
            }
        }
        drop(writer);
        let text = String::from_utf8(out).unwrap();
        let mut messages = text.split("From MAILER-DAEMON ").skip(1);
        assert!(messages.next().unwrap().ends_with("\na\n\n"));
        assert_eq!(messages.next().unwrap().matches("line\n").count(), HELD / 2);
        assert_eq!(messages.next(), None);
        assert!(!text.contains("cut"));
    }

    fn mbox(message: &[u8], piece: usize) -> String {
        let mut out = Vec::new();
        let mut mbox = Mbox::default();
        mbox.begin(Timestamp::UNIX_EPOCH, &mut out);
        for piece in message.chunks(piece) {
            mbox.push(piece, &mut out);
        }
        mbox.end(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn however_it_is_cut_it_is_the_same() {
        let head = "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n";
        for (message, expected) in [
            ("Subject: x\r\n\r\nhello\r\n", "Subject: x\n\nhello\n\n"),
            ("", "\n"),
            ("no line end", "no line end\n\n"),
            (
                "From me\r\n>From you\r\n>>From x\r\n",
                ">From me\n>>From you\n>>>From x\n\n",
            ),
            (
                "Fro\r\nFrom\r\nFromage\r\n>Fr",
                "Fro\nFrom\nFromage\n>Fr\n\n",
            ),
            ("a\rb\r\r\n\r", "a\rb\r\n\r\n\n"),
            ("bare\nFrom x\n", "bare\n>From x\n\n"),
        ] {
            for piece in 1..=message.len().max(1) {
                assert_eq!(
                    mbox(message.as_bytes(), piece),
                    format!("{head}{expected}"),
                    "{piece}"
                );
            }
        }
    }
}
