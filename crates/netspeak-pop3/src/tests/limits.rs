//! Floods and impossible numbers.

use netspeak_core::Limits;
use netspeak_fake::{Fault, Moment};

use super::*;

async fn flooded(verb: &'static str, head: &str, line: &str) -> Error {
    let fault = Fault::endless_list(Moment::Command(verb), head, line);
    let fake = server().fault(fault).build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    let outcome = match verb {
        "CAPA" => client.capa().await.map(drop),
        "LIST" => client.list().await.map(drop),
        "UIDL" => client.uidl().await.map(drop),
        "LANG" => client.languages().await.map(drop),
        _ => client.stat().await.map(drop),
    };
    assert_poisoned(client.quit().await);
    outcome.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn lists_without_end_stop_at_their_limit() {
    let long = "x".repeat(10_000);
    for (verb, line, limit) in [
        ("CAPA", "X", "1000 lines in a reply"),
        ("CAPA", &long, "1048576 bytes in a reply"),
        ("LANG", "en English", "1000 lines in a reply"),
        ("LIST", "1 100", "25165824 bytes in a listing"),
        ("UIDL", "1 x", "25165824 bytes in a listing"),
        (
            "UIDL",
            &format!("1 {}", "x".repeat(900)),
            "25165824 bytes in a listing",
        ),
    ] {
        let error = flooded(verb, "+OK\r\n", line).await;
        assert_eq!(error.kind().to_string(), "proto.too_large");
        assert!(error.to_string().contains(limit), "{verb}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn lines_without_end_stop_at_their_limit() {
    for (verb, head) in [
        ("STAT", "+OK "),
        ("LIST", "+OK\r\n1 "),
        ("UIDL", "+OK\r\n1 "),
        ("CAPA", "+OK\r\nX "),
    ] {
        let fake = server()
            .fault(Fault::endless_line(Moment::Command(verb), head))
            .build()
            .unwrap();
        let mut client = logged_in(over(&fake)).await;
        let outcome = match verb {
            "STAT" => client.stat().await.map(drop),
            "LIST" => client.list().await.map(drop),
            "UIDL" => client.uidl().await.map(drop),
            _ => client.capa().await.map(drop),
        };
        let error = outcome.unwrap_err();
        assert!(
            error.to_string().contains("65536 bytes in a line"),
            "{verb}: {error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn limits_can_be_set() {
    let mut limits = Limits::default();
    limits.listing_entries = 2;
    limits.reply_lines = 3;
    let fake = server().build().unwrap();
    let mut client = logged_in(over(&fake).with_limits(limits)).await;
    let error = client.list().await.unwrap_err();
    assert!(
        error.to_string().contains("2 entries in a listing"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn numbers_neither_wrap_nor_panic() {
    for (text, messages) in [
        ("4294967295 18446744073709551615", Some(u32::MAX)),
        ("4294967296 1", None),
        ("-1 5", None),
        ("+1 5", None),
        ("0x10 5", None),
        ("1e3 5", None),
        ("\\xd9\\xa1 5", None),
        ("99999999999999999999999999999999 1", None),
    ] {
        let script = format!("C: STAT\nS: +OK {text}\nC: NOOP\nS: +OK");
        inside(&script, async |mut client| {
            let stat = client.stat().await;
            assert_eq!(
                stat.as_ref().ok().map(|stat| stat.messages),
                messages,
                "{text}: {stat:?}"
            );
            client.noop().await.unwrap();
        })
        .await;
    }
    for (line, found) in [
        ("18446744073709551616", None),
        ("18446744073709551615", Some(u64::MAX)),
        ("-1", None),
    ] {
        let script = format!("C: LIST 4294967295\nS: +OK 4294967295 {line}");
        let (listing, _) = inside(&script, async |mut client| {
            client.list_one(number(u32::MAX)).await
        })
        .await;
        assert_eq!(listing.unwrap().octets, found, "{line}");
    }
    // A size for another message is no answer.
    let (listing, _) = inside("C: LIST 1\nS: +OK 2 5", async |mut client| {
        client.list_one(number(1)).await
    })
    .await;
    assert_eq!(kind(listing), "proto.malformed");
    let (id, _) = inside("C: UIDL 1\nS: +OK 2 x", async |mut client| {
        client.uidl_one(number(1)).await
    })
    .await;
    assert_eq!(kind(id), "proto.malformed");
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_longer_than_wanted_is_an_error() {
    let fake = server().build().unwrap();
    let mut client = logged_in(over(&fake)).await;
    let mut message = client.retr(number(3)).await.unwrap();
    assert_eq!(kind(message.bytes(5).await), "proto.too_large");
    assert_poisoned(client.noop().await);
}
