//! Every message of a mailbox, over as many connections as asked for; each takes the next one.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use netspeak::smtp::{Client, Envelope, Mail, Receipt};
use tokio::task::JoinSet;

use super::Order;
use super::smtp::{envelope, session};
use super::tally::{Tally, show};
use crate::exit::Code;
use crate::failure::Failure;
use crate::mailbox::Mailbox;
use crate::output;

/// A connection that ends is made anew; so often without a mail on any of them, then it is given up.
const ATTEMPTS: u32 = 3;

/// Those that are there, on any connection.
type Numbered = (u64, Mail<'static>);

pub(super) async fn send(order: Order) -> Result<Code, Failure> {
    let path = order.args.mbox.as_deref().unwrap_or(Path::new("-"));
    let source = Arc::new(Source::new(Mailbox::open(path)?, envelope(&order.args)?));
    let order = Arc::new(order);
    let mut jobs = JoinSet::new();
    for _ in 0..order.args.jobs.max(1) {
        let (order, source) = (Arc::clone(&order), Arc::clone(&source));
        jobs.spawn(async move {
            let mut tally = Tally::default();
            let failure = job(&order, &source, &mut tally).await.err();
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
    let left = source.count_rest();
    tell(&total, left);
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

fn tell(total: &Tally, left: u64) {
    let mut text = format!(
        "{} mails, {} accepted, {} refused",
        total.mails, total.accepted, total.refused
    );
    if total.in_doubt > 0 {
        text.push_str(&format!(", {} in doubt", total.in_doubt));
    }
    if left > 0 {
        text.push_str(&format!("; {left} mails not sent"));
    }
    output::print(&(text + "\n"));
}

/// Connection after connection, until there is no mail left.
async fn job(order: &Order, source: &Source, tally: &mut Tally) -> Result<(), Failure> {
    let mut in_vain = 0;
    loop {
        let before = tally.mails;
        let mut is_connected = false;
        let connection = session(order, async |client| {
            is_connected = true;
            batch(client, source, tally).await
        });
        let Err(failure) = connection.await else {
            return Ok(());
        };
        in_vain = if tally.mails > before { 0 } else { in_vain + 1 };
        if !is_connected || in_vain >= ATTEMPTS || source.is_empty() {
            return Err(failure);
        }
        output::say(&format!("warning: {failure}; connecting again"));
    }
}

/// As many mails as this connection takes.
async fn batch(client: &mut Client, source: &Source, tally: &mut Tally) -> Result<(), Failure> {
    let numbers = Mutex::new(VecDeque::new());
    let mails = std::iter::from_fn(|| {
        let (number, mail) = source.next()?;
        lock(&numbers).push_back(number);
        Some(mail)
    });
    let mut batch = client.send_many(mails).await?;
    let ended = loop {
        let outcome = match batch.next().await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.into()),
        };
        let number = lock(&numbers).pop_front().unwrap_or_default();
        match outcome {
            Ok(receipt) => received(number, &receipt, tally),
            Err(error) => {
                output::print(&format!("message {number}: {error}\n"));
                tally.mails += 1;
                tally.refused += source.envelope.recipients.len() as u64;
            }
        }
    };
    let unsent = batch.into_unsent();
    source.give_back(lock(&numbers).drain(..).zip(unsent));
    ended
}

fn received(number: u64, receipt: &Receipt, tally: &mut Tally) {
    tally.count(receipt);
    if !receipt.is_complete() {
        output::print(&format!("message {number}:\n"));
        show(receipt);
    }
}

/// Where the mails come from: the mailbox, and connections that ended.
struct Source {
    envelope: Envelope,
    state: Mutex<State>,
}

struct State {
    mailbox: Mailbox,
    number: u64,
    given_back: VecDeque<Numbered>,
    broken: Option<io::Error>,
}

impl Source {
    fn new(mailbox: Mailbox, envelope: Envelope) -> Self {
        let state = State {
            mailbox,
            number: 0,
            given_back: VecDeque::new(),
            broken: None,
        };
        Self {
            envelope,
            state: Mutex::new(state),
        }
    }

    fn next(&self) -> Option<Numbered> {
        let mut state = lock(&self.state);
        if let Some(again) = state.given_back.pop_front() {
            return Some(again);
        }
        match state.mailbox.next() {
            Ok(message) => {
                state.number += 1;
                Some((state.number, Mail::new(self.envelope.clone(), message?)))
            }
            Err(error) => {
                state.broken = Some(error);
                None
            }
        }
    }

    fn give_back(&self, mails: impl Iterator<Item = Numbered>) {
        lock(&self.state).given_back.extend(mails);
    }

    fn is_empty(&self) -> bool {
        let state = lock(&self.state);
        state.given_back.is_empty() && state.mailbox.is_at_end()
    }

    fn count_rest(&self) -> u64 {
        let mut left = 0;
        while self.next().is_some() {
            left += 1;
        }
        left
    }

    fn failure(&self) -> Option<Failure> {
        lock(&self.state).broken.take().map(Failure::from)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
