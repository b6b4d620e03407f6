//! AUTHINFO in its forms.

use netspeak_core::sasl::Credentials;

use super::*;

async fn login(script: &str, credentials: Credentials) -> Result<&'static str> {
    talk(script, async |client| {
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        client.login(&credentials).await
    })
    .await
}

fn me() -> Credentials {
    Credentials::password("u", "p".into())
}

const CAPABILITIES: &str = "
    C: CAPABILITIES
    S: 101 capabilities
    S: VERSION 2
    S: AUTHINFO USER SASL
    S: SASL PLAIN
    S: .
";

#[tokio::test]
async fn sasl_comes_before_the_password_alone() {
    let script = format!(
        "{CAPABILITIES}
        C: AUTHINFO SASL PLAIN AHUAcA==
        S: 281 welcome"
    );
    assert_eq!(login(&script, me()).await.unwrap(), "PLAIN");
}

#[tokio::test]
async fn a_mechanism_that_is_not_for_us_is_no_end() {
    let script = format!(
        "{CAPABILITIES}
        C: AUTHINFO SASL PLAIN AHUAcA==
        S: 503 not here
        C: AUTHINFO USER u
        S: 381 more
        C: AUTHINFO PASS p
        S: 281 welcome"
    );
    assert_eq!(login(&script, me()).await.unwrap(), "USER");
}

#[tokio::test]
async fn too_many_connections_are_a_matter_of_time() {
    let script = "
        C: CAPABILITIES
        S: 500 what?
        C: AUTHINFO USER u
        S: 381 more
        C: AUTHINFO PASS p
        S: 482 Too many connections
    ";
    let error = login(script, me()).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.temporary");
    assert!(error.is_temporary());
}

#[tokio::test]
async fn a_wrong_password_is_rejected() {
    let script = format!(
        "{CAPABILITIES}
        C: AUTHINFO USER u
        S: 381 more
        C: AUTHINFO PASS hunter2
        S: 481 no, hunter2 is wrong"
    );
    let me = Credentials::password("u", "hunter2".into()).with_mechanism("USER");
    let error = login(&script, me).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.rejected");
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[tokio::test]
async fn no_password_goes_out_in_clear_text() {
    let script = "
        C: CAPABILITIES
        S: 500 what?
    ";
    let found = talk(script, async |client| {
        client.set_clear_text_auth(ClearTextAuth::LocalOnly);
        kind(client.login(&me()).await)
    })
    .await;
    assert_eq!(found, "auth.plaintext_blocked");
}
