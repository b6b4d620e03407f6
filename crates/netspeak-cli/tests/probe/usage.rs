use crate::{ended, folder, healthy, here, netspeak};

#[tokio::test]
async fn a_bare_host_is_offered_its_urls() {
    let (code, out, _) = ended(&netspeak(here(), &["mail.example.org"]).await);
    assert_eq!(code, 3);
    for url in [
        "imap://mail.example.org",
        "smtp://mail.example.org",
        "http://mail.example.org",
    ] {
        assert!(out.contains(&format!("netspeak {url}")), "{out}");
    }
}

#[tokio::test]
async fn what_is_nearly_right_is_corrected() {
    for (words, hint) in [
        (
            &["imapp://mail.example.org"][..],
            "netspeak imap://mail.example.org",
        ),
        (&["--formt", "json", "pop3://h"], "--format"),
        (
            &["--until", "bogus", "pop3://h"],
            "dns, tcp, tls, greeting, caps",
        ),
        (&["--format", "yaml", "pop3://h"], "ndjson"),
        (
            &["--work=bogus", "imap://h"],
            "imap has no operation bogus; it has examine[:MAILBOX], noop",
        ),
        (&["--work=group", "nntp://h"], "group:NAME"),
        (
            &["--expect", "tls.version is 1.2", "pop3://h"],
            "is none of ==",
        ),
        (
            &["--phase-timeout", "lunch=1", "pop3://h"],
            "dns, tcp, proxy, tls, greeting, reply, quit, data",
        ),
        (&["--label", "x", "pop3://h"], "KEY=VALUE"),
        (&["explain", "tls.cert_expird"], "tls.cert_expired"),
        (&["@missing.txt"], "missing.txt"),
        (
            &["--connect-to", "a:1:b", "pop3://h"],
            "HOST1:PORT1:HOST2:PORT2",
        ),
    ] {
        let (code, out, err) = ended(&netspeak(&folder("wrong"), words).await);
        assert_eq!(code, 3, "{words:?} {out}{err}");
        assert!(
            format!("{out}{err}").contains(hint),
            "{words:?}: {out}{err}"
        );
    }
}

#[tokio::test]
async fn help_lists_the_operations_of_each_protocol() {
    let (code, out, _) = ended(&netspeak(here(), &["probe", "--help"]).await);
    assert_eq!(code, 0);
    for operation in [
        "examine[:MAILBOX]",
        "group:NAME",
        "rcpt[:ADDRESS]",
        "stat",
        "listMethods",
    ] {
        assert!(out.contains(operation), "{operation}: {out}");
    }
}

#[tokio::test]
async fn verbs_of_another_protocol_are_told() {
    for (words, verbs) in [
        (&["get", "smtp://h"][..], "send"),
        (
            &[
                "send",
                "pop3://h",
                "--from",
                "a@b.example",
                "--to",
                "c@d.example",
            ],
            "get, ls",
        ),
    ] {
        let (code, _, err) = ended(&netspeak(here(), words).await);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(verbs), "{words:?}: {err}");
    }
}

/// What the port does not tell, the server does.
#[tokio::test]
async fn an_unknown_port_is_asked() {
    let server = healthy().start().await.unwrap();
    let target = format!("127.0.0.1:{}", server.port());
    let (code, out, err) = ended(&netspeak(here(), &["--json", &target]).await);
    assert_eq!(code, 0, "{out}{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["target"]["protocol"], "pop3");
    assert_eq!(report["target"]["input"], target.as_str());
}
