//! A server that offers less than it has: how the client gets along without an extension is seen with a real server too.

use netspeak::core::Target;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::harness::{at, variable};

/// Passes everything on, but for some names in what the server says. It ends when it is dropped.
pub(super) struct Lacking(JoinHandle<()>);

impl Drop for Lacking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The Dovecot that takes passwords in the clear, without these capabilities.
pub(super) async fn lacking(names: &[&str]) -> (Target, Lacking) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    #[expect(
        clippy::disallowed_methods,
        reason = "between the client and the server, not one of the two"
    )]
    let server = TcpStream::connect(variable("NETSPEAK_DOVECOT_PLAIN_IMAP"));
    let server = server.await.unwrap();
    let passing = tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let (mut from_client, to_client) = client.into_split();
        let (from_server, mut to_server) = server.into_split();
        let asking = async {
            let _ = copy(&mut from_client, &mut to_server).await;
            let _ = to_server.shutdown().await;
        };
        tokio::join!(asking, answering(from_server, to_client, &names));
    });
    (at("imap", &address), Lacking(passing))
}

async fn answering(
    from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    names: &[String],
) {
    let (mut from, mut line) = (BufReader::new(from), Vec::new());
    while from.read_until(b'\n', &mut line).await.is_ok_and(|n| n > 0) {
        if let Some(at) = line.windows(11).position(|some| some == b"CAPABILITY ") {
            hide(&mut line[at..], names);
        }
        if to.write_all(&line).await.is_err() {
            break;
        }
        line.clear();
    }
}

/// The same length with other names: nobody has to count again.
fn hide(line: &mut [u8], names: &[String]) {
    for name in names {
        let mut at = 0;
        while let Some(found) = line[at..]
            .windows(name.len())
            .position(|some| some == name.as_bytes())
        {
            line[at + found] = b'-';
            at += found + 1;
        }
    }
}
