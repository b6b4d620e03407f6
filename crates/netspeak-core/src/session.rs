//! [`Session`]: the steps from a connection to a session, which every protocol takes in its own words
//! and all take in the same order; for builders and probes alike.

use crate::conn::Conn;
use crate::error::{Error, Reply};
use crate::goodbye::Goodbye;
use crate::opening::{Opening, Prepared, Rules, UpgradeOffer};
#[cfg(feature = "sasl")]
use crate::sasl::Credentials;
use crate::target::Target;

/// A protocol's client, as far as all of them are alike.
pub trait Session: Sized + Send {
    /// What the peer answers.
    type Reply: Reply;
    /// What the protocol's builder sets besides the [`Opening`].
    type Settings: Default + Send + Sync;

    /// Takes the connection, and reads the greeting where there is one.
    fn begin(
        conn: Conn,
        prepared: &Prepared,
        settings: &Self::Settings,
    ) -> impl Future<Output = Result<Self, Error<Self::Reply>>> + Send;

    /// The connection.
    fn conn(&self) -> &Conn;

    /// Asks what the peer offers, unless it has just said so.
    fn offer(&mut self) -> impl Future<Output = Result<UpgradeOffer, Error<Self::Reply>>> + Send {
        async {
            Ok(UpgradeOffer {
                upgrade: Some(false),
                login: true,
            })
        }
    }

    /// Upgrades to TLS; what the peer has said before counts no longer.
    #[cfg(feature = "tls")]
    fn upgrade(
        &mut self,
        tls: &crate::tls::TlsClient,
        host: &crate::address::Host,
    ) -> impl Future<Output = Result<(), Error<Self::Reply>>> + Send {
        let _ = (tls, host);
        async { Err(Error::usage("this protocol has no upgrade to TLS")) }
    }

    /// Says what has to be said before the login.
    fn settle(
        &mut self,
        settings: &Self::Settings,
    ) -> impl Future<Output = Result<(), Error<Self::Reply>>> + Send {
        let _ = settings;
        async { Ok(()) }
    }

    /// Logs in; the name of the way.
    #[cfg(feature = "sasl")]
    fn log_in(
        &mut self,
        credentials: &Credentials,
    ) -> impl Future<Output = Result<&'static str, Error<Self::Reply>>> + Send {
        let _ = credentials;
        async { Err(Error::usage("this protocol has no login")) }
    }

    /// Says goodbye.
    fn quit(self) -> impl Future<Output = Result<Goodbye<Self::Reply>, Error<Self::Reply>>> + Send;
}

impl Opening {
    /// Connects to a target of a protocol, upgrades to TLS as asked, and logs in if there is somebody.
    ///
    /// # Errors
    /// Those of [`prepare`](Self::prepare), and whatever went wrong on the way.
    pub async fn connect<S: Session>(
        &self,
        rules: &Rules,
        target: &Target,
        settings: &S::Settings,
    ) -> Result<S, Error<S::Reply>> {
        let prepared = self.prepare(rules, target)?;
        let session = prepared.open(settings).await;
        session.map_err(|error| error.at(&prepared.endpoint))
    }
}

impl Prepared {
    async fn open<S: Session>(&self, settings: &S::Settings) -> Result<S, Error<S::Reply>> {
        let conn = self.connect().await?;
        let mut session = S::begin(conn, self, settings).await?;
        if self.may_upgrade(session.conn()) {
            let offer = session.offer().await?;
            if self.upgrades(session.conn(), offer)? {
                self.upgrade(&mut session).await?;
            }
        }
        session.settle(settings).await?;
        #[cfg(feature = "sasl")]
        if let Some(credentials) = &self.credentials {
            session.log_in(credentials).await?;
        }
        Ok(session)
    }

    /// Upgrades a session to TLS, with this connector's settings.
    #[cfg(feature = "tls")]
    pub(crate) async fn upgrade<S: Session>(&self, session: &mut S) -> Result<(), Error<S::Reply>> {
        let tls = self.connector.tls()?;
        session.upgrade(tls, &self.endpoint.host).await
    }

    #[cfg(not(feature = "tls"))]
    pub(crate) async fn upgrade<S: Session>(&self, _: &mut S) -> Result<(), Error<S::Reply>> {
        Err(Error::usage("this build has no TLS"))
    }
}

/// The methods that every client has, for a `conn: Conn` in it.
#[doc(hidden)]
#[macro_export]
macro_rules! session_methods {
    () => {
        /// The connection: security, addresses, trace.
        pub fn conn(&self) -> &$crate::Conn {
            &self.conn
        }

        /// The record of the connection.
        pub fn trace(&self) -> &$crate::Trace {
            self.conn.trace()
        }
    };
}

/// The methods of what is received piece by piece by a `chunk` of its own, such as `"a message"`; dropped half-way
/// it poisons its session.
#[doc(hidden)]
#[macro_export]
macro_rules! text_methods {
    ($what:literal) => {
        /// Copies the rest into a sink; how many bytes that were.
        ///
        /// # Errors
        /// As [`chunk`](Self::chunk), and [`Error::Local`] if the sink fails; the session is poisoned then.
        pub async fn copy_to(
            &mut self,
            sink: &mut (impl ::tokio::io::AsyncWrite + Unpin),
        ) -> Result<u64> {
            let mut copied = 0;
            while let Some(piece) = self.chunk().await? {
                let written = ::tokio::io::AsyncWriteExt::write_all(sink, piece).await;
                written.map_err(Error::Local)?;
                copied += piece.len() as u64;
            }
            Ok(copied)
        }

        /// The rest in memory, at most `max` bytes of it.
        ///
        /// # Errors
        /// As [`chunk`](Self::chunk), and [`Error::Limit`] if it is longer; the session is poisoned then.
        pub async fn bytes(&mut self, max: usize) -> Result<Vec<u8>> {
            let mut all = Vec::new();
            while let Some(piece) = self.chunk().await? {
                if all.len().saturating_add(piece.len()) > max {
                    return Err(Error::limit(concat!("bytes of ", $what), max as u64));
                }
                all.extend_from_slice(piece);
            }
            Ok(all)
        }

        /// Reads the rest and throws it away.
        ///
        /// # Errors
        /// As [`chunk`](Self::chunk).
        pub async fn skip(&mut self) -> Result<()> {
            while self.chunk().await?.is_some() {}
            Ok(())
        }
    };
}

/// The methods of clients that log in, for a `clear_text_auth: ClearTextAuth` in them.
#[doc(hidden)]
#[macro_export]
macro_rules! login_methods {
    () => {
        /// Whether secrets may cross a connection that protects nothing. Default: only to this
        /// machine.
        pub fn set_clear_text_auth(&mut self, policy: $crate::ClearTextAuth) {
            self.clear_text_auth = policy;
        }
    };
}
