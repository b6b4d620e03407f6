//! [`ReadAhead`]: a file, piece by piece, the next one being read while the one before is in use.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;

use crate::pages::Pages;

/// What is read in one go.
const PIECE: usize = 512 * 1024;

/// A part of a file, read on a thread that may block, one piece ahead. Where the file's own position is does not
/// matter, and stays.
#[derive(Debug)]
pub struct ReadAhead {
    file: Option<File>,
    left: Range<u64>,
    spare: Option<Pages>,
    next: Option<JoinHandle<Read>>,
}

/// A file, and a piece of it.
type Read = (File, io::Result<Piece>);

/// A piece of a file: its bytes, by [`AsRef`].
#[derive(Debug)]
pub struct Piece {
    room: Pages,
    length: usize,
}

impl Piece {
    fn read(room: Pages, length: usize, file: &File, at: u64) -> io::Result<Self> {
        let mut piece = Self { room, length };
        if let Some(bytes) = piece.room.get_mut(..length) {
            read_exact_at(file, bytes, at)?;
        }
        Ok(piece)
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        self.room.get(..self.length).unwrap_or_default()
    }
}

impl ReadAhead {
    /// Begins to read. To be called within a tokio runtime.
    ///
    /// # Errors
    /// If the file cannot be used a second time.
    pub fn begin(file: &File, part: Range<u64>) -> io::Result<Self> {
        let mut reading = Self {
            file: Some(file.try_clone()?),
            left: part,
            spare: None,
            next: None,
        };
        reading.start();
        Ok(reading)
    }

    fn start(&mut self) {
        let at = self.left.start;
        let length = self.left.end.saturating_sub(at).min(PIECE as u64);
        if length == 0 {
            return;
        }
        if let Some(file) = self.file.take() {
            self.left.start += length;
            let length = usize::try_from(length).unwrap_or(PIECE);
            let room = self.spare.take();
            let room = room.unwrap_or_else(|| Pages::new(PIECE));
            self.next = Some(tokio::task::spawn_blocking(move || {
                let piece = Piece::read(room, length, &file, at);
                (file, piece)
            }));
        }
    }

    /// The next piece, of half a MiB at most; the one behind it is being read when this returns. `None` at the end.
    ///
    /// # Errors
    /// Those of the file, which also must not end before the part does.
    pub async fn next(&mut self) -> io::Result<Option<Piece>> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    /// As [`next`](Self::next).
    ///
    /// # Errors
    /// As there.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Piece>>> {
        let Some(reading) = &mut self.next else {
            return Poll::Ready(Ok(None));
        };
        let (file, piece) = ready!(Pin::new(reading).poll(cx)).map_err(io::Error::other)?;
        self.next = None;
        self.file = Some(file);
        let piece = piece?;
        self.start();
        Poll::Ready(Ok(Some(piece)))
    }

    /// A piece that is no longer needed: the next but one is read into it.
    pub fn give_back(&mut self, piece: Piece) {
        self.spare = Some(piece.room);
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, piece: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, piece, at)
}

#[cfg(not(unix))]
fn read_exact_at(mut file: &File, piece: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read as _, Seek as _};
    file.seek(io::SeekFrom::Start(at))?;
    file.read_exact(piece)
}
