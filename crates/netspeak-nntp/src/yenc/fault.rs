//! [`Fault`]: what can be wrong with an article in yEnc.

use std::fmt;

/// What is wrong with an article in yEnc. What was decoded before stays where the decoder wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// A line that describes the part is longer than [`Decoder::LONGEST_LINE`](super::Decoder::LONGEST_LINE).
    Line,
    /// The size of the file is no number of bytes.
    Size,
    /// The place of the part is not within the file.
    Range,
    /// There are more bytes than the part or the file may have.
    TooLong {
        /// How many it may have.
        declared: u64,
    },
    /// There are other bytes than the part or the file should have.
    Length {
        /// How many it should have.
        declared: u64,
        /// How many there are.
        decoded: u64,
    },
    /// The bytes are not those that were posted.
    Crc {
        /// The CRC-32 that the article states.
        declared: u32,
        /// The CRC-32 of what was decoded.
        decoded: u32,
    },
    /// The article ends before its part does.
    Cut,
    /// It is a part of a file, and its place in the file is not told.
    NoPlace,
    /// It is said to be of a file with another size than the parts before.
    OtherFile,
    /// It has bytes in common with another part, but not all.
    Overlap,
    /// There are more parts than [`Assembly::MOST_PARTS`](super::Assembly::MOST_PARTS).
    TooManyParts,
    /// Parts are missing.
    Incomplete {
        /// How many bytes of the file are there.
        present: u64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line => f.write_str("a line about the part is too long"),
            Self::Size => f.write_str("the size of the file is no number"),
            Self::Range => f.write_str("the part is not within the file"),
            Self::TooLong { declared } => {
                write!(f, "there are more than the {declared} bytes it should have")
            }
            Self::Length { declared, decoded } => {
                write!(f, "it should have {declared} bytes and has {decoded}")
            }
            Self::Crc { declared, decoded } => {
                write!(
                    f,
                    "its CRC-32 should be {declared:08x} and is {decoded:08x}"
                )
            }
            Self::Cut => f.write_str("it ends too early"),
            Self::NoPlace => f.write_str("its place in the file is not told"),
            Self::OtherFile => f.write_str("it belongs to another file"),
            Self::Overlap => f.write_str("it has bytes in common with another part"),
            Self::TooManyParts => f.write_str("the file has too many parts"),
            Self::Incomplete { present } => {
                write!(f, "parts are missing: {present} bytes are there")
            }
        }
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for crate::Error {
    fn from(fault: Fault) -> Self {
        let what = fault.to_string();
        Self::malformed("an article in yEnc as it was posted", what.as_bytes())
    }
}
