//! [`Capabilities`]: what CAPABILITIES says (RFC 3977 section 3.3), typed and raw.

use netspeak_core::Keywords;

/// The capabilities that a server announced.
///
/// The raw lines stay reachable: what this crate does not know is not lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Keywords);

impl Capabilities {
    /// From the lines of a CAPABILITIES reply, made printable.
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

    /// Whether a capability is announced with this argument; case does not count.
    pub fn has_argument(&self, name: &str, argument: &str) -> bool {
        let mut words = self.0.words(name).into_iter().flatten();
        words.any(|word| word.eq_ignore_ascii_case(argument))
    }

    /// Whether news is read here: GROUP, ARTICLE and their kin (RFC 3977 section 3.4.2).
    pub fn reader(&self) -> bool {
        self.has("READER")
    }

    /// Whether news will be read here once MODE READER was said (RFC 3977 section 5.3).
    pub fn mode_reader(&self) -> bool {
        self.has("MODE-READER")
    }

    /// Whether articles may be posted.
    pub fn post(&self) -> bool {
        self.has("POST")
    }

    /// Whether OVER is known (RFC 3977 section 8.3).
    pub fn over(&self) -> bool {
        self.has("OVER")
    }

    /// Whether STARTTLS is offered (RFC 4642).
    pub fn starttls(&self) -> bool {
        self.has("STARTTLS")
    }

    /// Whether streams of articles are taken: CHECK and TAKETHIS (RFC 4644).
    pub fn streaming(&self) -> bool {
        self.has("STREAMING")
    }

    /// Whether the session can be compressed with DEFLATE (RFC 8054).
    pub fn compress_deflate(&self) -> bool {
        self.has_argument("COMPRESS", "DEFLATE")
    }

    /// Whether AUTHINFO USER is offered (RFC 4643). Some servers list AUTHINFO and nothing behind it.
    pub fn auth_user(&self) -> bool {
        let listed = self.arguments("AUTHINFO");
        listed.is_some_and(|words| words.is_empty() || self.has_argument("AUTHINFO", "USER"))
    }

    /// SASL mechanisms, upper case (RFC 4643 section 2.1).
    pub fn sasl(&self) -> Vec<String> {
        self.0.upper("SASL")
    }

    /// Whether anybody may log in as the connection is: servers list no way where they want TLS first.
    pub fn takes_login(&self) -> bool {
        self.auth_user() || self.has("SASL")
    }

    /// The variants of LIST, upper case (RFC 3977 section 7.6).
    pub fn list(&self) -> Vec<String> {
        self.0.upper("LIST")
    }

    /// The server's software, if it tells (RFC 3977 section 3.3.2).
    pub fn implementation(&self) -> Option<String> {
        let words = self.arguments("IMPLEMENTATION")?;
        Some(words.join(" ")).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Capabilities {
        Capabilities::from_lines(lines.iter().map(|line| (*line).to_owned()))
    }

    #[test]
    fn the_example_of_rfc_3977() {
        let found = of(&[
            "VERSION 2",
            "READER",
            "LIST ACTIVE NEWSGROUPS",
            "implementation INN 2.7.1",
            "authinfo user sasl",
            "SASL CRAM-MD5 plain",
            "COMPRESS DEFLATE",
            "X-SOMETHING new",
        ]);
        assert!(found.reader() && !found.mode_reader() && !found.post());
        assert_eq!(found.list(), ["ACTIVE", "NEWSGROUPS"]);
        assert_eq!(found.implementation().as_deref(), Some("INN 2.7.1"));
        assert!(found.auth_user() && found.compress_deflate());
        assert_eq!(found.sasl(), ["CRAM-MD5", "PLAIN"]);
        assert_eq!(found.arguments("x-something"), Some(vec!["new"]));
    }

    #[test]
    fn authinfo_alone_means_user() {
        assert!(of(&["AUTHINFO"]).auth_user());
        assert!(!of(&["AUTHINFO SASL"]).auth_user());
        assert!(!of(&["VERSION 2"]).takes_login());
    }
}
