//! `ls`.

use netspeak_fake::{Ftp, Gopher, Imap, Listing, Nntp, Pop3};

use super::*;

/// For people and for programs.
async fn both(here: &Path, url: &str, name: &str, words: &[&str]) {
    let human = [&["ls", url], words].concat();
    shows(here, &human, &format!("ls.{name}.human"), "", 0).await;
    let json = [&human[..], &["--json"]].concat();
    shows(here, &json, &format!("ls.{name}.json"), "", 0).await;
}

fn files(builder: netspeak_fake::Builder<Ftp>) -> netspeak_fake::Builder<Ftp> {
    builder
        .user(USER, PASSWORD)
        .file("/pub/a file.txt", "hello\n")
        .file("/pub/big.iso", "x".repeat(12_345))
        .file("/pub/\x1b[2J", "")
        .folder("/pub/sub")
}

#[tokio::test]
async fn folders_of_ftp() {
    let here = folder("shown-ls-ftp");
    let server = files(Ftp::builder()).start().await.unwrap();
    let at = |path: &str| url(&server, "ftp", path);
    both(&here, &at("/pub/"), "ftp", &[]).await;
    both(&here, &at("/pub/big.iso"), "ftp-file", &[]).await;
    shows(&here, &["ls", &at("/none/")], "", "ls.ftp-none.stderr", 78).await;
    let old = files(Ftp::builder()).without_mlsd().listing(Listing::Unix);
    let old = old.start().await.unwrap();
    both(&here, &url(&old, "ftp", "/pub/"), "ftp-unix", &[]).await;
    let dos = files(Ftp::builder()).without_mlsd().listing(Listing::Dos);
    let dos = dos.start().await.unwrap();
    both(&here, &url(&dos, "ftp", "/pub/"), "ftp-dos", &[]).await;
}

#[tokio::test]
async fn menus_of_gopher() {
    let here = folder("shown-ls-gopher");
    let server = Gopher::builder().menu(
        "",
        [
            "iWelcome\tfake\t(NULL)\t0",
            "0About this server\t/about.txt\tgopher.test\t70",
            "1A port that is none\t/odd\tgopher.test\tseventy",
            "1Pictures\t/pics\tgopher.test\t70",
            "hA page\tURL:https://www.example.test/\tgopher.test\t70",
            "7Search \x1b[2J\t/find\tgopher.test\t70",
            "9A file\t/a.bin\tgopher.test\t70",
            "junk",
        ],
    );
    let server = server.start().await.unwrap();
    for (words, name) in [(&[][..], "human"), (&["--json"], "json")] {
        let menu = open_url(&server, "gopher", "/");
        let words = [&["ls", &menu], words].concat();
        let output = netspeak(&here, &words).await;
        assert_eq!(code(&output), Some(0), "{}", said(&output));
        check(&format!("ls.gopher.{name}"), &masked(&printed(&output)));
        check("ls.gopher.stderr", &said(&output));
    }
    let text = open_url(&server, "gopher", "/0/about.txt");
    shows(&here, &["ls", &text], "", "ls.gopher-text.stderr", 2).await;
}

const TALK: [&str; 4] = [
    "From: Ann <ann@a.test>\r\nSubject: Lunch\r\nMessage-ID: <1@a.test>\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\n\r\nToday?\r\n",
    "From: bob@b.test\r\nSubject: Re: Lunch\r\nMessage-ID: <2@b.test>\r\nReferences: <1@a.test>\r\nIn-Reply-To: <1@a.test>\r\nDate: Mon, 1 Jan 2024 11:00:00 +0000\r\n\r\nYes\r\n",
    "From: =?utf-8?q?J=C3=BCrgen?= <j@c.test>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Tue, 2 Jan 2024 10:00:00 +0000\r\n\r\nx\r\n",
    "Subject: \x1b[2J a subject that goes on for much longer than a terminal would be wide in any case, or so they say\r\n\r\n",
];

#[tokio::test]
async fn mailboxes_and_messages_of_imap() {
    let here = folder("shown-ls-imap");
    let mut server = Imap::builder().user(USER, PASSWORD);
    for (mail, uid) in TALK.iter().zip(1..) {
        server = server.message(USER, mail);
        server = server.received(USER, "INBOX", uid, 1_704_103_200 + i64::from(uid) * 60);
    }
    let server = server
        .special_mailbox(USER, "Sent", &["\\Sent"])
        .mailbox(USER, "Lists/Rust")
        .mailbox(USER, "Grüße");
    let server = server.start().await.unwrap();
    server.set_flags(USER, "INBOX", 2, &["\\Seen", "\\Flagged"]);
    let at = |path: &str| url(&server, "imap", path);
    both(&here, &at("/"), "imap-mailboxes", &[]).await;
    both(&here, &at("/INBOX"), "imap", &[]).await;
    both(&here, &at("/INBOX?FLAGGED"), "imap-search", &[]).await;
    both(&here, &at("/INBOX"), "imap-thread", &["--thread"]).await;
    both(&here, &at("/INBOX"), "imap-sort", &["--sort", "-date"]).await;
    shows(&here, &["ls", &at("/None")], "", "ls.imap-none.stderr", 78).await;
}

#[tokio::test]
async fn groups_and_articles_of_nntp() {
    let here = folder("shown-ls-nntp");
    let server = Nntp::builder()
        .group("a.empty", "nothing")
        .group("a.b", "talk");
    let server = TALK
        .iter()
        .take(3)
        .zip(1..)
        .fold(server, |server, (mail, number)| {
            let id = format!("Message-ID: <n{number}@x.test>\r\n");
            let mail = mail.replace("Message-ID: <1@a.test>\r\n", "");
            let mail = mail.replace("Message-ID: <2@b.test>\r\n", "");
            server.article(format!("Newsgroups: a.b\r\n{id}{mail}"))
        });
    let server = server.start().await.unwrap();
    let at = |path: &str| open_url(&server, "nntp", path);
    both(&here, &at("/"), "nntp-groups", &[]).await;
    both(&here, &at("/a.b"), "nntp", &[]).await;
    shows(&here, &["ls", &at("/a.empty")], "", "", 0).await;
    shows(
        &here,
        &["ls", &at("/a.none")],
        "",
        "ls.nntp-none.stderr",
        78,
    )
    .await;
}

#[tokio::test]
async fn messages_of_pop3() {
    let here = folder("shown-ls-pop3");
    let server = TALK
        .iter()
        .fold(Pop3::builder().user(USER, PASSWORD), |server, mail| {
            server.message(USER, mail)
        });
    let server = server.start().await.unwrap();
    both(&here, &url(&server, "pop3", "/"), "pop3", &[]).await;
    let old = Pop3::builder().user(USER, PASSWORD).message(USER, TALK[0]);
    let old = old.without_verb("UIDL").start().await.unwrap();
    both(&here, &url(&old, "pop3", "/"), "pop3-no-ids", &[]).await;
    let nobody = open_url(&old, "pop3", "/");
    shows(&here, &["ls", &nobody], "", "ls.pop3-nobody.stderr", 2).await;
}

#[tokio::test]
async fn what_has_no_listing() {
    let here = folder("shown-ls-none");
    shows(&here, &["ls", "https://h.test/"], "", "ls.http.stderr", 2).await;
    shows(&here, &["ls", "h.test"], "", "ls.bare.stderr", 2).await;
}
