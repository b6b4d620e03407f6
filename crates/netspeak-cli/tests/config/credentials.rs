use netspeak_fake::{Http, Imap, Pop3, Smtp};

use crate::{PASSWORD, ended, pop3, report, run, run_as, way, with_file};

/// Two servers, each with a password of its own, and one module for both.
#[tokio::test]
async fn each_host_has_its_own_password() {
    let one = pop3("mon", PASSWORD).start().await.unwrap();
    let imap = Imap::builder().user("other", "marker-other");
    let imap = imap.start().await.unwrap();
    let text = format!(
        "[defaults]\nconnect-to = [\"one.example.org:110:127.0.0.1:{}\", \"two.example.net:143:127.0.0.1:{}\"]\nordered = true\njobs = 1\nformat = \"ndjson\"\n\
         [[credentials]]\nhost = \"*.Example.org\"\nuser = \"mon\"\npassword-cmd = \"echo x >> ran; echo $SECRET\"\n\
         [[credentials]]\nhost = \"two.example.net\"\nprotocol = [\"imap\", \"pop3\"]\nuser = \"other\"\npassword-env = \"OTHER\"\n\
         [[credentials]]\nhost = \"*\"\nuser = \"nobody\"\npassword-file = \"missing\"\n",
        one.port(),
        imap.port()
    );
    let folder = with_file("two", &text);
    let variables = [("SECRET", PASSWORD), ("OTHER", "marker-other")];
    let words = [
        "pop3://one.example.org",
        "imap://two.example.net",
        "pop3://ONE.example.org",
    ];
    let (code, out, err) = ended(&run(&folder, &variables, &words).await);
    assert_eq!(code, 0, "{out}{err}");
    let users = out.lines().map(|line| {
        let report: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(report["reached"], "auth", "{report}");
        assert_eq!(report["auth"]["ok"], true, "{report}");
        report["auth"]["user"].as_str().unwrap().to_owned()
    });
    assert_eq!(users.collect::<Vec<_>>(), ["mon", "other", "mon"]);
    // Whoever knows the password is asked once.
    let ran = std::fs::read_to_string(folder.join("ran")).unwrap();
    assert_eq!(ran, "x\n");
}

#[tokio::test]
async fn whoever_was_named_counts_more() {
    let server = Pop3::builder()
        .user("mon", PASSWORD)
        .user("ops", "marker-ops")
        .start()
        .await
        .unwrap();
    let [flag, to] = way("mail.example.org", 110, &server);
    let text = "[defaults]\njson = true\n\
                [[credentials]]\nhost = \"mail.example.org\"\nuser = \"mon\"\npassword-env = \"MON\"\n\
                [[credentials]]\nhost = \"mail.example.org\"\nuser = \"ops\"\npassword-env = \"OPS\"\n";
    let folder = with_file("named-user", text);
    std::fs::write(
        folder.join("netrc"),
        "machine mail.example.org login ops password marker-ops\n",
    )
    .unwrap();
    let variables = [("MON", PASSWORD), ("OPS", "marker-ops")];
    for (words, user) in [
        (&["pop3://mail.example.org"][..], Some("mon")),
        // The same one, or one of a later entry: the password is there.
        (&["pop3://mail.example.org", "-u", "mon"], Some("mon")),
        (&["pop3://mail.example.org", "-u", "ops"], Some("ops")),
        (&["pop3://ops@mail.example.org"], Some("ops")),
        (
            &["pop3://mail.example.org", "--netrc-file", "netrc"],
            Some("ops"),
        ),
        // Somebody else has to bring his own.
        (&["pop3://mail.example.org", "-u", "third"], None),
        (&["pop3://third@mail.example.org"], None),
        // A password that was typed is the one.
        (&["pop3://mail.example.org", "-u", "mon:wrong"], None),
    ] {
        let before = server.connections();
        let output = run(&folder, &variables, &[words, &[&flag, &to]].concat()).await;
        let report = report(&output);
        match user {
            Some(user) => {
                assert_eq!(report["auth"]["user"], user, "{words:?} {report}");
                assert_eq!(report["auth"]["ok"], true, "{words:?} {report}");
            }
            None if words.contains(&"mon:wrong") => {
                assert_eq!(report["error"]["kind"], "auth.rejected", "{report}");
            }
            None => {
                let message = report["error"]["message"].as_str().unwrap();
                assert!(message.contains("no password for third"), "{report}");
                assert_eq!(server.connections(), before);
            }
        }
    }
}

#[tokio::test]
async fn transfers_log_in_with_it_and_so_do_both_ends_of_a_copy() {
    let mail = pop3("mon", PASSWORD).start().await.unwrap();
    let smtp = Smtp::builder().user("mon", PASSWORD).start().await.unwrap();
    let from = Imap::builder().user("a", PASSWORD);
    let from = from.message("a", "Subject: x\r\n\r\nx\r\n");
    let from = from.start().await.unwrap();
    let to = Imap::builder().user("b", "marker-b").start().await.unwrap();
    let text = format!(
        "[defaults]\nconnect-to = [\"p.example:110:127.0.0.1:{}\", \"s.example:587:127.0.0.1:{}\", \"old.example:143:127.0.0.1:{}\", \"new.example:143:127.0.0.1:{}\"]\n\
         [[credentials]]\nhost = \"old.example\"\nuser = \"a\"\npassword = \"{PASSWORD}\"\n\
         [[credentials]]\nhost = \"new.example\"\nuser = \"b\"\npassword = \"marker-b\"\n\
         [[credentials]]\nhost = \"*\"\nuser = \"mon\"\npassword = \"{PASSWORD}\"\n",
        mail.port(),
        smtp.port(),
        from.port(),
        to.port()
    );
    let folder = with_file("transfers", &text);
    for words in [
        &["get", "pop3://p.example/1"][..],
        &["ls", "pop3://p.example"],
        &[
            "send",
            "submission://s.example",
            "--from",
            "a@b.example",
            "--to",
            "c@d.example",
        ],
        &["cp", "imap://old.example/INBOX", "imap://new.example/Copy"],
    ] {
        let (code, out, err) = ended(&run(&folder, &[], words).await);
        assert_eq!(code, 0, "{words:?} {out}{err}");
    }
    assert!(smtp.said().iter().any(|line| line.starts_with("AUTH")));
    assert!(to.said().iter().any(|line| line.contains("APPEND")));
}

/// What stands in the file for the end of a copy is for that end.
#[tokio::test]
async fn the_ends_of_a_copy_have_defaults_of_their_own() {
    let from = Imap::builder().user("a", PASSWORD);
    let from = from.message("a", "Subject: x\r\n\r\nx\r\n");
    let from = from.start().await.unwrap();
    let to = Imap::builder().user("b", "marker-b").user("c", "marker-c");
    let to = to.start().await.unwrap();
    let text = "[defaults]\nuser = \"a\"\npassword-env = \"A\"\nto-user = \"b\"\nto-password-env = \"B\"\n";
    let folder = with_file("ends", text);
    let variables = [("A", PASSWORD), ("B", "marker-b")];
    let source = from.url("imap") + "/INBOX";
    let target = to.url("imap") + "/Copy";
    let (code, out, err) = ended(&run(&folder, &variables, &["cp", &source, &target]).await);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(to.mailbox("b", "Copy").len(), 1);
    // The URL's own user, and his own password.
    let target = target.replace("://", "://c:marker-c@");
    let (code, out, err) = ended(&run(&folder, &variables, &["cp", &source, &target]).await);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(to.mailbox("c", "Copy").len(), 1);
}

#[tokio::test]
async fn a_protocol_or_a_scheme_may_be_meant() {
    let server = pop3("mon", PASSWORD).start().await.unwrap();
    let [flag, to] = way("h.example", 110, &server);
    for (test, protocol, logs_in) in [
        ("scheme-one", "\"POP3\"", true),
        ("scheme-list", "[\"imap\", \"pop3\"]", true),
        ("scheme-other", "\"pop3s\"", false),
        ("scheme-imap", "[\"imap\"]", false),
    ] {
        let text = format!(
            "[[credentials]]\nhost = \"*\"\nprotocol = {protocol}\nuser = \"mon\"\npassword = \"{PASSWORD}\"\n"
        );
        let folder = with_file(test, &text);
        for target in ["pop3://h.example", "h.example:110"] {
            let words = [target, "--json", &flag, &to];
            let report = report(&run(&folder, &[], &words).await);
            assert_eq!(report["auth"]["ok"] == true, logs_in, "{test} {report}");
        }
    }
}

/// A login stays with the host that it is for.
#[tokio::test]
async fn a_redirect_takes_no_login_along() {
    let other = Http::builder().page("/there", "text/plain", "there");
    let other = other.start().await.unwrap();
    let location = format!("http://other.example:{}/there", other.port());
    let first = Http::builder()
        .user("mon", PASSWORD)
        .basic("/", "first")
        .redirect("/", 302, &location);
    let first = first.start().await.unwrap();
    let text = format!(
        "[defaults]\nlocation = true\nbasic = true\nconnect-to = [\"first.example:80:127.0.0.1:{}\", \"other.example:{}:127.0.0.1:{}\"]\n\
         [[credentials]]\nhost = \"first.example\"\nuser = \"mon\"\npassword = \"{PASSWORD}\"\n",
        first.port(),
        other.port(),
        other.port()
    );
    let folder = with_file("redirect", &text);
    let (code, out, err) = ended(&run(&folder, &[], &["get", "http://first.example/"]).await);
    assert_eq!((code, out.as_str()), (0, "there"), "{err}");
    let has_login =
        |request: &netspeak_fake::Request| request.headers.contains_key("authorization");
    assert!(first.requests().iter().any(has_login));
    assert!(!other.requests().is_empty() && !other.requests().iter().any(has_login));
}

#[tokio::test]
async fn a_check_logs_in_under_its_plugins_name() {
    let server = pop3("mon", PASSWORD).stls().start().await.unwrap();
    let text = format!(
        "[defaults]\ncacert = \"ca.pem\"\n\
         [[credentials]]\nhost = \"localhost\"\nuser = \"mon\"\npassword = \"{PASSWORD}\"\n"
    );
    let folder = with_file("check", &text);
    std::fs::write(folder.join("ca.pem"), server.ca_pem()).unwrap();
    let program = folder.join("check_pop");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_netspeak"), &program).unwrap();
    let port = server.port().to_string();
    let way = ["-H", "localhost", "-4", "-p", &port];
    let words = [&way[..], &["--starttls", "--config", "config.toml"]].concat();
    let (code, out, err) = ended(&run_as(&program, &folder, &[], &words).await);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("login ok"), "{out}");
    // The plugin's own way looks at the greeting only.
    let before = server.said().len();
    let (code, out, _) = ended(&run_as(&program, &folder, &[], &way).await);
    assert_eq!(code, 0, "{out}");
    assert_eq!(server.said().split_off(before), ["QUIT"]);
}

/// No password leaves for a server that others may listen to, wherever it comes from.
#[tokio::test]
async fn nobody_is_asked_where_nobody_logs_in() {
    let server = pop3("mon", PASSWORD).start().await.unwrap();
    let [flag, to] = way("h.example", 110, &server);
    let text =
        "[[credentials]]\nhost = \"*\"\nuser = \"mon\"\npassword-cmd = \"touch asked; false\"\n";
    let folder = with_file("unasked", text);
    for words in [
        &["--until", "greeting", "pop3://h.example"][..],
        &["tls", "pop3s://h.example"],
        &["gopher://127.0.0.1:1"],
    ] {
        let words = [words, &[&flag, &to]].concat();
        run(&folder, &[], &words).await;
        assert!(!folder.join("asked").exists(), "{words:?}");
    }
    let report = report(&run(&folder, &[], &["--json", "pop3://h.example", &flag, &to]).await);
    let message = report["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("config.toml:1: password-cmd failed"),
        "{report}"
    );
    assert_eq!(report["verdict"], "unknown", "{report}");
}

/// What fails once is not tried again for each target.
#[tokio::test]
async fn a_command_that_fails_is_run_once() {
    let text =
        "[[credentials]]\nhost = \"*\"\nuser = \"mon\"\npassword-cmd = \"echo x >> ran; exit 1\"\n";
    let folder = with_file("fails", text);
    let words = [
        "--format",
        "line",
        "pop3://h{1-9}.example".trim(),
        "imap://a",
        "imap://b",
    ];
    let (code, out, err) = ended(&run(&folder, &[], &words).await);
    assert_eq!(code, 3, "{out}{err}");
    let ran = std::fs::read_to_string(folder.join("ran")).unwrap();
    assert_eq!(ran, "x\n");
}

#[tokio::test]
async fn a_token_may_stand_in_the_place_of_a_password() {
    let server = Pop3::builder()
        .token("mon", "marker-token")
        .mechanisms([netspeak_fake::Mechanism::XOAuth2]);
    let server = server.start().await.unwrap();
    let [flag, to] = way("h.example", 110, &server);
    let text = "[[credentials]]\nhost = \"h.example\"\nuser = \"mon\"\noauth2-bearer-env = \"TOKEN\"\nlogin-options = \"AUTH=XOAUTH2\"\n";
    let folder = with_file("token", text);
    let words = ["pop3://h.example", "--json", &flag, &to];
    let report = report(&run(&folder, &[("TOKEN", "marker-token")], &words).await);
    assert_eq!(report["auth"]["used"], "XOAUTH2", "{report}");
    assert_eq!(report["auth"]["ok"], true, "{report}");
}
