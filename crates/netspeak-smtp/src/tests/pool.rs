//! The pool, the engine's door and the probe, over loopback.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::*;
use crate::{Body, Pool, PoolOptions};

/// A server that takes everything, and how many connections, mails and QUITs it has seen.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    mails: Arc<AtomicUsize>,
    quits: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Each connection ends after so many commands.
    async fn start(patience: usize) -> Self {
        Self::leaving(patience, None).await
    }

    /// The same; with a farewell the last command is answered, and then this is said.
    async fn leaving(patience: usize, farewell: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let counters: [Arc<AtomicUsize>; 3] = Default::default();
        let [connections, mails, quits] = counters.clone();
        let task = tokio::spawn(async move {
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let [connections, mails, quits] = counters.clone();
                connections.fetch_add(1, Ordering::SeqCst);
                talks.spawn(async move {
                    let mut stream = BufReader::new(stream);
                    let mut said = "220 fake ESMTP Postfix\r\n".to_owned();
                    for _ in 0..patience {
                        if stream.write_all(said.as_bytes()).await.is_err() {
                            return;
                        }
                        let mut line = String::new();
                        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                            return;
                        }
                        said = match line.trim_end() {
                            "QUIT" => {
                                quits.fetch_add(1, Ordering::SeqCst);
                                let _ = stream.write_all(b"221 bye\r\n").await;
                                return;
                            }
                            "DATA" => {
                                let _ = stream.write_all(b"354 go\r\n").await;
                                while line != ".\r\n" {
                                    line.clear();
                                    stream.read_line(&mut line).await.unwrap();
                                }
                                mails.fetch_add(1, Ordering::SeqCst);
                                "250 queued as 1\r\n".to_owned()
                            }
                            line if line.contains("nobody@") => "550 no\r\n".to_owned(),
                            line if line.starts_with("EHLO") => {
                                "250-fake\r\n250-PIPELINING\r\n250-AUTH PLAIN\r\n250 SIZE 7777\r\n"
                                    .to_owned()
                            }
                            _ => "250 ok\r\n".to_owned(),
                        };
                    }
                    if let Some(farewell) = farewell {
                        if !farewell.is_empty() {
                            said += &format!("{farewell}\r\n");
                        }
                        let _ = stream.write_all(said.as_bytes()).await;
                    }
                });
            }
        });
        Self {
            port,
            connections,
            mails,
            quits,
            task,
        }
    }

    fn pool(&self, options: PoolOptions) -> Pool {
        let target = format!("smtp://127.0.0.1:{}", self.port).parse().unwrap();
        Pool::new(Client::builder(), target, options).unwrap()
    }

    fn counts(&self) -> (usize, usize, usize) {
        let read = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        (
            read(&self.connections),
            read(&self.mails),
            read(&self.quits),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn sessions_are_used_again_and_end_politely() {
    let server = Server::start(1000).await;
    let pool = server.pool(PoolOptions::default());
    for _ in 0..3 {
        let receipt = pool
            .deliver(&envelope(&["a@y.example"]), "x")
            .await
            .unwrap();
        assert!(receipt.is_complete());
    }
    assert_eq!((pool.idle(), server.counts()), (1, (1, 3, 0)));
    pool.close().await;
    assert_eq!((pool.idle(), server.counts()), (0, (1, 3, 1)));
    assert_eq!(kind(pool.lease().await), "usage");
}

#[tokio::test]
async fn a_session_that_the_server_has_ended_is_replaced() {
    let at_once = PoolOptions::default().check_after;
    // Four commands make a mail; at the fifth the server closes, or it says so before, or nothing.
    for (patience, farewell, check_after) in [
        (5, None, Duration::ZERO),
        (5, None, at_once),
        (5, Some("421 4.4.2 too long"), at_once),
        (4, Some(""), at_once),
        (4, Some("421 4.4.2 idle"), at_once),
    ] {
        let server = Server::leaving(patience, farewell).await;
        let options = PoolOptions {
            check_after,
            ..PoolOptions::default()
        };
        let pool = server.pool(options);
        for sent in 1..=3 {
            let receipt = pool.deliver(&envelope(&["a@y.example"]), "x").await;
            assert!(receipt.unwrap().is_complete());
            assert_eq!(server.counts(), (sent, sent, 0), "{farewell:?}");
        }
    }
}

#[tokio::test]
async fn what_was_read_from_a_reader_is_not_sent_again() {
    let server = Server::leaving(6, None).await;
    let pool = server.pool(PoolOptions::default());
    // It leaves behind MAIL and RCPT: nothing has been read yet.
    for _ in 0..2 {
        let body = Body::reader(&b"x"[..]);
        let sent = pool.deliver(&envelope(&["a@y.example"]), body).await;
        assert!(sent.unwrap().is_complete());
    }
    assert_eq!(server.counts(), (2, 2, 0));
}

#[tokio::test]
async fn a_total_runs_for_each_lease() {
    let server = Server::start(1000).await;
    let target = format!("smtp://127.0.0.1:{}", server.port).parse().unwrap();
    let builder = Client::builder().deadline(Duration::from_secs(20));
    let pool = Pool::new(builder, target, PoolOptions::default()).unwrap();
    for _ in 0..3 {
        let receipt = pool.deliver(&envelope(&["a@y.example"]), "x").await;
        assert!(receipt.unwrap().is_complete());
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(15)).await;
        tokio::time::resume();
    }
    assert_eq!(server.counts(), (1, 3, 0));
}

#[tokio::test]
async fn waiting_for_room_has_an_end() {
    let server = Server::start(1000).await;
    let options = PoolOptions {
        size: 1,
        wait: Duration::from_millis(1),
        ..PoolOptions::default()
    };
    let pool = server.pool(options);
    let held = pool.lease().await.unwrap();
    assert_eq!(kind(pool.lease().await), "conn.timeout");
    drop(held);
    assert!(pool.lease().await.is_ok());
}

#[tokio::test]
async fn a_session_has_so_many_uses() {
    let server = Server::start(1000).await;
    let options = PoolOptions {
        uses: 2,
        ..PoolOptions::default()
    };
    let pool = server.pool(options);
    for _ in 0..4 {
        drop(
            pool.deliver(&envelope(&["a@y.example"]), "x")
                .await
                .unwrap(),
        );
    }
    // The first is told goodbye before the second is opened, the second at the end.
    assert_eq!(server.counts(), (2, 4, 1));
    pool.close().await;
    assert_eq!(server.counts(), (2, 4, 2));
}

#[tokio::test]
async fn there_is_room_for_so_many() {
    let server = Server::start(1000).await;
    let options = PoolOptions {
        size: 1,
        ..PoolOptions::default()
    };
    let pool = server.pool(options);
    let mut first = pool.lease().await.unwrap();
    first.noop().await.unwrap();
    let mut second = Box::pin(pool.lease());
    let waits =
        std::future::poll_fn(|cx| std::task::Poll::Ready(second.as_mut().poll(cx).is_pending()));
    assert!(waits.await);
    drop(first);
    drop(second.await.unwrap());
    assert_eq!(server.counts().0, 1);
    let none = PoolOptions {
        size: 0,
        ..PoolOptions::default()
    };
    let target = "smtp://x.example".parse().unwrap();
    assert!(Pool::new(Client::builder(), target, none).is_err());
}

#[cfg(feature = "interop")]
#[tokio::test]
async fn the_engine_sends_over_our_sessions() {
    use crate::interop::Transport;
    use lettre::AsyncTransport;

    let server = Server::start(1000).await;
    let message = |to: &str| {
        lettre::Message::builder()
            .from("ops@x.example".parse().unwrap())
            .to(to.parse().unwrap())
            .to("b@y.example".parse().unwrap())
            .body(String::new())
            .unwrap()
    };
    let pool = server.pool(PoolOptions::default());
    let receipt = pool.send(message("nobody@y.example")).await.unwrap();
    assert_eq!(receipt.refused().count(), 1);
    pool.shutdown().await;
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let transport = Transport::new(crate::connect(&url).await.unwrap());
    let receipt = transport.send(message("a@y.example")).await.unwrap();
    assert_eq!(receipt.queue_id().as_deref(), Some("1"));
    transport.shutdown().await;
    assert!(transport.send(message("a@y.example")).await.is_err());
    assert_eq!(server.counts(), (2, 2, 2));
}

#[cfg(feature = "probe")]
#[tokio::test]
async fn the_probe_is_polite_and_sends_nothing() {
    use netspeak_core::protocol::{ProbeOptions, Talk};
    use netspeak_core::{Phase, Side};

    let server = Server::start(1000).await;
    let target = format!("smtp://127.0.0.1:{}", server.port).parse().unwrap();
    let mut options = ProbeOptions::default();
    options.until = Some(Phase::Work);
    options.work = Some("rcpt:a@y.example".to_owned());
    options.talk = Talk::Kept;
    let report = (crate::PROTOCOL.probe)(&target, &options).await;
    assert!(report.error.is_none(), "{:?}", report.error);
    assert_eq!(
        report.greeting.unwrap().software.as_deref(),
        Some("Postfix")
    );
    assert_eq!(report.capabilities.limits.size, Some(7777));
    assert_eq!(report.auth.offered, ["PLAIN"]);
    let checks: Vec<_> = report.checks.iter().map(|check| &*check.id).collect();
    assert_eq!(
        checks,
        ["auth.before_tls", "starttls.offered", "greeting.host"]
    );
    let said: Vec<_> = report.transcript.unwrap();
    let said: Vec<_> = said
        .iter()
        .filter(|line| line.side == Side::Client)
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "EHLO [127.0.0.1]",
            "MAIL FROM:<>",
            "RCPT TO:<a@y.example>",
            "RSET",
            "QUIT"
        ]
    );
    assert_eq!(server.counts(), (1, 0, 1));
}
