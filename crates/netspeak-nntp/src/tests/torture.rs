//! Every fault at every place of a session.

use netspeak_core::testing::{
    FaultyStream, StreamFault, Talked, assert_cancellable, assert_same_in_pieces,
    assert_survives_faults,
};

use super::*;

const SESSION: &str = "
    S: 200 ready
    C: GROUP misc.test
    S: 211 2 1 2 misc.test
    C: OVER 1-2
    S: 224 rows
    S: 1\tone
    S: 2\ttwo
    S: .
    C: BODY 1
    C: BODY 2
    S: 222 1 <1@x>
    S: ..one
    S: .
    S: 423 gone
    C: QUIT
    S: 205 bye
";

async fn session(conn: Conn) -> Talked<String, Reply> {
    let mut client = match Client::from_conn(conn).await {
        Ok(client) => client,
        Err(error) => return Talked::over(error),
    };
    match read(&mut client).await {
        Ok(said) => match client.quit().await {
            Ok(Goodbye::Said(_)) => Talked::Done(said),
            Ok(Goodbye::Missing(error)) | Err(error) => Talked::over(error),
            Ok(Goodbye::Unspoken) => panic!("QUIT was not said"),
        },
        Err(error) => Talked::Failed {
            error,
            poisoned: client.quit().await.is_err(),
        },
    }
}

async fn read(client: &mut Client) -> Result<String> {
    let group = client.group(&name("misc.test")).await?;
    let mut found = String::new();
    for row in client.over(group.low..=group.high).await?.all().await? {
        found += &row.subject;
    }
    let mut batch = client.fetch(1..=2, Part::Body)?;
    while let Some((which, answer)) = batch.next().await? {
        found += &format!(" {which} {}", answer.is_ok());
        while let Some(piece) = batch.chunk().await? {
            found += &String::from_utf8_lossy(piece);
        }
    }
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
    assert_eq!(found, "onetwo 1 true.one\r\n 2 false");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_gets_nobody_elses_reply() {
    let script = "
        S: 200 ready
        C: *
        S: 223 1 <1@x>
        C: *
        S: 223 2 <2@x>
        ...
    ";
    let fresh = async || {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(Script::new(script).play_loosely(theirs));
        let conn = Conn::from_stream(FaultyStream::new(ours, StreamFault::OneByte));
        greeted(conn).await
    };
    let polls = assert_cancellable(
        fresh,
        async |client: &mut Client| client.stat(1).await,
        async |client: &mut Client| match client.stat(2).await {
            Ok(found) => assert_eq!(found.number, Some(2)),
            // A command that never left makes the script tell the second one about the first article.
            Err(error) => assert!(
                ["conn.poisoned", "proto.malformed"].contains(&error.kind().to_string().as_str()),
                "{error}"
            ),
        },
    )
    .await;
    assert!(polls > 10, "{polls}");
}
