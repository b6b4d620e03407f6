//! Which connection a request takes, and what becomes of it.

use std::time::Duration;

use netspeak_fake::{Fault, Http, Moment};

use super::{builder, client, trusting, word};
use crate::tls::Identity;

#[tokio::test]
async fn connections_are_kept_and_used_again() {
    let server = Http::builder()
        .page("/", "text/plain", "x")
        .start()
        .await
        .unwrap();
    let client = client(&server);
    for round in 0..5 {
        let mut answer = client.get(&server.url("http")).send().await.unwrap();
        answer.bytes(9).await.unwrap();
        let timings = answer.timings();
        assert_eq!(answer.connection().earlier_requests, round);
        assert_eq!(timings.tcp.is_some(), round == 0);
    }
    assert_eq!(server.connections(), 1);
    let none = builder(&server).pool(0, Duration::ZERO).build().unwrap();
    for _ in 0..2 {
        none.get(&server.url("http"))
            .send()
            .await
            .unwrap()
            .bytes(9)
            .await
            .unwrap();
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_connection_ends_with_what_was_left_unread() {
    let server = Http::builder()
        .page("/", "text/plain", vec![b'x'; 8 << 20])
        .start()
        .await
        .unwrap();
    let client = client(&server);
    drop(client.get(&server.url("http")).send().await.unwrap());
    let mut next = client.get(&server.url("http")).send().await.unwrap();
    assert_eq!(next.bytes(8 << 20).await.unwrap().len(), 8 << 20);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_stale_connection_is_no_reason_to_fail() {
    // The second request of each connection finds it closed.
    let fault = || Fault::Close(Moment::Command("GET")).nth(2);
    let server = Http::builder()
        .page("/", "text/plain", "x")
        .fault(fault())
        .start()
        .await
        .unwrap();
    let client = client(&server);
    for _ in 0..3 {
        client
            .get(&server.url("http"))
            .send()
            .await
            .unwrap()
            .bytes(9)
            .await
            .unwrap();
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn what_may_not_be_done_twice_is_not() {
    let server = Http::builder()
        .page("/", "text/plain", "x")
        .fault(Fault::Close(Moment::Command("POST")))
        .start()
        .await
        .unwrap();
    let client = client(&server);
    client
        .get(&server.url("http"))
        .send()
        .await
        .unwrap()
        .bytes(9)
        .await
        .unwrap();
    let outcome = client.post(&server.url("http")).body("x").send().await;
    assert_eq!(word(outcome), "wait.closed");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_fresh_connection_that_fails_is_not_tried_again() {
    let server = Http::builder()
        .fault(Fault::Close(Moment::Command("GET")))
        .start()
        .await
        .unwrap();
    let outcome = client(&server).get(&server.url("http")).send().await;
    assert_eq!(word(outcome), "wait.closed");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_dropped_request_leaves_nobody_the_wrong_answer() {
    let server = Http::builder()
        .page("/slow", "text/plain", "slow")
        .page("/fast", "text/plain", "fast")
        .fault(Fault::Slow {
            from: Moment::Command("GET"),
            every: Duration::from_millis(2),
        })
        .start()
        .await
        .unwrap();
    let client = client(&server);
    let slow = client.get(&format!("{}/slow", server.url("http"))).send();
    assert!(
        tokio::time::timeout(Duration::from_millis(30), slow)
            .await
            .is_err()
    );
    let mut fast = client
        .get(&format!("{}/fast", server.url("http")))
        .send()
        .await
        .unwrap();
    assert_eq!(fast.text(9).await.unwrap(), "fast");
}

#[tokio::test]
async fn many_requests_share_a_connection_of_http_2() {
    let server =
        Http::builder()
            .alpn(["h2"])
            .implicit_tls()
            .page("/", "text/plain", vec![b'x'; 100_000]);
    let server = server.start().await.unwrap();
    let client = client(&server);
    client
        .get(&server.url("https"))
        .send()
        .await
        .unwrap()
        .bytes(1 << 20)
        .await
        .unwrap();
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let asked = client.get(&server.url("https")).send();
        all.spawn(async move { asked.await.unwrap().bytes(1 << 20).await.unwrap().len() });
    }
    while let Some(size) = all.join_next().await {
        assert_eq!(size.unwrap(), 100_000);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_is_there_already_is_used() {
    let fake = Http::builder()
        .page("/", "text/plain", "here")
        .build()
        .unwrap();
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(fake.serve(theirs));
    let client = crate::Client::from_conn(crate::Conn::from_memory(ours)).unwrap();
    for _ in 0..2 {
        let mut answer = client.get("http://any.test/").send().await.unwrap();
        assert_eq!(answer.text(9).await.unwrap(), "here");
    }
    drop(client);
    serving.await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_serves_any_host() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web");
    let server = Http::builder()
        .page("/", "text/plain", "here")
        .start_unix(&path)
        .unwrap();
    let connector = crate::Connector::new().with_unix_socket(&path);
    let client = crate::Client::builder()
        .connector(connector)
        .build()
        .unwrap();
    let mut answer = client.get("http://any.test/").send().await.unwrap();
    assert_eq!(answer.text(9).await.unwrap(), "here");
    assert_eq!(server.requests()[0].header("host"), Some("any.test"));
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_those_who_want_one() {
    let server = Http::builder()
        .page("/", "text/plain", "in")
        .implicit_tls()
        .require_client_certificate();
    let server = server.start().await.unwrap();
    let without = client(&server).get(&server.url("https")).send().await;
    assert_eq!(word(without), "tls.cert_required");
    let mine = server.client_identity("me").unwrap();
    let mut tls = trusting(&server).tls_settings().clone();
    tls.identity = Some(Identity {
        chain_pem: mine.certificate_pem,
        key_pem: mine.key_pem.into(),
    });
    let connector = crate::Connector::new().with_tls(tls);
    let client = crate::Client::builder()
        .connector(connector)
        .build()
        .unwrap();
    let mut answer = client.get(&server.url("https")).send().await.unwrap();
    assert_eq!(answer.text(9).await.unwrap(), "in");
}

#[tokio::test]
async fn another_key_than_the_pinned_one_is_refused() {
    let server = Http::builder().implicit_tls().start().await.unwrap();
    let mut tls = trusting(&server).tls_settings().clone();
    tls.pins = vec![[7; 32]];
    let connector = crate::Connector::new().with_tls(tls);
    let client = crate::Client::builder()
        .connector(connector)
        .build()
        .unwrap();
    let outcome = client.get(&server.url("https")).send().await;
    assert_eq!(word(outcome), "tls.cert_pin");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn proxies_of_every_kind_carry_it() {
    let origin = Http::builder()
        .page("/", "text/plain", "there")
        .implicit_tls()
        .start()
        .await
        .unwrap();
    let tunnel = Http::builder().proxy().start().await.unwrap();
    let socks = netspeak_fake::Socks5::start("me", "pw").await.unwrap();
    for proxy in [tunnel.url("http"), socks.url()] {
        let connector = trusting(&origin).with_proxy(proxy.parse().unwrap());
        let client = crate::Client::builder()
            .connector(connector)
            .build()
            .unwrap();
        let mut answer = client.get(&origin.url("https")).send().await.unwrap();
        assert_eq!(answer.text(9).await.unwrap(), "there", "{proxy}");
        assert!(answer.timings().proxy.is_some());
    }
}

#[tokio::test]
async fn a_name_may_be_given_its_address() {
    let server = Http::builder()
        .page("/", "text/plain", "here")
        .start()
        .await
        .unwrap();
    let connector =
        crate::Connector::new().with_address_of("h.test", None, vec![server.addr().ip()]);
    let client = crate::Client::builder()
        .connector(connector)
        .build()
        .unwrap();
    let url = format!("http://h.test:{}/", server.port());
    let mut answer = client.get(&url).send().await.unwrap();
    assert_eq!(answer.text(9).await.unwrap(), "here");
    assert!(answer.timings().dns.is_some());
}

#[tokio::test]
async fn the_source_address_is_ours_to_choose() {
    let server = Http::builder()
        .page("/", "text/plain", "here")
        .start()
        .await
        .unwrap();
    let mut dialer = crate::Dialer::default();
    dialer.source = Some([127, 0, 0, 9].into());
    let connector = crate::Connector::new().with_dialer(dialer);
    let client = crate::Client::builder()
        .connector(connector)
        .build()
        .unwrap();
    let answer = client.get(&server.url("http")).send().await.unwrap();
    let own = answer.connection().local.unwrap().ip();
    assert_eq!(own.to_string(), "127.0.0.9");
}
