//! [`Source`]: the mails of a mailbox, for several connections; each takes the next one.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

use futures_core::Stream;
use netspeak::smtp::{Envelope, Mail};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::header;
use crate::args::Switch;
use crate::failure::Failure;
use crate::mailbox::Mailbox;

/// So many messages are read ahead of those that are being sent.
const AHEAD: usize = 4;

/// Those that are there, on any connection.
pub(super) type Numbered = (u64, Mail<'static>);

/// Where the mails come from: the mailbox, and connections that ended. A mailbox is read in a thread of its own,
/// since nobody knows how long a pipe takes.
pub(super) struct Source {
    pub(super) envelope: Envelope,
    state: Mutex<State>,
    waiting: Arc<Waiting>,
    /// Ends by itself once nobody takes messages any more.
    _reader: JoinHandle<()>,
}

struct State {
    messages: mpsc::Receiver<io::Result<Vec<u8>>>,
    number: u64,
    given_back: VecDeque<Numbered>,
    broken: Option<io::Error>,
}

impl Source {
    /// Begins to read a mailbox; `-` is standard input.
    pub(super) async fn open(
        path: &Path,
        envelope: Envelope,
        strip_bcc: Switch,
    ) -> Result<Self, Failure> {
        let (sender, messages) = mpsc::channel(AHEAD);
        let (opened, outcome) = oneshot::channel();
        let path = path.to_owned();
        let reader = tokio::task::spawn_blocking(move || read(path, strip_bcc, opened, &sender));
        // A reader without an answer has ended.
        let opened = outcome.await.unwrap_or(Ok(()));
        opened.map_err(Failure::unreadable)?;
        Ok(Self {
            envelope,
            state: Mutex::new(State {
                messages,
                number: 0,
                given_back: VecDeque::new(),
                broken: None,
            }),
            waiting: Arc::default(),
            _reader: reader,
        })
    }

    /// The next mail, with its number.
    pub(super) async fn next(&self) -> Option<Numbered> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<Numbered>> {
        let mut state = lock(&self.state);
        if let Some(again) = state.given_back.pop_front() {
            return Poll::Ready(Some(again));
        }
        if state.broken.is_some() {
            return Poll::Ready(None);
        }
        self.waiting.add(cx.waker());
        let all = Waker::from(Arc::clone(&self.waiting));
        let message = ready!(state.messages.poll_recv(&mut Context::from_waker(&all)));
        Poll::Ready(match message {
            Some(Ok(message)) => {
                state.number += 1;
                Some((state.number, Mail::new(self.envelope.clone(), message)))
            }
            Some(Err(error)) => {
                state.broken = Some(error);
                None
            }
            None => None,
        })
    }

    /// These were not sent: they come next.
    pub(super) fn give_back(&self, mails: impl Iterator<Item = Numbered>) {
        lock(&self.state).given_back.extend(mails);
        self.waiting.wake_all();
    }

    /// Whether no mail is left.
    pub(super) async fn is_empty(&self) -> bool {
        match self.next().await {
            Some(next) => {
                lock(&self.state).given_back.push_front(next);
                self.waiting.wake_all();
                false
            }
            None => true,
        }
    }

    /// How many are left. They are not sent any more.
    pub(super) async fn count_rest(&self) -> u64 {
        let mut left = 0;
        while self.next().await.is_some() {
            left += 1;
        }
        left
    }

    pub(super) fn failure(&self) -> Option<Failure> {
        lock(&self.state).broken.take().map(Failure::unreadable)
    }
}

/// Reads the mailbox to its end, or until nobody wants more of it.
fn read(
    path: PathBuf,
    strip_bcc: Switch,
    opened: oneshot::Sender<io::Result<()>>,
    messages: &mpsc::Sender<io::Result<Vec<u8>>>,
) {
    let mut mailbox = match Mailbox::open(&path) {
        Ok(mailbox) => {
            let _ = opened.send(Ok(()));
            mailbox
        }
        Err(error) => {
            let _ = opened.send(Err(error));
            return;
        }
    };
    while let Some(message) = mailbox.next().transpose() {
        let message = message.map(|message| match strip_bcc {
            Switch::On => header::mail_without_bcc(&message),
            Switch::Off => message,
        });
        let is_broken = message.is_err();
        if messages.blocking_send(message).is_err() || is_broken {
            return;
        }
    }
}

/// All who wait for the next message. A channel knows one of them only.
#[derive(Default)]
struct Waiting(Mutex<Vec<Waker>>);

impl Waiting {
    fn add(&self, waker: &Waker) {
        let mut wakers = lock(&self.0);
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let wakers = std::mem::take(&mut *lock(&self.0));
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}

/// The mails of a source for one connection, whose numbers are noted.
pub(super) struct Feed<'s> {
    pub(super) source: &'s Source,
    pub(super) numbers: &'s Mutex<VecDeque<u64>>,
}

impl Stream for Feed<'_> {
    type Item = Mail<'static>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.source.poll(cx));
        Poll::Ready(next.map(|(number, mail)| {
            lock(self.numbers).push_back(number);
            mail
        }))
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
