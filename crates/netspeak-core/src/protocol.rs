//! [`Protocol`]: what a protocol crate tells the registry about itself, and [`Probe`]: the skeleton of
//! every probe.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use crate::deadline::Timeouts;
use crate::error::{Error, Phase, Result};
use crate::opening::{Opening, Rules};
use crate::report::{CertDays, Report};
use crate::scheme::Scheme;
use crate::target::Target;
use crate::text::printable;

mod conversation;
mod inquiry;
mod probe;

pub use conversation::{Conversation, Offer, software};
pub use inquiry::Inquiry;
pub use probe::Probe;

/// A protocol as data: its names, its ports, how to recognise it and how to probe it.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    /// Its name in reports.
    pub name: &'static str,
    /// Its schemes, ALPN ids and time-outs.
    pub rules: &'static Rules,
    /// Whether a greeting is this protocol's; `None` if its servers do not greet.
    pub greets_with: Option<fn(&[u8]) -> bool>,
    /// The phases after which a probe can stop, in the order in which they are reached.
    pub stops: &'static [Phase],
    /// The last phase of a probe without a login and without a wish.
    pub usual_stop: Phase,
    /// The harmless operations that a probe can do, the usual one first.
    pub operations: &'static [Operation],
    /// How long a probe waits, where that is not as [`Timeouts::USUAL`] has it: transfers are
    /// patient, probes are quick. The total is [`PROBE_TOTAL`] unless it is said here.
    pub probe_timeouts: Timeouts,
    /// What its checks advise.
    pub advice: Advice,
    /// The polite conversation. It never fails: a failed probe is a full report as well.
    pub probe: for<'a> fn(&'a Target, &'a ProbeOptions) -> Probing<'a>,
}

/// A harmless real operation of a probe: it changes nothing on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The word for it.
    pub name: &'static str,
    /// What stands behind the word and a colon.
    pub argument: Argument,
    /// What it does.
    pub what: &'static str,
    /// Whether somebody has to have logged in.
    pub takes_login: bool,
}

/// What an operation wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    None,
    /// Something that has a default; the name stands for it in help.
    Optional(&'static str),
    /// Something that it cannot do without.
    Required(&'static str),
}

/// What a server's owner can do, in the words of this protocol's servers.
#[derive(Clone, Copy, Debug)]
pub struct Advice {
    /// About passwords in clear text.
    pub clear_text: &'static str,
    /// About an upgrade that is not offered.
    pub upgrade: &'static str,
}

/// A probe under way.
pub type Probing<'a> = Pin<Box<dyn Future<Output = Report> + Send + 'a>>;

/// The stops of a protocol whose server greets, tells what it can do, and lets people in.
pub const SESSION_STOPS: &[Phase] = &[
    Phase::Dns,
    Phase::Tcp,
    Phase::Tls,
    Phase::Greeting,
    Phase::Caps,
    Phase::Auth,
    Phase::Work,
];

/// How long a probe may take if nobody says otherwise.
pub const PROBE_TOTAL: Duration = Duration::from_secs(30);

impl Protocol {
    /// The scheme of this name.
    pub fn scheme(&self, name: &str) -> Option<&'static Scheme> {
        self.rules.schemes.iter().find(|scheme| scheme.name == name)
    }

    /// The operation that a wish names, the usual one if it is empty: `group:misc.test` names `group`.
    ///
    /// # Errors
    /// [`Error::Usage`] for a word that is none of this protocol's, and for an argument where none is taken.
    pub fn operation(&self, wish: &str) -> Result<Option<&'static Operation>> {
        let (name, argument) = split_wish(wish);
        if name.is_empty() && argument.is_none() {
            return Ok(self.operations.first());
        }
        let known = |operation: &&Operation| operation.name.eq_ignore_ascii_case(name);
        match self.operations.iter().find(known) {
            Some(operation) => operation.check(argument).map(|()| Some(operation)),
            None if self.operations.is_empty() => Err(Error::usage(format!(
                "{} has no operation for a probe",
                self.name
            ))),
            None => Err(Error::usage(format!(
                "{} has no operation {}; it has {}",
                self.name,
                printable(name.as_bytes()),
                self.operations
                    .iter()
                    .map(Operation::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            ))),
        }
    }
}

impl Operation {
    fn check(&self, argument: Option<&str>) -> Result<()> {
        match (self.argument, argument.filter(|given| !given.is_empty())) {
            (Argument::None, Some(_)) => {
                Err(Error::usage(format!("{} takes no argument", self.name)))
            }
            (Argument::Required(name), None) => Err(Error::usage(format!(
                "{} wants to be told more: {self}, with {name} filled in",
                self.name
            ))),
            _ => Ok(()),
        }
    }
}

/// `stat`, `examine[:MAILBOX]`, `group:NAME`
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argument {
            Argument::None => f.write_str(self.name),
            Argument::Optional(argument) => write!(f, "{}[:{argument}]", self.name),
            Argument::Required(argument) => write!(f, "{}:{argument}", self.name),
        }
    }
}

fn split_wish(wish: &str) -> (&str, Option<&str>) {
    match wish.split_once(':') {
        Some((name, argument)) => (name, Some(argument)),
        None => (wish, None),
    }
}

/// What a probe is to do.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ProbeOptions {
    /// How to connect, and who logs in.
    pub opening: Opening,
    /// The last phase to do. `None`: the protocol's usual one, or `auth` when somebody logs in.
    pub until: Option<Phase>,
    /// Whether to do one harmless real operation: the name of one of [`Protocol::operations`], with `:` and an
    /// argument where it takes one; empty for the usual one.
    pub work: Option<String>,
    /// Whether what was said stands in the report.
    pub talk: Talk,
    /// How long certificates have to be good for yet.
    pub cert_days: CertDays,
}

impl ProbeOptions {
    /// The argument of the operation of this name, if that one was wished for.
    pub fn argument_of(&self, operation: &str) -> Option<&str> {
        let (name, argument) = split_wish(self.work.as_deref()?);
        argument.filter(|given| !given.is_empty() && name.eq_ignore_ascii_case(operation))
    }

    /// Whether the operation of this name was wished for by its name.
    pub fn wishes(&self, operation: &str) -> bool {
        let wish = self.work.as_deref().map(split_wish);
        wish.is_some_and(|(name, _)| name.eq_ignore_ascii_case(operation))
    }
}

/// What becomes of the words that a probe exchanges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Talk {
    /// They are forgotten.
    #[default]
    Forgotten,
    /// They stand in [`Report::transcript`], without secrets.
    Kept,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opening::TlsSessions;

    const RULES: Rules = Rules {
        schemes: &[],
        alpn: &[],
        upgrade: "",
        timeouts: Timeouts::UNSET,
        sessions: TlsSessions::Apart,
    };

    fn protocol(operations: &'static [Operation]) -> Protocol {
        Protocol {
            name: "talk",
            rules: &RULES,
            greets_with: None,
            stops: &[],
            usual_stop: Phase::Caps,
            operations,
            probe_timeouts: Timeouts::UNSET,
            advice: Advice {
                clear_text: "",
                upgrade: "",
            },
            probe: |_, _| Box::pin(async { Report::new(Default::default()) }),
        }
    }

    const fn operation(name: &'static str, argument: Argument) -> Operation {
        Operation {
            name,
            argument,
            what: "",
            takes_login: false,
        }
    }

    #[test]
    fn operations_are_found_by_their_words_and_others_are_told_what_there_is() {
        const OPERATIONS: &[Operation] = &[
            operation("date", Argument::None),
            operation("box", Argument::Optional("NAME")),
            operation("group", Argument::Required("NAME")),
        ];
        let talk = protocol(OPERATIONS);
        let found = |wish| {
            let found = talk
                .operation(wish)
                .map(|found| found.map(|found| found.name));
            found.map_err(|error| error.message())
        };
        for (wish, name) in [
            ("", "date"),
            ("DATE", "date"),
            ("date:", "date"),
            ("box", "box"),
            ("box:a:b", "box"),
            ("group:x", "group"),
        ] {
            assert_eq!(found(wish), Ok(Some(name)), "{wish}");
        }
        for (wish, why) in [
            (
                "bogus",
                "talk has no operation bogus; it has date, box[:NAME], group:NAME",
            ),
            (
                ":x",
                "talk has no operation ; it has date, box[:NAME], group:NAME",
            ),
            ("date:x", "date takes no argument"),
            (
                "group",
                "group wants to be told more: group:NAME, with NAME filled in",
            ),
        ] {
            assert_eq!(found(wish), Err(why.to_owned()), "{wish}");
        }
        let mute = protocol(&[]);
        assert_eq!(mute.operation("").unwrap(), None);
        assert!(mute.operation("x").is_err());
        let options = ProbeOptions {
            work: Some("box:a:b".to_owned()),
            ..ProbeOptions::default()
        };
        assert_eq!(options.argument_of("BOX"), Some("a:b"));
        assert_eq!(options.argument_of("date"), None);
        assert!(options.wishes("box") && !options.wishes("date"));
    }
}
