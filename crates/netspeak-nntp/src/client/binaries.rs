//! Many binary files or parts of them: fetched pipelined, and decoded on the way.

use std::collections::VecDeque;
use std::io::SeekFrom;

use netspeak_core::Reason;
use tokio::io::{AsyncSeek, AsyncSeekExt, AsyncWrite, AsyncWriteExt};

use super::{Batch, Client, Part};
use crate::binary::{Binary, Decoder};
use crate::error::{Error, Result};
use crate::nzb::{Health, Nzb, Pieces, Segment};
use crate::types::Which;

/// A part that decodes to more than this is not kept, in bytes. Those that are posted have less than
/// one million.
const LARGEST_PART: usize = 64 * 1024 * 1024;

/// Articles being received one after the other, each decoded from yEnc or uuencode, in the order in which
/// they were asked for.
///
/// ```no_run
/// # async fn example(client: &mut netspeak_nntp::Client, ids: Vec<netspeak_nntp::MessageId>) -> netspeak_nntp::Result<()> {
/// let mut binaries = client.fetch_binaries(ids)?;
/// while let Some((which, answer)) = binaries.next().await? {
///     match answer.and_then(|binary| binary.verify()) {
///         Ok(()) => println!("{which}: {} bytes", binaries.data().len()),
///         Err(error) => println!("{which}: {error}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// Dropping it before its end poisons the session, as with [`Batch`].
#[derive(Debug)]
pub struct Binaries<'a> {
    batch: Batch<'a>,
    data: Vec<u8>,
}

impl Client {
    /// Fetches the bodies of many articles, pipelined, and decodes what they hold.
    ///
    /// # Errors
    /// [`Error::Poisoned`].
    pub fn fetch_binaries<W: Into<Which>>(
        &mut self,
        articles: impl IntoIterator<Item = W>,
    ) -> Result<Binaries<'_>> {
        Ok(Binaries {
            batch: self.fetch(articles, Part::Body)?,
            data: Vec::new(),
        })
    }

    /// Fetches the segments of a file that are still to be asked for, and writes the bytes of each to
    /// their place in the sink. Those that cannot be had or are damaged are in
    /// [`failed`](Pieces::failed) then: after [`retry`](Pieces::retry), another server may have them.
    ///
    /// # Errors
    /// Network errors, and [`Error::Local`] if the sink fails, which poisons the session. What has no
    /// answer yet is to be asked for again.
    pub async fn fetch_pieces(
        &mut self,
        pieces: &mut Pieces<'_>,
        sink: &mut (impl AsyncWrite + AsyncSeek + Unpin),
    ) -> Result<()> {
        let mut due = VecDeque::from(pieces.take(usize::MAX));
        let fetched = self.fetch_due(&mut due, pieces, sink).await;
        pieces.put_back(due);
        fetched
    }

    /// Asks for all segments of an NZB file, pipelined, whether they are there (STAT), and tells which are
    /// missing.
    ///
    /// # Errors
    /// Network errors.
    pub async fn check_segments<'n>(&mut self, nzb: &'n Nzb) -> Result<Health<'n>> {
        let segments = nzb.files.iter().flat_map(|file| &file.segments);
        let ids: Vec<_> = segments.map(|segment| segment.message_id.clone()).collect();
        let mut batch = self.fetch(ids, Part::Stat)?;
        let mut answers = VecDeque::new();
        while let Some((_, answer)) = batch.next().await? {
            match answer {
                Ok(_) => answers.push_back(true),
                Err(error @ Error::Refused { .. }) if error.kind().reason() != Reason::NotFound => {
                    return Err(error);
                }
                Err(_) => answers.push_back(false),
            }
        }
        Ok(nzb.health(|_| answers.pop_front().unwrap_or(false)))
    }

    async fn fetch_due<'n>(
        &mut self,
        due: &mut VecDeque<&'n Segment>,
        pieces: &mut Pieces<'n>,
        sink: &mut (impl AsyncWrite + AsyncSeek + Unpin),
    ) -> Result<()> {
        let ids: Vec<_> = due
            .iter()
            .map(|segment| segment.message_id.clone())
            .collect();
        let mut binaries = self.fetch_binaries(ids)?;
        while let Some((_, answer)) = binaries.next().await? {
            let Some(segment) = due.front().copied() else {
                break;
            };
            match answer {
                Err(error) => pieces.fail(segment, &error),
                Ok(binary) => {
                    if let Ok(Some(place)) = pieces.add(segment, &binary) {
                        let start = SeekFrom::Start(place.start);
                        sink.seek(start).await.map_err(Error::Local)?;
                        sink.write_all(binaries.data())
                            .await
                            .map_err(Error::Local)?;
                    }
                }
            }
            due.pop_front();
        }
        sink.flush().await.map_err(Error::Local)
    }
}

impl Binaries<'_> {
    /// The next article: which one, and what it holds, or why there is nothing. What was decoded is in
    /// [`data`](Self::data); whether it is right, [`Binary::verify`] tells. `None` when all were answered.
    ///
    /// The future is not to be dropped and called again: the rest of the article would be taken for the
    /// next one.
    ///
    /// # Errors
    /// Network errors, which end the batch.
    pub async fn next(&mut self) -> Result<Option<(Which, Result<Binary>)>> {
        self.data.clear();
        let Some((which, answer)) = self.batch.next().await? else {
            return Ok(None);
        };
        if let Err(error) = answer {
            return Ok(Some((which, Err(error))));
        }
        let mut decoder = Decoder::new();
        while let Some(piece) = self.batch.chunk().await? {
            decoder.decode(piece, &mut self.data);
            if self.data.len() > LARGEST_PART {
                let error = Error::limit("bytes of a decoded article", LARGEST_PART as u64);
                return Ok(Some((which, Err(error))));
            }
        }
        let binary = decoder.finish(&mut self.data);
        Ok(Some((which, binary)))
    }

    /// The bytes that were decoded of the current article, as many as there are.
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}
