//! [`dialogue`]: a talk with a scripted peer.

use super::script::Script;
use crate::conn::Conn;

/// Has the talk of a script, in memory: what `talk` made of it, and every line that the client said.
///
/// # Panics
/// If the client says something else than the script awaits, or leaves before its end. A script
/// that ends with `...` lets the client go when it likes.
///
/// ```
/// # use netspeak_core::{LineCodec, Phase, Wire, testing::dialogue};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let script = "
///     C: QUIT
///     S: 221 bye
/// ";
/// let (closed, said) = dialogue(script, async |mut conn| {
///     conn.begin(Phase::Work)?;
///     let mut quit = Wire::new();
///     quit.verb("QUIT").end();
///     conn.send(&quit).await?;
///     conn.next(&mut LineCodec::new(100)).await
/// })
/// .await;
/// assert!(closed.is_ok());
/// assert_eq!(said, ["QUIT"]);
/// # }
/// ```
pub async fn dialogue<T>(script: &str, talk: impl AsyncFnOnce(Conn) -> T) -> (T, Vec<String>) {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let talk = talk(Conn::from_memory(ours));
    let (result, played) = tokio::join!(talk, Script::new(script).play(theirs));
    assert!(
        played.finished,
        "the client left before the end of the script; it said {:?}",
        played.said
    );
    (result, played.said)
}
