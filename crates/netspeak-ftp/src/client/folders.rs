//! Verbs about folders and names: PWD, CWD, CDUP, MKD, RMD, DELE, RNFR, RNTO.

use netspeak_core::Phase;

use super::{Client, positive};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Reply, quoted_path};
use crate::types::PathName;

impl Client {
    /// PWD: the current folder.
    ///
    /// # Errors
    /// `work.rejected`; [`Error::Malformed`] if the reply has no path.
    pub async fn pwd(&mut self) -> Result<PathName> {
        let reply = self.simple(&Command::Pwd, Phase::Work).await?;
        quoted_path(&reply).ok_or_else(|| reply.lacks("a path").into())
    }

    /// CWD: goes to a folder.
    ///
    /// # Errors
    /// `work.not_found`, `work.denied`, `work.rejected`.
    pub async fn cwd(&mut self, path: impl AsRef<[u8]>) -> Result<Reply> {
        self.simple(&Command::Cwd(path.as_ref()), Phase::Work).await
    }

    /// CDUP: goes to the folder above.
    ///
    /// # Errors
    /// As [`cwd`](Self::cwd).
    pub async fn cdup(&mut self) -> Result<Reply> {
        self.simple(&Command::Cdup, Phase::Work).await
    }

    /// MKD: makes a folder; its path, if the server tells it.
    ///
    /// # Errors
    /// `work.not_found`, `work.denied`, `work.rejected`.
    pub async fn mkd(&mut self, path: impl AsRef<[u8]>) -> Result<Option<PathName>> {
        let command = Command::Mkd(path.as_ref());
        let reply = self.simple(&command, Phase::Work).await?;
        Ok(quoted_path(&reply).filter(|_| reply.code() == 257))
    }

    /// MKD for a folder and all that it lies in, as far as they are missing. Nothing is wrong with those that
    /// are there.
    ///
    /// # Errors
    /// `work.denied`, `work.rejected`, `work.not_found` if the last of them is not there in the end.
    pub async fn mkd_all(&mut self, path: impl AsRef<[u8]>) -> Result<()> {
        let path = path.as_ref();
        let ends = memchr::memchr_iter(b'/', path).chain([path.len()]);
        let folders = ends.filter_map(|end| path.get(..end));
        let commands: Vec<_> = folders
            .filter(|folder| !folder.is_empty() && !folder.ends_with(b"/"))
            .map(Command::Mkd)
            .collect();
        let mut replies = self.several(&commands, Phase::Work).await?;
        match (commands.last(), replies.pop()) {
            (Some(last), Some(reply)) if !reply.is_positive() => {
                self.exists(path, Error::refused(last.verb(), Phase::Work, reply))
                    .await
            }
            _ => Ok(()),
        }
    }

    /// Refusals to make a folder seldom say that it is there already; whether one can go to it does.
    async fn exists(&mut self, folder: &[u8], refusal: Error) -> Result<()> {
        let before = self.pwd().await?;
        if self.cwd(folder).await.is_err() {
            return Err(refusal);
        }
        self.cwd(before.as_bytes()).await.map(drop)
    }

    /// RMD: removes an empty folder.
    ///
    /// # Errors
    /// As [`mkd`](Self::mkd).
    pub async fn rmd(&mut self, path: impl AsRef<[u8]>) -> Result<()> {
        let command = Command::Rmd(path.as_ref());
        self.simple(&command, Phase::Work).await.map(drop)
    }

    /// DELE: deletes a file.
    ///
    /// # Errors
    /// As [`mkd`](Self::mkd).
    pub async fn dele(&mut self, path: impl AsRef<[u8]>) -> Result<()> {
        let command = Command::Dele(path.as_ref());
        self.simple(&command, Phase::Work).await.map(drop)
    }

    /// RNFR and RNTO: gives a file or a folder another name. Most servers replace what has it.
    ///
    /// # Errors
    /// As [`mkd`](Self::mkd).
    pub async fn rename(&mut self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Result<()> {
        let (from, to) = (Command::Rnfr(from.as_ref()), Command::Rnto(to.as_ref()));
        // The second is checked before the first is sent.
        to.check()?;
        let reply = self.ask(&from, Phase::Work).await?;
        if !reply.is_intermediate() {
            return Err(Error::refused(from.verb(), Phase::Work, reply));
        }
        let reply = self.ask(&to, Phase::Work).await?;
        positive(&to, Phase::Work, reply).map(drop)
    }
}
