//! A whole mail: MAIL, RCPT, and the text behind DATA or in chunks.
//!
//! With PIPELINING the envelope leaves in one group (RFC 2920 section 3.1), a mail that fits into
//! one chunk even with its text. Every reply is tied to its command by its place.

use netspeak_core::{DotEncoder, ErrorKind, Flushed, LineEndings, Phase, Reason};
use tokio::io::AsyncReadExt;

use super::body::Source;
use super::receipt::{Delivery, Outcome, Receipt, Refusal};
use super::{Body, Chunking, Client, Mode};
use crate::codec::State;
use crate::command::{Chunk, Command};
use crate::error::{Error, Result, refused};
use crate::response::Reply;
use crate::types::{Capabilities, Envelope, MailBody, MailParameters, RcptParameters, SizeLimit};

/// Text leaves in writes of this size; no more of it stands in memory.
pub(super) const PIECE: usize = 256 * 1024;

/// How a mail will be sent.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) parameters: MailParameters,
    pub(super) way: Way,
    /// So many recipients are tried (RFC 9422).
    tried: usize,
}

/// How the text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// DATA, up to a lone dot.
    Dots,
    /// BDAT, text.
    Chunks,
    /// BDAT, any bytes.
    Binary,
}

/// Whether the commands of the envelope have been queued already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// No: one by one, each after the reply to the one before.
    Single,
    /// All of them: their replies come one after the other.
    Queued,
    /// All of them, and RSET before.
    QueuedBehindReset,
}

/// How far an envelope has come.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) receipt: Receipt,
    /// MAIL was accepted, so there is something to end or to reset.
    pub(super) begun: bool,
    /// The server waits for text.
    pub(super) open: bool,
}

impl Client {
    /// Sends a mail; what became of it for each recipient.
    ///
    /// PIPELINING, CHUNKING, SIZE, 8BITMIME and SMTPUTF8 are used where the server offers them and
    /// the mail gains by it. A refusal is a result, not an error: see [`Receipt::complete`].
    ///
    /// # Errors
    /// Nothing was sent: [`Error::Usage`] for an envelope without recipients, or a text with lone
    /// line ends if these are refused; [`Error::Unsupported`] if the server does not offer what the
    /// envelope needs, or the mail is larger than it takes (`work.too_large`).
    /// [`Error::Refused`] if the server leaves (421). [`Error::Local`] if the reader fails; the
    /// session is poisoned then, and nothing was delivered.
    pub async fn send<'b>(
        &mut self,
        envelope: &Envelope,
        body: impl Into<Body<'b>>,
    ) -> Result<Receipt> {
        let body = body.into();
        self.ready_for_mail().await?;
        let plan = self.plan(envelope, &body)?;
        self.begin(Phase::Work)?;
        let receipt = self.transact(envelope, &plan, body).await?;
        if self.needs_reset {
            self.reset().await?;
        }
        self.end_of_mail();
        Ok(receipt)
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
        if self.state == State::Ready {
            return Ok(());
        }
        Err(Error::usage(format!(
            "a mail has no place {}",
            self.state.as_str()
        )))
    }

    /// All replies are read. A server that is leaving has ended the session.
    pub(super) fn end_of_mail(&mut self) {
        if self.state != State::Closed {
            self.conn.finish();
        }
    }

    /// Completes the parameters, and finds out before anything is sent what the server would not
    /// take.
    pub(super) fn plan(&self, envelope: &Envelope, body: &Body<'_>) -> Result<Plan> {
        envelope.check()?;
        let nothing = Capabilities::default();
        let offered = self.capabilities.as_ref().unwrap_or(&nothing);
        let mut parameters = envelope.parameters.clone();
        plan_size(&mut parameters, offered, body)?;
        plan_encoding(&mut parameters, offered, envelope, body)?;
        self.check_extensions(&parameters, offered, envelope)?;
        let limits = offered.limits();
        if limits.mails.is_some_and(|most| self.mails >= most) {
            return Err(missing("another mail on this connection", Reason::TooLarge));
        }
        let most = limits
            .recipients
            .and_then(|most| usize::try_from(most).ok());
        let tried = envelope
            .recipients
            .len()
            .min(most.unwrap_or(usize::MAX).max(1));
        let chunks = self.chunking == Chunking::Auto && offered.chunking();
        let way = match (parameters.body, chunks) {
            (Some(MailBody::Binary), true) => Way::Binary,
            (Some(MailBody::Binary), false) => {
                return Err(missing(
                    "CHUNKING, which binary bodies need",
                    Reason::NotOffered,
                ));
            }
            (_, true) => Way::Chunks,
            (_, false) => Way::Dots,
        };
        if self.line_endings == LineEndings::Refuse && way != Way::Binary {
            refuse_lone_line_ends(body)?;
        }
        Ok(Plan {
            parameters,
            way,
            tried,
        })
    }

    fn check_extensions(
        &self,
        parameters: &MailParameters,
        offered: &Capabilities,
        envelope: &Envelope,
    ) -> Result<()> {
        let to_each = |wants: fn(&RcptParameters) -> bool| {
            envelope.recipients.iter().any(|to| wants(&to.parameters))
        };
        let dsn = parameters.ret.is_some()
            || parameters.envid.is_some()
            || to_each(RcptParameters::wants_dsn);
        for (wanted, is_offered, name) in [
            (dsn, offered.dsn(), "DSN"),
            (
                parameters.by.is_some(),
                offered.deliver_by().is_some(),
                "DELIVERBY",
            ),
            (
                parameters.hold_for.is_some(),
                offered.future_release().is_some(),
                "FUTURERELEASE",
            ),
            (
                parameters.priority.is_some(),
                offered.mt_priority(),
                "MT-PRIORITY",
            ),
            (parameters.requiretls, offered.requiretls(), "REQUIRETLS"),
            (parameters.auth.is_some(), offered.has("AUTH"), "AUTH"),
        ] {
            if wanted && !is_offered {
                return Err(missing(name, Reason::NotOffered));
            }
        }
        if parameters.requiretls && !self.conn.is_encrypted() {
            return Err(Error::usage("REQUIRETLS takes a connection with TLS"));
        }
        Ok(())
    }

    async fn transact(
        &mut self,
        envelope: &Envelope,
        plan: &Plan,
        body: Body<'_>,
    ) -> Result<Receipt> {
        match plan.way {
            Way::Dots => {
                let group = self.queue_envelope(envelope, plan)?;
                let mut opened = self.open(envelope, plan, group).await?;
                if opened.open {
                    self.text(&opened, body).await?;
                    self.conclude(&mut opened.receipt, "DATA").await?;
                }
                Ok(opened.receipt)
            }
            Way::Chunks | Way::Binary => self.in_chunks(envelope, plan, body).await,
        }
    }

    /// Queues the envelope's commands if the server takes them all at once, with DATA behind them
    /// where text follows it.
    pub(super) fn queue_envelope(&mut self, envelope: &Envelope, plan: &Plan) -> Result<Group> {
        self.mails = self.mails.saturating_add(1);
        if !self.pipelines() {
            return Ok(Group::Single);
        }
        self.wire.clear();
        let group = if std::mem::take(&mut self.needs_reset) {
            Command::Rset.encode(&mut self.wire)?;
            Group::QueuedBehindReset
        } else {
            Group::Queued
        };
        let sender = &envelope.sender;
        let parameters = &plan.parameters;
        Command::Mail { sender, parameters }.encode(&mut self.wire)?;
        for to in envelope.recipients.iter().take(plan.tried) {
            let (recipient, parameters) = (&to.path, &to.parameters);
            Command::Rcpt {
                recipient,
                parameters,
            }
            .encode(&mut self.wire)?;
        }
        if plan.way == Way::Dots {
            Command::Data.encode(&mut self.wire)?;
        }
        self.conn.queue(&self.wire);
        Ok(group)
    }

    /// Sends a command unless it has left in a group, and reads its reply.
    async fn step(&mut self, group: Group, command: &Command<'_>) -> Result<Reply> {
        if group == Group::Single {
            self.queue(command)?;
        }
        self.conn.reply_due();
        self.reply(command.verb(), Phase::Work).await
    }

    /// RSET inside an operation.
    pub(super) async fn reset(&mut self) -> Result<()> {
        self.rset_reply(Group::Single).await
    }

    async fn rset_reply(&mut self, group: Group) -> Result<()> {
        let reply = self.step(group, &Command::Rset).await?;
        if !reply.is_positive() {
            return Err(refused("RSET", Phase::Work, reply));
        }
        self.needs_reset = false;
        Ok(())
    }

    /// Everything up to the text.
    pub(super) async fn open(
        &mut self,
        envelope: &Envelope,
        plan: &Plan,
        group: Group,
    ) -> Result<Opened> {
        if group == Group::QueuedBehindReset || (group == Group::Single && self.needs_reset) {
            self.rset_reply(group).await?;
        }
        let mut opened = Opened {
            receipt: Receipt {
                deliveries: Vec::with_capacity(envelope.recipients.len()),
                refusal: None,
                reply: None,
            },
            begun: false,
            open: false,
        };
        let sender = &envelope.sender;
        let parameters = &plan.parameters;
        let mail = self
            .step(group, &Command::Mail { sender, parameters })
            .await?;
        opened.begun = mail.is_positive();
        if !opened.begun {
            opened.receipt.reply = Some(mail.clone());
            opened.receipt.refuse("MAIL", mail);
        }
        for (at, to) in envelope.recipients.iter().enumerate() {
            let (recipient, parameters) = (&to.path, &to.parameters);
            let is_tried = at < plan.tried;
            let mut outcome = Outcome::NotAttempted;
            if is_tried && (opened.begun || group != Group::Single) {
                let command = Command::Rcpt {
                    recipient,
                    parameters,
                };
                let reply = self.step(group, &command).await?;
                outcome = match (opened.begun, reply.is_positive()) {
                    (false, _) => Outcome::NotAttempted,
                    (true, true) => Outcome::Accepted(reply),
                    (true, false) => Outcome::Refused(Refusal {
                        verb: "RCPT",
                        reply,
                    }),
                };
            }
            opened.receipt.deliveries.push(Delivery {
                recipient: recipient.clone(),
                outcome,
            });
        }
        self.needs_reset = opened.begun;
        if plan.way == Way::Dots {
            self.ask_for_text(&mut opened, group).await?;
        }
        Ok(opened)
    }

    async fn ask_for_text(&mut self, opened: &mut Opened, group: Group) -> Result<()> {
        let is_wanted = opened.receipt.accepted().next().is_some();
        if group == Group::Single && !is_wanted {
            return Ok(());
        }
        let reply = self.step(group, &Command::Data).await?;
        opened.open = reply.is_intermediate();
        if reply.is_positive() {
            return Err(Error::malformed(
                "354 or a refusal after DATA",
                reply.to_string().as_bytes(),
            ));
        }
        if !opened.open && is_wanted {
            opened.receipt.reply = Some(reply.clone());
            opened.receipt.refuse("DATA", reply);
        }
        if opened.open && !is_wanted && self.mode == Mode::Lmtp {
            // There are as many answers as recipients: none, and no telling when they have come.
            return Err(Error::malformed("503 where nobody is there", b"354"));
        }
        // What comes before the text is sent cannot be the answer to it.
        if opened.open && self.conn.has_unread() {
            let early = self.any_reply().await?;
            return Err(self.out_of_turn(early));
        }
        Ok(())
    }

    /// A reply where none is due.
    fn out_of_turn(&self, reply: Reply) -> Error {
        if reply.is_temporary() || reply.code() >= 500 {
            return refused("the text", Phase::Work, reply);
        }
        Error::malformed(
            "no reply before the end of the text",
            reply.to_string().as_bytes(),
        )
    }

    /// The text and the closing dot; only the dot if nobody is there to get it. They are queued
    /// when this returns, not sent.
    pub(super) async fn text(&mut self, opened: &Opened, body: Body<'_>) -> Result<()> {
        self.conn.data_due();
        let mut dots = DotEncoder::new(self.line_endings);
        if opened.receipt.accepted().next().is_some() {
            let mut pieces = Pieces::new(body);
            while let Some(piece) = pieces.next().await? {
                self.conn.queue_data(|out| dots.encode(piece, out))?;
                if self.conn.queued() >= PIECE {
                    self.flush_text().await?;
                }
            }
        }
        Ok(self.conn.queue_data(|out| dots.finish(out))?)
    }

    /// Sends what is queued; a server that has had enough is heard.
    async fn flush_text(&mut self) -> Result<()> {
        match self.conn.flush_listening().await? {
            Flushed::Sent => Ok(()),
            Flushed::Interrupted => {
                let reply = self.any_reply().await?;
                Err(self.out_of_turn(reply))
            }
        }
    }

    /// Sends the end of the text, and listens for the answers.
    pub(super) async fn conclude(
        &mut self,
        receipt: &mut Receipt,
        verb: &'static str,
    ) -> Result<()> {
        self.drain().await?;
        self.answers(receipt, verb).await
    }

    /// Lets go of text that is more than a few commands.
    pub(super) async fn drain(&mut self) -> Result<()> {
        if self.conn.queued() >= PIECE / 4 {
            self.flush_text().await?;
        }
        Ok(())
    }

    /// The answers after the text: one, or in LMTP one for each recipient that was accepted.
    pub(super) async fn answers(
        &mut self,
        receipt: &mut Receipt,
        verb: &'static str,
    ) -> Result<()> {
        let accepted = receipt.accepted().count();
        if self.mode == Mode::Lmtp && accepted > 0 {
            return self.answers_for_each(receipt, verb).await;
        }
        self.conn.reply_due_within(self.after_text);
        let reply = self.any_reply().await?;
        if reply.is_closing() {
            return Err(refused(verb, Phase::Work, reply));
        }
        // A refused chunk leaves the mail open (RFC 3030 section 2); a refused text does not.
        self.needs_reset &= verb == "BDAT" && !reply.is_positive();
        if accepted == 0 {
            // It was the answer to a lone dot.
            return Ok(());
        }
        receipt.reply = Some(reply.clone());
        if !reply.is_positive() {
            receipt.refuse(verb, reply);
        }
        Ok(())
    }

    async fn answers_for_each(&mut self, receipt: &mut Receipt, verb: &'static str) -> Result<()> {
        self.needs_reset = false;
        for delivery in &mut receipt.deliveries {
            if !delivery.outcome.is_accepted() {
                continue;
            }
            // A server that leaves says so once, for all that are left. Those before are delivered.
            if self.state == State::Closed {
                delivery.outcome = Outcome::Refused(Refusal {
                    verb,
                    reply: receipt
                        .reply
                        .clone()
                        .unwrap_or_else(|| self.greeting.clone()),
                });
                continue;
            }
            self.conn.reply_due_within(self.after_text);
            let reply = self.any_reply().await?;
            receipt.reply = Some(reply.clone());
            delivery.outcome = if reply.is_positive() {
                Outcome::Accepted(reply)
            } else {
                Outcome::Refused(Refusal { verb, reply })
            };
        }
        Ok(())
    }

    /// Queues one chunk: the command and what is in `scratch`.
    pub(super) fn queue_chunk(&mut self, chunk: Chunk) -> Result<()> {
        let size = self.scratch.len();
        self.queue(&Command::Bdat { size, chunk })?;
        let text = std::mem::take(&mut self.scratch);
        self.conn.queue_data(|out| {
            out.extend_from_slice(&text);
            Ok::<(), Error>(())
        })?;
        self.scratch = text;
        self.scratch.clear();
        Ok(())
    }

    /// MAIL, RCPT and BDAT. A mail that is in memory and fits into one chunk is one group.
    async fn in_chunks(
        &mut self,
        envelope: &Envelope,
        plan: &Plan,
        body: Body<'_>,
    ) -> Result<Receipt> {
        let group = self.queue_envelope(envelope, plan)?;
        if group != Group::Single && self.queue_whole(plan, &body)? {
            let mut opened = self.open(envelope, plan, group).await?;
            self.answers(&mut opened.receipt, "BDAT").await?;
            return Ok(opened.receipt);
        }
        let opened = self.open(envelope, plan, group).await?;
        let mut receipt = opened.receipt;
        if receipt.accepted().next().is_some() {
            self.chunks(&mut receipt, plan, body).await?;
        }
        Ok(receipt)
    }

    /// Queues a text of one chunk; false if it is none.
    pub(super) fn queue_whole(&mut self, plan: &Plan, body: &Body<'_>) -> Result<bool> {
        let Some(bytes) = body.bytes().filter(|bytes| bytes.len() <= PIECE) else {
            return Ok(false);
        };
        self.scratch.clear();
        if plan.way == Way::Binary {
            self.scratch.extend_from_slice(bytes);
        } else {
            let mut lines = DotEncoder::without_dots(self.line_endings);
            lines.encode(bytes, &mut self.scratch)?;
            lines.finish(&mut self.scratch)?;
        }
        self.queue_chunk(Chunk::Last)?;
        Ok(true)
    }

    /// Chunk by chunk; with PIPELINING the next leaves while the answer to the one before is on its
    /// way. After a refusal no more are sent.
    async fn chunks(&mut self, receipt: &mut Receipt, plan: &Plan, body: Body<'_>) -> Result<()> {
        let ahead: usize = if self.pipelines() { 1 } else { 0 };
        let mut lines = DotEncoder::without_dots(self.line_endings);
        let mut pieces = Pieces::new(body);
        let mut unanswered: usize = 0;
        let mut refusal: Option<Reply> = None;
        let mut last = false;
        self.scratch.clear();
        while !last && refusal.is_none() {
            while !last && self.scratch.len() < PIECE {
                match pieces.next().await? {
                    Some(piece) if plan.way == Way::Binary => self.scratch.extend_from_slice(piece),
                    Some(piece) => lines.encode(piece, &mut self.scratch)?,
                    None => last = true,
                }
            }
            if last && plan.way != Way::Binary {
                lines.finish(&mut self.scratch)?;
            }
            self.queue_chunk(if last { Chunk::Last } else { Chunk::Middle })?;
            unanswered = unanswered.saturating_add(1);
            // The answer to the last chunk is the answer to the mail.
            let keep = if last { 1 } else { ahead };
            while unanswered > keep && refusal.is_none() {
                unanswered = unanswered.saturating_sub(1);
                self.conn.reply_due_within(self.after_text);
                let reply = self.reply("BDAT", Phase::Work).await?;
                refusal = (!reply.is_positive()).then_some(reply);
            }
        }
        match refusal {
            None => self.answers(receipt, "BDAT").await,
            Some(reply) => {
                // Those that have left already are swallowed by the server and refused as well.
                for _ in 0..unanswered {
                    self.conn.reply_due_within(self.after_text);
                    self.reply("BDAT", Phase::Work).await?;
                }
                receipt.reply = Some(reply.clone());
                receipt.refuse("BDAT", reply);
                Ok(())
            }
        }
    }
}

/// A body in pieces.
struct Pieces<'a> {
    source: Source<'a>,
    at: usize,
    buffer: Vec<u8>,
}

impl<'a> Pieces<'a> {
    fn new(body: Body<'a>) -> Self {
        Self {
            source: body.source,
            at: 0,
            buffer: Vec::new(),
        }
    }

    async fn next(&mut self) -> Result<Option<&[u8]>> {
        let bytes: &[u8] = match &mut self.source {
            Source::Borrowed(bytes) => bytes,
            Source::Shared(bytes) => bytes,
            Source::Reader(reader) => {
                self.buffer.resize(PIECE / 4, 0);
                let read = reader.read(&mut self.buffer).await.map_err(Error::Local)?;
                return Ok(self.buffer.get(..read).filter(|piece| !piece.is_empty()));
            }
        };
        let rest = bytes.get(self.at..).unwrap_or_default();
        let piece = rest.get(..PIECE).unwrap_or(rest);
        self.at = self.at.saturating_add(piece.len());
        Ok((!piece.is_empty()).then_some(piece))
    }
}

fn plan_size(
    parameters: &mut MailParameters,
    offered: &Capabilities,
    body: &Body<'_>,
) -> Result<()> {
    let size = parameters.size.or(body.size());
    match (offered.size(), size) {
        (Some(SizeLimit::Bytes(most)), Some(size)) if size > most => {
            return Err(missing(
                format!("mails of {size} bytes (its limit is {most})"),
                Reason::TooLarge,
            ));
        }
        (Some(_), size) => parameters.size = size,
        (None, _) => parameters.size = None,
    }
    Ok(())
}

fn plan_encoding(
    parameters: &mut MailParameters,
    offered: &Capabilities,
    envelope: &Envelope,
    body: &Body<'_>,
) -> Result<()> {
    if parameters.smtputf8 || !envelope.is_ascii() {
        if !offered.smtputf8() {
            return Err(missing(
                "SMTPUTF8, which the addresses need",
                Reason::NotOffered,
            ));
        }
        parameters.smtputf8 = true;
    } else if offered.smtputf8() && body.has_utf8_header() {
        parameters.smtputf8 = true;
    }
    match parameters.body {
        Some(MailBody::Binary) if !offered.binarymime() => {
            return Err(missing("BINARYMIME", Reason::NotOffered));
        }
        Some(MailBody::EightBit) if !offered.eight_bit_mime() => {
            return Err(missing("8BITMIME", Reason::NotOffered));
        }
        // It is what a server without the extension expects.
        Some(MailBody::SevenBit) if !offered.eight_bit_mime() => parameters.body = None,
        // Text that is not declared goes as it is: servers that do not offer it take it as well.
        None if offered.eight_bit_mime() && body.may_be_eight_bit() => {
            parameters.body = Some(MailBody::EightBit);
        }
        _ => {}
    }
    Ok(())
}

fn refuse_lone_line_ends(body: &Body<'_>) -> Result<()> {
    let mut lines = DotEncoder::without_dots(LineEndings::Refuse);
    let mut out = Vec::new();
    for piece in body.bytes().unwrap_or_default().chunks(PIECE) {
        lines.encode(piece, &mut out)?;
        out.clear();
    }
    Ok(lines.finish(&mut out)?)
}

fn missing(feature: impl Into<std::borrow::Cow<'static, str>>, reason: Reason) -> Error {
    Error::Unsupported {
        feature: feature.into(),
        kind: ErrorKind::new(Phase::Work, reason),
    }
}
