//! Bearer (RFC 6750).

use http::HeaderValue;
use netspeak_core::Secret;
use zeroize::Zeroizing;

use super::sensitive;
use crate::{Error, Result};

/// The value of Authorization for Bearer: the token, readable by whoever sees it.
///
/// # Errors
/// [`Error::Usage`] if the token is empty or has something else in it than visible ASCII.
pub fn bearer(token: &Secret) -> Result<HeaderValue> {
    let token = token.expose();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::usage("a token is of visible ASCII without blanks"));
    }
    sensitive(Zeroizing::new(format!("Bearer {token}")).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_as_it_is_or_not_at_all() {
        let value = bearer(&"mF_9.B5f-4.1JqM~+/==".into()).unwrap();
        assert!(value.is_sensitive());
        assert_eq!(value, "Bearer mF_9.B5f-4.1JqM~+/==");
        for bad in ["", "a b", "a\r\nb", "é"] {
            let error = bearer(&bad.into()).unwrap_err();
            assert!(matches!(error, Error::Usage { .. }), "{bad:?}");
        }
    }
}
