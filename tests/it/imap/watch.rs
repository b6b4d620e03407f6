//! A mailbox that is watched across restarts and cuts: no delivery is missed, and none is told twice.

use std::sync::Arc;
use std::time::Duration;

use netspeak::core::{ClearTextAuth, Error, Phase, Reason, Target, Tls, Trace};
use netspeak::imap::{Builder, Client, Flag, FlagChange, IdSet, Watch, WatchEvent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::harness::{Faulty, PATIENCE, said, target, until, user, variable, with_password};
use crate::imap::{SERVERS, deliver, doors, fresh, logged_in, mailbox, over, put};

/// How long the network is cut.
const CUT: Duration = Duration::from_secs(40);

async fn next(watch: &mut Watch) -> WatchEvent {
    let event = timeout(PATIENCE, watch.next()).await;
    event.expect("nothing happens").unwrap().unwrap()
}

/// What arrives next; sessions come and go meanwhile, and other things happen.
async fn next_arrived(watch: &mut Watch) -> IdSet {
    loop {
        if let WatchEvent::Arrived(uids) = next(watch).await {
            return uids;
        }
    }
}

/// All that arrives until it is so many.
async fn arrived(watch: &mut Watch, count: u64) -> IdSet {
    let mut all = IdSet::new();
    while all.len() < count {
        let uids = next_arrived(watch).await;
        assert!((&uids - &all) == uids, "told twice: {uids} after {all}");
        all |= &uids;
    }
    assert_eq!(all.len(), count, "{all}");
    all
}

/// Nothing happens any more.
async fn is_quiet(watch: &mut Watch) {
    let more = timeout(Duration::from_secs(2), watch.next()).await;
    assert!(more.is_err(), "{more:?}");
}

fn in_the_clear(user: &str) -> Builder {
    Client::builder()
        .tls(Tls::Off)
        .clear_text_auth(ClearTextAuth::Allowed)
        .credentials(with_password(user))
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn what_others_do_is_told() {
    for server in SERVERS {
        let trace = Trace::with_transcript();
        let [_, (target, tls), ..] = doors(server);
        let builder = over(tls).trace(trace.clone());
        let builder = builder.credentials(with_password(user::IMAP_WATCHED));
        let mut other = logged_in(server, user::IMAP_WATCHED).await;
        let there = fresh(&mut other, "watched").await;
        put(&mut other, &there, &["one", "two"]).await;
        other.select(&there).await.unwrap();
        let mut watch = builder.clone().watch(&target, &there);
        assert!(matches!(
            next(&mut watch).await,
            WatchEvent::Up { exists: 2, .. }
        ));
        put(&mut other, &there, &["three"]).await;
        assert_eq!(next_arrived(&mut watch).await, IdSet::from(3), "{server}");
        let change = FlagChange::add([Flag::Flagged]);
        other.store(1, &change).await.unwrap();
        let WatchEvent::FlagsChanged(rows) = next(&mut watch).await else {
            panic!("{server}: no flags");
        };
        assert_eq!(rows[0].uid, Some(1), "{server}");
        let change = FlagChange::add([Flag::Deleted]);
        other.store(2, &change).await.unwrap();
        other.expunge().await.unwrap();
        loop {
            match next(&mut watch).await {
                WatchEvent::Vanished(uids) => break assert_eq!(uids, IdSet::from(2), "{server}"),
                WatchEvent::FlagsChanged(_) => {}
                event => panic!("{server}: {event:?}"),
            }
        }
        is_quiet(&mut watch).await;
        let state = watch.stop().await.unwrap();
        let talk = said(&trace);
        assert!(talk.iter().any(|line| line.ends_with(" IDLE")), "{talk:?}");
        assert!(talk.last().unwrap().ends_with("LOGOUT"), "{talk:?}");

        // What happens while nobody watches is told to whoever goes on from there.
        put(&mut other, &there, &["four", "five"]).await;
        let mut watch = builder.watch(&target, &there).since(state);
        assert_eq!(
            next_arrived(&mut watch).await,
            IdSet::from(4..=5),
            "{server}"
        );
        // Another mailbox of that name.
        other.unselect().await.unwrap();
        let state = watch.stop().await.unwrap();
        let there = fresh(&mut other, "watched").await;
        put(&mut other, &there, &["other"]).await;
        let builder = over(tls).credentials(with_password(user::IMAP_WATCHED));
        let mut watch = builder.watch(&target, &there).since(state);
        assert!(matches!(next(&mut watch).await, WatchEvent::Up { .. }));
        assert!(matches!(next(&mut watch).await, WatchEvent::Reset { .. }));
        assert_eq!(next_arrived(&mut watch).await, IdSet::from(1), "{server}");
        watch.stop().await.unwrap();
        other.delete(&there).await.unwrap();
        other.logout().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn each_of_many_deliveries_is_told_once() {
    const COUNT: u64 = 40;
    let [_, (target, tls), ..] = doors("DOVECOT");
    let builder = over(tls).credentials(with_password(user::IMAP_WATCHED));
    let mut watch = builder.watch(&target, &mailbox("INBOX"));
    assert!(matches!(next(&mut watch).await, WatchEvent::Up { .. }));
    let delivering = async {
        for number in 0..COUNT {
            deliver(user::IMAP_WATCHED, &format!("number {number}")).await;
        }
    };
    tokio::join!(delivering, arrived(&mut watch, COUNT));
    is_quiet(&mut watch).await;
    watch.stop().await.unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_wrong_password_ends_a_watch() {
    let [_, (target, tls), ..] = doors("DOVECOT");
    let wrong =
        netspeak::core::sasl::Credentials::password(user::IMAP_WATCH_KILLED, "wrong".into());
    let mut watch = over(tls)
        .credentials(wrong)
        .watch(&target, &mailbox("INBOX"));
    let error = watch.next().await.unwrap_err();
    assert_eq!(error.kind().to_string(), "auth.rejected");
    assert!(watch.next().await.unwrap().is_none());
}

/// A watch over the server that is killed, wherever it is after each start.
fn watch_over(faulty: &Arc<Faulty>, user: &'static str) -> Watch {
    let faulty = Arc::clone(faulty);
    Watch::new(&mailbox("INBOX"), move || {
        let faulty = Arc::clone(&faulty);
        async move {
            let target = faulty.whereabouts("imap", 143).await.ok_or_else(|| {
                let kind = netspeak::core::ErrorKind::new(Phase::Tcp, Reason::Refused);
                netspeak::imap::Error::net(kind, "the container is down")
            })?;
            in_the_clear(user).connect(&target).await
        }
    })
}

/// Puts a message into INBOX by another session, as soon as the server is there.
async fn put_there(faulty: &Faulty, user: &str, subject: &str) {
    let mut other = until("the server to let somebody in", async || {
        let target = faulty.whereabouts("imap", 143).await?;
        in_the_clear(user).connect(&target).await.ok()
    })
    .await;
    put(&mut other, &mailbox("INBOX"), &[subject]).await;
    other.logout().await.unwrap();
}

async fn is_down(watch: &mut Watch) -> Error<netspeak::imap::Reply> {
    loop {
        if let WatchEvent::Down { error, .. } = next(watch).await {
            return error;
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_server_that_is_restarted_is_found_again_and_no_delivery_is_missed() {
    let name = user::IMAP_WATCH_KILLED;
    let faulty = Arc::new(Faulty::take().await);
    let mut watch = watch_over(&faulty, name);
    assert!(matches!(next(&mut watch).await, WatchEvent::Up { .. }));
    put_there(&faulty, name, "before").await;
    let mut all = arrived(&mut watch, 1).await;
    for round in 0..2 {
        let killed = faulty.kill().await;
        let error = is_down(&mut watch).await;
        assert!(error.is_temporary(), "{error}");
        drop(killed);
        // Nobody watches while it comes.
        put_there(&faulty, name, &format!("while away {round}")).await;
        let missed = arrived(&mut watch, 1).await;
        put_there(&faulty, name, &format!("after {round}")).await;
        let live = arrived(&mut watch, 1).await;
        for uids in [missed, live] {
            assert!((&uids - &all) == uids, "told twice: {uids}");
            all |= &uids;
        }
    }
    assert_eq!(all.len(), 5);
    is_quiet(&mut watch).await;
    let state = watch.stop().await.unwrap();
    assert!((&all - state.uids()).is_empty());
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_server_that_stands_still_for_forty_seconds_is_noticed_and_found_again() {
    let name = user::IMAP_WATCH_CUT;
    let faulty = Arc::new(Faulty::take().await);
    let mut watch = watch_over(&faulty, name)
        .refresh_after(Duration::from_secs(5))
        .answer_within(Duration::from_secs(5))
        .attempt_within(Duration::from_secs(5))
        .pauses(Duration::from_secs(1), Duration::from_secs(4));
    assert!(matches!(next(&mut watch).await, WatchEvent::Up { .. }));
    let paused = faulty.pause().await;
    let began = Instant::now();
    let error = is_down(&mut watch).await;
    assert_eq!(error.kind().to_string(), "work.timeout");
    assert!(
        began.elapsed() < Duration::from_secs(12),
        "{:?}",
        began.elapsed()
    );
    // Attempts fail, and go on.
    let mut attempts = 0;
    while let Ok(event) = timeout_at(began + CUT, watch.next()).await {
        assert!(
            matches!(event, Ok(Some(WatchEvent::Down { .. }))),
            "{event:?}"
        );
        attempts += 1;
    }
    assert!((2..20).contains(&attempts), "{attempts}");
    drop(paused);
    put_there(&faulty, name, "while away").await;
    let missed = arrived(&mut watch, 1).await;
    put_there(&faulty, name, "after").await;
    let live = arrived(&mut watch, 1).await;
    assert!(live.iter().min() > missed.iter().max());
    is_quiet(&mut watch).await;
    watch.stop().await.unwrap();
}

/// A network between the client and Dovecot, which can be cut: nothing goes through then, and nobody is told.
struct Network {
    cut: watch::Sender<bool>,
    running: JoinHandle<()>,
    target: Target,
}

impl Drop for Network {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Network {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (cut, is_cut) = watch::channel(false);
        let running = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(carry(client, is_cut.clone()));
            }
        });
        let target = crate::harness::at("imap", &address);
        Self {
            cut,
            running,
            target,
        }
    }
}

async fn carry(client: TcpStream, mut is_cut: watch::Receiver<bool>) {
    let _ = is_cut.wait_for(|is_cut| !is_cut).await;
    #[expect(
        clippy::disallowed_methods,
        reason = "between the client and the server, not one of the two"
    )]
    let server = TcpStream::connect(variable("NETSPEAK_DOVECOT_PLAIN_IMAP"));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.await.unwrap().into_split();
    let there = pass(from_client, to_server, is_cut.clone());
    let back = pass(from_server, to_client, is_cut);
    tokio::join!(there, back);
}

/// What comes during a cut arrives behind it, if anybody is there.
async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut is_cut: watch::Receiver<bool>,
) {
    let mut bytes = vec![0; 4096];
    loop {
        let count = from.read(&mut bytes).await.unwrap_or(0);
        let _ = is_cut.wait_for(|is_cut| !is_cut).await;
        if count == 0 || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_cut_of_forty_seconds_is_noticed_and_no_delivery_is_missed() {
    let name = user::IMAP_WATCH_CUT;
    let network = Network::new().await;
    let mut watch = in_the_clear(name)
        .watch(&network.target, &mailbox("INBOX"))
        .refresh_after(Duration::from_secs(5))
        .answer_within(Duration::from_secs(5))
        .attempt_within(Duration::from_secs(5))
        .pauses(Duration::from_secs(1), Duration::from_secs(4));
    let direct = target("imap", "DOVECOT_PLAIN_IMAP");
    let mut other = in_the_clear(name).connect(&direct).await.unwrap();
    let inbox = mailbox("INBOX");
    assert!(matches!(next(&mut watch).await, WatchEvent::Up { .. }));
    put(&mut other, &inbox, &["before"]).await;
    let mut all = arrived(&mut watch, 1).await;
    network.cut.send(true).unwrap();
    let began = Instant::now();
    put(&mut other, &inbox, &["at once"]).await;
    let error = is_down(&mut watch).await;
    assert_eq!(error.kind().to_string(), "work.timeout");
    put(&mut other, &inbox, &["once it was noticed"]).await;
    while let Ok(event) = timeout_at(began + CUT, watch.next()).await {
        assert!(
            matches!(event, Ok(Some(WatchEvent::Down { .. }))),
            "{event:?}"
        );
    }
    put(&mut other, &inbox, &["at the end"]).await;
    network.cut.send(false).unwrap();
    let missed = arrived(&mut watch, 3).await;
    assert!((&missed - &all) == missed, "told twice: {missed}");
    all |= &missed;
    put(&mut other, &inbox, &["after"]).await;
    let live = arrived(&mut watch, 1).await;
    assert!((&live - &all) == live, "told twice: {live}");
    is_quiet(&mut watch).await;
    watch.stop().await.unwrap();
    other.logout().await.unwrap();
}
