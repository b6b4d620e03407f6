//! [`Protocol`]: what a protocol crate tells the registry about itself, and [`Probe`]: the skeleton of
//! every probe.

use std::pin::Pin;
use std::time::Duration;

use crate::deadline::Timeouts;
use crate::error::Phase;
use crate::opening::{Opening, Rules};
use crate::report::{CertDays, Report};
use crate::scheme::Scheme;
use crate::target::Target;

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
    /// Whether the harmless operation takes a login.
    pub work_takes_login: bool,
    /// How long a probe waits, where that is not as [`Timeouts::USUAL`] has it: transfers are
    /// patient, probes are quick. The total is [`PROBE_TOTAL`] unless it is said here.
    pub probe_timeouts: Timeouts,
    /// What its checks advise.
    pub advice: Advice,
    /// The polite conversation. It never fails: a failed probe is a full report as well.
    pub probe: for<'a> fn(&'a Target, &'a ProbeOptions) -> Probing<'a>,
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
}

/// What a probe is to do.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ProbeOptions {
    /// How to connect, and who logs in.
    pub opening: Opening,
    /// The last phase to do. `None`: the protocol's usual one, or `auth` when somebody logs in.
    pub until: Option<Phase>,
    /// Whether to do one harmless real operation; its name or argument, empty for the usual one.
    pub work: Option<String>,
    /// Whether what was said stands in the report.
    pub talk: Talk,
    /// How long certificates have to be good for yet.
    pub cert_days: CertDays,
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
