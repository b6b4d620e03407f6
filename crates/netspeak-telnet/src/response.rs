//! [`Refusal`]: what a server says when it lets nobody in.

use std::fmt;

use netspeak_core::text::printable;

/// The server's words when it lets nobody in: `Login incorrect`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    text: String,
}

impl Refusal {
    /// These words; of several lines the last one that is not empty.
    pub fn new(said: &[u8]) -> Self {
        let lines = said.split(|byte| matches!(byte, b'\n' | b'\r'));
        let last = lines.map(<[u8]>::trim_ascii).rfind(|line| !line.is_empty());
        Self {
            text: printable(last.unwrap_or_default()),
        }
    }

    /// The words, printable.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl netspeak_core::Reply for Refusal {
    fn is_temporary(&self) -> bool {
        false
    }
}
