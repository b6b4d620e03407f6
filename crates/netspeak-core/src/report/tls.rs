//! The TLS part of a report, and what is checked about it for every protocol.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Check, CheckStatus, Report};
use crate::cert::CertFacts;
use crate::error::{ErrorKind, Phase};
use crate::tls::TlsFacts;
use crate::trace::Trace;

/// How long certificates have to be good for yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertDays {
    /// One that ends in fewer days wants attention.
    pub warn: i64,
    /// One that ends in fewer days is a failure.
    pub fail: i64,
}

/// 21 days, and none.
impl Default for CertDays {
    fn default() -> Self {
        Self { warn: 21, fail: 0 }
    }
}

/// The TLS session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TlsReport {
    /// `starttls` or `implicit`.
    pub mode: Cow<'static, str>,
    /// `1.2` or `1.3`.
    pub version: Option<Cow<'static, str>>,
    /// The cipher suite.
    pub cipher: Option<String>,
    /// The key exchange group.
    pub group: Option<String>,
    /// The protocol agreed on by ALPN.
    pub alpn: Option<String>,
    /// The name that was sent.
    pub sni: Option<String>,
    /// Whether an earlier session was resumed.
    pub resumed: bool,
    /// Whether the certificate verified.
    pub verified: Option<bool>,
    /// Why it did not.
    pub verify_error: Option<VerifyError>,
    /// When the peer's own certificate ends.
    pub not_after: Option<Timestamp>,
    /// Whole days until then; negative afterwards.
    pub days_left: Option<i64>,
    /// The chain as sent.
    pub chain: Vec<ChainLink>,
}

/// Why a certificate did not verify.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyError {
    /// The stable word.
    pub kind: ErrorKind,
    /// The details.
    pub message: String,
}

/// One certificate of the chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChainLink {
    /// Whom it is for.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The names it is good for.
    pub san: Vec<String>,
    /// Not valid before.
    pub not_before: Option<Timestamp>,
    /// Not valid after.
    pub not_after: Option<Timestamp>,
    /// SHA-256 of the certificate.
    pub sha256: String,
    /// SHA-256 of its public key.
    pub spki_sha256: String,
    /// Kind and size of the key.
    pub key: String,
    /// The signature algorithm.
    pub sig: String,
}

impl From<&CertFacts> for ChainLink {
    fn from(cert: &CertFacts) -> Self {
        Self {
            subject: cert.subject.clone(),
            issuer: cert.issuer.clone(),
            san: cert.names.clone(),
            not_before: cert.not_before,
            not_after: cert.not_after,
            sha256: cert.sha256.clone(),
            spki_sha256: cert.spki_sha256.clone(),
            key: cert.key.clone(),
            sig: cert.signature.clone(),
        }
    }
}

impl TlsReport {
    fn of(facts: &TlsFacts, mode: &'static str, now: Timestamp) -> Self {
        let own = facts.chain.first();
        Self {
            mode: mode.into(),
            version: facts.version.map(Cow::Borrowed),
            cipher: facts.cipher.clone(),
            group: facts.group.clone(),
            alpn: facts.alpn.clone(),
            sni: facts.sni.clone(),
            resumed: facts.resumed,
            verified: facts.verified,
            verify_error: facts
                .verify_error
                .clone()
                .map(|(kind, message)| VerifyError { kind, message }),
            not_after: own.and_then(|cert| cert.not_after),
            days_left: own.and_then(|cert| cert.days_left(now)),
            chain: facts.chain.iter().map(ChainLink::from).collect(),
        }
    }
}

impl Report {
    pub(super) fn take_tls(&mut self, trace: &Trace, wanted: CertDays) {
        let Some(facts) = trace.tls() else { return };
        let upgraded = self
            .phases
            .iter()
            .any(|phase| phase.name == Phase::Starttls);
        let mode = if upgraded { "starttls" } else { "implicit" };
        let tls = TlsReport::of(&facts, mode, self.time);
        self.check_expiry(&tls, &facts, wanted);
        self.check_verified(&tls);
        self.tls = Some(tls);
    }

    /// The first to end counts, of those that are needed.
    fn check_expiry(&mut self, tls: &TlsReport, facts: &TlsFacts, wanted: CertDays) {
        let at = facts.ends_first.unwrap_or(0);
        let Some(first) = facts.chain.get(at) else {
            return;
        };
        let Some(days) = first.days_left(self.time) else {
            return;
        };
        let (which, hint) = match at {
            0 => (
                "the certificate".to_owned(),
                "renew the certificate and reload the server",
            ),
            _ => (
                format!("the certificate of {} behind it", first.subject),
                "have the server send the authority's new intermediate certificate",
            ),
        };
        let left = days_in_words(days);
        let (status, message) = match days {
            ..0 => (CheckStatus::Fail, format!("{which} {left}")),
            days if days < wanted.fail => (CheckStatus::Fail, format!("{which} has {left}")),
            days if days < wanted.warn => (CheckStatus::Warn, format!("{which} has {left}")),
            _ => (CheckStatus::Ok, left),
        };
        let most = wanted.warn.max(wanted.fail);
        let mut check =
            Check::new("cert.days", status, days, message).expecting(format!(">={most}"));
        if status != CheckStatus::Ok {
            check = check.hint(hint);
        }
        // A certificate that nobody relied on cannot fail the probe.
        if tls.verified == Some(false) && tls.version.is_some() && check.status == CheckStatus::Fail
        {
            check.status = CheckStatus::Warn;
        }
        self.checks.push(check);
    }

    fn check_verified(&mut self, tls: &TlsReport) {
        // A handshake that failed over it is an error already.
        let (Some(verified), Some(_)) = (tls.verified, &tls.version) else {
            return;
        };
        let check = match &tls.verify_error {
            Some(error) => Check::new(
                "cert.verified",
                CheckStatus::Warn,
                verified,
                format!(
                    "the certificate does not verify ({}): {}",
                    error.kind, error.message
                ),
            )
            .hint("fine for opportunistic TLS only; no credentials are sent over it"),
            None => Check::new(
                "cert.verified",
                CheckStatus::Ok,
                verified,
                "chain and name ok",
            ),
        };
        self.checks.push(check.expecting("true"));
    }
}

/// The whole days that a certificate has left, for people: `68 days left`, `expired 2 days ago`.
pub fn days_in_words(days: i64) -> String {
    // -1 is the first day after the end.
    match days {
        1 => "1 day left".to_owned(),
        0.. => format!("{days} days left"),
        -1 => "expired less than a day ago".to_owned(),
        -2 => "expired 1 day ago".to_owned(),
        _ => format!(
            "expired {} days ago",
            days.saturating_neg().saturating_sub(1)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::report::{TargetFacts, Verdict};

    /// A chain of certificates that end so many days from now.
    fn judged(days: &[i64], ends_first: usize, wanted: CertDays) -> Report {
        let mut report = Report::new(TargetFacts::default());
        let end = |days: &i64| CertFacts {
            subject: format!("CN=with {days} days"),
            not_after: report
                .time
                .checked_add(jiff::SignedDuration::from_hours(24 * days + 1))
                .ok(),
            ..CertFacts::default()
        };
        let trace = Trace::new();
        trace.set_tls(TlsFacts {
            version: Some("1.3"),
            verified: Some(true),
            chain: days.iter().map(end).collect(),
            ends_first: Some(ends_first),
            ..TlsFacts::default()
        });
        report.finish_within(&trace, Ok::<(), &Error>(()), wanted);
        report
    }

    #[test]
    fn days_are_whole_ones() {
        for (days, words) in [
            (2, "2 days left"),
            (1, "1 day left"),
            (0, "0 days left"),
            (-1, "expired less than a day ago"),
            (-2, "expired 1 day ago"),
            (-3, "expired 2 days ago"),
        ] {
            assert_eq!(days_in_words(days), words);
        }
    }

    #[test]
    fn the_first_certificate_to_end_is_judged() {
        let strict = CertDays { warn: 30, fail: 7 };
        for (days, ends_first, wanted, verdict) in [
            (&[80, 300][..], 0, CertDays::default(), Verdict::Ok),
            (&[80, 3], 1, CertDays::default(), Verdict::Warn),
            // Not on the way.
            (&[80, 3], 0, CertDays::default(), Verdict::Ok),
            (&[25], 0, CertDays::default(), Verdict::Ok),
            (&[25], 0, strict, Verdict::Warn),
            (&[6], 0, strict, Verdict::Fail),
            (&[80, 6], 1, strict, Verdict::Fail),
        ] {
            let report = judged(days, ends_first, wanted);
            assert_eq!(report.verdict, verdict, "{days:?} {:?}", report.checks);
        }
        let report = judged(&[80, 3], 1, CertDays::default());
        let check = report.checks.iter().find(|check| check.id == "cert.days");
        let check = check.unwrap();
        assert_eq!(
            check.message,
            "the certificate of CN=with 3 days behind it has 3 days left"
        );
        assert_eq!(check.observed, 3);
        assert_eq!(report.tls.unwrap().days_left, Some(80));
    }
}
