//! Ctrl-C and SIGTERM: what is whole stays, the rest can be gone on with.

use netspeak_fake::{Fault, Ftp, Http, Moment, Page, Pop3, Server};
use rustix::process::{Pid, Signal, kill_process};

use super::*;

const ENDS: [(Signal, i32, &str); 2] = [(Signal::INT, 130, "int"), (Signal::TERM, 143, "term")];

fn send(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

fn large() -> String {
    let line = "0123456789abcde\n";
    line.repeat(3_000_000 / line.len())
}

fn length(file: &Path) -> u64 {
    file.metadata().map_or(0, |found| found.len())
}

/// Interrupts a download of `/f` once some of it is here, and goes on with it.
async fn interrupted_and_gone_on_with(here: &Path, url: &str, signal: Signal, expected: i32) {
    let words = ["get", "-O", "-C", "-", url];
    let child = command(here, &words).spawn().unwrap();
    let part = here.join("f.part");
    until("a part", || length(&part) > 200_000).await;
    send(&child, signal);
    let output = ended(child).await;
    assert_eq!(
        (code(&output), said(&output)),
        (Some(expected), String::new())
    );
    assert!(!here.join("f").exists() && length(&part) > 200_000);
    let output = netspeak(here, &words).await;
    assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
    assert_eq!(names(here), ["f"]);
    assert!(std::fs::read_to_string(here.join("f")).unwrap() == large());
}

#[tokio::test]
async fn a_file_over_http_goes_on_where_it_was_interrupted() {
    for (signal, expected, name) in ENDS {
        let page = || Page::new("text/plain", large()).etag("\"v1\"");
        let slow = page().drip(300_000, Duration::from_millis(400));
        let server = Http::builder().serve("/f", page()).serve_once("/f", slow);
        let server = server.start().await.unwrap();
        let here = folder(&format!("http-{name}"));
        let url = open_url(&server, "http", "/f");
        interrupted_and_gone_on_with(&here, &url, signal, expected).await;
        let range = server.requests().pop().unwrap();
        assert!(range.header("range").is_some());
    }
}

#[tokio::test]
async fn a_file_over_ftp_goes_on_where_it_was_interrupted() {
    for (signal, expected, name) in ENDS {
        let stalls = Fault::Stall(Moment::Transferred(500_000)).on_connection(1);
        let server = Ftp::builder().user(USER, PASSWORD).file("/f", large());
        let server = server.fault(stalls).start().await.unwrap();
        let here = folder(&format!("ftp-{name}"));
        let url = url(&server, "ftp", "/f");
        interrupted_and_gone_on_with(&here, &url, signal, expected).await;
    }
}

#[tokio::test]
async fn messages_that_are_whole_stay_and_the_others_come_the_next_time() {
    for (signal, expected, name) in ENDS {
        let stalls = Fault::Stall(Moment::Inside("RETR", 60)).nth(2);
        let mut builder = Pop3::builder().user(USER, PASSWORD);
        for number in 1..=3 {
            let mail = format!("Subject: {number}\r\n\r\n{}", "a line\r\n".repeat(20));
            builder = builder.message(USER, mail);
        }
        let server = builder
            .fault(stalls.on_connection(1))
            .start()
            .await
            .unwrap();
        let here = folder(&format!("mail-{name}"));
        let url = url(&server, "pop3", "/");
        let words = ["get", &url, "--dir", "d"];
        let child = command(&here, &words).spawn().unwrap();
        let first = here.join("d/000001.eml");
        until("a message", || first.exists()).await;
        send(&child, signal);
        let output = ended(child).await;
        assert_eq!(
            (code(&output), said(&output)),
            (Some(expected), String::new())
        );
        assert!(!here.join("d/000002.eml").exists());
        server.idle().await;
        assert_eq!(code(&netspeak(&here, &words).await), Some(0));
        let all = ["000001.eml", "000002.eml", "000003.eml"];
        assert_eq!(names(&here.join("d")), all);
    }
}

#[tokio::test]
async fn who_waits_for_a_reader_is_ended_by_the_second_signal() {
    let server = Http::builder().serve("/f", Page::new("text/plain", "line\n").endless());
    let server = server.start().await.unwrap();
    let here = folder("twice");
    let mut child = command(&here, &["get", &open_url(&server, "http", "/f")]);
    let mut child = child.spawn().unwrap();
    let unread = child.stdout.take().unwrap();
    // The pipe is full, and whoever writes to it waits.
    let held = || rustix::io::ioctl_fionread(&unread).unwrap_or_default();
    until("a full pipe", || held() > 60_000).await;
    let pid = child.id();
    until("the end", || {
        if child.try_wait().unwrap().is_none() {
            send(&child, Signal::INT);
            return false;
        }
        true
    })
    .await;
    assert!(pid.is_some());
    let output = ended(child).await;
    assert_eq!((code(&output), said(&output)), (Some(130), String::new()));
}

async fn putting(server: &Server<Ftp>, here: &Path, words: &[&str]) -> Output {
    std::fs::write(here.join("big"), large()).unwrap();
    let url = url(server, "ftp", "/big");
    let words = [&["put", "big", &url, "--limit-rate", "200K"], words].concat();
    let child = command(here, &words).spawn().unwrap();
    until("an upload", || {
        server.said().iter().any(|line| line.starts_with("STOR"))
    })
    .await;
    let came = |path: &str| server.file(path).is_some_and(|file| !file.is_empty());
    until("some of it", || came("/big") || came("/big.part")).await;
    send(&child, Signal::INT);
    let output = ended(child).await;
    server.idle().await;
    output
}

#[tokio::test]
async fn an_upload_over_ftp_is_aborted_and_the_session_ended() {
    for (name, words, final_name) in [
        ("put", &[][..], true),
        ("put-temporary", &["--temp-name"][..], false),
    ] {
        let server = Ftp::builder().user(USER, PASSWORD).start().await.unwrap();
        let here = folder(name);
        let output = putting(&server, &here, words).await;
        assert_eq!((code(&output), said(&output)), (Some(130), String::new()));
        let dialogue = server.said();
        assert!(
            dialogue.iter().any(|line| line.ends_with("ABOR")),
            "{dialogue:?}"
        );
        assert_eq!(dialogue.last().unwrap(), "QUIT", "{dialogue:?}");
        assert_eq!(
            server.file("/big").is_some(),
            final_name,
            "{:?}",
            server.paths()
        );
        // What is there is gone on with.
        let url = url(&server, "ftp", "/big");
        let words = [&["put", "-C", "-", "big", &url], words].concat();
        let output = netspeak(&here, &words).await;
        assert_eq!((code(&output), said(&output)), (Some(0), String::new()));
        assert!(server.file("/big").unwrap() == large().into_bytes());
    }
}
