//! [`Turns`]: one place for the data of transfers that run at once, in their order and each whole.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;
use tokio::sync::Notify;

use super::{PartFile, Sink};
use crate::render::progress::Data;

/// What waits for its turn is held in memory up to so many bytes, and in a temporary file beyond.
const HELD: usize = 128 * 1024;

/// One place for the data of many transfers. The one whose turn it is writes; what the others bring is
/// held back. Nobody waits, or those behind might keep the connection that the first one needs.
pub(crate) struct Turns {
    state: RefCell<State>,
    /// How many may be under way or held, counted from the one whose turn it is.
    ahead: u64,
    moved: Notify,
}

struct State {
    sink: Sink,
    /// Whose turn it is.
    turn: u64,
    /// Those that have ended before their turn.
    ended: BTreeMap<u64, Option<SpooledTempFile>>,
    /// What was wrong with the place itself.
    broken: Option<io::Error>,
}

impl Turns {
    /// For so many transfers at once.
    pub(crate) fn new(sink: Sink, jobs: usize) -> Self {
        let state = State {
            sink,
            turn: 0,
            ended: BTreeMap::new(),
            broken: None,
        };
        Self {
            state: RefCell::new(state),
            ahead: (jobs as u64).saturating_mul(4),
            moved: Notify::new(),
        }
    }

    /// The place of the transfer with this number, from 0 on, once it is not too far ahead of the others.
    pub(crate) async fn of(&self, number: u64) -> Turn<'_> {
        loop {
            let moved = self.moved.notified();
            if number < self.state.borrow().turn.saturating_add(self.ahead) {
                return Turn::new(self, Some(number));
            }
            moved.await;
        }
    }

    /// For a transfer that has a place of its own, and need not stand in line. What it should bring here all
    /// the same comes whole, whenever it has come.
    pub(crate) fn aside(&self) -> Turn<'_> {
        Turn::new(self, None)
    }

    /// The transfer with this number brings nothing of its own.
    pub(crate) fn skip(&self, number: u64) {
        self.advance(number, None);
    }

    /// All transfers have ended, and all is there.
    pub(crate) fn complete(self) -> io::Result<()> {
        let state = self.state.into_inner();
        match state.broken {
            Some(error) => Err(error),
            None => state.sink.complete(),
        }
    }

    /// What was held back and what comes next, after a transfer has ended.
    fn advance(&self, number: u64, held: Option<SpooledTempFile>) {
        let state = &mut *self.state.borrow_mut();
        state.ended.insert(number, held);
        while let Some(held) = state.ended.remove(&state.turn) {
            state.turn = state.turn.saturating_add(1);
            if let Some(mut held) = held
                && state.broken.is_none()
            {
                state.broken = pour(&mut held, &mut state.sink).err();
            }
        }
        self.moved.notify_waiters();
    }
}

fn pour(held: &mut SpooledTempFile, sink: &mut Sink) -> io::Result<()> {
    held.seek(SeekFrom::Start(0))?;
    let mut room = vec![0; HELD];
    loop {
        match held.read(&mut room)? {
            0 => return Ok(()),
            read => sink.write_all(room.get(..read).unwrap_or_default())?,
        }
    }
}

/// The place of one transfer. What was held back is dropped with it, if [`finish`](Self::finish) was not
/// called: what is not whole does not get among the others.
pub(crate) struct Turn<'t> {
    turns: &'t Turns,
    /// `None` if it does not stand in line.
    number: Option<u64>,
    held: Option<SpooledTempFile>,
    is_whole: bool,
}

impl<'t> Turn<'t> {
    fn new(turns: &'t Turns, number: Option<u64>) -> Self {
        Self {
            turns,
            number,
            held: None,
            is_whole: false,
        }
    }

    /// All of it has come.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if self.is_its_turn() || self.number.is_none() {
            self.catch_up()?;
        }
        self.is_whole = true;
        drop(self);
        Ok(())
    }

    /// How many bytes were there before.
    pub(crate) fn offset(&self) -> u64 {
        self.turns.state.borrow().sink.offset()
    }

    /// Whether what is written shows on a terminal.
    pub(crate) fn data(&self) -> Data {
        self.turns.state.borrow().sink.data()
    }

    /// The file in the making that nobody else has written to yet; `None` if it is none.
    pub(crate) fn part<T>(&mut self, work: impl FnOnce(&mut PartFile) -> T) -> Option<T> {
        let mut state = self.turns.state.borrow_mut();
        let is_first = self.number == Some(0) && state.turn == 0;
        state.sink.part().filter(|_| is_first).map(work)
    }

    fn is_its_turn(&self) -> bool {
        self.number == Some(self.turns.state.borrow().turn)
    }

    /// What was held back goes first.
    fn catch_up(&mut self) -> io::Result<()> {
        match self.held.take() {
            Some(mut held) => pour(&mut held, &mut self.turns.state.borrow_mut().sink),
            None => Ok(()),
        }
    }
}

impl Write for Turn<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_its_turn() {
            self.catch_up()?;
            return self.turns.state.borrow_mut().sink.write(bytes);
        }
        let held = self.held.get_or_insert_with(|| SpooledTempFile::new(HELD));
        held.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_its_turn() {
            self.catch_up()?;
            return self.turns.state.borrow_mut().sink.flush();
        }
        Ok(())
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let held = self.held.take().filter(|_| self.is_whole);
        if let Some(number) = self.number {
            self.turns.advance(number, held);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::task::Poll;

    use tempfile::TempDir;

    use super::super::{Beginning, Overwrite};
    use super::*;

    fn turns(jobs: usize) -> (TempDir, PathBuf, Turns) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("all");
        let sink = Sink::file(&path, Overwrite::No, Beginning::Anew).unwrap();
        (folder, path, Turns::new(sink, jobs))
    }

    #[tokio::test]
    async fn what_comes_early_waits_and_what_fails_leaves_nothing() {
        let (_folder, path, turns) = turns(4);
        let large = vec![b'c'; HELD * 2];
        let mut first = turns.of(0).await;
        let mut failing = turns.of(1).await;
        let mut third = turns.of(2).await;
        third.write_all(&large).unwrap();
        third.finish().unwrap();
        failing.write_all(b"not seen").unwrap();
        first.write_all(b"a").unwrap();
        drop(failing);
        first.write_all(b"a").unwrap();
        let mut last = turns.of(3).await;
        last.write_all(b"d").unwrap();
        first.finish().unwrap();
        // What was held back comes before what is written now.
        last.write_all(b"d").unwrap();
        last.finish().unwrap();
        turns.complete().unwrap();
        let wanted = [&b"aa"[..], &large, b"dd"].concat();
        assert!(std::fs::read(path).unwrap() == wanted);
    }

    #[tokio::test]
    async fn who_stands_aside_keeps_nobody_waiting() {
        let (_folder, path, turns) = turns(1);
        let mut first = turns.of(0).await;
        let mut aside = turns.aside();
        aside.write_all(b"b").unwrap();
        drop(turns.aside());
        first.write_all(b"a").unwrap();
        first.finish().unwrap();
        aside.finish().unwrap();
        turns.complete().unwrap();
        assert_eq!(std::fs::read(path).unwrap(), b"ab");
    }

    #[tokio::test]
    async fn nobody_runs_too_far_ahead() {
        let (_folder, _, turns) = turns(1);
        let first = turns.of(0).await;
        let mut waiting = std::pin::pin!(turns.of(4));
        let early = std::future::poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx).is_ready()));
        assert!(!early.await);
        first.finish().unwrap();
        waiting.await.finish().unwrap();
    }
}
