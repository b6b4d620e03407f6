//! [`Arriving`]: a file on its way from the server to the disk.

use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use netspeak_core::Pages;
use tokio::task::JoinHandle;

use super::local::{PIECE, Part, blocking};
use crate::error::{Error, Result};

/// A file that arrives. One piece fills up while the one before is being written; a small file is
/// written in one go.
pub(super) struct Arriving {
    path: PathBuf,
    part_path: PathBuf,
    modified: Option<SystemTime>,
    room: Pages,
    filled: usize,
    spare: Option<Pages>,
    part: Option<Part>,
    writing: Option<JoinHandle<io::Result<(Part, Pages)>>>,
}

impl Arriving {
    /// For this path; `part_path` is its name until it is whole, and `size` what it is thought to have.
    pub(super) fn new(
        path: PathBuf,
        part_path: PathBuf,
        size: Option<u64>,
        modified: Option<SystemTime>,
    ) -> Self {
        let size = size.and_then(|size| usize::try_from(size).ok());
        Self {
            path,
            part_path,
            modified,
            room: Pages::new(size.unwrap_or(PIECE).clamp(1, PIECE)),
            filled: 0,
            spare: None,
            part: None,
            writing: None,
        }
    }

    pub(super) async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            if self.filled == self.room.len() {
                self.hand_over().await?;
            }
            let free = self.room.get_mut(self.filled..).unwrap_or_default();
            let (now, rest) = bytes.split_at(free.len().min(bytes.len()));
            if let Some(free) = free.get_mut(..now.len()) {
                free.copy_from_slice(now);
            }
            self.filled = self.filled.saturating_add(now.len());
            bytes = rest;
        }
        Ok(())
    }

    /// Has what has come written, and goes on in other room.
    async fn hand_over(&mut self) -> Result<()> {
        self.written().await?;
        let (part, part_path) = (self.part.take(), self.part_path.clone());
        let spare = self.spare.take().unwrap_or_else(|| Pages::new(PIECE));
        let full = std::mem::replace(&mut self.room, spare);
        let filled = std::mem::take(&mut self.filled);
        self.writing = Some(tokio::task::spawn_blocking(move || {
            let mut part = match part {
                Some(part) => part,
                None => Part::create(part_path)?,
            };
            part.write(full.get(..filled).unwrap_or_default())?;
            Ok((part, full))
        }));
        Ok(())
    }

    /// Waits for the piece before.
    async fn written(&mut self) -> Result<()> {
        if let Some(writing) = self.writing.take() {
            let done = writing.await.map_err(io::Error::other);
            let (part, room) = done.and_then(|result| result).map_err(Error::Local)?;
            self.part = Some(part);
            self.spare = Some(room);
        }
        Ok(())
    }

    /// All has come: it gets its time and its name.
    pub(super) async fn finish(mut self) -> Result<()> {
        self.written().await?;
        blocking(move || {
            let mut part = match self.part {
                Some(part) => part,
                None => Part::create(self.part_path)?,
            };
            part.write(self.room.get(..self.filled).unwrap_or_default())?;
            part.keep_as(&self.path, self.modified)
        })
        .await
    }
}
