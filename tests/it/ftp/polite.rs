//! What the servers' own logs say about us.

use netspeak::core::Secret;
use netspeak::core::report::Verdict;
use netspeak::core::sasl::Credentials;
use netspeak::core::{Phase, Tls};

use super::SERVERS;
use crate::harness::{at, docker, password, probing, probing_as, user, variable};

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn every_probe_says_goodbye() {
    for server in ["vsftpd", "proftpd"] {
        let target = at("ftp", server);
        let mut wrong = probing();
        wrong.opening.credentials = Some(Credentials::password(
            user::POLITE,
            Secret::from("marker-of-a-wrong-password"),
        ));
        let mut work = probing_as(user::POLITE);
        work.until = Some(Phase::Work);
        let mut required = probing();
        required.opening.tls = Some(Tls::Required);
        for (what, options, kind) in [
            ("caps", required, ""),
            ("login", probing_as(user::POLITE), ""),
            ("work", work, ""),
            ("rejected", wrong, "auth.rejected"),
        ] {
            let report = netspeak::probe(&target, &options).await;
            let found = report.error.as_ref().map(|error| error.kind.to_string());
            assert_eq!(found.unwrap_or_default(), kind, "{server} {what}");
            let last = report.phases.last().unwrap();
            assert_eq!((last.name, last.ok), (Phase::Quit, true), "{server} {what}");
        }
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn the_work_of_a_probe_is_a_listing_in_the_session_of_its_control_connection() {
    for server in ["vsftpd", "proftpd"] {
        let mut options = probing_as(user::POLITE);
        options.work = Some(String::new());
        let report = netspeak::probe(&at("ftp", server), &options).await;
        assert!(report.error.is_none(), "{server}: {:?}", report.error);
        assert_eq!(report.verdict, Verdict::Ok, "{server}: {:?}", report.checks);
        let shown = serde_json::to_value(&report).unwrap();
        let detail = shown["work"].to_string();
        assert!(detail.contains("\"data_tls_resumed\":true"), "{detail}");
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn no_secret_is_in_the_servers_logs() {
    for server in SERVERS {
        let container = variable(&format!("NETSPEAK_{server}_CONTAINER"));
        let log = docker(&["logs", &container]).await;
        for secret in [password(), Secret::from("marker-of-a-wrong-password")] {
            assert!(!log.contains(secret.expose().as_str()), "{server}");
        }
    }
}
