//! Runs that do not come to their end.

use std::process::Stdio;
use std::time::Duration;

use netspeak_fake::{Fault, Moment};
use tokio::process::{Child, Command};

use super::*;

/// Ends inside message two, the first time.
fn cut() -> Fault {
    Fault::Close(Moment::Inside("RETR", 40))
        .nth(2)
        .on_connection(1)
}

/// Says no more inside message two, the first time.
fn stall() -> Fault {
    Fault::Stall(Moment::Inside("RETR", 40))
        .nth(2)
        .on_connection(1)
}

#[tokio::test]
async fn a_folder_keeps_and_notes_what_is_whole() {
    let folder = folder("cut-dir");
    let server = maildrop(&[cut()]).await;
    let (url, words) = (pop3_url(&server), ["--new", "state", "--dir", "d"]);
    ended(&get(&folder, &url, &words).await, 18);
    assert_eq!(state(&folder)["seen"][0]["ids"], serde_json::json!(["a/1"]));
    ended(&get(&folder, &url, &words).await, 0);
    assert_eq!(names(&folder.join("d")), FILES);
    let fetched = commands(&server.said(), "RETR");
    assert_eq!(fetched, ["RETR 1", "RETR 2", "RETR 2", "RETR 3"]);
    assert_eq!(state(&folder)["seen"][0]["ids"], serde_json::json!(IDS));
}

#[tokio::test]
async fn one_file_is_whole_or_nothing_of_it_is_noted() {
    let folder = folder("cut-file");
    let server = maildrop(&[cut()]).await;
    let url = pop3_url(&server);
    ended(
        &get(&folder, &url, &["--new", "state", "-o", "m"]).await,
        18,
    );
    assert_eq!(names(&folder), ["m.part", "state.lock"]);
    ended(&get(&folder, &url, &["--new", "state", "-o", "m"]).await, 0);
    assert_eq!(counts(&read(&folder, "m")), [1, 1, 1, 0]);
    assert_eq!(state(&folder)["seen"][0]["ids"], serde_json::json!(IDS));
    // The same to standard output.
    let server = maildrop(&[cut()]).await;
    ended(
        &get(&folder, &pop3_url(&server), &["--new", "other"]).await,
        18,
    );
    assert!(!folder.join("other").exists());
}

#[tokio::test]
async fn what_is_refused_is_asked_for_again() {
    let folder = folder("refused");
    let server = maildrop(&[Fault::reply("RETR", "-ERR not now\r\n")
        .nth(2)
        .on_connection(1)])
    .await;
    let (url, words) = (pop3_url(&server), ["--new", "state", "--dir", "d"]);
    ended(&get(&folder, &url, &words).await, 78);
    assert_eq!(names(&folder.join("d")), [FILES[0], FILES[2]]);
    ended(&get(&folder, &url, &words).await, 0);
    assert_eq!(names(&folder.join("d")), FILES);
    assert_eq!(commands(&server.said(), "RETR").last().unwrap(), "RETR 2");
}

/// Kills a run once something is so.
async fn killed(folder: &Path, url: &str, words: &[&str], is_so: impl Fn() -> bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command
        .args([&["get", url], words].concat())
        .current_dir(folder);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let mut child: Child = command.spawn().unwrap();
    let waiting = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), waiting).await;
    waited.expect("it is never so");
    child.kill().await.unwrap();
}

#[tokio::test]
async fn a_run_that_is_killed_costs_no_message_of_a_folder_and_doubles_none() {
    let folder = folder("killed-dir");
    let server = maildrop(&[stall()]).await;
    let (url, words) = (
        pop3_url(&server),
        ["--new", "state", "--delete", "--dir", "d"],
    );
    let first = folder.join("d").join(FILES[0]);
    killed(&folder, &url, &words, || first.exists()).await;
    assert!(!folder.join("state").exists());
    assert_eq!(server.maildrop("ops").len(), 3);
    server.idle().await;
    ended(&get(&folder, &url, &words).await, 0);
    assert_eq!(names(&folder.join("d")), FILES);
    for (name, mail) in FILES.iter().zip(MAILS) {
        assert_eq!(read(&folder.join("d"), name), mail);
    }
    assert_eq!(server.maildrop("ops").len(), 0);
}

#[tokio::test]
async fn a_run_that_is_killed_costs_no_message_of_a_file_and_doubles_none() {
    let folder = folder("killed-file");
    let server = maildrop(&[stall()]).await;
    let (url, words) = (pop3_url(&server), ["--new", "state", "--delete", "-o", "m"]);
    let asked = || commands(&server.said(), "RETR 2").len() == 1;
    killed(&folder, &url, &words, asked).await;
    assert!(!folder.join("m").exists() && !folder.join("state").exists());
    server.idle().await;
    ended(&get(&folder, &url, &words).await, 0);
    assert_eq!(counts(&read(&folder, "m")), [1, 1, 1, 0]);
    assert_eq!(server.maildrop("ops").len(), 0);
}

#[tokio::test]
async fn a_run_that_is_killed_between_file_and_note_doubles_nothing_in_a_folder() {
    let folder = folder("killed-late");
    let server = maildrop(&[]).await;
    let (url, words) = (pop3_url(&server), ["--new", "state", "--dir", "d"]);
    ended(&get(&folder, &url, &words).await, 0);
    // As if it had been killed before it could note anything.
    std::fs::remove_file(folder.join("state")).unwrap();
    ended(&get(&folder, &url, &words).await, 0);
    assert_eq!(names(&folder.join("d")), FILES);
    assert_eq!(state(&folder)["seen"][0]["ids"], serde_json::json!(IDS));
}

#[tokio::test]
async fn a_file_in_the_making_is_not_taken_away_from_the_run_that_makes_it() {
    let folder = folder("same-part");
    let large = format!("Subject: one\r\n\r\n{}", "line\r\n".repeat(50_000));
    let stall = Fault::Stall(Moment::Inside("RETR", 200_000)).on_connection(1);
    let builder = Pop3::builder().fault(stall);
    let builder = ["ops", "you"].iter().fold(builder, |builder, user| {
        builder
            .user(user, "hunter2")
            .message_with_uid(user, "x", &large)
    });
    let server = builder.start().await.unwrap();
    let url = pop3_url(&server);
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command
        .args(["get", &url, "--delete", "--dir", "d"])
        .current_dir(&folder);
    command.kill_on_drop(true);
    let _first = command.spawn().unwrap();
    let part = folder.join("d/x.eml.part");
    let waiting = async {
        while !part.metadata().is_ok_and(|found| found.len() > 0) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting)
        .await
        .expect("no part");
    let other = url.replace("ops:", "you:");
    let told = ended(&get(&folder, &other, &["--delete", "--dir", "d"]).await, 23);
    assert!(told.contains("another run is writing it"), "{told}");
    assert_eq!(server.maildrop("you").len(), 1);
}
