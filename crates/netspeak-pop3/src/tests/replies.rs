//! Replies at the wrong time, cut replies, refusals, and commands in the wrong order.

use std::time::Duration;

use netspeak_fake::{Fault, GREETING, Moment};

use super::*;
use crate::{Fetch, State};

#[tokio::test(start_paused = true)]
async fn a_reply_that_came_before_its_command_is_an_error() {
    let fake = server()
        .fault(Fault::after(GREETING, "+OK 9 9999\r\n"))
        .build()
        .unwrap();
    let mut client = greeted(over(&fake)).await;
    assert_eq!(kind(client.capa().await), "proto.malformed");
    assert_poisoned(client.capa().await);
    assert!(fake.said().is_empty());

    let fake = server()
        .fault(Fault::after("NOOP", "+OK 9 9999\r\n"))
        .build()
        .unwrap();
    let mut client = logged_in(over(&fake)).await;
    client.noop().await.unwrap();
    assert_eq!(kind(client.stat().await), "proto.malformed");
    assert_eq!(fake.said().last().unwrap(), "NOOP");
}

#[tokio::test(start_paused = true)]
async fn an_early_reply_in_a_packet_of_its_own_is_noticed_too() {
    let (outcome, said) = inside(
        "C: NOOP\nS: +OK\n... 1\nS: +OK 9 9999\n...",
        async |mut client| {
            client.noop().await.unwrap();
            tokio::time::timeout(Duration::from_secs(2), std::future::pending::<()>())
                .await
                .unwrap_err();
            client.stat().await
        },
    )
    .await;
    assert_eq!(kind(outcome), "proto.malformed");
    assert_eq!(said, ["NOOP"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_has_left_is_noticed_before_the_next_command() {
    let fake = server()
        .fault(Fault::Close(Moment::After("NOOP")))
        .build()
        .unwrap();
    let mut client = logged_in(over(&fake)).await;
    client.noop().await.unwrap();
    assert_eq!(kind(client.stat().await), "proto.closed");
}

#[tokio::test(start_paused = true)]
async fn refusals_are_errors_and_the_session_goes_on() {
    let refuse = |verb| Fault::reply(verb, "-ERR not today\r\n");
    let fake = [
        "STAT", "LIST", "UIDL", "RETR", "TOP", "DELE", "RSET", "NOOP", "LANG", "UTF8",
    ]
    .into_iter()
    .fold(server(), |server, verb| server.fault(refuse(verb)))
    .build()
    .unwrap();
    let mut client = greeted(over(&fake)).await;
    assert_eq!(kind(client.utf8().await), "work.rejected");
    client.user_pass("ops", &password()).await.unwrap();
    for outcome in [
        client.stat().await.map(drop),
        client.list().await.map(drop),
        client.list_one(number(1)).await.map(drop),
        client.uidl().await.map(drop),
        client.uidl_one(number(1)).await.map(drop),
        client.retr(number(1)).await.map(drop),
        client.top(number(1), 0).await.map(drop),
        client.dele(number(1)).await,
        client.rset().await,
        client.noop().await,
        client.lang("de").await.map(drop),
        client.languages().await.map(drop),
        client.maildrop().await.map(drop),
    ] {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind().to_string(), "work.rejected");
        assert_eq!(error.reply().unwrap().text(), "not today");
    }
    client.quit().await.unwrap();
    assert_eq!(fake.maildrop("ops").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_reply_is_malformed() {
    for line in ["OK", "* OK", "hello", "", "+OKAY 1 2", "2 320"] {
        let (outcome, _) = inside(&format!("C: STAT\nS: {line}\n..."), async |mut client| {
            let outcome = client.stat().await;
            assert_poisoned(client.stat().await);
            outcome
        })
        .await;
        assert_eq!(kind(outcome), "proto.malformed", "{line:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_challenge_where_none_is_due_is_malformed() {
    let (outcome, _) = inside("C: STAT\nS: + VXNlcm5hbWU6\n...", async |mut client| {
        client.stat().await
    })
    .await;
    assert_eq!(kind(outcome), "proto.malformed");
}

#[tokio::test(start_paused = true)]
async fn every_cut_is_an_error() {
    for (verb, length) in [
        ("STAT", 9),
        ("LIST", 40),
        ("RETR", 40),
        ("CAPA", 80),
        ("DELE", 22),
        ("QUIT", 25),
    ] {
        for at in 0..length {
            for fault in [
                Fault::Close(Moment::Inside(verb, at)),
                Fault::Reset(Moment::Inside(verb, at)),
            ] {
                let fake = server().fault(fault).build().unwrap();
                let mut client = logged_in(over(&fake)).await;
                let began = tokio::time::Instant::now();
                let outcome = match verb {
                    "STAT" => client.stat().await.map(drop),
                    "LIST" => client.list().await.map(drop),
                    "RETR" => whole(&mut client, 3).await.map(drop),
                    "CAPA" => client.capa().await.map(drop),
                    "DELE" => client.dele(number(1)).await,
                    _ => client.quit().await.unwrap().said().map(drop),
                };
                assert_eq!(kind(outcome), "proto.closed", "{verb} cut at {at}");
                assert_eq!(began.elapsed(), Duration::ZERO);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn wrong_order_is_refused_and_nothing_is_sent() {
    let fake = server().build().unwrap();
    let mut client = greeted(over(&fake)).await;
    for outcome in [
        client.stat().await.map(drop),
        client.list().await.map(drop),
        client.uidl().await.map(drop),
        client.retr(number(1)).await.map(drop),
        client.top(number(1), 1).await.map(drop),
        client.dele(number(1)).await,
        client.dele_many(&[number(1)]).await.map(drop),
        client.dele_by_uid(&[uid("first")]).await.map(drop),
        client.fetch(vec![number(1)], Fetch::Whole).map(drop),
        client.rset().await,
        client.noop().await,
    ] {
        assert_eq!(kind(outcome), "usage");
    }
    assert!(fake.said().is_empty());
    client.user_pass("ops", &password()).await.unwrap();
    assert_eq!(client.state(), State::Transaction);
    let before = fake.said();
    for outcome in [
        client.user_pass("ops", &password()).await,
        client.apop("ops", &password()).await,
        client
            .login(&netspeak_core::sasl::Credentials::password(
                "ops",
                password(),
            ))
            .await
            .map(drop),
        client.utf8().await.map(drop),
        client.stls(&trusting(&fake), &localhost()).await,
    ] {
        assert_eq!(kind(outcome), "usage");
    }
    assert_eq!(fake.said(), before);
    client.noop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn every_phase_has_its_timeout() {
    for (verb, word) in [
        ("CAPA", "caps"),
        ("PASS", "auth"),
        ("STLS", "starttls"),
        ("STAT", "work"),
        ("LIST", "work"),
        ("RETR", "work"),
        ("QUIT", "quit"),
    ] {
        let fake = server()
            .stls()
            .fault(Fault::Stall(Moment::Command(verb)))
            .build()
            .unwrap();
        let began = tokio::time::Instant::now();
        let mut client = greeted(over(&fake)).await;
        let outcome = match verb {
            "CAPA" => client.capa().await.map(drop),
            "PASS" => client.user_pass("ops", &password()).await,
            "STLS" => client.stls(&trusting(&fake), &localhost()).await,
            "QUIT" => client.quit().await.unwrap().said().map(drop),
            _ => {
                client.user_pass("ops", &password()).await.unwrap();
                match verb {
                    "STAT" => client.stat().await.map(drop),
                    "LIST" => client.list().await.map(drop),
                    _ => whole(&mut client, 1).await.map(drop),
                }
            }
        };
        let error = outcome.unwrap_err();
        assert_eq!(error.kind().to_string(), format!("{word}.timeout"));
        assert!(error.is_temporary());
        assert_eq!(began.elapsed().as_secs(), 10, "{verb}");
    }
}

#[tokio::test(start_paused = true)]
async fn slow_bytes_do_not_stretch_the_time_of_a_reply() {
    for verb in ["STAT", "LIST", "UIDL", "RETR"] {
        let slow = Fault::Slow {
            from: Moment::Command(verb),
            every: Duration::from_secs(3),
        };
        let fake = server().fault(slow).build().unwrap();
        let mut client = logged_in(over(&fake)).await;
        let began = tokio::time::Instant::now();
        let outcome = match verb {
            "STAT" => client.stat().await.map(drop),
            "LIST" => client.list().await.map(drop),
            "UIDL" => client.uidl().await.map(drop),
            _ => client.retr(number(1)).await.map(drop),
        };
        assert_eq!(kind(outcome), "work.timeout");
        assert_eq!(began.elapsed().as_secs(), 10, "{verb}");
    }
}
