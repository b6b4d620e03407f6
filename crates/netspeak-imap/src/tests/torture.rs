//! Every fault at every place of a session.

use netspeak_core::testing::{
    FaultyStream, StreamFault, Talked, assert_cancellable, assert_same_in_pieces,
    assert_survives_faults,
};

use super::*;

const SESSION: &str = "
    S: * PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] ready
    C: A1 SELECT \"INBOX\"
    S: * 2 EXISTS
    S: A1 OK [READ-WRITE] done
    C: A2 UID FETCH 1:2 (UID BODY.PEEK[])
    S: * 1 FETCH (UID 1 BODY[] {7}
    S- A2 OK\\r\\n)\\r\\n
    S: * 2 FETCH (UID 2 BODY[] \"two\")
    S: A2 OK done
    C: A3 APPEND \"x\" {3+}
    C: abc
    S: A3 OK [APPENDUID 1 9] done
    C: A4 LOGOUT
    S: A4 OK done
";

/// Works in a session, and says goodbye.
async fn talked(
    conn: Conn,
    work: impl AsyncFnOnce(&mut Client) -> Result<String>,
) -> Talked<String, Reply> {
    let mut client = match Client::from_conn(conn).await {
        Ok(client) => client,
        Err(error) => return Talked::over(error),
    };
    match work(&mut client).await {
        Ok(said) => match client.logout().await {
            Ok(Goodbye::Said(_)) => Talked::Done(said),
            Ok(Goodbye::Missing(error)) | Err(error) => Talked::over(error),
            Ok(Goodbye::Unspoken) => panic!("LOGOUT was not said"),
        },
        Err(error) => Talked::Failed {
            error,
            poisoned: client.logout().await.is_err(),
        },
    }
}

async fn session(conn: Conn) -> Talked<String, Reply> {
    talked(conn, async |client| work(client).await).await
}

async fn work(client: &mut Client) -> Result<String> {
    let exists = client.select(&Mailbox::inbox()).await?.exists;
    let mut found = format!("{exists}");
    let items = Items::new().message();
    let mut fetching = client.fetch(1..=2, &items).await?;
    while let Some(piece) = fetching.piece().await? {
        if let Piece::Message(row) = piece {
            found += &format!(" {:?}", row.uid);
            continue;
        }
        while let Some(chunk) = fetching.chunk().await? {
            found += &String::from_utf8_lossy(chunk);
        }
    }
    let put = client.append(&mailbox("x"), &Append::new(), b"abc").await?;
    found += &format!(" {:?}", put.map(|put| put.uid));
    Ok(found)
}

#[tokio::test(start_paused = true)]
async fn whatever_fails_is_an_error_and_never_a_hang() {
    let script = Script::new(SESSION);
    let runs = assert_survives_faults(|stream| script.clone().play_loosely(stream), session).await;
    assert_eq!(runs, script.faults());
}

#[tokio::test(start_paused = true)]
async fn one_byte_at_a_time_and_every_cut_give_the_same() {
    let script = Script::new(SESSION);
    let length = script.said_by_peer().len();
    let found = assert_same_in_pieces(|stream| script.clone().play(stream), session, length).await;
    assert_eq!(found, "2A2 OK\r\n Some(1) Some(2) Some(9)");
}

const EXTENDED: &str = "
    S: * PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ QUOTA ACL METADATA SORT THREAD=REFERENCES MULTIAPPEND NOTIFY] ready
    C: A1 SELECT \"INBOX\"
    S: * 2 EXISTS
    S: A1 OK [READ-WRITE] done
    C: A2 GETQUOTAROOT \"INBOX\"
    S: * QUOTAROOT INBOX {2}
    S- x)
    S:
    S: * QUOTA {2}
    S: x) (STORAGE 1 2)
    S: A2 OK done
    C: A3 GETMETADATA \"INBOX\" (\"/shared/a\")
    S- * METADATA INBOX (/shared/a ~{7}\\r\\nA3 OK\\r\\n)\\r\\n
    S: A3 OK [METADATA LONGENTRIES 9] done
    C: A4 UID SORT (DATE) US-ASCII ALL
    S: * SORT 2 1
    S: A4 OK done
    C: A5 UID THREAD REFERENCES US-ASCII ALL
    S: * THREAD (1 (2)(3))
    S: A5 OK done
    C: A6 APPEND \"x\" {1+}
    C: a {1+}
    C: b
    S: A6 OK [APPENDUID 1 8:9] done
    C: A7 NOTIFY SET (personal (MessageNew MessageExpunge))
    S: * STATUS x (MESSAGES 9)
    S: A7 OK done
    C: A8 LOGOUT
    S: A8 OK done
";

async fn extended(conn: Conn) -> Talked<String, Reply> {
    talked(conn, async |client| extended_work(client).await).await
}

async fn extended_work(client: &mut Client) -> Result<String> {
    let inbox = Mailbox::inbox();
    client.select(&inbox).await?;
    let quota = client.get_quota_root(&inbox).await?;
    let notes = client
        .get_metadata(Some(&inbox), &["/shared/a"], MetadataReach::new())
        .await?;
    let order = client.sort(&Sort::date(), &Search::all()).await?;
    let threads = client
        .thread(&Threading::References, &Search::all())
        .await?;
    let drafts = [Draft::new(b"a"), Draft::new(b"b")];
    let put = client.append_all(&mailbox("x"), &drafts).await?;
    let notify = Notify::new().watch(Watched::Personal, Events::messages());
    let told = client.notify(&notify).await?;
    Ok(format!(
        "{:?} {:?} {order:?} {} {} {}",
        quota.roots,
        notes.value("/shared/a"),
        threads[0].messages().len(),
        put.len(),
        told.len()
    ))
}

#[tokio::test(start_paused = true)]
async fn extensions_survive_every_fault_and_every_cut() {
    let script = Script::new(EXTENDED);
    let runs = assert_survives_faults(|stream| script.clone().play_loosely(stream), extended).await;
    assert_eq!(runs, script.faults());
    let length = script.said_by_peer().len();
    let found = assert_same_in_pieces(|stream| script.clone().play(stream), extended, length).await;
    assert_eq!(found, "[\"x)\"] Some(\"A3 OK\\x0d\\x0a\") [2, 1] 3 2 1");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_gets_nobody_elses_reply() {
    let script = "
        S: * PREAUTH [CAPABILITY IMAP4rev1]
        C: *
        S: * STATUS x (MESSAGES 1)
        S: A1 OK
        C: *
        S: * STATUS y (MESSAGES 2)
        S: A2 OK
        ...
    ";
    let fresh = async || {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(Script::new(script).play_loosely(theirs));
        let conn = Conn::from_stream(FaultyStream::new(ours, StreamFault::OneByte));
        greeted(conn).await
    };
    let items = StatusItems::new().messages();
    let polls = assert_cancellable(
        fresh,
        async |client: &mut Client| client.status(&mailbox("x"), &items).await,
        async |client: &mut Client| match client.status(&mailbox("y"), &items).await {
            Ok(found) => assert_eq!(found.messages, Some(2)),
            // A command that never left makes the script tell the second one about the first mailbox.
            Err(error) => assert!(
                ["conn.poisoned", "proto.malformed"].contains(&error.kind().to_string().as_str()),
                "{error}"
            ),
        },
    )
    .await;
    assert!(polls > 10, "{polls}");
}
