//! `talk` without a terminal: scripts over Telnet, lines over the others, against servers in the same process.
#![cfg(test)]

use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::{Builder, Certificate, Ftp, Pop3, Smtp, Telnet};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

const PASSWORD: &str = "hunter2";

fn shell() -> Builder<Telnet> {
    Telnet::builder().user("ops", PASSWORD).banner("My box\r\n")
}

async fn netspeak(words: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).env("NETSPEAK_PASSWORD", PASSWORD);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = tokio::time::timeout(Duration::from_secs(60), child.wait_with_output());
    output.await.expect("the command hangs").unwrap()
}

fn code_and_text(output: &Output) -> (Option<i32>, String) {
    assert!(
        !String::from_utf8_lossy(&output.stderr).contains(PASSWORD),
        "{output:?}"
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), text)
}

#[tokio::test]
async fn a_script_expects_and_sends() {
    let server = shell().start().await.unwrap();
    let script = "# log in\nexpect login:\nsend ops\nexpect Password:\nsend hunter2\nexpect $ \nsend echo it works\nexpect $ \nsend exit\n";
    // Nor does the transcript show what was typed for a password.
    let output = netspeak(&["talk", "-v", &server.url("telnet")], script).await;
    let (code, text) = code_and_text(&output);
    assert_eq!(code, Some(0), "{output:?}");
    assert!(text.starts_with("My box\r\nlogin:"), "{text:?}");
    assert!(
        text.contains("it works\r\n$ ") && text.ends_with("bye\r\n"),
        "{text:?}"
    );
}

#[tokio::test]
async fn without_a_script_it_reads_until_the_server_closes() {
    let server = Telnet::builder().plain().banner("news\r\n");
    let server = server.fault(netspeak_fake::Fault::Close(netspeak_fake::Moment::After(
        netspeak_fake::GREETING,
    )));
    let server = server.start().await.unwrap();
    let (code, text) = code_and_text(&netspeak(&["talk", &server.url("telnet")], "").await);
    assert_eq!((code, text.as_str()), (Some(0), "news\r\n"));
}

#[tokio::test]
async fn a_login_is_by_prompts_and_a_no_is_told() {
    let server = shell().start().await.unwrap();
    let url = server.url("telnet").replace("://", "://ops@");
    let output = netspeak(
        &["talk", "--term", "VT52", &url],
        "send term\nexpect $ \nsend exit\n",
    )
    .await;
    let (code, text) = code_and_text(&output);
    assert_eq!(code, Some(0), "{output:?}");
    assert!(text.contains("Welcome") && text.contains("bye"), "{text:?}");
    assert_eq!(server.terminals()[0].types, ["VT52"]);
    let url = server.url("telnet").replace("://", "://nobody@");
    let output = netspeak(&["talk", &url], "").await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("error[auth.rejected]"), "{said}");
    assert_eq!(output.status.code(), Some(67), "{output:?}");
}

#[tokio::test]
async fn what_does_not_come_and_what_is_no_script() {
    let server = shell().start().await.unwrap();
    let url = server.url("telnet");
    let output = netspeak(&["talk", "-m", "1", &url], "expect never\n").await;
    let (code, text) = code_and_text(&output);
    assert_eq!((code, text.as_str()), (Some(28), "My box\r\nlogin: "));
    let output = netspeak(&["talk", &url], "type hello\n").await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[tokio::test]
async fn lines_after_tls_and_login() {
    let pop3 = Pop3::builder()
        .user("ops", PASSWORD)
        .tls(Certificate::Good)
        .stls();
    let pop3 = pop3.start().await.unwrap();
    let smtp = Smtp::builder().user("ops", PASSWORD).start().await.unwrap();
    let ftp = Ftp::builder().user("ops", PASSWORD).start().await.unwrap();
    let with_user = |url: String| url.replace("://", "://ops@");
    for (words, input, expected) in [
        (
            vec!["-k", "--tls", "require"],
            "STAT\nQUIT\n",
            "+OK 0 0\r\n+OK",
        ),
        (vec!["--tls", "off"], "NOOP\r\nQUIT\n", "250"),
        (vec!["--tls", "off"], "PWD\nQUIT\n", "257"),
    ]
    .into_iter()
    .zip([
        with_user(pop3.url("pop3")),
        with_user(smtp.url("submission")),
        with_user(ftp.url("ftp")),
    ])
    .map(|((mut words, input, expected), url)| {
        words.insert(0, "talk");
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        words.push(url);
        (words, input, expected)
    }) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = netspeak(&words, input).await;
        let (code, text) = code_and_text(&output);
        assert_eq!(code, Some(0), "{output:?}");
        assert!(text.starts_with(expected), "{words:?}: {text:?}");
    }
    assert!(
        pop3.log()
            .iter()
            .any(|said| said.line == "STAT" && said.encrypted)
    );
}

#[tokio::test]
async fn a_probe_tells_what_a_server_asks() {
    let server = shell().start().await.unwrap();
    let output = netspeak(&["--json", &server.url("telnet")], "").await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"], "ok", "{report}");
    assert_eq!(report["greeting"]["raw"], "My box / login:", "{report}");
    let detail = &report["protocol_detail"];
    assert_eq!(
        detail["will"],
        serde_json::json!(["ECHO", "SGA"]),
        "{report}"
    );
    assert_eq!(
        detail["do"],
        serde_json::json!(["TTYPE", "NAWS", "NEW-ENVIRON"]),
        "{report}"
    );
    assert!(server.said().is_empty(), "nothing is typed");
    let shown = netspeak(&["--ascii", &server.url("telnet")], "").await;
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("do(TTYPE NAWS NEW-ENVIRON)"), "{shown}");
    let logged_in = netspeak(&["--json", "-u", "ops", &server.url("telnet")], "").await;
    let report: Value = serde_json::from_slice(&logged_in.stdout).unwrap();
    assert_eq!(report["auth"]["ok"], true, "{report}");
    let silent = Telnet::builder().plain();
    let silent = silent
        .user("ops", PASSWORD)
        .fault(netspeak_fake::Fault::Stall(netspeak_fake::Moment::Greeting));
    let silent = silent.start().await.unwrap();
    let output = netspeak(&["--json", "-m", "1", &silent.url("telnet")], "").await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["error"]["kind"], "timeout.total", "{report}");
}
