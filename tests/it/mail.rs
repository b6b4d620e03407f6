//! `netspeak get --new` and `--delete`, with Dovecot and Cyrus.

use std::path::{Path, PathBuf};

use crate::harness::{Ran, certificate, netspeak, target, user};

const MAIL: &str =
    "Subject: taken over\r\nMessage-ID: <taken@over.test>\r\n\r\n.dots\r\nFrom here\r\n";

/// The address with a user in it; the password comes from the environment.
fn url(scheme: &str, server: &str, user: &str, path: &str) -> String {
    let service = format!("{server}_{}", scheme.to_ascii_uppercase());
    let address = target(scheme, &service).to_string();
    format!("{}{path}", address.replace("//", &format!("//{user}@")))
}

async fn run(words: &[&str]) -> Ran {
    let authority = certificate("ca.pem").to_string_lossy().into_owned();
    let mut all = words[..1].to_vec();
    all.extend(["--cacert", &authority]);
    all.extend(&words[1..]);
    let ran = netspeak(&all).await;
    assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
    ran
}

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("mail")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// Takes mail over step by step, and leaves nothing of it.
async fn take_over(scheme: &str, server: &str, user: &str, path: &str) {
    let folder = folder(&format!("{server}-{scheme}"));
    let of = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (state, mail, dir, file) = (of("state"), of("mail.eml"), of("dir"), of("file"));
    std::fs::write(&mail, MAIL).unwrap();
    let inbox = url("imaps", server, user, "/INBOX");
    let from = url(scheme, server, user, path);
    run(&["put", &mail, &inbox]).await;
    run(&["put", &mail, &inbox]).await;
    run(&["get", "--new", &state, "--dir", &dir, &from]).await;
    let there = count(Path::new(&dir));
    assert!(there >= 2, "{server} {scheme}: {there}");
    let ran = run(&["get", "--new", &state, &from]).await;
    assert_eq!(ran.text(), "", "{server} {scheme}: nothing is new");
    // What is new goes, what was fetched before stays.
    run(&["put", &mail, &inbox]).await;
    run(&["get", "--new", &state, "--delete", "-o", &file, &from]).await;
    let new = std::fs::read_to_string(&file).unwrap();
    let expected = MAIL.replace("\r\n", "\n").replace("\nFrom ", "\n>From ");
    let (_, new) = new.split_once('\n').unwrap();
    assert_eq!(new, expected + "\n", "{server} {scheme}");
    let heads = run(&["get", "--headers", &from]).await;
    let heads = heads.text();
    let count_of = |what: &str| heads.matches(what).count();
    assert_eq!(count_of("From MAILER-DAEMON "), there, "{server} {scheme}");
    assert_eq!(count_of(".dots"), 0, "{server} {scheme}");
    let rest = of("rest");
    run(&["get", "--delete", "--dir", &rest, &from]).await;
    assert_eq!(count(Path::new(&rest)), there, "{server} {scheme}");
    let ran = run(&["ls", &from]).await;
    assert_eq!(ran.text(), "", "{server} {scheme}: all is gone");
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn mail_is_taken_over_from_dovecot() {
    take_over("pop3s", "DOVECOT", user::TAKEN_BY_POP3, "/").await;
    take_over("imaps", "DOVECOT", user::TAKEN_BY_IMAP, "/INBOX").await;
}

#[tokio::test]
#[ignore = "needs cyrus"]
async fn mail_is_taken_over_from_cyrus() {
    take_over("pop3s", "CYRUS", user::TAKEN_BY_POP3, "/").await;
    take_over("imaps", "CYRUS", user::TAKEN_BY_IMAP, "/INBOX").await;
}
