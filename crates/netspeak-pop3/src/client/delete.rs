//! DELE, one or many.

use netspeak_core::Phase;

use super::Client;
use crate::codec::Expect;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::Reply;
use crate::types::MessageNumber;

/// How many such commands travel together. Their replies are one line each.
const WINDOW: usize = 100;

impl Client {
    /// DELE: marks a message; [`quit`](Self::quit) deletes it.
    ///
    /// # Errors
    /// `work.rejected` if there is no such message or it is marked already.
    pub async fn dele(&mut self, number: MessageNumber) -> Result<()> {
        self.simple(&Command::Dele(number), Phase::Work).await?;
        self.marked = self.marked.saturating_add(1);
        Ok(())
    }

    /// DELE of many, pipelined where the server offers it. One result per message, in order; a
    /// refusal of one does not stop the others.
    ///
    /// # Errors
    /// The outer error is the connection's: it is not known which marks were set then.
    pub async fn dele_many(&mut self, numbers: &[MessageNumber]) -> Result<Vec<Result<()>>> {
        let marked = self.many(numbers, Command::Dele, |_, _| Ok(())).await?;
        let count = marked.iter().filter(|marked| marked.is_ok()).count();
        self.marked = self.marked.saturating_add(count as u64);
        Ok(marked)
    }

    /// A command with a one-line reply for each of many messages, pipelined where the server offers
    /// it. `read` makes a value of a positive reply.
    pub(super) async fn many<T>(
        &mut self,
        numbers: &[MessageNumber],
        command: fn(MessageNumber) -> Command<'static>,
        read: impl Fn(MessageNumber, &Reply) -> Result<T, netspeak_core::Error>,
    ) -> Result<Vec<Result<T>>> {
        let window = match self.pipelines() {
            true => self.conn.limits().window(WINDOW),
            false => 1,
        };
        let mut results = Vec::with_capacity(numbers.len());
        for group in numbers.chunks(window) {
            if let Some(first) = group.first() {
                self.check_state(&command(*first))?;
            }
            self.conn.begin_in_turn(Phase::Work)?;
            for number in group {
                self.conn
                    .queue_command(|wire| command(*number).encode(wire))?;
            }
            for number in group {
                self.conn.reply_due();
                self.codec.expect(Expect::Status);
                let reply = self.reply().await?;
                results.push(if reply.is_ok() {
                    read(*number, &reply).map_err(Into::into)
                } else {
                    let verb = format!("{} {number}", command(*number).verb());
                    Err(Error::refused(verb, Phase::Work, reply))
                });
            }
            self.conn.finish();
        }
        Ok(results)
    }

    /// Whether commands may be sent before the replies to earlier ones came.
    pub(crate) fn pipelines(&self) -> bool {
        self.capabilities
            .as_ref()
            .is_some_and(|capabilities| capabilities.pipelining())
    }
}
