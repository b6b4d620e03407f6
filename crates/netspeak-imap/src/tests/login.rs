//! Logging in.

use netspeak_core::sasl::Credentials;

use super::*;

fn me() -> Credentials {
    Credentials::password("me", "pass\"word".into())
}

/// Has a talk with a stranger's session, and logs in.
async fn log_in(
    capabilities: &str,
    script: &str,
    credentials: Credentials,
) -> Result<&'static str> {
    let script = format!("S: * OK [CAPABILITY IMAP4rev1 {capabilities}] ready\n{script}");
    let (result, said) = dialogue(&script, async |conn| {
        let mut client = greeted(conn).await;
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        client.login(&credentials).await
    })
    .await;
    assert_eq!(said, Script::new(&script).said_by_client());
    result
}

#[tokio::test]
async fn login_where_there_is_nothing_better() {
    let script =
        "C: A1 LOGIN \"me\" \"pass\\\"word\"\nS: A1 OK [CAPABILITY IMAP4rev1 IDLE] welcome";
    assert_eq!(log_in("", script, me()).await.unwrap(), "LOGIN");
}

#[tokio::test]
async fn the_initial_response_goes_along_where_it_may() {
    let script = "C: A1 AUTHENTICATE PLAIN AG1lAHBhc3Mid29yZA==\nS: A1 OK";
    assert_eq!(
        log_in("SASL-IR AUTH=PLAIN", script, me()).await.unwrap(),
        "PLAIN"
    );
    let script = "
        C: A1 AUTHENTICATE PLAIN
        S: +
        C: AG1lAHBhc3Mid29yZA==
        S: * CAPABILITY IMAP4rev1 X
        S: A1 OK
    ";
    assert_eq!(log_in("AUTH=PLAIN", script, me()).await.unwrap(), "PLAIN");
}

#[tokio::test]
async fn prompts_are_answered_by_their_place() {
    // QQ asks for "User Name" with NUL behind it.
    let script = "
        C: A1 AUTHENTICATE LOGIN
        S: + VXNlciBOYW1lAA==
        C: bWU=
        S: + UGFzc3dvcmQA
        C: cGFzcyJ3b3Jk
        S: A1 OK
    ";
    let credentials = me().with_mechanism("LOGIN");
    log_in("AUTH=LOGIN", script, credentials).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_rejected() {
    let script = "
        C: A1 AUTHENTICATE PLAIN AG1lAHBhc3Mid29yZA==
        S: A1 NO [AUTHENTICATIONFAILED] no
    ";
    let error = log_in("SASL-IR AUTH=PLAIN LOGINDISABLED", script, me())
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.rejected");
    assert!(!error.is_temporary());
}

#[tokio::test]
async fn a_server_that_asks_to_come_later_is_believed() {
    let script = "
        C: A1 AUTHENTICATE PLAIN AG1lAHBhc3Mid29yZA==
        S: A1 NO [UNAVAILABLE] try again
    ";
    let error = log_in("SASL-IR AUTH=PLAIN", script, me())
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.temporary");
    assert_eq!(error.reply().unwrap().back_off(), Some(None));
}

#[tokio::test]
async fn login_is_not_said_where_it_is_disabled() {
    for credentials in [me(), me().with_mechanism("LOGIN")] {
        let error = log_in("LOGINDISABLED STARTTLS", "...", credentials)
            .await
            .unwrap_err();
        assert_eq!(error.kind().to_string(), "auth.no_mechanism");
    }
    // Nor by its own name, and a server that has not told is asked.
    let script = "
        S: * OK ready
        C: A1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 LOGINDISABLED
        S: A1 OK
    ";
    let (result, said) = dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        client.user_pass("me", &"x".into()).await
    })
    .await;
    assert_eq!(kind(result), "auth.no_mechanism");
    assert_eq!(said, Script::new(script).said_by_client());
}

#[tokio::test]
async fn no_password_goes_out_in_clear_text() {
    let script = "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\n...";
    let (result, said) = dialogue(script, async |conn| {
        // A stream of the caller's counts as remote.
        let stream = conn.into_stream().unwrap();
        let mut client = greeted(Conn::from_stream(stream)).await;
        (
            kind(client.login(&me()).await),
            kind(client.user_pass("me", &"x".into()).await),
        )
    })
    .await;
    assert_eq!(result.0, "auth.plaintext_blocked");
    assert_eq!(result.1, "auth.plaintext_blocked");
    assert!(said.is_empty());
}

#[tokio::test]
async fn who_is_in_already_needs_no_login() {
    talk("", async |client| {
        assert_eq!(client.login(&me()).await.unwrap(), "PREAUTH");
    })
    .await;
}

#[tokio::test]
async fn what_was_offered_to_strangers_counts_no_longer() {
    let script = "
        S: * OK [CAPABILITY IMAP4rev1] ready
        C: A1 LOGIN \"me\" \"x\"
        S: A1 OK
        C: A2 CAPABILITY
        S: * CAPABILITY IMAP4rev1 IDLE
        S: A2 OK
    ";
    dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        client.set_clear_text_auth(ClearTextAuth::Allowed);
        client.user_pass("me", &"x".into()).await.unwrap();
        assert!(client.capabilities().is_none());
        assert!(client.known_capabilities().await.unwrap().has("IDLE"));
    })
    .await;
}

#[tokio::test]
async fn the_reason_of_a_rejected_token_is_told() {
    let script = "
        C: A1 AUTHENTICATE XOAUTH2 dXNlcj1tZQFhdXRoPUJlYXJlciB0b2tlbgEB
        S: + eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZXhhbXBsZS8ifQ==
        C: 
        S: A1 NO SASL authentication failed
    ";
    let credentials = Credentials::token("me", Secret::from("token")).with_mechanism("XOAUTH2");
    let error = log_in("SASL-IR AUTH=XOAUTH2", script, credentials)
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.rejected");
    let text = error.to_string();
    assert!(
        text.contains("400") && text.contains("https://mail.example/"),
        "{text}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_honour_its_yes_has_refused_the_login() {
    let script = "C: A1 SELECT \"INBOX\"\nS: A1 BAD User is authenticated but not connected.";
    talk(script, async |client| {
        let error = client.select(&Mailbox::inbox()).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "auth.rejected");
    })
    .await;
}
