//! [`Request`]: the one line that a client says.

use netspeak_core::{Result, Wire};

use crate::types::{Selector, check};

/// A request: a selector, for a search with its words, for Gopher+ with what is wanted of it.
///
/// ```text
/// request = selector [ TAB words ] [ TAB plus ] CR LF
/// ```
///
/// ```
/// use netspeak_gopher::{Request, Selector};
///
/// # fn main() -> netspeak_gopher::Result<()> {
/// let request = Request::new(Selector::new("/v2/vs")?).search("two words")?;
/// assert_eq!(request.line(), b"/v2/vs\ttwo words");
/// assert!(Request::new(Selector::ROOT).search("a\r\nb").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Request {
    selector: Selector,
    words: Option<Vec<u8>>,
    plus: Option<Vec<u8>>,
}

impl Request {
    /// For what is under this selector.
    pub fn new(selector: Selector) -> Self {
        Self {
            selector,
            words: None,
            plus: None,
        }
    }

    /// Searches for these words (type 7, RFC 1436 section 3.7).
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) for CR, LF, NUL or TAB in them, or more than 4096 bytes.
    pub fn search(mut self, words: impl Into<Vec<u8>>) -> Result<Self> {
        let words = words.into();
        check("the search", &words)?;
        self.words = Some(words);
        Ok(self)
    }

    /// Asks in Gopher+: `+` for the thing itself, `+VIEW` for one of its views, `!` for what is known
    /// about it, `$` for all that is known about the items of a menu.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn plus(mut self, what: impl Into<Vec<u8>>) -> Result<Self> {
        let what = what.into();
        check("the Gopher+ part", &what)?;
        self.plus = Some(what);
        Ok(self)
    }

    /// The selector.
    pub fn selector(&self) -> &Selector {
        &self.selector
    }

    /// What is searched for.
    pub fn words(&self) -> Option<&[u8]> {
        self.words.as_deref()
    }

    /// What is wanted of a Gopher+ server; `None` for plain Gopher, which every server knows.
    pub fn plus_part(&self) -> Option<&[u8]> {
        self.plus.as_deref()
    }

    /// The line, without its end.
    pub fn line(&self) -> Vec<u8> {
        let mut line = self.selector.as_bytes().to_vec();
        for part in [&self.words, &self.plus].into_iter().flatten() {
            line.push(b'\t');
            line.extend_from_slice(part);
        }
        line
    }

    /// Adds the line to what will be sent. Its parts were checked when they were set.
    pub fn encode(&self, wire: &mut Wire) {
        wire.raw(&self.line()).end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_as_they_are_sent() {
        let docs = || Request::new(Selector::new("/docs").unwrap());
        for (request, line) in [
            (Request::default(), "\r\n"),
            (docs(), "/docs\r\n"),
            (docs().search("a b").unwrap(), "/docs\ta b\r\n"),
            (docs().plus("!").unwrap(), "/docs\t!\r\n"),
            (
                docs().search("").unwrap().plus("+text/plain").unwrap(),
                "/docs\t\t+text/plain\r\n",
            ),
        ] {
            let mut wire = Wire::new();
            request.encode(&mut wire);
            assert_eq!(wire.bytes(), line.as_bytes());
        }
    }

    #[test]
    fn nothing_can_be_smuggled_into_a_request() {
        for bad in ["a\rb", "a\nb", "a\0b", "a\tb"] {
            assert!(Request::default().search(bad).is_err(), "{bad:?}");
            assert!(Request::default().plus(bad).is_err(), "{bad:?}");
        }
    }
}
