//! Making folders, and deleting.

use std::collections::VecDeque;

use netspeak_core::Phase;

use super::board::Chore;
use super::worker::Attempt;
use super::{Job, local};
use crate::client::Client;
use crate::client::tree::{BATCH, deletion, judged, remote_path};
use crate::command::Command;
use crate::error::Result;

impl<F: Send + Sync> Job<F> {
    /// Makes and deletes on the server, many at a time.
    pub(super) async fn settle_there(
        &self,
        client: &mut Client,
        chores: &mut VecDeque<Chore>,
        mut attempt: Attempt,
    ) -> Result<()> {
        while !chores.is_empty() {
            let todo: Vec<_> = chores
                .iter()
                .take(BATCH)
                .map(|chore| (chore.kind(), remote_path(b"", chore.path())))
                .collect();
            let commands: Vec<_> = todo
                .iter()
                .map(|(kind, path)| match kind {
                    Some(kind) => deletion(*kind, path),
                    None => Command::Mkd(path),
                })
                .collect();
            let replies = client.several(&commands, Phase::Work).await?;
            for (command, reply) in commands.iter().zip(replies) {
                let done = judged(command, reply);
                if let Some(chore) = chores.pop_front() {
                    self.settled(chore, done, attempt);
                }
            }
            attempt = Attempt::First;
        }
        Ok(())
    }

    /// The same here, one after the other.
    pub(super) async fn settle_here(&self, chores: &mut VecDeque<Chore>) -> Result<()> {
        while let Some(chore) = chores.pop_front() {
            let done = match (self.local_path(chore.path()), &chore) {
                (Ok(path), Chore::Make(_)) => local::make_folder(path).await,
                (Ok(path), Chore::Delete(_, kind)) => local::delete(path, *kind).await,
                (Err(error), _) => Err(error),
            };
            self.settled(chore, done, Attempt::First);
        }
        Ok(())
    }

    fn settled(&self, chore: Chore, done: Result<()>, attempt: Attempt) {
        let board = &self.board;
        let step = chore.step();
        match (done, chore) {
            (Err(error), Chore::Make(folder)) if attempt == Attempt::First => {
                board.unmade(folder, error);
            }
            (Err(error), Chore::Delete(path, kind)) if attempt == Attempt::First => {
                board.undeleted(path, kind, error);
            }
            (_, chore) => {
                board.done(&step);
                if let Chore::Make(folder) = chore {
                    board.made(folder);
                }
            }
        }
    }
}
