//! The data of a mail: by DATA up to the dot (RFC 5321 section 4.1.1.4) or by BDAT in chunks (RFC 3030), and the verdict.

use crate::body::Body;
use crate::dialogue::{Command, Dialogue};
use crate::fault::MESSAGE;
use crate::offer::find;
use crate::smtp::About;
use crate::smtp::capabilities::size;
use crate::smtp::mail::{How, Mail, Recipient};
use crate::smtp::session::Session;
use crate::smtp::transaction::{Chunk, Transaction};
use crate::wire::Flow;

impl Session<'_> {
    /// The reply to DATA: 354 if there is somebody to get the mail.
    pub(super) fn may_send_data(&mut self) -> Vec<u8> {
        let Some(transaction) = &self.transaction else {
            return self.say(503, "5.5.1", "MAIL first");
        };
        let is_binary = transaction.has("BODY=BINARYMIME");
        let allowed = self.smtp.data_without_recipients && !self.smtp.lmtp;
        if is_binary || transaction.chunks.is_some() {
            self.say(503, "5.5.1", "BDAT, please")
        } else if !transaction.recipients.is_empty() || transaction.refused > 0 && allowed {
            b"354 go ahead\r\n".to_vec()
        } else if transaction.refused > 0 {
            self.say(554, "5.5.1", "nobody gets it")
        } else {
            self.say(503, "5.5.1", "RCPT first")
        }
    }

    /// Takes the data, up to the dot.
    pub(super) async fn data(&mut self) -> Flow<()> {
        self.wire.expect(MESSAGE);
        let mut body = Body::new(size(&self.listed));
        body.dotted(self.wire, self.smtp.lenient).await?;
        self.finish(body, How::Data, None).await
    }

    /// Reads the octets of a chunk, after BDAT and a number. They belong to the mail under way, if there is one.
    pub(super) async fn read_chunk(&mut self, command: &Command) -> Flow<Option<Chunk>> {
        let verb = command.verb.as_str();
        if verb != "BDAT" || !self.wire.settings().offer.knows(verb) {
            return Ok(None);
        }
        let argument = std::str::from_utf8(command.argument().unwrap_or_default());
        let words: Vec<&str> = argument.unwrap_or_default().split(' ').collect();
        let (count, is_last) = match words.as_slice() {
            [count] => (count, false),
            [count, last] if last.eq_ignore_ascii_case("LAST") => (count, true),
            _ => return Ok(None),
        };
        let Some(count) = count.parse().ok().filter(|_| is_digits(count)) else {
            return Ok(None);
        };
        let most = size(&self.listed);
        let mut nobody = Body::new(0);
        let body = match &mut self.transaction {
            Some(transaction) => {
                if transaction.chunks.is_none() {
                    self.wire.expect(MESSAGE);
                }
                let (body, chunks) = transaction
                    .chunks
                    .get_or_insert_with(|| (Body::new(most), Vec::new()));
                chunks.push(count);
                body
            }
            None => &mut nobody,
        };
        body.chunk(self.wire, count).await?;
        Ok(Some(Chunk { count, is_last }))
    }

    /// The reply to BDAT; nothing for the last chunk of a mail, whose verdict is another matter.
    pub(super) fn take_chunk(&mut self) -> Vec<u8> {
        let Some(chunk) = self.chunk.take() else {
            return self.say(501, "5.5.4", "how many octets?");
        };
        if find(&self.listed, "CHUNKING").is_none() {
            self.fail_chunks();
            return self.say(502, "5.5.1", "no chunks here");
        }
        let Some(transaction) = &self.transaction else {
            return self.say(503, "5.5.1", "MAIL first");
        };
        if transaction.recipients.is_empty() {
            let was_refused = transaction.refused > 0;
            self.fail_chunks();
            return if was_refused {
                self.say(554, "5.5.1", "nobody gets it")
            } else {
                self.say(503, "5.5.1", "RCPT first")
            };
        }
        let is_too_big = transaction
            .chunks
            .as_ref()
            .is_some_and(|(body, _)| body.is_too_big);
        if chunk.is_last {
            Vec::new()
        } else if is_too_big {
            self.fail_chunks();
            self.say(552, "5.3.4", "that is too big")
        } else {
            self.say(250, "2.0.0", &format!("{} octets", chunk.count))
        }
    }

    /// After a chunk that was refused the mail is over (RFC 3030 section 2).
    pub(super) fn fail_chunks(&mut self) {
        self.transaction = None;
    }

    /// The last chunk is there. What was forced upon BDAT is the verdict on the mail.
    pub(super) async fn finish_chunks(&mut self) -> Flow<()> {
        let forced = self.wire.script().forced("BDAT");
        let chunks = self
            .transaction
            .as_mut()
            .and_then(|transaction| transaction.chunks.take());
        let (body, sizes) = chunks.unwrap_or_default();
        self.finish(body, How::Bdat(sizes), forced).await
    }

    /// All data is there: the verdict.
    async fn finish(&mut self, body: Body, how: How, forced: Option<Vec<u8>>) -> Flow<()> {
        self.wire.due(MESSAGE).await?;
        let forced = forced.or_else(|| self.wire.script().forced(MESSAGE));
        let transaction = self.transaction.take().unwrap_or_default();
        let reply = if let Some(refusal) = forced.clone().filter(|reply| self.is_refusal(reply)) {
            refusal
        } else if transaction.recipients.is_empty() {
            self.say(554, "5.5.1", "nobody gets it")
        } else if body.is_too_big {
            let refusal = self.say(552, "5.3.4", "that is too big");
            let count = if self.smtp.lmtp {
                transaction.recipients.len()
            } else {
                1
            };
            refusal.repeat(count)
        } else {
            self.deliver(transaction, body.bytes, how)
        };
        self.answer(MESSAGE, forced.unwrap_or(reply)).await
    }

    fn deliver(&mut self, transaction: Transaction, data: Vec<u8>, how: How) -> Vec<u8> {
        let refusals: Vec<Option<Vec<u8>>> = transaction
            .recipients
            .iter()
            .map(|recipient| self.smtp.answer(About::Delivery, &recipient.address))
            .map(|reply| reply.map(<[u8]>::to_vec))
            .collect();
        let recipients: Vec<Recipient> = transaction
            .recipients
            .into_iter()
            .zip(&refusals)
            .filter(|(_, refusal)| refusal.is_none())
            .map(|(recipient, _)| recipient)
            .collect();
        let mut reply = Vec::new();
        if !recipients.is_empty() {
            let number = self.smtp.store(Mail {
                connection: self.wire.number(),
                encrypted: self.wire.secured().is_some(),
                user: self.user.clone(),
                hello: self.hello.clone().unwrap_or_default(),
                from: transaction.from,
                parameters: transaction.parameters,
                recipients,
                data,
                how,
            });
            reply = self.say(250, "2.0.0", &format!("queued as {number:08X}"));
        }
        if self.smtp.lmtp {
            let replies = refusals.into_iter();
            replies
                .flat_map(|refusal| refusal.unwrap_or_else(|| reply.clone()))
                .collect()
        } else if reply.is_empty() {
            refusals.into_iter().flatten().next().unwrap_or_default()
        } else {
            reply
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
