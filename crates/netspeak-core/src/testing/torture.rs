//! Torture: every read and write fails, ends or stalls at every byte.

use std::fmt::Debug;
use std::time::Duration;

use tokio::io::DuplexStream;

use super::faulty::{FaultyStream, StreamFault};
use crate::conn::Conn;
use crate::error::{Error, Reason};

/// More than all limits of a connection together: who is not done by then hangs.
const FOREVER: Duration = Duration::from_secs(24 * 3600);

/// How a talk over a faulty connection ended: what the client got, or its error and whether the
/// session said so afterwards.
#[derive(Debug)]
pub enum Talked<T, R> {
    /// All went well.
    Done(T),
    /// It failed.
    Failed {
        /// Why.
        error: Error<R>,
        /// Whether the next call failed as well; true if there is nothing left to call.
        poisoned: bool,
    },
}

impl<T, R> Talked<T, R> {
    /// An error after which there is no client left.
    pub fn over(error: Error<R>) -> Self {
        Self::Failed {
            error,
            poisoned: true,
        }
    }
}

/// Has a talk again and again, while reading fails, ends or stalls, and writing fails or stalls, at
/// the first byte, the second, and so on until a talk is not touched by the fault any more.
///
/// `peer` makes the other side of each run, `talk` the client's. To be run with the clock paused.
///
/// # Panics
/// If a fault is not an error, if the session goes on after it, if a stalled talk ends with
/// something else than a timeout or a doubt, or hangs.
pub async fn assert_survives_faults<P, T, R: Debug>(
    peer: impl Fn(DuplexStream) -> P,
    talk: impl AsyncFn(Conn) -> Talked<T, R>,
) -> usize
where
    P: Future + Send + 'static,
    P::Output: Send,
{
    let faults: [fn(usize) -> StreamFault; 5] = [
        StreamFault::ReadFails,
        StreamFault::ReadEnds,
        StreamFault::ReadStalls,
        StreamFault::WriteFails,
        StreamFault::WriteStalls,
    ];
    let mut runs = 0;
    for fault in faults {
        for at in 0.. {
            let fault = fault(at);
            let outcome = run(&peer, &talk, fault).await;
            runs += 1;
            let Talked::Failed { error, poisoned } = outcome else {
                assert!(at > 0, "{fault:?} was not noticed");
                break;
            };
            assert!(poisoned, "after {fault:?} the session went on: {error:?}");
            let stalls = matches!(
                fault,
                StreamFault::ReadStalls(_) | StreamFault::WriteStalls(_)
            );
            let reason = error.kind().reason();
            let is_late = matches!(reason, Reason::Timeout | Reason::Total);
            assert!(
                stalls == is_late || reason == Reason::InDoubt,
                "{fault:?} ended with {error:?}"
            );
        }
    }
    runs
}

/// Has a talk with the peer's bytes coming whole, one by one, and cut in two at every place: what
/// the client makes of them must be the same.
///
/// # Panics
/// If it is not.
pub async fn assert_same_in_pieces<P, T: Debug + PartialEq, R: Debug>(
    peer: impl Fn(DuplexStream) -> P,
    talk: impl AsyncFn(Conn) -> Talked<T, R>,
    bytes: usize,
) -> T
where
    P: Future + Send + 'static,
    P::Output: Send,
{
    let expected = done(
        run(&peer, &talk, StreamFault::None).await,
        StreamFault::None,
    );
    let splits = (0..bytes).map(StreamFault::Split);
    for fault in std::iter::once(StreamFault::OneByte).chain(splits) {
        assert_eq!(
            done(run(&peer, &talk, fault).await, fault),
            expected,
            "{fault:?}"
        );
    }
    expected
}

#[expect(clippy::panic, reason = "a test helper reports by panicking")]
fn done<T, R: Debug>(outcome: Talked<T, R>, fault: StreamFault) -> T {
    match outcome {
        Talked::Done(value) => value,
        Talked::Failed { error, .. } => panic!("{fault:?}: {error:?}"),
    }
}

#[expect(clippy::panic, reason = "a test helper reports by panicking")]
async fn run<P, T, R>(
    peer: &impl Fn(DuplexStream) -> P,
    talk: &impl AsyncFn(Conn) -> Talked<T, R>,
    fault: StreamFault,
) -> Talked<T, R>
where
    P: Future + Send + 'static,
    P::Output: Send,
{
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let playing = tokio::spawn(peer(theirs));
    let conn = Conn::from_stream(FaultyStream::new(ours, fault));
    let outcome = tokio::time::timeout(FOREVER, talk(conn)).await;
    playing.abort();
    let _ = playing.await;
    outcome.unwrap_or_else(|_| panic!("{fault:?}: the client hangs"))
}
