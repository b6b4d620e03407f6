//! [`Logins`]: who logs in where, by `[[credentials]]`.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use netspeak::core::protocol::Protocol;
use netspeak::core::{Error, Host, Phase, Result, Secret, Target};
use netspeak::registry;

use super::source::{Source, meant};
use super::table::Table;
use crate::failure::Failure;
use crate::input;

/// Keys that prove who somebody is, of which an entry has one at most.
const PROOFS: [&str; 6] = [
    "password-file",
    "password-cmd",
    "password-env",
    "password",
    "oauth2-bearer-file",
    "oauth2-bearer-env",
];

/// Who logs in where. The first entry that fits counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logins(pub(super) Arc<[Login]>);

/// One entry: somebody, and the servers that know him.
#[derive(Debug)]
pub(crate) struct Login {
    pub(super) hosts: Hosts,
    /// Names of protocols, and of schemes; none for all.
    pub(super) protocols: Vec<String>,
    pub(super) user: Option<String>,
    pub(super) proof: Option<Proof>,
    /// The only mechanism to use, as in `AUTH=PLAIN`.
    pub(super) login_options: Option<String>,
    pub(super) source: Source,
    /// What the proof gave: nobody is asked twice, whether it went well or not.
    found: OnceLock<Result<Secret, String>>,
}

/// Servers: `mail.example.org`, `*.example.org`, `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hosts {
    All,
    One(Host),
    /// All names that have one label or more in front of this one.
    Below(String),
}

/// What proves who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    PasswordFile(PathBuf),
    PasswordCmd(String),
    PasswordEnv(String),
    Password(Secret),
    TokenFile(PathBuf),
    TokenEnv(String),
}

impl Logins {
    pub(super) fn new(all: Vec<Login>) -> Self {
        Self(all.into())
    }

    /// Whether there is nobody at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Who logs in at this target, of those who are this user if somebody was named.
    pub(crate) fn find(&self, target: &Target, user: Option<&str>) -> Option<&Login> {
        if self.is_empty() {
            return None;
        }
        let found = registry::resolve(target);
        let (protocol, target) = match &found {
            Ok(Some((protocol, target))) => (Some(*protocol), target),
            Ok(None) => (None, target),
            Err(_) => return None,
        };
        if protocol.is_some_and(|protocol| !takes_login(protocol)) {
            return None;
        }
        self.0.iter().find(|login| {
            let is_named = user.is_none() || login.user.as_deref() == user;
            is_named && login.hosts.has(target.host()) && login.is_for(protocol, target.scheme())
        })
    }
}

/// Whether anybody can log in over this protocol.
fn takes_login(protocol: &Protocol) -> bool {
    let stops = protocol.stops;
    stops.contains(&Phase::Auth) || stops.contains(&Phase::Work)
}

impl Login {
    pub(super) fn of(table: &Table<'_>) -> Result<Self, Failure> {
        let keys = ["host", "protocol", "user", "login-options"];
        table.only(&[&keys[..], &PROOFS].concat())?;
        let wrong = |what: String| table.document.wrong(table.span, what);
        let wrong_at = |key: &str, what: String| {
            let span = table.get(key).map(|(_, span)| span);
            let span = span.as_ref().unwrap_or(table.span);
            table.document.wrong(span, what)
        };
        let hosts = table.text("host")?.ok_or_else(|| {
            wrong("credentials without host: for whom are they? \"*\" is all".to_owned())
        })?;
        let hosts = Hosts::of(hosts).map_err(|why| wrong_at("host", why))?;
        let mut protocols = table.texts("protocol")?;
        for protocol in &mut protocols {
            protocol.make_ascii_lowercase();
            is_known(protocol).map_err(|why| wrong_at("protocol", why))?;
        }
        let mut proofs = PROOFS.iter().filter(|key| table.get(key).is_some());
        let proof = match (proofs.next(), proofs.next()) {
            (Some(one), Some(other)) => {
                let what = format!("credentials with {one} and {other}: one of them is enough");
                return Err(wrong_at(other, what));
            }
            (Some(key), None) => table.text(key)?.map(|text| Proof::of(key, text)),
            _ => None,
        };
        let user = table.text("user")?.map(str::to_owned);
        let is_token = matches!(proof, Some(Proof::TokenFile(_) | Proof::TokenEnv(_)));
        if user.as_ref().is_none_or(String::is_empty) && !is_token {
            return Err(wrong("credentials without user: who logs in?".to_owned()));
        }
        let login_options = table.text("login-options")?.map(str::to_owned);
        if login_options
            .as_ref()
            .is_some_and(|text| !text.starts_with("AUTH="))
        {
            let what = "login-options takes AUTH=MECHANISM".to_owned();
            return Err(wrong_at("login-options", what));
        }
        Ok(Self {
            hosts,
            protocols,
            user,
            proof,
            login_options,
            source: table.document.source(table.span),
            found: OnceLock::new(),
        })
    }

    /// Whose login it is.
    pub(crate) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The only mechanism to use, as in `AUTH=PLAIN`.
    pub(crate) fn login_options(&self) -> Option<&str> {
        self.login_options.as_deref()
    }

    /// Whether the proof is a bearer token.
    pub(crate) fn has_token(&self) -> bool {
        matches!(self.proof, Some(Proof::TokenFile(_) | Proof::TokenEnv(_)))
    }

    /// The password or token, if the entry says where it is. It is looked for once.
    ///
    /// # Errors
    /// What went wrong then, with the line of the entry.
    pub(crate) fn secret(&self) -> Result<Option<Secret>> {
        let Some(proof) = &self.proof else {
            return Ok(None);
        };
        let found = self.found.get_or_init(|| {
            let secret = proof.secret();
            secret.map_err(|error| format!("{}: {}", self.source, error.message()))
        });
        match found {
            Ok(secret) => Ok(Some(secret.clone())),
            Err(why) => Err(Error::usage(why.clone())),
        }
    }

    /// Whether the password itself stands in the file.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.proof, Some(Proof::Password(_)))
    }

    fn is_for(&self, protocol: Option<&Protocol>, scheme: Option<&str>) -> bool {
        let names = [protocol.map(|protocol| protocol.name), scheme];
        let is = |word: &String| names.contains(&Some(word));
        self.protocols.is_empty() || self.protocols.iter().any(is)
    }
}

impl Proof {
    fn of(key: &str, text: &str) -> Self {
        match key {
            "password-file" => Self::PasswordFile(text.into()),
            "password-cmd" => Self::PasswordCmd(text.to_owned()),
            "password-env" => Self::PasswordEnv(text.to_owned()),
            "oauth2-bearer-file" => Self::TokenFile(text.into()),
            "oauth2-bearer-env" => Self::TokenEnv(text.to_owned()),
            _ => Self::Password(Secret::from(text)),
        }
    }

    fn secret(&self) -> Result<Secret> {
        match self {
            Self::PasswordFile(path) | Self::TokenFile(path) => input::secret_in_file(path),
            Self::PasswordCmd(command) => input::secret_of_command(command, "password-cmd"),
            Self::PasswordEnv(name) => input::secret_in_variable(name, "password-env"),
            Self::TokenEnv(name) => input::secret_in_variable(name, "oauth2-bearer-env"),
            Self::Password(password) => Ok(password.clone()),
        }
    }
}

impl Hosts {
    /// `*` stands for whole labels, in front only: behind a name it would fit those of strangers.
    fn of(text: &str) -> std::result::Result<Self, String> {
        let bad =
            || "host takes a name, an address, * or a pattern such as *.example.org".to_owned();
        if text == "*" {
            return Ok(Self::All);
        }
        let (is_pattern, name) = match text.strip_prefix("*.") {
            Some(name) => (true, name),
            None => (false, text),
        };
        let bare = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let name = bare.unwrap_or(name).trim_end_matches('.');
        if name.is_empty() || name.contains(['*', '/', '@']) {
            return Err(bad());
        }
        match (is_pattern, name.parse::<Host>()) {
            (true, Ok(Host::Name(name))) => Ok(Self::Below(name)),
            (false, Ok(host)) if host != Host::Any => Ok(Self::One(host)),
            _ => Err(bad()),
        }
    }

    fn has(&self, host: &Host) -> bool {
        let name = host.name().map(|name| name.trim_end_matches('.'));
        match (self, name) {
            (Self::All, _) => true,
            (Self::One(Host::Name(own)), Some(name)) => own.eq_ignore_ascii_case(name),
            (Self::One(own), _) => own == host,
            (Self::Below(own), Some(name)) => {
                let name = name.to_ascii_lowercase();
                let front = name.strip_suffix(own.as_str());
                let front = front.and_then(|front| front.strip_suffix('.'));
                front.is_some_and(|front| !front.is_empty())
            }
            (Self::Below(_), None) => false,
        }
    }
}

/// As it is written in the file.
impl std::fmt::Display for Hosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::One(host) => host.fmt(f),
            Self::Below(name) => write!(f, "*.{name}"),
        }
    }
}

fn is_known(word: &str) -> std::result::Result<(), String> {
    let protocols = registry::PROTOCOLS.iter();
    let names = protocols.flat_map(|protocol| {
        let schemes = protocol.rules.schemes.iter().map(|scheme| scheme.name);
        std::iter::once(protocol.name).chain(schemes)
    });
    let names: Vec<&str> = names.collect();
    if names.contains(&word) {
        return Ok(());
    }
    let shown = netspeak::core::text::printable(word.as_bytes());
    let meant = meant(word, &names);
    Err(format!("protocol {shown} is not known here{meant}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_whole_labels_in_front() {
        for (pattern, host, fits) in [
            ("mail.example.org", "MAIL.example.org", true),
            ("Mail.Example.Org.", "mail.example.org", true),
            ("mail.example.org", "mail.example.org.", true),
            ("mail.example.org", "xmail.example.org", false),
            ("*.example.org", "mail.example.org", true),
            ("*.Example.org", "a.b.EXAMPLE.org", true),
            ("*.example.org", "example.org", false),
            ("*.example.org", "badexample.org", false),
            ("*.example.org", "mail.example.org.evil.net", false),
            ("*.bücher.example", "a.xn--bcher-kva.example", true),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.11", false),
            ("2001:db8::1", "2001:DB8:0::1", true),
            ("[2001:db8::1]", "2001:db8::1", true),
            ("*", "192.0.2.1", true),
            ("*", "anything", true),
        ] {
            let hosts = Hosts::of(pattern).unwrap();
            assert_eq!(hosts.has(&host.parse().unwrap()), fits, "{pattern} {host}");
        }
        for bad in [
            "",
            "*.",
            "mail.*",
            "192.0.2.*",
            "m*.example.org",
            "**",
            "h/x",
            "*.192.0.2.1",
        ] {
            assert!(Hosts::of(bad).is_err(), "{bad}");
        }
    }
}
