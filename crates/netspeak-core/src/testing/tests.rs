//! The harnesses must be able to find what they are there to find.

use tokio::io::DuplexStream;

use super::{FaultyStream, Marker, Script, StreamFault, Talked};
use super::{assert_cancellable, assert_same_in_pieces, assert_survives_faults};
use crate::conn::Conn;
use crate::error::{Error, NoReply, Phase, Result};
use crate::line::LineCodec;
use crate::wire::Wire;

/// A client of the simplest protocol: a line out, a line in.
struct Asker {
    conn: Conn,
    careful: bool,
}

impl Asker {
    fn new(conn: Conn, careful: bool) -> Self {
        Self { conn, careful }
    }

    /// Over a peer that answers each line with the same line.
    fn echoed(careful: bool) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 10);
        tokio::spawn(echo(theirs));
        Self::new(
            Conn::from_stream(FaultyStream::new(ours, StreamFault::OneByte)),
            careful,
        )
    }

    async fn ask(&mut self, line: &str) -> Result<String> {
        if !self.careful {
            self.conn.finish();
        }
        self.conn.begin(Phase::Work)?;
        self.conn.send(Wire::new().verb(line).end()).await?;
        let range = self.conn.next(&mut LineCodec::new(100)).await?;
        self.conn.finish();
        Ok(String::from_utf8_lossy(self.conn.bytes(range)).into_owned())
    }
}

async fn echo(stream: DuplexStream) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let _ = tokio::io::copy(&mut reader, &mut writer).await;
}

async fn asked_twice(conn: Conn, careful: bool) -> Talked<[String; 2], NoReply> {
    let mut client = Asker::new(conn, careful);
    match (client.ask("one").await, client.ask("two").await) {
        (Ok(one), Ok(two)) => Talked::Done([one, two]),
        (Ok(_), Err(error)) => Talked::over(error),
        (Err(error), next) => Talked::Failed {
            error,
            poisoned: next.is_err(),
        },
    }
}

async fn dropped(careful: bool) -> usize {
    let fresh = async || Asker::echoed(careful);
    assert_cancellable(
        fresh,
        async |client| client.ask("one").await,
        async |client| match client.ask("two").await {
            Err(error) => assert!(matches!(error, Error::Poisoned), "{error}"),
            Ok(line) => assert_eq!(line, "two"),
        },
    )
    .await
}

#[tokio::test(start_paused = true)]
async fn a_client_that_poisons_may_be_dropped_anywhere() {
    // Five bytes out and five in, two polls for each.
    assert!(dropped(true).await >= 10);
}

#[tokio::test(start_paused = true)]
#[should_panic = "left"]
async fn a_client_that_takes_an_old_reply_for_a_new_one_is_found() {
    dropped(false).await;
}

#[tokio::test(start_paused = true)]
async fn a_careful_client_survives_the_torture() {
    let runs = assert_survives_faults(echo, async |conn| asked_twice(conn, true).await).await;
    assert_eq!(runs, 5 * (10 + 1));
}

#[tokio::test(start_paused = true)]
async fn bytes_in_pieces_are_the_same_bytes() {
    let lines = assert_same_in_pieces(echo, async |conn| asked_twice(conn, true).await, 12).await;
    assert_eq!(lines, ["one", "two"]);
}

#[tokio::test(start_paused = true)]
#[should_panic = "the client hangs"]
async fn a_client_without_deadlines_is_found() {
    assert_survives_faults(echo, async |_conn| {
        std::future::pending::<Talked<(), NoReply>>().await
    })
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic = "was not noticed"]
async fn a_client_that_swallows_errors_is_found() {
    assert_survives_faults(echo, async |_conn| Talked::<(), NoReply>::Done(())).await;
}

#[tokio::test(start_paused = true)]
#[should_panic = "instead of"]
async fn a_script_knows_what_it_wants_to_hear() {
    let (ours, theirs) = tokio::io::duplex(100);
    let mut client = Asker::new(Conn::from_memory(ours), true);
    let (_, _) = tokio::join!(Script::new("C: two").play(theirs), client.ask("one"));
}

#[tokio::test(start_paused = true)]
async fn a_script_takes_its_time_and_tells_what_it_heard() {
    let (ours, theirs) = tokio::io::duplex(100);
    let script = Script::new(
        "# comment
        C: one
        ... 5
        S: 1\\x41
        C: *
        ...",
    );
    assert_eq!(script.said_by_client(), ["one", "*"]);
    let talk = async move {
        let mut client = Asker::new(Conn::from_memory(ours), true);
        let began = tokio::time::Instant::now();
        assert_eq!(client.ask("one").await.unwrap(), "1A");
        assert_eq!(began.elapsed().as_secs(), 5);
        let error = client.ask("two").await.unwrap_err();
        assert_eq!(error.kind().to_string(), "work.timeout");
    };
    let (played, ()) = tokio::join!(script.play(theirs), talk);
    assert_eq!(
        (played.said.join(" "), played.finished),
        ("one two".into(), true)
    );
}

#[test]
fn a_marker_is_found_in_every_form() {
    use base64::Engine as _;
    let marker = Marker::new();
    marker.assert_hidden("a secret", &marker.secret());
    let bytes = Marker::TEXT.as_bytes();
    let encoded = |before: &str| {
        let whole = [before.as_bytes(), bytes, b"x"].concat();
        base64::engine::general_purpose::STANDARD.encode(whole)
    };
    for leak in [
        Marker::TEXT.to_owned(),
        format!("{:?}", Marker::TEXT),
        format!("{bytes:?}"),
        encoded(""),
        encoded("a"),
        encoded("\0ops\0"),
    ] {
        let found = std::panic::catch_unwind(|| marker.assert_not_in("a leak", &leak));
        assert!(found.is_err(), "{leak}");
    }
}

#[test]
fn what_is_traced_is_recorded() {
    let (events, _guard) = super::Events::record();
    tracing::trace!(password = "hunter2", "hello");
    let span = tracing::info_span!("talk", host = "mail");
    let _entered = span.enter();
    let text = events.text();
    assert!(text.contains("hunter2") && text.contains("mail"), "{text}");
}
