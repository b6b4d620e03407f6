//! `talk` over protocols of lines: scripts, and a person at a terminal.

use netspeak_fake::{Certificate, Fault, Gopher, Http, Imap, Nntp, Pop3, Smtp, Telnet};
use tokio::io::AsyncWriteExt;

use super::terminal::Terminal;
use super::*;

/// Plays a script.
async fn played(words: &[&str], script: &str) -> Output {
    let here = folder("talk");
    let mut command = command(&here, &[&["talk"], words].concat());
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(script.as_bytes()).await.unwrap();
    drop(stdin);
    ended(child).await
}

#[tokio::test]
async fn every_protocol_of_lines_is_spoken_by_hand() {
    let imap = Imap::builder()
        .user(USER, PASSWORD)
        .tls(Certificate::Good)
        .starttls();
    let imap = imap.start().await.unwrap();
    let nntp = Nntp::builder().group("a.b", "").start().await.unwrap();
    let gopher = Gopher::builder()
        .text("/about", "Hello")
        .start()
        .await
        .unwrap();
    let http = Http::builder()
        .page("/p", "text/plain", "hello")
        .start()
        .await
        .unwrap();
    let https = Http::builder().page("/p", "text/plain", "hello");
    let https = https
        .tls(Certificate::Good)
        .implicit_tls()
        .start()
        .await
        .unwrap();
    for (words, script, brought) in [
        (
            vec!["-k", "--tls", "require"],
            "a STATUS INBOX (MESSAGES)\nb LOGOUT\n",
            "* STATUS INBOX (MESSAGES 0)\r\na OK",
        ),
        (vec![], "GROUP a.b\nQUIT\n", "211 0 "),
        (vec![], "/about\n", "Hello\r\n.\r\n"),
        (vec![], "GET /p HTTP/1.0\n\n", "HTTP/1.0 200 OK\r\n"),
        (
            vec!["-k"],
            "GET /p HTTP/1.1\nHost: x\nConnection: close\n\n",
            "HTTP/1.1 200 OK\r\n",
        ),
    ]
    .into_iter()
    .zip([
        url(&imap, "imap", ""),
        open_url(&nntp, "nntp", ""),
        open_url(&gopher, "gopher", ""),
        open_url(&http, "http", ""),
        open_url(&https, "https", ""),
    ])
    .map(|((mut words, script, brought), url)| {
        words.push(Box::leak(url.into_boxed_str()));
        (words, script, brought)
    }) {
        let output = played(&words, script).await;
        assert_eq!(
            (code(&output), said(&output)),
            (Some(0), String::new()),
            "{words:?}"
        );
        let text = printed(&output);
        assert!(text.starts_with(brought), "{words:?}: {text:?}");
    }
    assert!(
        imap.log()
            .iter()
            .any(|said| said.line.contains("STATUS") && said.encrypted)
    );
    assert!(
        http.requests()[0].header("accept").is_none(),
        "nothing is added"
    );
    let user = played(&[&url(&http, "http", "")], "").await;
    assert_eq!(code(&user), Some(2), "{}", said(&user));
}

#[tokio::test]
async fn a_script_is_sent_as_it_is() {
    let smtp = Smtp::builder().user(USER, PASSWORD).start().await.unwrap();
    let script = "QUITE\nRSET\n/quit\n//\n\n.\nAUTH LOGIN\nb3Bz\naHVudGVyMg==\nQUIT\n";
    let output = played(&["-v", &open_url(&smtp, "smtp", "")], script).await;
    assert_eq!(code(&output), Some(0));
    // The talk that -v shows ends where the script begins.
    assert!(!said(&output).contains("aHVudGVyMg=="), "{}", said(&output));
    let heard = smtp.said();
    for line in ["QUITE", "RSET", "/quit", "//", ".", "AUTH LOGIN"] {
        assert!(heard.iter().any(|said| said == line), "{line}: {heard:?}");
    }
}

#[tokio::test]
async fn what_is_shown_of_scripts() {
    let pop3 = Pop3::builder()
        .user(USER, PASSWORD)
        .message(USER, "Subject: x\r\n\r\n\x1b[2J\r\n");
    let pop3 = pop3.start().await.unwrap();
    let output = played(&[&url(&pop3, "pop3", "")], "STAT\nLIST\nNONE\nQUIT\n").await;
    assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
    golden::check("talk.lines.text", &printed(&output));
    let telnet = Telnet::builder()
        .user(USER, PASSWORD)
        .banner("My box\r\n")
        .start()
        .await
        .unwrap();
    let script = "send echo it works\nexpect $ \nsend exit\n";
    let output = played(&[&url(&telnet, "telnet", "")], script).await;
    assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
    golden::check("talk.script.text", &printed(&output));
    let output = played(&[&url(&telnet, "telnet", "")], "type it\n").await;
    assert_eq!(code(&output), Some(2));
    golden::check("talk.script-usage.stderr", &said(&output));
    let output = played(&["smtp+http://h.test"], "").await;
    golden::check("talk.scheme.stderr", &said(&output));
}

#[tokio::test]
async fn a_person_sees_times_and_has_commands() {
    let pop3 = Pop3::builder()
        .user(USER, PASSWORD)
        .message(USER, "Subject: /x\r\n\r\n\x1b[2J\r\n");
    let pop3 = pop3.start().await.unwrap();
    let here = folder("talk-person");
    let terminal = Terminal::new();
    let mut command = command(&here, &["talk", &url(&pop3, "pop3", "")]);
    terminal.holds(&mut command);
    let child = command.spawn().unwrap();
    terminal.sees("/help tells").await;
    terminal.types("STAT\n");
    terminal.sees("STAT\r\n").await;
    terminal.sees("  <-  +OK 1 ").await;
    terminal.types("/save out\nRETR 1\n");
    terminal.sees("  <-  \\x1b[2J\r\n").await;
    terminal.sees("  <-  .\r\n").await;
    terminal.types("/save\n/hex\nNOOP\n");
    terminal.sees("00000000  2b 4f 4b").await;
    terminal.types("/hex\n/save out\n");
    terminal.sees("out: File exists").await;
    terminal.types("/nonsense\n");
    terminal.sees("no such command").await;
    terminal.types("/help\n");
    terminal.sees("/quit        ends the talk").await;
    terminal.types("//x\n");
    terminal.sees("  <-  -ERR").await;
    terminal.types("/quit\n");
    let output = ended(child).await;
    assert_eq!(code(&output), Some(0));
    let heard = pop3.said();
    assert_eq!(heard.last().unwrap(), "/x", "{heard:?}");
    let saved = std::fs::read_to_string(here.join("out")).unwrap();
    assert!(
        saved.ends_with("Subject: /x\r\n\r\n\x1b[2J\r\n.\r\n"),
        "{saved:?}"
    );
}

#[tokio::test]
async fn who_watches_a_script_sees_both_sides_without_secrets() {
    let pop3 = Pop3::builder().user(USER, PASSWORD).start().await.unwrap();
    let here = folder("talk-watched");
    let terminal = Terminal::new();
    let mut command = command(&here, &["talk", &open_url(&pop3, "pop3", "")]);
    command.stdin(Stdio::piped()).stdout(terminal.stdio());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(b"USER ops\nPASS hunter2\nSTAT\nQUIT\n")
        .await
        .unwrap();
    let output = ended(child).await;
    assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
    terminal.sees("   -> PASS <redacted>\r\n").await;
    terminal.sees("   -> STAT\r\n").await;
    terminal.sees("  <-  +OK 0 0\r\n").await;
    assert!(!terminal.seen().contains(PASSWORD));
    drop(stdin);
}

#[tokio::test]
async fn a_server_that_goes_away_is_told_to_a_person() {
    let smtp = Smtp::builder().fault(Fault::Close(netspeak_fake::Moment::Command("NOOP")));
    let smtp = smtp.start().await.unwrap();
    let terminal = Terminal::new();
    let mut command = command(
        &folder("talk-gone"),
        &["talk", &open_url(&smtp, "smtp", "")],
    );
    terminal.holds(&mut command);
    let child = command.spawn().unwrap();
    terminal.sees("/help tells").await;
    terminal.types("NOOP\n");
    terminal.sees("the server has closed the connection").await;
    assert_eq!(code(&ended(child).await), Some(0));
}
