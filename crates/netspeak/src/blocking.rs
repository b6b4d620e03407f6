//! The clients without `async`: one thin wrapper each, for scripts, and for people who come from
//! Python's modules.
//!
//! A blocking client owns a small runtime on the calling thread; nothing runs in the background.
//! Deadlines hold as they do in the asynchronous clients. Do not call one from inside an
//! asynchronous task: it blocks the thread, and says so by a [`Usage`](crate::core::Error::Usage)
//! error instead of a panic.

use netspeak_core::{Error, ErrorKind, Reply};
use tokio::runtime::{Builder, Handle, Runtime};

#[cfg(feature = "probe")]
use netspeak_core::{Target, protocol::ProbeOptions, report::Report};

/// Probes a target; see [`probe`](crate::probe).
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
/// # let server = runtime.block_on(netspeak_fake::Pop3::builder().start())?;
/// # let host_and_port = server.addr().to_string();
/// use netspeak::core::{protocol::ProbeOptions, report::Verdict};
///
/// let report = netspeak::blocking::probe(&host_and_port.parse()?, &ProbeOptions::default())?;
/// assert_eq!((report.target.protocol.as_str(), report.verdict), ("pop3", Verdict::Ok));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Usage`](crate::core::Error::Usage) inside an asynchronous task. What went wrong with the probe
/// is in the report.
#[cfg(feature = "probe")]
pub fn probe(target: &Target, options: &ProbeOptions) -> netspeak_core::Result<Report> {
    let blocking = Blocking::new()?;
    Ok(blocking.runtime()?.block_on(crate::probe(target, options)))
}

/// A client without `async`, made of the asynchronous one of this crate: the doors, what every client
/// has, and each method that is named. What takes more than waiting stands beside it.
macro_rules! client {
    ($krate:ident: $($methods:tt)*) => {
        client! { $krate, quit: $($methods)* }
    };
    ($krate:ident, $goodbye:ident: $($method:ident($($argument:ident: $kind:ty),*) -> $found:ty;)*) => {
        #[doc = concat!("[`", stringify!($krate), "::Client`] without `async`: the same methods, the same errors.")]
        #[derive(Debug)]
        pub struct Client {
            // Dropped in this order: the connection before the runtime that drives it.
            inner: $krate::Client,
            blocking: $crate::blocking::Blocking,
        }

        #[doc = concat!("Connects to a URL and logs in if it names a user; see [`", stringify!($krate), "::connect`].")]
        ///
        /// # Errors
        /// As there.
        pub fn connect(url: &str) -> $krate::Result<Client> {
            let blocking = $crate::blocking::Blocking::new()?;
            let inner = blocking.run($krate::connect(url))?;
            Ok(Client { inner, blocking })
        }

        impl Client {
            #[doc = concat!("Connects with settings; see [`", stringify!($krate), "::Builder::connect`].")]
            ///
            /// # Errors
            /// As there.
            pub fn connect_with(
                builder: $krate::Builder,
                target: &netspeak_core::Target,
            ) -> $krate::Result<Self> {
                let blocking = $crate::blocking::Blocking::new()?;
                let inner = blocking.run(builder.connect(target))?;
                Ok(Self { inner, blocking })
            }

            /// The asynchronous client, for what needs no waiting: state, capabilities, trace.
            pub fn get_ref(&self) -> &$krate::Client {
                &self.inner
            }

            $(
                #[doc = concat!("See [`", stringify!($krate), "::Client::", stringify!($method), "`].")]
                ///
                /// # Errors
                /// As there.
                pub fn $method(&mut self, $($argument: $kind),*) -> $krate::Result<$found> {
                    self.blocking.run(self.inner.$method($($argument),*))
                }
            )*

            #[doc = concat!("Ends the session; see [`", stringify!($krate), "::Client::", stringify!($goodbye), "`].")]
            ///
            /// # Errors
            /// As there.
            pub fn $goodbye(self) -> $krate::Result<$krate::Goodbye> {
                let Self { inner, blocking } = self;
                blocking.run(inner.$goodbye())
            }
        }
    };
}

// Behind the macro that they use.
#[cfg(feature = "ftp")]
pub mod ftp;
#[cfg(feature = "gopher")]
pub mod gopher;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "imap")]
pub mod imap;
#[cfg(feature = "nntp")]
pub mod nntp;
#[cfg(feature = "open")]
pub mod open;
#[cfg(feature = "pop3")]
pub mod pop3;
#[cfg(feature = "smtp")]
pub mod smtp;
#[cfg(feature = "telnet")]
pub mod telnet;
#[cfg(feature = "xmlrpc")]
pub mod xmlrpc;

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
        self.runtime()?.block_on(work)
    }

    fn runtime(&self) -> netspeak_core::Result<&Runtime> {
        refuse_inside_a_task()?;
        self.0.as_ref().ok_or(Error::Poisoned)
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
