//! The command: `netspeak send`, and probes of mail servers.

use crate::harness::{Ran, certificate, netspeak, target, user};
use crate::smtp::login::OFFERED;
use crate::smtp::mailbox::{arrived, assert_arrived, emptied};
use crate::smtp::texts::{text, texts};
use crate::smtp::{LIMIT, address, submission};

/// The command with the servers' authority: `send`, or a probe.
async fn run<S: AsRef<str>>(verb: Option<&str>, words: &[S]) -> Ran {
    let authority = certificate("ca.pem").to_string_lossy().into_owned();
    let mut all: Vec<&str> = verb.into_iter().collect();
    all.extend(["--cacert", &authority]);
    all.extend(words.iter().map(AsRef::as_ref));
    netspeak(&all).await
}

fn file(name: &str, content: &[u8]) -> String {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("send");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn the_command_sends() {
    let user = user::MAIL_CLI;
    emptied(user).await;
    let own = address(user);
    let (submission, _) = submission();
    let submission = submission.to_string();
    let smtps = target("smtps", "POSTFIX_SMTPS").to_string();
    let lmtp = target("lmtp", "DOVECOT_LMTP").to_string();
    let from = ["-u", user, "--from", &own];
    let send = async |url: &str, rest: &[&str]| {
        let words = [&[url][..], &from[..], rest].concat();
        run(Some("send"), &words).await
    };

    // A mail that it makes itself.
    let ran = send(&submission, &["--to", &own, "--subject", "made by itself"]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    assert!(
        ran.text().contains(&format!("OK    {own}   250 ")),
        "{}",
        ran.text()
    );
    assert!(ran.text().contains("queued as "), "{}", ran.text());
    let mails = arrived(user, 1).await;
    let made = String::from_utf8(mails[0].clone()).unwrap();
    for part in [
        "\r\nSubject: made by itself\r\n",
        "\r\nDate: ",
        "\r\nMessage-ID: <",
    ] {
        assert!(made.contains(part), "{part}: {made}");
    }
    emptied(user).await;

    // Files, and one that has what must be repaired.
    let mut expected = Vec::new();
    for url in [&submission, &smtps] {
        for (name, sent, received) in texts() {
            let name = format!("{name} to {url}");
            let eml = file("one.eml", &text(&name, &sent));
            let ran = send(url, &["--to", &own, "--eml", &eml]).await;
            assert_eq!(ran.code, 0, "{name}: {}{}", ran.text(), ran.stderr);
            expected.push(text(&name, &received));
        }
    }
    // By LMTP nobody logs in.
    let sent = text("by LMTP", b"Subject: x\r\n\r\n.\r\n");
    let eml = file("lmtp.eml", &sent);
    let words = [&lmtp, "--from", &own, "--to", &own, "--eml", &eml];
    let ran = run(Some("send"), &words).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    expected.push(sent);

    // Each message of an mbox.
    for jobs in ["1", "3"] {
        let mut mbox = Vec::new();
        for n in 0..20 {
            let name = format!("{n} of an mbox, {jobs} jobs");
            let sent = text(
                &name,
                b"Subject: x\r\n\r\nFrom here\r\n>From there\r\n.\r\n\r\n",
            );
            let quoted = format!(
                "From somebody Thu Jan  1 00:00:00 2026\n\
                 X-Mail: {name}\nSubject: x\n\n>From here\n>>From there\n.\n\n\n"
            );
            mbox.extend_from_slice(quoted.as_bytes());
            expected.push(sent);
        }
        let mbox = file(&format!("{jobs}.mbox"), &mbox);
        let ran = send(
            &submission,
            &["--to", &own, "--mbox", &mbox, "--jobs", jobs],
        )
        .await;
        assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
        assert_eq!(ran.text(), "20 mails, 20 accepted, 0 refused\n");
    }

    // Some are refused; all are; nothing is sent at all.
    let (refused, deferred) = ("refused@netspeak.test", "deferred@netspeak.test");
    let sent = text("to one of two", b"Subject: x\r\n\r\n");
    let eml = file("partly.eml", &sent);
    let ran = send(&submission, &["--to", &own, refused, "--eml", &eml]).await;
    assert_eq!(ran.code, 18, "{}{}", ran.text(), ran.stderr);
    assert!(
        ran.text()
            .contains(&format!("FAIL  {refused}   RCPT refused: 550"))
    );
    expected.push(sent);
    let ran = send(&submission, &["--to", refused, deferred]).await;
    assert_eq!(ran.code, 55, "{}{}", ran.text(), ran.stderr);
    for (code, to) in [
        (0, vec![own.as_str()]),
        (18, vec![&own, deferred]),
        (55, vec![refused]),
    ] {
        let words = [&["--stop-after", "rcpt", "--to"][..], &to].concat();
        let ran = send(&submission, &words).await;
        assert_eq!(ran.code, code, "{}{}", ran.text(), ran.stderr);
    }
    let words = [
        "send",
        &submission,
        "-u",
        user,
        "--from",
        &own,
        "--to",
        &own,
    ];
    let ran = netspeak(&words).await;
    assert_eq!(ran.code, 60, "{}{}", ran.text(), ran.stderr);
    assert!(
        ran.stderr.contains("error[tls.cert_untrusted]"),
        "{}",
        ran.stderr
    );
    let login = format!("{user}:wrong");
    let words = [&submission, "-u", &login, "--from", &own, "--to", &own];
    let ran = run(Some("send"), &words).await;
    assert_eq!(ran.code, 67, "{}{}", ran.text(), ran.stderr);

    let mails = arrived(user, expected.len()).await;
    for sent in &expected {
        assert_arrived(&mails, sent, "by the command");
    }
}

#[tokio::test]
#[ignore = "needs postfix and dovecot"]
async fn the_command_probes() {
    const UPGRADED: &str = "dns tcp greeting caps starttls tls caps quit";
    let smtp = target("smtp", "POSTFIX_SMTP").to_string();
    let (submission, _) = submission();
    let submission = submission.to_string();
    let smtps = target("smtps", "POSTFIX_SMTPS").to_string();
    let lmtp = target("lmtp", "DOVECOT_LMTP").to_string();
    let to = format!("--work=rcpt:{}", address(user::MAIL_POLITE));
    for (url, options, expected) in [
        (&smtp, &[][..], UPGRADED),
        (&smtp, &["--starttls"], UPGRADED),
        (&smtp, &["--tls", "off"], "dns tcp greeting caps quit"),
        (
            &smtp,
            &[&to],
            "dns tcp greeting caps starttls tls caps work quit",
        ),
        (&submission, &["--starttls"], UPGRADED),
        (
            &submission,
            &["-u", user::MAIL_POLITE, &to],
            "dns tcp greeting caps starttls tls caps auth work quit",
        ),
        (&smtps, &[], "dns tcp tls greeting caps quit"),
        (&lmtp, &["--tls", "off"], "dns tcp greeting caps quit"),
    ] {
        let words = [&["--json", url.as_str()][..], options].concat();
        let ran = run(None, &words).await;
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.text(), ran.stderr);
        let report = ran.json();
        let phases: Vec<&str> = report["phases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|phase| phase["name"].as_str().unwrap())
            .collect();
        assert_eq!(phases.join(" "), expected, "{words:?}");
        assert_eq!(report["target"]["protocol"], "smtp", "{words:?}");
        if url != &lmtp {
            assert_eq!(report["greeting"]["software"], "Postfix", "{words:?}");
            assert_eq!(report["greeting"]["host"], "postfix.test", "{words:?}");
            let limit = &report["capabilities"]["limits"]["size"];
            assert_eq!(limit, LIMIT, "{words:?}");
        }
    }
    let before = run(None, &["--json", &submission]).await.json();
    let auth = &before["auth"];
    assert_eq!(auth["offered_before_tls"], serde_json::json!([]));
    let offered = auth["offered"].as_array().unwrap();
    assert_eq!(offered.len(), OFFERED.len(), "{auth}");
}
