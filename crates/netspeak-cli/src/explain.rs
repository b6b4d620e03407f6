//! What the words mean: kinds of errors, and ids of checks.

use netspeak::core::{ErrorKind, Phase, Reason};

/// What happens in a phase.
pub(crate) fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Dns => "The name of the host is looked up, by the system.",
        Phase::Proxy => "A proxy is asked to connect.",
        Phase::Tcp => "A connection is opened, to each address in turn until one answers.",
        Phase::Tls => "TLS is begun, and the server's certificate is looked at.",
        Phase::Greeting => "The server speaks first; nothing is said before.",
        Phase::Caps => "The server is asked what it can do.",
        Phase::Starttls => "The server is asked to begin TLS on this connection.",
        Phase::Auth => "Somebody logs in.",
        Phase::Work => "One real operation is done.",
        Phase::Wait => "A request was sent, and its answer has not begun.",
        Phase::Body => "The rest of an answer is read.",
        Phase::Data => "Data go over a connection of their own.",
        Phase::Quit => "Goodbye is said.",
        Phase::Proto => "The rules of the protocol, wherever they are broken.",
        Phase::Conn => "The connection of this session.",
        Phase::File => "A file on this machine.",
        Phase::Timeout => "All of it together.",
        Phase::Usage => "What was typed.",
        Phase::Config => "What the configuration says, and the files that it names.",
        Phase::Assert => "What was expected of the server, by --expect or --reject.",
        Phase::Internal => "A fault of netspeak's own: please report it.",
        _ => "",
    }
}

/// What went wrong there.
pub(crate) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Timeout => {
            "Nothing came within the limit for this phase. A firewall may drop the packets, or the server is too busy."
        }
        Reason::Total => {
            "The limit for everything together is over (--max-time, for probes 30 s unless said otherwise). The phase that was under way is named."
        }
        Reason::Refused => {
            "The machine is there and nothing listens on this port, or a firewall says no."
        }
        Reason::Unreachable => "There is no way to that address from here.",
        Reason::Reset => "The other side ended the connection at once, without a word.",
        Reason::Nxdomain => "There is no such name.",
        Reason::NoAddress => {
            "The name is there, and has no address that may be used (see -4, -6, --interface)."
        }
        Reason::PlaintextPeer => {
            "The server answered in clear text. Its port is for connections that begin without TLS; many of them can begin it later."
        }
        Reason::Alert => {
            "The server ended the handshake with an alert. Its own log usually says why."
        }
        Reason::Version => {
            "There is no version of TLS, or no cipher suite, that both sides know. netspeak speaks 1.2 and 1.3."
        }
        Reason::CertExpired => "A certificate is past its end: the server's own, or one behind it.",
        Reason::CertNotYet => {
            "A certificate is not valid yet: its date is wrong, or the clock of this machine."
        }
        Reason::CertUntrusted => {
            "No way leads from the certificate to an authority that this machine trusts. The server may not send the certificate in between, or the authority is a private one (--cacert)."
        }
        Reason::CertName => "The certificate is for other names than the one that was asked for.",
        Reason::CertInvalid => "The certificate may not be used for this, or is broken.",
        Reason::CertRequired => "The server wants a certificate of ours (--cert).",
        Reason::CertPin => {
            "The server's key is not the one of --pinnedpubkey. Somebody may have taken its place."
        }
        Reason::Truncated => "The data were cut off before their end.",
        Reason::Rejected => "The server said no. Its own words stand in the message.",
        Reason::OtherProtocol => "The first words belong to another protocol than the URL says.",
        Reason::NotOffered => "The server does not offer it, and it was demanded.",
        Reason::Injected => {
            "Bytes were there before the encryption began, behind the answer that announces it. Somebody on the way slips commands in, or the server does it by mistake."
        }
        Reason::NoMechanism => "No way to log in is known to both sides.",
        Reason::PlaintextBlocked => {
            "A password would have crossed the network in clear text, which is not done unless --allow-plaintext-auth says so."
        }
        Reason::Temporary => "The server asks to come again later.",
        Reason::Malformed => "What came cannot be read by the rules of the protocol.",
        Reason::Closed => "The other side closed the connection too early.",
        Reason::TooLarge => "More came than a limit allows.",
        Reason::NotFound => "There is no such thing on the server.",
        Reason::Quota => "The server has no room left.",
        Reason::Aborted => "The server gave up in the middle of it.",
        Reason::Integrity => "What came is not what was sent: a sum, a size or a hash differs.",
        Reason::InDoubt => {
            "The connection ended before the answer came: nobody knows whether it was done."
        }
        Reason::Auth => "The proxy does not take this user and password.",
        Reason::Denied => "It is not allowed.",
        Reason::Poisoned => "An operation before this one ended half-way; connect again.",
        Reason::Interrupted => "It was ended by Ctrl-C.",
        Reason::Failed => "Something failed; the message says what.",
        _ => "",
    }
}

/// What is checked under an id, and what to make of it.
pub(crate) const CHECKS: &[(&str, &str)] = &[
    (
        "addresses.agree",
        "The machines behind one name answer differently (--all-addresses): software, TLS, certificate, capabilities.",
    ),
    (
        "addresses.family",
        "The addresses of one family are dead. Most clients use the other without a word, some wait for seconds.",
    ),
    (
        "auth.before_tls",
        "Passwords are taken before TLS has begun: whoever listens on the way can read them.",
    ),
    (
        "auth.possible",
        "Nobody can log in: LOGIN is disabled until TLS begins, and TLS cannot begin.",
    ),
    (
        "cert.days",
        "How many days the certificate has left, or the first to end of those behind it (--cert-days).",
    ),
    (
        "cert.verified",
        "Whether the certificate leads to an authority that is trusted, and is for this name.",
    ),
    (
        "data.address",
        "The server tells an address for data connections (PASV) that is not its own as seen from here: behind an address translation it tells the private one. Clients that believe it hang.",
    ),
    ("dns.slow", "Looking the name up took a second or more."),
    ("expect", "What --expect asked for."),
    (
        "greeting.host",
        "The server calls itself by a name without a domain; other mail servers may not like that.",
    ),
    ("greeting.slow", "The greeting took five seconds or more."),
    (
        "http.login",
        "A user was given, and the server asked for no login, so that none was tried.",
    ),
    (
        "http.redirect",
        "The answer leads elsewhere. A probe tells where, and does not go there.",
    ),
    (
        "proxy.login",
        "The login at the proxy goes to it in clear text.",
    ),
    ("quit", "The server did not answer the goodbye."),
    ("reject", "What --reject asked for."),
    (
        "starttls.offered",
        "There is no way from clear text to TLS on this port.",
    ),
    ("starttls.refused", "TLS was offered and then refused."),
    (
        "xmlrpc.methods",
        "The server speaks XML-RPC and does not list its methods, which is no fault.",
    ),
];

/// Kinds that can happen, for the list: what cannot be together is left out.
pub(crate) fn kinds() -> Vec<(Phase, Vec<Reason>)> {
    use Reason as R;
    const NET: &[Reason] = &[R::Timeout, R::Refused, R::Unreachable, R::Reset, R::Closed];
    const REPLY: &[Reason] = &[
        R::Timeout,
        R::Closed,
        R::Reset,
        R::Rejected,
        R::Temporary,
        R::Malformed,
        R::TooLarge,
    ];
    let of: &[(Phase, &[Reason])] = &[
        (
            Phase::Dns,
            &[R::Nxdomain, R::NoAddress, R::Timeout, R::Temporary],
        ),
        (
            Phase::Proxy,
            &[R::Refused, R::Timeout, R::Auth, R::Rejected, R::Malformed],
        ),
        (
            Phase::Tcp,
            &[R::Refused, R::Timeout, R::Unreachable, R::Reset],
        ),
        (
            Phase::Tls,
            &[
                R::PlaintextPeer,
                R::Alert,
                R::Version,
                R::CertExpired,
                R::CertNotYet,
                R::CertUntrusted,
                R::CertName,
                R::CertInvalid,
                R::CertRequired,
                R::CertPin,
                R::Timeout,
                R::Truncated,
                R::Reset,
            ],
        ),
        (
            Phase::Greeting,
            &[
                R::Timeout,
                R::Rejected,
                R::OtherProtocol,
                R::Closed,
                R::Reset,
                R::Temporary,
            ],
        ),
        (Phase::Caps, REPLY),
        (Phase::Starttls, &[R::NotOffered, R::Rejected, R::Injected]),
        (
            Phase::Auth,
            &[
                R::Rejected,
                R::NoMechanism,
                R::PlaintextBlocked,
                R::Temporary,
                R::Timeout,
                R::Malformed,
            ],
        ),
        (
            Phase::Work,
            &[
                R::Rejected,
                R::NotFound,
                R::Denied,
                R::Temporary,
                R::Quota,
                R::NotOffered,
                R::InDoubt,
                R::Timeout,
            ],
        ),
        (Phase::Wait, NET),
        (
            Phase::Body,
            &[R::Truncated, R::Timeout, R::Closed, R::Reset, R::Integrity],
        ),
        (
            Phase::Data,
            &[
                R::Timeout,
                R::Refused,
                R::Closed,
                R::Aborted,
                R::Truncated,
                R::Quota,
                R::Integrity,
            ],
        ),
        (Phase::Quit, &[R::Timeout, R::Closed]),
        (Phase::Proto, &[R::Malformed, R::Closed, R::TooLarge]),
        (Phase::Conn, &[R::Poisoned, R::Interrupted]),
        (Phase::File, &[R::Denied, R::Failed]),
        (Phase::Timeout, &[R::Total]),
        (Phase::Assert, &[R::Failed]),
        (Phase::Usage, &[R::Failed]),
        (Phase::Config, &[R::Failed]),
        (Phase::Internal, &[R::Failed]),
    ];
    of.iter()
        .map(|(phase, reasons)| (*phase, reasons.to_vec()))
        .collect()
}

/// The names of all kinds that can happen.
pub(crate) fn names() -> Vec<String> {
    let kinds = kinds().into_iter().flat_map(|(phase, reasons)| {
        let kinds = reasons.into_iter();
        kinds.map(move |reason| ErrorKind::new(phase, reason).to_string())
    });
    kinds.collect()
}

/// The kind of this name.
pub(crate) fn kind(name: &str) -> Option<ErrorKind> {
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_closed_lists_is_explained() {
        for &one in Phase::ALL {
            assert!(!phase(one).is_empty(), "{one}");
        }
        for &one in Reason::ALL {
            assert!(!reason(one).is_empty(), "{one}");
        }
    }

    #[test]
    fn every_check_of_all_crates_is_explained() {
        let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let id = regex::Regex::new(r#"Check::new\(\s*"([a-z]+(?:\.[a-z_]+)?)""#).unwrap();
        let mut folders = vec![crates];
        let mut found = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.ends_with("target") {
                    folders.push(path);
                    continue;
                }
                if path.extension().is_none_or(|extension| extension != "rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                for known in id.captures_iter(code) {
                    let name = &known[1];
                    assert!(CHECKS.iter().any(|(id, _)| *id == name), "{name}");
                    found += 1;
                }
            }
        }
        assert!(found > 10, "{found}");
    }

    #[test]
    fn every_kind_on_the_list_is_read_back() {
        for (phase, reasons) in kinds() {
            for reason in reasons {
                let name = ErrorKind::new(phase, reason).to_string();
                assert!(kind(&name).is_some(), "{name}");
            }
        }
    }
}
