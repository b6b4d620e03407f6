//! Through dante (SOCKS5) and tinyproxy (absolute form for http, tunnels for https).

use netspeak::core::{Connector, Proxy, Secret};
use netspeak::http::Client;

use super::{MOST, get, text};
use crate::harness::{assert_same, connector, docker, kind, seed, until, variable};

fn proxy(scheme: &str) -> Proxy {
    let service = match scheme {
        "http" => "TINYPROXY",
        _ => "DANTE",
    };
    let address = variable(&format!("NETSPEAK_{service}"));
    format!("{scheme}://{address}").parse().unwrap()
}

fn through(scheme: &str) -> Connector {
    let password = Secret::new(variable("NETSPEAK_PROXY_PASSWORD"));
    let user = variable("NETSPEAK_PROXY_USER");
    let proxy = proxy(scheme).with_login(&user, password).unwrap();
    connector().with_proxy(proxy)
}

fn client(connector: Connector) -> Client {
    Client::builder().connector(connector).build().unwrap()
}

#[tokio::test]
#[ignore = "needs nginx, dante and tinyproxy"]
async fn every_file_comes_through_unchanged() {
    for proxy in ["socks5h", "socks5", "http"] {
        let client = client(through(proxy));
        for scheme in ["http", "https"] {
            for file in seed() {
                let target = format!("{scheme}://nginx/seed/{}.eml", file.name);
                let mut answer = get(&client, &target).await;
                assert_eq!(answer.status(), 200, "{proxy} {target}");
                let got = answer.bytes(MOST).await.unwrap();
                assert_same(&got, &file.bytes, &format!("{proxy} {target}"));
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs nginx and tinyproxy"]
async fn https_is_a_tunnel_and_http_is_not() {
    let client = client(through("http"));
    let answer = get(&client, "https://nginx/version").await;
    assert_eq!(text(answer).await, "HTTP/2.0\n", "nobody in between");
    let answer = get(&client, "http://nginx/version?by-absolute-form").await;
    assert!(text(answer).await.starts_with("HTTP/1."));
    let log = until("tinyproxy's record", async || {
        let log = docker(&["logs", &variable("NETSPEAK_TINYPROXY_CONTAINER")]).await;
        log.contains("by-absolute-form").then_some(log)
    })
    .await;
    assert!(log.contains("GET http://nginx/version?by-absolute-form HTTP/1.1"));
    assert!(log.contains("CONNECT nginx:443 HTTP/1.1"));
}

#[tokio::test]
#[ignore = "needs nginx and tinyproxy"]
async fn a_login_that_the_proxy_does_not_know_is_named() {
    let wrong = proxy("http").with_login("nobody", Secret::from("wrong"));
    let connector = connector().with_proxy(wrong.unwrap());
    // tinyproxy's answer to a wrong password is 401, as if the server itself had spoken.
    for (scheme, expected) in [("http", "auth.rejected"), ("https", "proxy.auth")] {
        let target = format!("{scheme}://nginx/version");
        let outcome = client(connector.clone()).get(&target).send().await;
        let outcome = outcome.and_then(netspeak::http::Response::error_for_status);
        assert_eq!(kind(&outcome), expected, "{scheme}");
    }
}
