//! What is deleted, and when.

use netspeak_fake::Fault;

use super::*;

/// What was said, with the number of the connection.
fn log(server: &Server<Pop3>, verbs: &[&str]) -> Vec<String> {
    let lines = server.log().into_iter().map(|said| said.to_string());
    let verb = |line: &str| line.split(' ').nth(1).unwrap_or_default().to_owned();
    lines.filter(|line| verbs.contains(&&*verb(line))).collect()
}

#[tokio::test]
async fn a_message_is_deleted_by_its_id_in_a_session_behind_the_one_that_fetched_it() {
    let folder = folder("delete");
    let server = maildrop(&[]).await;
    let url = format!("{}2-3", pop3_url(&server));
    ended(&get(&folder, &url, &["--delete", "-o", "m"]).await, 0);
    assert_eq!(counts(&read(&folder, "m")), [0, 1, 1, 0]);
    assert_eq!(names(&folder), ["m"]);
    assert_eq!(server.maildrop("ops"), [MAILS[0].as_bytes()]);
    let done = log(&server, &["RETR", "DELE", "QUIT"]);
    assert_eq!(
        done,
        [
            "1 RETR 2", "1 RETR 3", "1 QUIT", "2 DELE 2", "2 DELE 3", "2 QUIT"
        ]
    );
    // Nothing is there, nothing is done, and what is there stays.
    ended(
        &get(&folder, &pop3_url(&server), &["--delete", "--dir", "d"]).await,
        0,
    );
    ended(
        &get(&folder, &pop3_url(&server), &["--delete", "--dir", "d"]).await,
        0,
    );
    assert_eq!(names(&folder.join("d")), [FILES[0]]);
    assert_eq!(server.maildrop("ops").len(), 0);
}

#[tokio::test]
async fn what_has_no_name_yet_is_not_deleted() {
    let folder = folder("no-name");
    let server = maildrop(&[]).await;
    let url = pop3_url(&server);
    // No file can have this name.
    std::fs::create_dir_all(folder.join("d").join(FILES[1])).unwrap();
    let told = ended(&get(&folder, &url, &["--delete", "--dir", "d"]).await, 23);
    assert!(told.contains("it is there already"), "{told}");
    let deleted = log(&server, &["DELE"]);
    assert_eq!(deleted, ["2 DELE 1"], "what is whole is there");
    std::fs::write(folder.join("m"), "mine").unwrap();
    let told = ended(&get(&folder, &url, &["--delete", "-o", "m"]).await, 23);
    assert!(told.contains("m: it is there already"), "{told}");
    assert_eq!(read(&folder, "m"), "mine");
    assert_eq!((server.connections(), server.maildrop("ops").len()), (2, 2));
}

#[tokio::test]
async fn what_goes_nowhere_is_not_deleted() {
    let folder = folder("nowhere");
    let server = maildrop(&[]).await;
    let fifo = std::process::Command::new("mkfifo")
        .arg(folder.join("fifo"))
        .status();
    assert!(fifo.unwrap().success());
    std::fs::write(folder.join("not"), "mine").unwrap();
    for place in [
        &[][..],
        &["-o", "-"],
        &["-o", "/dev/stdout"],
        &["-o", "/dev/null"],
        &["-o", "fifo"],
        &["-O"],
    ] {
        let told = ended(
            &get(
                &folder,
                &pop3_url(&server),
                &[&["--delete"], place].concat(),
            )
            .await,
            2,
        );
        assert!(
            told.contains("--delete wants --dir DIR or -o FILE"),
            "{told}"
        );
    }
    // Neither does a name that turns out to be a pipe's.
    let url = format!("{}{{1,2}}", pop3_url(&server));
    std::fs::rename(folder.join("fifo"), folder.join("m1")).unwrap();
    std::fs::rename(folder.join("not"), folder.join("m2")).unwrap();
    let told = ended(&get(&folder, &url, &["--delete", "-o", "m#1"]).await, 23);
    assert!(told.contains("--delete wants"), "{told}");
    let told = ended(
        &get(
            &folder,
            &pop3_url(&server),
            &["--delete", "--dir", "d", "--force"],
        )
        .await,
        2,
    );
    assert!(told.contains("cannot be used with"), "{told}");
    assert_eq!((server.connections(), server.maildrop("ops").len()), (0, 3));
}

#[tokio::test]
async fn what_could_not_be_deleted_stays_fetched() {
    for (name, fault, code) in [
        ("dele", Fault::reply("DELE", "-ERR no\r\n"), 78),
        (
            "quit",
            Fault::reply("QUIT", "-ERR not removed\r\n").on_connection(2),
            8,
        ),
    ] {
        let folder = folder(&format!("undeleted-{name}"));
        let server = maildrop(&[fault]).await;
        let words = ["--new", "state", "--delete", "-o", "m"];
        ended(&get(&folder, &pop3_url(&server), &words).await, code);
        assert_eq!(counts(&read(&folder, "m")), [1, 1, 1, 0]);
        assert_eq!(state(&folder)["seen"][0]["ids"], serde_json::json!(IDS));
        assert_eq!(server.maildrop("ops").len(), 3);
        let again = get(&folder, &pop3_url(&server), &["--new", "state"]).await;
        assert_eq!(run::stdout(&again), "");
    }
}

#[tokio::test]
async fn what_was_refused_stays_and_the_rest_goes() {
    let folder = folder("partly");
    let server = maildrop(&[Fault::reply("RETR", "-ERR no\r\n").nth(2)]).await;
    ended(
        &get(&folder, &pop3_url(&server), &["--delete", "--dir", "d"]).await,
        78,
    );
    assert_eq!(names(&folder.join("d")), [FILES[0], FILES[2]]);
    assert_eq!(server.maildrop("ops"), [MAILS[1].as_bytes()]);
    // One file is not whole without it.
    let server = maildrop(&[Fault::reply("RETR", "-ERR no\r\n").nth(2)]).await;
    ended(
        &get(&folder, &pop3_url(&server), &["--delete", "-o", "m"]).await,
        78,
    );
    assert_eq!(server.maildrop("ops").len(), 3);
}

#[tokio::test]
async fn several_maildrops_are_deleted_once_their_one_file_is_whole() {
    let folder = folder("several");
    let (one, other) = (
        maildrop(&[]).await,
        maildrop(&[Fault::reply("RETR", "-ERR no\r\n")]).await,
    );
    let words = [&pop3_url(&other), "--delete", "-o", "m"];
    ended(&get(&folder, &pop3_url(&one), &words).await, 78);
    assert_eq!(
        (one.maildrop("ops").len(), other.maildrop("ops").len()),
        (3, 3)
    );
    let third = maildrop(&[]).await;
    let words = [&pop3_url(&third), "--delete", "--new", "state", "-o", "m"];
    ended(&get(&folder, &pop3_url(&one), &words).await, 0);
    assert_eq!(counts(&read(&folder, "m")), [2, 2, 2, 0]);
    assert_eq!(
        (one.maildrop("ops").len(), third.maildrop("ops").len()),
        (0, 0)
    );
    assert_eq!(state(&folder)["seen"].as_array().unwrap().len(), 2);
}
