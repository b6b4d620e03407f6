//! What is in the mailbox that is copied to, once nobody is filling it any more.

use std::time::Duration;

use netspeak_core::Phase;

use super::likeness::{Entry, Eye, Likeness, divide};
use crate::client::Client;
use crate::error::Result;
use crate::types::IdSet;

/// A server may still be busy with what an earlier copy has sent before it was cut off.
const PAUSE: Duration = Duration::from_millis(500);
/// Somebody who goes on filling the mailbox is another matter.
const ROUNDS: usize = 20;

/// How far a mailbox was looked through.
#[derive(Default)]
struct Looked {
    count: u64,
    last: u32,
}

impl Client {
    /// Which of these messages are in the open mailbox, and which are not. Where some are there but not all, what
    /// comes in meanwhile is waited for.
    pub(super) async fn find(
        &mut self,
        ours: Vec<Entry>,
        eye: &Eye,
    ) -> Result<(Vec<Entry>, Vec<Entry>)> {
        let mut looked = Looked::default();
        let theirs = self.look_further(eye, &mut looked).await?;
        let mut pause = if theirs.is_empty() {
            Duration::ZERO
        } else {
            PAUSE
        };
        let (mut there, mut missing) = divide(ours, theirs);
        for _ in 0..ROUNDS {
            if missing.is_empty() {
                break;
            }
            self.conn
                .deadlines()
                .within(Phase::Work, pause)
                .passed()
                .await;
            self.noop().await?;
            let new = self.look_further(eye, &mut looked).await?;
            if new.is_empty() {
                break;
            }
            let (arrived, rest) = divide(missing, new);
            there.extend(arrived);
            missing = rest;
            pause = PAUSE;
        }
        there.sort_unstable_by_key(|entry| entry.uid);
        Ok((there, missing))
    }

    /// What came since the last time.
    async fn look_further(&mut self, eye: &Eye, looked: &mut Looked) -> Result<Vec<Likeness>> {
        let exists = self.selected().map_or(0, |selected| selected.exists);
        if u64::from(exists) <= looked.count || looked.last == u32::MAX {
            return Ok(Vec::new());
        }
        let further = IdSet::from(looked.last.saturating_add(1)..);
        let entries = self.look_through(&further, eye).await?;
        // `*` is the last message, also if it was seen before.
        let new = entries.iter().filter(|entry| entry.uid > looked.last);
        let new: Vec<Likeness> = new.map(|entry| entry.likeness).collect();
        looked.count += new.len() as u64;
        looked.last = entries
            .last()
            .map_or(looked.last, |entry| entry.uid.max(looked.last));
        Ok(new)
    }
}
