//! What a client's bytes mean, one by one.

pub(super) const IAC: u8 = 255;
pub(super) const SB: u8 = 250;
pub(super) const SE: u8 = 240;
pub(super) const WILL: u8 = 251;
pub(super) const WONT: u8 = 252;
pub(super) const DO: u8 = 253;
pub(super) const DONT: u8 = 254;

/// Something that a client has said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Byte(u8),
    Command(u8),
    Word(u8, u8),
    Sub(u8, Vec<u8>),
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Plain,
    Command,
    Word(u8),
    Sub,
    SubCommand,
}

#[derive(Debug, Default)]
pub(super) struct Parser {
    state: State,
    sub: Vec<u8>,
}

impl Parser {
    pub(super) fn push(&mut self, byte: u8) -> Option<Said> {
        match (self.state, byte) {
            (State::Plain, IAC) => self.state = State::Command,
            (State::Plain, byte) => return Some(Said::Byte(byte)),
            (State::Command, IAC) => {
                self.state = State::Plain;
                return Some(Said::Byte(IAC));
            }
            (State::Command, SB) => self.state = State::Sub,
            (State::Command, word @ WILL..=DONT) => self.state = State::Word(word),
            (State::Command, command) => {
                self.state = State::Plain;
                return Some(Said::Command(command));
            }
            (State::Word(word), option) => {
                self.state = State::Plain;
                return Some(Said::Word(word, option));
            }
            (State::Sub, IAC) => self.state = State::SubCommand,
            (State::Sub, byte) => self.sub.push(byte),
            (State::SubCommand, SE) => {
                self.state = State::Plain;
                let mut sub = std::mem::take(&mut self.sub);
                if sub.is_empty() {
                    return None;
                }
                let option = sub.remove(0);
                return Some(Said::Sub(option, sub));
            }
            (State::SubCommand, byte) => {
                self.sub.push(byte);
                self.state = State::Sub;
            }
        }
        None
    }
}

/// Doubles each 255.
pub(super) fn doubled(bytes: &[u8]) -> Vec<u8> {
    let pairs = bytes.iter().flat_map(|byte| match byte {
        255 => vec![255, 255],
        byte => vec![*byte],
    });
    pairs.collect()
}

/// A subnegotiation.
pub(super) fn sub(option: u8, bytes: &[u8]) -> Vec<u8> {
    [&[IAC, SB, option], &*doubled(bytes), &[IAC, SE]].concat()
}
