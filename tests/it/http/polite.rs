//! What the servers' own logs say about us.

use netspeak::core::Secret;
use netspeak::core::report::Verdict;
use netspeak::core::sasl::Credentials;

use super::{MOST, client, get, url};
use crate::harness::{at, docker, password, probing, probing_as, until, user, variable};

async fn log(server: &str) -> String {
    docker(&["logs", &variable(&format!("NETSPEAK_{server}_CONTAINER"))]).await
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn a_probe_looks_logs_in_and_asks_no_more() {
    for (server, host, path) in [
        ("NGINX", "nginx", "/private/0001-plain.eml?polite"),
        ("APACHE", "apache", "/digest/0001-plain.eml?polite"),
    ] {
        let target = at("https", &format!("{host}{path}"));
        let report = netspeak::probe(&target, &probing_as(user::POLITE)).await;
        assert!(report.error.is_none(), "{server}: {:?}", report.error);
        assert_eq!(report.verdict, Verdict::Ok, "{server}: {:?}", report.checks);
        let mark = format!("port={} ", report.local.port.unwrap());
        let visits = until("the record of the login", async || {
            let log = log(server).await;
            let lines = log.lines().filter(|line| line.contains(&mark));
            let lines: Vec<String> = lines
                .filter(|line| line.contains("?polite"))
                .map(str::to_owned)
                .collect();
            let last = lines.last()?;
            last.contains("\" 200 ").then_some(lines)
        })
        .await;
        // A look, and the answer to its challenge: over one connection.
        assert_eq!(visits.len(), 2, "{server}: {visits:#?}");
        let refused = visits.iter().rev().skip(1);
        for visit in refused {
            assert!(visit.contains("\" 401 "), "{server}: {visit}");
        }
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_redirect_is_shown_and_not_followed_by_a_probe() {
    let target = at("http", "nginx/301/version?shown");
    let report = netspeak::probe(&target, &probing()).await;
    assert!(report.error.is_none(), "{:?}", report.error);
    let shown = serde_json::to_string(&report).unwrap();
    assert!(shown.contains("\"status\":301"), "{shown}");
    assert!(!log("NGINX").await.contains("GET /version?shown"));
}

#[tokio::test]
#[ignore = "needs nginx and apache"]
async fn no_secret_is_in_the_servers_logs() {
    let wrong = Secret::from("marker-of-a-wrong-password");
    for (scheme, service, path) in [
        ("http", "NGINX_HTTP", "/private/0001-plain.eml"),
        ("https", "APACHE_HTTPS", "/basic/0001-plain.eml"),
        ("http", "APACHE_HTTP", "/digest/0001-plain.eml"),
    ] {
        let target = url(scheme, service, path);
        for secret in [password(), wrong.clone()] {
            let credentials = Credentials::password(user::POLITE, secret);
            let request = client().get(&target).credentials(&credentials);
            request.send().await.unwrap().bytes(MOST).await.unwrap();
        }
        get(&client(), &target).await;
    }
    for server in ["NGINX", "APACHE", "TINYPROXY", "DANTE"] {
        let log = log(server).await;
        for secret in [&password(), &wrong] {
            assert!(!log.contains(secret.expose().as_str()), "{server}");
        }
    }
}
