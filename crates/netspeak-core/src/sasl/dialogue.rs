//! [`Dialogue`]: what every mechanism is made of. Rounds, order and base64 are the exchange's.

use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// What goes to the server before base64. Wiped when dropped.
pub(super) type Message = Zeroizing<Vec<u8>>;

/// What comes of a challenge.
pub(super) enum Step {
    Send(Message),
    Computing,
}

impl Step {
    /// The empty response.
    pub(super) fn empty() -> Self {
        Self::Send(Message::default())
    }
}

/// One exchange by one mechanism.
pub(super) trait Dialogue: Send + Sync {
    /// What the client says first; the same each time. None if the server begins.
    fn initial(&self) -> Result<Option<Message>> {
        Ok(None)
    }

    /// Answers a challenge, which is still in base64.
    fn answer(&mut self, challenge: &[u8]) -> Result<Step>;

    /// Does one slice of a long calculation.
    fn compute(&mut self) -> Result<Step> {
        Err(Error::usage("there is nothing to compute"))
    }

    /// Whether what was handed out so far proves who we are. Mechanisms that do it in their first
    /// message say so from the beginning.
    fn has_proved(&self) -> bool {
        true
    }

    /// The server said yes; `data` is what it added, in base64.
    fn accept(&mut self, data: Option<&[u8]>) -> Result<()>;

    /// What the server said while it refused, in a challenge.
    fn rejected(&self) -> Option<String> {
        None
    }
}

/// The message, in memory that was never moved.
pub(super) fn message(parts: &[&[u8]]) -> Message {
    Zeroizing::new(parts.concat())
}
