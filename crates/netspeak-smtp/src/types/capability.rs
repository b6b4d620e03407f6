//! What EHLO says (RFC 5321 section 4.1.1.1), typed and raw.

use std::fmt;

use netspeak_core::Keywords;
use netspeak_core::text::digits;

/// The largest message that a server takes (RFC 1870).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeLimit {
    /// It names none.
    Unknown,
    /// So many bytes.
    Bytes(u64),
}

/// What a server says about how much it takes (RFC 9422).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeclaredLimits {
    /// `MAILMAX`: mails on one connection.
    pub mails: Option<u64>,
    /// `RCPTMAX`: recipients of one mail.
    pub recipients: Option<u64>,
    /// `RCPTDOMAINMAX`: domains among the recipients of one connection.
    pub domains: Option<u64>,
}

impl DeclaredLimits {
    fn of(keywords: &Keywords) -> Self {
        let mut limits = Self::default();
        for word in keywords.words("LIMITS").into_iter().flatten() {
            let Some((name, value)) = word.split_once('=') else {
                continue;
            };
            let limit = match name.to_ascii_uppercase().as_str() {
                "MAILMAX" => &mut limits.mails,
                "RCPTMAX" => &mut limits.recipients,
                "RCPTDOMAINMAX" => &mut limits.domains,
                _ => continue,
            };
            *limit = limit.or(digits(value));
        }
        limits
    }
}

/// The capabilities that a server announced.
///
/// The raw lines stay reachable: what this crate does not know is not lost.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    host: String,
    keywords: Keywords,
    limits: DeclaredLimits,
    /// The lines without secrets, only where they differ.
    shown: Option<Vec<String>>,
}

impl Capabilities {
    /// From the texts of an EHLO reply, made printable: the first is the server's name and
    /// greeting, the others are capabilities.
    pub fn from_lines(lines: impl IntoIterator<Item = String>) -> Self {
        let mut lines = lines.into_iter();
        let host = lines.next().unwrap_or_default();
        let keywords = Keywords::new(lines.map(|line| line.trim().to_owned()));
        Self {
            host,
            limits: DeclaredLimits::of(&keywords),
            keywords,
            shown: None,
        }
    }

    /// From the texts as they came, to be shown like these: without the secrets that the server repeated.
    #[cfg(feature = "net")]
    pub(crate) fn showing(
        came: impl Iterator<Item = String>,
        shown: impl Iterator<Item = String>,
    ) -> Self {
        let (came, shown) = (Self::from_lines(came), Self::from_lines(shown));
        if came == shown {
            return came;
        }
        Self {
            host: shown.host,
            shown: Some(shown.keywords.lines().to_vec()),
            ..came
        }
    }

    /// The server's name for itself.
    pub fn host(&self) -> &str {
        self.host
            .split_ascii_whitespace()
            .next()
            .unwrap_or_default()
    }

    /// The lines without the first. Where the server repeated a secret that was sent to it, `***` stands.
    pub fn lines(&self) -> &[String] {
        self.shown
            .as_deref()
            .unwrap_or_else(|| self.keywords.lines())
    }

    /// Whether a capability is announced; case does not count.
    pub fn has(&self, keyword: &str) -> bool {
        self.keywords.has(keyword)
    }

    /// The parameters of a capability, if it is announced.
    pub fn parameters(&self, keyword: &str) -> Option<Vec<&str>> {
        self.keywords.arguments(keyword)
    }

    /// SASL mechanisms, upper case, each once (RFC 4954; also from the `AUTH=` that some servers
    /// say for old clients).
    pub fn auth(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for line in self.keywords.lines() {
            let head = line.get(..5).unwrap_or(line);
            let is_auth = head.eq_ignore_ascii_case("AUTH")
                || head.eq_ignore_ascii_case("AUTH ")
                || head.eq_ignore_ascii_case("AUTH=");
            if !is_auth {
                continue;
            }
            let names = line.get(5..).unwrap_or_default();
            for name in names.split_ascii_whitespace() {
                let name = name.to_ascii_uppercase();
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        found
    }

    /// The size limit, if SIZE is announced (RFC 1870). A limit of 0 means that there is none.
    pub fn size(&self) -> Option<SizeLimit> {
        self.parameters("SIZE")?;
        Some(match self.keywords.number("SIZE") {
            None | Some(0) => SizeLimit::Unknown,
            Some(bytes) => SizeLimit::Bytes(bytes),
        })
    }

    /// How much the server says that it takes (RFC 9422).
    pub fn limits(&self) -> DeclaredLimits {
        self.limits
    }

    /// Whether STARTTLS is offered (RFC 3207).
    pub fn starttls(&self) -> bool {
        self.has("STARTTLS")
    }

    /// Whether commands may be sent before the replies to earlier ones came (RFC 2920).
    pub fn pipelining(&self) -> bool {
        self.has("PIPELINING")
    }

    /// Whether BDAT is known (RFC 3030).
    pub fn chunking(&self) -> bool {
        self.has("CHUNKING")
    }

    /// Whether bodies may be binary (RFC 3030).
    pub fn binarymime(&self) -> bool {
        self.has("BINARYMIME")
    }

    /// Whether bodies may be 8-bit text (RFC 6152).
    pub fn eight_bit_mime(&self) -> bool {
        self.has("8BITMIME")
    }

    /// Whether addresses and headers may be UTF-8 (RFC 6531).
    pub fn smtputf8(&self) -> bool {
        self.has("SMTPUTF8")
    }

    /// Whether reports can be asked for (RFC 3461).
    pub fn dsn(&self) -> bool {
        self.has("DSN")
    }

    /// Whether replies carry enhanced codes (RFC 2034).
    pub fn enhanced_status_codes(&self) -> bool {
        self.has("ENHANCEDSTATUSCODES")
    }

    /// Whether TLS can be required all the way (RFC 8689).
    pub fn requiretls(&self) -> bool {
        self.has("REQUIRETLS")
    }

    /// Whether BY is known, and the shortest time that it takes (RFC 2852; 0: no minimum).
    pub fn deliver_by(&self) -> Option<u64> {
        self.parameters("DELIVERBY")?;
        Some(self.keywords.number("DELIVERBY").unwrap_or(0))
    }

    /// Whether a mail can wait, and how long at most in seconds (RFC 4865).
    pub fn future_release(&self) -> Option<u64> {
        self.parameters("FUTURERELEASE")?;
        Some(self.keywords.number("FUTURERELEASE").unwrap_or(0))
    }

    /// Whether mails can have a priority (RFC 6710).
    pub fn mt_priority(&self) -> bool {
        self.has("MT-PRIORITY")
    }
}

/// As it may be shown.
impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capabilities")
            .field("host", &self.host)
            .field("lines", &self.lines())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capabilities(lines: &[&str]) -> Capabilities {
        let all = [&["mx.example.org at your service"], lines].concat();
        Capabilities::from_lines(all.into_iter().map(str::to_owned))
    }

    #[test]
    fn what_postfix_says() {
        let found = capabilities(&[
            "PIPELINING",
            "SIZE 10240000",
            "VRFY",
            "ETRN",
            "STARTTLS",
            "AUTH PLAIN LOGIN",
            "AUTH=PLAIN LOGIN",
            "ENHANCEDSTATUSCODES",
            "8BITMIME",
            "DSN",
            "SMTPUTF8",
            "CHUNKING",
        ]);
        assert_eq!(found.host(), "mx.example.org");
        assert_eq!(found.auth(), ["PLAIN", "LOGIN"]);
        assert_eq!(found.size(), Some(SizeLimit::Bytes(10_240_000)));
        assert!(found.pipelining() && found.starttls() && found.chunking() && found.dsn());
        assert!(found.eight_bit_mime() && found.smtputf8() && found.enhanced_status_codes());
        assert!(!found.binarymime() && !found.requiretls() && !found.mt_priority());
        assert_eq!((found.deliver_by(), found.future_release()), (None, None));
        assert_eq!(found.limits(), DeclaredLimits::default());
    }

    #[test]
    fn case_and_oddities() {
        let found = capabilities(&[
            "starttls",
            "auth=login",
            "Auth plain  cram-md5",
            "AUTHORITY x",
            "size",
            "deliverby 240",
            "LIMITS mailmax=20 RCPTMAX=100 RCPTDOMAINMAX=x",
            " pipelining ",
            "",
        ]);
        assert!(found.starttls() && found.pipelining());
        assert_eq!(found.auth(), ["LOGIN", "PLAIN", "CRAM-MD5"]);
        assert_eq!(found.size(), Some(SizeLimit::Unknown));
        assert_eq!(found.deliver_by(), Some(240));
        let limits = found.limits();
        assert_eq!(
            (limits.mails, limits.recipients, limits.domains),
            (Some(20), Some(100), None)
        );
        assert_eq!(capabilities(&["SIZE 0"]).size(), Some(SizeLimit::Unknown));
        assert_eq!(capabilities(&["SIZE -5"]).size(), Some(SizeLimit::Unknown));
        assert_eq!(capabilities(&[]).size(), None);
        assert_eq!(Capabilities::from_lines([]).host(), "");
    }
}
