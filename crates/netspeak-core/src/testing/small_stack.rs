//! Deep input on a small stack: recursion without a depth limit ends the process, so it must be
//! found here.

use std::thread;

/// A quarter of what threads usually have at least.
const STACK: usize = 256 * 1024;

/// A million: deeper than any limit, and deep enough for one byte of stack a level to show.
pub const DEPTH: usize = 1_000_000;

/// Runs `work` on a thread with a stack of 256 KiB, and returns what it returns.
///
/// # Panics
/// If `work` panics. If it overflows the stack, the process ends.
#[expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a test helper reports by panicking"
)]
pub fn on_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = thread::Builder::new().stack_size(STACK).spawn(work);
    match thread.expect("a thread can be started").join() {
        Ok(value) => value,
        Err(_) => panic!("the work on the small stack panicked"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_runs_and_returns() {
        assert_eq!(on_small_stack(|| DEPTH + 1), 1_000_001);
    }
}
