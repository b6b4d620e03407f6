//! Downloading a file.

use std::time::SystemTime;

use super::arriving::Arriving;
use super::worker::Attempt;
use super::{Job, Times};
use crate::client::tree::remote_path;
use crate::client::{Client, KnownSize, RetrOptions};
use crate::error::Result;
use crate::mirror::{Stamp, Step};

impl<F: Send + Sync> Job<F> {
    /// Downloads a file.
    pub(super) async fn fetch(
        &self,
        client: &mut Client,
        step: &Step,
        attempt: Attempt,
    ) -> Result<u64> {
        let Step::Transfer {
            path,
            size,
            set_time,
            ..
        } = step
        else {
            return Ok(0);
        };
        let local = self.local_path(path)?;
        let part = local.with_file_name(self.part_name());
        let modified = set_time.filter(|_| self.plan.times == Times::Kept);
        let mut options = RetrOptions::default();
        // The listing has told the size, unless the file has changed since.
        if let (Some(size), Attempt::First) = (size, attempt) {
            options.size = KnownSize::Bytes(*size);
        }
        let mut download = client.retr_with(remote_path(b"", path), &options).await?;
        let total = download.size();
        let mut file = Arriving::new(local, part, total, modified.map(system_time));
        let mut bytes = 0u64;
        while let Some(piece) = download.chunk().await? {
            let came = piece.len() as u64;
            if let Err(error) = file.write(piece).await {
                // What has become of the disk counts more.
                let _ = download.abort().await;
                return Err(error);
            }
            bytes = bytes.saturating_add(came);
            let progress = netspeak_core::Progress::new(bytes, total);
            self.board.moved(path, came, progress);
        }
        file.finish().await?;
        Ok(bytes)
    }
}

fn system_time(stamp: Stamp) -> SystemTime {
    stamp.at.into()
}
