//! Verbs about single files: SIZE, MDTM, MFMT, HASH and its forerunners.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use netspeak_core::{ErrorKind, Phase, Reason};

use super::{Client, positive};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{HashReply, hash, modified, size};
use crate::types::{HashAlgorithm, TransferType};

/// To read a large file and compute its hash takes a server its time.
const HASHING: Duration = Duration::from_secs(600);

impl Client {
    /// SIZE: how many bytes a transfer of this file would have (RFC 3659 section 4), as it is.
    ///
    /// # Errors
    /// `work.not_found`, `work.rejected`; [`Error::Malformed`] if the reply has no number.
    pub async fn size(&mut self, path: impl AsRef<[u8]>) -> Result<u64> {
        self.transfer_type(TransferType::Image).await?;
        let command = Command::Size(path.as_ref());
        let reply = self.simple(&command, Phase::Work).await?;
        size(&reply).ok_or_else(|| reply.lacks("a size").into())
    }

    /// TYPE, unless it has been said already.
    async fn transfer_type(&mut self, wanted: TransferType) -> Result<()> {
        if self.told.transfer_type != Some(wanted) {
            self.simple(&Command::Type(wanted), Phase::Work).await?;
            self.told.transfer_type = Some(wanted);
        }
        Ok(())
    }

    /// MDTM: when a file was modified (RFC 3659 section 3).
    ///
    /// # Errors
    /// `work.not_found`, `work.rejected`; [`Error::Malformed`] if the reply has no time.
    pub async fn mdtm(&mut self, path: impl AsRef<[u8]>) -> Result<Timestamp> {
        let command = Command::Mdtm(path.as_ref());
        let reply = self.simple(&command, Phase::Work).await?;
        modified(&reply).ok_or_else(|| reply.lacks("a time").into())
    }

    /// MFMT: sets when a file was modified, to the second (draft-somers-ftp-mfxx).
    ///
    /// # Errors
    /// `work.not_found`, `work.rejected`.
    pub async fn mfmt(&mut self, path: impl AsRef<[u8]>, time: Timestamp) -> Result<()> {
        let time = time.to_zoned(TimeZone::UTC).strftime("%Y%m%d%H%M%S");
        let command = Command::Mfmt {
            time: &time.to_string(),
            path: path.as_ref(),
        };
        self.simple(&command, Phase::Work).await.map(drop)
    }

    /// The hash of a file as the server computes it: by HASH where it is offered with this algorithm
    /// (draft-bryan-ftp-hash), else by XCRC, XMD5, XSHA1, XSHA256 or XSHA512.
    ///
    /// # Errors
    /// `work.not_offered` if the server knows neither; `work.not_found`, `work.rejected`;
    /// [`Error::Malformed`] if the reply has no hash of this algorithm.
    pub async fn hash(
        &mut self,
        path: impl AsRef<[u8]>,
        algorithm: HashAlgorithm,
    ) -> Result<HashReply> {
        let path = path.as_ref();
        if self.features().is_none() {
            self.feat().await?;
        }
        let offered = self.features().map(|features| features.hash());
        let offered = offered.unwrap_or_default();
        let command = if offered.contains(&algorithm) {
            if self.told.hash.or(offered.first().copied()) != Some(algorithm) {
                self.opts(&format!("HASH {algorithm}")).await?;
                self.told.hash = Some(algorithm);
            }
            Command::Hash(path)
        } else if self
            .features()
            .is_some_and(|found| found.has(algorithm.verb()))
        {
            Command::XHash(algorithm, path)
        } else {
            return Err(Error::unsupported(
                format!("a hash by {algorithm}"),
                ErrorKind::new(Phase::Work, Reason::NotOffered),
            ));
        };
        self.check_state(&command)?;
        self.control.send(&command, Phase::Work).await?;
        self.control.conn.reply_due_within(HASHING);
        let reply = self.control.last_reply().await?;
        let reply = self.control.finish(command.verb(), Phase::Work, reply)?;
        let reply = positive(&command, Phase::Work, reply)?;
        hash(&reply)
            .filter(|found| found.algorithm.is_none_or(|named| named == algorithm))
            .filter(|found| {
                found.digest.len() == algorithm.digits() || algorithm == HashAlgorithm::Crc32
            })
            .ok_or_else(|| reply.lacks("a hash").into())
    }
}
