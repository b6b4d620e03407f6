//! `put` over IMAP: APPEND.

use std::io;

use netspeak::imap::{Append, Appended, Client, ImapPath, Mailbox};
use tokio::io::AsyncReadExt;

use super::{Order, Put};
use crate::crlf::Crlf;
use crate::failure::Failure;
use crate::output;
use crate::render::progress::{Data, Meter};
use crate::source::Source;
use crate::verbs::mailbox;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Put> = Row {
    protocol: "imap",
    urls: &[("imaps://host/Drafts", "a message into a mailbox")],
    run: |order| Box::pin(put(order)),
};

/// The largest message that is read from a pipe: its size has to be told before it is sent.
const LARGEST: u64 = 64 * 1024 * 1024;

async fn put(order: Order<'_>) -> Result<(), Failure> {
    let Order {
        source,
        target,
        args,
        bars,
        ..
    } = order;
    args.data.refuse("imap")?;
    args.http.refuse("imap")?;
    if args.continue_at.is_some() || args.temp_name || args.delete || args.dry_run {
        return Err(Failure::usage(
            "-C, --temp-name, --delete and --dry-run are for files and folders",
        ));
    }
    if args.pace.limit_rate.is_some() {
        return Err(Failure::usage("--limit-rate is for files"));
    }
    let place = ImapPath::of(target)?;
    let Some(mailbox) = place.mailbox else {
        return Err(Failure::usage("which mailbox? ls lists them"));
    };
    let source = Source::open(source).await?;
    let meter = bars.meter(target.path(), 0, source.length(), Data::Elsewhere);
    let put = mailbox::session(target, &args.connect, async |client| {
        append(client, &mailbox, source, meter).await
    })
    .await?;
    let line = match put {
        Some(put) => mailbox::url_of(target, put.uid),
        None => format!("{mailbox} has it"),
    };
    output::print(&format!("{line}\n"));
    Ok(())
}

/// Line ends become CR LF, as they have to be.
async fn append(
    client: &mut Client,
    mailbox: &Mailbox,
    source: Source,
    meter: Meter,
) -> Result<Option<Appended>, Failure> {
    let how = Append::new();
    match source {
        Source::File(file, _) => {
            let message = Crlf::of(file)?;
            let size = message.length();
            let mut message = meter.reading(message);
            Ok(client
                .append_from(mailbox, &how, size, &mut message)
                .await?)
        }
        Source::Stream(stream) => {
            let mut message = Vec::new();
            stream.take(LARGEST + 1).read_to_end(&mut message).await?;
            if message.len() as u64 > LARGEST {
                let what = format!("more than {LARGEST} bytes from a pipe: write them to a file");
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, what).into());
            }
            Ok(client.append(mailbox, &how, &message).await?)
        }
    }
}
