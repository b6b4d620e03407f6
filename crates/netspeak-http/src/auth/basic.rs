//! Basic (RFC 7617).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use netspeak_core::Secret;
use zeroize::Zeroizing;

use super::sensitive;
use crate::{Error, Result};

/// The value of Authorization for Basic: user and password in UTF-8, readable by whoever sees it.
///
/// # Errors
/// [`Error::Usage`] if the user name has a colon, or either has control characters.
pub fn basic(user: &str, password: &Secret) -> Result<HeaderValue> {
    if user.contains(':') {
        return Err(Error::usage("Basic has no user names with a colon"));
    }
    for (what, text) in [
        ("user name", user),
        ("password", password.expose().as_str()),
    ] {
        if text.chars().any(char::is_control) {
            return Err(Error::usage(format!("the {what} has control characters")));
        }
    }
    let both = Zeroizing::new(format!("{user}:{}", password.expose()));
    let coded = Zeroizing::new(STANDARD.encode(both.as_bytes()));
    sensitive(Zeroizing::new(format!("Basic {}", *coded)).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers_of_rfc_7617() {
        for (user, password, value) in [
            (
                "Aladdin",
                "open sesame",
                "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            ),
            ("test", "123\u{a3}", "Basic dGVzdDoxMjPCow=="),
            ("", "", "Basic Og=="),
            ("a", "b:c", "Basic YTpiOmM="),
        ] {
            let found = basic(user, &password.into()).unwrap();
            assert!(found.is_sensitive());
            assert_eq!(found, value);
        }
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        for (user, password) in [("a:b", "c"), ("a\n", "c"), ("a", "c\0"), ("a", "\u{85}")] {
            let error = basic(user, &password.into()).unwrap_err();
            assert!(matches!(error, Error::Usage { .. }), "{user:?}");
        }
    }
}
