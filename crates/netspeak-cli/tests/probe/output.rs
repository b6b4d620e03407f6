use netspeak_fake::{Fault, GREETING};

use crate::{documents, ended, folder, healthy, here, netspeak};

#[tokio::test]
async fn what_was_kept_is_shown_again_as_it_was() {
    let dir = folder("save");
    let good = healthy().start().await.unwrap();
    let bad = healthy().fault(Fault::reply(GREETING, "-ERR no\r\n"));
    let bad = bad.start().await.unwrap();
    let words = [
        "--save",
        "run.json",
        "-v",
        "--ordered",
        &good.url("pop3"),
        &bad.url("pop3"),
    ];
    let (code, first, err) = ended(&netspeak(&dir, &words).await);
    assert_eq!(code, 2, "{first}{err}");
    let (code, again, _) = ended(&netspeak(&dir, &["show", "-v", "run.json"]).await);
    assert_eq!(code, 2);
    let reports = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.contains(" targets · "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(reports(&again), reports(&first));
    assert!(again.contains("CAPA"), "the talk was kept: {again}");
    let (_, json, _) = ended(&netspeak(&dir, &["show", "run.json", "--format", "ndjson"]).await);
    assert_eq!(json, std::fs::read_to_string(dir.join("run.json")).unwrap());
    for (name, text, why) in [
        ("empty", "", "there is no report in it"),
        ("other", "{\"a\": 1}", "document 1: it is no report"),
        ("broken", "{\"schema\":", "document 1: EOF"),
    ] {
        std::fs::write(dir.join(name), text).unwrap();
        let (code, _, err) = ended(&netspeak(&dir, &["show", name]).await);
        assert_eq!(code, 3);
        assert!(err.contains(why), "{name}: {err}");
    }
    let (code, _, err) = ended(&netspeak(&dir, &["show", "missing"]).await);
    assert_eq!(code, 3);
    assert!(err.contains("missing"), "{err}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told_before_anything_is_probed() {
    let server = healthy().start().await.unwrap();
    let words = ["--save", "no/such/folder/run.json", &server.url("pop3")];
    let (code, out, err) = ended(&netspeak(&folder("unwritable"), &words).await);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.contains("there is no folder no/such/folder"), "{err}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn metrics_are_there_for_what_failed_as_well() {
    let dir = folder("prom");
    let good = healthy().stls().start().await.unwrap();
    let bad = healthy().fault(Fault::reply(GREETING, "-ERR no\r\n"));
    let bad = bad.start().await.unwrap();
    let words = [
        "-k",
        "--tls",
        "auto",
        "--format",
        "prom",
        "--label",
        "site=ams",
        "--ordered",
    ];
    let targets = [good.url("pop3"), bad.url("pop3")];
    let words = [&words[..], &[&targets[0], &targets[1]]].concat();
    let (code, out, err) = ended(&netspeak(&dir, &words).await);
    assert_eq!((code, err.as_str()), (2, ""));
    for line in [
        format!(
            "probe_success{{target=\"{}\",protocol=\"pop3\",site=\"ams\"}} 1",
            targets[0]
        ),
        format!(
            "probe_success{{target=\"{}\",protocol=\"pop3\",site=\"ams\"}} 0",
            targets[1]
        ),
        format!(
            "probe_failure_info{{target=\"{}\",protocol=\"pop3\",site=\"ams\",phase=\"greeting\",kind=\"greeting.rejected\"}} 1",
            targets[1]
        ),
    ] {
        assert!(out.lines().any(|found| found == line), "{line}\n{out}");
    }
    assert_eq!(
        out.matches("# TYPE probe_ssl_earliest_cert_expiry gauge")
            .count(),
        1
    );
    // Each line is `name{labels} number`, each metric stands together.
    let mut seen: Vec<&str> = Vec::new();
    for line in out.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = line.split_once('{').unwrap();
        let (_, value) = rest.rsplit_once("} ").unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        if seen.last() != Some(&name) {
            assert!(!seen.contains(&name), "{name} stands in two places");
            seen.push(name);
        }
    }
    let saved = [&words[..], &["--save", "netspeak.prom"]].concat();
    let (_, out, _) = ended(&netspeak(&dir, &saved).await);
    assert_eq!(out, "");
    let text = std::fs::read_to_string(dir.join("netspeak.prom")).unwrap();
    assert!(text.contains("probe_success{"));
}

#[tokio::test]
async fn templates_take_values_of_the_report() {
    let server = healthy().start().await.unwrap();
    let url = server.url("pop3");
    let words = [
        "-w",
        r"%{verdict} %{target.protocol} %{tls.version}|%{error}\n",
        &url,
    ];
    let (code, out, _) = ended(&netspeak(here(), &words).await);
    assert_eq!((code, out.as_str()), (0, "ok pop3 |\n"));
}

#[tokio::test]
async fn the_talk_goes_to_a_file_without_secrets() {
    let dir = folder("trace");
    let server = healthy().start().await.unwrap();
    let url = server.url("pop3");
    let words = [
        "--trace",
        "talk.txt",
        "-u",
        "ops:hunter2",
        "--login-options",
        "AUTH=PLAIN",
        &url,
    ];
    let (code, out, err) = ended(&netspeak(&dir, &words).await);
    assert_eq!(code, 0, "{out}{err}");
    let talk = std::fs::read_to_string(dir.join("talk.txt")).unwrap();
    assert!(
        talk.contains("AUTH PLAIN") && talk.contains("QUIT"),
        "{talk}"
    );
    assert!(
        !talk.contains("hunter2") && !talk.contains("AG9wcw"),
        "{talk}"
    );
    assert!(
        !out.contains("CAPA"),
        "the terminal was not asked for: {out}"
    );
}

#[tokio::test]
async fn a_quiet_line_keeps_the_reason() {
    let bad = healthy().fault(Fault::reply(GREETING, "-ERR closed for today\r\n"));
    let bad = bad.start().await.unwrap();
    let (code, out, err) = ended(&netspeak(here(), &["-q", &bad.url("pop3")]).await);
    assert_eq!((code, err.as_str(), out.lines().count()), (2, "", 1));
    assert!(
        out.contains("greeting.rejected") && out.contains("closed for today"),
        "{out}"
    );
}

#[tokio::test]
async fn a_healthy_server_is_quoted_in_a_pipe() {
    let server = healthy().start().await.unwrap();
    let (_, out, _) = ended(&netspeak(here(), &[&server.url("pop3")]).await);
    assert!(
        out.lines().any(|line| line.starts_with("  says  +OK ")),
        "{out}"
    );
}

#[tokio::test]
async fn keys_are_the_same_whatever_happens() {
    let good = healthy().start().await.unwrap();
    let bad = healthy().fault(Fault::reply(GREETING, "-ERR no\r\n"));
    let bad = bad.start().await.unwrap();
    let (good, bad) = (good.url("pop3"), bad.url("pop3"));
    let words = ["--format", "ndjson", &good, &bad, "mail.example.org"];
    let (_, out, _) = ended(&netspeak(here(), &words).await);
    let keys: Vec<Vec<String>> = documents(&out)
        .iter()
        .map(|report| report.as_object().unwrap().keys().cloned().collect())
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|of| *of == keys[0]), "{keys:?}");
}
