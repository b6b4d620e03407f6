//! `talk` over protocols of lines: after TLS and login what is typed goes out, and what comes is shown.

use std::io::Write;
use std::time::Duration;

use netspeak::core::text::printable;
use netspeak::core::{ByteStream, Opening};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::{Order, Talk};
use crate::failure::Failure;
use crate::output;
use crate::render::talk;
use crate::verbs::row::Row;

/// How long a server may be silent once nothing more is typed.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) const FTP: Row<Talk> = Row {
    protocol: "ftp",
    urls: &[("ftp://host", "the control connection")],
    run: |order| {
        Box::pin(async move {
            let opening = order.args.connect.opening(order.target)?;
            let builder = netspeak::ftp::Client::builder().opening(opening.clone());
            let client = builder.connect(order.target).await;
            hand_over(
                &opening,
                client.and_then(netspeak::ftp::Client::into_stream),
            )
            .await
        })
    },
};

pub(super) const POP3: Row<Talk> = Row {
    protocol: "pop3",
    urls: &[("pop3s://host", "commands and replies as they are")],
    run: |order| {
        Box::pin(async move {
            let opening = order.args.connect.opening(order.target)?;
            let builder = netspeak::pop3::Client::builder().opening(opening.clone());
            let client = builder.connect(order.target).await;
            hand_over(
                &opening,
                client.and_then(netspeak::pop3::Client::into_stream),
            )
            .await
        })
    },
};

pub(super) const SMTP: Row<Talk> = Row {
    protocol: "smtp",
    urls: &[("smtp://host", "commands and replies as they are")],
    run: |order| Box::pin(smtp(order)),
};

async fn smtp(order: Order<'_>) -> Result<(), Failure> {
    let opening = order.args.connect.opening(order.target)?;
    let builder = netspeak::smtp::Client::builder().opening(opening.clone());
    let client = builder.connect(order.target).await;
    hand_over(
        &opening,
        client.and_then(netspeak::smtp::Client::into_stream),
    )
    .await
}

async fn hand_over<R: std::fmt::Display>(
    opening: &Opening,
    stream: Result<ByteStream, netspeak::core::Error<R>>,
) -> Result<(), Failure> {
    // What was said up to here; from here on all is shown anyway.
    for line in opening.trace.iter().flat_map(talk::lines) {
        output::say(&line);
    }
    converse(stream?).await
}

/// Lines out, whatever comes in, until the server closes.
async fn converse(mut stream: ByteStream) -> Result<(), Failure> {
    let mut typed = BufReader::new(tokio::io::stdin()).split(b'\n');
    let is_watched = output::stdout_is_terminal();
    let mut is_typing = true;
    let mut room = vec![0; 64 * 1024];
    loop {
        tokio::select! {
            line = typed.next_segment(), if is_typing => match line? {
                Some(line) => {
                    let line = line.strip_suffix(b"\r").unwrap_or(&line);
                    stream.write_all(&[line, b"\r\n"].concat()).await?;
                    stream.flush().await?;
                }
                None => is_typing = false,
            },
            came = stream.read(&mut room) => {
                let came = came?;
                if came == 0 {
                    return Ok(());
                }
                show(room.get(..came).unwrap_or_default(), is_watched)?;
            }
            () = tokio::time::sleep(PATIENCE), if !is_typing => return Ok(()),
        }
    }
}

/// As it is into a file or a pipe; without what a terminal would obey onto one.
fn show(came: &[u8], is_watched: bool) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    if is_watched {
        for line in came.split_inclusive(|byte| *byte == b'\n') {
            let end = if line.ends_with(b"\n") { "\n" } else { "" };
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            write!(stdout, "{}{end}", printable(line))?;
        }
    } else {
        stdout.write_all(came)?;
    }
    Ok(stdout.flush()?)
}
