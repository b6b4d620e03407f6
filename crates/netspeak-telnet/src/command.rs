//! [`Command`]: the bytes behind IAC, and how text and data are written between them.

use std::fmt;

/// Interpret as command.
pub(crate) const IAC: u8 = 255;
/// Begins a subnegotiation.
pub(crate) const SB: u8 = 250;
/// Ends one.
pub(crate) const SE: u8 = 240;

/// A command without an option (RFC 854, RFC 885, RFC 1184).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Command {
    /// The end of a file (RFC 1184).
    EndOfFile,
    /// The process is to be suspended (RFC 1184).
    Suspend,
    /// The process is to be aborted (RFC 1184).
    Abort,
    /// The end of a record, behind prompts (RFC 885).
    EndOfRecord,
    /// Nothing.
    Nop,
    /// Where urgent data ends.
    DataMark,
    /// The break key.
    Break,
    /// Interrupts the process.
    InterruptProcess,
    /// What is still to be printed is not wanted.
    AbortOutput,
    /// Are you there?
    AreYouThere,
    /// The last character is to be erased.
    EraseCharacter,
    /// The line is to be erased.
    EraseLine,
    /// It is the other side's turn.
    GoAhead,
    /// Nobody knows what.
    Other(u8),
}

impl Command {
    /// The command of this byte.
    pub const fn new(byte: u8) -> Self {
        match byte {
            236 => Self::EndOfFile,
            237 => Self::Suspend,
            238 => Self::Abort,
            239 => Self::EndOfRecord,
            241 => Self::Nop,
            242 => Self::DataMark,
            243 => Self::Break,
            244 => Self::InterruptProcess,
            245 => Self::AbortOutput,
            246 => Self::AreYouThere,
            247 => Self::EraseCharacter,
            248 => Self::EraseLine,
            249 => Self::GoAhead,
            other => Self::Other(other),
        }
    }

    /// The byte behind IAC.
    pub const fn as_byte(self) -> u8 {
        match self {
            Self::EndOfFile => 236,
            Self::Suspend => 237,
            Self::Abort => 238,
            Self::EndOfRecord => 239,
            Self::Nop => 241,
            Self::DataMark => 242,
            Self::Break => 243,
            Self::InterruptProcess => 244,
            Self::AbortOutput => 245,
            Self::AreYouThere => 246,
            Self::EraseCharacter => 247,
            Self::EraseLine => 248,
            Self::GoAhead => 249,
            Self::Other(byte) => byte,
        }
    }

    /// As it is sent.
    pub const fn bytes(self) -> [u8; 2] {
        [IAC, self.as_byte()]
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::EndOfFile => "EOF",
            Self::Suspend => "SUSP",
            Self::Abort => "ABORT",
            Self::EndOfRecord => "EOR",
            Self::Nop => "NOP",
            Self::DataMark => "DM",
            Self::Break => "BRK",
            Self::InterruptProcess => "IP",
            Self::AbortOutput => "AO",
            Self::AreYouThere => "AYT",
            Self::EraseCharacter => "EC",
            Self::EraseLine => "EL",
            Self::GoAhead => "GA",
            Self::Other(byte) => return write!(f, "{byte}"),
        })
    }
}

/// A word about an option (RFC 855).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Who says it does it, or would.
    Will,
    /// Who says it does not.
    Wont,
    /// The other side is to do it, or may.
    Do,
    /// The other side is not to.
    Dont,
}

impl Verb {
    pub(crate) const fn new(byte: u8) -> Option<Self> {
        match byte {
            251 => Some(Self::Will),
            252 => Some(Self::Wont),
            253 => Some(Self::Do),
            254 => Some(Self::Dont),
            _ => None,
        }
    }

    pub(crate) const fn as_byte(self) -> u8 {
        match self {
            Self::Will => 251,
            Self::Wont => 252,
            Self::Do => 253,
            Self::Dont => 254,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Will => "WILL",
            Self::Wont => "WONT",
            Self::Do => "DO",
            Self::Dont => "DONT",
        })
    }
}

/// Adds data, each 255 in it doubled.
pub(crate) fn escape(data: &[u8], out: &mut Vec<u8>) {
    let mut rest = data;
    while let Some(at) = memchr::memchr(IAC, rest) {
        let (head, tail) = rest.split_at_checked(at + 1).unwrap_or((rest, &[]));
        out.extend_from_slice(head);
        out.push(IAC);
        rest = tail;
    }
    out.extend_from_slice(rest);
}

/// Adds a subnegotiation.
pub(crate) fn subnegotiation(option: u8, data: &[u8], out: &mut Vec<u8>) {
    out.extend([IAC, SB, option]);
    escape(data, out);
    out.extend([IAC, SE]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_a_command_and_comes_back() {
        for byte in 0..=255 {
            assert_eq!(Command::new(byte).as_byte(), byte);
            assert!(Verb::new(byte).is_none_or(|verb| verb.as_byte() == byte));
        }
        assert_eq!(Command::AreYouThere.bytes(), [255, 246]);
    }

    #[test]
    fn a_255_is_doubled_wherever_it_stands() {
        for (data, expected) in [
            (&b""[..], &b""[..]),
            (b"abc", b"abc"),
            (b"\xff", b"\xff\xff"),
            (b"\xff\xffa\xff", b"\xff\xff\xff\xffa\xff\xff"),
        ] {
            let mut out = Vec::new();
            escape(data, &mut out);
            assert_eq!(out, expected);
        }
    }
}
