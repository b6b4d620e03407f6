//! `send`, `post`, `rpc`.

use netspeak_fake::{Fault, Http, MESSAGE, Nntp, Smtp, Xmlrpc};

use super::*;

#[tokio::test]
async fn mails() {
    let here = folder("shown-send");
    let mail = "Subject: x\n\nx\n";
    std::fs::write(here.join("mail"), mail).unwrap();
    std::fs::write(
        here.join("mbox"),
        format!("From a Mon Jan  1 00:00:00 2024\n{mail}\n").repeat(2),
    )
    .unwrap();
    let server = Smtp::builder().refuse("none@d.test", "550 5.1.1 nobody \x1b[2J here");
    let server = server.fault(Fault::reply(MESSAGE, "250 2.0.0 Ok: queued as 4F2A\r\n"));
    let server = server.start().await.unwrap();
    let target = open_url(&server, "smtp", "");
    for (name, to, words, expected) in [
        (
            "all",
            &["c@d.test", "e@d.test"][..],
            &["--eml", "mail"][..],
            0,
        ),
        ("some", &["c@d.test", "none@d.test"], &["--eml", "mail"], 18),
        ("none", &["none@d.test"], &["--eml", "mail"], 55),
        (
            "mbox",
            &["c@d.test", "none@d.test"],
            &["--mbox", "mbox"],
            18,
        ),
        (
            "stop",
            &["c@d.test", "none@d.test"],
            &["--stop-after", "rcpt"],
            18,
        ),
    ] {
        let human = [
            &["send", &target, "--from", "a@b.test"],
            words,
            &["--to"],
            to,
        ]
        .concat();
        let output = netspeak(&here, &human).await;
        assert_eq!(
            code(&output),
            Some(expected),
            "{human:?}: {}",
            said(&output)
        );
        check(&format!("send.{name}.human"), &masked(&printed(&output)));
        if name == "stop" {
            check("send.stop.stderr", &said(&output));
        }
        let json = [
            &["send", &target, "--json", "--from", "a@b.test"],
            words,
            &["--to"],
            to,
        ]
        .concat();
        let output = netspeak(&here, &json).await;
        assert_eq!(code(&output), Some(expected), "{json:?}: {}", said(&output));
        check(&format!("send.{name}.json"), &masked(&printed(&output)));
    }
    let words = [
        "send", &target, "--from", "a@b.test", "--to", "c@d.test", "--eml", "gone",
    ];
    shows(&here, &words, "", "send.unreadable.stderr", 26).await;
    let words = [&words[..], &["--json"]].concat();
    shows(
        &here,
        &words,
        "send.unreadable.json",
        "send.unreadable.stderr",
        26,
    )
    .await;
}

#[tokio::test]
async fn posts() {
    let here = folder("shown-post");
    let http = Http::builder()
        .page("/form", "text/plain", "thanks\n")
        .start()
        .await
        .unwrap();
    let at = |path: &str| open_url(&http, "http", path);
    let output = netspeak(&here, &["post", &at("/form"), "-d", "a=b"]).await;
    check("post.http.text", &masked(&printed(&output)));
    shows(
        &here,
        &["post", &at("/none"), "-d", "a=b"],
        "",
        "post.http-none.stderr",
        22,
    )
    .await;
    let article = "From: a@b.test\nNewsgroups: a.b\nSubject: x\n\nx\n";
    std::fs::write(here.join("article"), article).unwrap();
    let nntp = Nntp::builder().group("a.b", "").start().await.unwrap();
    let words = ["post", "--file", "article", &open_url(&nntp, "nntp", "/")];
    shows(&here, &words, "post.nntp.human", "", 0).await;
    let closed = Nntp::builder()
        .group("a.b", "")
        .read_only()
        .start()
        .await
        .unwrap();
    let words = ["post", "--file", "article", &open_url(&closed, "nntp", "/")];
    shows(&here, &words, "", "post.nntp-refused.stderr", 25).await;
}

#[tokio::test]
async fn calls() {
    let here = folder("shown-rpc");
    let value = |xml: &str| {
        let body = format!(
            "<?xml version=\"1.0\"?><methodResponse><params><param><value>{xml}</value></param></params></methodResponse>"
        );
        netspeak_fake::Page::new("text/xml", body)
    };
    let rows = [
        ("int", "<int>-7</int>"),
        ("i8", "<i8>4294967296</i8>"),
        ("double", "<double>1.5</double>"),
        ("boolean", "<boolean>1</boolean>"),
        ("text", "<string>one\ntwo \u{1b}[2J</string>".trim()),
        (
            "date",
            "<dateTime.iso8601>20240101T10:00:00</dateTime.iso8601>",
        ),
        ("base64", "<base64>AAEC</base64>"),
        ("nil", "<nil/>"),
        (
            "array",
            "<array><data><value><int>1</int></value><value>b</value></data></array>",
        ),
        (
            "struct",
            "<struct><member><name>b</name><value><int>1</int></value></member><member><name>a</name><value><array><data><value>x</value></data></array></value></member></struct>",
        ),
    ];
    let (mut human, mut json) = (String::new(), String::new());
    for (name, xml) in rows {
        let xml = xml.replace('\u{1b}', "");
        let server = Http::builder()
            .serve("/RPC2", value(&xml))
            .start()
            .await
            .unwrap();
        let target = open_url(&server, "http", "/RPC2");
        for (shown, words) in [(&mut human, &[][..]), (&mut json, &["--json"])] {
            let words = [&["rpc", &target, "value"], words].concat();
            let output = netspeak(&here, &words).await;
            assert_eq!(
                (code(&output), said(&output)),
                (Some(0), String::new()),
                "{name}"
            );
            shown.push_str(&format!("{name}\n{}", printed(&output)));
        }
    }
    check("rpc.values.human", &human);
    check("rpc.values-as-json.text", &json);
    let server = Http::builder()
        .rpc("/RPC2", Xmlrpc::new())
        .start()
        .await
        .unwrap();
    let target = open_url(&server, "http", "/RPC2");
    shows(
        &here,
        &["rpc", &target, "no.such"],
        "",
        "rpc.fault.stderr",
        8,
    )
    .await;
    let none = open_url(&server, "http", "/none");
    shows(&here, &["rpc", &none, "add"], "", "rpc.status.stderr", 22).await;
    let words = ["rpc", &target, "add", "--args", "{"];
    shows(&here, &words, "", "rpc.usage.stderr", 2).await;
}
