//! The clients without `async`: one thin wrapper each, for scripts, and for people who come from
//! Python's modules.
//!
//! A blocking client owns a small runtime on the calling thread; nothing runs in the background.
//! Deadlines hold as they do in the asynchronous clients. Do not call one from inside an
//! asynchronous task: it blocks the thread, and says so by a [`Usage`](netspeak_core::Error::Usage)
//! error instead of a panic.

#[cfg(feature = "pop3")]
pub mod pop3;

use netspeak_core::{Error, ErrorKind, Reply};
use tokio::runtime::{Builder, Handle, Runtime};

/// The runtime behind one blocking client.
#[derive(Debug)]
pub(crate) struct Blocking(Option<Runtime>);

impl Blocking {
    pub(crate) fn new() -> netspeak_core::Result<Self> {
        refuse_inside_a_task()?;
        Builder::new_current_thread()
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
            .map_err(|error| Error::io(ErrorKind::INTERNAL, "starting a runtime", error))
    }

    /// Runs to the end.
    pub(crate) fn run<T, R: Reply>(
        &self,
        work: impl Future<Output = Result<T, Error<R>>>,
    ) -> Result<T, Error<R>> {
        refuse_inside_a_task()?;
        match &self.0 {
            Some(runtime) => runtime.block_on(work),
            None => Err(Error::Poisoned),
        }
    }
}

impl Drop for Blocking {
    /// A name look-up may still hang in a thread of its own: do not wait for it.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn refuse_inside_a_task() -> netspeak_core::Result<()> {
    match Handle::try_current() {
        Ok(_) => Err(Error::usage(
            "a blocking client was called inside an asynchronous task",
        )),
        Err(_) => Ok(()),
    }
}
