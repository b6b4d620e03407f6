//! [`Profile`]: what we are, as far as the peer is told.

use netspeak_core::{Encoding, Secret};

use crate::engine::Side;
use crate::newline::LineEnding;
use crate::option::TelnetOption;
use crate::policy::{Answer, Policy};

/// What we are, as far as the peer is told, and what we do when it asks.
///
/// Nothing of the real environment is in it unless it is put there: no variable, no display, no
/// place. What is set here is told only to a peer that asks for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// Which options may be on.
    pub policy: Policy,
    /// The names of the terminal (RFC 1091), the best one first. Each SEND gets the next, the last one
    /// twice. Default: `XTERM`, `VT100`.
    pub terminal_types: Vec<String>,
    /// The window's size in characters (RFC 1073). Default: 80 by 24.
    pub window: Window,
    /// Variables (RFC 1572). Default: none.
    pub environment: Vec<Variable>,
    /// Speeds in bits a second, what we send and what we receive (RFC 1079). Without them the option is
    /// refused.
    pub speed: Option<(u32, u32)>,
    /// Where X11 is (RFC 1096). Without it the option is refused.
    pub display: Option<String>,
    /// Where the terminal stands (RFC 779). Without it the option is refused.
    pub location: Option<String>,
    /// The character sets that may be agreed on (RFC 2066), the best one first. Default: UTF-8,
    /// ISO-8859-1, US-ASCII, IBM437.
    pub charsets: Vec<Encoding>,
    /// The character set until one is agreed on. Default: UTF-8.
    pub encoding: Encoding,
    /// What ends a line that is sent. Default: CR LF, and CR in BINARY.
    pub line_ending: LineEnding,
    /// How long a subnegotiation may be. Default: 256 KiB.
    pub longest_subnegotiation: usize,
    /// How many bytes may come out of each compressed one, on average and past the first MiB. Default: 100.
    pub inflate_ratio: u32,
}

/// The size of a window, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Characters in a line; 0 if nobody knows.
    pub columns: u16,
    /// Lines; 0 if nobody knows.
    pub rows: u16,
}

/// A variable that a peer may ask for.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Whose list it is of.
    pub kind: VariableKind,
    /// Its name.
    pub name: Vec<u8>,
    /// Its value.
    pub value: Secret,
}

/// Whose list a variable is of (RFC 1572 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariableKind {
    /// One of those that the RFC names: USER, JOB, ACCT, PRINTER, SYSTEMTYPE, DISPLAY.
    WellKnown,
    /// Anyone's own.
    User,
}

impl Variable {
    /// A variable; its kind follows from its name.
    pub fn new(name: impl Into<Vec<u8>>, value: impl Into<Secret>) -> Self {
        const WELL_KNOWN: [&[u8]; 6] = [
            b"USER",
            b"JOB",
            b"ACCT",
            b"PRINTER",
            b"SYSTEMTYPE",
            b"DISPLAY",
        ];
        let name = name.into();
        let kind = match WELL_KNOWN.contains(&name.as_slice()) {
            true => VariableKind::WellKnown,
            false => VariableKind::User,
        };
        Self {
            kind,
            name,
            value: value.into(),
        }
    }
}

impl Profile {
    /// What the policy says, but for options that have nothing to tell.
    pub(crate) fn policy(&self) -> Policy {
        let mut policy = self.policy.clone();
        for (option, is_set) in [
            (TelnetOption::TERMINAL_SPEED, self.speed.is_some()),
            (TelnetOption::X_DISPLAY_LOCATION, self.display.is_some()),
            (TelnetOption::SEND_LOCATION, self.location.is_some()),
        ] {
            if is_set && policy.answer(Side::Local, option.0) == Answer::Refuse {
                policy.set(Side::Local, option, Answer::Accept);
            }
        }
        policy
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            terminal_types: vec!["XTERM".to_owned(), "VT100".to_owned()],
            window: Window {
                columns: 80,
                rows: 24,
            },
            environment: Vec::new(),
            speed: None,
            display: None,
            location: None,
            charsets: Encoding::ALL.to_vec(),
            encoding: Encoding::default(),
            line_ending: LineEnding::default(),
            longest_subnegotiation: 256 * 1024,
            inflate_ratio: 100,
        }
    }
}
