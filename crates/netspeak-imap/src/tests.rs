//! Sessions with scripted peers and with the fake server.

use netspeak_core::testing::{
    FaultyStream, Piece, Script, StreamFault, Talked, assert_cancellable, assert_every_split,
    assert_same_in_pieces, assert_survives_faults, dialogue,
};
use netspeak_core::{Conn, Limits};
use netspeak_fake::{Fake, Fault, Imap, Moment};

use super::*;

const SESSION: &str = "
    S: OK imap ready
    C: NOOP
    S: OK
    C: SAY hello
    S: OK hello
    C: QUIT
    S: OK bye
";

async fn session(conn: Conn) -> Talked<String, Reply> {
    let mut client = match Client::from_conn(conn).await {
        Ok(client) => client,
        Err(error) => return Talked::over(error),
    };
    match talk(&mut client).await {
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

async fn talk(client: &mut Client) -> Result<String> {
    client.noop().await?;
    Ok(client.say("hello").await?.text())
}

fn served(fake: &Fake<Imap>, fault: StreamFault) -> Conn {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(fake.serve(theirs));
    Conn::from_stream(FaultyStream::new(ours, fault))
}

fn kind<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

#[tokio::test]
async fn a_session() {
    dialogue(SESSION, async |conn| {
        let mut client = Client::from_conn(conn).await.unwrap();
        assert_eq!(client.greeting().text(), "imap ready");
        client.noop().await.unwrap();
        assert_eq!(client.say("hello").await.unwrap().text(), "hello");
        assert!(client.quit().await.unwrap().reply().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_refusal() {
    let script = "
        S: OK imap ready
        C: SAY hello
        S: NO not today
        C: NOOP
        S: OK
    ";
    dialogue(script, async |conn| {
        let mut client = Client::from_conn(conn).await.unwrap();
        assert_eq!(kind(client.say("hello").await), "work.rejected");
        assert_eq!(kind(client.say("a\r\nb").await), "usage");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn another_protocol() {
    for greeting in ["220 mail.example ESMTP", "SSH-2.0-x", ""] {
        let script = format!("S: {greeting}\n...");
        let (opened, _) = dialogue(&script, Client::from_conn).await;
        assert_eq!(kind(opened), "greeting.other_protocol", "{greeting}");
    }
    let (opened, _) = dialogue("S: NO go away\n...", Client::from_conn).await;
    assert_eq!(kind(opened), "greeting.rejected");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing() {
    for (moment, expected) in [
        (Moment::Greeting, "greeting.timeout"),
        (Moment::Command("NOOP"), "work.timeout"),
    ] {
        let fake = Imap::builder().fault(Fault::Stall(moment)).build().unwrap();
        let found = match Client::from_conn(served(&fake, StreamFault::None)).await {
            Ok(mut client) => kind(client.noop().await),
            Err(error) => error.kind().to_string(),
        };
        assert_eq!(found, expected);
    }
}

#[test]
fn any_bytes_in_any_split_mean_the_same() {
    let script = Script::new(SESSION);
    let said = script.said_by_peer();
    let lines = ["OK imap ready", "OK", "OK hello", "OK bye"];
    assert_every_split(
        || ReplyCodec::new(&Limits::default()),
        |line, bytes| bytes.get(line).map(|line| Piece::Event(line.to_vec())),
        &said,
        &lines.map(|line| Piece::Event(line.into())),
    );
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
    assert_eq!(found, "hello");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_gets_nobody_elses_reply() {
    let fake = Imap::builder().build().unwrap();
    let fresh = async || {
        Client::from_conn(served(&fake, StreamFault::OneByte))
            .await
            .unwrap()
    };
    let polls = assert_cancellable(
        fresh,
        async |client: &mut Client| client.say("one").await,
        async |client: &mut Client| match client.say("two").await {
            Ok(reply) => assert_eq!(reply.text(), "two"),
            Err(error) => assert_eq!(error.kind().to_string(), "conn.poisoned"),
        },
    )
    .await;
    assert!(polls > 10, "{polls}");
}
