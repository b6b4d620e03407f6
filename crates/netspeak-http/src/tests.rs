//! Dialogues with servers in memory and on loopback.

mod answers;
mod bodies;
mod connections;
mod limits;
mod logins;
mod redirects;
mod requests;

use netspeak_core::Connector;
use netspeak_core::tls::{Roots, TlsSettings};
use netspeak_fake::{Http, Server};

use crate::{Builder, Client};

/// A connector that trusts a server.
fn trusting(server: &Server<Http>) -> Connector {
    let mut tls = TlsSettings::default();
    tls.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    Connector::new().with_tls(tls)
}

fn builder(server: &Server<Http>) -> Builder {
    Client::builder().connector(trusting(server))
}

fn client(server: &Server<Http>) -> Client {
    builder(server).build().unwrap()
}

/// A client of a server in memory, which no clock but the test's own can hurry.
fn in_memory(fake: netspeak_fake::Builder<Http>, builder: Builder) -> Client {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let fake = fake.build().unwrap();
    tokio::spawn(fake.serve(theirs));
    builder.over(crate::Conn::from_memory(ours)).unwrap()
}

/// The word for an error.
fn word<T>(outcome: crate::Result<T>) -> String {
    match outcome {
        Ok(_) => "none".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}
