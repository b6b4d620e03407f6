use netspeak_fake::{Fault, GREETING, Smtp};

use crate::{documents, ended, healthy, here, netspeak};

#[tokio::test]
async fn expectations_are_checks_and_failures_have_a_kind() {
    let server = healthy().stls().start().await.unwrap();
    let url = server.url("pop3");
    for (words, code, failed) in [
        (&["--expect", "tls.version >= 1.2"][..], 0, None),
        (
            &["--expect", "caps has STLS"],
            2,
            Some("expected caps has STLS"),
        ),
        (&["--expect", "caps.before_tls has STLS"], 0, None),
        (
            &["--reject", "caps.before_tls has STLS"],
            2,
            Some("rejected caps.before_tls has STLS"),
        ),
        (
            &["--expect", "total < 60s", "--expect", "phases.tls > 5m"],
            2,
            Some("expected phases.tls > 5m"),
        ),
    ] {
        let all = [&["-k", "--tls", "require", "--json", &url], words].concat();
        let (found, out, err) = ended(&netspeak(here(), &all).await);
        assert_eq!(found, code, "{words:?} {out}{err}");
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        let message = report["error"]["message"].as_str();
        assert_eq!(message.is_some(), failed.is_some(), "{words:?}");
        if let Some(failed) = failed {
            assert_eq!(report["error"]["kind"], "assert.failed");
            assert!(message.unwrap().starts_with(failed), "{message:?}");
        }
    }
}

#[tokio::test]
async fn codes_fit_who_asks() {
    let good = healthy().start().await.unwrap();
    let bad = healthy().fault(Fault::reply(GREETING, "-ERR no\r\n"));
    let bad = bad.start().await.unwrap();
    let (good, bad) = (good.url("pop3"), bad.url("pop3"));
    for (words, code) in [
        (&[good.as_str()][..], 0),
        (&[&bad], 2),
        (&["mail.example.org"], 3),
        (&[&bad, "mail.example.org"], 2),
        (&["mail.example.org", &good], 3),
        (&["--exit-zero", &bad], 0),
        (&["--exit", "curl", &bad], 8),
        (&["--cert-days", "x", &good], 3),
    ] {
        let (found, out, err) = ended(&netspeak(here(), words).await);
        assert_eq!(found, code, "{words:?} {out}{err}");
    }
}

#[tokio::test]
async fn only_what_never_spoke_is_tried_again() {
    let refuses = healthy().fault(Fault::reply(GREETING, "-ERR no\r\n"));
    let refuses = refuses.start().await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("pop3://{}", listener.local_addr().unwrap());
    drop(listener);
    for (url, attempts) in [(refuses.url("pop3"), 1), (closed, 3)] {
        let words = ["--retry", "2", "--retry-delay", "0.01", "--json", &url];
        let (code, out, _) = ended(&netspeak(here(), &words).await);
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (code, report["attempts"].as_u64()),
            (2, Some(attempts)),
            "{url}"
        );
    }
}

/// A stranger has no recipient that every healthy server takes.
#[tokio::test]
async fn work_with_a_mail_server_sends_no_recipient_that_was_not_named() {
    let server = Smtp::builder().start().await.unwrap();
    let url = server.url("smtp");
    for (work, name) in [
        ("--work", "NOOP"),
        ("--work=noop", "NOOP"),
        ("--work=rcpt:a@example.org", "MAIL, RCPT, RSET"),
        ("--work=rcpt", "MAIL, RCPT, RSET"),
    ] {
        let (code, out, err) = ended(&netspeak(here(), &[work, "--format", "ndjson", &url]).await);
        assert_eq!(code, 0, "{work} {out}{err}");
        assert_eq!(documents(&out)[0]["work"]["name"], name, "{work}");
    }
    let said = server.log();
    let recipients = said
        .iter()
        .filter(|said| said.line.starts_with("RCPT"))
        .count();
    assert_eq!(recipients, 2, "{said:?}");
}
