//! [`Scene`]: one server, and what probing it shows.

use std::time::Duration;

use netspeak::core::protocol::ProbeOptions;
use netspeak::core::report::{Report, Verdict};
use netspeak::core::sasl::Credentials;
use netspeak::core::tls::{Roots, TlsSettings};
use netspeak::core::{Connector, Opening, Secret, Target, Timeouts, Tls};
use netspeak_fake::Server;

use super::{PASSWORD, USER};
use crate::verbs::probe::finish;

/// How a server of the cast is probed.
pub(super) struct Scene<'a> {
    url: String,
    authority: &'a str,
    password: Option<&'a str>,
    tls: Option<Tls>,
    expect: (Verdict, &'a str),
}

/// What probing it has shown.
pub(super) struct Played {
    pub(super) report: Report,
    is_as_expected: bool,
}

impl Played {
    /// What is otherwise than it was meant to be.
    pub(super) fn surprise(&self) -> Option<String> {
        let report = &self.report;
        let kind = kind_of(report);
        (!self.is_as_expected).then(|| format!("{}: {} {kind}", report.target.url, report.verdict))
    }
}

fn kind_of(report: &Report) -> String {
    let error = report.error.as_ref();
    error
        .map(|error| error.kind.to_string())
        .unwrap_or_default()
}

impl<'a> Scene<'a> {
    pub(super) fn new<P>(
        server: &'a Server<P>,
        scheme: &str,
        password: Option<&'a str>,
        expect: (Verdict, &'a str),
    ) -> Self {
        Self {
            url: server.url(scheme),
            authority: server.ca_pem(),
            password,
            tls: None,
            expect,
        }
    }

    /// Another place on the server.
    pub(super) fn at(mut self, path: &str) -> Self {
        self.url.push_str(path);
        self
    }

    /// TLS or nothing.
    pub(super) fn demanding_tls(self) -> Self {
        Self {
            tls: Some(Tls::Required),
            ..self
        }
    }

    pub(super) async fn played(&self) -> Played {
        let report = self.probe().await;
        let (verdict, kind) = self.expect;
        Played {
            is_as_expected: report.verdict == verdict && kind_of(&report) == kind,
            report,
        }
    }

    /// Probes it, as `netspeak probe` does.
    async fn probe(&self) -> Report {
        let mut options = ProbeOptions::default();
        options.opening.connector = connector(self.authority);
        options.opening.tls = self.tls;
        let password = self.password.map(Secret::from);
        options.opening.credentials =
            password.map(|password| Credentials::password(USER, password));
        match self.url.parse::<Target>() {
            Ok(target) => finish(netspeak::probe(&target, &options).await),
            Err(error) => Report::not_run(Default::default(), &error),
        }
    }
}

/// Trusts the server's own authority, and does not wait long for the silent one.
pub(super) fn connector(authority: &str) -> Connector {
    let mut tls = TlsSettings::default();
    tls.roots = Roots::Pem(vec![authority.to_owned()]);
    let mut timeouts = Timeouts::default();
    timeouts.greeting = Some(Duration::from_millis(700));
    Connector::new().with_tls(tls).with_timeouts(timeouts)
}

/// The same, and the one user logs in, over TLS.
pub(super) fn logged_in(authority: &str) -> Opening {
    let mut opening = Opening::default();
    opening.connector = connector(authority);
    opening.tls = Some(Tls::Required);
    opening.credentials = Some(Credentials::password(USER, Secret::from(PASSWORD)));
    opening
}

/// An error as it is told.
pub(super) fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}
