//! [`PlusHeader`]: the first line of a Gopher+ answer.

use netspeak_core::text::digits;
use netspeak_core::{Error, Result};

use super::Framing;

/// What the first line of a Gopher+ answer says (Gopher+ section 2.3).
///
/// ```text
/// header = ( "+" / "-" ) ( length / "-1" / "-2" )
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlusHeader {
    /// What was asked for follows: so many bytes, up to a lone dot, or up to the end of the connection.
    Follows(Framing),
    /// An error follows, framed so: its code, and for people why.
    Error(Framing),
}

impl PlusHeader {
    /// Reads the line, without its end.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is no such line: the server knows plain Gopher only.
    pub fn parse(line: &[u8]) -> Result<Self> {
        let malformed = || Error::malformed("the first line of a Gopher+ answer", line);
        let (sign, length) = line.split_first().ok_or_else(malformed)?;
        let length = std::str::from_utf8(length).map_err(|_| malformed())?;
        let framing = match length.trim_end() {
            "-1" => Framing::Text,
            "-2" => Framing::Bytes,
            "" => return Err(malformed()),
            count => Framing::Exactly(digits(count).ok_or_else(malformed)?),
        };
        match sign {
            b'+' => Ok(Self::Follows(framing)),
            b'-' => Ok(Self::Error(framing)),
            _ => Err(malformed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ways_to_say_how_long() {
        for (line, expected) in [
            ("+5", Some(PlusHeader::Follows(Framing::Exactly(5)))),
            ("+-1", Some(PlusHeader::Follows(Framing::Text))),
            ("+-2", Some(PlusHeader::Follows(Framing::Bytes))),
            ("--1", Some(PlusHeader::Error(Framing::Text))),
            ("-30 ", Some(PlusHeader::Error(Framing::Exactly(30)))),
            ("+", None),
            ("", None),
            ("+-3", None),
            ("+99999999999999999999", None),
            ("hello", None),
            ("1Menu\t/\th\t70", None),
        ] {
            assert_eq!(
                PlusHeader::parse(line.as_bytes()).ok(),
                expected,
                "{line:?}"
            );
        }
    }
}
