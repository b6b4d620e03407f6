//! Many mails over one connection: the next envelope travels behind the closing dot of the mail
//! before (RFC 2920 section 3.1), and where the server takes chunks several mails are in flight.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use netspeak_core::Phase;

use super::receipt::Receipt;
use super::transaction::{Group, PIECE, Plan, Way};
use super::{Body, Client};
use crate::error::{Error, Result};
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
/// Receipts come in the order of the mails. After an error from [`next`](Self::next) the session is
/// over, and it is not known what became of [`in_flight`](Self::in_flight) mails. Dropping the
/// batch before its end poisons the session.
#[derive(Debug)]
pub struct Batch<'c, 'b, S> {
    client: &'c mut Client,
    source: S,
    ended: bool,
    /// `next` was dropped half-way: which reply is whose is no longer known.
    inside: bool,
    flights: VecDeque<Flight<'b>>,
    /// A mail that has to wait until nothing is in flight.
    held: Option<(Mail<'b>, Plan)>,
}

#[derive(Debug)]
enum Flight<'b> {
    /// It was not sent.
    Unsent(Error),
    /// It went by itself, and this is what became of it.
    Answered(Receipt),
    /// Its envelope was queued (or not, where the server takes commands one by one).
    Envelope(Mail<'b>, Plan, Group),
    /// All of it was queued.
    Whole(Envelope, Plan, Group),
}

impl Flight<'_> {
    fn is_in_the_air(&self) -> bool {
        matches!(self, Self::Envelope(..) | Self::Whole(..))
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
            flights: VecDeque::new(),
            held: None,
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
        let left = self.flights.iter().filter(|flight| flight.is_in_the_air());
        left.count().saturating_add(usize::from(self.inside))
    }

    async fn advance(&mut self) -> Result<Option<Result<Receipt>>> {
        if self.flights.is_empty() {
            self.take_first().await?;
        }
        self.run_ahead()?;
        let Some(flight) = self.flights.pop_front() else {
            return Ok(None);
        };
        let receipt = match flight {
            Flight::Unsent(error) => return Ok(Some(Err(error))),
            Flight::Answered(receipt) => return Ok(Some(Ok(receipt))),
            Flight::Whole(envelope, plan, group) => {
                let opened = self.client.open(&envelope, &plan, group).await?;
                let mut receipt = opened.receipt;
                self.client.answers(&mut receipt, "BDAT").await?;
                // How the last of those behind this one will end is not known yet.
                self.client.needs_reset |= self.flights.iter().any(Flight::is_in_the_air);
                receipt
            }
            Flight::Envelope(mail, plan, group) => self.with_dots(mail, &plan, group).await?,
        };
        if !self.flights.iter().any(Flight::is_in_the_air) {
            self.settle().await?;
        }
        Ok(Some(Ok(receipt)))
    }

    /// The text of a mail whose envelope has left; behind its dot leaves the next envelope.
    async fn with_dots(&mut self, mail: Mail<'b>, plan: &Plan, group: Group) -> Result<Receipt> {
        let mut opened = self.client.open(&mail.envelope, plan, group).await?;
        if !opened.open {
            return Ok(opened.receipt);
        }
        self.client.text(&opened, mail.body).await?;
        self.client.drain().await?;
        // The dot ends this mail, whatever the answer: nothing is to be reset for the next.
        self.client.needs_reset = false;
        if group != Group::Single {
            self.run_ahead()?;
        }
        self.client.answers(&mut opened.receipt, "DATA").await?;
        Ok(opened.receipt)
    }

    /// Nothing is in flight: the session is free for other things.
    async fn settle(&mut self) -> Result<()> {
        if self.client.needs_reset {
            self.client.reset().await?;
        }
        self.client.end_of_mail();
        Ok(())
    }

    /// Waits for a mail when there is nothing else to do, and begins with it.
    async fn take_first(&mut self) -> Result<()> {
        let (mail, plan) = match self.held.take() {
            Some(held) => held,
            None => {
                if self.ended {
                    return Ok(());
                }
                let source = &mut self.source;
                let next = std::future::poll_fn(|cx| Pin::new(&mut *source).poll_next(cx)).await;
                let Some(mail) = next else {
                    self.ended = true;
                    return Ok(());
                };
                match self.client.plan(&mail.envelope, &mail.body) {
                    Ok(plan) => (mail, plan),
                    Err(error) => {
                        self.flights.push_back(Flight::Unsent(error));
                        return Ok(());
                    }
                }
            }
        };
        if plan.way == Way::Dots || self.fits_into_flight(&mail) {
            self.client.begin(Phase::Work)?;
            return self.queue(mail, plan);
        }
        // Large texts go by themselves; nothing else is in flight.
        let sent = self.client.send(&mail.envelope, mail.body).await;
        self.flights.push_back(match sent {
            Ok(receipt) => Flight::Answered(receipt),
            Err(error) if self.client.conn.is_busy() => return Err(error),
            Err(error) => Flight::Unsent(error),
        });
        Ok(())
    }

    fn fits_into_flight(&self, mail: &Mail<'_>) -> bool {
        let is_small = |bytes: &[u8]| bytes.len() <= PIECE;
        self.client.pipelines() && mail.body.bytes().is_some_and(is_small)
    }

    fn queue(&mut self, mail: Mail<'b>, plan: Plan) -> Result<()> {
        let group = self.client.queue_envelope(&mail.envelope, &plan)?;
        let flight = if plan.way == Way::Dots {
            Flight::Envelope(mail, plan, group)
        } else {
            self.client.queue_whole(&plan, &mail.body)?;
            // Whatever becomes of this one, the next begins afresh.
            self.client.needs_reset = true;
            Flight::Whole(mail.envelope, plan, group)
        };
        self.flights.push_back(flight);
        Ok(())
    }

    /// Tops up what is in flight, as far as mails are there without waiting.
    fn run_ahead(&mut self) -> Result<()> {
        // Half a window runs dry first, so that mails leave in groups.
        if !self.client.conn.is_busy() || self.flights.len() > WINDOW / 2 {
            return Ok(());
        }
        while self.flights.len() < WINDOW && self.client.conn.queued() < PIECE {
            // The text behind an envelope comes before anything else.
            if self
                .flights
                .iter()
                .any(|f| matches!(f, Flight::Envelope(..)))
            {
                return Ok(());
            }
            let Some((mail, plan)) = self.next_planned() else {
                return Ok(());
            };
            let is_alone = !self.flights.iter().any(Flight::is_in_the_air);
            let fits = match plan.way {
                Way::Dots => is_alone,
                Way::Chunks | Way::Binary => self.fits_into_flight(&mail),
            };
            if !fits {
                self.held = Some((mail, plan));
                return Ok(());
            }
            self.queue(mail, plan)?;
        }
        Ok(())
    }

    /// The next mail that can be sent, if it is there without waiting.
    fn next_planned(&mut self) -> Option<(Mail<'b>, Plan)> {
        if let Some(held) = self.held.take() {
            return Some(held);
        }
        while !self.ended && self.flights.len() < WINDOW {
            let mut cx = Context::from_waker(std::task::Waker::noop());
            let mail = match Pin::new(&mut self.source).poll_next(&mut cx) {
                Poll::Ready(Some(mail)) => mail,
                Poll::Ready(None) => {
                    self.ended = true;
                    return None;
                }
                Poll::Pending => return None,
            };
            match self.client.plan(&mail.envelope, &mail.body) {
                Ok(plan) => return Some((mail, plan)),
                Err(error) => self.flights.push_back(Flight::Unsent(error)),
            }
        }
        None
    }
}
