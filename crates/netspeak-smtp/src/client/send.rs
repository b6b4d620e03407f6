//! The driver of a [`Transaction`]: says what it wants said, and hears what it waits for.

use std::time::Duration;

use netspeak_core::{DotEncoder, ErrorKind, Phase, Reason};

use super::body::{Piece, Pieces};
use super::{Body, Client, rest_of_reply};
use crate::codec::{Asked, State};
use crate::command::{Chunk, Command};
use crate::error::{Error, Result};
use crate::receipt::{Doubt, Receipt};
use crate::response::Reply;
use crate::transaction::{Transaction, Turn, Way, out_of_turn};
use crate::types::Envelope;

/// The end of a text leaves in one write with its dot, and with the next envelope, if it is this
/// small; else copying it costs more than a write.
const SMALL: usize = 16 * 1024;

impl Client {
    /// Sends a mail; what became of it for each recipient.
    ///
    /// PIPELINING, CHUNKING, SIZE, 8BITMIME and SMTPUTF8 are used where the server offers them and
    /// the mail gains by it. A refusal is a result, not an error, and so is the end of the connection
    /// once all of the mail has left: see [`Receipt::complete`] and [`Receipt::in_doubt`].
    ///
    /// # Errors
    /// Nothing was delivered in any of these cases. [`Error::Usage`] for an envelope without
    /// recipients, or a text with lone line ends if these are refused; [`Error::Unsupported`] if the
    /// server does not offer what the envelope or the text needs (SMTPUTF8 for UTF-8 in addresses and
    /// header, 8BITMIME for bytes beyond ASCII), or the mail is larger than it takes
    /// (`work.too_large`). [`Error::Refused`] if the server leaves (421). [`Error::Local`] if the
    /// reader fails; the session is poisoned then. Network errors.
    pub async fn send<'b>(
        &mut self,
        envelope: &Envelope,
        body: impl Into<Body<'b>>,
    ) -> Result<Receipt> {
        self.send_body(envelope, &mut body.into()).await
    }

    /// The same; after an error the body tells whether it is still whole.
    pub(crate) async fn send_body(
        &mut self,
        envelope: &Envelope,
        body: &mut Body<'_>,
    ) -> Result<Receipt> {
        self.ready_for_mail().await?;
        self.check_mails()?;
        body.look_ahead(self.conn.deadlines()).await?;
        let manner = self.manner(envelope, body)?;
        self.begin(Phase::Work).await?;
        let rset = self.state == State::Abandoned;
        let mut transaction = Transaction::new(envelope.clone(), manner, rset);
        self.mails = self.mails.saturating_add(1);
        match self.carry(&mut transaction, body).await {
            Ok(()) => {
                self.end_of_mail();
                Ok(transaction.receipt())
            }
            Err(Lost::Connection(error)) if self.conn.is_sent() => {
                let doubtful = transaction.doubt(&Doubt::of(&error));
                doubtful.map_err(|_| error)
            }
            Err(Lost::Connection(error) | Lost::Certain(error)) => Err(error),
        }
    }

    /// Sends a message of the engine's, to the recipients in its envelope.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_message(&mut self, message: &lettre::Message) -> Result<Receipt> {
        let envelope = Envelope::try_from(message.envelope())?;
        self.send(&envelope, message).await
    }

    pub(super) async fn ready_for_mail(&mut self) -> Result<()> {
        self.ehlo_if_needed().await?;
        if matches!(self.state, State::Ready | State::Abandoned) {
            return Ok(());
        }
        Err(self.out_of_place("a mail"))
    }

    /// All replies are read. A server that is leaving has ended the session.
    pub(super) fn end_of_mail(&mut self) {
        self.state = self.state.give_up();
        if self.state != State::Closed {
            self.conn.finish();
        }
    }

    /// Carries a mail through, from wherever it is.
    async fn carry(
        &mut self,
        transaction: &mut Transaction,
        body: &mut Body<'_>,
    ) -> Result<(), Lost> {
        loop {
            self.speak(transaction, body)?;
            match transaction.turn() {
                Turn::Done => return Ok(()),
                Turn::Hear => self.hear(transaction).await?,
                _ => self.text(transaction, body).await?,
            }
        }
    }

    /// Queues whatever can be said without waiting: commands, and a text that leaves with them.
    pub(super) fn speak(&mut self, transaction: &mut Transaction, body: &Body<'_>) -> Result<()> {
        loop {
            match transaction.turn() {
                Turn::Say(command) => {
                    self.conn.queue_command(|wire| command.encode(wire))?;
                    transaction.said();
                }
                Turn::Text if transaction.manner().way == Way::OneChunk => {
                    self.whole_text(transaction, body)?;
                }
                _ => return Ok(()),
            }
        }
    }

    /// Hears the next reply.
    pub(super) async fn hear(&mut self, transaction: &mut Transaction) -> Result<(), Lost> {
        let asked = transaction.asked().unwrap_or(Asked::Other);
        let limit = self.limit_of(asked);
        self.conn.reply_due_within(limit);
        let reply = self.read_reply().await.map_err(Lost::Connection)?;
        self.take(transaction, reply)?;
        // What comes before the text is sent cannot be the answer to it.
        if asked == Asked::Data && self.state == State::Text && self.conn.has_unread() {
            let early = self.read_reply().await?;
            return Err(self.out_of_turn(early).into());
        }
        Ok(())
    }

    fn take(&mut self, transaction: &mut Transaction, reply: Reply) -> Result<()> {
        let asked = transaction.asked().unwrap_or(Asked::Other);
        self.state = self.state.after(asked, &reply);
        transaction.heard(reply)
    }

    /// How long the reply to this may take: the limits of RFC 5321 section 4.5.3.2, unless the
    /// connection's own are shorter, or lifted.
    fn limit_of(&self, asked: Asked) -> Duration {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let (set, usual) = match asked {
            Asked::Mail => (self.limits.mail, minutes(5)),
            Asked::Rcpt(_) => (self.limits.rcpt, minutes(5)),
            Asked::Data => (self.limits.data, minutes(2)),
            Asked::Chunk => (self.limits.chunk, minutes(3)),
            Asked::Dot | Asked::LastChunk => (self.limits.text, minutes(10)),
            _ => (None, minutes(5)),
        };
        let is_text = matches!(asked, Asked::Dot | Asked::LastChunk);
        let reply = self.conn.deadlines().timeouts().reply;
        set.unwrap_or(match reply {
            Some(Duration::MAX) => Duration::MAX,
            Some(reply) if !is_text => usual.min(reply),
            _ => usual,
        })
    }

    /// Sends the text. Its end is queued when this returns, not sent.
    pub(super) async fn text(
        &mut self,
        transaction: &mut Transaction,
        body: &mut Body<'_>,
    ) -> Result<(), Lost> {
        self.conn.data_due();
        match (transaction.turn(), transaction.manner().way) {
            (Turn::LoneDot, _) => self.conn.queue_data(|out| {
                out.extend_from_slice(b".\r\n");
                Ok::<(), Error>(())
            })?,
            (_, Way::Dots) => {
                let ascii_only = transaction.manner().ascii_only;
                self.dotted_text(Pieces::new(body).ascii_only(ascii_only))
                    .await?;
            }
            (_, Way::Chunks) => return self.chunks(transaction, body).await,
            (_, Way::OneChunk) => return Ok(self.whole_text(transaction, body)?),
        }
        transaction.text_said();
        Ok(())
    }

    async fn dotted_text(&mut self, mut pieces: Pieces<'_, '_>) -> Result<(), Lost> {
        let mut dots = DotEncoder::new(self.line_endings);
        loop {
            let Piece { mut bytes, is_last } = pieces.next(self.conn.deadlines()).await?;
            if is_last && bytes.len() <= SMALL {
                return Ok(self.conn.queue_data(|out| {
                    dots.encode(bytes, out)?;
                    dots.finish(out)
                })?);
            }
            let kept = &mut bytes;
            self.conn.queue_data(|out| {
                *kept = dots.encode_or_keep(kept, out)?;
                Ok::<(), netspeak_core::Error>(())
            })?;
            if let Some(reply) = self.send_piece(&mut bytes).await? {
                // A server that has had enough.
                return Err(self.out_of_turn(reply).into());
            }
            if is_last {
                return Ok(self.conn.queue_data(|out| dots.finish(out))?);
            }
        }
    }

    /// The text of a mail that is not one of ours to watch over, and the answer to it.
    pub(super) async fn text_of(&mut self, body: &mut Body<'_>) -> Result<Reply> {
        self.conn.data_due();
        if let Err(Lost::Certain(error) | Lost::Connection(error)) =
            self.dotted_text(Pieces::new(body)).await
        {
            return Err(error);
        }
        self.conn.reply_due_within(self.limit_of(Asked::Dot));
        match self.read_reply().await {
            Ok(reply) => {
                self.state = self.state.after(Asked::Dot, &reply);
                Ok(reply)
            }
            Err(error) if self.conn.is_sent() => Err(Error::net(
                ErrorKind::new(Phase::Work, Reason::InDoubt),
                format!(
                    "it is not known whether the mail was taken: {}",
                    error.message()
                ),
            )),
            Err(error) => Err(error),
        }
    }

    /// Sends what is queued and then a piece of text, up to a reply that comes meanwhile.
    async fn send_piece(&mut self, piece: &mut &[u8]) -> Result<Option<Reply>, Lost> {
        let sent = self.conn.send_data_or_next(piece, &mut self.codec).await;
        match sent.map_err(Error::from)? {
            None => Ok(None),
            Some(event) => {
                let rest = rest_of_reply(&mut self.conn, &mut self.codec, event);
                Ok(Some(rest.await?))
            }
        }
    }

    /// A reply where none is due. Nothing more can be told apart.
    fn out_of_turn(&mut self, reply: Reply) -> Error {
        if reply.is_closing() {
            self.state = State::Closed;
        }
        out_of_turn(reply)
    }

    /// Queues a text that is one chunk.
    fn whole_text(&mut self, transaction: &mut Transaction, body: &Body<'_>) -> Result<()> {
        let bytes = body.bytes().unwrap_or_default();
        let (mut changed, mut end) = (std::mem::take(&mut self.spare), Vec::new());
        changed.clear();
        let mut kept = bytes;
        if !transaction.manner().binary {
            let mut lines = DotEncoder::without_dots(self.line_endings);
            kept = lines.encode_or_keep(bytes, &mut changed)?;
            lines.finish(&mut end)?;
        }
        self.queue_bdat(changed.len() + kept.len() + end.len(), Chunk::Last)?;
        self.conn.queue_data(|out| {
            for part in [&changed, kept, &end] {
                out.extend_from_slice(part);
            }
            Ok::<(), Error>(())
        })?;
        self.spare = changed;
        transaction.text_said();
        Ok(())
    }

    fn queue_bdat(&mut self, size: usize, chunk: Chunk) -> Result<()> {
        let command = Command::Bdat { size, chunk };
        Ok(self.conn.queue_command(|wire| command.encode(wire))?)
    }

    /// Sends chunk after chunk, until the text is said or refused. With PIPELINING the next leaves
    /// while the answer to the one before is on its way.
    async fn chunks(
        &mut self,
        transaction: &mut Transaction,
        body: &mut Body<'_>,
    ) -> Result<(), Lost> {
        let mut lines = DotEncoder::without_dots(self.line_endings);
        let is_lines = !transaction.manner().binary;
        let ascii_only = transaction.manner().ascii_only;
        let mut pieces = Pieces::new(body).ascii_only(ascii_only);
        let (mut changed, mut end) = (Vec::new(), Vec::new());
        while transaction.turn() == Turn::Text {
            changed.clear();
            end.clear();
            let Piece { bytes, is_last } = pieces.next(self.conn.deadlines()).await?;
            let mut kept = bytes;
            if is_lines {
                kept = lines.encode_or_keep(bytes, &mut changed)?;
                if is_last {
                    lines.finish(&mut end)?;
                }
            }
            let size = changed.len() + kept.len() + end.len();
            if is_last {
                self.queue_bdat(size, Chunk::Last)?;
                transaction.text_said();
            } else {
                self.queue_bdat(size, Chunk::Middle)?;
                transaction.chunk_said();
            }
            self.conn.data_due();
            let parts = [&changed[..], kept, &end];
            // The command leaves with the first part that there is, not alone.
            for mut part in parts.into_iter().filter(|part| !part.is_empty()) {
                // The answers to chunks before this one come while it leaves.
                while let Some(reply) = self.send_piece(&mut part).await? {
                    self.take(transaction, reply)?;
                }
            }
            while transaction.turn() == Turn::Hear && !transaction.is_said() {
                self.hear(transaction).await?;
            }
        }
        Ok(())
    }
}

/// How a mail ended before its time.
#[derive(Debug)]
pub(super) enum Lost {
    /// By the connection, or by what came over it: what has left may have been taken.
    Connection(Error),
    /// In a way that shows that it was not taken.
    Certain(Error),
}

impl<E: Into<Error>> From<E> for Lost {
    fn from(error: E) -> Self {
        Self::Certain(error.into())
    }
}
