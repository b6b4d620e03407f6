//! The examples run against a server in this process, and the engine's door brings the same mail.
#![expect(clippy::unwrap_used, reason = "the helpers of tests fail by panicking")]

use std::path::PathBuf;

use netspeak_core::testing::example;
use netspeak_fake::{Mechanism, Smtp};

async fn run(name: &str, arguments: &[&str]) -> String {
    let output = tokio::process::Command::from(example(name))
        .args(arguments)
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn the_send_example_runs() {
    let server = Smtp::builder()
        .refuse("no@y.example", "550 5.1.1 no")
        .start()
        .await
        .unwrap();
    let url = server.url("smtp");
    let said = run(
        "send",
        &[&url, "ops@x.example", "yes@y.example", "no@y.example"],
    )
    .await;
    assert!(
        said.contains("yes@y.example: accepted\nno@y.example: RCPT refused: 550"),
        "{said}"
    );
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn the_send_many_example_runs() {
    let server = Smtp::builder().start().await.unwrap();
    let url = server.url("smtp");
    let said = run("send_many", &[&url, "ops@x.example", "a@y.example", "25"]).await;
    assert_eq!(said, "25 accepted, 0 refused\n");
    assert_eq!((server.mails().len(), server.connections()), (25, 1));
}

/// A file for an example to read; gone when it is dropped.
struct TextFile(PathBuf);

impl TextFile {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("netspeak-smtp-example-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for TextFile {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

#[tokio::test]
async fn the_client_certificate_example_runs() {
    let server = Smtp::builder()
        .user("ops", "nobody knows it")
        .mechanisms([Mechanism::External])
        .implicit_tls()
        .require_client_certificate()
        .start()
        .await
        .unwrap();
    let identity = server.client_identity("ops").unwrap();
    let files = [
        TextFile::new("ca.pem", server.ca_pem()),
        TextFile::new("our.pem", &identity.certificate_pem),
        TextFile::new("our.key", &identity.key_pem),
    ];
    let url = server.url("submissions");
    let [authority, certificate, key] = files.each_ref().map(TextFile::path);
    let said = run("client_certificate", &[&url, authority, certificate, key]).await;
    assert_eq!(said, "logged in, Verified\n");
    assert_eq!(server.said()[1..], ["AUTH EXTERNAL =", "QUIT"]);
}

#[tokio::test]
async fn the_bearer_token_example_runs() {
    let server = Smtp::builder()
        .token("ops@x.example", "ya29")
        .mechanisms([Mechanism::OAuthBearer])
        .start()
        .await
        .unwrap();
    let url = server.url("submission");
    let file = TextFile::new("token.txt", "ya29\n");
    let said = run("bearer_token", &[&url, "ops@x.example", file.path()]).await;
    assert_eq!(
        said,
        "a token is asked for: First\nlogged in as ops@x.example\n"
    );
    assert!(server.said()[1].starts_with("AUTH OAUTHBEARER "));
}

#[cfg(feature = "interop")]
#[tokio::test]
async fn the_lettre_transport_example_runs() {
    let server = Smtp::builder().start().await.unwrap();
    let url = server.url("smtp");
    run("lettre_transport", &[&url, "ops@x.example", "a@y.example"]).await;
    let text = String::from_utf8(server.mails()[0].data.clone()).unwrap();
    assert!(text.contains("Subject: Hello from lettre\r\n"), "{text}");
}

/// The same message through the engine's trait, through our client, and through the engine's own
/// connection: three times the same mail.
#[cfg(feature = "interop")]
#[tokio::test]
async fn the_engines_door_and_the_engine_itself_bring_the_same_mail() {
    use lettre::transport::smtp::client::AsyncSmtpConnection;
    use lettre::transport::smtp::extension::ClientId;
    use lettre::{AsyncTransport, Message};
    use netspeak_smtp::{Client, Pool, PoolOptions};

    let server = Smtp::builder().start().await.unwrap();
    let target = server.url("smtp").parse().unwrap();
    let message = Message::builder()
        .from("ops@x.example".parse().unwrap())
        .to("a@y.example".parse().unwrap())
        .subject("dots")
        .body(".\r\n..\r\nfin\r\n".to_owned())
        .unwrap();

    let pool = Pool::new(Client::builder(), target, PoolOptions::default()).unwrap();
    let receipt = AsyncTransport::send(&pool, message.clone()).await.unwrap();
    assert!(receipt.is_complete());
    pool.close().await;
    let target = server.url("smtp").parse().unwrap();
    let mut client = Client::builder().connect(&target).await.unwrap();
    assert!(client.send_message(&message).await.unwrap().is_complete());
    client.quit().await.unwrap();
    let stream = tokio::net::TcpSocket::new_v4()
        .unwrap()
        .connect(server.addr())
        .await
        .unwrap();
    let hello = ClientId::Domain("localhost".to_owned());
    let mut engine = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello)
        .await
        .unwrap();
    engine
        .send(message.envelope(), &message.formatted())
        .await
        .unwrap();
    engine.quit().await.unwrap();

    let [ours, door, engines] = <[_; 3]>::try_from(server.mails()).unwrap();
    assert_eq!(
        (&ours.from, ours.addresses()),
        (&door.from, door.addresses())
    );
    assert_eq!(ours.data, door.data);
    assert_eq!(ours.data, message.formatted());
    // The engine adds a line end to a body that has one (version 0.11.23).
    assert_eq!(engines.data.trim_ascii_end(), ours.data.trim_ascii_end());
}
