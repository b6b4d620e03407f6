//! What to try: at most two suggestions for an error, each a command that can be pasted where
//! there is one.

use std::borrow::Cow;
use std::fmt;

use netspeak::core::report::{Check, Report, TargetFacts};
use netspeak::core::{ErrorKind, Phase, Reason, Scheme, Tls};
use netspeak::registry::{self, PROTOCOLS};

use crate::about::overview::GROUPS;

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    /// What to type or to do.
    pub(crate) what: String,
    /// Why.
    pub(crate) why: Cow<'static, str>,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.why.is_empty() {
            f.write_str(&self.what)
        } else {
            write!(f, "{}   {}", self.what, self.why)
        }
    }
}

/// What to try after a failed probe.
pub(crate) fn for_report(report: &Report) -> Vec<Advice> {
    let Some(error) = &report.error else {
        return Vec::new();
    };
    if error.kind == ErrorKind::USAGE {
        return for_target(&report.target);
    }
    let place = Place::of(report);
    let tls = |scheme: &Scheme| scheme.tls == Tls::Implicit;
    match (error.kind.phase(), error.kind.reason()) {
        (Phase::Tls, Reason::PlaintextPeer) => place.advise(
            place.sibling(|scheme| !tls(scheme)),
            "this port speaks clear text first",
        ),
        (Phase::Tls, reason) if is_of_certificates(reason) => for_certificate(report, error.kind),
        (Phase::Greeting, Reason::Timeout) if report.target.protocol.is_empty() => {
            let what = |scheme: &str| Advice {
                what: format!("netspeak {scheme}://{}", place.at),
                why: "its servers wait in silence".into(),
            };
            ["https", "http"].map(what).into()
        }
        (Phase::Greeting, Reason::Timeout) | (Phase::Timeout, Reason::Total)
            if error.phase == Phase::Greeting && report.tls.is_none() =>
        {
            place.advise(
                place.sibling(tls),
                "a server that waits in silence may want TLS first",
            )
        }
        (Phase::Wait, Reason::Timeout | Reason::Closed | Reason::Reset) if report.tls.is_none() => {
            place.advise(
                place.sibling(tls),
                "a server that says nothing may want TLS first",
            )
        }
        (Phase::Greeting | Phase::Wait, Reason::OtherProtocol) => place.advise_other(report),
        (Phase::Auth, Reason::PlaintextBlocked) if report.target.protocol == "http" => {
            place.advise(place.sibling(tls), "encrypts all of it")
        }
        (Phase::Auth, Reason::Rejected) if report.auth.user.is_none() => vec![Advice {
            what: "-u USER".to_owned(),
            why: "logs in".into(),
        }],
        (Phase::Starttls, Reason::NotOffered) => {
            let mut advice: Vec<Advice> = Vec::new();
            advice.extend(place.sibling(tls).map(|scheme| Advice {
                what: format!("netspeak {}://{}", scheme.name, place.host),
                why: "TLS from the first byte".into(),
            }));
            advice.push(Advice {
                what: format!("netspeak {}://{} --tls auto", place.scheme, place.at),
                why: "go on without TLS".into(),
            });
            advice
        }
        _ => for_kind(error.kind),
    }
}

fn is_of_certificates(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::CertName | Reason::CertExpired | Reason::CertUntrusted
    )
}

fn for_certificate(report: &Report, kind: ErrorKind) -> Vec<Advice> {
    match kind.reason() {
        Reason::CertName => for_names(report),
        Reason::CertExpired => vec![Advice {
            what: "renew the certificate and reload the server".to_owned(),
            why: ended(report).into(),
        }],
        Reason::CertUntrusted => for_issuer(report)
            .into_iter()
            .chain(for_kind(kind))
            .collect(),
        _ => for_kind(kind),
    }
}

/// Who has signed the last certificate that came, if its own should have come as well.
fn for_issuer(report: &Report) -> Option<Advice> {
    let last = report.tls.as_ref()?.chain.last()?;
    (last.issuer != last.subject).then(|| Advice {
        what: format!("have the server send the certificate of {}", last.issuer),
        why: "if that is not an authority itself: it signed the last one that came".into(),
    })
}

/// What to do about a check that did not come out well.
pub(crate) fn for_check(report: &Report, check: &Check) -> Vec<Advice> {
    let error = report
        .tls
        .as_ref()
        .and_then(|tls| tls.verify_error.as_ref());
    let mut advice = match error {
        Some(error) if check.id == "cert.verified" => for_certificate(report, error.kind),
        _ => Vec::new(),
    };
    if !advice.is_empty() {
        return advice;
    }
    advice.extend(check.hint.as_ref().map(|hint| Advice {
        what: hint.clone(),
        why: "".into(),
    }));
    advice
}

/// What was meant by a target that could not be read: the schemes that look like what was typed, or all there are.
fn for_target(target: &TargetFacts) -> Vec<Advice> {
    let schemes = || PROTOCOLS.iter().flat_map(|protocol| protocol.rules.schemes);
    let with = |scheme: &Scheme, rest: &str| format!("netspeak {}://{rest}", scheme.name);
    if let Some((typed, rest)) = target.url.split_once("://") {
        if schemes().any(|scheme| scheme.name == typed) {
            return Vec::new();
        }
        let likeness = |scheme: &&Scheme| strsim::jaro_winkler(scheme.name, typed);
        let nearest = schemes().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let nearest = nearest.filter(|scheme| likeness(scheme) > 0.75);
        let advice = nearest.map(|scheme| Advice {
            what: with(scheme, rest),
            why: "did you mean this?".into(),
        });
        return advice.into_iter().collect();
    }
    if target.host.is_empty() {
        return Vec::new();
    }
    let url = |scheme: &'static Scheme| Advice {
        what: with(scheme, &target.url),
        why: format!("port {}", scheme.port).into(),
    };
    if let Some(verb) = verb_like(&target.url) {
        return vec![Advice {
            what: format!("netspeak {verb} ..."),
            why: "did you mean this verb?".into(),
        }];
    }
    let one_each = PROTOCOLS
        .iter()
        .filter_map(|protocol| protocol.rules.schemes.first());
    one_each.map(url).collect()
}

/// The verb that is meant by a word that is none.
fn verb_like(word: &str) -> Option<&'static str> {
    let verbs = GROUPS.iter().flat_map(|(_, verbs)| *verbs);
    let mut verbs = verbs.copied();
    verbs.find(|verb| word.len() > 2 && strsim::damerau_levenshtein(verb, word) == 1)
}

/// What a certificate for other names is good for.
fn for_names(report: &Report) -> Vec<Advice> {
    const MOST: usize = 5;
    let names = |report: &Report| {
        report
            .tls
            .as_ref()?
            .chain
            .first()
            .map(|own| own.san.clone())
    };
    let names = names(report).unwrap_or_default();
    let Some(first) = names.first() else {
        return for_kind(ErrorKind::new(Phase::Tls, Reason::CertName));
    };
    let listed = names.iter().take(MOST).map(String::as_str);
    let listed = listed.collect::<Vec<_>>().join(", ");
    let more = if names.len() > MOST { ", ..." } else { "" };
    vec![Advice {
        what: format!("--sni {}", first.replacen("*.", "NAME.", 1)),
        why: format!("if that is the server that is meant: the certificate is for {listed}{more}")
            .into(),
    }]
}

/// When a certificate ended, if that is known.
fn ended(report: &Report) -> String {
    let end = report.tls.as_ref().and_then(|tls| tls.not_after);
    match end.filter(|end| *end < report.time) {
        Some(end) => format!("it ended on {}", end.strftime("%Y-%m-%d")),
        None => "one behind the server's own has ended".to_owned(),
    }
}

/// Where the probe went.
struct Place<'r> {
    scheme: &'r str,
    schemes: &'static [Scheme],
    host: String,
    /// Host and port.
    at: String,
}

impl<'r> Place<'r> {
    fn of(report: &'r Report) -> Self {
        let target = &report.target;
        let host = if target.host.contains(':') {
            format!("[{}]", target.host)
        } else {
            target.host.clone()
        };
        let protocol = PROTOCOLS
            .iter()
            .find(|protocol| protocol.name == target.protocol);
        Self {
            scheme: target.url.split("://").next().unwrap_or_default(),
            schemes: protocol.map_or(&[], |protocol| protocol.rules.schemes),
            at: format!("{host}:{}", target.port),
            host,
        }
    }

    /// Another scheme of this protocol: the one that differs by its `s`, if there is one.
    fn sibling(&self, is_meant: impl Fn(&Scheme) -> bool) -> Option<&'static Scheme> {
        let meant = || self.schemes.iter().filter(|scheme| is_meant(scheme));
        let stem = self.scheme.trim_end_matches('s');
        let near = meant().find(|scheme| scheme.name.trim_end_matches('s') == stem);
        near.or_else(|| meant().next())
    }

    fn advise(&self, scheme: Option<&Scheme>, why: &'static str) -> Vec<Advice> {
        let advice = scheme.map(|scheme| Advice {
            what: format!("netspeak {}://{}", scheme.name, self.at),
            why: why.into(),
        });
        advice.into_iter().collect()
    }

    /// Whose greeting it was, if anybody here knows.
    fn advise_other(&self, report: &Report) -> Vec<Advice> {
        let greeting = report
            .greeting
            .as_ref()
            .map(|greeting| greeting.raw.as_bytes());
        let other = greeting.and_then(registry::by_greeting);
        match other.and_then(|protocol| protocol.rules.schemes.first()) {
            Some(scheme) => self.advise(Some(scheme), "it greets like that"),
            None if report.target.protocol.is_empty() => vec![Advice {
                what: format!("check the port: {} greets like nobody known here", self.at),
                why: "".into(),
            }],
            None => vec![Advice {
                what: format!("check the port: {} is not {} there", self.at, self.scheme),
                why: "".into(),
            }],
        }
    }
}

/// What to try, known from the kind alone.
pub(crate) fn for_kind(kind: ErrorKind) -> Vec<Advice> {
    let one = |what: &str, why: &'static str| {
        vec![Advice {
            what: what.to_owned(),
            why: why.into(),
        }]
    };
    match (kind.phase(), kind.reason()) {
        (Phase::Dns, Reason::Nxdomain) => one("check the spelling of the host", ""),
        (Phase::Dns, Reason::Timeout | Reason::Temporary) => {
            one("--resolve HOST:PORT:ADDRESS", "bypasses the name server")
        }
        (Phase::Tcp, Reason::Refused) => {
            one("check that the server runs and listens on this port", "")
        }
        (Phase::Tcp, Reason::Timeout) => one(
            "-4 or -6",
            "one address family may be broken, or a firewall drops the packets",
        ),
        (Phase::Tls, Reason::CertExpired) => one("renew the certificate and reload the server", ""),
        (Phase::Tls, Reason::CertUntrusted) => {
            one("--cacert FILE", "trusts an authority of your own")
        }
        (Phase::Tls, Reason::CertName) => one(
            "--sni NAME",
            "if the certificate is for another of its names",
        ),
        (_, Reason::CertRequired) => {
            one("--cert FILE", "the server asks for a certificate of ours")
        }
        (Phase::Tls, Reason::CertPin) => {
            one("compare the server's key with the pin before you go on", "")
        }
        (Phase::Auth, Reason::PlaintextBlocked) => one(
            "--tls require",
            "encrypts first, as https:// does; --allow-plaintext-auth sends it in clear text",
        ),
        (Phase::Auth, Reason::NoMechanism) => {
            one("--login-options AUTH=MECHANISM", "picks one yourself")
        }
        (Phase::Body, Reason::Truncated | Reason::Closed | Reason::Reset | Reason::Timeout) => one(
            "netspeak get -C -",
            "goes on where it ended, if it is still the same",
        ),
        (Phase::Starttls, Reason::Injected) => one(
            "treat this network as hostile",
            "someone, or the server itself, sent clear text before TLS",
        ),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_may_be_mistyped() {
        for (word, verb) in [
            ("gte", Some("get")),
            ("porbe", Some("probe")),
            ("lss", Some("ls")),
            ("mx", None),
            ("mail", None),
        ] {
            assert_eq!(verb_like(word), verb, "{word}");
        }
    }

    #[test]
    fn never_more_than_two() {
        for &phase in Phase::ALL {
            for &reason in Reason::ALL {
                assert!(for_kind(ErrorKind::new(phase, reason)).len() <= 2);
            }
        }
    }
}
