//! [`Buffer`]: received bytes. Small for a dialogue, 256 KiB once bulk data flows, never more.

use crate::error::{Error, Result};
use crate::pages::Pages;

/// Enough for a greeting, a capability list and a login.
const SMALL: usize = 8 * 1024;
/// One read of this much costs a third of what 8 KiB reads cost per byte.
const LARGE: usize = 256 * 1024;

/// `[consumed by the last event | unread | room]`.
pub(super) struct Buffer {
    bytes: Pages,
    event: usize,
    unread: usize,
    end: usize,
}

impl Buffer {
    pub(super) fn new() -> Self {
        Self {
            bytes: Pages::default(),
            event: 0,
            unread: 0,
            end: 0,
        }
    }

    /// What no codec has used up yet.
    pub(super) fn unread(&self) -> &[u8] {
        self.bytes.get(self.unread..self.end).unwrap_or_default()
    }

    /// What the last event was made of.
    pub(super) fn consumed(&self) -> &[u8] {
        self.bytes.get(self.event..self.unread).unwrap_or_default()
    }

    /// An event used up `count` unread bytes; they stay readable until [`release`](Self::release).
    pub(super) fn consume(&mut self, count: usize) {
        self.event = self.unread;
        self.unread = self.unread.saturating_add(count).min(self.end);
    }

    /// The last event is no longer needed.
    pub(super) fn release(&mut self) {
        self.event = self.unread;
        if self.unread == self.end {
            (self.event, self.unread, self.end) = (0, 0, 0);
        }
    }

    /// The unread bytes, which go elsewhere.
    pub(super) fn take_unread(&mut self) -> Vec<u8> {
        self.release();
        let unread = self.unread().to_vec();
        (self.event, self.unread, self.end) = (0, 0, 0);
        unread
    }

    /// Makes sure that something can be read.
    pub(super) fn make_room(&mut self) -> Result<()> {
        if self.bytes.is_empty() {
            self.bytes = Pages::new(SMALL);
        }
        if self.end < self.bytes.len() {
            return Ok(());
        }
        if self.event > 0 {
            // The room at the front pays for the move only if little has to be moved.
            self.bytes.copy_within(self.event..self.end, 0);
            self.unread -= self.event;
            self.end -= self.event;
            self.event = 0;
            return Ok(());
        }
        if self.bytes.len() >= LARGE {
            return Err(Error::limit("bytes of unfinished input", LARGE as u64));
        }
        self.grow();
        Ok(())
    }

    /// Where the next bytes go.
    pub(super) fn room(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.end..).unwrap_or_default()
    }

    /// `count` bytes have been read into the room. A full room means bulk data: grow for the next.
    pub(super) fn filled(&mut self, count: usize) {
        self.end = self.end.saturating_add(count).min(self.bytes.len());
        if self.end == self.bytes.len() && self.bytes.len() < LARGE {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let mut larger = Pages::new(LARGE);
        if let (Some(to), Some(from)) = (larger.get_mut(..self.end), self.bytes.get(..self.end)) {
            to.copy_from_slice(from);
        }
        self.bytes = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(buffer: &mut Buffer, bytes: &[u8]) {
        buffer.make_room().unwrap();
        buffer.room()[..bytes.len()].copy_from_slice(bytes);
        buffer.filled(bytes.len());
    }

    #[test]
    fn an_event_stays_readable_until_released() {
        let mut buffer = Buffer::new();
        put(&mut buffer, b"onetwo");
        buffer.consume(3);
        assert_eq!(
            (buffer.consumed(), buffer.unread()),
            (&b"one"[..], &b"two"[..])
        );
        buffer.release();
        assert_eq!(
            (buffer.consumed(), buffer.unread()),
            (&b""[..], &b"two"[..])
        );
        buffer.consume(99);
        buffer.release();
        assert_eq!(
            buffer.room().len(),
            SMALL,
            "an empty buffer starts at the front again"
        );
    }

    #[test]
    fn it_grows_once_and_then_moves_and_never_passes_its_limit() {
        let mut buffer = Buffer::new();
        put(&mut buffer, &[b'a'; SMALL]);
        assert_eq!(buffer.bytes.len(), LARGE);
        put(&mut buffer, &[b'b'; LARGE - SMALL]);
        buffer.consume(SMALL);
        buffer.release();
        put(&mut buffer, &[b'c'; SMALL]);
        assert_eq!(buffer.bytes.len(), LARGE);
        assert_eq!(buffer.unread().len(), LARGE);
        assert!(buffer.unread().ends_with(b"ccc") && buffer.unread().starts_with(b"bbb"));
        assert!(buffer.make_room().is_err());
    }
}
