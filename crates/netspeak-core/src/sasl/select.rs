//! Which mechanism: the strongest that both sides know and that fits the credentials and the
//! connection.

use super::channel::Channel;
use super::credentials::{Credentials, Kind};
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::text::excerpt;

/// A mechanism that is spoken here. The order is that of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    ScramSha512Plus,
    ScramSha256Plus,
    ScramSha1Plus,
    ScramSha512,
    ScramSha256,
    ScramSha1,
    CramMd5,
    Plain,
    Login,
    OauthBearer,
    Xoauth2,
    External,
    Anonymous,
}

impl Mechanism {
    pub(super) const STRONGEST_FIRST: [Self; 13] = [
        Self::ScramSha512Plus,
        Self::ScramSha256Plus,
        Self::ScramSha1Plus,
        Self::ScramSha512,
        Self::ScramSha256,
        Self::ScramSha1,
        Self::CramMd5,
        Self::Plain,
        Self::Login,
        Self::OauthBearer,
        Self::Xoauth2,
        Self::External,
        Self::Anonymous,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ScramSha512Plus => "SCRAM-SHA-512-PLUS",
            Self::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
            Self::ScramSha1Plus => "SCRAM-SHA-1-PLUS",
            Self::ScramSha512 => "SCRAM-SHA-512",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha1 => "SCRAM-SHA-1",
            Self::CramMd5 => "CRAM-MD5",
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::OauthBearer => "OAUTHBEARER",
            Self::Xoauth2 => "XOAUTH2",
            Self::External => "EXTERNAL",
            Self::Anonymous => "ANONYMOUS",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::STRONGEST_FIRST
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(name))
    }

    /// Whether it sends a secret that whoever reads it can use again.
    pub(super) const fn sends_secret(self) -> bool {
        matches!(
            self,
            Self::Plain | Self::Login | Self::OauthBearer | Self::Xoauth2
        )
    }

    /// Whether it may only run where nobody listens: also a proof that does not contain the password
    /// lets who overhears it search for the password.
    const fn needs_private(self) -> bool {
        !matches!(self, Self::External | Self::Anonymous)
    }

    /// Whether it ties the exchange to the TLS connection.
    pub(super) const fn binds(self) -> bool {
        self.unbound().is_some()
    }

    /// The same without that tie.
    pub(super) const fn unbound(self) -> Option<Self> {
        match self {
            Self::ScramSha512Plus => Some(Self::ScramSha512),
            Self::ScramSha256Plus => Some(Self::ScramSha256),
            Self::ScramSha1Plus => Some(Self::ScramSha1),
            _ => None,
        }
    }

    /// Whether it can say whom to act as.
    const fn carries_authzid(self) -> bool {
        !matches!(
            self,
            Self::CramMd5 | Self::Login | Self::Xoauth2 | Self::Anonymous
        )
    }

    const fn kind(self) -> Kind {
        match self {
            Self::OauthBearer | Self::Xoauth2 => Kind::Token,
            Self::External => Kind::External,
            Self::Anonymous => Kind::Anonymous,
            _ => Kind::Password,
        }
    }

    /// Whether these credentials can be put into it.
    fn fits(self, credentials: &Credentials) -> bool {
        self.kind() == credentials.kind()
            && (credentials.authzid().is_none() || self.carries_authzid())
    }
}

/// All that fit, the strongest first; never none.
pub(super) fn usable<S: AsRef<str>>(
    offered: &[S],
    credentials: &Credentials,
    channel: &Channel,
) -> Result<Vec<Mechanism>> {
    let wanted = match credentials.mechanism() {
        Some(name) => Some(forced(name, credentials, channel)?),
        None => None,
    };
    let is_offered = |mechanism: &Mechanism| {
        offered
            .iter()
            .any(|name| name.as_ref().eq_ignore_ascii_case(mechanism.name()))
    };
    let (usable, blocked): (Vec<_>, Vec<_>) = Mechanism::STRONGEST_FIRST
        .into_iter()
        .filter(|mechanism| wanted.is_none_or(|wanted| wanted == *mechanism))
        .filter(|mechanism| mechanism.fits(credentials))
        .filter(|mechanism| !mechanism.binds() || channel.binding.is_some())
        .filter(is_offered)
        .partition(|mechanism| channel.private || !mechanism.needs_private());
    if !usable.is_empty() {
        Ok(usable)
    } else if blocked.is_empty() {
        Err(none(offered, credentials))
    } else {
        Err(plaintext(&blocked, channel))
    }
}

pub(super) fn choose<S: AsRef<str>>(
    offered: &[S],
    credentials: &Credentials,
    channel: &Channel,
) -> Result<Mechanism> {
    let usable = usable(offered, credentials, channel)?;
    usable
        .into_iter()
        .next()
        .ok_or_else(|| none(offered, credentials))
}

/// What the caller named must make sense before the server is looked at.
fn forced(name: &str, credentials: &Credentials, channel: &Channel) -> Result<Mechanism> {
    let Some(mechanism) = Mechanism::named(name) else {
        return Err(Error::usage(format!(
            "the mechanism {} is unknown; nothing was sent",
            excerpt(name.as_bytes())
        )));
    };
    let name = mechanism.name();
    if !mechanism.fits(credentials) {
        return Err(Error::usage(format!(
            "{name} does not take {}; nothing was sent",
            describe(credentials)
        )));
    }
    if mechanism.binds() && channel.binding.is_none() {
        return Err(Error::usage(format!(
            "{name} needs a TLS connection to bind to; nothing was sent"
        )));
    }
    Ok(mechanism)
}

fn describe(credentials: &Credentials) -> &'static str {
    match (credentials.kind(), credentials.authzid()) {
        (Kind::Password, None) => "a password",
        (Kind::Password, Some(_)) => "a password with an authorization identity",
        (Kind::Token, None) => "a token",
        (Kind::Token, Some(_)) => "a token with an authorization identity",
        (Kind::External, _) => "external credentials",
        (Kind::Anonymous, None) => "anonymous credentials",
        (Kind::Anonymous, Some(_)) => "anonymous credentials with an authorization identity",
    }
}

fn none<S: AsRef<str>>(offered: &[S], credentials: &Credentials) -> Error {
    let mut list = String::new();
    for name in offered {
        // A hostile list is as long as a reply may be; an error is not.
        if list.len() > 200 {
            list.push_str(" …");
            break;
        }
        list.push(' ');
        list.push_str(&excerpt(name.as_ref().as_bytes()));
    }
    let offered = if list.is_empty() {
        " nothing"
    } else {
        list.as_str()
    };
    let feature = match credentials.mechanism() {
        Some(name) => format!("the mechanism {name} (it offers:{offered})"),
        None => format!(
            "a usable mechanism for {} (it offers:{offered})",
            describe(credentials)
        ),
    };
    Error::unsupported(feature, ErrorKind::new(Phase::Auth, Reason::NoMechanism))
}

fn plaintext(blocked: &[Mechanism], channel: &Channel) -> Error {
    let names: Vec<_> = blocked.iter().map(|mechanism| mechanism.name()).collect();
    let names = names.join(" ");
    let why = if channel.encrypted {
        "the connection is encrypted, but the server's certificate is not verified"
    } else {
        "the connection is not encrypted"
    };
    Error::net(
        ErrorKind::new(Phase::Auth, Reason::PlaintextBlocked),
        format!("no login by {names} here: {why}; nothing was sent"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::channel::Binding;
    use super::*;
    use crate::secret::Secret;

    fn channel(word: &str) -> Channel {
        Channel {
            private: word != "clear" && word != "unverified",
            encrypted: word != "clear" && word != "local",
            binding: (word == "bound").then(|| Binding::tls_exporter([7; 32])),
        }
    }

    fn credentials(word: &str) -> Credentials {
        let (kind, rest) = word.split_once(' ').unwrap_or((word, ""));
        let credentials = match kind {
            "password" => Credentials::password("ops", Secret::from("pw")),
            "token" => Credentials::token("ops", Secret::from("abc")),
            "external" => Credentials::external(None),
            _ => Credentials::anonymous("me@example.org"),
        };
        match rest.split_once(' ').unwrap_or((rest, "")) {
            ("as", you) => credentials.with_authzid(you),
            ("only", name) => credentials.with_mechanism(name),
            _ => credentials,
        }
    }

    #[test]
    fn strongest_first_and_no_clear_text_in_the_open() {
        const ALL: &str = "PLAIN LOGIN ANONYMOUS EXTERNAL CRAM-MD5 XOAUTH2 OAUTHBEARER \
            SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512 \
            SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS SCRAM-SHA-512-PLUS GSSAPI";
        let table: &[(&str, &str, &str, &str)] = &[
            // What is offered, over which channel, by whom, and what comes of it.
            (ALL, "bound", "password", "SCRAM-SHA-512-PLUS"),
            (ALL, "tls", "password", "SCRAM-SHA-512"),
            (ALL, "clear", "password", "auth.plaintext_blocked"),
            (
                "SCRAM-SHA-1-PLUS SCRAM-SHA-512",
                "bound",
                "password",
                "SCRAM-SHA-1-PLUS",
            ),
            (
                "SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS",
                "bound",
                "password",
                "SCRAM-SHA-256-PLUS",
            ),
            ("SCRAM-SHA-1-PLUS", "tls", "password", "auth.no_mechanism"),
            ("scram-sha-256 Plain", "tls", "password", "SCRAM-SHA-256"),
            (
                "SCRAM-SHA-1 SCRAM-SHA-256",
                "local",
                "password",
                "SCRAM-SHA-256",
            ),
            ("SCRAM-SHA-1 CRAM-MD5", "tls", "password", "SCRAM-SHA-1"),
            (
                "PLAIN CRAM-MD5",
                "clear",
                "password",
                "auth.plaintext_blocked",
            ),
            ("PLAIN CRAM-MD5", "tls", "password", "CRAM-MD5"),
            ("LOGIN PLAIN", "tls", "password", "PLAIN"),
            ("LOGIN PLAIN", "local", "password", "PLAIN"),
            ("LOGIN", "tls", "password", "LOGIN"),
            ("LOGIN PLAIN", "clear", "password", "auth.plaintext_blocked"),
            (
                "LOGIN PLAIN",
                "unverified",
                "password",
                "auth.plaintext_blocked",
            ),
            ("", "tls", "password", "auth.no_mechanism"),
            (
                "GSSAPI XOAUTH2 EXTERNAL ANONYMOUS",
                "tls",
                "password",
                "auth.no_mechanism",
            ),
            // Tokens.
            (ALL, "tls", "token", "OAUTHBEARER"),
            ("XOAUTH2 PLAIN", "tls", "token", "XOAUTH2"),
            (
                "XOAUTH2 OAUTHBEARER",
                "clear",
                "token",
                "auth.plaintext_blocked",
            ),
            ("PLAIN SCRAM-SHA-256", "tls", "token", "auth.no_mechanism"),
            // The rest.
            (ALL, "tls", "external", "EXTERNAL"),
            (ALL, "clear", "external", "EXTERNAL"),
            ("PLAIN", "tls", "external", "auth.no_mechanism"),
            (ALL, "clear", "anonymous", "ANONYMOUS"),
            ("PLAIN", "tls", "anonymous", "auth.no_mechanism"),
            // Acting as somebody else.
            ("CRAM-MD5 LOGIN PLAIN", "tls", "password as you", "PLAIN"),
            (
                "CRAM-MD5 LOGIN",
                "tls",
                "password as you",
                "auth.no_mechanism",
            ),
            ("SCRAM-SHA-1 PLAIN", "tls", "password as you", "SCRAM-SHA-1"),
            ("XOAUTH2 OAUTHBEARER", "tls", "token as you", "OAUTHBEARER"),
            // One named mechanism.
            (ALL, "bound", "password only plain", "PLAIN"),
            (
                ALL,
                "clear",
                "password only PLAIN",
                "auth.plaintext_blocked",
            ),
            (ALL, "bound", "password only SCRAM-SHA-256", "SCRAM-SHA-256"),
            (
                "PLAIN",
                "tls",
                "password only SCRAM-SHA-256",
                "auth.no_mechanism",
            ),
            (ALL, "tls", "password only SCRAM-SHA-256-PLUS", "usage"),
            (ALL, "tls", "password only XOAUTH2", "usage"),
            (ALL, "tls", "token only PLAIN", "usage"),
            (ALL, "tls", "password only GSSAPI", "usage"),
        ];
        for &(offered, over, who, outcome) in table {
            let offered: Vec<&str> = offered.split_whitespace().collect();
            let found = match choose(&offered, &credentials(who), &channel(over)) {
                Ok(mechanism) => mechanism.name().to_owned(),
                Err(error) => error.kind().to_string(),
            };
            assert_eq!(found, outcome, "{who} over {over}: {offered:?}");
        }
    }

    #[test]
    fn errors_say_what_was_offered_and_what_to_do() {
        let error = choose(
            &["GSSAPI", "\x1b[2J"],
            &credentials("password"),
            &channel("tls"),
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the server does not offer a usable mechanism for a password (it offers: GSSAPI \\x1b[2J)"
        );
        let many = vec!["NONSENSE"; 100_000];
        let error = choose(&many, &credentials("password"), &channel("tls")).unwrap_err();
        assert!(error.to_string().len() < 400, "{error}");

        let error = choose(&["PLAIN"], &credentials("password"), &channel("clear")).unwrap_err();
        assert!(error.message().contains("not encrypted"), "{error}");
        assert!(error.to_string().contains("use TLS"), "{error}");
        let error =
            choose(&["PLAIN"], &credentials("password"), &channel("unverified")).unwrap_err();
        assert!(error.to_string().contains("not verified"), "{error}");
    }
}
