//! `get` over POP3.

mod by_id;
pub(super) mod removal;

use std::io::Write;

use netspeak::pop3::{Batch, Client, Fetch, MessageNumber, Pop3Path, ScanListing};

use super::messages::{Messages, Refused, to_folder, to_mbox};
use super::{Get, Got, News, Order};
use crate::args::MailArgs;
use crate::failure::Failure;
use crate::verbs::maildrop;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Get> = Row {
    protocol: "pop3",
    urls: &[
        ("pop3s://host/7", "message 7"),
        ("pop3s://host/3-9", "messages 3 to 9, as an mbox"),
        ("pop3s://host/", "the whole maildrop, as an mbox"),
    ],
    run: |args| {
        args.refuse_http("pop3")?;
        args.data.refuse("pop3")?;
        Ok(Box::new(News(|order| Box::pin(get(order)))))
    },
};

async fn get(order: Order<'_, '_>) -> Result<Got, Failure> {
    let (target, args) = (order.target, order.args);
    let selection = Pop3Path::of(target)?;
    if args.remote_name || args.continue_at.is_some() || args.pace.limit_rate.is_some() {
        return Err(Failure::usage(
            "-O, -C and --limit-rate are for files: messages go to --dir DIR",
        ));
    }
    if args.mail.goes_by_id() {
        return by_id::get(order, selection).await;
    }
    maildrop::session(target, &args.connect, async |client| {
        fetch(client, selection, order).await
    })
    .await?;
    Ok(Got::All)
}

async fn fetch(
    client: &mut Client,
    selection: Pop3Path,
    order: Order<'_, '_>,
) -> Result<(), Failure> {
    let args = order.args;
    if let (Pop3Path::One(number), None) = (selection, &args.dir) {
        let mut meter = super::meter(&order, None);
        let mut message = match args.mail.headers {
            true => client.top(number, 0).await?,
            false => client.retr(number).await?,
        };
        while let Some(piece) = message.chunk().await? {
            order.sink.write_all(piece)?;
            meter.add(piece.len());
        }
        return Ok(order.sink.flush()?);
    }
    let there = client.list().await?;
    let is_meant =
        |listing: &&ScanListing| !selection.of_those([listing.number].into_iter()).is_empty();
    let mut meant = there.iter().filter(is_meant);
    let octets = meant.try_fold(0u64, |sum, listing| sum.checked_add(listing.octets?));
    let octets = octets.filter(|_| !args.mail.headers);
    let meter = super::meter(&order, octets);
    let numbers = selection.of_those(there.into_iter().map(|listing| listing.number));
    let messages = Numbered {
        batch: client.fetch(numbers, part(&args.mail))?,
        number: None,
    };
    match &args.dir {
        Some(dir) => to_folder(messages, dir, args.overwrite(), meter).await,
        None => to_mbox(messages, order.sink, meter).await,
    }
}

/// What of each message.
fn part(args: &MailArgs) -> Fetch {
    match args.headers {
        true => Fetch::Top(0),
        false => Fetch::Whole,
    }
}

/// Messages with their numbers.
struct Numbered<'c> {
    batch: Batch<'c>,
    number: Option<MessageNumber>,
}

impl Messages for Numbered<'_> {
    async fn next(&mut self) -> Result<Option<Result<(), Refused>>, Failure> {
        let Some((number, answer)) = self.batch.next().await? else {
            return Ok(None);
        };
        self.number = Some(number);
        let refuse = |error| Refused::new(format!("message {number}"), error);
        Ok(Some(answer.map(drop).map_err(refuse)))
    }

    async fn chunk(&mut self) -> Result<Option<&[u8]>, Failure> {
        Ok(self.batch.chunk().await?)
    }

    fn file_name(&self) -> String {
        let number = self.number.map(MessageNumber::get);
        format!("{number:0>6}.eml", number = number.unwrap_or_default())
    }
}
