//! The driver of a [`Dialogue`]: sends, and receives to the byte.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::dialogue::{Dialogue, Next, failure};
use super::header::ProxyHeader;
use super::server::Proxy;
use crate::deadline::Deadline;
use crate::error::{Error, NetError, Phase, Reason, Result};
use crate::policy::Security;
use crate::stream::Stream;
use crate::trace::Trace;

/// Asks the proxy at the other end of `stream` for a tunnel. What comes back begins with the
/// target's first byte.
pub(crate) async fn open_tunnel(
    stream: Stream,
    proxy: &Proxy,
    dialogue: Dialogue,
    trace: &Trace,
    deadline: Deadline,
) -> Result<Stream> {
    let (mut stream, _) = encrypt_to_proxy(stream, proxy, deadline).await?;
    if let Some((_, password)) = proxy.credentials() {
        trace.conceal(password.expose().as_bytes());
    }
    let talk = converse(&mut stream, dialogue, trace);
    deadline
        .run("in the dialogue with the proxy", talk)
        .await
        .and_then(|talked| talked)
        .map_err(|error| describe(error, proxy, trace))?;
    Ok(Stream::Tunnel(Box::new(stream)))
}

/// TLS to the proxy, if it wants that. Its facts are not the target's, so they stay out of the trace.
pub(crate) async fn encrypt_to_proxy(
    stream: Stream,
    proxy: &Proxy,
    deadline: Deadline,
) -> Result<(Stream, Security)> {
    #[cfg(feature = "tls")]
    if proxy.kind == super::server::Kind::Https {
        let own = Trace::new();
        let (stream, security) = proxy
            .tls()?
            .handshake(stream, &proxy.endpoint.host, &own, deadline)
            .await
            .map_err(|error| blame(proxy, error))?;
        if security == Security::Unverified && proxy.credentials().is_some() {
            return Err(failure(
                Reason::PlaintextBlocked,
                format!("{proxy}: its certificate does not verify, so the login was not sent"),
            ));
        }
        return Ok((stream, security));
    }
    let _ = (proxy, deadline);
    Ok((stream, Security::Clear))
}

/// What failed on the way to the proxy is not the target's fault.
pub(crate) fn blame(proxy: &Proxy, error: Error) -> Error {
    match error.in_phase(Phase::Proxy) {
        Error::Net(mut net) => {
            net.message = format!("the proxy {proxy} cannot be used: {}", net.message);
            Error::Net(net)
        }
        other => other,
    }
}

async fn converse(stream: &mut Stream, mut dialogue: Dialogue, trace: &Trace) -> Result<()> {
    let mut received = Vec::new();
    loop {
        match dialogue.advance(&received)? {
            Next::Send(wire) => {
                // The login inside it is known from here on, in case the proxy repeats it.
                wire.secret_values()
                    .for_each(|secret| trace.conceal(secret));
                received.clear();
                stream.write_all(wire.bytes()).await.map_err(broken)?;
                stream.flush().await.map_err(broken)?;
            }
            Next::Receive(count) => {
                received.resize(count, 0);
                stream.read_exact(&mut received).await.map_err(broken)?;
            }
            Next::Done => return Ok(()),
        }
    }
}

fn broken(error: io::Error) -> Error {
    let (reason, message) = match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            (Reason::Closed, "the proxy closed the connection")
        }
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            (Reason::Reset, "the proxy reset the connection")
        }
        _ => (Reason::Failed, "talking to the proxy failed"),
    };
    match failure(reason, message) {
        Error::Net(net) => Error::Net(NetError {
            source: Some(error),
            ..net
        }),
        other => other,
    }
}

/// Says which proxy, and takes out what it repeated of the login.
fn describe(error: Error, proxy: &Proxy, trace: &Trace) -> Error {
    match trace.scrub_error(error) {
        Error::Net(net) => {
            let message = format!("{proxy}: {}", net.message);
            Error::Net(NetError { message, ..net })
        }
        other => other,
    }
}

/// Sends the PROXY header, before everything else.
pub(crate) async fn announce(
    stream: &mut Stream,
    header: ProxyHeader,
    deadline: Deadline,
) -> Result<()> {
    let ends = match stream {
        Stream::Tcp(leaf) => {
            let tcp = leaf.socket();
            tcp.local_addr().ok().zip(tcp.peer_addr().ok())
        }
        // Through a tunnel or a Unix socket the ends of the way are not known.
        _ => None,
    };
    let bytes = header.encode(ends);
    let send = async {
        stream.write_all(&bytes).await?;
        stream.flush().await
    };
    deadline
        .run("sending the PROXY header", send)
        .await?
        .map_err(broken)
}
