//! [`Crowd`]: many probes side by side, no more of one host than is polite, no faster than was asked for.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use netspeak::core::report::Report;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::render::live::Running;

use super::one::{Interruptible, Ready, Shared};
use super::targets::Asked;

/// So many targets wait for their host's turn before no others are looked for.
const MOST_HELD: usize = 10_000;

/// Probes that run, wait, and have ended out of turn.
pub(super) struct Crowd<'t> {
    shared: Arc<Shared>,
    /// Those that were not looked at yet.
    rest: Box<dyn Iterator<Item = Asked> + 't>,
    /// Those whose hosts have as many visitors as they may.
    held: HashMap<String, VecDeque<(u64, Ready)>>,
    held_count: usize,
    /// How many probes each host has.
    hosts: HashMap<String, usize>,
    running: JoinSet<(u64, Vec<Report>)>,
    known: HashMap<Id, (u64, String, Interruptible)>,
    /// Reports that wait for those before them.
    early: BTreeMap<u64, Vec<Report>>,
    begun: u64,
    shown: u64,
    next_start: Option<Instant>,
}

impl<'t> Crowd<'t> {
    pub(super) fn new(shared: Arc<Shared>, targets: impl Iterator<Item = Asked> + 't) -> Self {
        Self {
            shared,
            rest: Box::new(targets),
            held: HashMap::new(),
            held_count: 0,
            hosts: HashMap::new(),
            running: JoinSet::new(),
            known: HashMap::new(),
            early: BTreeMap::new(),
            begun: 0,
            shown: 0,
            next_start: None,
        }
    }

    /// The reports of the next target that is done; `None` when all are. A dropped future loses nothing.
    pub(super) async fn next(&mut self) -> Option<Vec<Report>> {
        loop {
            if let Some(reports) = self.early.remove(&self.shown) {
                self.shown = self.shown.saturating_add(1);
                return Some(reports);
            }
            let wait = self.begin_some();
            if self.running.is_empty() && wait.is_none() {
                return None;
            }
            let ended = tokio::select! {
                Some(ended) = self.running.join_next_with_id(), if !self.running.is_empty() => ended,
                () = pause(wait), if wait.is_some() => continue,
            };
            let (id, number, reports) = match ended {
                Ok((id, (number, reports))) => (id, Some(number), reports),
                // Nothing in a probe panics; if something does, the others go on.
                Err(error) => (error.id(), None, Vec::new()),
            };
            let known = self.known.remove(&id);
            if let Some((_, host, _)) = &known {
                self.leave(host);
            }
            let number = number
                .or(known.map(|(number, ..)| number))
                .unwrap_or_default();
            match self.shared.args.many.ordered {
                true => {
                    self.early.insert(number, reports);
                }
                false => return Some(reports),
            }
        }
    }

    /// What runs now.
    pub(super) fn running(&self) -> impl Iterator<Item = Running<'_>> {
        self.known.values().map(|(_, _, known)| Running {
            since: known.trace.elapsed(),
            phase: known.trace.current(),
            url: &known.facts.url,
        })
    }

    /// Ends what runs, and tells what was known of it.
    pub(super) fn give_up(&mut self) -> Vec<Report> {
        let mut known: Vec<_> = self.known.drain().map(|(_, known)| known).collect();
        known.sort_by_key(|(number, ..)| *number);
        let shared = &self.shared;
        let mut reports: Vec<Report> = std::mem::take(&mut self.early)
            .into_values()
            .flatten()
            .collect();
        reports.extend(
            known
                .iter()
                .map(|(_, _, known)| Ready::interrupted(known, shared)),
        );
        self.running.abort_all();
        reports
    }

    /// Begins as many as may run. What comes back is how long to wait for the next, if it is the rate that
    /// forbids it.
    fn begin_some(&mut self) -> Option<Instant> {
        while self.running.len() < self.shared.args.many.jobs.get() {
            let now = Instant::now();
            if let Some(at) = self.next_start.filter(|at| *at > now) {
                return Some(at);
            }
            let (number, ready) = self.next_ready()?;
            if let Some(rate) = self.shared.args.many.rate {
                self.next_start =
                    Some(self.next_start.unwrap_or(now).max(now - LATE.min(rate)) + rate);
            }
            self.begin(number, ready);
        }
        None
    }

    fn begin(&mut self, number: u64, ready: Ready) {
        let host = ready.host();
        let known = ready.interruptible();
        let shared = Arc::clone(&self.shared);
        let handle = self
            .running
            .spawn(async move { (number, ready.probe(shared).await) });
        *self.hosts.entry(host.clone()).or_default() += 1;
        self.known.insert(handle.id(), (number, host, known));
    }

    /// One that may begin: of those that were held back, else a new one.
    fn next_ready(&mut self) -> Option<(u64, Ready)> {
        let per_host = self.shared.args.many.per_host.get();
        let has_room = |hosts: &HashMap<String, usize>, host: &str| {
            hosts.get(host).is_none_or(|visitors| *visitors < per_host)
        };
        let free = self
            .held
            .iter()
            .find(|(host, _)| has_room(&self.hosts, host));
        if let Some(host) = free.map(|(host, _)| host.clone()) {
            let queue = self.held.get_mut(&host)?;
            let found = queue.pop_front();
            if queue.is_empty() {
                self.held.remove(&host);
            }
            self.held_count -= 1;
            return found;
        }
        while self.held_count < MOST_HELD {
            let asked = self.rest.next()?;
            let ready = Ready::new(asked, &self.shared);
            let number = self.begun;
            self.begun += 1;
            let host = ready.host();
            if has_room(&self.hosts, &host) {
                return Some((number, ready));
            }
            self.held
                .entry(host)
                .or_default()
                .push_back((number, ready));
            self.held_count += 1;
        }
        None
    }

    fn leave(&mut self, host: &str) {
        if let Some(visitors) = self.hosts.get_mut(host) {
            *visitors = visitors.saturating_sub(1);
            if *visitors == 0 {
                self.hosts.remove(host);
            }
        }
    }
}

/// Who comes late by so much begins the next one sooner.
const LATE: Duration = Duration::from_millis(100);

async fn pause(until: Option<Instant>) {
    if let Some(until) = until {
        sleep_until(until).await;
    }
}
