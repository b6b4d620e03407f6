//! [`Challenge`]: what WWW-Authenticate and Proxy-Authenticate ask for (RFC 9110 section 11.3).

use std::fmt;

use crate::field::{Scanner, is_blank, is_token, text};

/// So many challenges, and parameters of one, are read; the rest is ignored. Servers send up to six.
const MOST: usize = 64;

/// One challenge: a scheme, and what it needs to be answered.
///
/// ```text
/// challenge  = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
/// auth-param = token BWS "=" BWS ( token / quoted-string )
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    scheme: String,
    token68: Option<String>,
    parameters: Parameters,
}

/// Names and values in their order.
pub(super) type Parameters = Vec<(String, Vec<u8>)>;

impl Challenge {
    /// The scheme, as the server writes it.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Whether it is this scheme. Case does not count.
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The bytes of a parameter, without quotes. Case of the name does not count; of several the first
    /// does.
    pub fn parameter(&self, name: &str) -> Option<&[u8]> {
        parameter(&self.parameters, name)
    }

    /// The data of schemes that have no parameters, such as Negotiate.
    pub fn token68(&self) -> Option<&str> {
        self.token68.as_deref()
    }

    /// The realm: what part of the server it is about, in words for people. They may hold anything.
    pub fn realm(&self) -> Option<String> {
        self.parameter("realm").map(text)
    }

    /// Whether Digest says that only the nonce was too old, so that the same password will do (RFC 7616
    /// section 3.3).
    pub fn is_stale(&self) -> bool {
        self.parameter("stale")
            .is_some_and(|stale| stale.eq_ignore_ascii_case(b"true"))
    }
}

/// The challenge as people read it: scheme and realm.
impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.scheme)?;
        match self.parameter("realm") {
            Some(realm) => write!(f, " {:?}", netspeak_core::text::printable(realm)),
            None => Ok(()),
        }
    }
}

/// Reads the challenges of all fields together, in their order.
///
/// It takes what servers really send, too: empty elements, missing commas, values that want quotes and
/// have none, quotes that do not end. It never fails; what is no challenge is left out.
///
/// ```
/// use netspeak_http::auth::challenges;
///
/// let found = challenges([&b"Basic realm=\"a, b\", Digest realm=c, nonce=\"x\""[..], b"Bearer"]);
/// let schemes: Vec<_> = found.iter().map(|challenge| challenge.scheme()).collect();
/// assert_eq!(schemes, ["Basic", "Digest", "Bearer"]);
/// assert_eq!(found[0].realm().as_deref(), Some("a, b"));
/// ```
pub fn challenges<'v>(values: impl IntoIterator<Item = &'v [u8]>) -> Vec<Challenge> {
    let mut found = Vec::new();
    for value in values {
        read(&mut found, Scanner::new(value));
    }
    found
}

/// The parameters of a field that has no scheme, such as Authentication-Info.
pub(super) fn parameters(value: &[u8]) -> Parameters {
    let (mut found, mut scanner) = (Vec::new(), Scanner::new(value));
    while !scanner.is_at_end() && found.len() < MOST {
        skip_to_token(&mut scanner);
        let name = scanner.token();
        found.extend(parameter_value(&mut scanner).map(|value| (text(name), value)));
    }
    found
}

pub(super) fn parameter<'p>(parameters: &'p [(String, Vec<u8>)], name: &str) -> Option<&'p [u8]> {
    let found = parameters
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_slice())
}

fn read(found: &mut Vec<Challenge>, mut scanner: Scanner<'_>) {
    // Parameters in a new field belong to no challenge of the one before.
    let mut current: Option<Challenge> = None;
    while !scanner.is_at_end() && found.len() < MOST {
        skip_to_token(&mut scanner);
        let word = scanner.token();
        if word.is_empty() {
            continue;
        }
        match (parameter_value(&mut scanner), &mut current) {
            (Some(value), Some(challenge)) => {
                if challenge.parameters.len() < MOST {
                    challenge.parameters.push((text(word), value));
                }
            }
            (Some(_), None) => {}
            (None, current) => {
                found.extend(current.replace(Challenge {
                    scheme: text(word),
                    token68: token68(&mut scanner),
                    parameters: Vec::new(),
                }));
            }
        }
    }
    found.extend(current);
}

/// Leaves out blanks, commas and whatever no token begins with.
fn skip_to_token(scanner: &mut Scanner<'_>) {
    scanner.take_while(|byte| !is_token(byte));
}

/// `= value` behind a name.
fn parameter_value(scanner: &mut Scanner<'_>) -> Option<Vec<u8>> {
    let mut ahead = *scanner;
    ahead.skip_blanks();
    ahead.eat(b'=')?;
    ahead.skip_blanks();
    *scanner = ahead;
    scanner.quoted().or_else(|| Some(unquoted(scanner)))
}

/// A value without quotes. By the grammar it is a token; but `realm=My Site` means both words, while
/// in `realm=a nonce="b"` only the comma is missing.
fn unquoted(scanner: &mut Scanner<'_>) -> Vec<u8> {
    let is_word = |byte| byte != b',' && !is_blank(byte);
    let mut value = scanner.take_while(is_word).to_vec();
    loop {
        let mut ahead = *scanner;
        let blanks = ahead.skip_blanks();
        let word = ahead.take_while(is_word);
        if word.is_empty() || word.contains(&b'=') || ahead_is_equals(ahead) {
            return value;
        }
        value.extend_from_slice(blanks);
        value.extend_from_slice(word);
        *scanner = ahead;
    }
}

fn ahead_is_equals(mut scanner: Scanner<'_>) -> bool {
    scanner.skip_blanks();
    scanner.peek() == Some(b'=')
}

/// Letters and their padding behind a scheme, and nothing else up to the comma.
fn token68(scanner: &mut Scanner<'_>) -> Option<String> {
    let mut ahead = *scanner;
    ahead.skip_blanks();
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    let letters = ahead.take_while(is_letter);
    let padding = ahead.take_while(|byte| byte == b'=');
    ahead.skip_blanks();
    // `realm=` is a parameter that lacks its value.
    let is_parameter = padding.len() == 1 && letters.eq_ignore_ascii_case(b"realm");
    if letters.is_empty() || is_parameter || !matches!(ahead.peek(), None | Some(b',')) {
        return None;
    }
    *scanner = ahead;
    Some(text(&[letters, padding].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;
    use proptest::prelude::*;

    /// Scheme, token and parameters, as one line a challenge.
    fn shown(values: &[&str]) -> Vec<String> {
        let found = challenges(values.iter().map(|value| value.as_bytes()));
        let line = |challenge: &Challenge| {
            let mut line = challenge.scheme.clone();
            line.extend(challenge.token68().map(|token| format!(" <{token}>")));
            for (name, value) in &challenge.parameters {
                line.push_str(&format!(" {name}=[{}]", text(value)));
            }
            line
        };
        found.iter().map(line).collect()
    }

    #[test]
    fn every_case_is_read_as_is_right() {
        for row in cases::rows(include_str!("../../tests/cases/challenges.jsonl")) {
            let found = challenges([&row.input[..]]);
            let schemes: Vec<_> = found.iter().map(Challenge::scheme).collect();
            assert_eq!(
                row.right["schemes"],
                serde_json::json!(schemes),
                "{}",
                row.id
            );
            if let Some(realms) = row.right.get("realms") {
                let found: Vec<_> = found.iter().map(Challenge::realm).collect();
                assert_eq!(*realms, serde_json::json!(found), "{}", row.id);
            }
        }
    }

    #[test]
    fn lists_of_challenges_are_told_apart() {
        for (values, wanted) in [
            (&["Basic"][..], &["Basic"][..]),
            (&["", " , ,"], &[]),
            (
                &["Negotiate YIIB+/==, NTLM", "basic REALM=\"x\""],
                &["Negotiate <YIIB+/==>", "NTLM", "basic REALM=[x]"],
            ),
            (
                &[
                    "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
                ],
                &[
                    "Newauth realm=[apps] type=[1] title=[Login to \"apps\"]",
                    "Basic realm=[simple]",
                ],
            ),
            (
                &["Digest realm = \"a\" , nonce= b"],
                &["Digest realm=[a] nonce=[b]"],
            ),
            (
                &["Digest nonce=a==, qop=auth"],
                &["Digest nonce=[a==] qop=[auth]"],
            ),
            // Not by the grammar, but sent.
            (
                &["Basic realm=My Site, Digest nonce=x"],
                &["Basic realm=[My Site]", "Digest nonce=[x]"],
            ),
            (
                &["Digest realm=a nonce=\"b\""],
                &["Digest realm=[a] nonce=[b]"],
            ),
            (
                &["Digest realm=a nonce = b"],
                &["Digest realm=[a] nonce=[b]"],
            ),
            (&["Basic realm="], &["Basic realm=[]"]),
            (
                &["Basic realm=\"never closed, Digest"],
                &["Basic realm=[never closed, Digest]"],
            ),
            (&["Basic,realm=\"x\""], &["Basic realm=[x]"]),
            (&["realm=\"x\""], &[]),
            (&["Basic realm=\"caf\u{e9}\""], &["Basic realm=[caf\u{e9}]"]),
        ] {
            assert_eq!(shown(values), wanted, "{values:?}");
        }
        let latin = challenges([&b"Basic realm=\"caf\xe9\""[..]]);
        assert_eq!(latin[0].realm().as_deref(), Some("caf\u{e9}"));
    }

    #[test]
    fn floods_have_an_end() {
        let many = "Basic realm=\"x\", ".repeat(5_000);
        assert!(challenges([many.as_bytes()]).len() <= MOST + 1);
        let many = format!("Basic {}", "a=b, ".repeat(5_000));
        assert_eq!(challenges([many.as_bytes()])[0].parameters.len(), MOST);
        assert!(parameters("a=b,".repeat(5_000).as_bytes()).len() <= MOST);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_hang(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (challenges([&bytes[..]]), parameters(&bytes));
        }

        #[test]
        fn quoted_values_come_back(realm in "[ -~é]{0,40}", nonce in "[ -~]{0,20}") {
            let quote = |text: &str| String::from_utf8(crate::field::quote(text.as_bytes())).unwrap();
            let value = format!("A x=y, Digest realm={}, nonce={},B", quote(&realm), quote(&nonce));
            let found = challenges([value.as_bytes()]);
            prop_assert_eq!(found.len(), 3);
            prop_assert_eq!(found[1].realm(), Some(realm));
            prop_assert_eq!(found[1].parameter("NONCE"), Some(nonce.as_bytes()));
        }
    }
}
