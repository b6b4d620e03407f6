//! What is new, and what is noted of it.

use std::os::unix::fs::PermissionsExt;

use netspeak_fake::{Gopher, Pop3};

use super::*;

#[tokio::test]
async fn a_message_comes_once_however_often_one_asks() {
    let folder = folder("once");
    let server = maildrop(&[]).await;
    let url = pop3_url(&server);
    let words = ["--new", "state", "--dir", "d"];
    ended(&get(&folder, &url, &words).await, 0);
    assert_eq!(names(&folder.join("d")), FILES);
    for (name, mail) in FILES.iter().zip(MAILS) {
        assert_eq!(read(&folder.join("d"), name), mail);
    }
    ended(&get(&folder, &url, &words).await, 0);
    assert_eq!(commands(&server.said(), "RETR").len(), 3);
    server.deliver("ops", LATER);
    // Where it goes changes nothing.
    let output = get(&folder, &url, &["--new", "state"]).await;
    assert_eq!(counts(&run::stdout(&output)), [0, 0, 0, 1]);
    assert_eq!(
        run::stdout(&get(&folder, &url, &["--new", "state"]).await),
        ""
    );
    assert_eq!(commands(&server.said(), "RETR").len(), 4);
    assert_eq!(commands(&server.said(), "DELE").len(), 0);
}

#[tokio::test]
async fn what_is_noted_is_whose_and_which_and_no_secret() {
    let folder = folder("noted");
    let server = maildrop(&[]).await;
    let url = pop3_url(&server);
    ended(
        &get(
            &folder,
            &format!("{url}1"),
            &["--new", "state", "-o", "one"],
        )
        .await,
        0,
    );
    assert_eq!(read(&folder, "one"), MAILS[0], "one alone is no mbox");
    let noted = state(&folder);
    assert_eq!(noted["schema"], "netspeak.seen/1");
    let entry = &noted["seen"][0];
    assert_eq!(entry["protocol"], "pop3");
    assert_eq!(entry["user"], "ops");
    assert_eq!(entry["ids"], serde_json::json!(["a/1"]));
    let text = read(&folder, "state");
    assert!(!text.contains("hunter2"), "{text}");
    let mode = |name: &str| folder.join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("state"), 0o600);
    // The mode that somebody has given it stays, and a link too.
    std::fs::rename(folder.join("state"), folder.join("kept")).unwrap();
    std::os::unix::fs::symlink("kept", folder.join("state")).unwrap();
    let shared = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(folder.join("kept"), shared).unwrap();
    ended(
        &get(&folder, &url, &["--new", "state", "-o", "rest"]).await,
        0,
    );
    assert_eq!(counts(&read(&folder, "rest")), [0, 1, 1, 0]);
    assert_eq!(mode("kept"), 0o640);
    assert!(
        folder
            .join("state")
            .symlink_metadata()
            .unwrap()
            .is_symlink()
    );
    assert_eq!(state(&folder)["seen"][0]["ids"], serde_json::json!(IDS));
    let left = ["kept", "kept.lock", "one", "rest", "state", "state.lock"];
    assert_eq!(names(&folder), left);
}

#[tokio::test]
async fn ids_that_are_gone_are_forgotten_and_others_are_kept() {
    let folder = folder("gone");
    let seen = serde_json::json!({"schema": "netspeak.seen/1", "seen": [
        {"protocol": "pop3", "user": "you", "host": "127.0.0.1", "ids": ["gone"]},
    ]});
    std::fs::write(folder.join("state"), seen.to_string()).unwrap();
    let server = maildrop(&[]).await;
    let url = pop3_url(&server);
    ended(
        &get(&folder, &url, &["--new", "state", "--dir", "d"]).await,
        0,
    );
    let mut noted = state(&folder);
    let records = noted["seen"].as_array_mut().unwrap();
    let ops = records
        .iter_mut()
        .find(|record| record["user"] == "ops")
        .unwrap();
    ops["ids"] = serde_json::json!(["a/1", "b", "gone"]);
    std::fs::write(folder.join("state"), noted.to_string()).unwrap();
    ended(
        &get(&folder, &url, &["--new", "state", "--dir", "d"]).await,
        0,
    );
    let noted = state(&folder);
    let ids = |user: &str| {
        let records = noted["seen"].as_array().unwrap();
        let record = records
            .iter()
            .find(|record| record["user"] == user)
            .unwrap();
        record["ids"].clone()
    };
    assert_eq!(ids("ops"), serde_json::json!(IDS));
    assert_eq!(ids("you"), serde_json::json!(["gone"]));
}

#[tokio::test]
async fn runs_at_the_same_time_keep_what_the_others_note() {
    let folder = folder("together");
    let users = ["a", "b", "c", "d", "e", "f"];
    let builder = users.iter().fold(Pop3::builder(), |builder, user| {
        builder
            .user(user, "hunter2")
            .message_with_uid(user, user, MAILS[0])
    });
    let server = builder.start().await.unwrap();
    let urls = users.map(|user| {
        server
            .url("pop3")
            .replace("://", &format!("://{user}:hunter2@"))
    });
    let runs = urls.iter().zip(users).map(|(url, user)| {
        let folder = &folder;
        async move { get(folder, url, &["--new", "state", "-o", user]).await }
    });
    for output in futures_util::future::join_all(runs).await {
        ended(&output, 0);
    }
    let noted = state(&folder);
    let records = noted["seen"].as_array().unwrap();
    let noted: Vec<&Value> = records.iter().map(|record| &record["ids"][0]).collect();
    assert_eq!(noted, users);
}

#[tokio::test]
async fn a_file_that_is_there_is_not_replaced_by_what_is_new() {
    let folder = folder("there");
    let server = maildrop(&[]).await;
    std::fs::write(folder.join("m"), "yesterday's").unwrap();
    let told = ended(
        &get(&folder, &pop3_url(&server), &["--new", "state", "-o", "m"]).await,
        23,
    );
    assert!(told.contains("m: it is there already"), "{told}");
    assert_eq!(read(&folder, "m"), "yesterday's");
    assert_eq!(server.connections(), 0);
    // What else has the name of an id is told, stays, and keeps nothing back.
    std::fs::create_dir(folder.join("d")).unwrap();
    std::fs::write(folder.join("d/b.eml"), "mine").unwrap();
    let told = ended(
        &get(
            &folder,
            &pop3_url(&server),
            &["--new", "state", "--dir", "d"],
        )
        .await,
        23,
    );
    assert!(told.contains("b.eml: something else is there"), "{told}");
    assert_eq!(read(&folder, "d/b.eml"), "mine");
    assert_eq!(
        state(&folder)["seen"][0]["ids"],
        serde_json::json!(["a/1", "c"])
    );
}

#[tokio::test]
async fn messages_that_share_an_id_are_all_fetched() {
    let folder = folder("twins");
    let twins = ["Subject: one\r\n\r\n", "Subject: two\r\n\r\n"];
    let builder = Pop3::builder().user("ops", "hunter2");
    let builder = twins.iter().fold(builder, |builder, mail| {
        builder.message_with_uid("ops", "twin", mail)
    });
    let server = builder.start().await.unwrap();
    let url = pop3_url(&server);
    ended(
        &get(
            &folder,
            &format!("{url}1"),
            &["--new", "state", "-o", "first"],
        )
        .await,
        0,
    );
    ended(
        &get(&folder, &url, &["--new", "state", "-o", "all"]).await,
        0,
    );
    assert_eq!(counts(&read(&folder, "all")), [1, 1, 0, 0]);
    assert_eq!(
        run::stdout(&get(&folder, &url, &["--new", "state"]).await),
        ""
    );
    // Nobody knows which of them an id means.
    let told = ended(&get(&folder, &url, &["--delete", "-o", "again"]).await, 78);
    assert!(
        told.contains("several messages have this unique id"),
        "{told}"
    );
    assert_eq!(server.maildrop("ops").len(), 2);
}

#[tokio::test]
async fn a_server_without_unique_ids_is_told_before_anything_is_fetched() {
    let folder = folder("no-uidl");
    let server = pop3(&[]).without_verb("UIDL").start().await.unwrap();
    for flag in [&["--new", "state"][..], &["--delete"]] {
        let words = [flag, &["--dir", "d"]].concat();
        let told = ended(&get(&folder, &pop3_url(&server), &words).await, 78);
        assert!(
            told.contains("unique ids, which the server does not tell"),
            "{told}"
        );
    }
    assert_eq!(commands(&server.said(), "RETR").len(), 0);
    assert_eq!(names(&folder), ["state.lock"]);
}

#[tokio::test]
async fn other_protocols_say_whose_flags_these_are() {
    let folder = folder("others");
    let server = Gopher::builder().text("/t", "x\r\n").start().await.unwrap();
    let gopher = server.url("gopher") + "/0/t";
    for url in [
        &*gopher,
        "http://127.0.0.1:1/",
        "ftp://127.0.0.1:1/x",
        "nntp://127.0.0.1:1/a@b",
    ] {
        for flag in [&["--new", "state"][..], &["--delete"], &["--headers"]] {
            let words = [flag, &["--dir", "d"]].concat();
            let told = ended(&get(&folder, url, &words).await, 2);
            assert!(told.contains(" is for pop3 and imap"), "{url}: {told}");
        }
    }
    assert_eq!(names(&folder), [""; 0]);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn what_nobody_read_to_its_end_counts_as_new() {
    let folder = folder("closed");
    let server = maildrop(&[]).await;
    let url = pop3_url(&server);
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command
        .args(["get", &url, "--new", "state"])
        .current_dir(&folder);
    let (reader, writer) = std::io::pipe().unwrap();
    command.stdout(writer);
    drop(reader);
    let mut child = command.spawn().unwrap();
    drop(command);
    child.wait().await.unwrap();
    assert_eq!(names(&folder), ["state.lock"]);
}
