//! [`LineEnding`]: what Enter sends.

use crate::command::{IAC, escape};

/// What ends a line that we send (RFC 854 wants CR LF; devices want what they want).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LineEnding {
    /// CR LF in text. In BINARY (RFC 856), where the server takes both bytes for themselves, CR, as the
    /// Enter key sends it.
    #[default]
    Usual,
    /// CR LF: a new line.
    CrLf,
    /// CR NUL: a bare carriage return, as RFC 854 writes it; what Enter sends to most Unix servers.
    CrNul,
    /// CR alone.
    Cr,
    /// LF alone.
    Lf,
}

impl LineEnding {
    /// The bytes, in text.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Usual | Self::CrLf => b"\r\n",
            Self::CrNul => b"\r\0",
            Self::Cr => b"\r",
            Self::Lf => b"\n",
        }
    }
}

impl LineEnding {
    /// The bytes, in this mode.
    pub(crate) fn in_mode(self, mode: Mode) -> &'static [u8] {
        match (self, mode) {
            (Self::Usual, Mode::Binary) => b"\r",
            (ending, _) => ending.bytes(),
        }
    }
}

/// Whether CR has a meaning of its own on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Text of the network virtual terminal: a CR that is no line end is followed by NUL.
    Text,
    /// RFC 856: bytes are bytes, but for 255.
    Binary,
}

/// Writes text for the way: line ends as they are to be, 255 doubled. Text comes in pieces of any size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writer {
    /// The last piece ended with a CR, whose meaning the next byte decides.
    after_cr: bool,
}

impl Writer {
    /// Adds text: CR LF and LF become the line ending; another CR is itself.
    pub(crate) fn text(&mut self, text: &[u8], ending: LineEnding, mode: Mode, out: &mut Vec<u8>) {
        let mut rest = text;
        if std::mem::take(&mut self.after_cr) && !rest.is_empty() {
            match rest.strip_prefix(b"\n") {
                Some(behind) => {
                    out.extend_from_slice(ending.in_mode(mode));
                    rest = behind;
                }
                None => bare_cr(mode, out),
            }
        }
        while let Some(at) = memchr::memchr3(b'\r', b'\n', IAC, rest) {
            let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, &[]));
            out.extend_from_slice(head);
            rest = match tail {
                [b'\r', b'\n', behind @ ..] | [b'\n', behind @ ..] => {
                    out.extend_from_slice(ending.in_mode(mode));
                    behind
                }
                [b'\r'] => {
                    self.after_cr = true;
                    &[]
                }
                [b'\r', behind @ ..] => {
                    bare_cr(mode, out);
                    behind
                }
                [_, behind @ ..] => {
                    out.extend([IAC, IAC]);
                    behind
                }
                [] => &[],
            };
        }
        out.extend_from_slice(rest);
    }

    /// Whatever waits for its next byte has none.
    pub(crate) fn finish(&mut self, mode: Mode, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.after_cr) {
            bare_cr(mode, out);
        }
    }

    /// Adds data as it is, but for 255.
    pub(crate) fn data(&mut self, data: &[u8], mode: Mode, out: &mut Vec<u8>) {
        self.finish(mode, out);
        escape(data, out);
    }
}

fn bare_cr(mode: Mode, out: &mut Vec<u8>) {
    out.push(b'\r');
    if mode == Mode::Text {
        out.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&str], ending: LineEnding, mode: Mode) -> Vec<u8> {
        let (mut writer, mut out) = (Writer::default(), Vec::new());
        for piece in pieces {
            writer.text(piece.as_bytes(), ending, mode, &mut out);
        }
        writer.finish(mode, &mut out);
        out
    }

    #[test]
    fn line_ends_are_what_the_session_wants() {
        use LineEnding::{Cr, CrLf, CrNul, Lf, Usual};
        for (text, ending, expected) in [
            ("show\n", Usual, "show\r\n"),
            ("show\n", CrLf, "show\r\n"),
            ("show\r\n", CrLf, "show\r\n"),
            ("show\n", Cr, "show\r"),
            ("show\r\n", Lf, "show\n"),
            ("show\n", CrNul, "show\r\0"),
            ("a\rb", CrLf, "a\r\0b"),
            ("a\r", CrLf, "a\r\0"),
            ("\n\n", CrLf, "\r\n\r\n"),
        ] {
            let expected = expected.as_bytes();
            assert_eq!(written(&[text], ending, Mode::Text), expected, "{text:?}");
            let single: Vec<String> = text.chars().map(String::from).collect();
            let single: Vec<&str> = single.iter().map(String::as_str).collect();
            assert_eq!(written(&single, ending, Mode::Text), expected, "{text:?}");
        }
        assert_eq!(written(&["a\rb"], CrLf, Mode::Binary), b"a\rb");
        assert_eq!(written(&["show\n"], CrLf, Mode::Binary), b"show\r\n");
        assert_eq!(written(&["show\n"], Usual, Mode::Binary), b"show\r");
        let (mut writer, mut out) = (Writer::default(), Vec::new());
        writer.text(b"\xff\x01", CrLf, Mode::Text, &mut out);
        writer.data(b"\r\xff", Mode::Text, &mut out);
        assert_eq!(out, b"\xff\xff\x01\r\xff\xff");
    }
}
