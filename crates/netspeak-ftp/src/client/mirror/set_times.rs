//! [`SetTimes`]: telling the server the times of what was uploaded.

use jiff::tz::TimeZone;
use netspeak_core::Phase;

use super::Times;
use super::board::Board;
use crate::client::tree::{BATCH, remote_path};
use crate::client::{Asked, Client};
use crate::command::Command;
use crate::mirror::{Stamp, Step};

/// The times that the server is still to be told (MFMT): many at a time, so that they cost no round
/// trip for each file.
#[derive(Default)]
pub(super) struct SetTimes {
    untold: Vec<(String, Vec<u8>)>,
}

impl SetTimes {
    /// The time of what was uploaded, if it is to have that of its original.
    pub(super) fn note(&mut self, step: &Step, times: Times) {
        if let Step::Transfer {
            path,
            set_time: Some(time),
            ..
        } = step
            && times == Times::Kept
        {
            let path = remote_path(b"", path);
            self.untold.push((mfmt_time(*time), path));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.untold.is_empty()
    }

    /// Whether it is worth a round trip.
    pub(super) fn are_many(&self) -> bool {
        self.untold.len() >= BATCH
    }

    /// Nobody is told them any more.
    pub(super) fn give_up(&mut self, board: &Board) {
        board.untimed(self.untold.len());
        self.untold.clear();
    }

    /// Tells the server the times of what was uploaded.
    pub(super) async fn tell(&mut self, client: &mut Client, board: &Board) {
        if client.features == Asked::NotYet && client.feat().await.is_err() {
            // The next session is asked.
            return;
        }
        let times = std::mem::take(&mut self.untold);
        if !client.features().is_some_and(|offered| offered.has("MFMT")) {
            board.untimed(times.len());
            return;
        }
        for (at, batch) in times.chunks(BATCH).enumerate() {
            let commands: Vec<_> = batch
                .iter()
                .map(|(time, path)| Command::Mfmt { time, path })
                .collect();
            match client.several(&commands, Phase::Work).await {
                Ok(replies) => {
                    let refused = replies.iter().filter(|reply| !reply.is_positive());
                    board.untimed(refused.count());
                }
                Err(_) => {
                    // The next session tells them, once.
                    let rest = times.get(at * BATCH..).unwrap_or_default();
                    match rest.len() <= BATCH {
                        true => self.untold = rest.to_vec(),
                        false => board.untimed(rest.len()),
                    }
                    return;
                }
            }
        }
    }
}

/// Fourteen digits, in UTC.
fn mfmt_time(stamp: Stamp) -> String {
    let time = stamp.at.to_zoned(TimeZone::UTC);
    time.strftime("%Y%m%d%H%M%S").to_string()
}
