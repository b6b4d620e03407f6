//! What CAPA says (RFC 2449, RFC 6856), typed and raw.

use std::time::Duration;

use netspeak_core::Keywords;
use netspeak_core::text::digits;

/// How long the server keeps mail (RFC 2449 section 6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expire {
    /// For ever.
    Never,
    /// This many days; 0 means that retrieving deletes.
    Days(u32),
    /// This many days by default; each user may have another number, told after the login.
    DaysPerUser(u32),
}

/// How long to wait between logins (RFC 2449 section 6.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginDelay {
    /// The time between two logins.
    pub delay: Duration,
    /// Whether each user may have another one, told after the login.
    pub per_user: bool,
}

/// The capabilities that a server announced.
///
/// The raw lines stay reachable: what this crate does not know is not lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Keywords);

impl Capabilities {
    /// From the lines of a CAPA reply, made printable.
    pub fn from_lines(lines: impl IntoIterator<Item = String>) -> Self {
        Self(Keywords::new(lines))
    }

    /// The lines.
    pub fn lines(&self) -> &[String] {
        self.0.lines()
    }

    /// Whether a capability is announced; case does not count.
    pub fn has(&self, name: &str) -> bool {
        self.0.has(name)
    }

    /// The arguments of a capability, if it is announced.
    pub fn arguments(&self, name: &str) -> Option<Vec<&str>> {
        self.0.arguments(name)
    }

    /// SASL mechanisms, upper case (RFC 5034).
    pub fn sasl(&self) -> Vec<String> {
        self.0.upper("SASL")
    }

    /// Whether anybody may log in as the connection is: servers list neither USER nor SASL where they
    /// want TLS first.
    pub fn takes_login(&self) -> bool {
        self.has("USER") || self.has("SASL")
    }

    /// Whether commands may be sent before the replies to earlier ones came (RFC 2449 section 6.6).
    pub fn pipelining(&self) -> bool {
        self.has("PIPELINING")
    }

    /// Whether replies carry codes in brackets (RFC 2449 section 6.4).
    pub fn response_codes(&self) -> bool {
        self.has("RESP-CODES") || self.has("AUTH-RESP-CODE")
    }

    /// Whether STLS is offered (RFC 2595).
    pub fn stls(&self) -> bool {
        self.has("STLS")
    }

    /// How long mail is kept.
    pub fn expire(&self) -> Option<Expire> {
        let words = self.arguments("EXPIRE")?;
        let (first, per_user) = (words.first()?, is_per_user(&words));
        if first.eq_ignore_ascii_case("NEVER") {
            return Some(Expire::Never);
        }
        let days = digits(first)?;
        Some(if per_user {
            Expire::DaysPerUser(days)
        } else {
            Expire::Days(days)
        })
    }

    /// How long to wait between logins.
    pub fn login_delay(&self) -> Option<LoginDelay> {
        let words = self.arguments("LOGIN-DELAY")?;
        let seconds = digits(words.first()?)?;
        Some(LoginDelay {
            delay: Duration::from_secs(seconds),
            per_user: is_per_user(&words),
        })
    }

    /// The server's software, if it tells (RFC 2449 section 6.9).
    pub fn implementation(&self) -> Option<String> {
        self.arguments("IMPLEMENTATION")
            .map(|words| words.join(" "))
            .filter(|text| !text.is_empty())
    }

    /// Whether UTF8 is offered, and whether user names may be UTF-8 (`UTF8 USER`, RFC 6856).
    pub fn utf8(&self) -> Option<bool> {
        self.arguments("UTF8")
            .map(|words| words.iter().any(|word| word.eq_ignore_ascii_case("USER")))
    }

    /// Whether LANG is offered (RFC 6856).
    pub fn lang(&self) -> bool {
        self.has("LANG")
    }
}

fn is_per_user(words: &[&str]) -> bool {
    words
        .get(1)
        .is_some_and(|word| word.eq_ignore_ascii_case("USER"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capabilities(lines: &[&str]) -> Capabilities {
        Capabilities::from_lines(lines.iter().map(|line| (*line).to_owned()))
    }

    #[test]
    fn the_example_of_rfc_2449() {
        let found = capabilities(&[
            "TOP",
            "USER",
            "SASL CRAM-MD5 KERBEROS_V4",
            "RESP-CODES",
            "LOGIN-DELAY 900",
            "PIPELINING",
            "EXPIRE 60",
            "UIDL",
            "IMPLEMENTATION Shlemazle-Plotz-v302",
        ]);
        assert_eq!(found.sasl(), ["CRAM-MD5", "KERBEROS_V4"]);
        assert!(found.pipelining() && found.response_codes() && !found.stls());
        assert_eq!(found.expire(), Some(Expire::Days(60)));
        let delay = LoginDelay {
            delay: Duration::from_secs(900),
            per_user: false,
        };
        assert_eq!(found.login_delay(), Some(delay));
        assert_eq!(
            found.implementation().as_deref(),
            Some("Shlemazle-Plotz-v302")
        );
        assert_eq!(found.utf8(), None);
    }

    #[test]
    fn case_and_oddities() {
        let found = capabilities(&[
            "sasl plain",
            "Expire 5 user",
            "LOGIN-DELAY +9",
            "UTF8 USER",
            "pipelining",
            "",
            "LANG",
        ]);
        assert_eq!(found.sasl(), ["PLAIN"]);
        assert_eq!(found.expire(), Some(Expire::DaysPerUser(5)));
        assert_eq!(found.login_delay(), None);
        assert_eq!(found.utf8(), Some(true));
        assert!(found.pipelining() && found.lang());
        assert_eq!(
            capabilities(&["EXPIRE never"]).expire(),
            Some(Expire::Never)
        );
        assert_eq!(capabilities(&["EXPIRE -1"]).expire(), None);
    }
}
