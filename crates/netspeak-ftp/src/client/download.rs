//! RETR: a file as it flows.

use std::num::NonZeroU64;
use std::ops::Range;

use netspeak_core::{ErrorKind, Phase, Reason, Trace};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::Client;
use super::flow::{Flow, Way, wrong_size};
use super::open::Needs;
use super::text::FromNetwork;
use crate::command::Command;
use crate::data::Pieces;
use crate::digest::{Digester, same};
use crate::error::{Error, Result};
use crate::response::{HashReply, Reply, size_hint};
use crate::types::{HashAlgorithm, TransferMode, TransferType};
use netspeak_core::{Pace, Progress};

/// How to receive a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetrOptions {
    /// Where in the file to begin, in bytes (REST). Default: at its beginning.
    pub offset: u64,
    /// How it is represented. Default: as it is.
    pub transfer_type: TransferType,
    /// Whether it is compressed on the way. Default: no.
    pub mode: TransferMode,
    /// What its size is. Default: the server is asked, on the way.
    pub size: KnownSize,
    /// Computes this hash of what comes, to be compared with the server's.
    pub hash: Option<HashAlgorithm>,
}

/// What the size of a file is, against which it counts as whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KnownSize {
    /// As SIZE says, if the server knows it.
    #[default]
    Asked,
    /// This many bytes, as a listing told.
    Bytes(u64),
    /// Unknown, or it changes: whatever comes is whole if the server says so.
    Unknown,
}

/// A file being received.
///
/// Nothing is held in memory: read it piece by piece, copy it into a sink, or take it whole with a
/// limit of your own. It is whole once [`chunk`](Self::chunk) has answered `None`: the data has ended
/// as it should, the server has said that it was all, and its size is right. Dropping it before its
/// end poisons the session; [`abort`](Self::abort) does not.
#[derive(Debug)]
pub struct Download<'a> {
    flow: Flow<'a>,
    expected: Option<u64>,
    /// What a progress shows as the whole.
    total: Option<u64>,
    pace: Pace,
    digester: Option<Digester>,
    text: Option<Text>,
    is_counted: Counted,
    end: Option<Received>,
}

/// Whether the bytes that come can be compared with a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    Yes,
    /// Text has another size on the way.
    No,
}

#[derive(Debug, Default)]
struct Text {
    from: FromNetwork,
    converted: Vec<u8>,
}

/// What came of a download.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// How many bytes came: those on the way, for text.
    pub bytes: u64,
    /// The server's last word.
    pub reply: Reply,
    /// The hash of what came, if it was asked for.
    pub hash: Option<HashReply>,
}

impl Client {
    /// RETR: a whole file, as it is.
    ///
    /// # Errors
    /// `work.not_found`, `work.denied`, `work.rejected` if the server refuses; `data.*` if there is no
    /// data connection.
    pub async fn retr(&mut self, path: impl AsRef<[u8]>) -> Result<Download<'_>> {
        self.retr_with(path, &RetrOptions::default()).await
    }

    /// RETR from an offset: what is missing of a file (REST, RFC 3659 section 5).
    ///
    /// # Errors
    /// As [`retr`](Self::retr); `work.rejected` also if the server cannot begin there.
    pub async fn retr_from(&mut self, path: impl AsRef<[u8]>, offset: u64) -> Result<Download<'_>> {
        let options = RetrOptions {
            offset,
            ..RetrOptions::default()
        };
        self.retr_with(path, &options).await
    }

    /// RETR with options.
    ///
    /// # Errors
    /// As [`retr`](Self::retr).
    pub async fn retr_with(
        &mut self,
        path: impl AsRef<[u8]>,
        options: &RetrOptions,
    ) -> Result<Download<'_>> {
        let path = path.as_ref();
        let is_counted = match options.transfer_type {
            TransferType::Ascii => Counted::No,
            _ => Counted::Yes,
        };
        let asks = options.size == KnownSize::Asked && is_counted == Counted::Yes;
        let needs = Needs {
            transfer_type: options.transfer_type,
            mode: options.mode,
            offset: options.offset,
            size_of: asks.then_some(path),
            allocate: None,
        };
        let flow = self.transfer(&Command::Retr(path), needs).await?;
        let whole = match options.size {
            KnownSize::Asked => flow.size,
            KnownSize::Bytes(bytes) => Some(bytes),
            KnownSize::Unknown => None,
        };
        let expected = whole.and_then(|whole| whole.checked_sub(options.offset));
        let text = (is_counted == Counted::No).then(Text::default);
        Ok(Download {
            total: expected.or_else(|| flow.begun().and_then(size_hint)),
            expected,
            flow,
            pace: Pace::default(),
            digester: options.hash.map(Digester::new),
            text,
            is_counted,
            end: None,
        })
    }
}

impl Download<'_> {
    /// Tells how far it is, after each piece.
    #[must_use]
    pub fn on_progress(mut self, watcher: impl FnMut(Progress) + Send + 'static) -> Self {
        self.pace.watch(Box::new(watcher));
        self
    }

    /// Receives no more than so many bytes a second, on average.
    #[must_use]
    pub fn limit_rate(mut self, bytes_per_second: NonZeroU64) -> Self {
        self.pace.limit(bytes_per_second);
        self
    }

    /// The size of the rest of the file, if the server told it; of text, as it is there.
    pub fn size(&self) -> Option<u64> {
        self.total
    }

    /// The reply with which the server began, if it did.
    pub fn reply(&self) -> Option<&Reply> {
        self.flow.begun()
    }

    /// The record of the data connection.
    pub fn trace(&self) -> &Trace {
        self.flow.trace()
    }

    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// `data.truncated` if the connection was cut off (inside TLS: without its closing alert), or
    /// fewer bytes came than there should be; `data.integrity` for more; `data.aborted`, `data.quota`
    /// if the server gives up; `data.timeout` if nothing comes for too long, or the server never says
    /// that it was all. The session goes on where the server has said what became of the transfer.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>> {
        if self.end.is_some() {
            return Ok(None);
        }
        self.pace.turn().await;
        match self.flow.event(&mut Pieces).await {
            Ok(Some(range)) => self.piece(range).map(Some),
            Ok(None) => self.finish().await,
            Err(error) => Err(error),
        }
    }

    /// Takes a piece that has come.
    fn piece(&mut self, range: Range<usize>) -> Result<&[u8]> {
        let size = range.len() as u64;
        let progress = Progress::new(self.flow.moved, self.total);
        let Some(data) = self.flow.data() else {
            return Err(Error::Poisoned);
        };
        self.pace.moved(size, progress, data.deadlines());
        let piece = data.bytes(range);
        let piece = match &mut self.text {
            None => piece,
            Some(text) => {
                text.from.convert(piece, &mut text.converted);
                text.converted.as_slice()
            }
        };
        if let Some(digester) = &mut self.digester {
            digester.update(piece);
        }
        Ok(piece)
    }

    /// The data has ended. A CR that was held back is the last piece of a text.
    async fn finish(&mut self) -> Result<Option<&[u8]>> {
        let reply = self.flow.received_all().await?;
        if let Some(expected) = self.expected
            && self.is_counted == Counted::Yes
            && expected != self.flow.moved
        {
            return Err(wrong_size(self.flow.moved, expected));
        }
        self.ended(reply)
    }

    fn ended(&mut self, reply: Reply) -> Result<Option<&[u8]>> {
        let rest: &[u8] = match &mut self.text {
            Some(text) => text.from.finish(),
            None => b"",
        };
        let hash = self.digester.take().map(|mut digester| {
            digester.update(rest);
            HashReply {
                algorithm: Some(digester.algorithm()),
                digest: digester.finish(),
            }
        });
        self.end = Some(Received {
            bytes: self.flow.moved,
            reply,
            hash,
        });
        Ok((!rest.is_empty()).then_some(rest))
    }

    /// Copies the rest into a sink.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), and [`Error::Local`] if the sink fails; the session is poisoned
    /// then.
    pub async fn copy_to(mut self, sink: &mut (impl AsyncWrite + Unpin)) -> Result<Received> {
        while let Some(piece) = self.chunk().await? {
            sink.write_all(piece).await.map_err(Error::Local)?;
        }
        sink.flush().await.map_err(Error::Local)?;
        self.received()
    }

    /// The rest in memory, at most `max` bytes of it.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), and [`Error::Limit`] if it is longer; the session is poisoned
    /// then.
    pub async fn bytes(mut self, max: usize) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        while let Some(piece) = self.chunk().await? {
            if all.len().saturating_add(piece.len()) > max {
                return Err(Error::limit("bytes of a file", max as u64));
            }
            all.extend_from_slice(piece);
        }
        Ok(all)
    }

    /// What came, once [`chunk`](Self::chunk) has answered `None`.
    ///
    /// # Errors
    /// [`Error::Usage`] before that.
    pub fn received(self) -> Result<Received> {
        self.end
            .ok_or_else(|| Error::usage("the file has not been read to its end"))
    }

    /// ABOR: gives the rest up and keeps the session.
    ///
    /// # Errors
    /// Network errors; the session is of no use then.
    pub async fn abort(mut self) -> Result<()> {
        if self.end.is_some() {
            return Ok(());
        }
        self.flow.abort(Way::In).await
    }
}

impl Received {
    /// Makes sure that what came is what the server has: `theirs` is its answer to
    /// [`Client::hash`].
    ///
    /// # Errors
    /// `data.integrity` if it is not; [`Error::Usage`] if no hash of that kind was computed.
    pub fn verify(&self, theirs: &HashReply) -> Result<()> {
        verify(self.hash.as_ref(), theirs)
    }
}

/// Compares what was computed with what the server says.
pub(super) fn verify(ours: Option<&HashReply>, theirs: &HashReply) -> Result<()> {
    let ours = ours.ok_or_else(|| Error::usage("no hash was computed"))?;
    let (Some(algorithm), named) = (ours.algorithm, theirs.algorithm) else {
        return Err(Error::usage("no hash was computed"));
    };
    if named.is_some_and(|named| named != algorithm) {
        return Err(Error::usage("the hashes are of different algorithms"));
    }
    if same(algorithm, &ours.digest, &theirs.digest) {
        return Ok(());
    }
    Err(Error::net(
        ErrorKind::new(Phase::Data, Reason::Integrity),
        format!(
            "the server's {algorithm} is {}, and that of what moved is {}",
            theirs.digest, ours.digest
        ),
    ))
}
