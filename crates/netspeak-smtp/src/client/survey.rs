//! [`Survey`]: what has to be known of a text before it is sent.

use netspeak_core::{DotEncoder, LineEndings};

/// A header that goes on for longer is judged by its beginning.
const HEADER: usize = 256 * 1024;

/// Looks through a text beforehand: how long it is as it goes out, and what it asks of the server. For
/// texts that can be read twice, such as files; what is in memory is looked through anyway.
///
/// ```
/// use netspeak_smtp::{Body, Survey};
///
/// # fn main() -> std::io::Result<()> {
/// let text = b"Subject: x\n\nhello\n";
/// let mut survey = Survey::new();
/// for piece in text.chunks(5) {
///     survey.push(piece);
/// }
/// let body = Body::reader(&text[..]).surveyed(survey);
/// assert_eq!(body.size(), Some(21)); // each LF goes out as CR LF
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Survey {
    lines: DotEncoder,
    /// The memory of the encoder; what it writes is only counted.
    changed: Vec<u8>,
    octets: u64,
    wire_octets: u64,
    is_ascii: bool,
    header: Vec<u8>,
    is_in_header: bool,
}

/// What a text asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Needs {
    /// As it is.
    pub(super) octets: u64,
    /// With CR LF at the end of each line, without the dots that are taken away again (RFC 1870).
    pub(super) wire_octets: u64,
    /// Whether there are bytes beyond ASCII.
    pub(super) is_eight_bit: bool,
    /// Whether the header is UTF-8, and not ASCII (RFC 6532).
    pub(super) has_utf8_header: bool,
}

impl Default for Survey {
    fn default() -> Self {
        Self::new()
    }
}

impl Survey {
    /// Of nothing, so far.
    pub fn new() -> Self {
        Self {
            lines: DotEncoder::without_dots(LineEndings::Normalize),
            changed: Vec::new(),
            octets: 0,
            wire_octets: 0,
            is_ascii: true,
            header: Vec::new(),
            is_in_header: true,
        }
    }

    /// The next piece of the text.
    pub fn push(&mut self, piece: &[u8]) {
        self.octets = self.octets.saturating_add(piece.len() as u64);
        self.is_ascii &= piece.is_ascii();
        self.changed.clear();
        // Line ends that are made right are no error.
        let kept = self.lines.encode_or_keep(piece, &mut self.changed);
        let kept = kept.map_or(0, <[u8]>::len);
        self.count(kept);
        if self.is_in_header {
            self.push_header(piece);
        }
    }

    fn count(&mut self, kept: usize) {
        let written = self.changed.len().saturating_add(kept);
        self.wire_octets = self.wire_octets.saturating_add(written as u64);
    }

    fn push_header(&mut self, piece: &[u8]) {
        let room = HEADER.saturating_sub(self.header.len());
        self.header
            .extend_from_slice(piece.get(..room).unwrap_or(piece));
        self.is_in_header = header_end(&self.header).is_none() && self.header.len() < HEADER;
    }

    pub(super) fn needs(mut self) -> Needs {
        self.changed.clear();
        // As above.
        let _ = self.lines.finish(&mut self.changed);
        self.count(0);
        Needs {
            octets: self.octets,
            wire_octets: self.wire_octets,
            is_eight_bit: !self.is_ascii,
            has_utf8_header: has_utf8_header(&self.header),
        }
    }
}

impl Needs {
    /// Of a text that is all there.
    pub(super) fn of(text: &[u8]) -> Self {
        const PIECE: usize = 64 * 1024;
        let mut survey = Survey {
            is_in_header: false,
            ..Survey::new()
        };
        for piece in text.chunks(PIECE) {
            survey.push(piece);
        }
        let needs = survey.needs();
        Self {
            has_utf8_header: needs.is_eight_bit && has_utf8_header(text),
            ..needs
        }
    }
}

/// Where the header ends, if that is there.
fn header_end(text: &[u8]) -> Option<usize> {
    let crlf = memchr::memmem::find(text, b"\r\n\r\n");
    let lf = || memchr::memmem::find(text, b"\n\n");
    crlf.or_else(lf)
}

fn has_utf8_header(text: &[u8]) -> bool {
    let header = match header_end(text) {
        Some(end) => text.get(..end).unwrap_or_default(),
        None => text,
    };
    !header.is_ascii() && std::str::from_utf8(header).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_needs_the_same_however_it_comes() {
        let needs = |octets, wire_octets, is_eight_bit, has_utf8_header| Needs {
            octets,
            wire_octets,
            is_eight_bit,
            has_utf8_header,
        };
        for (text, wanted) in [
            (&b""[..], needs(0, 0, false, false)),
            (b"Subject: x\r\n\r\n.hello\r\n", needs(22, 22, false, false)),
            (b"Subject: x\n\n.hello", needs(18, 22, false, false)),
            (b"a\rb\r", needs(4, 6, false, false)),
            (
                "Subject: ü\r\n\r\nx\r\n".as_bytes(),
                needs(18, 18, true, true),
            ),
            ("Subject: x\n\nü\n".as_bytes(), needs(15, 18, true, false)),
            (b"Subject: \xfc\n\nx\n", needs(14, 17, true, false)),
        ] {
            assert_eq!(Needs::of(text), wanted, "{text:?}");
            for piece in 1..=text.len().max(1) {
                let mut survey = Survey::new();
                text.chunks(piece).for_each(|piece| survey.push(piece));
                assert_eq!(survey.needs(), wanted, "{text:?} by {piece}");
            }
        }
    }

    #[test]
    fn a_header_without_end_is_not_kept_as_a_whole() {
        let mut survey = Survey::new();
        for _ in 0..100 {
            survey.push(&[b'x'; 10_000]);
        }
        assert!(survey.header.len() <= HEADER);
        assert_eq!(survey.needs().octets, 1_000_000);
    }
}
