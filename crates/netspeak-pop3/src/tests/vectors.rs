//! The conversations of `tests/vectors`: what the server says through the codec in every split, and
//! each from end to end through the client.

use netspeak_core::sasl::Credentials;
use netspeak_core::testing::{Piece, Script, assert_every_split};
use netspeak_core::{Limits, Secret};

use super::*;
use crate::{Event, Expect, Expire, Fetch, ReplyCodec, ResponseCode, Stat};

macro_rules! vector {
    ($name:literal) => {
        include_str!(concat!("../../tests/vectors/", $name, ".txt"))
    };
}

const ALL: &[&str] = &[
    vector!("rfc1939"),
    vector!("rfc1939-verbs"),
    vector!("rfc2449"),
    vector!("rfc5034"),
    vector!("rfc5034-no-initial"),
    vector!("rfc6856"),
    vector!("odd-old"),
    vector!("odd-junk"),
];

/// Has the whole conversation; the client must say all of it and nothing else.
async fn whole_talk(script: &str, talk: impl AsyncFnOnce(Client)) {
    let ((), said) = dialogue(script, async |conn| talk(greeted(conn).await).await).await;
    assert_eq!(said, Script::new(script).said_by_client());
}

/// What kind of reply a line of the client's is answered with.
fn expected(line: Option<&&str>) -> Expect {
    let mut words = line.copied().unwrap_or_default().split(' ');
    match (words.next(), words.next()) {
        (Some("CAPA" | "LIST" | "UIDL" | "LANG"), None) => Expect::Lines,
        (Some("RETR" | "TOP"), _) => Expect::Message,
        (Some("AUTH"), _) => Expect::Challenge,
        // A SASL response.
        (Some(word), None) if word.len() > 8 => Expect::Challenge,
        _ => Expect::Status,
    }
}

/// The same reply read the slow way: line by line, with all of it at hand.
fn reference(kind: Expect, reply: &[u8]) -> Vec<Piece<(&'static str, Vec<u8>)>> {
    let text = reply.strip_suffix(b"\r\n").unwrap();
    let mut lines: Vec<&[u8]> = Vec::new();
    for line in text.split(|&byte| byte == b'\n') {
        lines.push(line.strip_suffix(b"\r").unwrap_or(line));
    }
    let event = |name, bytes: &[u8]| Piece::Event((name, bytes.to_vec()));
    let (status, rest) = lines.split_first().unwrap();
    if let (Expect::Challenge, Some(challenge)) = (kind, status.strip_prefix(b"+ ")) {
        return vec![event("challenge", challenge)];
    }
    let Some((_dot, body)) = rest.split_last() else {
        return vec![event("status", status)];
    };
    let mut pieces = vec![event("begin", status)];
    let unstuffed = body
        .iter()
        .map(|line| line.strip_prefix(b".").unwrap_or(line));
    match kind {
        Expect::Message => pieces.push(Piece::Data(
            unstuffed
                .flat_map(|line| [line, b"\r\n"].concat())
                .collect(),
        )),
        _ => pieces.extend(unstuffed.map(|line| event("line", line))),
    }
    pieces.push(event("end", b""));
    pieces
}

fn assert_reply_in_every_split(kind: Expect, reply: &[u8]) {
    let codec = || {
        let mut codec = ReplyCodec::new(&Limits::default());
        codec.expect(kind);
        codec
    };
    let piece = |event, bytes: &[u8]| {
        let (name, range) = match event {
            Event::Data(range) => return Some(Piece::Data(bytes[range].to_vec())),
            Event::Status(status) => ("status", status.line),
            Event::Begin(status) => ("begin", status.line),
            Event::Challenge(range) => ("challenge", range),
            Event::Line(range) => ("line", range),
            Event::End => ("end", 0..0),
        };
        Some(Piece::Event((name, bytes[range].to_vec())))
    };
    assert_every_split(codec, piece, reply, &reference(kind, reply));
}

#[test]
fn every_reply_in_every_split() {
    let mut replies = 0;
    for script in ALL {
        for (asked, reply) in Script::new(script).exchanges() {
            assert_reply_in_every_split(expected(asked.last()), &reply);
            replies += 1;
        }
    }
    assert!(replies > 60, "{replies}");
}

#[tokio::test(start_paused = true)]
async fn the_session_of_rfc_1939() {
    whole_talk(vector!("rfc1939"), async |mut client| {
        assert_eq!(
            client.timestamp(),
            Some("<1896.697170952@dbc.mtview.ca.us>")
        );
        client
            .apop("mrose", &Secret::from("tanstaaf"))
            .await
            .unwrap();
        let stat = Stat {
            messages: 2,
            octets: Some(320),
        };
        assert_eq!(client.stat().await.unwrap(), stat);
        let sizes: Vec<_> = client
            .list()
            .await
            .unwrap()
            .iter()
            .map(|l| l.octets)
            .collect();
        assert_eq!(sizes, [Some(120), Some(200)]);
        let text = whole(&mut client, 1).await.unwrap();
        assert_eq!(
            text,
            b"Subject: the first\r\n\r\n.\r\n.lines that begin with a dot\r\n..\r\n"
        );
        client.dele(number(1)).await.unwrap();
        let text = whole(&mut client, 2).await.unwrap();
        assert_eq!(text, b"<the POP3 server sends message 2>\r\n");
        client.dele(number(2)).await.unwrap();
        let reply = client.quit().await.unwrap().said().unwrap();
        assert_eq!(
            reply.text(),
            "dewey POP3 server signing off (maildrop empty)"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_verbs_of_rfc_1939() {
    whole_talk(vector!("rfc1939-verbs"), async |mut client| {
        let refused = client.user_pass("mrose", &password()).await;
        assert_eq!(
            refused.unwrap_err().to_string(),
            "PASS refused: -ERR maildrop already locked"
        );
        client.user_pass("mrose", &password()).await.unwrap();
        assert_eq!(client.list_one(number(2)).await.unwrap().octets, Some(200));
        assert_eq!(kind(client.list_one(number(3)).await), "work.rejected");
        client.dele(number(1)).await.unwrap();
        assert_eq!(kind(client.dele(number(1)).await), "work.rejected");
        client.noop().await.unwrap();
        client.rset().await.unwrap();
        let mut top = client.top(number(1), 10).await.unwrap();
        assert_eq!(top.number(), number(1));
        assert_eq!(
            top.bytes(99).await.unwrap(),
            b"Subject: the first\r\n\r\nthe first line\r\n"
        );
        assert_eq!(kind(client.top(number(100), 3).await), "work.rejected");
        let ids = client.uidl().await.unwrap();
        assert_eq!(ids[1].id.as_str(), "QhdPYR:00WBw1Ph7x7");
        assert_eq!(client.uidl_one(number(2)).await.unwrap(), ids[1].id);
        assert_eq!(kind(client.uidl_one(number(3)).await), "work.rejected");
        assert_eq!(kind(client.quit().await.unwrap().said()), "quit.rejected");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn capabilities_of_rfc_2449() {
    whole_talk(vector!("rfc2449"), async |mut client| {
        let capabilities = client.capa().await.unwrap().unwrap();
        assert_eq!(capabilities.lines().len(), 9);
        assert_eq!(capabilities.expire(), Some(Expire::Days(60)));
        assert!(capabilities.pipelining());
        let error = client.user_pass("mrose", &password()).await.unwrap_err();
        assert_eq!(error.kind().to_string(), "auth.temporary");
        assert_eq!(error.reply().unwrap().code(), Some(&ResponseCode::InUse));
        assert!(error.is_temporary());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sasl_as_in_rfc_5034() {
    whole_talk(vector!("rfc5034"), async |mut client| {
        let plain = Credentials::password("test", Secret::from("test")).with_authzid("test");
        assert_eq!(kind(client.login(&plain).await), "auth.rejected");
        let cram = Credentials::password("tim", Secret::from("tanstaaftanstaaf"));
        assert_eq!(client.login(&cram).await.unwrap(), "CRAM-MD5");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_long_initial_response_waits_for_its_challenge() {
    whole_talk(vector!("rfc5034-no-initial"), async |mut client| {
        let credentials = Credentials::password("test", Secret::from("test"));
        let credentials = credentials.with_authzid("a".repeat(200));
        assert_eq!(client.login(&credentials).await.unwrap(), "PLAIN");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn languages_and_utf8_of_rfc_6856() {
    whole_talk(vector!("rfc6856"), async |mut client| {
        let capabilities = client.capa().await.unwrap().unwrap();
        assert!(capabilities.lang());
        assert_eq!(capabilities.utf8(), Some(true));
        let languages = client.languages().await.unwrap();
        assert_eq!(languages.len(), 4);
        assert_eq!(
            (languages[1].tag.as_str(), languages[1].description.as_str()),
            ("en-boont", "English Boontling dialect")
        );
        client.lang("es").await.unwrap();
        assert_eq!(kind(client.lang("uga").await), "work.rejected");
        client.lang("*").await.unwrap();
        client.utf8().await.unwrap();
        client.user_pass("usér", &password()).await.unwrap();
        let text = whole(&mut client, 1).await.unwrap();
        assert_eq!(text, "Subject: grüße\r\n\r\n".as_bytes());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_without_capa_and_without_texts() {
    whole_talk(vector!("odd-old"), async |mut client| {
        assert_eq!(client.capa().await.unwrap(), None);
        client.user_pass("ops", &password()).await.unwrap();
        let stat = Stat {
            messages: 1,
            octets: Some(12),
        };
        assert_eq!(client.stat().await.unwrap(), stat);
        assert_eq!(client.list().await.unwrap().len(), 1);
        assert_eq!(kind(client.uidl().await), "work.rejected");
        // Without PIPELINING announced, one at a time; here it is the only one.
        let mut batch = client.fetch(vec![number(1)], Fetch::Whole).unwrap();
        let (at, answer) = batch.next().await.unwrap().unwrap();
        assert!(at == number(1) && answer.unwrap().is_ok());
        assert_eq!(batch.chunk().await.unwrap(), Some(&b"hello\r\n"[..]));
        assert!(batch.next().await.unwrap().is_none());
        client.quit().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn junk_does_not_end_a_session() {
    whole_talk(vector!("odd-junk"), async |mut client| {
        assert_eq!(
            client.greeting().text(),
            r"hello \x1b[2J \xff <not a timestamp>"
        );
        assert_eq!(client.timestamp(), None);
        let capabilities = client.capa().await.unwrap().unwrap();
        assert!(capabilities.has("UIDL") && capabilities.has("USER"));
        assert_eq!(capabilities.lines()[3], r"X-UNKNOWN \xe9 \x1b[31m");
        client.user_pass("ops", &password()).await.unwrap();
        let stat = Stat {
            messages: 3,
            octets: None,
        };
        assert_eq!(client.stat().await.unwrap(), stat);
        let sizes: Vec<_> = client
            .list()
            .await
            .unwrap()
            .iter()
            .map(|listing| (listing.number.get(), listing.octets))
            .collect();
        assert_eq!(sizes, [(1, Some(100)), (2, None), (3, None)]);
        assert_eq!(kind(client.uidl().await), "work.rejected");
        let ids = client.uidl().await.unwrap();
        assert_eq!(ids.len(), 1, "{ids:?}");
        client.noop().await.unwrap();
    })
    .await;
}
