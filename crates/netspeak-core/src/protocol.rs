//! [`Protocol`]: what a protocol crate tells the registry about itself.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use crate::address::Endpoint;
use crate::conn::Conn;
use crate::connect::Connector;
use crate::scheme::{Scheme, Tls};
use crate::error::{Error, Phase, Result};
use crate::policy::ClearTextAuth;
use crate::report::{Check, CheckStatus, Report, TargetFacts};
#[cfg(feature = "sasl")]
use crate::sasl::Credentials;
use crate::secret::Secret;
use crate::target::Target;
use crate::trace::Trace;

/// A protocol as data: its names, its ports, how to recognise it and how to probe it.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    /// Its name in reports.
    pub name: &'static str,
    /// Its schemes; the first is the plain one.
    pub schemes: &'static [Scheme],
    /// Its ALPN ids (none other is ever offered for it).
    pub alpn: &'static [&'static [u8]],
    /// Whether a greeting is this protocol's.
    pub greets_with: fn(&[u8]) -> bool,
    /// The polite conversation. It never fails: a failed probe is a full report as well.
    pub probe: for<'a> fn(&'a Target, &'a ProbeOptions) -> Probing<'a>,
}

/// A probe under way.
pub type Probing<'a> = Pin<Box<dyn Future<Output = Report> + Send + 'a>>;

impl Protocol {
    /// The scheme of this name.
    pub fn scheme(&self, name: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.name == name)
    }
}

/// What a probe is to do.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[derive(Default)]
pub struct ProbeOptions {
    /// How to connect.
    pub connector: Connector,
    /// When TLS begins; `None`: as the scheme says.
    pub tls: Option<Tls>,
    /// The last phase to do: one of dns, tcp, tls, greeting, caps, auth, work.
    /// `None`: caps, or auth when there are credentials.
    pub until: Option<Phase>,
    /// Whether to do one harmless real operation.
    pub work: Option<String>,
    /// The user to log in as.
    pub user: Option<String>,
    /// The user's password or token.
    pub password: Option<Secret>,
    /// The only SASL mechanism to use.
    pub mechanism: Option<String>,
    /// Whether credentials may go over a connection that is neither encrypted nor local.
    pub clear_text_auth: ClearTextAuth,
    /// Whether to keep the talk.
    pub transcript: bool,
}

/// How long a probe may take if nobody says otherwise.
const TOTAL: Duration = Duration::from_secs(30);

/// The phases after which a probe can stop, in the order in which they are reached.
const STOPS: &[Phase] = &[
    Phase::Dns,
    Phase::Tcp,
    Phase::Tls,
    Phase::Greeting,
    Phase::Caps,
    Phase::Auth,
    Phase::Work,
];

/// A probe made ready: where to go, how, and how far. The same for every protocol.
#[derive(Debug)]
#[non_exhaustive]
pub struct Plan {
    /// Where to connect.
    pub endpoint: Endpoint,
    /// When TLS begins.
    pub tls: Tls,
    /// How to connect: with the protocol's ALPN ids and a total.
    pub connector: Connector,
    /// The record of the connection.
    pub trace: Trace,
    /// The report so far: the target.
    pub report: Report,
    /// Who logs in.
    pub user: Option<String>,
    /// With what.
    pub password: Option<Secret>,
    until: Phase,
}

impl Plan {
    /// Reads target and options.
    ///
    /// # Errors
    /// A finished report if the probe cannot be run: its verdict is unknown.
    pub fn new(
        protocol: &Protocol,
        target: &Target,
        options: &ProbeOptions,
    ) -> Result<Self, Box<Report>> {
        let user = options
            .user
            .clone()
            .or_else(|| target.user().map(str::to_owned));
        let password = options
            .password
            .clone()
            .or_else(|| target.password().cloned());
        let with_login = user.is_some() && password.is_some();
        let mut facts = TargetFacts {
            input: target.to_string(),
            url: target.to_string(),
            protocol: protocol.name.to_owned(),
            host: target.host().to_string(),
            ..TargetFacts::default()
        };
        let (endpoint, tls) = Scheme::endpoint(protocol.schemes, target, options.tls, with_login)
            .map_err(|error| Box::new(Report::not_run(facts.clone(), &error)))?;
        let scheme = target
            .scheme()
            .or(protocol.schemes.first().map(|scheme| scheme.name));
        facts.url = format!(
            "{}://{endpoint}{}",
            scheme.unwrap_or_default(),
            target.path()
        );
        facts.port = endpoint.port;
        let until = options.until.unwrap_or(match (&options.work, with_login) {
            (Some(_), _) => Phase::Work,
            (None, true) => Phase::Auth,
            (None, false) => Phase::Caps,
        });
        if !STOPS.contains(&until) {
            let words: Vec<_> = STOPS.iter().map(|phase| phase.as_str()).collect();
            let error: Error = Error::usage(format!("a probe can go until {}", words.join(", ")));
            return Err(Box::new(Report::not_run(facts, &error)));
        }
        let trace = if options.transcript {
            Trace::with_transcript()
        } else {
            Trace::new()
        };
        let connector = connector(protocol, options, tls, with_login);
        let mut report = Report::new(facts);
        report.auth.user.clone_from(&user);
        #[cfg(feature = "proxy")]
        {
            report.local.proxy = connector.proxy_for(&endpoint.host).map(ToString::to_string);
        }
        Ok(Self {
            endpoint,
            tls,
            connector,
            trace,
            report,
            user,
            password,
            until,
        })
    }

    /// Whether the probe goes as far as this phase. An upgrade to TLS belongs to the capabilities:
    /// `caps` are those inside TLS where there is TLS.
    pub fn wants(&self, phase: Phase) -> bool {
        let rank = |phase| STOPS.iter().position(|stop| *stop == phase);
        let upgrades = self.tls != Tls::Implicit && self.until == Phase::Tls;
        match phase {
            Phase::Starttls => upgrades || self.wants(Phase::Caps),
            Phase::Greeting if upgrades => true,
            phase => rank(self.until) >= rank(phase),
        }
    }

    /// What an auditor asks first: can a password be sent in clear text here, and is there TLS? On a
    /// connection that is private all the same it is a note, not a warning.
    ///
    /// `clear` names the ways in that send a password as it is; `upgrade` is the protocol's word for
    /// the upgrade and whether it is offered. The hints say what the server's owner can do.
    pub fn check_clear_text(
        &mut self,
        conn: &Conn,
        (clear, clear_hint): (Vec<String>, &str),
        (upgrade, is_offered, upgrade_hint): (&str, bool, &str),
    ) {
        let status = if conn.is_private() {
            CheckStatus::Note
        } else {
            CheckStatus::Warn
        };
        if !clear.is_empty() {
            let message = format!("passwords are taken in clear text ({})", clear.join(", "));
            let check = Check::new("auth.before_tls", status, clear, message);
            self.report
                .checks
                .push(check.expecting("none before TLS").hint(clear_hint));
        }
        if !is_offered {
            let message = format!("{upgrade} is not offered");
            let check = Check::new("starttls.offered", status, false, message);
            self.report
                .checks
                .push(check.expecting("true").hint(upgrade_hint));
        }
    }

    /// Who logs in, with the only mechanism to use if one was asked for.
    ///
    /// # Errors
    /// [`Error::Usage`] without a user and a password.
    #[cfg(feature = "sasl")]
    pub fn credentials(&self, options: &ProbeOptions) -> Result<Credentials> {
        let (Some(user), Some(password)) = (self.user.clone(), self.password.clone()) else {
            return Err(Error::usage("logging in takes a user and a password"));
        };
        let credentials = Credentials::password(user, password);
        Ok(match &options.mechanism {
            Some(mechanism) => credentials.with_mechanism(mechanism),
            None => credentials,
        })
    }

    /// Notes how the login went.
    ///
    /// # Errors
    /// Why it failed.
    pub fn note_login<R>(
        &mut self,
        outcome: Result<&'static str, Error<R>>,
    ) -> Result<(), Error<R>> {
        self.report.auth.ok = Some(outcome.is_ok());
        self.report.auth.used = Some(outcome?.to_owned());
        Ok(())
    }

    /// The report at its end.
    pub fn finish<R: fmt::Display>(mut self, outcome: Result<(), Error<R>>) -> Report {
        self.trace.end(outcome.is_ok());
        self.report
            .finish(&self.trace, outcome.as_ref().map(|_| ()));
        self.report
    }
}

/// Where an upgrade is tried without being demanded, and nobody logs in, a certificate that does
/// not verify is worth a warning, not a failure.
fn connector(protocol: &Protocol, options: &ProbeOptions, tls: Tls, with_login: bool) -> Connector {
    let mut connector = options.connector.clone();
    if tls == Tls::Opportunistic && !with_login {
        connector = connector.noting_certificates();
    }
    let connector = connector.with_alpn(protocol.alpn);
    match connector.timeouts().total {
        Some(_) => connector,
        None => connector.with_total(TOTAL),
    }
}
