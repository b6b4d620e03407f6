//! [`Opened`]: what is behind a URL, as a stream and what is known of it; the same for all protocols.
//!
//! Sessions lend their pieces: a message borrows its client. [`Opened::by`] makes something of them that stands alone,
//! by a future that owns the session and runs only while a piece is asked for. There is no task, and dropping it ends
//! the session.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::error::{Error, Phase, Reason, Reply};
use crate::opening::Opening;
use crate::target::Target;

/// How a URL is opened.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OpenOptions {
    /// How to connect, and as whom.
    pub opening: Opening,
    /// The schemes that are allowed, also of redirects; `None` is all that are built in.
    pub schemes: Option<Vec<String>>,
}

impl OpenOptions {
    /// Whether a scheme may be used.
    pub fn allows(&self, scheme: &str) -> bool {
        let schemes = self.schemes.as_ref();
        schemes.is_none_or(|all| all.iter().any(|known| known.eq_ignore_ascii_case(scheme)))
    }
}

/// What a peer answered, whoever it was: its words, and what they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnyReply {
    line: String,
    is_temporary: bool,
    reason: Reason,
}

impl AnyReply {
    /// The words of a protocol's own reply, as they were refused in a phase.
    pub fn of<R: Reply>(reply: &R, phase: Phase) -> Self {
        Self {
            line: reply.to_string(),
            is_temporary: reply.is_temporary(),
            reason: reply.reason(phase),
        }
    }
}

impl fmt::Display for AnyReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl Reply for AnyReply {
    fn is_temporary(&self) -> bool {
        self.is_temporary
    }

    fn reason(&self, _: Phase) -> Reason {
        self.reason
    }
}

/// What can go wrong with a URL of any protocol.
pub type OpenError = Error<AnyReply>;

impl<R: Reply> Error<R> {
    /// The same error, of no protocol in particular.
    pub fn of_any(self) -> OpenError {
        let phase = self.kind().phase();
        self.map_reply(|reply| AnyReply::of(&reply, phase))
    }
}

/// What is known of what is behind a URL, as far as its protocol tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// Where it was found, after redirects; no password is in it.
    pub url: String,
    /// Its bytes, if that is known before.
    pub size: Option<u64>,
    /// Its media type, such as `text/html; charset=utf-8`.
    pub media_type: Option<String>,
    /// The name that it suggests, without any folder.
    pub name: Option<String>,
    /// When it was changed, as the server says it.
    pub modified: Option<String>,
    /// The server's own words: a status, a reply.
    pub status: Option<String>,
    /// Header fields, in their order.
    pub fields: Vec<(String, String)>,
}

impl About {
    /// Nothing but where.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..Self::default()
        }
    }
}

/// Told how many bytes have come, and how many there are if that is known.
pub type Progress = Box<dyn FnMut(u64, Option<u64>) + Send>;

/// What is behind a URL, being received.
///
/// Nothing is held in memory: read it piece by piece, copy it into a sink, or take it whole with a limit of your own.
/// Dropping it ends the connection.
pub struct Opened {
    about: About,
    flow: Flow,
    piece: Vec<u8>,
    received: u64,
    progress: Option<Progress>,
}

type Work = Pin<Box<dyn Future<Output = Result<(), OpenError>> + Send>>;

enum Flow {
    Working(Work, Arc<Mutex<Slot>>),
    /// All is in the last piece.
    Whole,
    Ended,
}

/// What lies between the work and whoever reads.
#[derive(Default)]
struct Slot {
    about: Option<About>,
    piece: Option<Vec<u8>>,
    /// Memory to be used again.
    spare: Vec<u8>,
}

/// Where the work puts what it has.
#[derive(Clone)]
pub struct Outlet(Arc<Mutex<Slot>>);

impl Outlet {
    /// What is known; to be said once, before the first piece.
    pub async fn begin(&self, about: About) {
        self.locked().about = Some(about);
        self.taken().await;
    }

    /// A piece; returns when it was taken.
    pub async fn give(&self, piece: &[u8]) {
        if piece.is_empty() {
            return;
        }
        {
            let mut slot = self.locked();
            let mut room = std::mem::take(&mut slot.spare);
            room.clear();
            room.extend_from_slice(piece);
            slot.piece = Some(room);
        }
        self.taken().await;
    }

    /// Whoever reads polls again when there is room, so nobody has to be woken.
    async fn taken(&self) {
        std::future::poll_fn(|_| {
            let slot = self.locked();
            match slot.about.is_none() && slot.piece.is_none() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Opened {
    /// Begins a work that owns its session; returns once it has said what it is about.
    ///
    /// # Errors
    /// Those of the work before that.
    pub async fn by<F>(work: impl FnOnce(Outlet) -> F) -> Result<Self, OpenError>
    where
        F: Future<Output = Result<(), OpenError>> + Send + 'static,
    {
        let slot = Arc::new(Mutex::new(Slot::default()));
        let work: Work = Box::pin(work(Outlet(Arc::clone(&slot))));
        let mut opened = Self {
            about: About::default(),
            flow: Flow::Working(work, slot),
            piece: Vec::new(),
            received: 0,
            progress: None,
        };
        match opened.run(|slot| slot.about.take()).await? {
            Some(about) => opened.about = about,
            None => return Err(OpenError::usage("nothing was opened")),
        }
        Ok(opened)
    }

    /// The same for a protocol's work, which has errors of its own: `work` gets what it needs to outlive this call.
    ///
    /// # Errors
    /// As [`by`](Self::by).
    pub async fn of<R: Reply, F>(
        target: &Target,
        options: &OpenOptions,
        work: impl FnOnce(Target, OpenOptions, Outlet) -> F,
    ) -> Result<Self, OpenError>
    where
        F: Future<Output = Result<(), Error<R>>> + Send + 'static,
    {
        Self::by(|out| {
            let work = work(target.clone(), options.clone(), out);
            async move { work.await.map_err(Error::of_any) }
        })
        .await
    }

    /// Something that is in memory.
    pub fn whole(about: About, bytes: Vec<u8>) -> Self {
        Self {
            about,
            flow: Flow::Whole,
            piece: bytes,
            received: 0,
            progress: None,
        }
    }

    /// Tells how far it has come with each piece.
    #[must_use]
    pub fn with_progress(
        mut self,
        progress: impl FnMut(u64, Option<u64>) + Send + 'static,
    ) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// What is known of it.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The next piece, `None` at the end. The future may be dropped and the call made again.
    ///
    /// # Errors
    /// What goes wrong on the way. Without an error the end is the end: what was cut off is an error.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>, OpenError> {
        match self.flow {
            Flow::Ended => return Ok(None),
            Flow::Whole => {
                self.flow = Flow::Ended;
                if self.piece.is_empty() {
                    return Ok(None);
                }
            }
            Flow::Working(..) => {
                let Some(piece) = self.next_piece().await? else {
                    return Ok(None);
                };
                self.piece = piece;
            }
        }
        self.received = self.received.saturating_add(self.piece.len() as u64);
        if let Some(progress) = &mut self.progress {
            progress(self.received, self.about.size);
        }
        Ok(Some(&self.piece))
    }

    /// Copies the rest into a sink; how many bytes that were.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), and [`Error::Local`] if the sink fails.
    pub async fn copy_to(
        &mut self,
        sink: &mut (impl AsyncWrite + Unpin),
    ) -> Result<u64, OpenError> {
        let mut copied = 0;
        while let Some(piece) = self.chunk().await? {
            sink.write_all(piece).await.map_err(OpenError::Local)?;
            copied += piece.len() as u64;
        }
        Ok(copied)
    }

    /// The rest in memory, at most `max` bytes of it.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), and [`Error::Limit`] if it is longer.
    pub async fn bytes(&mut self, max: usize) -> Result<Vec<u8>, OpenError> {
        let mut all = Vec::new();
        while let Some(piece) = self.chunk().await? {
            if all.len().saturating_add(piece.len()) > max {
                return Err(Error::limit("bytes behind a URL", max as u64));
            }
            all.extend_from_slice(piece);
        }
        Ok(all)
    }

    async fn next_piece(&mut self) -> Result<Option<Vec<u8>>, OpenError> {
        if let Flow::Working(_, slot) = &self.flow {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            slot.spare = std::mem::take(&mut self.piece);
        }
        self.run(|slot| slot.piece.take()).await
    }

    /// Lets the work go on until there is what `take` wants; `None` when it has ended without.
    async fn run<T>(
        &mut self,
        mut take: impl FnMut(&mut Slot) -> Option<T>,
    ) -> Result<Option<T>, OpenError> {
        let flow = &mut self.flow;
        std::future::poll_fn(|cx| {
            let Flow::Working(work, slot) = flow else {
                return Poll::Ready(Ok(None));
            };
            let ended = work.as_mut().poll(cx);
            let taken = take(&mut slot.lock().unwrap_or_else(PoisonError::into_inner));
            match (ended, taken) {
                (Poll::Pending, None) => Poll::Pending,
                (Poll::Pending, taken) => Poll::Ready(Ok(taken)),
                (Poll::Ready(ended), taken) => {
                    *flow = Flow::Ended;
                    Poll::Ready(ended.map(|()| taken))
                }
            }
        })
        .await
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("about", &self.about)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn opened(pieces: &'static [&'static str], fails: bool) -> Opened {
        let work = move |out: Outlet| async move {
            let mut about = About::at("test:");
            about.size = Some(6);
            out.begin(about).await;
            for piece in pieces {
                out.give(piece.as_bytes()).await;
                tokio::task::yield_now().await;
            }
            match fails {
                true => Err(Error::closed("cut off")),
                false => Ok(()),
            }
        };
        Opened::by(work).await.unwrap()
    }

    #[tokio::test]
    async fn pieces_come_one_after_the_other_and_then_the_end() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&told);
        let note = move |done, size| notes.lock().unwrap().push((done, size));
        let mut opened = opened(&["one", "", "two"], false).await.with_progress(note);
        assert_eq!(opened.about().url, "test:");
        assert_eq!(opened.chunk().await.unwrap(), Some(&b"one"[..]));
        assert_eq!(opened.bytes(99).await.unwrap(), b"two");
        assert_eq!(opened.chunk().await.unwrap(), None);
        assert_eq!(*told.lock().unwrap(), [(3, Some(6)), (6, Some(6))]);
    }

    #[tokio::test]
    async fn what_is_cut_off_is_an_error_and_no_end() {
        let mut opened = opened(&["one"], true).await;
        let mut copied = Vec::new();
        let error = opened.copy_to(&mut copied).await.unwrap_err();
        assert_eq!(
            (error.kind().to_string().as_str(), copied.as_slice()),
            ("proto.closed", &b"one"[..])
        );
        assert_eq!(opened.chunk().await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_work_that_fails_at_once_opens_nothing() {
        let refused = Opened::by(|_| async { Err(OpenError::usage("no")) }).await;
        assert_eq!(refused.unwrap_err().kind().to_string(), "usage");
        let silent = Opened::by(|_| async { Ok(()) }).await;
        assert!(silent.is_err());
    }

    #[tokio::test]
    async fn a_limit_of_the_readers_holds() {
        let mut opened = opened(&["one", "two"], false).await;
        assert_eq!(
            opened.bytes(5).await.unwrap_err().kind().to_string(),
            "proto.too_large"
        );
        let mut whole = Opened::whole(About::at("data:"), b"abc".to_vec());
        assert_eq!(whole.bytes(3).await.unwrap(), b"abc");
        assert_eq!(whole.chunk().await.unwrap(), None);
        assert_eq!(
            Opened::whole(About::default(), Vec::new())
                .chunk()
                .await
                .unwrap(),
            None
        );
    }
}
