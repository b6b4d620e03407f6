//! AUTH over SMTP's lines. What the mechanisms say is tested elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::ready;
use crate::{Builder, Fault, Mechanism, Smtp};

fn smtp() -> Builder<Smtp> {
    Smtp::builder()
        .user("ops", "secret")
        .token("ops", "ya29")
        .mechanisms(Mechanism::ALL)
}

fn b64(text: &str) -> String {
    STANDARD.encode(text)
}

const IN: &str = "235 2.7.0 welcome";
const OUT: &str = "535 5.7.8 wrong name or password";

#[tokio::test]
async fn plain() {
    let (fake, mut client) = ready(smtp().login_required()).await;
    assert_eq!(
        client.ask("MAIL FROM:<a@x>").await,
        "530 5.7.0 log in first"
    );
    assert_eq!(
        client.ask("AUTH X-NEW").await,
        "504 5.5.4 no such mechanism"
    );
    assert_eq!(client.ask("AUTH PLAIN").await, "334 ");
    assert_eq!(client.ask("*").await, "501 5.7.0 cancelled");
    assert_eq!(
        client.ask("AUTH PLAIN ???").await,
        "501 5.5.2 that is no base64"
    );
    let wrong = b64("\0ops\0wrong");
    assert_eq!(client.ask(&format!("AUTH PLAIN {wrong}")).await, OUT);
    assert_eq!(client.ask("auth plain").await, "334 ");
    assert_eq!(client.ask(&b64("\0ops\0secret")).await, IN);
    assert_eq!(client.ask("AUTH PLAIN").await, "503 5.5.1 not now");
    let codes = client
        .codes("MAIL FROM:<a@x> AUTH=<>\r\nRCPT TO:<b@x>\r\nDATA")
        .await;
    assert_eq!(codes, ["250", "250", "354"]);
    client.ask("hi\r\n.").await;
    assert_eq!(fake.mails()[0].user.as_deref(), Some("ops"));
}

#[tokio::test]
async fn others() {
    let (_, mut client) = ready(smtp()).await;
    assert_eq!(
        client.ask("AUTH LOGIN").await,
        format!("334 {}", b64("Username:"))
    );
    assert_eq!(
        client.ask(&b64("ops")).await,
        format!("334 {}", b64("Password:"))
    );
    assert_eq!(client.ask(&b64("secret")).await, IN);

    let (_, mut client) = ready(smtp()).await;
    let bearer = |token| b64(&format!("user=ops\x01auth=Bearer {token}\x01\x01"));
    let challenge = client.ask(&format!("AUTH XOAUTH2 {}", bearer("old"))).await;
    assert!(challenge.starts_with("334 "));
    assert_eq!(client.ask("").await, OUT);
    assert_eq!(
        client
            .ask(&format!("AUTH XOAUTH2 {}", bearer("ya29")))
            .await,
        IN
    );

    let (fake, mut client) = ready(smtp()).await;
    assert_eq!(client.ask("AUTH ANONYMOUS =").await, IN);
    drop(client);
    fake.idle().await;
}

#[tokio::test]
async fn where_there_is_nobody() {
    let (_, mut client) = ready(Smtp::builder()).await;
    assert!(!client.reply("EHLO me").await.contains("AUTH"));
    assert_eq!(client.ask("AUTH PLAIN").await, "503 5.5.1 no logins here");
}

#[tokio::test]
async fn secrets_may_need_tls() {
    let (_, mut client) = ready(smtp().tls_for_secrets()).await;
    let reply = client.reply("EHLO me").await;
    assert!(!reply.contains("PLAIN") && reply.contains("CRAM-MD5"));
    assert_eq!(
        client.ask("AUTH PLAIN").await,
        "538 5.7.11 not in clear text"
    );
}

#[tokio::test]
async fn foul_play() {
    let plain = format!("AUTH PLAIN {}", b64("\0ops\0secret"));
    let (_, mut client) = ready(smtp().fault(Fault::Echo("AUTH"))).await;
    assert_eq!(
        client.ask(&plain).await,
        format!(
            "535 5.7.8 you said {}, that is  ops secret",
            b64("\0ops\0secret")
        )
    );
    let (_, mut client) = ready(smtp().fault(Fault::EndlessChallenges)).await;
    for line in ["AUTH LOGIN", "eA==", "eA=="] {
        assert!(client.ask(line).await.starts_with("334 "));
    }
    let (_, mut client) = ready(smtp().fault(Fault::Challenge(b"334 ???\r\n".to_vec()))).await;
    assert_eq!(client.ask("AUTH LOGIN").await, "334 ???");
    let (_, mut client) = ready(smtp().fault(Fault::reply("AUTH", "235 so it is\r\n"))).await;
    assert_eq!(client.ask(&plain).await, "235 so it is");
    assert_eq!(
        client.ask("AUTH PLAIN").await,
        "235 so it is",
        "nobody earned it"
    );
}
