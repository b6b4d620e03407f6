//! The talks of `tests/vectors`, as the RFCs and odd servers have them.

use netspeak_core::testing::{Piece, assert_every_split};
use netspeak_core::{Codec, Limits, Step};

use super::*;
use crate::{ClientName, Event, Receipt, ReplyCodec};

async fn play<T>(
    script: &str,
    name: &str,
    mode: Mode,
    work: impl AsyncFnOnce(&mut Client) -> T,
) -> T {
    let script: String = script
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    dialogue(&script, async |conn| {
        let mut client = Client::from_conn_as(conn, mode).await.unwrap();
        client.set_name(name.parse::<ClientName>().unwrap());
        client.ehlo().await.unwrap();
        let done = work(&mut client).await;
        client.quit().await.unwrap();
        done
    })
    .await
    .0
}

fn accepted(receipt: &Receipt) -> Vec<&str> {
    receipt.accepted().map(crate::ForwardPath::as_str).collect()
}

#[tokio::test]
async fn the_scenario_of_rfc_5321() {
    let script = include_str!("../../tests/vectors/rfc5321-d1.txt");
    // The RFC's own text has no dot stuffed; ours has.
    let script = script.replace("C: ...etc", "C: ....etc").replace(
        "C: MAIL FROM:<Smith@bar.com>",
        "C: MAIL FROM:<Smith@bar.com> SIZE=38",
    );
    let receipt = play(&script, "bar.com", Mode::Smtp, async |client| {
        let to = ["Jones@foo.com", "Green@foo.com", "Brown@foo.com"];
        let envelope = Envelope::new("Smith@bar.com", to).unwrap();
        let text = "Blah blah blah...\r\n...etc. etc. etc.\r\n";
        client.send(&envelope, text).await.unwrap()
    })
    .await;
    assert_eq!(accepted(&receipt), ["Jones@foo.com", "Brown@foo.com"]);
}

#[tokio::test]
async fn the_pipeline_of_rfc_2920() {
    let script = include_str!("../../tests/vectors/rfc2920.txt");
    let receipt = play(script, "dbc.mtview.ca.us", Mode::Smtp, async |client| {
        let to = ["nsb@thumper.bellcore.com", "galvin@tis.com"];
        let envelope = Envelope::new("mrose@dbc.mtview.ca.us", to).unwrap();
        client.send(&envelope, "x").await.unwrap()
    })
    .await;
    assert_eq!(
        (accepted(&receipt).len(), receipt.refused().count()),
        (0, 2)
    );
}

#[tokio::test]
async fn the_answers_of_rfc_2033() {
    let script = include_str!("../../tests/vectors/rfc2033.txt");
    let receipt = play(script, "foo.edu", Mode::Lmtp, async |client| {
        let to = ["pat@foo.edu", "jones@foo.edu", "green@foo.edu"];
        let envelope = Envelope::new("chris@bar.com", to).unwrap();
        client
            .send(&envelope, "Blah blah blah...\r\n")
            .await
            .unwrap()
    })
    .await;
    assert_eq!(accepted(&receipt), ["pat@foo.edu"]);
    let codes: Vec<_> = receipt
        .refused()
        .map(|(_, refusal)| refusal.reply.code())
        .collect();
    assert_eq!(codes, [550, 452]);
}

#[tokio::test]
async fn odd_servers_are_understood() {
    let script = include_str!("../../tests/vectors/odd-server.txt");
    play(script, "x.example", Mode::Smtp, async |client| {
        let found = client.capabilities().unwrap();
        assert!(found.pipelining());
        assert_eq!(found.auth(), ["PLAIN"]);
        client.noop().await.unwrap();
    })
    .await;
}

#[test]
fn every_vector_means_the_same_in_every_split() {
    for script in [
        include_str!("../../tests/vectors/rfc5321-d1.txt"),
        include_str!("../../tests/vectors/rfc2920.txt"),
        include_str!("../../tests/vectors/rfc2033.txt"),
    ] {
        let lines = script.lines().filter_map(|line| line.strip_prefix("S: "));
        let input: String = lines.map(|line| format!("{line}\r\n")).collect();
        let seen = |event: Event, bytes: &[u8]| {
            let (is_last, range) = match event {
                Event::Line(range) => (false, range),
                Event::Last(range) => (true, range),
            };
            (is_last, bytes[range].to_vec())
        };
        let (mut codec, mut rest) = (ReplyCodec::new(&Limits::default()), input.as_bytes());
        let mut expected = Vec::new();
        while let Step::Event { consumed, event } = codec.decode(rest).unwrap() {
            expected.push(Piece::Event(seen(event, rest)));
            rest = &rest[consumed..];
        }
        assert!(expected.len() >= 8);
        assert_every_split(
            || ReplyCodec::new(&Limits::default()),
            |event, bytes| Some(Piece::Event(seen(event, bytes))),
            input.as_bytes(),
            &expected,
        );
    }
}
