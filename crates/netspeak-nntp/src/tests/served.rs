//! Whole sessions with the fake server.

use netspeak_core::tls::{Roots, TlsSettings};
use netspeak_fake::{Fault, Moment, Nntp, Server};

use super::*;

const HELLO: &str = "Message-ID: <1@x>\r\nNewsgroups: misc.test\r\nSubject: one\r\n\r\n.one\r\n";

async fn connected(server: &Server<Nntp>, login: &str) -> Result<Client> {
    let url = server.url("nntp").replace("//", &format!("//{login}"));
    Client::builder()
        .tls(Tls::Off)
        .connect(&url.parse().unwrap())
        .await
}

#[tokio::test]
async fn what_is_posted_is_read_back_byte_for_byte() {
    let server = Nntp::builder()
        .group("misc.test", "tests")
        .start()
        .await
        .unwrap();
    let mut client = connected(&server, "").await.unwrap();
    let long = "x".repeat(5000);
    let body = format!(".\r\n..\r\n.dot\r\nJ\u{fc}rgen \u{20ac}\r\n{long}\r\n\r\n");
    let draft = Draft::new("Me <me@x.test>", "a", body.clone().into()).group(name("misc.test"));
    client
        .post(&draft.message_id(id("p@x")).build().unwrap())
        .await
        .unwrap();
    let read = client
        .body(id("p@x"))
        .await
        .unwrap()
        .bytes(1 << 20)
        .await
        .unwrap();
    assert_eq!(String::from_utf8(read).unwrap(), body);
    assert_eq!(kind(client.post(HELLO.as_bytes()).await), "ok");
    assert!(
        client
            .post(HELLO.as_bytes())
            .await
            .unwrap_err()
            .reply()
            .unwrap()
            .is_duplicate()
    );
    client.quit().await.unwrap();
}

#[tokio::test]
async fn a_server_in_transit_mode_is_told_that_we_read() {
    let server = Nntp::builder()
        .group("misc.test", "")
        .transit()
        .start()
        .await
        .unwrap();
    let mut client = connected(&server, "").await.unwrap();
    client.group(&name("misc.test")).await.unwrap();
    let target = server.url("nntp").parse().unwrap();
    let peer = Client::builder().role(Role::Peer).tls(Tls::Off);
    let mut peer = peer.connect(&target).await.unwrap();
    let taken = peer.takethis(&id("1@x"), HELLO.as_bytes()).await.unwrap();
    assert_eq!(taken, Offered::Taken);
    assert_eq!(
        peer.ihave(&id("1@x"), b"").await.unwrap(),
        Offered::NotWanted
    );
    assert_eq!(kind(peer.group(&name("misc.test")).await), "work.rejected");
}

#[tokio::test]
async fn a_server_of_rfc_977_works() {
    let builder = Nntp::builder().group("misc.test", "").article(HELLO);
    let old = ["CAPABILITIES", "MODE READER", "OVER", "HDR"];
    let builder = old
        .into_iter()
        .fold(builder, |builder, verb| builder.without_verb(verb));
    let server = builder
        .user("u", "secret")
        .login_to_read()
        .start()
        .await
        .unwrap();
    let mut client = connected(&server, "u:secret@").await.unwrap();
    client.group(&name("misc.test")).await.unwrap();
    let rows = client.over(1..).await.unwrap().all().await.unwrap();
    assert_eq!(rows[0].subject, "one");
    client.quit().await.unwrap();
}

#[tokio::test]
async fn a_login_by_sasl_and_a_wrong_one() {
    let builder = Nntp::builder()
        .user("u", "secret")
        .login_to_read()
        .group("a", "");
    let server = builder.start().await.unwrap();
    let mut client = connected(&server, "u:secret@").await.unwrap();
    client.group(&name("a")).await.unwrap();
    assert!(
        server
            .said()
            .iter()
            .any(|line| line.starts_with("AUTHINFO SASL SCRAM"))
    );
    assert_eq!(kind(connected(&server, "u:wrong@").await), "auth.rejected");
}

#[tokio::test]
async fn credentials_demand_the_upgrade() {
    let builder = Nntp::builder()
        .user("u", "secret")
        .group("a", "")
        .starttls();
    let server = builder.start().await.unwrap();
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    let connector = Connector::new().with_tls(settings);
    let url = server.url("nntp").replace("//", "//u:secret@");
    let builder = Client::builder().connector(connector).tls(Tls::Required);
    let mut client = builder.connect(&url.parse().unwrap()).await.unwrap();
    assert!(client.conn().is_encrypted());
    client.group(&name("a")).await.unwrap();
    client.quit().await.unwrap();
}

#[tokio::test]
async fn clear_text_behind_the_answer_is_an_attack() {
    let fault = Fault::after("STARTTLS", "200 hello from before\r\n");
    let builder = Nntp::builder().starttls().fault(fault);
    let server = builder.start().await.unwrap();
    let target = server.url("nntp").parse().unwrap();
    let opened = Client::builder().tls(Tls::Required).connect(&target).await;
    assert_eq!(kind(opened), "starttls.injected");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing() {
    for (moment, expected) in [
        (Moment::Greeting, "greeting.timeout"),
        (Moment::Command("DATE"), "work.timeout"),
    ] {
        let fake = Nntp::builder().fault(Fault::Stall(moment)).build().unwrap();
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(fake.serve(theirs));
        let found = match Client::from_conn(Conn::from_memory(ours)).await {
            Ok(mut client) => kind(client.date().await),
            Err(error) => error.kind().to_string(),
        };
        assert_eq!(found, expected);
    }
}
