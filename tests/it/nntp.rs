//! NNTP with INN, in the clear, after STARTTLS and inside TLS.

use netspeak::core::sasl::Credentials;
use netspeak::core::{Target, Tls};
use netspeak::nntp::{
    Builder, Client, Draft, GroupName, Meaning, MessageId, Part, Posting, Tail, Which,
};

use crate::harness::{assert_same, connector, password, target};

/// Both ports, as strangers; the first one begins with STARTTLS.
fn ways() -> [(Target, Tls); 2] {
    [
        (target("nntp", "INN2_NNTP"), Tls::Required),
        (target("nntps", "INN2_NNTPS"), Tls::Implicit),
    ]
}

fn builder() -> Builder {
    Client::builder().connector(connector())
}

fn general() -> GroupName {
    "test.general".parse().unwrap()
}

async fn stranger() -> Client {
    let (target, tls) = &ways()[0];
    builder().tls(*tls).connect(target).await.unwrap()
}

/// A draft for the group; the article's id is its own.
fn draft(subject: &str, body: &[u8]) -> Draft {
    Draft::new("Tester <tester@netspeak.test>", subject, body.to_vec()).group(general())
}

fn id_of(article: &[u8]) -> MessageId {
    let (headers, _) = netspeak::nntp::response::Headers::parse(article);
    headers.text("Message-ID").unwrap().parse().unwrap()
}

#[tokio::test]
#[ignore = "needs inn2"]
async fn inn_gives_back_what_was_posted_byte_for_byte() {
    let long = "x".repeat(900);
    let body = format!(".\r\n..\r\n.dot\r\nJ\u{fc}rgen \u{20ac}\r\n{long}\r\n\r\nend\r\n");
    for (target, tls) in ways() {
        let mut client = builder().tls(tls).connect(&target).await.unwrap();
        assert!(client.conn().is_encrypted());
        assert_eq!(client.posting(), Posting::Allowed);
        let article = draft("Grüße", body.as_bytes()).build().unwrap();
        let id = id_of(&article);
        client.post(&article).await.unwrap();
        let mut text = client.body(&id).await.unwrap();
        let read = text.bytes(1 << 20).await.unwrap();
        assert_same(&read, body.as_bytes(), "the body");
        assert_eq!(
            client.head(&id).await.unwrap().text("Subject").unwrap(),
            "Grüße"
        );
        let error = client.post(&article).await.unwrap_err();
        assert!(error.reply().unwrap().is_duplicate(), "{error}");
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs inn2"]
async fn inn_tells_overviews_and_fields_of_what_is_new() {
    let mut client = stranger().await;
    let before = client.group(&general()).await.unwrap();
    let mut tail = Tail::since(general(), before.high);
    let article = draft("an overview", b"one\r\n").build().unwrap();
    client.post(&article).await.unwrap();
    let new = tail.poll(&mut client).await.unwrap();
    let row = new
        .iter()
        .find(|row| row.message_id == Some(id_of(&article)))
        .unwrap();
    assert_eq!(row.subject, "an overview");
    assert!(row.bytes.is_some() && row.sent().is_some());
    let fields = client.hdr("Subject", row.number).await.unwrap();
    assert_eq!(fields.entries[0].text(), "an overview");
    let matching = client.xpat("Subject", row.number, &["*overview*"]).await;
    assert_eq!(matching.unwrap().entries.len(), 1);
    let format = client.overview_format().await.unwrap();
    assert!(format.full().any(|name| name == "xref"));
    assert!(
        client
            .listgroup(&general(), None)
            .await
            .unwrap()
            .contains(&row.number)
    );
    assert_eq!(client.stat(row.number).await.unwrap().id, row.message_id);
    let groups = client.list_active(Some("test.*")).await.unwrap().entries;
    assert!(groups.iter().any(|group| group.name == general()));
    let about = client.list_newsgroups(Some("test.general")).await.unwrap();
    assert_eq!(about.entries[0].text, "Whatever comes");
    assert!(client.date().await.unwrap().as_second() > 1_700_000_000);
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs inn2"]
async fn inn_lets_members_in_and_names_its_refusals() {
    let members: GroupName = "members.only".parse().unwrap();
    let mut client = stranger().await;
    assert!(client.group(&members).await.is_err());
    let none = client
        .group(&"no.such.group".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(none.reply().unwrap().meaning(), Some(Meaning::NoSuchGroup));
    let lost: MessageId = "<no@such.article>".parse().unwrap();
    let error = client.body(&lost).await.unwrap_err();
    assert_eq!(
        error.reply().unwrap().meaning(),
        Some(Meaning::NoSuchArticle)
    );
    client.quit().await.unwrap();
    for (target, tls) in ways() {
        let credentials = Credentials::password("user01", password());
        let builder = builder().tls(tls).credentials(credentials);
        let mut client = builder.connect(&target).await.unwrap();
        client.group(&members).await.unwrap();
        client.quit().await.unwrap();
    }
    let credentials = Credentials::password("user01", "wrong".into());
    let (target, tls) = &ways()[0];
    let error = builder()
        .tls(*tls)
        .credentials(credentials)
        .connect(target)
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.rejected");
}

#[tokio::test]
#[ignore = "needs inn2"]
async fn inn_answers_a_pipeline_in_order_also_compressed() {
    let target = target("nntp", "INN2_NNTP");
    let mut client = builder().tls(Tls::Off).connect(&target).await.unwrap();
    let bodies: Vec<String> = (0..5)
        .map(|n| format!("body {n}\r\n").repeat(2000))
        .collect();
    let mut asked = Vec::new();
    for body in &bodies {
        let article = draft("a pipeline", body.as_bytes()).build().unwrap();
        client.post(&article).await.unwrap();
        asked.push(id_of(&article));
        asked.push(
            format!("<no-{}@such.article>", asked.len())
                .parse()
                .unwrap(),
        );
    }
    for round in ["clear", "compressed"] {
        let mut batch = client.fetch(&asked, Part::Body).unwrap();
        let mut at = 0;
        while let Some((which, answer)) = batch.next().await.unwrap() {
            assert_eq!(which, Which::Id(asked[at].clone()));
            assert_eq!(answer.is_ok(), at % 2 == 0, "{which} {round}");
            let mut text = Vec::new();
            while let Some(piece) = batch.chunk().await.unwrap() {
                text.extend_from_slice(piece);
            }
            let expected = if at % 2 == 0 {
                bodies[at / 2].as_bytes()
            } else {
                b""
            };
            assert_same(&text, expected, round);
            at += 1;
        }
        assert_eq!(at, asked.len());
        if round == "clear" {
            client.compress().await.unwrap();
        }
    }
    client.quit().await.unwrap();
}
