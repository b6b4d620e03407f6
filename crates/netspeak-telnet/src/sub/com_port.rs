//! COM-PORT (RFC 2217): a serial port behind the server. What is said, and what is answered.

/// What can be said about the port. The peer's answers are the same with numbers from 100 on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComPort {
    /// Who it is; empty asks.
    Signature(Vec<u8>),
    /// Bits a second; 0 asks.
    BaudRate(u32),
    /// Bits in a character, 5 to 8; 0 asks.
    DataSize(u8),
    /// The parity.
    Parity(Parity),
    /// The stop bits.
    StopSize(StopSize),
    /// Flow control, break, DTR, RTS.
    Control(Control),
    /// The state of the line has changed.
    LineState(u8),
    /// The state of the modem has changed.
    ModemState(u8),
    /// The peer can take no more for now.
    FlowControlSuspend,
    /// It can again.
    FlowControlResume,
    /// Which changes of the line are told.
    LineStateMask(u8),
    /// Which changes of the modem are told.
    ModemStateMask(u8),
    /// What has not left yet is thrown away.
    PurgeData(Purge),
    /// What nobody here knows.
    Other(u8, Vec<u8>),
}

/// The parity of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Parity {
    /// What is it?
    Ask = 0,
    /// None.
    None = 1,
    /// Odd.
    Odd = 2,
    /// Even.
    Even = 3,
    /// Always 1.
    Mark = 4,
    /// Always 0.
    Space = 5,
}

/// How many stop bits a character has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum StopSize {
    /// How many is it?
    Ask = 0,
    /// One.
    One = 1,
    /// Two.
    Two = 2,
    /// One and a half.
    OneAndAHalf = 3,
}

/// What is thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purge {
    /// What has been received from the line.
    Receive = 1,
    /// What is to be sent on it.
    Transmit = 2,
    /// Both.
    Both = 3,
}

/// What SET-CONTROL sets (RFC 2217 section 3, SET-CONTROL), by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Control(pub u8);

impl Control {
    /// No flow control.
    pub const NO_FLOW_CONTROL: Self = Self(1);
    /// XON and XOFF.
    pub const XON_XOFF: Self = Self(2);
    /// By wire: RTS and CTS.
    pub const HARDWARE: Self = Self(3);
    /// The line is held at break.
    pub const BREAK_ON: Self = Self(5);
    /// It is let go.
    pub const BREAK_OFF: Self = Self(6);
    /// DTR on.
    pub const DTR_ON: Self = Self(8);
    /// DTR off.
    pub const DTR_OFF: Self = Self(9);
    /// RTS on.
    pub const RTS_ON: Self = Self(11);
    /// RTS off.
    pub const RTS_OFF: Self = Self(12);
}

/// The answers' numbers begin here.
const ANSWER: u8 = 100;

impl ComPort {
    /// As it stands between SB COM-PORT and SE, said by a client.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.number()];
        match self {
            Self::Signature(text) | Self::Other(_, text) => out.extend_from_slice(text),
            Self::BaudRate(rate) => out.extend(rate.to_be_bytes()),
            Self::Parity(parity) => out.push(*parity as u8),
            Self::StopSize(size) => out.push(*size as u8),
            Self::Control(control) => out.push(control.0),
            Self::PurgeData(purge) => out.push(*purge as u8),
            Self::DataSize(value)
            | Self::LineState(value)
            | Self::ModemState(value)
            | Self::LineStateMask(value)
            | Self::ModemStateMask(value) => out.push(*value),
            Self::FlowControlSuspend | Self::FlowControlResume => {}
        }
        out
    }

    /// Reads what a server says; `None` if that is too short.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let (&number, rest) = data.split_first()?;
        let value = || rest.first().copied();
        let Some(number) = number.checked_sub(ANSWER) else {
            return Some(Self::Other(number, rest.to_vec()));
        };
        Some(match number {
            0 => Self::Signature(rest.to_vec()),
            1 => Self::BaudRate(u32::from_be_bytes(*rest.first_chunk()?)),
            2 => Self::DataSize(value()?),
            3 => match Parity::new(value()?) {
                Some(parity) => Self::Parity(parity),
                None => Self::Other(number, rest.to_vec()),
            },
            4 => match StopSize::new(value()?) {
                Some(size) => Self::StopSize(size),
                None => Self::Other(number, rest.to_vec()),
            },
            5 => Self::Control(Control(value()?)),
            6 => Self::LineState(value()?),
            7 => Self::ModemState(value()?),
            8 => Self::FlowControlSuspend,
            9 => Self::FlowControlResume,
            10 => Self::LineStateMask(value()?),
            11 => Self::ModemStateMask(value()?),
            12 => match value()? {
                1 => Self::PurgeData(Purge::Receive),
                2 => Self::PurgeData(Purge::Transmit),
                3 => Self::PurgeData(Purge::Both),
                _ => Self::Other(number, rest.to_vec()),
            },
            _ => Self::Other(number, rest.to_vec()),
        })
    }

    /// Which of them it is: an answer has the number of what it answers.
    pub fn number(&self) -> u8 {
        match self {
            Self::Signature(_) => 0,
            Self::BaudRate(_) => 1,
            Self::DataSize(_) => 2,
            Self::Parity(_) => 3,
            Self::StopSize(_) => 4,
            Self::Control(_) => 5,
            Self::LineState(_) => 6,
            Self::ModemState(_) => 7,
            Self::FlowControlSuspend => 8,
            Self::FlowControlResume => 9,
            Self::LineStateMask(_) => 10,
            Self::ModemStateMask(_) => 11,
            Self::PurgeData(_) => 12,
            Self::Other(number, _) => *number,
        }
    }
}

impl Parity {
    fn new(value: u8) -> Option<Self> {
        [
            Self::Ask,
            Self::None,
            Self::Odd,
            Self::Even,
            Self::Mark,
            Self::Space,
        ]
        .into_iter()
        .find(|parity| *parity as u8 == value)
    }
}

impl StopSize {
    fn new(value: u8) -> Option<Self> {
        [Self::Ask, Self::One, Self::Two, Self::OneAndAHalf]
            .into_iter()
            .find(|size| *size as u8 == value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_what_was_said_with_another_number() {
        for said in [
            ComPort::Signature(b"me".to_vec()),
            ComPort::BaudRate(115_200),
            ComPort::DataSize(8),
            ComPort::Parity(Parity::Even),
            ComPort::StopSize(StopSize::OneAndAHalf),
            ComPort::Control(Control::DTR_ON),
            ComPort::ModemStateMask(255),
            ComPort::PurgeData(Purge::Both),
            ComPort::FlowControlSuspend,
        ] {
            let mut answer = said.encode();
            answer[0] += ANSWER;
            assert_eq!(ComPort::parse(&answer), Some(said));
        }
        assert_eq!(ComPort::BaudRate(9600).encode(), [1, 0, 0, 0x25, 0x80]);
        for short in [&b""[..], b"\x65\0\0\0", b"\x66", b"\x70"] {
            assert_eq!(ComPort::parse(short), None, "{short:?}");
        }
        assert_eq!(
            ComPort::parse(b"\x67\x09"),
            Some(ComPort::Other(3, vec![9]))
        );
        assert_eq!(
            ComPort::parse(b"\x01abcd"),
            Some(ComPort::Other(1, b"abcd".to_vec()))
        );
    }
}
