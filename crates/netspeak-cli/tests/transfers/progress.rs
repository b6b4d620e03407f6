//! How far a transfer is, for the person who waits for it, and for nobody else.

use netspeak_fake::{Fault, Ftp, Imap, MESSAGE, Moment, Nntp, Pop3, Smtp};
use rustix::process::{Pid, Signal, kill_process};

use super::terminal::Terminal;
use super::*;

/// What takes a line of a terminal away.
const CLEARED: &str = "\r\x1b[2K";

/// Waits until the bar tells how far it is, and ends the command; nothing of the bar stays.
async fn is_seen(here: &Path, words: &[&str], unit: &str) {
    let terminal = Terminal::new();
    let mut command = command(here, words);
    command.stdout(Stdio::null());
    let mut child = command.stderr(terminal.stdio()).spawn().unwrap();
    terminal.sees(unit).await;
    let pid = Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    let ended = tokio::time::timeout(PATIENCE, child.wait()).await;
    assert_eq!(ended.unwrap().unwrap().code(), Some(130), "{words:?}");
    until("nothing is left", || terminal.seen().ends_with(CLEARED)).await;
    // And nothing of it goes elsewhere.
    let mut command = super::command(here, words);
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let looked_at = child.stderr.take().unwrap();
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    for _ in 0..5 {
        ticks.tick().await;
    }
    child.kill().await.unwrap();
    let shown = rustix::io::ioctl_fionread(&looked_at).unwrap_or(0);
    assert_eq!(shown, 0, "{words:?}");
}

#[tokio::test]
async fn mail_and_news() {
    let here = folder("progress-mail");
    let mail = format!("Subject: x\r\n\r\n{}", "a line\r\n".repeat(60_000));
    let inside = |verb| Fault::Stall(Moment::Inside(verb, 300_000));
    let imap = Imap::builder().user(USER, PASSWORD).message(USER, &mail);
    let imap = imap
        .message(USER, &mail)
        .fault(inside("UID FETCH"))
        .start()
        .await
        .unwrap();
    let pop3 = Pop3::builder().user(USER, PASSWORD).message(USER, &mail);
    let pop3 = pop3.fault(inside("RETR")).start().await.unwrap();
    let article = format!("From: a@b.test\r\nNewsgroups: a.b\r\nMessage-ID: <1@x.test>\r\n{mail}");
    let nntp = Nntp::builder().group("a.b", "").article(article);
    let nntp = nntp.fault(inside("ARTICLE")).start().await.unwrap();
    for url in [
        url(&imap, "imap", "/INBOX"),
        url(&imap, "imap", "/INBOX;UID=1"),
        url(&pop3, "pop3", "/1"),
        url(&pop3, "pop3", "/"),
        open_url(&nntp, "nntp", "/a.b"),
        open_url(&nntp, "nntp", "/1@x.test"),
    ] {
        is_seen(&here, &["get", &url], "KiB").await;
    }
    // Of a maildrop the sizes are known before.
    let words = ["get", &url(&pop3, "pop3", "/"), "--dir", "d"];
    is_seen(&here, &words, "KiB/468.76 KiB").await;
}

#[tokio::test]
async fn what_is_sent() {
    let here = folder("progress-sent");
    std::fs::write(here.join("big"), vec![b'x'; 2_000_000]).unwrap();
    std::fs::write(here.join("other"), vec![b'x'; 2_000_000]).unwrap();
    let ftp = Ftp::builder().user(USER, PASSWORD).start().await.unwrap();
    let (file, folder) = (url(&ftp, "ftp", "/big"), url(&ftp, "ftp", "/"));
    let words = ["put", "big", &file, "--limit-rate", "100K"];
    is_seen(&here, &words, "/1.91 MiB").await;
    let words = [
        "put",
        "big",
        "other",
        &folder,
        "--limit-rate",
        "100K",
        "--jobs",
        "2",
    ];
    is_seen(&here, &words, "KiB").await;
    let mbox = "From a Mon Jan  1 00:00:00 2024\nSubject: x\n\nx\n\n".repeat(20);
    std::fs::write(here.join("mbox"), mbox).unwrap();
    let smtp = Smtp::builder().fault(Fault::Stall(Moment::Command(MESSAGE)).nth(5));
    let smtp = smtp.start().await.unwrap();
    let target = open_url(&smtp, "smtp", "");
    let words = [
        "send", &target, "--from", "a@b.test", "--to", "c@d.test", "--mbox", "mbox",
    ];
    is_seen(&here, &words, " mails").await;
}
