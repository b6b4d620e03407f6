//! [`Scanner`]: the byte parser. Runs of data are found by memchr; all else is a state of a few bytes.

use std::ops::Range;

use netspeak_core::{Error, Result};

use super::Reading;
use crate::command::{Command, IAC, SB, SE, Verb};

/// What bytes mean.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Data: this range of the input.
    Data(Range<usize>),
    Command(Command),
    Negotiation(Verb, u8),
    /// What stood between SB and SE, 255 undoubled.
    Subnegotiation(u8, Vec<u8>),
    /// A subnegotiation that a command cut off.
    Broken(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Data,
    Iac,
    Verb(Verb),
    Begin,
    Inside(u8),
    InsideIac(u8),
}

/// It has read whatever it was given: a command may be cut anywhere.
#[derive(Debug)]
pub(super) struct Scanner {
    state: State,
    held: Vec<u8>,
    longest: usize,
}

impl Scanner {
    /// Subnegotiations may be so long.
    pub(super) fn new(longest: usize) -> Self {
        Self {
            state: State::Data,
            held: Vec::new(),
            longest,
        }
    }

    /// Data at the beginning of the input, unless a command is under way: where it ends, and what is used
    /// up with it. The common case, kept short.
    #[inline]
    pub(super) fn data(&self, input: &[u8], reading: Reading) -> Option<(usize, usize)> {
        if self.state != State::Data {
            return None;
        }
        let (end, consumed) = data_end(input, 0, reading);
        (end > 0).then_some((end, consumed))
    }

    /// Whether a doubled 255 is at the beginning of the input, and nothing under way.
    #[inline]
    pub(super) fn is_doubled(&self, input: &[u8]) -> bool {
        self.state == State::Data && input.starts_with(&[IAC, IAC])
    }

    /// A command of two bytes or a word of three at the beginning of the input, unless something is under
    /// way. The other common case.
    #[inline]
    pub(super) fn short(&self, input: &[u8]) -> Option<(usize, Token)> {
        match (self.state, input) {
            (State::Data, [IAC, 236..=239 | 241..=249, ..]) => {
                let command = Command::new(input.get(1).copied().unwrap_or_default());
                Some((2, Token::Command(command)))
            }
            (State::Data, [IAC, verb @ 251..=254, option, ..]) => {
                let verb = Verb::new(*verb)?;
                Some((3, Token::Negotiation(verb, *option)))
            }
            _ => None,
        }
    }

    /// The next token, and how many bytes it used up; all of them if there is none yet.
    pub(super) fn next(
        &mut self,
        input: &[u8],
        reading: Reading,
    ) -> Result<(usize, Option<Token>)> {
        let mut at = 0;
        while let Some(&byte) = input.get(at) {
            match self.state {
                State::Data => {
                    let (end, consumed) = data_end(input, at, reading);
                    if end > at {
                        return Ok((consumed, Some(Token::Data(at..end))));
                    }
                    at = consumed;
                    if consumed == end {
                        self.state = State::Iac;
                        at += 1;
                    }
                }
                State::Iac => {
                    at += 1;
                    self.state = State::Data;
                    match (byte, Verb::new(byte)) {
                        (IAC, _) => return Ok((at, Some(Token::Data(at - 1..at)))),
                        (SB, _) => self.state = State::Begin,
                        (_, Some(verb)) => self.state = State::Verb(verb),
                        _ => return Ok((at, Some(Token::Command(Command::new(byte))))),
                    }
                }
                State::Verb(verb) => {
                    self.state = State::Data;
                    return Ok((at + 1, Some(Token::Negotiation(verb, byte))));
                }
                State::Begin => {
                    // IAC SB IAC is no subnegotiation.
                    self.state = if byte == IAC {
                        State::Iac
                    } else {
                        State::Inside(byte)
                    };
                    self.held = Vec::new();
                    at += 1;
                }
                State::Inside(option) => {
                    let rest = input.get(at..).unwrap_or_default();
                    let length = memchr::memchr(IAC, rest);
                    self.hold(rest.get(..length.unwrap_or(rest.len())).unwrap_or_default())?;
                    match length {
                        Some(length) => {
                            self.state = State::InsideIac(option);
                            at += length + 1;
                        }
                        None => at = input.len(),
                    }
                }
                State::InsideIac(option) => match byte {
                    IAC => {
                        self.hold(&[IAC])?;
                        self.state = State::Inside(option);
                        at += 1;
                    }
                    SE => {
                        self.state = State::Data;
                        let held = std::mem::take(&mut self.held);
                        return Ok((at + 1, Some(Token::Subnegotiation(option, held))));
                    }
                    _ => {
                        self.state = State::Iac;
                        self.held = Vec::new();
                        return Ok((at, Some(Token::Broken(option))));
                    }
                },
            }
        }
        Ok((input.len(), None))
    }

    fn hold(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.len() > self.longest.saturating_sub(self.held.len()) {
            return Err(Error::limit(
                "bytes in a subnegotiation",
                self.longest as u64,
            ));
        }
        self.held.extend_from_slice(bytes);
        Ok(())
    }
}

/// Where data that begins here ends, and what is used up with it: in text a run of NULs, which is
/// padding or belongs to the CR before it.
#[inline]
fn data_end(input: &[u8], at: usize, reading: Reading) -> (usize, usize) {
    let rest = input.get(at..).unwrap_or_default();
    let found = match reading {
        Reading::Text => memchr::memchr2(IAC, 0, rest),
        Reading::Binary => memchr::memchr(IAC, rest),
    };
    let end = at + found.unwrap_or(rest.len());
    let behind = input.get(end..).unwrap_or_default();
    let nuls = match (reading, behind) {
        (Reading::Text, [0, ..]) => behind.iter().take_while(|byte| **byte == 0).count(),
        _ => 0,
    };
    (end, end + nuls)
}
