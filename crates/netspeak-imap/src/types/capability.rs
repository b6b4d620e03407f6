//! [`Capabilities`]: what a server can do (RFC 9051 section 7.2.2), typed and raw.

use netspeak_core::Keywords;
use netspeak_core::text::{digits, printable};

/// How literals may be sent (RFC 7888).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Literals {
    /// The server is asked before each.
    #[default]
    Synchronising,
    /// LITERAL-: those of up to 4096 bytes go along without asking.
    Minus,
    /// LITERAL+: all of them may.
    Plus,
}

/// The capabilities that a server announced.
///
/// The words stay reachable as they came: what this crate does not know is not lost.
///
/// ```
/// use netspeak_imap::Capabilities;
///
/// let found = Capabilities::from_words(["IMAP4rev1", "AUTH=Plain", "starttls"]);
/// assert!(found.has("STARTTLS") && found.starttls() && found.is_rev1());
/// assert_eq!(found.sasl(), ["PLAIN"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Keywords);

impl Capabilities {
    /// From words; each is made printable.
    pub fn from_words<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        let words = words.into_iter();
        Self(Keywords::new(words.map(|word| printable(word.as_ref()))))
    }

    /// The words as they came.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.lines().iter().map(String::as_str)
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.0.lines().is_empty()
    }

    /// Whether a capability is announced; case does not count.
    pub fn has(&self, name: &str) -> bool {
        self.0.has(name)
    }

    /// What stands behind a prefix, in each word that begins with it: `I18NLEVEL=`, `THREAD=`.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter_map(move |word| {
            let (start, rest) = word.split_at_checked(prefix.len())?;
            start.eq_ignore_ascii_case(prefix).then_some(rest)
        })
    }

    /// SASL mechanisms, upper case (`AUTH=`).
    pub fn sasl(&self) -> Vec<String> {
        let names = self.with_prefix("AUTH=");
        names.map(str::to_ascii_uppercase).collect()
    }

    /// Whether STARTTLS is offered (RFC 9051 section 6.2.1).
    pub fn starttls(&self) -> bool {
        self.has("STARTTLS")
    }

    /// Whether LOGIN is refused, for now.
    pub fn login_disabled(&self) -> bool {
        self.has("LOGINDISABLED")
    }

    /// Whether AUTHENTICATE takes an initial response (RFC 4959).
    pub fn sasl_ir(&self) -> bool {
        self.has("SASL-IR") || self.is_rev2()
    }

    /// How literals may be sent (RFC 7888; IMAP4rev2 includes LITERAL-).
    pub fn literals(&self) -> Literals {
        if self.has("LITERAL+") {
            Literals::Plus
        } else if self.has("LITERAL-") || self.is_rev2() {
            Literals::Minus
        } else {
            Literals::Synchronising
        }
    }

    /// The largest message that APPEND takes, if one size holds for every mailbox (RFC 7889).
    pub fn append_limit(&self) -> Option<u64> {
        let mut limits = self.with_prefix("APPENDLIMIT=");
        limits.find(|limit| !limit.is_empty()).and_then(digits)
    }

    /// The resources that can be limited (RFC 9208): `STORAGE`, `MESSAGE`. None for servers of RFC 2087, which do not
    /// tell.
    pub fn quota_resources(&self) -> Vec<&str> {
        self.with_prefix("QUOTA=RES-").collect()
    }

    /// Whether the server speaks IMAP4rev1 (RFC 3501).
    pub fn is_rev1(&self) -> bool {
        self.has("IMAP4rev1")
    }

    /// Whether the server speaks IMAP4rev2 (RFC 9051). Unless that is all it speaks, it wants to hear
    /// `ENABLE IMAP4rev2` first.
    pub fn is_rev2(&self) -> bool {
        self.has("IMAP4rev2")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Capabilities {
        Capabilities::from_words(line.split(' '))
    }

    #[test]
    fn what_is_announced_is_known_in_any_case() {
        let found = of(
            "imap4REV1 sasl-ir auth=PLAIN AUTH=oauthbearer logindisabled APPENDLIMIT=35651584 X\u{1b}",
        );
        assert!(found.is_rev1() && !found.is_rev2() && found.sasl_ir() && found.login_disabled());
        assert!(!found.starttls() && found.has("LoginDisabled"));
        assert_eq!(found.sasl(), ["PLAIN", "OAUTHBEARER"]);
        assert_eq!(found.append_limit(), Some(35_651_584));
        assert_eq!(found.iter().last(), Some("X\\x1b"));
        assert_eq!(
            found.with_prefix("auth=").collect::<Vec<_>>(),
            ["PLAIN", "oauthbearer"]
        );
    }

    #[test]
    fn literals_need_an_offer() {
        for (line, literals) in [
            ("IMAP4rev1", Literals::Synchronising),
            ("LITERAL +", Literals::Synchronising),
            ("LITERAL-", Literals::Minus),
            ("IMAP4rev2", Literals::Minus),
            ("literal+ LITERAL-", Literals::Plus),
        ] {
            assert_eq!(of(line).literals(), literals, "{line}");
        }
        assert_eq!(of("APPENDLIMIT").append_limit(), None);
        assert!(Capabilities::default().is_empty());
    }
}
