//! Watching a mailbox, with the clock turned by hand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use netspeak_fake::{Fake, Fault, IDLING, Imap, ImapFault, Moment};
use tokio::time::{Instant, timeout};

use super::*;

/// What a server says to be looked at: so many messages with these UIDs.
fn looked_at(tag: u32, rows: &[u32]) -> String {
    let mut script = format!(
        "C: A{tag} EXAMINE \"INBOX\"
         S: * {} EXISTS
         S: * OK [UIDVALIDITY 7]
         S: A{tag} OK [READ-ONLY]\n",
        rows.len()
    );
    if rows.is_empty() {
        return script;
    }
    let tag = tag + 1;
    script += &format!("C: A{tag} UID FETCH 1:* (UID FLAGS)\n");
    for (number, uid) in (1..).zip(rows) {
        script += &format!("S: * {number} FETCH (UID {uid} FLAGS ())\n");
    }
    script + &format!("S: A{tag} OK\n")
}

/// A watch over one script a session. A session beyond them is refused.
fn watch_of(capabilities: &str, scripts: &[String]) -> Watch {
    let scripts: VecDeque<String> = scripts
        .iter()
        .map(|it| format!("S: * PREAUTH [CAPABILITY {capabilities}] ready\n{it}"))
        .collect();
    let scripts = Arc::new(Mutex::new(scripts));
    Watch::new(&Mailbox::inbox(), move || {
        let script = scripts.lock().unwrap().pop_front();
        async move {
            let Some(script) = script else {
                return Err(Error::usage("no more sessions"));
            };
            let (ours, theirs) = tokio::io::duplex(1 << 16);
            tokio::spawn(Script::new(&script).play(theirs));
            Client::from_conn(Conn::from_memory(ours)).await
        }
    })
}

/// A watch over sessions with a fake server.
fn watch_at(fake: &Fake<Imap>) -> Watch {
    let fake = fake.clone();
    Watch::new(&Mailbox::inbox(), move || {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(fake.serve(theirs));
        Client::from_conn(Conn::from_memory(ours))
    })
}

fn told(event: Option<WatchEvent>) -> String {
    match event {
        None => "over".to_owned(),
        Some(WatchEvent::Up { exists, .. }) => format!("up {exists}"),
        Some(WatchEvent::Down { error, .. }) => format!("down {}", error.kind()),
        Some(WatchEvent::Arrived(uids)) => format!("arrived {uids}"),
        Some(WatchEvent::Vanished(uids)) => format!("vanished {uids}"),
        Some(WatchEvent::FlagsChanged(rows)) => {
            let uids: IdSet = rows.iter().filter_map(|row| row.uid).collect();
            format!("flags {uids}")
        }
        Some(WatchEvent::Reset { uid_validity }) => format!("reset {uid_validity}"),
        Some(WatchEvent::Alert(text)) => format!("alert {text}"),
    }
}

async fn next(watch: &mut Watch) -> String {
    match watch.next().await {
        Ok(event) => told(event),
        Err(error) => format!("error {}", error.kind()),
    }
}

fn fake() -> netspeak_fake::Builder<Imap> {
    Imap::builder()
        .preauth("u")
        .message("u", "Subject: one\r\n\r\n")
        .message("u", "Subject: two\r\n\r\n")
}

#[tokio::test(start_paused = true)]
async fn what_happens_is_told_by_every_means() {
    for lacks in [
        &[][..],
        &["QRESYNC"],
        &["QRESYNC", "CONDSTORE"],
        &["IDLE", "IMAP4rev2"],
    ] {
        let fake = lacks
            .iter()
            .fold(fake(), |fake, name| fake.without_capability(name));
        let fake = fake.build().unwrap();
        let mut watch = watch_at(&fake);
        assert_eq!(next(&mut watch).await, "up 2", "{lacks:?}");
        fake.deliver("u", "Subject: three\r\n\r\n");
        assert_eq!(next(&mut watch).await, "arrived 3", "{lacks:?}");
        fake.set_flags("u", "INBOX", 2, &["\\Seen"]);
        assert_eq!(next(&mut watch).await, "flags 2", "{lacks:?}");
        fake.expunge("u", "INBOX", 1);
        assert_eq!(next(&mut watch).await, "vanished 1", "{lacks:?}");
        assert_eq!(*watch.state().unwrap().uids(), ids("2:3"));
        let quiet = Duration::from_secs(90);
        assert!(timeout(quiet, watch.next()).await.is_err(), "{lacks:?}");
        let state = watch.stop().await.unwrap();
        assert_eq!(*state.uids(), ids("2:3"), "{lacks:?}");
        let said = fake.said();
        let last = said
            .iter()
            .rev()
            .take(2)
            .map(|line| line.split(' ').next_back().unwrap());
        let last: Vec<&str> = last.collect();
        let polls = lacks.contains(&"IDLE");
        assert_eq!(
            last,
            ["LOGOUT", if polls { "NOOP" } else { "DONE" }][..],
            "{said:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_missed_while_nobody_is_connected() {
    let fake = fake().build().unwrap();
    let mut watch = watch_at(&fake);
    assert_eq!(next(&mut watch).await, "up 2");
    let state = watch.stop().await.unwrap();
    fake.deliver("u", "Subject: three\r\n\r\n");
    fake.expunge("u", "INBOX", 1);
    let mut watch = watch_at(&fake).since(state);
    assert_eq!(next(&mut watch).await, "up 2");
    assert_eq!(next(&mut watch).await, "vanished 1");
    // Half of it is told: who stops here is told of the other half again.
    assert_eq!(*watch.state().unwrap().uids(), ids("1:2"));
    assert_eq!(next(&mut watch).await, "arrived 3");
    assert_eq!(*watch.state().unwrap().uids(), ids("2:3"));
    // From nothing on all is new.
    let mut watch = watch_at(&fake).since(SyncState::default());
    assert_eq!(next(&mut watch).await, "up 2");
    assert_eq!(next(&mut watch).await, "arrived 2:3");
}

#[tokio::test(start_paused = true)]
async fn idle_is_said_again_in_time_and_as_often_as_wanted() {
    let script = looked_at(1, &[])
        + "C: A2 IDLE
           S: + idling
           C: DONE
           S: A2 OK
           C: A3 IDLE
           S: + idling
           S: * OK [ALERT] going down
           C: DONE
           S: A3 OK
           ...";
    for (limit, expected) in [(None, 600), (Some(60), 60), (Some(7200), 29 * 60 - 1)] {
        let mut watch = watch_of("IMAP4rev1 IDLE", std::slice::from_ref(&script));
        if let Some(limit) = limit {
            watch = watch.refresh_after(Duration::from_secs(limit));
        }
        assert_eq!(next(&mut watch).await, "up 0");
        let began = Instant::now();
        assert_eq!(next(&mut watch).await, "alert going down");
        let took = began.elapsed().as_secs();
        assert_eq!(took, expected);
        assert!(took < 29 * 60);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_no_longer_there_is_noticed() {
    let silent = looked_at(1, &[1]) + "C: A3 IDLE\nS: + idling\nC: DONE\n...";
    let deaf = looked_at(1, &[1]) + "C: A3 IDLE\n...";
    let back = looked_at(1, &[1, 2]) + "C: A3 IDLE\nS: + idling\n...";
    for (first, silence) in [(silent, 10 + 5), (deaf, 5)] {
        let mut watch = watch_of("IMAP4rev1 IDLE", &[first, back.clone()])
            .refresh_after(Duration::from_secs(10))
            .answer_within(Duration::from_secs(5));
        assert_eq!(next(&mut watch).await, "up 1");
        let began = Instant::now();
        assert_eq!(next(&mut watch).await, "down work.timeout");
        assert_eq!(began.elapsed().as_secs(), silence);
        assert_eq!(next(&mut watch).await, "up 2");
        assert!(began.elapsed().as_secs() <= silence + 1);
        assert_eq!(next(&mut watch).await, "arrived 2");
    }
    // Without IDLE too.
    let polled = looked_at(1, &[1]) + "C: A3 NOOP\nS: A3 OK\nC: A4 NOOP\n...";
    let mut watch = watch_of("IMAP4rev1", &[polled])
        .poll_every(Duration::from_secs(20))
        .answer_within(Duration::from_secs(5));
    assert_eq!(next(&mut watch).await, "up 1");
    let began = Instant::now();
    assert_eq!(next(&mut watch).await, "down work.timeout");
    assert_eq!(began.elapsed().as_secs(), 20 + 20 + 5);
}

#[tokio::test(start_paused = true)]
async fn what_is_told_at_the_door_is_told_and_a_mailbox_without_uidvalidity_is_watched() {
    let look = |tag, rows: &[u32]| looked_at(tag, rows).replace("S: * OK [UIDVALIDITY 7]\n", "");
    let script = "S: * PREAUTH [CAPABILITY IMAP4rev1 IDLE] ready
         C: A1 NOOP
         S: * OK [ALERT] pay your bill
         S: A1 OK\n"
        .to_owned()
        + &look(2, &[1])
        + "C: A4 IDLE\nS: + idling\nS: * 2 EXISTS\nC: DONE\nS: A4 OK\n"
        + &look(5, &[1, 2])
        + "...";
    let mut watch = Watch::new(&Mailbox::inbox(), move || {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(Script::new(&script).play(theirs));
        async move {
            let mut client = Client::from_conn(Conn::from_memory(ours)).await?;
            client.noop().await?;
            Ok(client)
        }
    });
    for event in ["alert pay your bill", "up 1", "arrived 2"] {
        assert_eq!(next(&mut watch).await, event);
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_are_bounded_and_pauses_grow() {
    let mut watch = Watch::new(&Mailbox::inbox(), std::future::pending)
        .attempt_within(Duration::from_secs(20))
        .pauses(Duration::from_secs(4), Duration::from_secs(30));
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let began = Instant::now();
        let Some(WatchEvent::Down { error, again_in }) = watch.next().await.unwrap() else {
            panic!("not down");
        };
        assert_eq!(error.kind().to_string(), "work.timeout");
        let rest: Duration = pauses.last().copied().unwrap_or_default();
        let took = began.elapsed() - rest;
        assert_eq!(took.as_secs_f64().round(), 20.0);
        pauses.push(again_in);
    }
    for (pause, most) in pauses.iter().zip([4, 8, 16, 30, 30, 30]) {
        let most = Duration::from_secs(most);
        assert!((most / 2..=most).contains(pause), "{pauses:?}");
    }
    assert_ne!(pauses[4], pauses[5], "without chance");
}

#[tokio::test(start_paused = true)]
async fn what_trying_again_does_not_mend_ends_it() {
    let refused = || {
        Error::refused(
            "LOGIN",
            Phase::Auth,
            Reply::parse(b"A1 NO [AUTHENTICATIONFAILED] no").unwrap(),
        )
    };
    let mut watch = Watch::new(&Mailbox::inbox(), move || async move { Err(refused()) });
    assert_eq!(next(&mut watch).await, "error auth.rejected");
    assert_eq!(next(&mut watch).await, "over");
    assert_eq!(watch.stop().await, None);
    // Later too; and what the server asks for counts.
    let busy = Reply::parse(b"A1 NO [LIMIT] Suggested Backoff Time: 90000 milliseconds").unwrap();
    let mut times = 0;
    let mut watch = Watch::new(&Mailbox::inbox(), move || {
        times += 1;
        let error = match times {
            1 => Error::refused("LOGIN", Phase::Auth, busy.clone()),
            _ => refused(),
        };
        async move { Err(error) }
    });
    let Some(WatchEvent::Down { again_in, .. }) = watch.next().await.unwrap() else {
        panic!("not down");
    };
    assert_eq!(again_in.as_secs(), 90);
    assert_eq!(next(&mut watch).await, "error auth.rejected");
    let gone = "C: A1 EXAMINE \"INBOX\"\nS: A1 NO [NONEXISTENT] no such mailbox\n...".to_owned();
    let mut watch = watch_of("IMAP4rev1", &[gone]);
    assert_eq!(next(&mut watch).await, "error work.not_found");
}

#[tokio::test(start_paused = true)]
async fn other_uids_are_told_before_what_has_them() {
    let first = looked_at(1, &[1, 2]) + "C: A3 IDLE\nS: + idling\nS: * BYE restarting\n";
    let second = looked_at(1, &[1]).replace("UIDVALIDITY 7", "UIDVALIDITY 8") + "...";
    let mut watch = watch_of("IMAP4rev1 IDLE", &[first, second]);
    for event in ["up 2", "down work.closed", "up 1", "reset 8", "arrived 1"] {
        assert_eq!(next(&mut watch).await, event);
    }
    assert_eq!(watch.state().unwrap().uid_validity(), 8);
}

// A clock that is turned by hand stands still while there is something to hear.
#[tokio::test]
async fn a_server_that_never_stops_talking_is_stopped() {
    for fault in [
        Fault::endless_list(Moment::After(IDLING), "", "* 5 EXISTS"),
        Fault::endless_list(Moment::After(IDLING), "", "* OK [ALERT] hear me"),
        Fault::endless_list(Moment::After(IDLING), "", "* OK Still here"),
        Fault::endless_line(Moment::After(IDLING), "* OK "),
    ] {
        let fake = fake().fault(fault.on_connection(1)).build().unwrap();
        let mut watch = watch_at(&fake)
            .refresh_after(Duration::from_millis(50))
            .answer_within(Duration::from_millis(200))
            .pauses(Duration::from_millis(1), Duration::from_millis(1));
        assert_eq!(next(&mut watch).await, "up 2");
        let mut ended = next(&mut watch).await;
        if ended == "alert hear me" {
            ended = next(&mut watch).await;
        }
        assert!(
            ["down proto.too_large", "down work.timeout"].contains(&ended.as_str()),
            "{ended}"
        );
        assert_eq!(next(&mut watch).await, "up 2");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_lets_nobody_idle_is_asked_now_and_then() {
    let fake = fake()
        .fault(Fault::imap("IDLE", ImapFault::EndsIdle))
        .build()
        .unwrap();
    let mut watch = watch_at(&fake);
    assert_eq!(next(&mut watch).await, "up 2");
    let patience = Duration::from_secs(3600);
    assert!(timeout(patience, watch.next()).await.is_err());
    let said = fake.said().len();
    assert!((60..200).contains(&said), "{said}");
    fake.deliver("u", "Subject: three\r\n\r\n");
    assert_eq!(next(&mut watch).await, "arrived 3");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_loses_nothing() {
    let fake = fake().build().unwrap();
    let mut watch = watch_at(&fake);
    let mut events = Vec::new();
    let mut delivered = 2;
    for round in 0.. {
        // Dropped at each poll, wherever it is.
        let mut future = std::pin::pin!(watch.next());
        let polled = std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
            std::task::Poll::Ready(event) => std::task::Poll::Ready(Some(event)),
            std::task::Poll::Pending => std::task::Poll::Ready(None),
        });
        match polled.await {
            Some(event) => events.push(told(event.unwrap())),
            None => tokio::time::advance(Duration::from_millis(10)).await,
        }
        if round % 50 == 49 && delivered < 6 {
            delivered += 1;
            fake.deliver("u", "Subject: more\r\n\r\n");
        }
        if round == 1000 {
            break;
        }
    }
    assert_eq!(
        events,
        ["up 2", "arrived 3", "arrived 4", "arrived 5", "arrived 6"]
    );
    // One session did it.
    assert_eq!(fake.connections(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_stopped_says_goodbye_where_it_can() {
    // Before it has begun, and while it rests.
    let watch = watch_of("IMAP4rev1", &[]);
    assert_eq!(watch.stop().await, None);
    let mut watch = Watch::new(&Mailbox::inbox(), || async { Err(Error::closed("gone")) });
    assert_eq!(next(&mut watch).await, "down proto.closed");
    assert!(
        timeout(Duration::from_millis(1), watch.next())
            .await
            .is_err()
    );
    let began = Instant::now();
    assert_eq!(watch.stop().await, None);
    assert_eq!(began.elapsed(), Duration::ZERO);
    // Of a server that does not answer.
    let silent = looked_at(1, &[1]) + "C: A3 IDLE\nS: + idling\n...";
    let mut watch = watch_of("IMAP4rev1 IDLE", &[silent]);
    assert_eq!(next(&mut watch).await, "up 1");
    assert!(timeout(Duration::from_secs(1), watch.next()).await.is_err());
    let state = watch.stop().await.unwrap();
    assert_eq!(*state.uids(), ids("1"));
    assert!(began.elapsed() < Duration::from_secs(60));
    // Dropped it says nothing.
    let fake = fake().build().unwrap();
    let mut watch = watch_at(&fake);
    assert_eq!(next(&mut watch).await, "up 2");
    drop(watch);
    assert!(fake.said().iter().all(|line| !line.contains("LOGOUT")));
}
