//! [`Legible`]: data on a terminal, as text that no terminal obeys.

use std::io::{self, Write};

use netspeak::core::text::printable;

/// A line that is longer is shown in parts.
const LONGEST: usize = 64 * 1024;

/// Makes what is written printable, line by line. Line ends and tabs stay what they are.
pub(crate) struct Legible<W: Write> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> Legible<W> {
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            line: Vec::new(),
        }
    }

    /// Shows what there is up to here.
    fn show(&mut self, end: usize) -> io::Result<()> {
        let rest = self.line.split_off(end.min(self.line.len()));
        let line = std::mem::replace(&mut self.line, rest);
        let mut shown = String::with_capacity(line.len());
        for part in line.split_inclusive(|byte| matches!(byte, b'\n' | b'\t')) {
            let (text, end) = match part {
                [text @ .., b'\r', b'\n'] => (text, "\n"),
                [text @ .., b'\n'] => (text, "\n"),
                [text @ .., b'\t'] => (text, "\t"),
                text => (text, ""),
            };
            shown.push_str(&printable(text));
            shown.push_str(end);
        }
        self.out.write_all(shown.as_bytes())
    }
}

impl<W: Write> Write for Legible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        if let Some(last) = self.line.iter().rposition(|byte| *byte == b'\n') {
            self.show(last + 1)?;
        } else if self.line.len() > LONGEST {
            self.show(whole_characters(&self.line))?;
        }
        Ok(bytes.len())
    }

    /// What may be the first half of something waits for the other.
    fn flush(&mut self) -> io::Result<()> {
        let end = match self.line.last() {
            Some(b'\r') => self.line.len() - 1,
            _ => whole_characters(&self.line),
        };
        self.show(end)?;
        self.out.flush()
    }
}

impl<W: Write> Drop for Legible<W> {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _ = self.show(self.line.len());
        let _ = self.out.flush();
    }
}

/// Where the last character ends that is there as a whole.
fn whole_characters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_comes_it_is_shown_the_same() {
        let data = "a\tb\r\n\u{1b}[2Jgr\u{fc}n\u{9b}\u{202e}\r\rx\n\r\nend\u{20ac}".as_bytes();
        let wanted = "a\tb\n\\x1b[2Jgr\u{fc}n\\u{9b}\\u{202e}\\x0d\\x0dx\n\nend\u{20ac}";
        for piece in 1..=data.len() {
            let mut shown = Vec::new();
            let mut legible = Legible::new(&mut shown);
            for piece in data.chunks(piece) {
                legible.write_all(piece).unwrap();
                legible.flush().unwrap();
            }
            drop(legible);
            assert_eq!(String::from_utf8(shown).unwrap(), wanted, "by {piece}");
        }
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let mut legible = Legible::new(Vec::new());
        for _ in 0..100 {
            legible.write_all(&[b'x'; 10_000]).unwrap();
        }
        assert!(legible.line.len() <= LONGEST);
    }
}
