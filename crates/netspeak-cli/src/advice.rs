//! What to try: at most two suggestions for an error, each a command that can be pasted where
//! there is one.

use std::fmt;

use netspeak::core::report::Report;
use netspeak::core::{ErrorKind, Phase, Reason};

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    /// What to type or to do.
    pub(crate) what: String,
    /// Why.
    pub(crate) why: &'static str,
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
    let target = &report.target;
    let host = if target.host.contains(':') {
        format!("[{}]", target.host)
    } else {
        target.host.clone()
    };
    let command = |scheme: &str, port: u16| format!("netspeak {scheme}://{host}:{port}");
    let protocol = target.protocol.as_str();
    match (error.kind.phase(), error.kind.reason()) {
        (Phase::Tls, Reason::PlaintextPeer) => vec![Advice {
            what: command(protocol, target.port),
            why: "this port speaks clear text first",
        }],
        (Phase::Greeting, Reason::Timeout) if report.tls.is_none() => vec![Advice {
            what: command(&format!("{protocol}s"), target.port),
            why: "a server that waits in silence may want TLS first",
        }],
        (Phase::Greeting, Reason::OtherProtocol) => vec![Advice {
            what: format!("check the port: {} is not {protocol} there", target.port),
            why: "",
        }],
        (Phase::Starttls, Reason::NotOffered) => vec![
            Advice {
                what: format!("netspeak {protocol}s://{host}"),
                why: "TLS from the first byte",
            },
            Advice {
                what: format!("{} --tls auto", command(protocol, target.port)),
                why: "go on without TLS",
            },
        ],
        _ => for_kind(error.kind),
    }
}

/// What to try, known from the kind alone.
pub(crate) fn for_kind(kind: ErrorKind) -> Vec<Advice> {
    let one = |what: &str, why: &'static str| {
        vec![Advice {
            what: what.to_owned(),
            why,
        }]
    };
    match (kind.phase(), kind.reason()) {
        (Phase::Dns, Reason::Nxdomain) => one("check the spelling of the host", ""),
        (Phase::Dns, Reason::Timeout | Reason::Temporary) => {
            one("--resolve HOST:PORT:ADDRESS", "goes round the name server")
        }
        (Phase::Tcp, Reason::Refused) => {
            one("check that the server runs and listens on this port", "")
        }
        (Phase::Tcp, Reason::Timeout) => one(
            "-4 or -6",
            "one address family may be dead; else a firewall drops it",
        ),
        (Phase::Tls, Reason::CertExpired) => one("renew the certificate and reload the server", ""),
        (Phase::Tls, Reason::CertUntrusted) => one(
            "--cacert FILE",
            "trusts your own authority; a missing intermediate is the server's to send",
        ),
        (Phase::Tls, Reason::CertName) => one(
            "--sni NAME",
            "if the certificate is for another of its names",
        ),
        (Phase::Tls, Reason::CertPin) => {
            one("compare the server's key with the pin before you go on", "")
        }
        (Phase::Auth, Reason::PlaintextBlocked) => one(
            "--tls require",
            "encrypts first; --allow-plaintext-auth sends it in clear text",
        ),
        (Phase::Auth, Reason::NoMechanism) => {
            one("--login-options AUTH=MECHANISM", "names one yourself")
        }
        (Phase::Starttls, Reason::Injected) => one(
            "treat this network as hostile",
            "somebody, or the server, put clear text before TLS",
        ),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_more_than_two() {
        for &phase in Phase::ALL {
            for &reason in Reason::ALL {
                assert!(for_kind(ErrorKind::new(phase, reason)).len() <= 2);
            }
        }
    }
}
