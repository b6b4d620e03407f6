use netspeak_fake::{Fault, Http, Moment, Nntp, Pop3, Smtp};

use crate::{ended, folder, report, run, way, with_file};

/// A server whose name only the file knows the way to.
#[tokio::test]
async fn the_file_leads_to_a_server_and_says_how_to_show_it() {
    let server = Pop3::builder().stls().start().await.unwrap();
    let [_, to] = way("mail.example.org", 110, &server);
    let text = format!(
        "[defaults]\nconnect-to = [\"{to}\"]\nformat = \"ndjson\"\ncacert = \"ca.pem\"\nsni = \"localhost\"\nstarttls = true\n"
    );
    let folder = with_file("leads", &text);
    std::fs::write(folder.join("ca.pem"), server.ca_pem()).unwrap();
    let url = "pop3://mail.example.org";
    let output = run(&folder, &[], &[url]).await;
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0), "{report}");
    assert_eq!(report["tls"]["verified"], true, "{report}");
    // Another format was typed, by another name of it.
    let (code, out, err) = ended(&run(&folder, &[], &["--json", url]).await);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.starts_with("{\n"), "{out}");
    let (_, out, _) = ended(&run(&folder, &[], &["--format", "line", url]).await);
    assert!(out.starts_with("OK "), "{out}");
    // A template goes with no format.
    let (code, out, err) = ended(&run(&folder, &[], &["-w", "%{verdict}\\n", url]).await);
    assert_eq!((code, out.as_str()), (0, "ok\n"), "{err}");
    // The upgrade is not wanted now.
    let words = [url, "--tls", "off", "--json"];
    let without = crate::report(&run(&folder, &[], &words).await);
    assert_eq!(without["tls"], serde_json::Value::Null, "{without}");
}

#[tokio::test]
async fn flags_win_then_variables_then_the_file() {
    let server = Smtp::builder().start().await.unwrap();
    let folder = with_file("order", "[defaults]\nehlo = \"file.example\"\n");
    let url = server.url("smtp");
    for (variables, words, name) in [
        (&[][..], &[][..], "file.example"),
        (
            &[("NETSPEAK_EHLO", "variable.example")],
            &[],
            "variable.example",
        ),
        (
            &[("NETSPEAK_EHLO", "variable.example")],
            &["--ehlo", "flag.example"],
            "flag.example",
        ),
        // As if it were not there.
        (&[("NETSPEAK_EHLO", "")], &[], "file.example"),
    ] {
        let before = server.said().len();
        let output = run(&folder, variables, &[&[url.as_str()], words].concat()).await;
        let (code, out, err) = ended(&output);
        assert_eq!(code, 0, "{out}{err}");
        let said = server.said().split_off(before);
        assert!(said.contains(&format!("EHLO {name}")), "{said:?}");
    }
}

#[tokio::test]
async fn a_limit_from_the_file_and_from_a_variable_holds() {
    let stalling = Pop3::builder().fault(Fault::Stall(Moment::Greeting));
    let stalling = stalling.start().await.unwrap();
    let url = stalling.url("pop3");
    for (test, text, variables) in [
        ("limit-number", "max-time = 0.2", &[][..]),
        ("limit-text", "max-time = \"0.2s\"", &[]),
        ("limit-alias", "timeout = 0.2", &[]),
        ("limit-none", "", &[("NETSPEAK_MAX_TIME", "0.2")]),
        (
            "limit-more",
            "max-time = 30",
            &[("NETSPEAK_MAX_TIME", "0.2")],
        ),
    ] {
        let folder = with_file(test, &format!("[defaults]\n{text}\n"));
        let report = report(&run(&folder, variables, &["--json", &url]).await);
        assert_eq!(report["error"]["kind"], "timeout.total", "{test} {report}");
    }
}

#[tokio::test]
async fn a_switch_may_be_turned_off_again_by_a_variable() {
    let server = Pop3::builder().start().await.unwrap();
    let folder = with_file("off", "[defaults]\njson = true\n");
    let url = server.url("pop3");
    for (value, is_json) in [("true", true), ("0", false), ("off", false), ("1", true)] {
        let output = run(&folder, &[("NETSPEAK_JSON", value)], &[&url]).await;
        let (code, out, _) = ended(&output);
        assert_eq!((code, out.starts_with('{')), (0, is_json), "{value} {out}");
    }
    // What is off keeps nothing out.
    let folder = with_file("off-apart", "[defaults]\nformat = \"line\"\n");
    let output = run(&folder, &[("NETSPEAK_JSON", "false")], &[&url]).await;
    let (code, out, _) = ended(&output);
    assert_eq!((code, out.lines().count()), (0, 1), "{out}");
    let folder = with_file("off-file", "[defaults]\njson = false\n");
    let (code, out, _) = ended(&run(&folder, &[], &[&url]).await);
    assert_eq!((code, out.starts_with("OK ")), (0, true), "{out}");
}

#[tokio::test]
async fn a_variable_may_tell_how_often() {
    let server = Pop3::builder().start().await.unwrap();
    let url = server.url("pop3");
    let folder = folder("often");
    for often in ["1", "2"] {
        let output = run(&folder, &[("NETSPEAK_VERBOSE", often)], &[&url]).await;
        let (code, out, err) = ended(&output);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("CAPA"), "{out}");
    }
}

/// The file may say what a verb wants, and what is for another verb does no harm.
#[tokio::test]
async fn what_a_verb_wants_may_stand_in_the_file() {
    let smtp = Smtp::builder().start().await.unwrap();
    let folder = with_file("wants", "[defaults]\nfrom = \"ops@example.org\"\n");
    let words = ["send", &smtp.url("smtp"), "--to", "a@example.net"];
    let (code, out, err) = ended(&run(&folder, &[], &words).await);
    assert_eq!(code, 0, "{out}{err}");
    let said = smtp.said();
    assert!(
        said.iter()
            .any(|line| line.starts_with("MAIL FROM:<ops@example.org>")),
        "{said:?}"
    );
    // `--from` of `post` goes with --yenc only.
    let http = Http::builder().page("/form", "text/plain", "thanks");
    let http = http.start().await.unwrap();
    let url = http.url("http") + "/form";
    let (code, out, err) = ended(&run(&folder, &[], &["post", &url, "-d", "a=b"]).await);
    assert_eq!((code, out.as_str()), (0, "thanks"), "{err}");
    // What is missing is missing.
    let (code, _, err) = ended(&run(&folder, &[], &["send", &smtp.url("smtp")]).await);
    assert_eq!(code, 2);
    assert!(err.contains("--to"), "{err}");
}

/// A default that goes with another flag waits for that one.
#[tokio::test]
async fn what_is_only_for_another_flag_waits_for_it() {
    let nntp = Nntp::builder().group("misc.test", "tests");
    let nntp =
        nntp.article("Message-ID: <1@x>\r\nNewsgroups: misc.test\r\nFrom: me\r\n\r\nhello\r\n");
    let nntp = nntp.start().await.unwrap();
    let text = "[defaults]\nbackup = \"nntp://127.0.0.1:1\"\nehlo = \"a.example\"\n";
    let folder = with_file("waits", text);
    let url = nntp.url("nntp") + "/1@x";
    let (code, out, err) = ended(&run(&folder, &[], &["get", &url]).await);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("hello"), "{out}");
    let words = ["--print-config", "get", &url, "--nzb", "f"];
    let (_, out, _) = ended(&run(&folder, &[], &words).await);
    assert!(out.contains("backup = "), "{out}");
    let (_, out, _) = ended(&run(&folder, &[], &["--print-config", "get", &url]).await);
    assert!(
        !out.contains("backup = ") && out.contains("ehlo = "),
        "{out}"
    );
}

/// Fields for HTTP do not keep mail from being fetched.
#[tokio::test]
async fn a_default_of_another_protocol_does_no_harm() {
    let pop3 = crate::pop3("ops", crate::PASSWORD).start().await.unwrap();
    let http = Http::builder().page("/", "text/plain", "page");
    let http = http.start().await.unwrap();
    let text = "[defaults]\nheader = [\"X-One: 1\", \"X-Two: 2\"]\nuser-agent = \"probe\"\n";
    let folder = with_file("foreign", text);
    let url = pop3.url("pop3") + "/1";
    let variables = [("NETSPEAK_PASSWORD", crate::PASSWORD)];
    let (code, out, err) = ended(&run(&folder, &variables, &["get", &url, "-u", "ops"]).await);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("Subject: x"), "{out}");
    let url = http.url("http") + "/";
    let (code, out, err) = ended(&run(&folder, &[], &["get", &url]).await);
    assert_eq!((code, out.as_str()), (0, "page"), "{err}");
    let headers = &http.requests()[0].headers;
    for (field, value) in [("x-one", "1"), ("x-two", "2"), ("user-agent", "probe")] {
        assert_eq!(headers[field], value);
    }
}

#[tokio::test]
async fn the_families_are_apart_whichever_is_typed() {
    let server = Pop3::builder().start().await.unwrap();
    let folder = with_file("families", "[defaults]\nipv6 = true\n");
    let url = server.url("pop3");
    let (code, out, err) = ended(&run(&folder, &[], &["-4", &url]).await);
    assert_eq!(code, 0, "{out}{err}");
    let (code, out, _) = ended(&run(&folder, &[], &[&url]).await);
    assert_eq!(code, 2, "{out}");
}

/// A password that is named on the command line keeps out another way to one.
#[tokio::test]
async fn ways_to_a_password_are_rivals() {
    let server = crate::pop3("ops", crate::PASSWORD).start().await.unwrap();
    let text = "[defaults]\nuser = \"ops\"\npassword-file = \"missing\"\n";
    let folder = with_file("rivals", text);
    let variables = [("OPS", crate::PASSWORD)];
    let words = ["--json", "--password-env", "OPS", &server.url("pop3")];
    let report = report(&run(&folder, &variables, &words).await);
    assert_eq!(report["auth"]["ok"], true, "{report}");
}

/// Each URL's own user counts more than one for all.
#[tokio::test]
async fn a_user_for_all_gives_way_to_the_url() {
    let server = crate::pop3("ops", crate::PASSWORD).start().await.unwrap();
    let text = "[defaults]\nuser = \"other\"\npassword-file = \"missing\"\n";
    let folder = with_file("gives-way", text);
    let login = format!("://ops:{}@", crate::PASSWORD);
    let url = server.url("pop3").replace("://", &login);
    let report = report(&run(&folder, &[], &["--json", &url]).await);
    assert_eq!(report["auth"]["user"], "ops", "{report}");
    assert_eq!(report["auth"]["ok"], true, "{report}");
}

#[tokio::test]
async fn config_is_a_flag_of_every_verb_and_may_stand_in_front() {
    let server = crate::pop3("ops", crate::PASSWORD).start().await.unwrap();
    let folder = folder("named");
    let text = "[defaults]\nuser = \"ops\"\n";
    std::fs::write(folder.join("other.toml"), text).unwrap();
    let variables = [("NETSPEAK_PASSWORD", crate::PASSWORD)];
    let url = server.url("pop3");
    for words in [
        &["ls", &url, "--config", "other.toml"][..],
        &["--config", "other.toml", "ls", &url],
        &["--config=other.toml", "ls", &url],
        &["--config", "other.toml", &url],
    ] {
        let (code, out, err) = ended(&run(&folder, &variables, words).await);
        assert_eq!(code, 0, "{words:?} {out}{err}");
    }
    assert!(
        server
            .said()
            .iter()
            .any(|line| line == "LIST" || line == "UIDL")
    );
}
