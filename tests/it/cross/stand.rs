//! Which real servers stand for which protocol: the one list here that names protocols.

use netspeak::core::protocol::Protocol;
use netspeak::core::{Phase, Scheme, Target, Tls};
use netspeak::registry::PROTOCOLS;

use crate::harness::target;

/// The servers that stand for a protocol.
struct Row {
    protocol: &'static str,
    /// `DOVECOT` has `NETSPEAK_DOVECOT_POP3`, `..._POP3S`.
    daemon: &'static str,
    /// The scheme where TLS comes later and people log in.
    plain: &'static str,
    /// The server that takes passwords in the clear, if one stands ready.
    lax: Option<&'static str>,
    /// What becomes of a login in the clear at the one that does not.
    refusal: &'static str,
    /// Where another protocol is spoken.
    foreign: &'static str,
    certificates: Certificates,
    /// What is asked for, by those who log in and by the others, where that is a matter of the URL.
    paths: Paths,
    /// What becomes of clear text at the TLS port.
    mistaken: Mistaken,
    offer: Offer,
}

/// When the server says what it can do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    /// When it is asked.
    Asked,
    /// With its greeting: nobody has to ask then.
    Greeted,
}

#[derive(Clone, Copy)]
struct Paths {
    open: &'static str,
    guarded: &'static str,
}

const NO_PATHS: Paths = Paths {
    open: "",
    guarded: "",
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mistaken {
    /// The server waits for the rest of a hello.
    Waits,
    /// The server says in clear text what is wrong.
    Answered,
    /// It depends on the bytes of the hello.
    Unclear,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Certificates {
    /// Also bad ones, for whoever asks for them by name.
    ByName,
    /// One and the same for all.
    One,
}

const ROWS: &[Row] = &[
    Row {
        protocol: "imap",
        daemon: "DOVECOT",
        plain: "imap",
        lax: Some("DOVECOT_PLAIN"),
        refusal: "",
        foreign: "DOVECOT_POP3",
        certificates: Certificates::ByName,
        paths: NO_PATHS,
        mistaken: Mistaken::Waits,
        offer: Offer::Greeted,
    },
    Row {
        protocol: "pop3",
        daemon: "DOVECOT",
        plain: "pop3",
        lax: Some("DOVECOT_PLAIN"),
        refusal: "",
        foreign: "DOVECOT_IMAP",
        certificates: Certificates::ByName,
        paths: NO_PATHS,
        mistaken: Mistaken::Waits,
        offer: Offer::Asked,
    },
    Row {
        protocol: "smtp",
        daemon: "POSTFIX",
        plain: "submission",
        lax: None,
        refusal: "auth.no_mechanism",
        foreign: "DOVECOT_IMAP",
        certificates: Certificates::ByName,
        paths: NO_PATHS,
        mistaken: Mistaken::Waits,
        offer: Offer::Asked,
    },
    Row {
        protocol: "ftp",
        daemon: "PROFTPD",
        plain: "ftp",
        lax: None,
        refusal: "auth.rejected",
        foreign: "DOVECOT_IMAP",
        certificates: Certificates::One,
        paths: NO_PATHS,
        mistaken: Mistaken::Waits,
        offer: Offer::Asked,
    },
    Row {
        protocol: "http",
        daemon: "NGINX",
        plain: "http",
        lax: Some("NGINX"),
        refusal: "",
        foreign: "DOVECOT_IMAP",
        certificates: Certificates::ByName,
        paths: Paths {
            open: "/version",
            guarded: "/private/0001-plain.eml",
        },
        mistaken: Mistaken::Answered,
        offer: Offer::Asked,
    },
    Row {
        protocol: "telnet",
        daemon: "TELNETD",
        plain: "telnet",
        lax: Some("TELNETD"),
        refusal: "",
        foreign: "DOVECOT_IMAP",
        certificates: Certificates::One,
        paths: NO_PATHS,
        mistaken: Mistaken::Waits,
        offer: Offer::Asked,
    },
    Row {
        protocol: "gopher",
        daemon: "GOPHERNICUS",
        plain: "gopher",
        lax: Some("GOPHERNICUS"),
        refusal: "",
        foreign: "DOVECOT_IMAP",
        certificates: Certificates::One,
        paths: NO_PATHS,
        mistaken: Mistaken::Unclear,
        offer: Offer::Asked,
    },
    Row {
        protocol: "nntp",
        daemon: "INN2",
        plain: "nntp",
        lax: Some("INN2"),
        refusal: "",
        foreign: "DOVECOT_IMAP",
        certificates: Certificates::One,
        paths: NO_PATHS,
        mistaken: Mistaken::Unclear,
        offer: Offer::Asked,
    },
];

/// A protocol and its servers.
#[derive(Clone, Copy)]
pub(super) struct Stand {
    pub(super) protocol: &'static Protocol,
    row: &'static Row,
}

/// Protocols whose connections are those of another one, of which all is demanded.
const ON_OTHERS: &[(&str, &str)] = &[("xmlrpc", "http")];

/// Every protocol that is switched on, and has connections of its own.
pub(super) fn all() -> Vec<Stand> {
    let stand = |protocol: &&'static Protocol| {
        let row = ROWS.iter().find(|row| row.protocol == protocol.name);
        let row =
            row.unwrap_or_else(|| panic!("no server stands for {}: name one here", protocol.name));
        Stand { protocol, row }
    };
    let stands_on_another =
        |protocol: &&&Protocol| ON_OTHERS.iter().any(|(name, _)| *name == protocol.name);
    let own = PROTOCOLS.iter().filter(|it| !stands_on_another(it));
    own.map(stand).collect()
}

impl Stand {
    /// The same place, under the path that is asked for there.
    pub(super) fn asking(&self, target: &Target, logs_in: bool) -> Target {
        let paths = self.row.paths;
        let path = if logs_in { paths.guarded } else { paths.open };
        format!("{target}{path}").parse().unwrap()
    }

    /// Whether the server speaks first.
    fn greets(&self) -> bool {
        self.protocol.stops.contains(&Phase::Greeting)
    }

    /// Whether people log in there.
    pub(super) fn logs_in(&self) -> bool {
        self.protocol.stops.contains(&Phase::Auth)
    }

    /// Whether TLS can begin under way.
    pub(super) fn upgrades(&self) -> bool {
        !self.protocol.rules.upgrade.is_empty()
    }

    /// Where TLS comes later and people log in.
    pub(super) fn plain(&self) -> &'static Scheme {
        self.protocol.scheme(self.row.plain).unwrap()
    }

    pub(super) fn implicit(&self) -> Option<&'static Scheme> {
        let mut schemes = self.protocol.rules.schemes.iter();
        schemes.find(|scheme| scheme.tls == Tls::Implicit)
    }

    pub(super) fn over_plain(&self) -> Target {
        let scheme = self.plain();
        target(scheme.name, &service(self.row.daemon, scheme))
    }

    pub(super) fn over_implicit(&self) -> Option<Target> {
        let scheme = self.implicit()?;
        Some(target(scheme.name, &service(self.row.daemon, scheme)))
    }

    /// Where passwords are taken in the clear, if somebody does.
    pub(super) fn lax(&self) -> Option<Target> {
        let scheme = self.plain();
        let lax = self.row.lax?;
        Some(target(scheme.name, &service(lax, scheme)))
    }

    /// What becomes of a login in the clear where it is refused.
    pub(super) fn refusal(&self) -> &'static str {
        self.row.refusal
    }

    /// Whether it shows another certificate to whoever asks for another name.
    pub(super) fn has_bad_certificates(&self) -> bool {
        self.row.certificates == Certificates::ByName
    }

    /// TLS where clear text is spoken.
    pub(super) fn implicit_at_plain(&self) -> Option<Target> {
        if self.row.mistaken == Mistaken::Unclear {
            return None;
        }
        let there = service(self.row.daemon, self.plain());
        Some(target(self.implicit()?.name, &there))
    }

    /// Clear text where TLS is spoken and nobody says so.
    pub(super) fn plain_at_implicit(&self) -> Option<Target> {
        if self.row.mistaken != Mistaken::Waits {
            return None;
        }
        let there = service(self.row.daemon, self.implicit()?);
        Some(target(self.plain().name, &there))
    }

    /// Where another protocol is spoken.
    pub(super) fn elsewhere(&self) -> Target {
        target(self.plain().name, self.row.foreign)
    }

    /// Of these phases those that the protocol has. What the greeting has told is not asked for. Without a greeting the wait
    /// for an answer comes in its place, and then the body, unless that wait was in vain.
    pub(super) fn phases(&self, words: &str) -> Vec<&'static str> {
        let greets = self.greets();
        let leaves = self.protocol.greets_with.is_some();
        let has = |phase: Phase| match phase {
            Phase::Greeting => greets,
            Phase::Starttls => self.upgrades(),
            Phase::Wait | Phase::Body | Phase::Caps | Phase::Auth | Phase::Work | Phase::Quit => {
                self.protocol.stops.contains(&phase) || (phase == Phase::Quit && leaves)
            }
            _ => true,
        };
        let words = match self.row.offer {
            Offer::Asked => words.to_owned(),
            Offer::Greeted => words.replace("greeting caps", "greeting"),
        };
        let words = match words.strip_suffix("greeting") {
            Some(before) if !greets => format!("{before}wait"),
            _ if greets => words,
            _ => words.replace("greeting", "wait body"),
        };
        let phases = words.split(' ').map(|word| word.parse::<Phase>().unwrap());
        phases
            .filter(|phase| has(*phase))
            .map(Phase::as_str)
            .collect()
    }

    /// The kind of an error, which is one of the wait for an answer where nobody greets.
    pub(super) fn kind(&self, kind: &str) -> String {
        match self.greets() {
            true => kind.to_owned(),
            false => kind.replace("greeting.", "wait."),
        }
    }
}

fn service(daemon: &str, scheme: &Scheme) -> String {
    format!("{daemon}_{}", scheme.name.to_uppercase())
}
