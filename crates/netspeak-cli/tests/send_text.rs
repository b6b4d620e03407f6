//! What `netspeak send` sends, and what it says about it.
#![cfg(test)]

#[path = "support/folder.rs"]
mod folder;

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::{Fault, How, Mail, Server, Smtp};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

struct Sent {
    output: Output,
    mails: Vec<Mail>,
}

impl Sent {
    fn mail(&self) -> &Mail {
        assert_eq!(self.output.status.code(), Some(0), "{:?}", self.output);
        let [mail] = self.mails.as_slice() else {
            panic!("{} mails", self.mails.len())
        };
        mail
    }

    fn refusal(&self) -> String {
        assert!(self.mails.is_empty() && self.output.status.code() != Some(0));
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    /// The value of a field, unfolded.
    fn field(&self, name: &str) -> String {
        let text = String::from_utf8(self.mail().data.clone()).unwrap();
        let text = text.replace("\r\n ", " ");
        let header = text.split("\r\n\r\n").next().unwrap();
        let mut lines = header.lines();
        let value = lines.find_map(|line| line.strip_prefix(&format!("{name}: ")));
        value.unwrap_or_default().to_owned()
    }
}

async fn send_to(server: &Server<Smtp>, words: &[&str], stdin: Option<&[u8]>) -> Sent {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(["send", &server.url("smtp")]).args(words);
    let input = stdin.map_or(Stdio::null(), |_| Stdio::piped());
    command.stdin(input).kill_on_drop(true);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    if let (Some(text), Some(mut input)) = (stdin, child.stdin.take()) {
        input.write_all(text).await.unwrap();
    }
    let output = tokio::time::timeout(Duration::from_secs(60), child.wait_with_output());
    Sent {
        output: output.await.expect("the command hangs").unwrap(),
        mails: server.take_mails(),
    }
}

const ADDRESSES: [&str; 4] = ["--from", "a@example.org", "--to", "b@example.org"];

async fn send(words: &[&str]) -> Sent {
    let server = Smtp::builder().start().await.unwrap();
    send_to(&server, &[&ADDRESSES, words].concat(), None).await
}

fn folder(test: &str) -> PathBuf {
    folder::folder("send_text", test)
}

fn file(folder: &Path, name: &str, text: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The same text in a file and through standard input.
async fn each_way(server: &Server<Smtp>, folder: &Path, text: &[u8], words: &[&str]) -> [Sent; 2] {
    let eml = file(folder, "m.eml", text);
    let from_file = [&ADDRESSES, words, &["--eml", &eml]].concat();
    let from_stdin = [&ADDRESSES, words, &["--eml", "-"]].concat();
    [
        send_to(server, &from_file, None).await,
        send_to(server, &from_stdin, Some(text)).await,
    ]
}

#[tokio::test]
async fn long_headers_are_folded() {
    let to: Vec<String> = (0..60)
        .map(|n| format!("recipient-{n:03}@example.org"))
        .collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    let long = "long words ".repeat(100);
    let server = Smtp::builder().start().await.unwrap();
    let words = [&ADDRESSES[..3], &to, &["--subject", &long]].concat();
    let sent = send_to(&server, &words, None).await;
    let lines = sent.mail().data.split(|byte| *byte == b'\n');
    assert!(lines.map(<[u8]>::len).all(|length| length <= 79));
    assert_eq!(sent.field("To"), to.join(", "));
    assert_eq!(sent.field("Subject").trim_end(), long.trim_end());
}

#[tokio::test]
async fn a_subject_beyond_ascii_goes_in_encoded_words() {
    for subject in ["Pr\u{fc}fung", &"\u{20ac}".repeat(100), "=?x?="] {
        let sent = send(&["--subject", subject]).await;
        assert!(sent.mail().data.is_ascii());
        let field = sent.field("Subject");
        let decoded = netspeak::core::encoded_word::decode(field.as_bytes());
        assert_eq!(decoded, subject);
    }
}

#[tokio::test]
async fn a_mail_from_nobody_is_from_somebody_in_its_header() {
    let server = Smtp::builder().start().await.unwrap();
    let words = [
        "--from",
        "",
        "--to",
        "postmaster",
        "--ehlo",
        "probe.example.org",
    ];
    let sent = send_to(&server, &words, None).await;
    assert_eq!(sent.mail().from, "");
    assert_eq!(sent.field("From"), "MAILER-DAEMON@probe.example.org");
    assert_eq!(sent.field("To"), "postmaster:;");
    assert!(sent.field("Message-ID").ends_with("@probe.example.org>"));
}

#[tokio::test]
async fn a_domain_beyond_ascii_needs_no_extension() {
    let server = Smtp::builder().without_capability("SMTPUTF8");
    let server = server.start().await.unwrap();
    let words = [
        "--from",
        "ops@b\u{fc}cher.example",
        "--to",
        "you@b\u{fc}cher.example",
    ];
    let sent = send_to(&server, &words, None).await;
    assert_eq!(sent.mail().from, "ops@xn--bcher-kva.example");
    assert_eq!(sent.mail().addresses(), ["you@xn--bcher-kva.example"]);
    assert!(sent.mail().data.is_ascii());
}

#[tokio::test]
async fn utf8_and_eight_bits_are_announced_from_files_and_pipes_alike() {
    let folder = folder("announced");
    let server = Smtp::builder().start().await.unwrap();
    for (text, utf8, eight) in [
        (&b"Subject: x\r\n\r\nhello\r\n"[..], false, false),
        (
            "Subject: Gr\u{fc}\u{df}e\r\n\r\nx\r\n".as_bytes(),
            true,
            true,
        ),
        (b"Subject: x\r\n\r\nGr\xfc\xdfe\r\n", false, true),
    ] {
        for sent in each_way(&server, &folder, text, &[]).await {
            let mail = sent.mail();
            assert_eq!(mail.data, text);
            let has = |name: &str| mail.parameters.iter().any(|said| said == name);
            assert_eq!((has("SMTPUTF8"), has("BODY=8BITMIME")), (utf8, eight));
        }
    }
}

#[tokio::test]
async fn what_the_server_cannot_take_is_refused_from_files_and_pipes_alike() {
    let folder = folder("refused");
    for (hidden, text) in [
        ("SMTPUTF8", "Subject: Gr\u{fc}\u{df}e\r\n\r\nx\r\n"),
        ("8BITMIME", "Subject: x\r\n\r\nGr\u{fc}\u{df}e\r\n"),
    ] {
        let server = Smtp::builder().without_capability(hidden);
        let server = server.start().await.unwrap();
        for sent in each_way(&server, &folder, text.as_bytes(), &[]).await {
            let told = sent.refusal();
            assert!(
                told.contains("error[work.not_offered]") && told.contains(hidden),
                "{told}"
            );
        }
        assert!(!server.said().iter().any(|line| line.starts_with("MAIL")));
    }
}

#[tokio::test]
async fn a_size_is_that_on_the_wire_and_none_is_made_up() {
    let folder = folder("size");
    let text = b"Subject: x\n\n0123456789\n.\nlast".repeat(100);
    let server = Smtp::builder().start().await.unwrap();
    let [from_file, from_stdin] = each_way(&server, &folder, &text, &[]).await;
    let size = from_file.mail().parameter("SIZE").map(str::to_owned);
    assert_eq!(size, Some(from_file.mail().data.len().to_string()));
    assert_eq!(from_stdin.mail().parameter("SIZE"), None);
    assert_eq!(from_stdin.mail().data, from_file.mail().data);
}

fn fifo(folder: &Path) -> String {
    let path = folder.join("fifo").to_str().unwrap().to_owned();
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    path
}

#[tokio::test]
async fn a_pipe_with_nobody_behind_it_holds_nothing_up() {
    let folder = folder("nobody");
    let fifo = fifo(&folder);
    for flag in ["--eml", "--mbox"] {
        let sent = send(&["-m", "1", flag, &fifo]).await;
        assert_eq!(sent.output.status.code(), Some(28), "{:?}", sent.output);
    }
}

#[tokio::test]
async fn a_named_pipe_is_read_as_its_text_comes() {
    let folder = folder("pipe");
    let fifo = fifo(&folder);
    let server = Smtp::builder().start().await.unwrap();
    for (flag, head) in [
        ("--eml", ""),
        ("--mbox", "From x Thu Jan  1 00:00:00 1970\n"),
    ] {
        let words = [&ADDRESSES[..], &[flag, &fifo]].concat();
        let writer = async {
            let mut pipe = tokio::fs::OpenOptions::new()
                .write(true)
                .open(&fifo)
                .await
                .unwrap();
            pipe.write_all(head.as_bytes()).await.unwrap();
            pipe.write_all(b"Subject: x\n\n").await.unwrap();
            pipe.flush().await.unwrap();
            pipe.write_all(b"hello\n").await.unwrap();
            pipe.flush().await.unwrap();
        };
        let (sent, ()) = tokio::join!(send_to(&server, &words, None), writer);
        assert_eq!(sent.mail().data, b"Subject: x\r\n\r\nhello\r\n", "{flag}");
    }
}

#[tokio::test]
async fn only_dated_lines_behind_empty_ones_begin_messages() {
    let folder = folder("mbox");
    let text = b"From x Thu Jan  1 00:00:00 1970\nSubject: 1\n\nThe parcel came\nFrom Berlin\n\n\
        From there by train.\n\nFrom x Thu Jan  1 00:00:00 1970\nSubject: 2\n\n";
    let mbox = file(&folder, "m.mbox", text);
    let sent = send(&["--mbox", &mbox]).await;
    assert_eq!(sent.mails.len(), 2, "{:?}", sent.output);
    assert!(
        sent.mails[0]
            .data
            .ends_with(b"From Berlin\r\n\r\nFrom there by train.\r\n")
    );
}

#[tokio::test]
async fn hidden_recipients_are_left_out_unless_they_are_wanted() {
    let folder = folder("bcc");
    let server = Smtp::builder().start().await.unwrap();
    let text =
        b"To: b@example.org\r\nBcc: secret@example.org,\r\n  more@example.org\r\n\r\nBcc: text\r\n";
    let without = b"To: b@example.org\r\n\r\nBcc: text\r\n";
    for (words, wanted) in [
        (&[][..], &without[..]),
        (&["--strip-bcc"], without),
        (&["--strip-bcc=off"], text),
    ] {
        for sent in each_way(&server, &folder, text, words).await {
            assert_eq!(sent.mail().data, wanted, "{words:?}");
        }
        let mbox = [&b"From x Thu Jan  1 00:00:00 1970\r\n"[..], text].concat();
        let mbox = file(&folder, "m.mbox", &mbox);
        let words = [&ADDRESSES, words, &["--mbox", &mbox]].concat();
        let sent = send_to(&server, &words, None).await;
        assert_eq!(sent.mail().data, wanted, "{words:?}");
    }
}

#[tokio::test]
async fn ehlo_says_an_address_or_a_real_name() {
    let sent = send(&[]).await;
    let hello = &sent.mail().hello;
    assert!(hello == "[127.0.0.1]" || (hello.contains('.') && !hello.starts_with("localhost")));
    let sent = send(&["--ehlo", "probe.example.org"]).await;
    assert_eq!(sent.mail().hello, "probe.example.org");
}

#[tokio::test]
async fn a_server_that_knows_no_chunks_after_all_gets_none_once_that_is_said() {
    let server = Smtp::builder().fault(Fault::reply("BDAT", "502 5.5.1 what?\r\n"));
    let server = server.start().await.unwrap();
    let sent = send_to(&server, &ADDRESSES, None).await;
    assert_eq!(sent.output.status.code(), Some(55), "{:?}", sent.output);
    assert!(sent.refusal().contains("try    --chunking off"));
    let sent = send_to(
        &server,
        &[&ADDRESSES[..], &["--chunking", "off"]].concat(),
        None,
    )
    .await;
    assert_eq!(sent.mail().how, How::Data);
}

#[tokio::test]
async fn chunks_can_be_switched_off() {
    let sent = send(&[]).await;
    assert!(matches!(sent.mail().how, How::Bdat(_)));
    let sent = send(&["--chunking", "off"]).await;
    assert_eq!(sent.mail().how, How::Data);
}
