//! `send` over SMTP and LMTP.

use netspeak::smtp::{Client, ClientName, Envelope, Result};

use super::{Order, Send, mailbox, one};
use crate::args::SendArgs;
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
    let connect = async |opening| {
        let builder = Client::builder().opening(opening).name(name);
        builder.connect(target).await
    };
    session::session(args.connect.opening(target)?, connect, work).await
}

/// A name for EHLO: what was asked for, or this machine's if it looks like one on the net.
fn client_name(args: &SendArgs) -> Result<ClientName> {
    if let Some(name) = &args.ehlo {
        return Ok(name.parse()?);
    }
    let own = netspeak::core::socket::host_name();
    if own.contains('.')
        && let Ok(name) = own.parse()
    {
        return Ok(name);
    }
    Ok(ClientName::localhost())
}

pub(super) fn envelope(args: &SendArgs) -> Result<Envelope> {
    Ok(Envelope::new(&args.from, &args.to)?)
}
