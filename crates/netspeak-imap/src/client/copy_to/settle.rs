//! What is in the mailbox that is copied to, once nobody is filling it any more.

use std::time::Duration;

use netspeak_core::Phase;

use super::likeness::{Eye, Likeness};
use crate::client::Client;
use crate::error::Result;
use crate::types::IdSet;

/// A server may still be busy with what an earlier copy has sent before it was cut off.
const PAUSE: Duration = Duration::from_millis(300);
/// Somebody who goes on filling the mailbox is another matter.
const ROUNDS: usize = 20;

impl Client {
    /// What there is in the open mailbox. What comes in meanwhile is waited for.
    pub(super) async fn settled(&mut self, eye: &Eye) -> Result<Vec<Likeness>> {
        let mut found = Vec::new();
        let mut last = 0;
        self.look_further(eye, &mut found, &mut last).await?;
        let mut quiet = true;
        for _ in 0..ROUNDS {
            self.noop().await?;
            let was_quiet = quiet;
            quiet = !self.look_further(eye, &mut found, &mut last).await?;
            if quiet && was_quiet {
                break;
            }
            let pause = self.conn.deadlines().within(Phase::Work, PAUSE);
            pause.passed().await;
        }
        Ok(found)
    }

    /// What came behind that UID; whether anything did.
    async fn look_further(
        &mut self,
        eye: &Eye,
        found: &mut Vec<Likeness>,
        last: &mut u32,
    ) -> Result<bool> {
        let exists = self.selected().map_or(0, |selected| selected.exists);
        if exists as usize <= found.len() || *last == u32::MAX {
            return Ok(false);
        }
        let entries = self
            .look_through(&IdSet::from(last.saturating_add(1)..), eye)
            .await?;
        // `*` is the last message, also if it was seen before.
        let new = entries.iter().filter(|entry| entry.uid > *last);
        let before = found.len();
        found.extend(new.map(|entry| entry.likeness));
        *last = entries.last().map_or(*last, |entry| entry.uid.max(*last));
        Ok(found.len() > before)
    }
}
