//! Versions, TLS, Unix sockets, and which request goes over which connection.

use std::collections::HashSet;

use netspeak::core::Secret;
use netspeak::core::tls::Identity;
use netspeak::http::{Client, Versions};
use tokio::task::JoinSet;

use super::{MOST, apache, builder, client, get, large, nginx, text, url};
use crate::harness::{
    asking_for, assert_same, certificate, connector, kind, tls, trusting, variable,
};

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn each_version_is_spoken_where_it_is_understood() {
    for (versions, scheme, service, expected) in [
        (Versions::Negotiated, "http", "NGINX_HTTP", "HTTP/1.1"),
        (Versions::Http10, "http", "NGINX_HTTP", "HTTP/1.0"),
        (Versions::Negotiated, "https", "NGINX_HTTPS", "HTTP/2.0"),
        (Versions::Http2, "https", "NGINX_HTTPS", "HTTP/2.0"),
        (Versions::Http11, "https", "NGINX_HTTPS", "HTTP/1.1"),
        (Versions::Http2, "http", "NGINX_H2C", "HTTP/2.0"),
    ] {
        let client = builder().versions(versions).build().unwrap();
        let answer = get(&client, &url(scheme, service, "/version")).await;
        let said = text(answer).await;
        assert_eq!(said, format!("{expected}\n"), "{versions:?} {service}");
    }
    let answer = get(&client(), &url("https", "APACHE_HTTPS", "/cgi/echo")).await;
    assert!(text(answer).await.starts_with("GET /cgi/echo HTTP/2.0\n"));
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_port_without_that_version_is_named() {
    let client = builder().versions(Versions::Http11).build().unwrap();
    let outcome = client.get(&url("http", "NGINX_H2C", "/")).send().await;
    assert_eq!(kind(&outcome), "wait.other_protocol");
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_client_shows_its_certificate() {
    let target = url("https", "NGINX_MUTUAL", "/whoami");
    for versions in [Versions::Http11, Versions::Http2] {
        let mut settings = tls();
        settings.identity = Some(Identity {
            chain_pem: std::fs::read_to_string(certificate("client.chain.pem")).unwrap(),
            key_pem: Secret::from(std::fs::read_to_string(certificate("client.key")).unwrap()),
        });
        let known = Client::builder()
            .connector(connector().with_tls(settings))
            .versions(versions)
            .build()
            .unwrap();
        assert!(text(get(&known, &target).await).await.contains("CN=user01"));
        let unknown = builder().versions(versions).build().unwrap();
        let answer = get(&unknown, &target).await;
        assert_eq!(answer.status(), 400, "nginx says so in HTTP");
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn bad_certificates_are_named() {
    for (settings, expected) in [
        (trusting("other-ca.pem"), "tls.cert_untrusted"),
        (asking_for("wrong-name.test"), "tls.cert_name"),
        (asking_for("expired.test"), "tls.cert_expired"),
        (asking_for("incomplete.test"), "tls.cert_untrusted"),
    ] {
        let client = Client::builder()
            .connector(connector().with_tls(settings))
            .build()
            .unwrap();
        let outcome = client.get(&url("https", "NGINX_HTTPS", "/")).send().await;
        assert_eq!(kind(&outcome), expected);
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_unix_socket_stands_for_any_host() {
    let socket = variable("NETSPEAK_NGINX_SOCKET");
    let client = Client::builder()
        .connector(connector().with_unix_socket(socket))
        .build()
        .unwrap();
    let answer = get(&client, "http://anywhere.test/version").await;
    assert_eq!(text(answer).await, "HTTP/1.1\n");
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn connections_are_kept_and_left_when_the_server_says_so() {
    let path = "0001-plain.eml";
    for (target, expected) in [
        (nginx(&format!("/seed/{path}")), [0, 1, 2, 3]),
        (apache(&format!("/seed/{path}")), [0, 1, 2, 3]),
        (
            url("https", "NGINX_HTTPS", &format!("/seed/{path}")),
            [0, 1, 2, 3],
        ),
        (nginx(&format!("/few/{path}")), [0, 1, 0, 1]),
        (nginx(&format!("/close/{path}")), [0, 0, 0, 0]),
    ] {
        let client = client();
        let mut uses = Vec::new();
        for _ in 0..4 {
            let mut answer = get(&client, &target).await;
            answer.bytes(MOST).await.unwrap();
            uses.push(answer.connection().earlier_requests);
        }
        assert_eq!(uses, expected, "{target}");
    }
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn requests_side_by_side_share_one_connection_of_http2() {
    let (name, bytes) = large();
    for target in [
        url("https", "NGINX_HTTPS", &format!("/seed/{name}")),
        url("https", "APACHE_HTTPS", &format!("/seed/{name}")),
    ] {
        let client = client();
        get(&client, &target).await.bytes(MOST).await.unwrap();
        let mut running = JoinSet::new();
        for _ in 0..20 {
            let (client, target) = (client.clone(), target.clone());
            running.spawn(async move {
                let mut answer = get(&client, &target).await;
                let local = answer.connection().local;
                (answer.bytes(MOST).await.unwrap(), local)
            });
        }
        let mut ends = HashSet::new();
        while let Some(done) = running.join_next().await {
            let (got, local) = done.unwrap();
            assert_same(&got, &bytes, &target);
            ends.insert(local);
        }
        assert_eq!(ends.len(), 1, "{target}: {ends:?}");
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn an_answer_without_a_byte_is_an_error() {
    let outcome = client().get(&nginx("/silent")).send().await;
    assert_eq!(kind(&outcome), "wait.closed");
    let outcome = client()
        .get(&url("https", "NGINX_HTTPS", "/silent"))
        .send()
        .await;
    assert!(outcome.is_err(), "{outcome:?}");
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn timings_tell_what_took_time() {
    let client = client();
    let target = url("https", "NGINX_HTTPS", "/seed/0001-plain.eml");
    let mut first = get(&client, &target).await;
    first.bytes(MOST).await.unwrap();
    let timings = first.timings();
    assert!(timings.tcp.is_some() && timings.tls.is_some() && timings.body.is_some());
    let mut second = get(&client, &target).await;
    second.bytes(MOST).await.unwrap();
    assert_eq!((second.timings().tcp, second.timings().tls), (None, None));
}
