//! [`Policy`]: which options may be on, and who is asked.

use crate::engine::Side;
use crate::option::TelnetOption;

/// What is answered when the peer wants an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Yes.
    Accept,
    /// No, politely.
    Refuse,
    /// Nothing at all: for devices that take every answer for something typed.
    Ignore,
}

/// Which options may be on.
///
/// As it is made, the peer may: BINARY, ECHO, SGA, EOR, STATUS, CHARSET, MSSP, MCCP2, GMCP; and we may:
/// BINARY, SGA, TIMING-MARK, TTYPE, NAWS, NEW-ENVIRON, CHARSET. All others are refused, AUTHENTICATION
/// and ENCRYPT too. Nothing is ever proposed by a policy: it only answers.
///
/// ```
/// use netspeak_telnet::{Answer, Policy, Side, TelnetOption};
///
/// let policy = Policy::default()
///     .with(Side::Remote, TelnetOption::ECHO, Answer::Refuse)
///     .with(Side::Local, TelnetOption::LINEMODE, Answer::Accept);
/// assert_eq!(policy.answer(Side::Remote, 1), Answer::Refuse);
/// assert_eq!(Policy::silent().answer(Side::Local, 24), Answer::Ignore);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    local: Vec<(u8, Answer)>,
    remote: Vec<(u8, Answer)>,
    otherwise: Answer,
}

const LOCAL: &[TelnetOption] = &[
    TelnetOption::BINARY,
    TelnetOption::SUPPRESS_GO_AHEAD,
    TelnetOption::TIMING_MARK,
    TelnetOption::TERMINAL_TYPE,
    TelnetOption::NAWS,
    TelnetOption::NEW_ENVIRON,
    TelnetOption::CHARSET,
];

const REMOTE: &[TelnetOption] = &[
    TelnetOption::BINARY,
    TelnetOption::ECHO,
    TelnetOption::SUPPRESS_GO_AHEAD,
    TelnetOption::STATUS,
    TelnetOption::END_OF_RECORD,
    TelnetOption::CHARSET,
    TelnetOption::MSSP,
    TelnetOption::COMPRESS2,
    TelnetOption::GMCP,
];

impl Policy {
    /// Refuses everything.
    pub fn refusing() -> Self {
        Self {
            local: Vec::new(),
            remote: Vec::new(),
            otherwise: Answer::Refuse,
        }
    }

    /// Answers nothing: the session stays a plain one, whatever the peer says.
    pub fn silent() -> Self {
        Self {
            otherwise: Answer::Ignore,
            ..Self::refusing()
        }
    }

    /// The same with this answer to one option on one side.
    #[must_use]
    pub fn with(mut self, side: Side, option: TelnetOption, answer: Answer) -> Self {
        self.set(side, option, answer);
        self
    }

    pub(crate) fn set(&mut self, side: Side, option: TelnetOption, answer: Answer) {
        let list = match side {
            Side::Local => &mut self.local,
            Side::Remote => &mut self.remote,
        };
        list.retain(|(known, _)| *known != option.0);
        list.push((option.0, answer));
    }

    /// What is answered.
    pub fn answer(&self, side: Side, option: u8) -> Answer {
        let list = match side {
            Side::Local => &self.local,
            Side::Remote => &self.remote,
        };
        let found = list.iter().find(|(known, _)| *known == option);
        found.map_or(self.otherwise, |(_, answer)| *answer)
    }
}

impl Default for Policy {
    fn default() -> Self {
        let accept = |list: &[TelnetOption]| {
            let pairs = list.iter().map(|option| (option.0, Answer::Accept));
            pairs.collect()
        };
        Self {
            local: accept(LOCAL),
            remote: accept(REMOTE),
            otherwise: Answer::Refuse,
        }
    }
}
