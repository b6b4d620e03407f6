//! `sync`: what changed in a mailbox since it was last seen, by the best means that the server has.

use std::collections::BTreeMap;

use super::Client;
use super::select::Changes;
use crate::command::{Items, Resync, Search};
use crate::error::Result;
use crate::response::Fetch;
use crate::state::{Access, State};
use crate::types::{Flag, IdSet, Mailbox};

/// What is known of a mailbox: the outcome of one [`Client::sync`], and where the next one begins. Keep it with
/// what you keep of the messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SyncState {
    uid_validity: u32,
    /// 0: the server keeps none.
    modseq: u64,
    uid_next: Option<u32>,
    /// The UIDs of all messages.
    uids: IdSet,
    /// Their flags, where nothing but comparing tells whether they changed.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "BTreeMap::is_empty")
    )]
    flags: BTreeMap<u32, Vec<String>>,
}

impl SyncState {
    /// The UIDVALIDITY for which it holds.
    pub fn uid_validity(&self) -> u32 {
        self.uid_validity
    }

    /// The UIDs of all messages.
    pub fn uids(&self) -> &IdSet {
        &self.uids
    }
}

/// By which means changes were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// The server told what changed and what is gone (QRESYNC): one round trip.
    Qresync,
    /// The server told what changed (CONDSTORE); what is gone was found by its UIDs.
    Condstore,
    /// All flags were compared.
    Comparison,
    /// There was nothing to compare with: everything is new.
    Afresh,
}

/// What changed in a mailbox.
#[derive(Clone, Debug)]
pub struct Sync {
    /// By which means it was found.
    pub way: Way,
    /// Messages that were not known, with UID and flags.
    pub new: Vec<Fetch>,
    /// Known messages that have other flags now.
    pub changed: Vec<Fetch>,
    /// Known messages that are gone.
    pub vanished: IdSet,
    /// Whether all UIDs are other ones than before (another UIDVALIDITY): all that was known is in
    /// `vanished`, and means nothing any more.
    pub is_reset: bool,
    /// Where the next one begins.
    pub state: SyncState,
}

impl Client {
    /// Opens a mailbox and tells what is new, changed and gone since `known`: by QRESYNC, else by CONDSTORE,
    /// else by comparing UIDs and flags, as the server can. `None` is for the first time.
    ///
    /// The mailbox stays open, with this access.
    ///
    /// # Errors
    /// As [`select`](Self::select) and [`fetch`](Self::fetch).
    pub async fn sync(
        &mut self,
        mailbox: &Mailbox,
        access: Access,
        known: Option<&SyncState>,
    ) -> Result<Sync> {
        let can_resync = self.can_resync().await?;
        if let Some(known) = known.filter(|known| can_resync && known.modseq > 0) {
            let resync = Resync {
                uid_validity: known.uid_validity,
                modseq: known.modseq,
                // With the known ones alone the server would not tell of new ones.
                known: None,
            };
            let changes = self.resync(mailbox, access, resync).await?;
            let now = self.now();
            if now.uid_validity == known.uid_validity && now.modseq > 0 {
                return Ok(resynced(known, now, changes));
            }
            return self.sync_open(known, now).await;
        }
        match access {
            Access::ReadWrite => self.select(mailbox).await?,
            Access::ReadOnly => self.examine(mailbox).await?,
        };
        let now = self.now();
        match known {
            Some(known) => self.sync_open(known, now).await,
            None => self.afresh(now).await,
        }
    }

    /// Whether the server tells what is gone. Some say yes to ENABLE and enable nothing (iCloud).
    async fn can_resync(&mut self) -> Result<bool> {
        if self.is_enabled("QRESYNC") {
            return Ok(true);
        }
        if !self.has_any(&["QRESYNC"]).await? || !self.has_any(&["ENABLE", "IMAP4rev2"]).await? {
            return Ok(false);
        }
        // Not while a mailbox is open (RFC 9051 section 6.3.1).
        if self.state == State::Selected {
            self.unselect().await?;
        }
        match self.enable(&["QRESYNC"]).await {
            Ok(_) => Ok(self.is_enabled("QRESYNC")),
            Err(crate::Error::Refused { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The state of the open mailbox, without its messages.
    fn now(&self) -> SyncState {
        let selected = self.selected();
        SyncState {
            uid_validity: selected.and_then(|it| it.uid_validity).unwrap_or(0),
            modseq: selected
                .and_then(|it| it.highest_modseq)
                .filter(|_| self.keeps_modseqs())
                .unwrap_or(0),
            uid_next: selected.and_then(|it| it.uid_next),
            ..SyncState::default()
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.selected().is_none_or(|selected| selected.exists == 0)
    }

    async fn sync_open(&mut self, known: &SyncState, now: SyncState) -> Result<Sync> {
        if known.uid_validity != now.uid_validity {
            let mut sync = self.afresh(now).await?;
            sync.is_reset = true;
            sync.vanished = known.uids.clone();
            return Ok(sync);
        }
        if known.modseq > 0 && now.modseq > 0 {
            self.by_condstore(known, now).await
        } else {
            self.by_comparison(known, now).await
        }
    }

    /// Everything is new.
    async fn afresh(&mut self, mut now: SyncState) -> Result<Sync> {
        let rows = self.all_flags().await?;
        now.keep(&rows);
        Ok(Sync {
            way: Way::Afresh,
            new: rows,
            changed: Vec::new(),
            vanished: IdSet::new(),
            is_reset: false,
            state: now,
        })
    }

    async fn all_flags(&mut self) -> Result<Vec<Fetch>> {
        // Some servers call 1:* of nothing an error.
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let most = self.conn.limits().listing_entries;
        let items = Items::new().flags();
        self.fetch(IdSet::all(), &items).await?.all(most).await
    }

    async fn by_condstore(&mut self, known: &SyncState, mut now: SyncState) -> Result<Sync> {
        let before = &known.uids;
        let exists = self
            .selected()
            .map_or(0, |selected| u64::from(selected.exists));
        let is_same =
            known.modseq == now.modseq && known.uid_next == now.uid_next && before.len() == exists;
        if is_same {
            now.uids.clone_from(&known.uids);
            return Ok(Sync::quiet(Way::Condstore, now));
        }
        let mut there = match self.is_empty() {
            true => IdSet::new(),
            false => self.search(&Search::all()).await?,
        };
        let rows = match self.is_empty() {
            true => Vec::new(),
            false => {
                let most = self.conn.limits().listing_entries;
                let items = Items::new().flags().modseq();
                self.fetch_changed(IdSet::all(), &items, known.modseq)
                    .await?
                    .all(most)
                    .await?
            }
        };
        // What came between the two questions.
        there.extend(rows.iter().filter_map(|row| row.uid));
        let vanished = before - &there;
        let is_new = |row: &Fetch| row.uid.is_some_and(|uid| !before.contains(uid));
        let (new, changed) = rows.into_iter().partition(is_new);
        now.uids = there;
        Ok(Sync {
            way: Way::Condstore,
            new,
            changed,
            vanished,
            is_reset: false,
            state: now,
        })
    }

    async fn by_comparison(&mut self, known: &SyncState, mut now: SyncState) -> Result<Sync> {
        let rows = self.all_flags().await?;
        now.keep(&rows);
        let before = &known.uids;
        let vanished = before - &now.uids;
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for row in rows {
            let Some(uid) = row.uid else { continue };
            if !before.contains(uid) {
                new.push(row);
            } else if known.flags.get(&uid) != Some(&written(&row)) {
                changed.push(row);
            }
        }
        Ok(Sync {
            way: Way::Comparison,
            new,
            changed,
            vanished,
            is_reset: false,
            state: now,
        })
    }
}

impl SyncState {
    /// Remembers all messages; their flags only where no modification sequence tells of changes.
    fn keep(&mut self, rows: &[Fetch]) {
        self.uids = rows.iter().filter_map(|row| row.uid).collect();
        if self.modseq == 0 {
            let flags = rows.iter().filter_map(|row| Some((row.uid?, written(row))));
            self.flags = flags.collect();
        }
    }
}

impl Sync {
    /// Nothing has changed.
    fn quiet(way: Way, state: SyncState) -> Self {
        Self {
            way,
            new: Vec::new(),
            changed: Vec::new(),
            vanished: IdSet::new(),
            is_reset: false,
            state,
        }
    }
}

fn resynced(known: &SyncState, mut now: SyncState, changes: Changes) -> Sync {
    let before = &known.uids;
    let is_new = |row: &Fetch| row.uid.is_some_and(|uid| !before.contains(uid));
    let (new, changed): (Vec<Fetch>, Vec<Fetch>) = changes.changed.into_iter().partition(is_new);
    // A server may name what was never known.
    let vanished = before - &(before - &changes.vanished);
    let mut there = before - &vanished;
    there.extend(new.iter().filter_map(|row| row.uid));
    now.uids = there;
    Sync {
        way: Way::Qresync,
        new,
        changed,
        vanished,
        is_reset: false,
        state: now,
    }
}

/// The flags as they are compared: in one order and one case, and without `\Recent`, which every session sees
/// differently.
fn written(row: &Fetch) -> Vec<String> {
    let mut flags: Vec<String> = row
        .flags
        .iter()
        .flatten()
        .filter(|flag| **flag != Flag::Recent)
        .map(|flag| flag.to_string().to_ascii_lowercase())
        .collect();
    flags.sort_unstable();
    flags
}
