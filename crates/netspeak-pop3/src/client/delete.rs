//! DELE, one or many.

use netspeak_core::Phase;

use super::{Client, refused, status_of};
use crate::codec::Expect;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::types::MessageNumber;

/// How many DELE travel together. Their replies are one line each.
const WINDOW: usize = 100;

impl Client {
    /// DELE: marks a message; [`quit`](Self::quit) deletes it.
    ///
    /// # Errors
    /// `work.rejected` if there is no such message or it is marked already.
    pub async fn dele(&mut self, number: MessageNumber) -> Result<()> {
        self.simple(&Command::Dele(number), Phase::Work)
            .await
            .map(drop)
    }

    /// DELE of many, pipelined where the server offers it. One result per message, in order; a
    /// refusal of one does not stop the others.
    ///
    /// # Errors
    /// The outer error is the connection's: it is not known which marks were set then.
    pub async fn dele_many(&mut self, numbers: &[MessageNumber]) -> Result<Vec<Result<()>>> {
        let window = if self.pipelines() { WINDOW } else { 1 };
        let mut results = Vec::with_capacity(numbers.len());
        for group in numbers.chunks(window) {
            self.dele_group(group, &mut results).await?;
        }
        Ok(results)
    }

    async fn dele_group(
        &mut self,
        group: &[MessageNumber],
        results: &mut Vec<Result<()>>,
    ) -> Result<()> {
        self.wire.clear();
        for number in group {
            let command = Command::Dele(*number);
            self.check_state(&command)?;
            command.encode(&mut self.wire)?;
        }
        self.conn.begin_in_turn(Phase::Work)?;
        self.conn.queue(&self.wire);
        for number in group {
            self.conn.reply_due();
            self.codec.expect(Expect::Status);
            let event = self.next().await?;
            let reply = status_of(&self.conn, event)?;
            results.push(if reply.is_ok() {
                Ok(())
            } else {
                Err::<(), Error>(refused(format!("DELE {number}"), Phase::Work, reply))
            });
        }
        self.conn.finish();
        Ok(())
    }

    /// Whether commands may be sent before the replies to earlier ones came.
    pub(crate) fn pipelines(&self) -> bool {
        self.capabilities
            .as_ref()
            .is_some_and(|capabilities| capabilities.pipelining())
    }
}
