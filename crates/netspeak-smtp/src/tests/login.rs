//! AUTH: mechanisms, challenges, refusals, secrets.

use netspeak_core::Trace;
use netspeak_core::sasl::TokenRequest;

use super::*;

#[tokio::test]
async fn plain_goes_with_its_initial_response() {
    let script = "C: AUTH PLAIN AHRpbQBtYXJrZXItcGFzc3dvcmQ=\nS: 235 2.7.0 welcome";
    let used = offering("AUTH PLAIN LOGIN", script, async |client| {
        client.login(&credentials()).await.unwrap()
    })
    .await;
    assert_eq!(used, "PLAIN");
}

#[tokio::test]
async fn login_answers_challenges() {
    let script = "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dGlt\nS: 334 UGFzc3dvcmQ6\n\
                  C: bWFya2VyLXBhc3N3b3Jk\nS: 235 ok";
    let used = offering("AUTH=LOGIN", script, async |client| {
        client.login(&credentials()).await.unwrap()
    })
    .await;
    assert_eq!(used, "LOGIN");
}

#[tokio::test]
async fn refusals_are_refusals() {
    for (reply, expected) in [
        ("535 5.7.8 no", "auth.rejected"),
        ("454 4.7.0 later", "auth.temporary"),
        ("421 too many", "auth.temporary"),
    ] {
        let script = format!("C: *\nS: {reply}");
        let found = offering("AUTH PLAIN", &script, async |client| {
            kind(client.login(&credentials()).await)
        })
        .await;
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn no_secret_goes_over_a_line_that_protects_nothing() {
    let found = offering("AUTH PLAIN LOGIN", "C: NOOP\nS: 250 ok", async |client| {
        client.set_clear_text_auth(ClearTextAuth::LocalOnly);
        let found = kind(client.login(&credentials()).await);
        client.noop().await.unwrap();
        found
    })
    .await;
    assert_eq!(found, "auth.plaintext_blocked");
    let found = offering("", "", async |client| {
        kind(client.login(&credentials()).await)
    })
    .await;
    assert_eq!(found, "auth.no_mechanism");
}

#[tokio::test]
async fn an_error_challenge_is_answered_and_the_token_asked_for_again() {
    let script = "C: *\nS: 334 eyJzdGF0dXMiOiI0MDAifQ==\nC: *\nS: 535 5.7.8 expired\n\
                  C: *\nS: 235 ok";
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = asked.clone();
    let credentials = Credentials::token("tim", move |why: TokenRequest| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        async move { Ok(Secret::from(format!("marker-token-{why:?}"))) }
    });
    let used = offering("AUTH XOAUTH2", script, async |client| {
        client.login(&credentials).await.unwrap()
    })
    .await;
    assert_eq!(used, "XOAUTH2");
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[tokio::test]
async fn giving_up_is_said_with_a_star() {
    let script = "C: AUTH CRAM-MD5\nS: 334 !!!\nC: *\nS: 501 cancelled\nC: NOOP\nS: 250 ok";
    offering("AUTH CRAM-MD5", script, async |client| {
        assert_eq!(kind(client.login(&credentials()).await), "proto.malformed");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn challenges_without_end_end() {
    let script = format!("C: *\n{}...", "S: 334 VXNlcm5hbWU6\nC: *\n".repeat(3));
    let found = offering("AUTH LOGIN", &script, async |client| {
        kind(client.login(&credentials()).await)
    })
    .await;
    assert!(found.starts_with("proto."), "{found}");
}

#[tokio::test]
async fn no_secret_is_shown_anywhere() {
    let trace = Trace::with_transcript();
    let script = "S: 220 x\nC: EHLO localhost\nS: 250-x\nS: 250 AUTH PLAIN\nC: *\n\
                  S: 535 no AHRpbQBtYXJrZXItcGFzc3dvcmQ= nor marker-password";
    let (shown, _) = dialogue(script, async |conn| {
        let mut client = greeted(conn.with_trace(trace.clone())).await;
        let error = client.login(&credentials()).await.unwrap_err();
        format!("{error} {error:?} {client:?} {:?}", trace.transcript())
    })
    .await;
    assert!(!shown.contains("marker-password"), "{shown}");
    assert!(!shown.contains("bWFya2VyLXBhc3N3b3Jk"), "{shown}");
    assert!(!shown.contains("AHRpbQBtYXJrZXItcGFzc3dvcmQ"), "{shown}");
}

/// The proof of [`credentials`] in PLAIN.
const PROOF: &str = "AHRpbQBtYXJrZXItcGFzc3dvcmQ=";

#[tokio::test]
async fn a_form_or_a_mechanism_that_is_refused_costs_nothing() {
    for (offered, script, used) in [
        // Exchange wants it in two lines.
        (
            "AUTH PLAIN",
            format!(
                "C: AUTH PLAIN {PROOF}\nS: 501 5.5.4\nC: AUTH PLAIN\nS: 334 \nC: {PROOF}\nS: 235 ok"
            ),
            "PLAIN",
        ),
        (
            "AUTH PLAIN LOGIN",
            format!(
                "C: AUTH PLAIN {PROOF}\nS: 504 5.7.4 unknown\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n\
                 C: dGlt\nS: 334 UGFzc3dvcmQ6\nC: bWFya2VyLXBhc3N3b3Jk\nS: 235 ok"
            ),
            "LOGIN",
        ),
        // A first challenge that is none.
        (
            "AUTH CRAM-MD5 PLAIN",
            format!(
                "C: AUTH CRAM-MD5\nS: 334 ???\nC: *\nS: 501 cancelled\nC: AUTH PLAIN {PROOF}\nS: 235 ok"
            ),
            "PLAIN",
        ),
    ] {
        let found = offering(offered, &script, async |client| {
            client.login(&credentials()).await.unwrap()
        })
        .await;
        assert_eq!(found, used, "{script}");
    }
}

#[tokio::test]
async fn only_235_ends_it_and_only_334_goes_on() {
    for answer in ["250 ok", "220 ok", "354 go on", "335 what"] {
        let script = format!("C: AUTH PLAIN {PROOF}\nS: {answer}\n...");
        let found = offering("AUTH PLAIN", &script, async |client| {
            kind(client.login(&credentials()).await)
        })
        .await;
        assert_eq!(found, "proto.malformed", "{answer}");
    }
}

#[tokio::test]
async fn hiding_secrets_does_not_change_what_is_read() {
    // The password is also a word of the grammar, a code, what a server says when all is well.
    for password in [
        "SIZE",
        "250-",
        "250 ",
        "5.7.8",
        "queued",
        "mx.example.org",
        "334 ",
    ] {
        let script = "S: 220 mx.example.org ESMTP\nC: EHLO localhost\nS: 250-mx.example.org\n\
             S: 250-SIZE 1000\nS: 250-AUTH LOGIN\nS: 250 HELP\n\
             C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dGlt\nS: 334 UGFzc3dvcmQ6\nC: *\nS: 235 5.7.8 ok\n\
             C: MAIL FROM:<ops@x.example> SIZE=3\nS: 250 ok\nC: RCPT TO:<a@b.c>\nS: 250 ok\n\
             C: DATA\nS: 354 go\nC: x\nC: .\nS: 250 2.0.0 Ok: queued as CASE01\n\
             C: NOOP\nS: 535 5.7.8 no 334 queued";
        let ((), _) = dialogue(script, async |conn| {
            conn.conceal(&Secret::from(password));
            let mut client = greeted(conn).await;
            let offered = client.ehlo().await.unwrap();
            assert_eq!(offered.size(), Some(crate::SizeLimit::Bytes(1000)));
            assert_eq!(offered.auth(), ["LOGIN"]);
            let shown = format!("{offered:?}");
            assert!(!shown.contains(password), "{shown}");
            let who = Credentials::password("tim", Secret::from(password));
            client.login(&who).await.unwrap();
            let receipt = client.send(&envelope(&["a@b.c"]), "x\n").await.unwrap();
            assert_eq!(receipt.queue_id().as_deref(), Some("CASE01"));
            let error = client.noop().await.unwrap_err();
            assert_eq!(error.reply().unwrap().code(), 535);
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(password), "{password:?}: {shown}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_queue_id_made_of_the_password_is_hidden() {
    let found = offering(
        "",
        "C: MAIL FROM:<ops@x.example>\nS: 250 ok\nC: RCPT TO:<a@b.c>\nS: 250 ok\n\
         C: DATA\nS: 354 go\nC: x\nC: .\nS: 250 queued as marker-password",
        async |client| {
            client.conn().conceal(&Secret::from("marker-password"));
            let receipt = client.send(&envelope(&["a@b.c"]), "x\n").await.unwrap();
            receipt.queue_id()
        },
    )
    .await;
    assert_eq!(found, None);
}

#[tokio::test]
async fn a_challenge_that_holds_the_password_is_labelled() {
    // "you said marker-password, did you?", and the same one byte later.
    for coded in [
        "eW91IHNhaWQgbWFya2VyLXBhc3N3b3JkLCBkaWQgeW91Pw==",
        "IHlvdSBzYWlkIG1hcmtlci1wYXNzd29yZCwgZGlkIHlvdT8=",
    ] {
        let script = format!(
            "S: 220 x\nC: EHLO localhost\nS: 250-x\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 {coded}\n\
             C: dGlt\nS: 334 {coded}\nC: *\nS: 535 {coded}"
        );
        let trace = Trace::with_transcript();
        let (error, _) = dialogue(&script, async |conn| {
            let mut client = greeted(conn.with_trace(trace.clone())).await;
            client.ehlo().await.unwrap();
            client.login(&credentials()).await.unwrap_err()
        })
        .await;
        let talk = trace.transcript();
        let label = "<redacted: base64>";
        assert!(
            talk.iter().any(|line| line.text == format!("334 {label}")),
            "{talk:?}"
        );
        assert!(error.to_string().contains(label), "{error}");
        let shown = format!("{error:?} {talk:?}");
        let middle = coded.get(12..30).unwrap();
        assert!(!shown.contains(middle), "{shown}");
    }
}
