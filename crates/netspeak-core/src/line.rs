//! [`LineCodec`]: lines that end in CR LF.

use std::ops::Range;

use crate::codec::{Codec, Shown, Step};
use crate::error::{Error, Result};

/// Cuts the stream into lines.
///
/// A line ends in LF; a CR before it belongs to the end. (Servers that send a bare LF exist, and
/// within a reply line nothing can be smuggled by it; message text is not read with this codec.)
#[derive(Clone, Debug)]
pub struct LineCodec {
    max: usize,
    searched: usize,
}

impl LineCodec {
    /// Lines of at most `max` bytes, line end not counted.
    pub fn new(max: usize) -> Self {
        Self { max, searched: 0 }
    }
}

impl Codec for LineCodec {
    /// Where the line stands, without its line end.
    type Event = Range<usize>;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Self::Event>> {
        let unseen = input.get(self.searched..).unwrap_or_default();
        let Some(at) = memchr::memchr(b'\n', unseen).map(|at| at + self.searched) else {
            self.searched = input.len();
            // One byte over may be the CR of the line end.
            return if input.len() > self.max + 1 {
                Err(too_long(self.max))
            } else {
                Ok(Step::Need)
            };
        };
        self.searched = 0;
        let line = input.get(..at).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > self.max {
            return Err(too_long(self.max));
        }
        Ok(Step::Event {
            consumed: at + 1,
            event: 0..line.len(),
        })
    }

    fn shown(event: &Self::Event) -> Shown {
        Shown::Line(event.clone())
    }
}

fn too_long(max: usize) -> Error {
    Error::limit("bytes in a line", max as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(max: usize, mut input: &[u8]) -> Result<Vec<String>> {
        let mut codec = LineCodec::new(max);
        let mut found = Vec::new();
        while let Step::Event { consumed, event } = codec.decode(input)? {
            found.push(String::from_utf8_lossy(&input[event]).into_owned());
            input = &input[consumed..];
        }
        Ok(found)
    }

    #[test]
    fn a_line_ends_in_lf_with_or_without_cr() {
        assert_eq!(
            lines(99, b"a\r\nb\n\r\n\rc\r\r\nrest").unwrap(),
            ["a", "b", "", "\rc\r"]
        );
    }

    #[test]
    fn a_line_may_be_as_long_as_the_limit_and_no_longer() {
        assert_eq!(lines(4, b"abcd\r\n").unwrap(), ["abcd"]);
        assert!(matches!(
            lines(4, b"abcde\r\n"),
            Err(Error::Limit { max: 4, .. })
        ));
        // Without any line end the limit holds as well.
        assert_eq!(lines(4, b"abcd\r").unwrap(), [""; 0]);
        assert!(lines(4, b"abcdef").is_err());
    }

    #[test]
    fn what_was_searched_is_not_searched_again() {
        let mut codec = LineCodec::new(1 << 20);
        let input = vec![b'x'; 1 << 16];
        for end in 1..input.len() {
            assert_eq!(codec.decode(&input[..end]).unwrap(), Step::Need);
            assert_eq!(codec.searched, end);
        }
    }
}
