//! Every message of a mailbox, over as many connections as asked for; each takes the next one.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};

use netspeak::smtp::Client;
use tokio::task::JoinSet;

use super::smtp::{envelope, session};
use super::source::{Feed, Source, lock};
use super::tally::Tally;
use super::told::Told;
use super::{Order, opened};
use crate::exit::Code;
use crate::failure::Failure;
use crate::output;
use crate::render::progress::{Bar, Data};

/// A connection that ends is made anew; so often without a mail on any of them, then it is given up.
const ATTEMPTS: u32 = 3;

pub(super) async fn send(order: Order) -> Result<Code, Failure> {
    let path = order.args.mbox.as_deref().unwrap_or(Path::new("-"));
    let envelope = envelope(&order.args)?;
    let open = Source::open(path, envelope, order.args.strip_bcc);
    let source = Arc::new(opened(&order.args, open).await?);
    let bar = Arc::new(bar(&order));
    let order = Arc::new(order);
    let mut jobs = JoinSet::new();
    for _ in 0..order.args.jobs.max(1) {
        let (order, source) = (Arc::clone(&order), Arc::clone(&source));
        let bar = Arc::clone(&bar);
        jobs.spawn(async move {
            let mut tally = Tally::default();
            let failure = job(&order, &source, &bar, &mut tally).await.err();
            (tally, failure)
        });
    }
    let mut total = Tally::default();
    let mut failures = Vec::new();
    while let Some(done) = jobs.join_next().await {
        // A job does not panic, and nobody ends it.
        let Ok((tally, failure)) = done else { continue };
        total.add(tally);
        failures.extend(failure);
    }
    let left = source.count_rest().await;
    drop(bar);
    Told::by(&order.args).total(&total, left);
    match (source.failure(), failures.pop()) {
        (Some(broken), _) => Err(broken),
        (None, Some(failure)) if left > 0 => Err(failure),
        (None, failure) => {
            // Others have sent what this one could not.
            if let Some(failure) = failure {
                output::say(&format!("warning: a connection failed: {failure}"));
            }
            Ok(total.code())
        }
    }
}

/// Counts the mails, unless each of them is told on the terminal.
fn bar(order: &Order) -> Bar {
    let data = match order.args.json && output::stdout_is_terminal() {
        true => Data::OnTerminal,
        false => Data::Elsewhere,
    };
    Bar::of_mails(&order.target.to_string(), data)
}

/// Connection after connection, until there is no mail left.
async fn job(order: &Order, source: &Source, bar: &Bar, tally: &mut Tally) -> Result<(), Failure> {
    let mut in_vain = 0;
    loop {
        let before = tally.mails;
        let mut is_connected = false;
        let connection = session(order, async |client| {
            is_connected = true;
            batch(client, source, bar, tally, Told::by(&order.args)).await
        });
        let Err(failure) = connection.await else {
            return Ok(());
        };
        in_vain = if tally.mails > before { 0 } else { in_vain + 1 };
        if !is_connected || in_vain >= ATTEMPTS || source.is_empty().await {
            return Err(failure);
        }
        bar.say(&format!("warning: {failure}; connecting again"));
    }
}

/// As many mails as this connection takes.
async fn batch(
    client: &mut Client,
    source: &Source,
    bar: &Bar,
    tally: &mut Tally,
    told: Told,
) -> Result<(), Failure> {
    let numbers = Mutex::new(VecDeque::new());
    let feed = Feed {
        source,
        numbers: &numbers,
    };
    let mut batch = client.send_stream(feed).await?;
    let ended = loop {
        let outcome = match batch.next().await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.into()),
        };
        let number = lock(&numbers).pop_front().unwrap_or_default();
        match outcome {
            Ok(receipt) => {
                tally.count(&receipt);
                bar.aside(|| told.mail_of_many(number, &receipt));
            }
            Err(error) => {
                bar.aside(|| told.failed(number, &Failure::from(error)));
                tally.mails += 1;
                tally.refused += source.envelope.recipients.len() as u64;
            }
        }
        bar.add(1);
    };
    let unsent = batch.into_unsent();
    source.give_back(lock(&numbers).drain(..).zip(unsent));
    ended
}
