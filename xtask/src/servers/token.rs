//! Access tokens for XOAUTH2 and OAUTHBEARER: JSON Web Tokens with HS256, which Dovecot checks by itself.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use crate::Outcome;

/// A token that says `user`, good between two moments (seconds since 1970).
pub(super) fn make(user: &str, from: u64, until: u64, key: &[u8]) -> String {
    sign(
        r#"{"typ":"JWT","alg":"HS256"}"#,
        &format!(r#"{{"sub":"{user}","iss":"netspeak","iat":{from},"nbf":{from},"exp":{until}}}"#),
        key,
    )
}

pub(super) fn now() -> Outcome<u64> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    Ok(since.as_secs())
}

fn sign(header: &str, claims: &str, key: &[u8]) -> String {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7515_appendix_a_1() {
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let key = URL_SAFE_NO_PAD.decode(key).unwrap();
        let token = sign(
            "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}",
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
            &key,
        );
        assert!(
            token.ends_with(".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "{token}"
        );
    }
}
