//! [`Refusal`]: what a server says instead of what it was asked for.

use std::fmt;

use netspeak_core::text::printable;
use netspeak_core::{Encoding, Phase, Reason};

/// Why a server does not give what it was asked for: the text of its error item (type 3), or of a
/// Gopher+ error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    text: String,
    /// The code of a Gopher+ error (section 2.4): 1 not available, 2 try again later, 3 moved.
    code: Option<u8>,
}

impl Refusal {
    /// Plain Gopher's: the text of an error item.
    pub fn new(text: &[u8]) -> Self {
        let text = Encoding::guess(text).decode(text);
        Self {
            text: printable(text.trim_end().as_bytes()),
            code: None,
        }
    }

    /// Gopher+'s (section 2.4): a code and the administrator's address on the first line, then the text.
    pub fn plus(text: &[u8]) -> Self {
        let text = Encoding::guess(text).decode(text);
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let code = first.split_ascii_whitespace().next();
        let why = if rest.trim().is_empty() { first } else { rest };
        let lines: Vec<&str> = why
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty())
            .collect();
        Self {
            text: printable(lines.join(" ").as_bytes()),
            code: code.and_then(|code| code.parse().ok()),
        }
    }

    /// The server's words, printable.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The code of a Gopher+ error: 1 not available, 2 try again later, 3 moved.
    pub fn code(&self) -> Option<u8> {
        self.code
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl netspeak_core::Reply for Refusal {
    fn is_temporary(&self) -> bool {
        self.code == Some(2)
    }

    fn reason(&self, _: Phase) -> Reason {
        match self.code {
            Some(2) => Reason::Temporary,
            // Plain Gopher knows one error, and nearly always it means this.
            Some(1) | None => Reason::NotFound,
            Some(_) => Reason::Rejected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netspeak_core::Reply as _;

    #[test]
    fn a_gopher_plus_error_has_a_code() {
        let refusal = Refusal::plus(b"2 Ops <ops@h>\r\nToo busy,\r\nlater\r\n");
        assert_eq!(
            (refusal.text(), refusal.code()),
            ("Too busy, later", Some(2))
        );
        assert!(refusal.is_temporary());
        assert_eq!(Refusal::plus(b"no").text(), "no");
        assert_eq!(Refusal::new(b"gone\x1b[2J \r").text(), "gone\\x1b[2J");
    }
}
