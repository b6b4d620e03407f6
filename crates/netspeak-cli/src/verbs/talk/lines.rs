//! `talk` over protocols of lines: after TLS and login what is typed goes out, and what comes is shown.

use netspeak::core::{ByteStream, Opening, Rules};
use netspeak::{ftp, gopher, http, imap, nntp, pop3, smtp};

use super::conversation::converse;
use super::{Order, Talk};
use crate::failure::Failure;
use crate::output;
use crate::render::talk;
use crate::verbs::row::{Row, Work};

pub(super) const FTP: Row<Talk> = Row {
    protocol: "ftp",
    urls: &[("ftp://host", "the control connection")],
    run: |order| {
        speak(order, async |order, opening| {
            let builder = ftp::Client::builder().opening(opening);
            let client = builder.connect(order.target).await;
            Ok(client.and_then(ftp::Client::into_stream)?)
        })
    },
};

pub(super) const POP3: Row<Talk> = Row {
    protocol: "pop3",
    urls: &[("pop3s://host", "commands and replies as they are")],
    run: |order| {
        speak(order, async |order, opening| {
            let builder = pop3::Client::builder().opening(opening);
            let client = builder.connect(order.target).await;
            Ok(client.and_then(pop3::Client::into_stream)?)
        })
    },
};

pub(super) const SMTP: Row<Talk> = Row {
    protocol: "smtp",
    urls: &[("smtp://host", "commands and replies as they are")],
    run: |order| {
        speak(order, async |order, opening| {
            let builder = smtp::Client::builder().opening(opening);
            let client = builder.connect(order.target).await;
            Ok(client.and_then(smtp::Client::into_stream)?)
        })
    },
};

pub(super) const IMAP: Row<Talk> = Row {
    protocol: "imap",
    urls: &[(
        "imaps://host",
        "commands, with tags of your own, and replies",
    )],
    run: |order| {
        speak(order, async |order, opening| {
            let builder = imap::Client::builder().opening(opening);
            let client = builder.connect(order.target).await;
            Ok(client.and_then(imap::Client::into_stream)?)
        })
    },
};

pub(super) const NNTP: Row<Talk> = Row {
    protocol: "nntp",
    urls: &[("nntps://host", "commands and replies as they are")],
    run: |order| {
        speak(order, async |order, opening| {
            let builder = nntp::Client::builder().opening(opening);
            let client = builder.connect(order.target).await;
            Ok(client.and_then(nntp::Client::into_stream)?)
        })
    },
};

pub(super) const GOPHER: Row<Talk> = Row {
    protocol: "gopher",
    urls: &[("gopher://host", "one selector, and what it brings")],
    run: |order| {
        speak(order, async |order, opening| {
            bare(order, opening, &gopher::RULES).await
        })
    },
};

pub(super) const HTTP: Row<Talk> = Row {
    protocol: "http",
    urls: &[("https://host", "requests of HTTP/1, with all their lines")],
    run: |order| {
        speak(order, async |order, mut opening| {
            // Nobody types HTTP/2.
            opening
                .alpn
                .get_or_insert_with(|| vec![b"http/1.1".to_vec()]);
            bare(order, opening, &http::RULES).await
        })
    },
};

/// Connects, and hands the connection over to the person or the script.
fn speak<'a>(
    order: Order<'a>,
    connect: impl AsyncFnOnce(&Order<'a>, Opening) -> Result<ByteStream, Failure> + 'a,
) -> Work<'a, ()> {
    Box::pin(async move {
        let opening = order.args.connect.opening(order.target)?;
        let trace = opening.trace.clone();
        let stream = connect(&order, opening).await;
        // What was said up to here; from here on all is shown anyway.
        for line in trace.iter().flat_map(talk::lines) {
            output::say(&line);
        }
        converse(stream?).await
    })
}

/// A connection of a protocol that has no login of its own.
async fn bare(order: &Order<'_>, opening: Opening, rules: &Rules) -> Result<ByteStream, Failure> {
    if opening.credentials.is_some() {
        return Err(Failure::usage(
            "nobody logs in to such a connection as a whole: leave the user out, and type what a request needs",
        ));
    }
    let prepared = opening.prepare(rules, order.target)?;
    Ok(prepared.connect().await?.into_stream()?)
}
