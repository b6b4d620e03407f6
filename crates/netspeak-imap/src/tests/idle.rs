//! IDLE, with the clock turned by hand.

use std::time::Duration;

use super::*;

/// Takes what comes until IDLE ends.
async fn heard(idle: &mut Idle<'_>) -> Result<Vec<String>> {
    let mut heard = Vec::new();
    while let Some(news) = idle.next().await? {
        heard.push(format!("{news:?}"));
    }
    Ok(heard)
}

#[tokio::test(start_paused = true)]
async fn what_happens_is_told_until_done_is_said() {
    let script = "
        C: A2 IDLE
        S: * 1521 EXISTS
        S: + IDLE accepted, awaiting DONE command.
        S: * OK Still here
        S: * 2 EXPUNGE
        C: DONE
        S: * 1519 EXISTS
        S: A2 OK IDLE completed.
        C: A3 NOOP
        S: A3 OK
    ";
    open_with("IMAP4rev1 IDLE", script, async |client| {
        let mut idle = client.idle().await.unwrap();
        assert!(matches!(
            idle.next().await.unwrap(),
            Some(Untagged::Exists(1521))
        ));
        assert!(matches!(
            idle.next().await.unwrap(),
            Some(Untagged::Expunge(2))
        ));
        idle.done().await.unwrap();
        assert_eq!(news(client), ["EXISTS 1519"]);
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn idle_is_said_again_before_the_server_loses_patience() {
    let script = "
        C: A2 IDLE
        S: + idling
        C: DONE
        S: * 4 EXISTS
        S: A2 OK
        C: A3 IDLE
        S: + idling
        ... 100
        S: * 5 EXISTS
        C: DONE
        S: A3 OK
    ";
    open_with("IMAP4rev1 IDLE", script, async |client| {
        let begun = tokio::time::Instant::now();
        let mut idle = client.idle().await.unwrap();
        assert!(matches!(
            idle.next().await.unwrap(),
            Some(Untagged::Exists(4))
        ));
        assert!(begun.elapsed() < Duration::from_secs(29 * 60));
        assert!(begun.elapsed() >= Duration::from_secs(28 * 60));
        assert!(matches!(
            idle.next().await.unwrap(),
            Some(Untagged::Exists(5))
        ));
        idle.done().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_shorter_patience_can_be_set_and_a_wait_given_up() {
    let script = "
        C: A2 IDLE
        S: + idling
        C: DONE
        S: A2 OK
        C: A3 IDLE
        S: + idling
        C: DONE
        S: A3 OK
    ";
    open_with("IMAP4rev1 IDLE", script, async |client| {
        let idle = client.idle().await.unwrap();
        let mut idle = idle.refresh_after(Duration::from_secs(60));
        let waited = tokio::time::timeout(Duration::from_secs(90), idle.next()).await;
        assert!(waited.is_err());
        idle.done().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_idle_by_itself_gets_no_done() {
    let script = "
        C: A2 IDLE
        S: + idling
        S: A2 OK Idle completed.
        C: A3 NOOP
        S: A3 OK
    ";
    open_with("IMAP4rev1 IDLE", script, async |client| {
        let mut idle = client.idle().await.unwrap();
        assert!(heard(&mut idle).await.unwrap().is_empty());
        idle.done().await.unwrap();
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn bye_instead_of_an_answer_is_the_end_of_the_session() {
    let script = "
        C: A2 IDLE
        S: + idling
        C: DONE
        S: * BYE Session expired, please login again.
    ";
    open_with("IMAP4rev1 IDLE", script, async |client| {
        let idle = client.idle().await.unwrap();
        let error = idle.done().await.unwrap_err();
        assert_eq!(error.kind().to_string(), "work.closed");
        assert!(error.to_string().contains("expired"), "{error}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_and_a_server_without_idle_is_not_asked() {
    let script = "C: A2 IDLE\nS: A2 NO not now\nC: A3 NOOP\nS: A3 OK";
    open_with("IMAP4rev1 IDLE", script, async |client| {
        assert_eq!(kind(client.idle().await.map(drop)), "work.rejected");
        client.noop().await.unwrap();
    })
    .await;
    open_with("IMAP4rev1", "", async |client| {
        assert_eq!(kind(client.idle().await.map(drop)), "work.not_offered");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_end_idle_is_given_up() {
    let script = "C: A2 IDLE\nS: + idling\nC: DONE\n...";
    open_with("IMAP4rev1 IDLE", script, async |client| {
        let idle = client.idle().await.unwrap();
        assert_eq!(kind(idle.done().await), "work.timeout");
    })
    .await;
}
