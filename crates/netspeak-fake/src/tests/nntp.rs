//! NNTP as it should be.

use super::client::Client;
use crate::{Fake, Nntp};

const ONE: &str =
    "Message-ID: <1@x>\r\nNewsgroups: misc.test,misc.none\r\nSubject: one\r\n\r\n.dot\r\n";

fn fake() -> Fake<Nntp> {
    let builder = Nntp::builder()
        .group("misc.test", "tests")
        .group("alt.none", "empty");
    builder.user("u", "p").article(ONE).build().unwrap()
}

#[tokio::test]
async fn groups_and_articles() {
    let fake = fake();
    let mut client = Client::of(&fake);
    assert!(client.line().await.starts_with("200 "));
    assert_eq!(client.ask("STAT").await, "412 no group selected");
    assert_eq!(client.ask("GROUP alt.none").await, "211 0 1 0 alt.none");
    assert_eq!(client.ask("STAT").await, "420 no article selected");
    assert_eq!(client.ask("GROUP misc.test").await, "211 1 1 1 misc.test");
    assert_eq!(client.ask("NEXT").await, "421 no next article");
    assert_eq!(
        client.ask_all("BODY 1").await,
        ["222 1 <1@x> follows", "..dot"]
    );
    assert_eq!(client.ask("BODY <2@x>").await, "430 no such article");
    assert_eq!(
        client.ask_all("HDR Subject <1@x>").await,
        ["225 rows follow", "0 one"]
    );
    let row = "1\tone\t\t\t<1@x>\t\t74\t1\tNewsgroups: misc.test,misc.none";
    assert_eq!(client.ask_all("OVER 1-").await, ["224 rows follow", row]);
    let list = ["215 list follows", "misc.test 0000000001 0000000001 y"];
    assert_eq!(client.ask_all("LIST ACTIVE misc.*").await, list);
}

#[tokio::test]
async fn articles_come_in_once() {
    let fake = fake();
    let mut client = Client::of(&fake);
    client.line().await;
    for (text, verdict) in [
        (
            "Message-ID: <2@x>\r\nNewsgroups: misc.test\r\n\r\n..\r\n.",
            "240 article posted",
        ),
        (
            "Message-ID: <2@x>\r\nNewsgroups: misc.test\r\n\r\n.",
            "441 435 duplicate",
        ),
        ("Newsgroups: misc.none\r\n\r\n.", "441 no such newsgroup"),
    ] {
        assert_eq!(client.ask("POST").await, "340 send the article");
        assert_eq!(client.ask(text).await, verdict);
    }
    assert_eq!(client.ask("IHAVE <2@x>").await, "435 here already");
    assert_eq!(client.ask("CHECK <3@x>").await, "238 <3@x>");
    let takethis = "TAKETHIS <3@x>\r\nMessage-ID: <3@x>\r\nNewsgroups: misc.test\r\n\r\n.";
    assert_eq!(client.ask(takethis).await, "239 <3@x>");
    assert_eq!(fake.articles("misc.test").len(), 3);
    assert!(fake.articles("misc.test")[1].ends_with(b"\r\n\r\n.\r\n"));
}

#[tokio::test]
async fn modes_and_logins() {
    let fake = Nntp::builder()
        .user("u", "p")
        .group("a", "")
        .transit()
        .login_to_read();
    let fake = fake.build().unwrap();
    let mut client = Client::of(&fake);
    client.line().await;
    assert_eq!(client.ask("GROUP a").await, "401 MODE-READER");
    assert!(
        client
            .ask_all("CAPABILITIES")
            .await
            .contains(&"MODE-READER".to_owned())
    );
    assert!(client.ask("MODE READER").await.starts_with("200 "));
    assert_eq!(client.ask("GROUP a").await, "480 log in first");
    assert_eq!(client.ask("AUTHINFO USER u").await, "381 and the password?");
    assert_eq!(
        client.ask("AUTHINFO PASS x").await,
        "481 wrong name or password"
    );
    assert_eq!(
        client.ask("AUTHINFO SASL PLAIN AHUAcA==").await,
        "281 welcome, u"
    );
    assert_eq!(client.ask("GROUP a").await, "211 0 1 0 a");
    assert_eq!(
        client.ask("AUTHINFO USER u").await,
        "502 you are known already"
    );
}
