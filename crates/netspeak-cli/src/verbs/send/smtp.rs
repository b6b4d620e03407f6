//! `send` over SMTP and LMTP.

use netspeak::smtp::{Chunking, Client, ClientName, Envelope, Result};

use super::{Order, Send, mailbox, one};
use crate::args::{ChunkingWish, SendArgs};
use crate::exit::Code;
use crate::failure::Failure;
use crate::verbs::row::Row;
use crate::verbs::session;

pub(super) const ROW: Row<Send> = Row {
    protocol: "smtp",
    urls: &[
        (
            "submission://host",
            "to the server where one's users log in",
        ),
        ("submissions://host", "the same, TLS from the first byte"),
        ("smtp://host", "to the server of the recipients"),
        ("lmtp://host", "to the server of their mailboxes"),
    ],
    run: |order| Box::pin(send(order)),
};

async fn send(order: Order) -> Result<Code, Failure> {
    if order.args.mbox.is_some() {
        mailbox::send(order).await
    } else {
        one::send(order).await
    }
}

/// A session with the server at this order's target.
pub(super) async fn session<T>(
    order: &Order,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let Order { target, args } = order;
    let name = client_name(args)?;
    let chunking = match args.wish_for_chunks() {
        ChunkingWish::Auto => Chunking::Auto,
        ChunkingWish::Off => Chunking::Off,
    };
    let connect = async |opening| {
        let mut builder = Client::builder().opening(opening).chunking(chunking);
        if let Some(name) = name {
            builder = builder.name(name);
        }
        builder.connect(target).await
    };
    session::session(args.connect.opening(target)?, connect, work).await
}

/// A name for EHLO: what was asked for, or this machine's if it looks like one on the net. Without one it is
/// our address that is given.
fn client_name(args: &SendArgs) -> Result<Option<ClientName>> {
    if let Some(name) = &args.connect.ehlo {
        return Ok(Some(name.parse()?));
    }
    let own = netspeak::core::socket::host_name();
    let is_known = own.contains('.') && !own.starts_with("localhost.");
    Ok(own.parse().ok().filter(|_| is_known))
}

pub(super) fn envelope(args: &SendArgs) -> Result<Envelope> {
    Ok(Envelope::new(&args.from, &args.to)?)
}
