//! [`Probe`]: from a target to a report, in the order that is the same for every protocol.

use super::conversation::{Conversation, Offer};
use super::inquiry::Inquiry;
use super::{PROBE_TOTAL, ProbeOptions, Protocol, Talk};
use crate::conn::Conn;
use crate::deadline::Timeouts;
use crate::error::{Error, Phase, Result};
use crate::goodbye::Goodbye;
use crate::opening::Prepared;
use crate::report::{AuthFacts, Check, CheckStatus, LocalFacts, Report, TargetFacts, WorkFacts};
use crate::scheme::Tls;
use crate::target::Target;
use crate::trace::Trace;

/// A probe made ready: where to go, how, and how far.
///
/// [`inquire`](Self::inquire) goes the way of a protocol whose servers do not greet.
/// [`run`](Self::run) goes, as far as asked for:
///
/// 1. dns, tcp, and where the scheme means it tls
/// 2. greeting, where there is one: waits for it, says nothing before
/// 3. caps: what the server can do
/// 4. starttls, tls: if it is offered or demanded
/// 5. caps again, since what was said in clear text does not count
/// 6. auth: only if somebody logs in
/// 7. work: one harmless operation, if it is asked for
/// 8. quit, always, once the server has been spoken to
#[derive(Debug)]
pub struct Probe<'a> {
    protocol: &'static Protocol,
    options: &'a ProbeOptions,
    prepared: Prepared,
    report: Report,
    until: Phase,
    /// So many phases have ended, of which none is what the probe failed of.
    forgiven: usize,
    /// Where the conversation failed. What fails after that, on the way out, is not what is looked for.
    failed_in: Option<Phase>,
}

impl<'a> Probe<'a> {
    /// Reads target and options, and runs the probe in this protocol's words. It never fails: what
    /// went wrong stands in the report.
    pub async fn run<C: Conversation>(
        protocol: &'static Protocol,
        target: &Target,
        options: &'a ProbeOptions,
    ) -> Report {
        let mut probe = match Self::new(protocol, target, options) {
            Ok(probe) => probe,
            Err(report) => return *report,
        };
        let outcome = probe.go::<C>().await;
        probe.judged(outcome)
    }

    /// As [`run`](Self::run), where it is the client that speaks first: connects as far as asked for, and
    /// leaves the rest to the protocol.
    pub async fn inquire<I: Inquiry>(
        protocol: &'static Protocol,
        target: &Target,
        options: &'a ProbeOptions,
    ) -> Report {
        let mut probe = match Self::new(protocol, target, options) {
            Ok(probe) => probe,
            Err(report) => return *report,
        };
        let outcome = I::ask(&mut probe, target).await;
        probe.judged(outcome)
    }

    fn judged<R: std::fmt::Display>(mut self, outcome: Result<(), Error<R>>) -> Report {
        self.prepared.trace.end(outcome.is_ok());
        let trace = self.prepared.trace.clone();
        let outcome = outcome.as_ref().copied();
        self.report
            .finish_within(&trace, outcome, self.options.cert_days);
        if let (Some(phase), Some(error)) = (self.failed_in, &mut self.report.error) {
            error.phase = phase;
        }
        self.report
    }

    /// Where to go, and how.
    pub fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    /// What the probe is to do.
    pub fn options(&self) -> &ProbeOptions {
        self.options
    }

    /// What is known so far; the phases, the addresses and TLS come in at the end.
    pub fn report_mut(&mut self) -> &mut Report {
        &mut self.report
    }

    fn new(
        protocol: &'static Protocol,
        target: &Target,
        options: &'a ProbeOptions,
    ) -> Result<Self, Box<Report>> {
        let mut facts = TargetFacts {
            input: target.to_string(),
            url: target.to_string(),
            protocol: protocol.name.to_owned(),
            host: target.host().to_string(),
            ..TargetFacts::default()
        };
        let prepared = prepare(protocol, target, options)
            .map_err(|error| Box::new(Report::not_run(facts.clone(), &error)))?;
        let (scheme, endpoint) = (prepared.scheme, &prepared.endpoint);
        facts.url = format!("{scheme}://{endpoint}{}", target.path());
        facts.port = prepared.endpoint.port;
        let until = until(protocol, options, &prepared)
            .map_err(|error| Box::new(Report::not_run(facts.clone(), &error)))?;
        Ok(Self {
            protocol,
            options,
            report: Report {
                auth: auth_facts(&prepared),
                local: local_facts(&prepared),
                ..Report::new(facts)
            },
            prepared,
            until,
            forgiven: 0,
            failed_in: None,
        })
    }

    /// Whether the probe goes as far as this phase. An upgrade to TLS belongs to the capabilities:
    /// `caps` are those inside TLS where there is TLS.
    pub fn wants(&self, phase: Phase) -> bool {
        let rank = |phase| self.protocol.stops.iter().position(|stop| *stop == phase);
        let upgrades = self.prepared.tls != Tls::Implicit && self.until == Phase::Tls;
        match phase {
            Phase::Starttls => upgrades || self.wants(Phase::Caps),
            Phase::Greeting if upgrades => true,
            // What this protocol does not have is no reason to stop.
            phase => rank(phase).is_some_and(|at| rank(self.until) >= Some(at)),
        }
    }

    /// Whether the conversation begins at all.
    fn talks(&self) -> bool {
        let stops = self.protocol.stops.iter();
        let mut behind = stops.skip_while(|stop| **stop != Phase::Tls).skip(1);
        let first = behind.next().copied().unwrap_or(Phase::Greeting);
        self.wants(first) || self.wants(Phase::Greeting)
    }

    /// The connection, if the probe goes on over it: with its phases stamped, and the proxy's login judged.
    ///
    /// # Errors
    /// As [`Connector::connect`](crate::Connector::connect).
    pub async fn connect(&mut self) -> Result<Option<Conn>> {
        let prepared = &self.prepared;
        let (endpoint, trace) = (&prepared.endpoint, &prepared.trace);
        if !self.wants(Phase::Tcp) {
            prepared.connector.resolve(endpoint, trace).await?;
            return Ok(None);
        }
        let tls = if self.wants(Phase::Tls) {
            prepared.tls
        } else {
            Tls::Off
        };
        let conn = prepared.connector.connect(endpoint, tls, trace).await?;
        self.check_proxy(&conn);
        if !self.talks() {
            conn.close().await?;
            return Ok(None);
        }
        Ok(Some(conn))
    }

    async fn go<C: Conversation>(&mut self) -> Result<(), Error<C::Reply>> {
        let Some(conn) = self.connect().await? else {
            return Ok(());
        };
        let mut talk = C::begin(conn, &self.prepared, &C::Settings::default()).await?;
        self.report.greeting = talk.greeting_facts();
        // Some servers say what they can do without being asked.
        if !self.protocol.stops.contains(&Phase::Caps) {
            self.note_offer(&talk);
            let lines = talk.offered().map(|offered| offered.lines);
            self.report.capabilities.before_tls = lines.filter(|_| !talk.conn().is_encrypted());
        }
        let outcome = self.talk(&mut talk).await;
        self.report.checks.extend(talk.noticed());
        if let Err(error) = &outcome {
            self.failed_in = Some(self.failing_phase().unwrap_or_else(|| error.phase()));
        }
        // A session that ended half-way cannot be quit from; every other one is.
        if !talk.conn().is_busy() {
            match talk.quit().await {
                Ok(Goodbye::Said(_) | Goodbye::Unspoken) => {}
                Ok(Goodbye::Missing(error)) | Err(error) if outcome.is_ok() => {
                    self.note_quit(&error);
                }
                Ok(Goodbye::Missing(_)) | Err(_) => {}
            }
        }
        outcome
    }

    /// The phase that has not ended, or the first that ended badly.
    fn failing_phase(&self) -> Option<Phase> {
        let trace = &self.prepared.trace;
        trace.current().or_else(|| {
            let stamps = trace.stamps();
            let mut counted = stamps.iter().skip(self.forgiven);
            counted.find(|stamp| !stamp.ok).map(|stamp| stamp.phase)
        })
    }

    async fn talk<C: Conversation>(&mut self, talk: &mut C) -> Result<(), Error<C::Reply>> {
        if self.wants(Phase::Starttls) {
            self.ask(talk).await?;
        }
        #[cfg(feature = "sasl")]
        if let Some(credentials) = self.prepared.credentials.clone()
            && self.wants(Phase::Auth)
        {
            let way = talk.log_in(&credentials).await;
            self.report.auth.ok = Some(way.is_ok());
            self.report.auth.used = Some(way?.to_owned());
        }
        if self.wants(Phase::Work) {
            self.work(talk).await?;
        }
        Ok(())
    }

    /// What the server can do, before TLS and inside.
    async fn ask<C: Conversation>(&mut self, talk: &mut C) -> Result<(), Error<C::Reply>> {
        let offer = talk.offer().await?;
        if talk.conn().is_encrypted() {
            self.note_offer(talk);
            return Ok(());
        }
        if let Some(offered) = talk.offered() {
            self.report.capabilities.before_tls = Some(offered.lines.clone());
            self.report.auth.offered_before_tls = offered.mechanisms.clone();
            let upgrade = offer.upgrade == Some(true);
            self.check_clear_text(talk.conn(), &offered, upgrade);
        }
        if !self.prepared.upgrades_anywhere(talk.conn(), offer)? {
            self.note_offer(talk);
            return Ok(());
        }
        match self.prepared.upgrade(talk).await {
            Ok(()) => {
                talk.offer().await?;
                self.note_offer(talk);
                Ok(())
            }
            // Offered, and then refused, where nobody demanded it: worth a warning.
            Err(error @ Error::Refused { .. })
                if self.prepared.tls == Tls::Opportunistic && !talk.conn().is_busy() =>
            {
                self.note_refused_upgrade(&error);
                self.note_offer(talk);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn note_offer<C: Conversation>(&mut self, talk: &C) {
        let Some(offer) = talk.offered() else { return };
        let report = &mut self.report;
        report.auth.offered = offer.mechanisms.clone();
        if talk.conn().is_encrypted() {
            report.capabilities.after_tls = Some(offer.lines.clone());
        }
        if let (Some(software), Some(greeting)) = (&offer.software, &mut report.greeting) {
            greeting.software = Some(software.clone());
        }
        report.capabilities.limits.size = offer.size;
        report.protocol_detail.extend(offer.detail.clone());
    }

    /// What an auditor asks first: can a password be sent in clear text here, and is there TLS? On a
    /// connection that is private all the same it is a note, not a warning.
    fn check_clear_text(&mut self, conn: &Conn, offer: &Offer, upgrade: bool) {
        let status = if conn.is_private() {
            CheckStatus::Note
        } else {
            CheckStatus::Warn
        };
        let advice = self.protocol.advice;
        if !offer.clear_text.is_empty() {
            let ways = offer.clear_text.join(", ");
            let message = format!("passwords are taken in clear text ({ways})");
            let observed = offer.clear_text.clone();
            let check = Check::new("auth.before_tls", status, observed, message);
            let checks = &mut self.report.checks;
            checks.push(check.expecting("none before TLS").hint(advice.clear_text));
        }
        if !upgrade && !self.protocol.rules.upgrade.is_empty() {
            let message = format!("{} is not offered", self.protocol.rules.upgrade);
            let check = Check::new("starttls.offered", status, false, message);
            let checks = &mut self.report.checks;
            checks.push(check.expecting("true").hint(advice.upgrade));
        }
    }

    /// A proxy's login goes to it as the proxy wants it, whatever is allowed for the target's own.
    #[cfg(feature = "proxy")]
    pub fn check_proxy(&mut self, conn: &Conn) {
        let host = &self.prepared.endpoint.host;
        let Some(proxy) = self.prepared.connector.proxy_for(host) else {
            return;
        };
        if !proxy.has_clear_text_login() {
            return;
        }
        let status = match conn.peer_addr() {
            Some(peer) if peer.ip().is_loopback() => CheckStatus::Note,
            _ => CheckStatus::Warn,
        };
        let message = format!("the login at the proxy {proxy} is sent in clear text");
        let check = Check::new("proxy.login", status, proxy.to_string(), message);
        let hint = "an https proxy, or one that knows this machine by its address";
        self.report
            .checks
            .push(check.expecting("TLS to the proxy").hint(hint));
    }

    /// There are no proxies in this build.
    #[cfg(not(feature = "proxy"))]
    pub fn check_proxy(&mut self, _: &Conn) {}

    fn note_refused_upgrade<R: std::fmt::Display>(&mut self, error: &Error<R>) {
        let observed = error.message();
        let message = format!("the upgrade was offered, then refused: {observed}");
        let check = Check::new("starttls.refused", CheckStatus::Warn, observed, message);
        self.report.checks.push(check.expecting("TLS"));
        self.forgiven = self.prepared.trace.stamps().len();
    }

    /// All that was asked for has been done: a bad goodbye takes nothing of it back.
    fn note_quit<R: std::fmt::Display>(&mut self, error: &Error<R>) {
        let observed = error.message();
        let message = format!("the goodbye failed: {observed}");
        let check = Check::new("quit", CheckStatus::Warn, observed, message);
        self.report.checks.push(check.expecting("an answer to it"));
    }

    async fn work<C: Conversation>(&mut self, talk: &mut C) -> Result<(), Error<C::Reply>> {
        let mut facts = WorkFacts {
            name: String::new(),
            ok: false,
            detail: Default::default(),
        };
        let trace = self.prepared.trace.clone();
        let work = talk.work(self.options, &self.prepared, &mut facts);
        let done = trace.stamped(Phase::Work, work).await;
        facts.ok = done.is_ok();
        self.report.work = Some(facts);
        done
    }
}

fn auth_facts(prepared: &Prepared) -> AuthFacts {
    #[cfg(feature = "sasl")]
    let user = prepared
        .credentials
        .as_ref()
        .map(|who| who.user().to_owned());
    #[cfg(not(feature = "sasl"))]
    let (user, _) = (None, prepared);
    AuthFacts {
        user,
        ..AuthFacts::default()
    }
}

fn local_facts(prepared: &Prepared) -> LocalFacts {
    #[cfg(feature = "proxy")]
    let proxy = {
        let host = &prepared.endpoint.host;
        prepared.connector.proxy_for(host).map(ToString::to_string)
    };
    #[cfg(not(feature = "proxy"))]
    let (proxy, _) = (None, prepared);
    LocalFacts {
        proxy,
        ..LocalFacts::default()
    }
}

fn prepare(protocol: &Protocol, target: &Target, options: &ProbeOptions) -> Result<Prepared> {
    let mut opening = options.opening.clone();
    let quick = Timeouts {
        total: protocol.probe_timeouts.total.or(Some(PROBE_TOTAL)),
        ..protocol.probe_timeouts.or(&Timeouts::USUAL)
    };
    let timeouts = opening.connector.timeouts().or(&quick);
    opening.connector = opening.connector.with_timeouts(timeouts);
    opening.trace = Some(match (opening.trace, options.talk) {
        (Some(trace), _) => trace,
        (None, Talk::Kept) => Trace::with_transcript(),
        (None, Talk::Forgotten) => Trace::new(),
    });
    opening.prepare(protocol.rules, target)
}

fn until(protocol: &Protocol, options: &ProbeOptions, prepared: &Prepared) -> Result<Phase> {
    let has_login = prepared.has_login();
    let until = options.until.unwrap_or(match &options.work {
        Some(_) => Phase::Work,
        None if has_login => Phase::Auth,
        None => protocol.usual_stop,
    });
    if !protocol.stops.contains(&until) {
        let words: Vec<_> = protocol.stops.iter().map(|phase| phase.as_str()).collect();
        let words = words.join(", ");
        return Err(Error::usage(format!("a probe can stop after {words}")));
    }
    let wish = options.work.as_deref().unwrap_or_default();
    let operation = protocol.operation(wish)?;
    let takes_login = match until {
        Phase::Auth => true,
        Phase::Work => operation.is_some_and(|operation| operation.takes_login),
        _ => false,
    };
    if takes_login && !has_login {
        return Err(Error::usage("logging in needs a user and a password"));
    }
    Ok(until)
}
