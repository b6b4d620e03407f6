//! Many mails over one connection: the next envelope travels behind the closing dot of the mail
//! before (RFC 2920 section 3.1), and where the server takes chunks several mails are in flight.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use netspeak_core::Phase;

use super::manner::PIECE;
use super::send::Lost;
use super::{Body, Client};
use crate::codec::State;
use crate::error::{Error, Result};
use crate::receipt::{Doubt, Receipt};
use crate::response::Reply;
use crate::transaction::{Manner, Pace, Transaction, Turn, Way};
use crate::types::Envelope;

/// How many mails may be in flight at once, their texts included.
const WINDOW: usize = 64;

/// A mail on its way: envelope and text.
#[derive(Debug)]
pub struct Mail<'b> {
    /// Who sends, to whom.
    pub envelope: Envelope,
    /// The text.
    pub body: Body<'b>,
}

impl<'b> Mail<'b> {
    /// A mail.
    pub fn new(envelope: Envelope, body: impl Into<Body<'b>>) -> Self {
        Self {
            envelope,
            body: body.into(),
        }
    }

    /// A message of the engine's, to the recipients in its envelope.
    ///
    /// # Errors
    /// [`Error::Usage`] for an address that cannot be said.
    pub fn from_message(message: &lettre::Message) -> Result<Self> {
        Ok(Self::new(message.envelope().try_into()?, message))
    }
}

/// Mails being sent one after the other.
///
/// ```no_run
/// # async fn example(client: &mut netspeak_smtp::Client) -> netspeak_smtp::Result<()> {
/// use netspeak_smtp::{Envelope, Mail};
///
/// let envelope = Envelope::new("ops@example.org", ["you@example.net"])?;
/// let mails = (0..1000).map(|n| Mail::new(envelope.clone(), format!("Subject: {n}\r\n\r\n")));
/// let mut batch = client.send_many(mails).await?;
/// while let Some(receipt) = batch.next().await? {
///     match receipt {
///         Ok(receipt) => println!("{:?}", receipt.queue_id()),
///         Err(unsent) => println!("this one was not sent: {unsent}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// Receipts come in the order of the mails. When the connection ends, or takes no more mails (421,
/// MAILMAX), the mails that had left as a whole come with a receipt that says so
/// ([`Receipt::in_doubt`]), then comes the error, and what has not been sent is
/// [given back](Self::into_unsent). Dropping the batch before its end poisons the session.
#[derive(Debug)]
pub struct Batch<'c, 'b, S> {
    client: &'c mut Client,
    source: S,
    ended: bool,
    /// `next` was dropped half-way: which reply is whose is no longer known.
    inside: bool,
    seats: VecDeque<Seat<'b>>,
    /// Mails that were begun and cannot have been taken.
    unsent: Vec<Flight<'b>>,
    /// A mail that has to wait until nothing is in flight.
    held: Option<Held<'b>>,
    /// The connection has ended: why, until it is told.
    lost: Option<Error>,
}

/// A mail that waits, and how it will be sent if that is known.
#[derive(Debug)]
struct Held<'b> {
    mail: Mail<'b>,
    manner: Option<Manner>,
}

/// A mail and how far it has come.
#[derive(Debug)]
struct Flight<'b> {
    transaction: Transaction,
    body: Body<'b>,
}

/// A mail that was taken from the source, and what is known of it.
#[derive(Debug)]
enum Seat<'b> {
    /// It was not sent, and will not be.
    Unsent(Error),
    /// This is what became of it.
    Answered(Receipt),
    /// It is on its way.
    Flying(Box<Flight<'b>>),
}

impl<'b> Seat<'b> {
    fn flying(transaction: Transaction, body: Body<'b>) -> Self {
        Self::Flying(Box::new(Flight { transaction, body }))
    }

    fn flight(&self) -> Option<&Flight<'b>> {
        match self {
            Self::Flying(flight) => Some(flight),
            _ => None,
        }
    }
}

/// An iterator as a stream that never waits.
#[derive(Clone, Debug)]
pub struct Iter<I>(I);

impl<I: Iterator + Unpin> Stream for Iter<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

impl Client {
    /// Sends many mails; pull the receipts out of the batch.
    ///
    /// # Errors
    /// [`Error::Usage`] while a mail is under way, [`Error::Poisoned`], network errors.
    pub async fn send_many<'c, 'b, I>(
        &'c mut self,
        mails: I,
    ) -> Result<Batch<'c, 'b, Iter<I::IntoIter>>>
    where
        I: IntoIterator<Item = Mail<'b>>,
        I::IntoIter: Unpin,
    {
        self.send_stream(Iter(mails.into_iter())).await
    }

    /// As [`send_many`](Self::send_many), for mails that come when they come.
    ///
    /// # Errors
    /// As [`send_many`](Self::send_many).
    pub async fn send_stream<'c, 'b, S>(&'c mut self, mails: S) -> Result<Batch<'c, 'b, S>>
    where
        S: Stream<Item = Mail<'b>> + Unpin,
    {
        self.ready_for_mail().await?;
        Ok(Batch {
            client: self,
            source: mails,
            ended: false,
            inside: false,
            seats: VecDeque::new(),
            unsent: Vec::new(),
            held: None,
            lost: None,
        })
    }
}

impl<'b, S: Stream<Item = Mail<'b>> + Unpin> Batch<'_, 'b, S> {
    /// The next receipt, or why the next mail was not sent; `None` when all were.
    ///
    /// # Errors
    /// Those of the connection, which end the batch; a failing reader counts as one.
    pub async fn next(&mut self) -> Result<Option<Result<Receipt>>> {
        if std::mem::replace(&mut self.inside, true) {
            return Err(Error::Poisoned);
        }
        let receipt = self.advance().await?;
        self.inside = false;
        Ok(receipt)
    }

    /// How many mails have left, in part at least, and are not answered.
    pub fn in_flight(&self) -> usize {
        self.seats.iter().filter_map(Seat::flight).count()
    }

    /// The mails that were taken from the source and that the server cannot have taken, in their
    /// order: after an error they can be sent over another connection. A reader that has been read
    /// from is not among them.
    pub fn into_unsent(self) -> Vec<Mail<'b>> {
        let flights = self
            .unsent
            .into_iter()
            .filter(|flight| flight.body.is_whole());
        let unsent = flights.map(|flight| Mail {
            envelope: flight.transaction.into_envelope(),
            body: flight.body,
        });
        let held = self.held.map(|held| held.mail);
        unsent.chain(held).collect()
    }

    async fn advance(&mut self) -> Result<Option<Result<Receipt>>> {
        loop {
            if self.lost.is_none() {
                if self.seats.is_empty() {
                    self.take_first().await?;
                }
                self.run_ahead()?;
            }
            if self.lost.is_none() && matches!(self.seats.front(), Some(Seat::Flying(_))) {
                self.step().await;
                continue;
            }
            match self.seats.pop_front() {
                Some(Seat::Unsent(error)) => return Ok(Some(Err(error))),
                Some(Seat::Answered(receipt)) => return Ok(Some(Ok(receipt))),
                Some(Seat::Flying(flight)) => self.unsent.push(*flight),
                None => return self.lost.take().map_or(Ok(None), Err),
            }
        }
    }

    /// One step of the first flight.
    async fn step(&mut self) {
        let Some(Seat::Flying(flight)) = self.seats.front_mut() else {
            return;
        };
        let done = match flight.transaction.turn() {
            Turn::Done => {
                self.land();
                return;
            }
            Turn::Hear => self.client.hear(&mut flight.transaction).await,
            _ => {
                let Flight { transaction, body } = &mut **flight;
                self.client.text(transaction, body).await
            }
        };
        if let Err(lost) = done {
            self.lose(lost);
        }
    }

    /// The first flight is through.
    fn land(&mut self) {
        if let Some(Seat::Flying(flight)) = self.seats.pop_front() {
            let receipt = flight.transaction.receipt();
            self.seats.push_front(Seat::Answered(receipt));
        }
        if self.in_flight() == 0 {
            self.client.end_of_mail();
        }
    }

    /// The session has ended. What the server may have taken is in doubt.
    fn lose(&mut self, lost: Lost) {
        let (error, is_certain) = match lost {
            Lost::Connection(error) => (error, false),
            Lost::Certain(error) => (error, true),
        };
        let doubt = Doubt::of(&error);
        // A server that leaves (421) has done nothing of what stands behind that.
        let is_leaving = error.reply().is_some_and(Reply::is_closing);
        let is_sent = self.client.conn.is_sent() && !is_leaving;
        for (at, seat) in std::mem::take(&mut self.seats).into_iter().enumerate() {
            self.seats.push_back(match seat {
                Seat::Flying(flight) if is_sent && (at > 0 || !is_certain) => {
                    let Flight { transaction, body } = *flight;
                    match transaction.doubt(&doubt) {
                        Ok(receipt) => Seat::Answered(receipt),
                        Err(transaction) => Seat::flying(*transaction, body),
                    }
                }
                seat => seat,
            });
        }
        self.lost = Some(error);
    }

    /// Waits for a mail when there is nothing else to do, and begins with it.
    async fn take_first(&mut self) -> Result<()> {
        if self.held.is_none() && !self.ended {
            let source = &mut self.source;
            let next = std::future::poll_fn(|cx| Pin::new(&mut *source).poll_next(cx)).await;
            self.ended = next.is_none();
            self.held = next.map(|mail| Held { mail, manner: None });
        }
        let Some(Held { mail, manner }) = &mut self.held else {
            return Ok(());
        };
        if manner.is_none() {
            let looked = mail.body.look_ahead(self.client.conn.deadlines()).await;
            let planned = looked.and_then(|()| self.client.manner(&mail.envelope, &mail.body));
            match planned {
                Ok(planned) => *manner = Some(planned),
                Err(error) => {
                    self.held = None;
                    self.seats.push_back(Seat::Unsent(error));
                    return Ok(());
                }
            }
        }
        self.client.check_mails()?;
        self.client.begin(Phase::Work).await?;
        let Some(Held {
            mail,
            manner: Some(manner),
        }) = self.held.take()
        else {
            return Ok(());
        };
        let rset = self.client.state == State::Abandoned;
        self.board(mail, manner, rset)
    }

    /// A mail begins.
    fn board(&mut self, mail: Mail<'b>, manner: Manner, rset: bool) -> Result<()> {
        self.client.mails = self.client.mails.saturating_add(1);
        let transaction = Transaction::new(mail.envelope, manner, rset);
        let mut flight = Flight {
            transaction,
            body: mail.body,
        };
        self.client.speak(&mut flight.transaction, &flight.body)?;
        self.seats.push_back(Seat::Flying(Box::new(flight)));
        Ok(())
    }

    /// Tops up what is in flight, as far as mails are there without waiting: a mail begins behind
    /// one of which everything has been said.
    fn run_ahead(&mut self) -> Result<()> {
        if let Some(Seat::Flying(first)) = self.seats.front_mut() {
            self.client.speak(&mut first.transaction, &first.body)?;
        }
        // Half a window runs dry first, so that mails leave in groups.
        if self.seats.len() > WINDOW / 2 {
            return Ok(());
        }
        while self.seats.len() < WINDOW && self.client.conn.queued() < PIECE {
            let Some(last) = self.seats.iter().rev().find_map(Seat::flight) else {
                return Ok(());
            };
            if last.transaction.manner().pace == Pace::OneByOne || !last.transaction.is_said() {
                return Ok(());
            }
            let rset = last.transaction.needs_rset_behind();
            let Some((mail, manner)) = self.next_planned() else {
                return Ok(());
            };
            // Large texts go by themselves; and a dot says nothing about what comes behind a chunk.
            let is_last = self.in_flight() == 1;
            let goes_alone = manner.way == Way::Chunks || (manner.way == Way::Dots && !is_last);
            if goes_alone || self.client.check_mails().is_err() {
                self.held = Some(Held {
                    mail,
                    manner: Some(manner),
                });
                return Ok(());
            }
            self.board(mail, manner, rset)?;
        }
        Ok(())
    }

    /// The next mail that can be sent, if it is there without waiting.
    fn next_planned(&mut self) -> Option<(Mail<'b>, Manner)> {
        match self.held.take() {
            Some(Held {
                mail,
                manner: Some(manner),
            }) => return Some((mail, manner)),
            // Its reader is looked into when nothing else waits for that.
            Some(unknown) => {
                self.held = Some(unknown);
                return None;
            }
            None => {}
        }
        while !self.ended && self.seats.len() < WINDOW {
            let mut cx = Context::from_waker(std::task::Waker::noop());
            let mail = match Pin::new(&mut self.source).poll_next(&mut cx) {
                Poll::Ready(Some(mail)) => mail,
                Poll::Ready(None) => {
                    self.ended = true;
                    return None;
                }
                Poll::Pending => return None,
            };
            if mail.body.is_unknown() {
                self.held = Some(Held { mail, manner: None });
                return None;
            }
            match self.client.manner(&mail.envelope, &mail.body) {
                Ok(manner) => return Some((mail, manner)),
                Err(error) => self.seats.push_back(Seat::Unsent(error)),
            }
        }
        None
    }
}
