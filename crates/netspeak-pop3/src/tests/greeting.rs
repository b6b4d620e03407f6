//! The greeting: the first words, or none.

use std::time::Duration;

use netspeak_fake::{Fault, GREETING, Moment};

use super::*;

async fn greeting(script: &str) -> Result<Client> {
    dialogue(script, async |conn| Client::from_conn(conn).await)
        .await
        .0
}

#[tokio::test(start_paused = true)]
async fn a_server_that_sends_us_away() {
    let error = greeting("S: -ERR [LOGIN-DELAY] come back later")
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "greeting.rejected");
    assert!(error.is_temporary());
    assert_eq!(
        error.to_string(),
        "session refused: -ERR [LOGIN-DELAY] come back later"
    );
}

#[tokio::test(start_paused = true)]
async fn another_protocol() {
    for line in [
        "220 mail.example ESMTP",
        "* OK IMAP4rev1",
        "SSH-2.0-x",
        "+OKAY",
        "HTTP/1.1 400 Bad",
        "\\x16\\x03\\x01",
        "",
    ] {
        let error = greeting(&format!("S: {line}")).await.unwrap_err();
        assert_eq!(
            error.kind().to_string(),
            "greeting.other_protocol",
            "{line}"
        );
        assert!(!error.to_string().contains('\u{16}'), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn silence_and_slow_bytes_end_with_the_greetings_time() {
    let slow = Fault::Slow {
        from: Moment::Greeting,
        every: Duration::from_millis(400),
    };
    for fault in [Fault::Stall(Moment::Greeting), slow] {
        let fake = server().fault(fault).build().unwrap();
        let began = tokio::time::Instant::now();
        assert_eq!(
            kind(Client::from_conn(over(&fake)).await),
            "greeting.timeout"
        );
        assert_eq!(began.elapsed().as_secs(), 10);
        assert!(
            fake.said().is_empty(),
            "nothing is said to a server that has not greeted"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_total_covers_all_phases() {
    let every = Duration::from_millis(400);
    let fake = server()
        .fault(Fault::Slow {
            from: Moment::Greeting,
            every,
        })
        .build()
        .unwrap();
    let mut timeouts = netspeak_core::Timeouts::default();
    timeouts.total = Some(Duration::from_secs(3));
    let began = tokio::time::Instant::now();
    let conn = over(&fake).with_timeouts(timeouts);
    assert_eq!(kind(Client::from_conn(conn).await), "timeout.total");
    assert_eq!(began.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_line_without_end() {
    let fake = server()
        .fault(Fault::endless_line(Moment::Greeting, "+OK "))
        .build()
        .unwrap();
    let error = Client::from_conn(over(&fake)).await.unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.too_large");
    assert!(
        error.to_string().contains("65536 bytes in a line"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_leaves() {
    for fault in [
        Fault::Close(Moment::Greeting),
        Fault::Close(Moment::Inside(GREETING, 5)),
        Fault::Reset(Moment::Greeting),
    ] {
        let fake = server().fault(fault).build().unwrap();
        let began = tokio::time::Instant::now();
        assert_eq!(kind(Client::from_conn(over(&fake)).await), "proto.closed");
        assert_eq!(
            began.elapsed().as_secs(),
            0,
            "quickly, not with the deadline"
        );
    }
}
