//! Dropped futures: at every point, and what the next call makes of it.

use std::pin::pin;
use std::task::Poll;

/// Runs `operation` on a client made by `fresh`, drops it after it was polled 0, 1, 2, ... times,
/// and lets `check` look at the client each time, until the operation completes. How many times it
/// was dropped.
///
/// `check` makes another call: that must fail, or get its own reply. An answer that belongs to the
/// dropped operation is what this is there to find, so the replies must differ.
///
/// Stand the client on a [`FaultyStream`](super::FaultyStream) with
/// [`StreamFault::OneByte`](super::StreamFault::OneByte): then there is a point for every byte.
///
/// # Panics
/// If the operation does not complete within a million polls, or completes at once (nothing would
/// be tested then).
pub async fn assert_cancellable<C, T>(
    fresh: impl AsyncFn() -> C,
    operation: impl AsyncFn(&mut C) -> T,
    check: impl AsyncFn(&mut C),
) -> usize {
    for polls in 0..1_000_000 {
        let mut client = fresh().await;
        let completed = is_ready_after(polls, operation(&mut client)).await;
        if completed {
            assert!(polls > 1, "the operation never waits: nothing was tested");
            return polls;
        }
        check(&mut client).await;
    }
    unreachable!("the operation never completes")
}

/// Polls a future so many times, when it asks for it, and drops it.
async fn is_ready_after<T>(polls: usize, future: impl Future<Output = T>) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
