//! What XOAUTH2 and OAUTHBEARER have in common: the token, and the refusal that comes as a
//! challenge.

use super::credentials::Credentials;
use super::encoding::{decode, encode};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::text::printable;

/// Longest error text that is kept.
const LONGEST_REASON: usize = 1_024;

/// A token that cannot end its field early.
pub(super) fn token(credentials: &Credentials) -> Result<Secret> {
    let token = credentials.proof()?;
    if !token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::usage(
            "the token holds characters that a bearer token cannot have; nothing was sent",
        ));
    }
    Ok(token.clone())
}

/// A value between two `\x01`.
pub(super) fn check_field(name: &str, value: &str) -> Result<()> {
    if value.chars().any(|c| c.is_ascii_control()) {
        return Err(Error::usage(format!(
            "{name} holds control characters; nothing was sent"
        )));
    }
    Ok(())
}

/// The server's reason (JSON, normally), printable, bounded, and without our token.
pub(super) fn reason(challenge: &[u8], token: &Secret) -> Result<String> {
    let text = printable(&decode("an error in base64", challenge)?);
    let token = token.expose();
    let clean = text
        .replace(token.as_str(), "<redacted>")
        .replace(encode(token.as_bytes())?.expose().as_str(), "<redacted>")
        .replace(&token.replace('/', "\\/"), "<redacted>");
    Ok(clean.chars().take(LONGEST_REASON).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_shows_no_token_and_nothing_a_terminal_obeys() {
        let token = Secret::from("marker/token");
        for (said, shown) in [
            (r#"{"status":"401"}"#, r#"{"status":"401"}"#),
            ("\x1b[2J", "\\x1b[2J"),
            ("bad marker/token", "bad <redacted>"),
            ("bad marker\\/token", "bad <redacted>"),
            ("bad bWFya2VyL3Rva2Vu", "bad <redacted>"),
            ("", ""),
        ] {
            let challenge = encode(said.as_bytes()).unwrap();
            assert_eq!(
                reason(challenge.expose().as_bytes(), &token).unwrap(),
                shown
            );
        }
        let long = encode(&[b'a'; 50_000]).unwrap();
        assert_eq!(
            reason(long.expose().as_bytes(), &token).unwrap().len(),
            LONGEST_REASON
        );
        assert!(reason(b"{\"status\":\"401\"}", &token).is_err());
    }

    #[test]
    fn a_token_is_visible_ascii() {
        for (text, good) in [
            ("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==", true),
            ("a b", false),
            ("a\x01b", false),
            ("\u{e9}", false),
        ] {
            let found = token(&Credentials::token("ops", Secret::from(text)));
            assert_eq!(found.is_ok(), good, "{text:?}");
        }
    }
}
