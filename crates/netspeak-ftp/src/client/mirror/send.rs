//! Uploading a file.

use super::local::{self, Leaving};
use super::{Job, UploadName};
use crate::client::Client;
use crate::client::tree::remote_path;
use crate::error::{Error, Result};
use crate::mirror::{Step, TreePath};

/// What is sent of a file between two events.
const STRETCH: u64 = 8 * 1024 * 1024;

impl<F: Send + Sync> Job<F> {
    /// Uploads a file.
    pub(super) async fn send(&self, client: &mut Client, step: &Step) -> Result<u64> {
        let Step::Transfer { path, .. } = step else {
            return Ok(0);
        };
        let source = local::open(self.local_path(path)?).await?;
        let final_path = remote_path(b"", path);
        let bytes = match self.plan.upload_name {
            UploadName::Final => self.store(client, path, &final_path, &source).await?,
            UploadName::Temporary => {
                let folder = path.parent().unwrap_or_default();
                let part = remote_path(b"", &folder.join(self.part_name().as_bytes()));
                let stored = match self.store(client, path, &part, &source).await {
                    Ok(bytes) => replace(client, &part, &final_path).await.map(|()| bytes),
                    Err(error) => Err(error),
                };
                if stored.is_err() && client.is_usable() {
                    // Half a file is of no use.
                    let _ = client.dele(&part).await;
                }
                stored?
            }
        };
        Ok(bytes)
    }

    async fn store(
        &self,
        client: &mut Client,
        path: &TreePath,
        to: &[u8],
        source: &Leaving,
    ) -> Result<u64> {
        let mut upload = client.stor(to).await?;
        let board = &self.board;
        let moved = |bytes, came, total| {
            let progress = netspeak_core::Progress::new(bytes, Some(total));
            board.moved(path, came, progress);
        };
        let size = match source {
            Leaving::Whole(all) => {
                upload.send(all).await?;
                let size = all.len() as u64;
                moved(size, size, size);
                size
            }
            Leaving::Large(file, size) => {
                let mut at = 0;
                while at < *size {
                    let end = at.saturating_add(STRETCH).min(*size);
                    upload.send_file(file, at..end).await?;
                    moved(end, end - at, *size);
                    at = end;
                }
                *size
            }
        };
        upload.finish().await?;
        Ok(size)
    }
}

/// Gives an uploaded file its name. Some servers do not replace what has it.
async fn replace(client: &mut Client, from: &[u8], to: &[u8]) -> Result<()> {
    match client.rename(from, to).await {
        Err(Error::Refused { .. }) if client.is_usable() => {
            client.dele(to).await?;
            client.rename(from, to).await
        }
        renamed => renamed,
    }
}
