//! What the server tells unasked, and what is known by it.

use super::{Client, Demand};
use crate::error::Result;
use crate::reply::Reply;
use crate::response::{Code, Untagged};
use crate::types::Capabilities;

impl Client {
    /// The oldest thing that the server told unasked and that was not handed out yet: messages that came or
    /// went, flags that changed, alerts (`Untagged::Status` with [`Code::Alert`], RFC 9051 section 7.1, to
    /// be shown to people). They come with whatever is asked next; [`noop`](Self::noop) asks for nothing
    /// else.
    pub fn news(&mut self) -> Option<Untagged> {
        let news = self.news.pop_front();
        if self.news.is_empty() {
            self.news_budget.renew();
        }
        news
    }

    /// Keeps what the answer to no command is.
    pub(super) fn keep(&mut self, untagged: Untagged) -> Result<()> {
        self.news_budget.spend(self.conn.event_bytes().len())?;
        self.news.push_back(untagged);
        Ok(())
    }

    /// Learns from a status.
    pub(super) fn heed(&mut self, reply: &Reply) {
        match reply.code() {
            Some(Code::Capability(capabilities)) => self.learn(capabilities.clone()),
            Some(code) => {
                self.heed_overflow(code);
                if let Some(selected) = &mut self.selected {
                    selected.heed(code);
                }
            }
            None => {}
        }
    }

    /// Learns from data.
    pub(super) fn heed_data(&mut self, untagged: &Untagged) {
        match untagged {
            Untagged::Capability(capabilities) => self.learn(capabilities.clone()),
            Untagged::Enabled(words) => self.enabled.extend(words.iter().map(ToString::to_string)),
            _ => {}
        }
        let Some(selected) = &mut self.selected else {
            return;
        };
        match untagged {
            Untagged::Exists(count) => selected.exists = *count,
            Untagged::Recent(count) => selected.recent = Some(*count),
            Untagged::Expunge(_) => selected.exists = selected.exists.saturating_sub(1),
            // VANISHED (EARLIER) is about messages that were never counted here.
            Untagged::Vanished {
                earlier: false,
                uids,
            } => {
                let gone = u32::try_from(uids.len()).unwrap_or(u32::MAX);
                selected.exists = selected.exists.saturating_sub(gone);
            }
            Untagged::Flags(flags) => selected.flags.clone_from(flags),
            _ => {}
        }
    }

    /// What the server can do, in its latest words.
    pub(super) fn learn(&mut self, capabilities: Capabilities) {
        // NetEase runs Coremail, which opens no mailbox for clients that do not say who they are.
        let is_coremail = capabilities.with_prefix("X-CM-EXT").next().is_some();
        if self.demands_id == Demand::Unknown && is_coremail && capabilities.has("ID") {
            self.demands_id = Demand::Made;
        }
        self.is_told = true;
        self.capabilities = Some(capabilities);
    }
}
