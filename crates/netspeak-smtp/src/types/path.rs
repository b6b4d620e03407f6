//! [`ReversePath`] and [`ForwardPath`]: from whom, to whom.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use lettre::Address;
use netspeak_core::{Error, Host, Result, check_argument};

/// A recipient, as it stands between `<` and `>` of `RCPT TO` (RFC 5321 section 4.1.2).
///
/// `local@domain`, with a quoted local part, an address literal, or UTF-8 (RFC 6531) if need be; or
/// `postmaster` alone. Where the domain alone is not ASCII it is held by its A-labels (feature `idn`), which
/// every server takes. Local parts with dots where the RFC has none (`a..b@`) exist and are taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ForwardPath(String);

/// A sender, as it stands between `<` and `>` of `MAIL FROM`; it may be nobody, so that no report
/// comes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReversePath(Option<String>);

impl ForwardPath {
    /// `postmaster`, who is there at every server.
    pub fn postmaster() -> Self {
        Self("postmaster".to_owned())
    }

    /// Without the brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`; none for `postmaster` alone.
    pub fn domain(&self) -> Option<&str> {
        self.0.rsplit_once('@').map(|(_, domain)| domain)
    }

    /// Whether it can be said without SMTPUTF8.
    pub fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }
}

impl ReversePath {
    /// Nobody: `<>`. For reports, so that they cause no reports.
    pub const NULL: Self = Self(None);

    /// Without the brackets; empty for nobody.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether it is nobody.
    pub fn is_null(&self) -> bool {
        self.0.is_none()
    }

    /// Whether it can be said without SMTPUTF8.
    pub fn is_ascii(&self) -> bool {
        self.as_str().is_ascii()
    }
}

impl FromStr for ForwardPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        check_argument("recipient", text.as_bytes())?;
        if !text.eq_ignore_ascii_case("postmaster") {
            check_mailbox("recipient", text)?;
        }
        Ok(Self(with_a_labels(text)))
    }
}

impl FromStr for ReversePath {
    type Err = Error;

    /// The empty text is nobody.
    fn from_str(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Ok(Self::NULL);
        }
        check_mailbox("sender", text)?;
        Ok(Self(Some(with_a_labels(text))))
    }
}

// An Address made by `new_dangerous` may hold anything, so it is checked as well.
impl TryFrom<&Address> for ForwardPath {
    type Error = Error;

    fn try_from(address: &Address) -> Result<Self> {
        AsRef::<str>::as_ref(address).parse()
    }
}

impl TryFrom<&Address> for ReversePath {
    type Error = Error;

    fn try_from(address: &Address) -> Result<Self> {
        AsRef::<str>::as_ref(address).parse()
    }
}

impl TryFrom<&str> for ForwardPath {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl TryFrom<&str> for ReversePath {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl fmt::Display for ForwardPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// ```text
/// Mailbox        = Local-part "@" ( Domain / address-literal )
/// Local-part     = Dot-string / Quoted-string
/// ```
fn check_mailbox(what: &str, text: &str) -> Result<()> {
    check_argument(what, text.as_bytes())?;
    let wrong = |why: &str| {
        Error::usage(format!(
            "{what} {:?} {why}; nothing was sent",
            netspeak_core::text::excerpt(text.as_bytes())
        ))
    };
    // RFC 5321 section 4.5.3.1.3 has 256 for a path with its brackets; longer ones are in use.
    if text.len() > 998 {
        return Err(wrong("is too long"));
    }
    let (local, domain) = text
        .rsplit_once('@')
        .ok_or_else(|| wrong("has no domain"))?;
    if !is_local_part(local) {
        return Err(wrong("has a local part that has to be quoted"));
    }
    if !is_domain(domain) {
        return Err(wrong("has no valid domain"));
    }
    Ok(())
}

/// The same address for servers without SMTPUTF8, if its domain alone is not ASCII (RFC 5890): its A-labels.
/// Without the feature `idn`, and for a domain that has none, it stays as it is.
fn with_a_labels(text: &str) -> String {
    let labels = || {
        let (local, domain) = text.rsplit_once('@')?;
        let is_meant = local.is_ascii() && !domain.is_ascii();
        let host = domain.parse::<Host>().ok().filter(|_| is_meant)?;
        Some(format!("{local}@{}", host.name()?))
    };
    labels().unwrap_or_else(|| text.to_owned())
}

fn is_local_part(local: &str) -> bool {
    match local.strip_prefix('"') {
        Some(rest) => is_quoted(rest),
        None => !local.is_empty() && local.chars().all(is_atext_or_dot),
    }
}

/// What follows an opening quote, closing quote included.
fn is_quoted(rest: &str) -> bool {
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return characters.as_str().is_empty(),
            '\\' => match characters.next() {
                Some(escaped) if !escaped.is_control() => {}
                _ => return false,
            },
            c if c.is_control() => return false,
            _ => {}
        }
    }
    false
}

fn is_atext_or_dot(c: char) -> bool {
    match c {
        '.' | '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^'
        | '_' | '`' | '{' | '|' | '}' | '~' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => !c.is_control() && !c.is_whitespace(),
    }
}

fn is_domain(domain: &str) -> bool {
    if let Some(literal) = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
        return is_literal(literal);
    }
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    !domain.is_empty()
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|c| match c {
                    '-' | '_' => true,
                    c if c.is_ascii() => c.is_ascii_alphanumeric(),
                    c => !c.is_control() && !c.is_whitespace(),
                })
        })
}

/// `192.0.2.1`, `IPv6:2001:db8::1`, or another kind with its tag.
fn is_literal(literal: &str) -> bool {
    if literal.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    match literal.split_once(':') {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6") => {
            address.parse::<Ipv6Addr>().is_ok()
        }
        Some((tag, content)) => {
            let is_tag = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
            let is_content = |b: u8| matches!(b, 0x21..=0x5a | 0x5e..=0x7e);
            !tag.is_empty()
                && tag.bytes().all(is_tag)
                && !content.is_empty()
                && content.bytes().all(is_content)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_of_all_kinds() {
        for good in [
            "a@b",
            "ops@example.org",
            "a..b@docomo.ne.jp",
            ".a.@x.example",
            "\"a b\"@example.org",
            "\"a\\\"@\\\\>\"@example.org",
            "o'hara+x/y=z@example.org",
            "ops@[192.0.2.1]",
            "ops@[IPv6:2001:db8::1]",
            "ops@[X-tag:content]",
            "gr\u{fc}n@b\u{fc}cher.example",
            "a_b@under_score.example",
        ] {
            assert_eq!(good.parse::<ForwardPath>().unwrap().as_str(), good);
            assert_eq!(good.parse::<ReversePath>().unwrap().as_str(), good);
        }
        assert!("Postmaster".parse::<ForwardPath>().is_ok());
        assert!("postmaster".parse::<ReversePath>().is_err());
        assert!("".parse::<ReversePath>().unwrap().is_null());
        assert_eq!("a@b".parse::<ForwardPath>().unwrap().domain(), Some("b"));
    }

    #[cfg(feature = "idn")]
    #[test]
    fn a_domain_that_is_not_ascii_needs_no_extension() {
        for (text, held) in [
            ("ops@b\u{fc}cher.example", "ops@xn--bcher-kva.example"),
            (
                "\"a b\"@B\u{dc}CHER.example",
                "\"a b\"@xn--bcher-kva.example",
            ),
            (
                "gr\u{fc}n@b\u{fc}cher.example",
                "gr\u{fc}n@b\u{fc}cher.example",
            ),
        ] {
            assert_eq!(text.parse::<ForwardPath>().unwrap().as_str(), held);
            assert_eq!(text.parse::<ReversePath>().unwrap().as_str(), held);
        }
    }

    #[test]
    fn nothing_that_ends_the_path_early_gets_in() {
        for bad in [
            "a@b>",
            "<a@b>",
            "a@b> SIZE=1",
            "a b@c",
            "a@b c",
            "a@",
            "@b",
            "@x,@y:a@b",
            "a",
            "a@b\r\nRCPT TO:<x@y>",
            "a@b\n",
            "a\0@b",
            "\"a@b",
            "\"a\"b@c",
            "\"a\\\"@b",
            "a@[1.2.3]",
            "a@[IPv6:zz]",
            "a@b..c",
            "a@\u{2028}b",
        ] {
            let error = bad.parse::<ForwardPath>().unwrap_err();
            assert_eq!(error.kind().to_string(), "usage", "{bad:?}");
            assert!(bad.parse::<ReversePath>().is_err(), "{bad:?}");
        }
        assert!("".parse::<ForwardPath>().is_err());
    }

    #[test]
    fn the_engines_addresses_are_taken_and_checked() {
        let good: Address = "ops@example.org".parse().unwrap();
        assert_eq!(
            ForwardPath::try_from(&good).unwrap().as_str(),
            "ops@example.org"
        );
        let bad = Address::new_dangerous("a", "b>\r\nDATA");
        assert!(ForwardPath::try_from(&bad).is_err());
        assert!(ReversePath::try_from(&bad).is_err());
    }
}
