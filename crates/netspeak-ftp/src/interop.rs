//! The engine's door: code written for suppaftp goes over connections of ours.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use netspeak_ftp::{Connector, Endpoint, interop};
//!
//! let connector = Connector::new().with_proxy("socks5h://127.0.0.1:1080".parse()?);
//! let server = Endpoint::new("ftp.example.org".parse()?, 21);
//! let mut stream = interop::connect(&server, &connector).await?;
//! stream.login("anonymous", "guest@").await?;
//! println!("{:?}", stream.nlst(None).await?);
//! # Ok(())
//! # }
//! ```

use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use netspeak_core::{Connector, Deadlines, Endpoint, ErrorKind, Phase, Reason, Tls, Trace};
use suppaftp::tokio::AsyncFtpStream;
use suppaftp::types::{FtpError, Mode};
use tokio::net::TcpStream;

use crate::error::{Error, Result};

/// A session of suppaftp's with this server, in clear text, as far as the greeting.
///
/// Both its connections are opened by `connector`: by its addresses, through its proxy, within its
/// deadlines. Data connections go to the same host, whatever address the server tells (EPSV is
/// preset). Once they are open the deadlines and limits are suppaftp's.
///
/// # Errors
/// `dns.*`, `tcp.*`, `proxy.*`; `greeting.*` for what suppaftp makes of the greeting; [`Error::Usage`] if
/// TLS leads to the proxy.
pub async fn connect(server: &Endpoint, connector: &Connector) -> Result<AsyncFtpStream> {
    let socket = open(connector, server).await?;
    let greeted = Deadlines::start(*connector.timeouts()).phase(Phase::Greeting);
    let stream = AsyncFtpStream::connect_with_stream(socket);
    let stream = greeted.run("waiting for the greeting", stream).await?;
    let mut stream = stream.map_err(|error| no_greeting(&error))?;
    stream.set_mode(Mode::ExtendedPassive);
    let (connector, host) = (connector.clone(), server.host.clone());
    Ok(stream.passive_stream_builder(move |told| {
        let there = Endpoint::new(host.clone(), told.port());
        let connector = connector.clone();
        Box::pin(Shareable::new(async move {
            let opened = open(&connector, &there).await;
            opened.map_err(|error| FtpError::ConnectionError(io::Error::other(error.to_string())))
        }))
    }))
}

async fn open(connector: &Connector, there: &Endpoint) -> netspeak_core::Result<TcpStream> {
    let conn = connector.connect(there, Tls::Off, &Trace::new()).await?;
    conn.into_tcp()
}

fn no_greeting(error: &FtpError) -> Error {
    let reason = match error {
        FtpError::ConnectionError(_) => Reason::Closed,
        _ => Reason::Rejected,
    };
    let kind = ErrorKind::new(Phase::Greeting, reason);
    Error::net(kind, format!("suppaftp had no greeting: {error}"))
}

/// A future that may be shared among threads because nobody but its owner gets at it: suppaftp asks for
/// that, and those of a connector are not.
struct Shareable<T>(Mutex<Pin<Box<dyn Future<Output = T> + Send>>>);

impl<T> Shareable<T> {
    fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Mutex::new(Box::pin(future)))
    }
}

impl<T> Future for Shareable<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let future = self.get_mut().0.get_mut();
        let future = future.unwrap_or_else(PoisonError::into_inner);
        future.as_mut().poll(cx)
    }
}
