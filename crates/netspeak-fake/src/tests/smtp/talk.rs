//! The dialogue: greetings, capabilities, envelopes.

use super::{addressed, greeted, ready};
use crate::tests::client::trusting;
use crate::{Fault, Smtp};

/// RFC 5321 appendix D.1.
#[tokio::test]
async fn rfc_5321_example() {
    let fake = Smtp::builder()
        .refuse("Green@foo.com", "550 No such user here")
        .build()
        .unwrap();
    let mut client = greeted(&fake).await;
    assert!(client.reply("EHLO bar.com").await.contains("\n250-SIZE "));
    assert_eq!(
        client
            .codes("MAIL FROM:<Smith@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\nRCPT TO:<Green@foo.com>\r\nRCPT TO:<Brown@foo.com>\r\nDATA")
            .await,
        ["250", "250", "550", "250", "354"]
    );
    client
        .say("Blah blah blah...\r\n...etc. etc. etc.\r\n.")
        .await;
    assert_eq!(client.line().await, "250 2.0.0 queued as 00000001");
    assert_eq!(client.ask("QUIT").await, "221 2.0.0 bye");
    assert_eq!(client.rest().await.0, b"");
    let [mail] = &fake.mails()[..] else { panic!() };
    assert_eq!(
        (mail.hello.as_str(), mail.from.as_str()),
        ("bar.com", "Smith@bar.com")
    );
    assert_eq!(mail.addresses(), ["Jones@foo.com", "Brown@foo.com"]);
    assert_eq!(mail.data, b"Blah blah blah...\r\n..etc. etc. etc.\r\n");
}

#[tokio::test]
async fn capabilities() {
    let (_, mut client) = ready(
        Smtp::builder()
            .user("ops", "secret")
            .starttls()
            .capability("SIZE 1000")
            .capability("X-MORE a b")
            .without_capability("binarymime"),
    )
    .await;
    let expected = [
        "localhost",
        "PIPELINING",
        "SIZE 1000",
        "STARTTLS",
        "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256",
        "ENHANCEDSTATUSCODES",
        "8BITMIME",
        "CHUNKING",
        "DSN",
        "SMTPUTF8",
        "VRFY",
        "EXPN",
        "HELP",
        "X-MORE a b",
    ];
    let reply = client.reply("EHLO me").await;
    let listed: Vec<&str> = reply.lines().filter_map(|line| line.get(4..)).collect();
    assert_eq!(listed, expected);

    let (_, mut client) = ready(Smtp::builder().capabilities(["a", "B c"])).await;
    assert_eq!(
        client.reply("EHLO me").await,
        "250-localhost\n250-a\n250 B c"
    );
    let (_, mut client) = ready(Smtp::builder().capabilities([""; 0]).without_verb("HELP")).await;
    assert_eq!(client.reply("EHLO me").await, "250 localhost");
    assert_eq!(client.ask("HELP").await, "502 5.5.1 no such command here");
}

#[tokio::test]
async fn an_old_server_knows_helo_only() {
    let fake = Smtp::builder()
        .without_ehlo()
        .without_capability("ENHANCEDSTATUSCODES")
        .build()
        .unwrap();
    let mut client = greeted(&fake).await;
    assert_eq!(client.ask("EHLO me").await, "502 no such command here");
    assert_eq!(client.ask("MAIL FROM:<a@x>").await, "503 EHLO first");
    assert_eq!(client.ask("HELO me").await, "250 localhost");
    assert_eq!(
        client.ask("MAIL FROM:<a@x> SIZE=1").await,
        "555 no such parameter"
    );
    assert_eq!(client.ask("MAIL FROM:<a@x>").await, "250 sender ok");
}

#[tokio::test]
async fn order_and_syntax() {
    let fake = Smtp::builder().build().unwrap();
    let mut client = greeted(&fake).await;
    assert_eq!(client.ask("MAIL FROM:<a@x>").await, "503 5.5.1 EHLO first");
    assert_eq!(client.ask("EHLO").await, "501 5.5.4 what do you mean?");
    assert_eq!(client.ask("LHLO me").await, "500 5.5.1 EHLO, please");
    client.reply("ehlo me").await;
    let answers = [
        ("RCPT TO:<b@x>", "503"),
        ("DATA", "503"),
        ("BDAT 0 LAST", "503"),
        ("BDAT", "501"),
        ("BDAT x", "501"),
        ("STARTTLS", "502"),
        ("AUTH PLAIN", "503"),
        ("MAIL FROM: <a@x>", "501"),
        ("MAIL FROM:a@x", "501"),
        ("MAIL FROM:<a@x> BODY=9BIT", "501"),
        ("MAIL FROM:<a@x> X=1", "555"),
        ("MAIL FROM:<\u{e4}@x>", "553"),
        ("MAIL FROM:<a@x>\0", "501"),
        ("mail from:<>", "250"),
        ("MAIL FROM:<a@x>", "503"),
        ("DATA", "503"),
        ("RCPT TO:<>", "501"),
        ("RCPT TO:<b@x> SIZE=1", "555"),
        ("RCPT TO:<\u{e4}@x>", "553"),
        ("DATA", "554"),
        ("RCPT TO:<b@x>", "250"),
        ("NOOP and so on", "250"),
        ("RSET", "250"),
        ("DATA", "503"),
        ("TURN", "500"),
        ("", "500"),
    ];
    for (line, code) in answers {
        assert_eq!(client.codes(line).await, [code], "{line}");
    }
    assert!(client.reply("HELP").await.starts_with("214-"));
}

#[tokio::test]
async fn the_envelope_is_kept() {
    let (fake, mut client) = ready(Smtp::builder()).await;
    let codes = client
        .codes(
            "MAIL FROM:<\u{e4}@x> SMTPUTF8 BODY=8BITMIME SIZE=6 RET=HDRS ENVID=a+2Bb\r\n\
             RCPT TO:<\"a b\"@x> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@x\r\n\
             RCPT TO:<\u{fc}@x> NOTIFY=NEVER\r\n\
             DATA",
        )
        .await;
    assert_eq!(codes, ["250", "250", "250", "354"]);
    assert_eq!(client.ask("hi\r\n.").await, "250 2.0.0 queued as 00000001");
    let [mail] = &fake.mails()[..] else { panic!() };
    assert_eq!(mail.from, "\u{e4}@x");
    assert_eq!(
        mail.parameters,
        [
            "SMTPUTF8",
            "BODY=8BITMIME",
            "SIZE=6",
            "RET=HDRS",
            "ENVID=a+2Bb"
        ]
    );
    assert_eq!(
        (
            mail.parameter("envid"),
            mail.parameter("SMTPUTF8"),
            mail.parameter("BY")
        ),
        (Some("a+2Bb"), Some(""), None)
    );
    assert_eq!(mail.addresses(), ["\"a b\"@x", "\u{fc}@x"]);
    assert_eq!(mail.recipients[0].parameter("ORCPT"), Some("rfc822;a@x"));
    assert_eq!((mail.user.as_deref(), mail.encrypted), (None, false));
}

#[tokio::test]
async fn each_recipient_has_its_answer() {
    let (fake, mut client) = ready(
        Smtp::builder()
            .refuse("Bad@x", "550-5.1.1 no\n550 5.1.1 such user")
            .defer("slow@x")
            .refuse("@elsewhere", "554 5.7.1 not here")
            .refuse_sender("spam@x", "550 5.7.1 no, thanks"),
    )
    .await;
    assert_eq!(
        client.ask("MAIL FROM:<spam@x>").await,
        "550 5.7.1 no, thanks"
    );
    client.ask("MAIL FROM:<a@x>").await;
    assert_eq!(
        client.reply("RCPT TO:<bad@X>").await,
        "550-5.1.1 no\n550 5.1.1 such user"
    );
    assert_eq!(
        client
            .codes("RCPT TO:<slow@x>\r\nRCPT TO:<a@elsewhere>")
            .await,
        ["451", "554"]
    );
    assert_eq!(client.ask("DATA").await, "554 5.5.1 nobody gets it");
    assert_eq!(client.codes("RCPT TO:<b@x>\r\nDATA").await, ["250", "354"]);
    client.ask("hi\r\n.").await;
    assert_eq!(fake.take_mails()[0].addresses(), ["b@x"]);
    assert!(fake.mails().is_empty());
}

#[tokio::test]
async fn limits_are_kept() {
    let (fake, mut client) = ready(Smtp::builder().capability("LIMITS MAILMAX=1 RCPTMAX=2")).await;
    addressed(&mut client).await;
    assert_eq!(
        client.codes("RCPT TO:<c@x>\r\nRCPT TO:<d@x>\r\nDATA").await,
        ["250", "452", "354"]
    );
    assert_eq!(client.ask("hi\r\n.").await, "250 2.0.0 queued as 00000001");
    assert_eq!(client.codes("MAIL FROM:<a@x>").await, ["452"]);
    assert_eq!(fake.mails()[0].addresses(), ["b@x", "c@x"]);
}

#[tokio::test]
async fn names_are_looked_up() {
    let (_, mut client) = ready(
        Smtp::builder()
            .user("ops", "secret")
            .refuse("bad@x", "550 5.1.1 no")
            .list("staff", ["a@x", "b@x"]),
    )
    .await;
    assert_eq!(client.ask("VRFY ops@x").await, "250 2.1.5 <ops@x>");
    assert_eq!(client.ask("VRFY staff").await, "250 2.1.5 <staff>");
    assert_eq!(client.ask("VRFY <bad@x>").await, "550 5.1.1 no");
    assert_eq!(client.ask("VRFY c@x").await, "252 2.5.0 try and see");
    assert_eq!(
        client.reply("EXPN staff").await,
        "250-2.1.5 <a@x>\n250 2.1.5 <b@x>"
    );
    assert_eq!(client.ask("EXPN bad@x").await, "550 5.1.1 no such list");
}

#[tokio::test]
async fn commands_that_come_together_are_answered_together() {
    let (fake, mut client) = ready(Smtp::builder()).await;
    client.say("MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA").await;
    assert_eq!(
        client.read().await,
        b"250 2.1.0 sender ok\r\n250 2.1.5 recipient ok\r\n354 go ahead\r\n"
    );
    client.say("hi\r\n.\r\nMAIL FROM:<a@x>\r\nQUIT").await;
    assert_eq!(
        client.read().await,
        b"250 2.0.0 queued as 00000001\r\n250 2.1.0 sender ok\r\n221 2.0.0 bye\r\n"
    );
    let pipelined: Vec<_> = fake
        .log()
        .into_iter()
        .filter(|said| said.pipelined)
        .collect();
    assert_eq!(pipelined.len(), 4, "{pipelined:?}");
    assert!(!fake.said().contains(&"hi".to_owned()), "data is no line");
}

#[tokio::test]
async fn starttls_forgets_what_was_before() {
    let fake = Smtp::builder()
        .user("ops", "secret")
        .starttls()
        .tls_required()
        .build()
        .unwrap();
    let mut client = greeted(&fake).await;
    client.reply("EHLO me").await;
    assert_eq!(
        client.ask("MAIL FROM:<a@x>").await,
        "530 5.7.0 STARTTLS first"
    );
    assert_eq!(
        client.ask("STARTTLS now").await,
        "501 5.5.4 what do you mean?"
    );
    assert_eq!(client.ask("STARTTLS").await, "220 2.0.0 begin TLS");
    let mut client = client
        .tls(trusting(&fake, None), "localhost")
        .await
        .unwrap();
    assert_eq!(client.ask("MAIL FROM:<a@x>").await, "503 5.5.1 EHLO first");
    let reply = client.reply("EHLO me").await;
    assert!(!reply.contains("STARTTLS") && reply.contains("AUTH PLAIN"));
    assert_eq!(
        client.ask("STARTTLS").await,
        "503 5.5.1 that is TLS already"
    );
    addressed(&mut client).await;
    assert_eq!(client.ask("DATA").await, "354 go ahead");
    client.ask("hi\r\n.").await;
    assert!(fake.mails()[0].encrypted);
}

#[tokio::test]
async fn what_came_together_with_starttls_is_dropped() {
    let fake = Smtp::builder().starttls().build().unwrap();
    let mut client = greeted(&fake).await;
    client.reply("EHLO me").await;
    client.say("STARTTLS\r\nNOOP").await;
    assert_eq!(client.read().await, b"220 2.0.0 begin TLS\r\n");
    let mut client = client
        .tls(trusting(&fake, None), "localhost")
        .await
        .unwrap();
    assert!(client.reply("EHLO me").await.starts_with("250-"));
    assert_eq!(fake.said(), ["EHLO me", "STARTTLS", "NOOP", "EHLO me"]);
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let server = Smtp::builder().implicit_tls().start().await.unwrap();
    assert!(server.url("smtps").starts_with("smtps://127.0.0.1:"));
    let client = crate::tests::client::Client::tcp(&server).await;
    let mut client = client
        .tls(trusting(&server, None), "localhost")
        .await
        .unwrap();
    assert_eq!(
        client.line().await,
        "220 localhost netspeak-fake ESMTP ready"
    );
}

#[tokio::test]
async fn a_greeting_that_turns_away() {
    let fake = Smtp::builder()
        .fault(Fault::reply(crate::GREETING, "554 no service\r\n"))
        .build()
        .unwrap();
    let mut client = crate::tests::client::Client::of(&fake);
    assert_eq!(client.line().await, "554 no service");
    assert_eq!(
        client.ask("EHLO me").await,
        "503 5.5.1 nobody is served here"
    );
    assert_eq!(client.ask("QUIT").await, "221 2.0.0 bye");

    let fake = Smtp::builder()
        .fault(Fault::reply(crate::GREETING, "421 later\r\n"))
        .build()
        .unwrap();
    assert_eq!(
        crate::tests::client::Client::of(&fake).rest().await.0,
        b"421 later\r\n"
    );
}

#[tokio::test(start_paused = true)]
async fn a_greeting_that_turns_away_once() {
    let fake = Smtp::builder()
        .fault(Fault::reply(crate::GREETING, "421 later\r\n").nth(1))
        .build()
        .unwrap();
    let mut client = crate::tests::client::Client::of(&fake);
    let rest = tokio::time::timeout(std::time::Duration::from_secs(3600), client.rest()).await;
    let rest = rest.expect("the connection stays open");
    assert_eq!(rest.0, b"421 later\r\n");
}
