//! STOR, APPE, STOU: a file on its way to the server.

use std::fs::File;
use std::num::NonZeroU64;
use std::ops::Range;
use std::pin::pin;
use std::task::Poll;

use netspeak_core::Trace;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::Client;
use super::download::verify;
use super::flow::{Flow, Next, Way};
use super::open::Needs;
use super::text::ToNetwork;
use crate::command::Command;
use crate::digest::Digester;
use crate::error::{Error, Result};
use crate::response::{HashReply, Reply, unique_name};
use crate::types::{HashAlgorithm, PathName, TransferMode, TransferType};
use netspeak_core::{Pace, Progress};

/// What is read from a source in one go.
const PIECE: usize = 256 * 1024;

/// What is sent of a file between two looks at the control connection and the watcher.
const FILE_PIECE: u64 = 8 * 1024 * 1024;

/// How to send a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StorOptions {
    /// What becomes of what is there. Default: it is replaced.
    pub store: Store,
    /// Where in the file to go on, in bytes (REST). Default: at its beginning.
    pub offset: u64,
    /// How it is represented. Default: as it is.
    pub transfer_type: TransferType,
    /// Whether it is compressed on the way. Default: no.
    pub mode: TransferMode,
    /// How many bytes there will be: asks for room (ALLO), and is what a progress shows as the whole.
    pub allocate: Option<u64>,
    /// Computes this hash of what goes, to be compared with the server's.
    pub hash: Option<HashAlgorithm>,
}

/// What becomes of a file that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Store {
    /// It is replaced (STOR).
    #[default]
    Replace,
    /// It gets longer (APPE).
    Append,
    /// Nothing: the server chooses a name that is free (STOU).
    Unique,
}

/// A file being sent.
///
/// It is there once [`finish`](Self::finish) has succeeded. Dropping it before that poisons the session;
/// [`abort`](Self::abort) does not.
#[derive(Debug)]
pub struct Upload<'a> {
    flow: Flow<'a>,
    total: Option<u64>,
    pace: Pace,
    digester: Option<Digester>,
    text: Option<Text>,
}

#[derive(Debug, Default)]
struct Text {
    to: ToNetwork,
    converted: Vec<u8>,
}

/// What came of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// How many bytes went: those on the way, for text.
    pub bytes: u64,
    /// The server's last word.
    pub reply: Reply,
    /// The name that the server chose, where it was asked to and says it.
    pub name: Option<PathName>,
    /// The hash of what went, if it was asked for.
    pub hash: Option<HashReply>,
}

impl Client {
    /// STOR: sends a file, as it is; one that is there already is replaced.
    ///
    /// # Errors
    /// `work.rejected`, `work.denied`, `work.quota` if the server refuses; `data.*` if there is no
    /// data connection.
    pub async fn stor(&mut self, path: impl AsRef<[u8]>) -> Result<Upload<'_>> {
        self.stor_with(path, &StorOptions::default()).await
    }

    /// APPE: sends what comes behind the end of a file.
    ///
    /// # Errors
    /// As [`stor`](Self::stor).
    pub async fn appe(&mut self, path: impl AsRef<[u8]>) -> Result<Upload<'_>> {
        let options = StorOptions {
            store: Store::Append,
            ..StorOptions::default()
        };
        self.stor_with(path, &options).await
    }

    /// STOU: sends a file under a name that the server chooses; see [`Stored::name`].
    ///
    /// # Errors
    /// As [`stor`](Self::stor).
    pub async fn stou(&mut self) -> Result<Upload<'_>> {
        let options = StorOptions {
            store: Store::Unique,
            ..StorOptions::default()
        };
        self.stor_with("", &options).await
    }

    /// Sends a file with options. For [`Store::Unique`] the path may be empty.
    ///
    /// # Errors
    /// As [`stor`](Self::stor); [`Error::Usage`] for an offset where the name is not ours.
    pub async fn stor_with(
        &mut self,
        path: impl AsRef<[u8]>,
        options: &StorOptions,
    ) -> Result<Upload<'_>> {
        let path = path.as_ref();
        let command = match options.store {
            Store::Replace => Command::Stor(path),
            Store::Append => Command::Appe(path),
            Store::Unique => Command::Stou((!path.is_empty()).then_some(path)),
        };
        if options.offset > 0 && options.store != Store::Replace {
            return Err(Error::usage("an offset is for STOR only"));
        }
        let needs = Needs {
            transfer_type: options.transfer_type,
            mode: options.mode,
            offset: options.offset,
            size_of: None,
            allocate: options.allocate,
        };
        let flow = self.transfer(&command, needs).await?;
        Ok(Upload {
            flow,
            total: options.allocate,
            pace: Pace::default(),
            digester: options.hash.map(Digester::new),
            text: (options.transfer_type == TransferType::Ascii).then(Text::default),
        })
    }
}

impl Upload<'_> {
    /// Tells how far it is, after each piece.
    #[must_use]
    pub fn on_progress(mut self, watcher: impl FnMut(Progress) + Send + 'static) -> Self {
        self.pace.watch(Box::new(watcher));
        self
    }

    /// Sends no more than so many bytes a second, on average.
    #[must_use]
    pub fn limit_rate(mut self, bytes_per_second: NonZeroU64) -> Self {
        self.pace.limit(bytes_per_second);
        self
    }

    /// The reply with which the server began, if it did.
    pub fn reply(&self) -> Option<&Reply> {
        self.flow.begun()
    }

    /// The record of the data connection.
    pub fn trace(&self) -> &Trace {
        self.flow.trace()
    }

    /// Sends the next bytes. If the future is dropped half-way the session is poisoned.
    ///
    /// # Errors
    /// `data.quota`, `data.aborted` if the server gives up; `data.reset`, `data.closed`,
    /// `data.timeout`.
    pub async fn send(&mut self, mut data: &[u8]) -> Result<()> {
        while !data.is_empty() {
            let (piece, rest) = data.split_at(self.pace.piece(data.len()));
            self.send_piece(piece).await?;
            data = rest;
        }
        Ok(())
    }

    async fn send_piece(&mut self, piece: &[u8]) -> Result<()> {
        self.pace.turn().await;
        if let Some(digester) = &mut self.digester {
            digester.update(piece);
        }
        let sent = match &mut self.text {
            None => piece,
            Some(text) => {
                text.to.convert(piece, &mut text.converted);
                text.converted.as_slice()
            }
        };
        let size = sent.len() as u64;
        push(&mut self.flow, What::Bytes(sent)).await?;
        self.went(size)
    }

    fn went(&mut self, size: u64) -> Result<()> {
        self.flow.moved = self.flow.moved.saturating_add(size);
        let progress = Progress::new(self.flow.moved, self.total);
        let Some(data) = self.flow.data() else {
            return Err(Error::Poisoned);
        };
        self.pace.moved(size, progress, data.deadlines());
        Ok(())
    }

    /// Sends all that a source has.
    ///
    /// # Errors
    /// As [`send`](Self::send), and [`Error::Local`] if the source fails; the session is poisoned
    /// then.
    pub async fn copy_from(&mut self, source: &mut (impl AsyncRead + Unpin)) -> Result<u64> {
        let mut piece = vec![0; PIECE];
        let mut copied = 0u64;
        loop {
            let read = source.read(&mut piece).await.map_err(Error::Local)?;
            if read == 0 {
                return Ok(copied);
            }
            self.send(piece.get(..read).unwrap_or_default()).await?;
            copied = copied.saturating_add(read as u64);
        }
    }

    /// Sends a part of a file. Over plain TCP on Linux the system does it alone, and no byte is copied
    /// into this process.
    ///
    /// # Errors
    /// As [`send`](Self::send), and [`Error::Local`] if the file cannot be read or is shorter; the
    /// session is poisoned then. [`Error::Usage`] where bytes have to be looked at: for text, and
    /// for a hash.
    pub async fn send_file(&mut self, file: &File, part: Range<u64>) -> Result<()> {
        if self.text.is_some() || self.digester.is_some() {
            return Err(Error::usage("text and hashes need copy_from"));
        }
        let most = self.pace.piece(usize::MAX) as u64;
        let mut at = part.start;
        while at < part.end {
            self.pace.turn().await;
            let size = (part.end - at).min(FILE_PIECE).min(most);
            let end = at.saturating_add(size);
            push(&mut self.flow, What::File(file, at..end)).await?;
            self.went(size)?;
            at = end;
        }
        Ok(())
    }

    /// Ends the file, and waits for the server's word that it has it.
    ///
    /// # Errors
    /// As [`send`](Self::send); `data.timeout` if the server never says so.
    pub async fn finish(mut self) -> Result<Stored> {
        self.end().await
    }

    /// As [`finish`](Self::finish), and gives the file that was sent under a temporary name its own
    /// (RNFR, RNTO): nobody ever sees half of it there.
    ///
    /// # Errors
    /// As [`finish`](Self::finish), and those of [`Client::rename`]: the file is there under the
    /// temporary name then.
    pub async fn finish_as(
        mut self,
        temporary: impl AsRef<[u8]>,
        name: impl AsRef<[u8]>,
    ) -> Result<Stored> {
        Command::Rnto(name.as_ref()).check()?;
        let stored = self.end().await?;
        self.flow.client.rename(temporary, name).await?;
        Ok(stored)
    }

    async fn end(&mut self) -> Result<Stored> {
        let reply = self.flow.sent_all().await?;
        let name = self.flow.begun().and_then(unique_name);
        Ok(Stored {
            bytes: self.flow.moved,
            name: name.or_else(|| unique_name(&reply)),
            reply,
            hash: self.digester.take().map(|digester| HashReply {
                algorithm: Some(digester.algorithm()),
                digest: digester.finish(),
            }),
        })
    }

    /// ABOR: gives up and keeps the session. What the server has of the file stays there.
    ///
    /// # Errors
    /// Network errors; the session is of no use then.
    pub async fn abort(mut self) -> Result<()> {
        self.flow.abort(Way::Out).await
    }
}

impl Stored {
    /// Makes sure that the server has what went: `theirs` is its answer to [`Client::hash`].
    ///
    /// # Errors
    /// `data.integrity` if it has not; [`Error::Usage`] if no hash of that kind was computed.
    pub fn verify(&self, theirs: &HashReply) -> Result<()> {
        verify(self.hash.as_ref(), theirs)
    }
}

enum What<'a> {
    Bytes(&'a [u8]),
    File(&'a File, Range<u64>),
}

/// Sends, and listens to the server meanwhile.
async fn push(flow: &mut Flow<'_>, what: What<'_>) -> Result<()> {
    flow.stay_alive().await?;
    let mut noted = Vec::new();
    let listens = flow.listens();
    let (data, control) = flow.both()?;
    let next = {
        let mut sending = pin!(async {
            match &what {
                What::Bytes(bytes) => data.send_data(bytes).await,
                What::File(file, part) => data.send_file(file, part.clone()).await,
            }
        });
        std::future::poll_fn(|cx| {
            if let Poll::Ready(sent) = sending.as_mut().poll(cx) {
                return Poll::Ready(Next::Data(sent));
            }
            while listens && let Poll::Ready(reply) = control.poll_reply(cx) {
                match reply {
                    // What is no refusal does not stop what is being sent.
                    Ok(reply) if !reply.is_negative() => noted.push(reply),
                    reply => return Poll::Ready(Next::Reply(reply)),
                }
            }
            Poll::Pending
        })
        .await
    };
    for reply in noted {
        flow.note(reply)?;
    }
    match next {
        Next::Data(Ok(())) => Ok(()),
        Next::Data(Err(error @ netspeak_core::Error::Local(_))) => Err(error.into()),
        Next::Data(Err(error)) => Err(flow.cut(error.into()).await),
        Next::Reply(reply) => flow.note(reply?),
    }
}
