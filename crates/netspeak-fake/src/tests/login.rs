//! Every way to log in, over POP3's wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::client::Client;
use crate::{Builder, Fault, Mechanism, Pop3, ScramFault};

fn pop3() -> Builder<Pop3> {
    Pop3::builder()
        .user("ops", "secret")
        .token("ops", "ya29")
        .mechanisms(Mechanism::ALL)
}

fn b64(text: &str) -> String {
    STANDARD.encode(text)
}

/// What a challenge line says.
fn challenged(line: &str) -> Vec<u8> {
    STANDARD.decode(line.strip_prefix("+ ").unwrap()).unwrap()
}

async fn greeted(builder: Builder<Pop3>) -> Client {
    Client::greeted(&builder.build().unwrap()).await
}

const IN: &str = "+OK maildrop has 0 messages (0 octets)";
const OUT: &str = "-ERR [AUTH] wrong name or password";

#[tokio::test]
async fn plain() {
    let mut client = greeted(pop3()).await;
    assert_eq!(client.ask("AUTH PLAIN").await, "+ ");
    assert_eq!(client.ask(&b64("\0ops\0secret")).await, IN);
    let mut client = greeted(pop3()).await;
    assert_eq!(
        client
            .ask(&format!("AUTH PLAIN {}", b64("\0ops\0wrong")))
            .await,
        OUT
    );
    assert_eq!(client.ask("AUTH PLAIN ???").await, "-ERR that is no base64");
    assert_eq!(client.ask("AUTH PLAIN").await, "+ ");
    assert_eq!(client.ask("*").await, "-ERR cancelled");
    assert_eq!(
        client
            .ask(&format!("auth plain {}", b64("\0ops\0secret")))
            .await,
        IN
    );
}

#[tokio::test]
async fn login() {
    let mut client = greeted(pop3()).await;
    assert_eq!(
        client.ask("AUTH LOGIN").await,
        format!("+ {}", b64("Username:"))
    );
    assert_eq!(
        client.ask(&b64("ops")).await,
        format!("+ {}", b64("Password:"))
    );
    assert_eq!(client.ask(&b64("secret")).await, IN);
}

#[tokio::test]
async fn bearer_tokens() {
    let mut client = greeted(pop3()).await;
    let challenge = client
        .ask(&format!(
            "AUTH XOAUTH2 {}",
            b64("user=ops\x01auth=Bearer old\x01\x01")
        ))
        .await;
    assert!(challenged(&challenge).starts_with(b"{\"status\":\"401\""));
    assert_eq!(client.ask("").await, OUT);
    assert_eq!(
        client
            .ask(&format!(
                "AUTH OAUTHBEARER {}",
                b64("n,,\x01auth=Bearer ya29\x01\x01")
            ))
            .await,
        IN
    );
}

#[tokio::test]
async fn the_rest() {
    let mut client = greeted(pop3()).await;
    let list = client.ask_all("AUTH").await;
    assert!(
        list.contains(&"SCRAM-SHA-512".to_owned())
            && !list.contains(&"SCRAM-SHA-512-PLUS".to_owned())
    );
    assert_eq!(client.ask("AUTH EXTERNAL =").await, OUT, "no certificate");
    assert_eq!(
        client.ask("AUTH KERBEROS_V5").await,
        "-ERR no such mechanism"
    );
    assert_eq!(
        client
            .ask(&format!("AUTH ANONYMOUS {}", b64("me@example")))
            .await,
        IN
    );
    assert!(client.ask_all("CAPA").await.len() > 3);
}

#[tokio::test]
async fn secrets_may_need_tls() {
    let mut client = greeted(pop3().tls_for_secrets()).await;
    let capabilities = client.ask_all("CAPA").await;
    assert!(!capabilities.contains(&"USER".to_owned()));
    assert!(capabilities.contains(
        &"SASL SCRAM-SHA-512 SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 EXTERNAL ANONYMOUS".to_owned()
    ));
    assert_eq!(
        client.ask("USER ops").await,
        "-ERR [AUTH] not in clear text"
    );
    assert_eq!(client.ask("AUTH PLAIN").await, "-ERR no such mechanism");
}

/// A client's last word in SCRAM-SHA-256, worked out step by step with the crates themselves.
fn last(first: &str, challenge: &str, password: &str) -> String {
    use hmac::{Hmac, Mac};
    use sha2::{Digest, Sha256};

    let hmac = |key: &[u8], data: &[u8]| {
        Hmac::<Sha256>::new_from_slice(key)
            .unwrap()
            .chain_update(data)
            .finalize()
            .into_bytes()
    };
    let field = |name: &str| {
        challenge
            .split(',')
            .find_map(|field| field.strip_prefix(name))
            .unwrap()
    };
    let salt = STANDARD.decode(field("s=")).unwrap();
    let salted = pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(
        password.as_bytes(),
        &salt,
        field("i=").parse().unwrap(),
    );
    let without_proof = format!("c=biws,r={}", field("r="));
    let key = hmac(&salted, b"Client Key");
    let signature = hmac(
        &Sha256::digest(key),
        format!("{first},{challenge},{without_proof}").as_bytes(),
    );
    let proof: Vec<u8> = key.iter().zip(signature).map(|(a, b)| a ^ b).collect();
    format!("{without_proof},p={}", STANDARD.encode(proof))
}

/// Says the client's part of SCRAM-SHA-256; tells the challenge and what came in the end.
async fn scram(client: &mut Client, password: &str) -> (String, String) {
    let first = "n=ops,r=client";
    let challenge = client
        .ask(&format!(
            "AUTH SCRAM-SHA-256 {}",
            b64(&format!("n,,{first}"))
        ))
        .await;
    let challenge = String::from_utf8(challenged(&challenge)).unwrap();
    let end = client.ask(&b64(&last(first, &challenge, password))).await;
    (challenge, end)
}

#[tokio::test]
async fn scram_sha_256() {
    let mut client = greeted(pop3()).await;
    let (challenge, end) = scram(&mut client, "wrong").await;
    assert!(challenge.starts_with("r=client") && challenge.ends_with(",i=4096"));
    assert_eq!(end, OUT);
    let (_, end) = scram(&mut client, "secret").await;
    assert!(challenged(&end).starts_with(b"v="));
    assert_eq!(client.ask("").await, IN);
}

#[tokio::test]
async fn scram_plays_foul() {
    let mut client = greeted(pop3().fault(Fault::Scram(ScramFault::NoSignature))).await;
    assert_eq!(scram(&mut client, "secret").await.1, IN);

    let mut client = greeted(pop3().fault(Fault::Scram(ScramFault::ErrorThenSuccess))).await;
    assert_eq!(
        scram(&mut client, "secret").await.1,
        format!("+ {}", b64("e=other-error"))
    );
    assert_eq!(client.ask("").await, IN);

    let mut client = greeted(pop3().scram_iterations(1)).await;
    assert!(scram(&mut client, "secret").await.0.ends_with(",i=1"));

    let mut client = greeted(pop3().scram_iterations(1 << 31)).await;
    let challenge = client
        .ask(&format!("AUTH SCRAM-SHA-1 {}", b64("n,,n=ops,r=client")))
        .await;
    assert!(challenged(&challenge).ends_with(b",i=2147483648"));
    assert_eq!(client.ask("*").await, "-ERR cancelled");
}

#[tokio::test]
async fn sasl_plays_foul() {
    let mut client = greeted(pop3().fault(Fault::Challenge(b"+ !!!\r\n".to_vec()))).await;
    assert_eq!(client.ask("AUTH LOGIN").await, "+ !!!");
    assert_eq!(
        client.ask(&b64("ops")).await,
        format!("+ {}", b64("Password:"))
    );

    let mut client = greeted(pop3().fault(Fault::EndlessChallenges)).await;
    assert_eq!(
        client.ask("AUTH PLAIN").await,
        format!("+ {}", b64("and then?"))
    );
    for _ in 0..50 {
        assert_eq!(client.ask("").await, format!("+ {}", b64("and then?")));
    }
    assert_eq!(client.ask("*").await, "-ERR cancelled");

    let mut client = greeted(pop3().fault(Fault::Echo("AUTH"))).await;
    let echo = client
        .ask(&format!("AUTH PLAIN {}", b64("\0ops\0secret")))
        .await;
    assert_eq!(
        echo,
        format!(
            "-ERR you said {}, that is  ops secret",
            b64("\0ops\0secret")
        )
    );

    let mut client = greeted(pop3().fault(Fault::reply("AUTH", "+OK you are in\r\n"))).await;
    assert_eq!(
        client.ask("AUTH SCRAM-SHA-256 biws").await,
        "+OK you are in"
    );
}
