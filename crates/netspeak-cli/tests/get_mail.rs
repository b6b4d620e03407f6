//! `netspeak get` over POP3: what is on disk is whole, what was there is kept, and a terminal gets text.
#![cfg(test)]
#![cfg(unix)]

#[path = "support/folder.rs"]
mod folder;
#[path = "support/pty.rs"]
mod pty;
#[path = "support/run.rs"]
mod run;

use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use netspeak_fake::{Fault, GREETING, Moment, Pop3, Server};

const MAILS: [&str; 3] = [
    "Subject: one\r\n\r\nfirst\r\n",
    "Subject: two\r\n\r\nsecond, and a little longer\r\n",
    "Subject: three\r\n\r\nthird\r\n",
];

async fn server(faults: &[Fault]) -> Server<Pop3> {
    let mut builder = Pop3::builder().user("ops", "hunter2");
    for mail in MAILS {
        builder = builder.message("ops", mail);
    }
    for fault in faults {
        builder = builder.fault(fault.clone());
    }
    builder.start().await.unwrap()
}

/// Ends inside message two, the first time.
fn cut() -> Fault {
    Fault::Close(Moment::Inside("RETR", 40))
        .nth(2)
        .on_connection(1)
}

fn folder(test: &str) -> PathBuf {
    folder::folder("get_mail", test)
}

async fn get(folder: &Path, server: &Server<Pop3>, path: &str, words: &[&str]) -> Output {
    let url = server.url("pop3").replace("://", "://ops:hunter2@") + path;
    run::netspeak(folder, &[&["get", &url], words].concat()).await
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[tokio::test]
async fn what_stood_there_is_kept_whatever_fails() {
    let folder = folder("kept");
    for (fault, code) in [
        (Fault::reply("AUTH", "-ERR [AUTH] no\r\n"), 67),
        (Fault::reply(GREETING, "-ERR [IN-USE] later\r\n"), 8),
        (Fault::Close(Moment::Greeting), 18),
        (Fault::reply("RETR", "-ERR no such message\r\n"), 78),
        (Fault::Close(Moment::Inside("RETR", 20)), 18),
    ] {
        std::fs::write(folder.join("m"), "yesterday's\n").unwrap();
        let server = server(&[fault]).await;
        for path in ["/1", "/"] {
            let output = get(&folder, &server, path, &["-o", "m"]).await;
            assert_eq!(output.status.code(), Some(code), "{output:?}");
            assert_eq!(read(&folder, "m"), "yesterday's\n");
        }
    }
    let output = run::netspeak(&folder, &["get", "pop3://ops:x@127.0.0.1:1/1", "-o", "m"]).await;
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    assert_eq!(read(&folder, "m"), "yesterday's\n");
}

#[tokio::test]
async fn a_message_has_its_name_once_it_is_whole() {
    let folder = folder("whole");
    let server = server(&[Fault::Close(Moment::Inside("RETR", 40)).on_connection(1)]).await;
    let output = get(&folder, &server, "/2", &["-o", "m"]).await;
    assert_ne!(output.status.code(), Some(0));
    assert_eq!(names(&folder), ["m.part"]);
    assert!(MAILS[1].starts_with(&read(&folder, "m.part")));
    let output = get(&folder, &server, "/2", &["-o", "m"]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(
        (names(&folder), read(&folder, "m")),
        (vec!["m".to_owned()], MAILS[1].to_owned())
    );
}

#[tokio::test]
async fn a_mailbox_that_breaks_off_keeps_its_whole_messages() {
    let folder = folder("mbox");
    let server = server(&[cut()]).await;
    let output = get(&folder, &server, "/", &["-o", "all"]).await;
    assert_ne!(output.status.code(), Some(0));
    assert_eq!(names(&folder), ["all.part"]);
    let kept = read(&folder, "all.part");
    assert!(kept.ends_with("\nSubject: one\n\nfirst\n\n"), "{kept}");
    assert!(!kept.contains("two"));
    // Standard output gets no half of one either.
    let broken = self::server(&[cut()]).await;
    let output = get(&folder, &broken, "/", &[]).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.ends_with("\nSubject: one\n\nfirst\n\n"), "{text}");
}

#[tokio::test]
async fn a_folder_goes_on_where_it_was_cut() {
    let folder = folder("folder");
    let server = server(&[cut()]).await;
    let output = get(&folder, &server, "/", &["--dir", "d"]).await;
    assert_ne!(output.status.code(), Some(0));
    let dir = folder.join("d");
    assert_eq!(names(&dir), ["000001.eml", "000002.eml.part"]);
    let output = get(&folder, &server, "/", &["--dir", "d"]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(names(&dir), ["000001.eml", "000002.eml", "000003.eml"]);
    for (name, mail) in names(&dir).iter().zip(MAILS) {
        assert_eq!(read(&dir, name), mail);
    }
}

#[tokio::test]
async fn what_else_is_in_a_folder_is_told_and_keeps_nothing_back() {
    let folder = folder("else");
    std::fs::create_dir(folder.join("d")).unwrap();
    std::fs::write(folder.join("d/000002.eml"), "mine").unwrap();
    let server = server(&[]).await;
    let output = get(&folder, &server, "/", &["--dir", "d"]).await;
    assert_eq!(output.status.code(), Some(23), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("000002.eml: something else is there already: --force"),
        "{told}"
    );
    assert_eq!(read(&folder, "d/000002.eml"), "mine");
    assert_eq!(read(&folder, "d/000003.eml"), MAILS[2]);
    let output = get(&folder, &server, "/", &["--dir", "d", "--force"]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(read(&folder, "d/000002.eml"), MAILS[1]);
}

#[tokio::test]
async fn several_messages_are_one_file_and_links_are_replaced() {
    let folder = folder("several");
    let server = server(&[]).await;
    std::fs::write(folder.join("victim"), "mine").unwrap();
    std::os::unix::fs::symlink("victim", folder.join("all")).unwrap();
    let output = get(&folder, &server, "/{1,3}", &["-o", "all"]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(read(&folder, "all"), MAILS[0].to_owned() + MAILS[2]);
    assert_eq!(read(&folder, "victim"), "mine");
}

#[tokio::test]
async fn devices_and_pipes_are_written_directly() {
    let folder = folder("devices");
    let server = server(&[]).await;
    for device in ["/dev/null", "/dev/stdout", "-"] {
        let output = get(&folder, &server, "/1", &["-o", device]).await;
        let text = run::stdout(&output);
        assert_eq!(
            text,
            if device == "/dev/null" { "" } else { MAILS[0] },
            "{device}"
        );
    }
    let fifo = folder.join("fifo");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let reader = tokio::task::spawn_blocking({
        let fifo = fifo.clone();
        move || std::fs::read_to_string(fifo).unwrap()
    });
    let output = get(&folder, &server, "/1", &["-o", "fifo"]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(reader.await.unwrap(), MAILS[0]);
    assert_eq!(names(&folder), ["fifo"]);
}

/// What the command shows in a terminal.
async fn on_a_terminal(words: Vec<String>) -> String {
    tokio::task::spawn_blocking(move || {
        let (mut screen, terminal) = pty::open(0, 0);
        let mut child = Command::new(env!("CARGO_BIN_EXE_netspeak"))
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::from(OwnedFd::from(terminal)))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut shown = Vec::new();
        let mut room = [0; 4096];
        // A terminal that nobody has open any more is an error to read from.
        while let Ok(count @ 1..) = screen.read(&mut room) {
            shown.extend_from_slice(&room[..count]);
        }
        assert!(child.wait().unwrap().success());
        String::from_utf8_lossy(&shown).into_owned()
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_message_on_a_terminal_is_text_unless_it_is_wanted_as_it_is() {
    let builder = Pop3::builder().user("ops", "hunter2");
    let mail = "Subject: \u{1b}[2Jhostile\r\n\r\ntab\tand \u{9b}31m\r\n";
    let server = builder.message("ops", mail).start().await.unwrap();
    let url = server.url("pop3").replace("://", "://ops:hunter2@");
    for path in ["/1", "/"] {
        let url = format!("{url}{path}");
        let get = |words: &[&str]| {
            let words = [&["get", url.as_str()], words].concat();
            on_a_terminal(words.into_iter().map(str::to_owned).collect())
        };
        let shown = get(&[]).await;
        assert!(!shown.contains(['\u{1b}', '\u{9b}']), "{shown:?}");
        assert!(shown.contains("Subject: \\x1b[2Jhostile\r\n"), "{shown:?}");
        let shown = get(&["-o", "-"]).await;
        assert!(shown.contains("Subject: \u{1b}[2Jhostile"), "{shown:?}");
    }
}
