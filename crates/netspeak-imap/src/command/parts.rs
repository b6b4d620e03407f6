//! [`Parts`]: a command as it leaves, in one part unless the server wants to be asked before a literal.

use netspeak_core::{Error, Result, Secret, Wire};

use crate::types::{Literals, Mailbox, Text8};

/// Longer strings go as literals: servers bound the length of a line, not of what is announced.
const LONGEST_QUOTED: usize = 1000;
/// With LITERAL- longer ones wait to be asked for (RFC 7888 section 5).
const LONGEST_MINUS: usize = 4096;

/// In which form strings may be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Whether literals wait for the server.
    pub literals: Literals,
    /// How mailbox names are written, and whether quoted strings may be UTF-8 (RFC 6855, RFC 9051).
    pub text: Text8,
}

/// A command, cut where the server has to say `+` before the next part may be sent.
#[derive(Clone, Debug)]
pub struct Parts {
    done: Vec<Wire>,
    current: Wire,
    form: Form,
}

impl Parts {
    /// Begins a command with its tag.
    pub fn new(tag: &str, form: Form) -> Self {
        let mut current = Wire::new();
        current.verb(tag);
        Self {
            done: Vec::new(),
            current,
            form,
        }
    }

    /// The parts, in their order; each but the last ends in the announcement of a literal.
    pub fn into_wires(mut self) -> Vec<Wire> {
        self.done.push(self.current);
        self.done
    }

    /// Adds a blank and words of ours.
    pub(crate) fn word(&mut self, word: &str) -> &mut Self {
        self.current.raw(b" ").raw(word.as_bytes());
        self
    }

    /// Adds what is known to be harmless, as it is.
    pub(crate) fn raw(&mut self, text: &str) -> &mut Self {
        self.current.raw(text.as_bytes());
        self
    }

    /// Adds a blank and a string.
    ///
    /// # Errors
    /// [`Error::Usage`] if it holds NUL, which no string can (RFC 9051 section 4.3).
    pub(crate) fn string(&mut self, name: &str, value: &[u8]) -> Result<&mut Self> {
        self.raw(" ").bare_string(name, value)
    }

    /// The same without the blank.
    pub(crate) fn bare_string(&mut self, name: &str, value: &[u8]) -> Result<&mut Self> {
        self.put(name, value, |wire, bytes| {
            wire.raw(bytes);
        })
    }

    /// Adds a blank and a secret string.
    ///
    /// # Errors
    /// As [`string`](Self::string).
    pub(crate) fn secret(&mut self, name: &str, value: &Secret) -> Result<&mut Self> {
        self.raw(" ")
            .put(name, value.expose().as_bytes(), |wire, bytes| {
                wire.hidden(name, bytes);
            })
    }

    /// Adds a blank and the name of a mailbox.
    ///
    /// # Errors
    /// As [`string`](Self::string).
    pub(crate) fn mailbox(&mut self, mailbox: &Mailbox) -> Result<&mut Self> {
        let wire = mailbox.wire(self.form.text);
        self.string("mailbox", &wire)
    }

    /// A name or a pattern, which are written as mailboxes are.
    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// Adds a literal, without the blank; a literal8 if NUL is in it (RFC 3516).
    pub(crate) fn literal(&mut self, value: &[u8]) -> &mut Self {
        if value.contains(&0) {
            self.raw("~");
        }
        if self.mark(value.len() as u64) {
            self.cut();
        }
        self.current.raw(value);
        self
    }

    /// Adds a blank and octets of any kind: a string where they are one, else a literal8.
    ///
    /// # Errors
    /// None: what no string can hold is no string.
    pub(crate) fn octets(&mut self, value: &[u8]) -> Result<&mut Self> {
        if value.contains(&0) {
            return Ok(self.raw(" ").literal(value));
        }
        self.string("value", value)
    }

    /// Announces a literal that the caller sends, and that ends the command.
    pub(crate) fn announce(&mut self, size: u64, eight: bool) -> &mut Self {
        self.raw(if eight { " ~" } else { " " });
        if self.mark(size) {
            self.cut();
        }
        self
    }

    /// The literal8 of a message in UTF-8 (RFC 6855 section 4), behind its bracket; the caller closes it.
    pub(crate) fn announce_bare(&mut self, size: u64) -> &mut Self {
        self.raw("~");
        if self.mark(size) {
            self.cut();
        }
        self
    }

    /// Ends the command.
    pub(crate) fn end(&mut self) {
        self.current.end();
    }

    /// Adds what AUTHENTICATE says.
    pub(crate) fn mechanism(
        &mut self,
        mechanism: &str,
        initial: Option<&Secret>,
    ) -> Result<&mut Self> {
        self.current.mechanism(mechanism, initial)?;
        Ok(self)
    }

    fn put(
        &mut self,
        name: &str,
        value: &[u8],
        add: impl FnOnce(&mut Wire, &[u8]),
    ) -> Result<&mut Self> {
        if value.contains(&0) {
            return Err(Error::usage(format!(
                "{name} contains a NUL byte; nothing was sent"
            )));
        }
        if self.is_quotable(value) {
            self.current.raw(b"\"");
            match escaped(value) {
                None => add(&mut self.current, value),
                Some(escaped) => add(&mut self.current, &escaped),
            }
            self.current.raw(b"\"");
            return Ok(self);
        }
        if self.mark(value.len() as u64) {
            self.cut();
        }
        add(&mut self.current, value);
        Ok(self)
    }

    fn is_quotable(&self, value: &[u8]) -> bool {
        let is_text = match self.form.text {
            Text8::Utf7 => value.is_ascii(),
            Text8::Utf8 => std::str::from_utf8(value).is_ok(),
        };
        value.len() <= LONGEST_QUOTED
            && is_text
            && !value.iter().any(|byte| matches!(byte, b'\r' | b'\n'))
    }

    /// Announces a literal; whether the server has to be waited for.
    fn mark(&mut self, size: u64) -> bool {
        let waits = match self.form.literals {
            Literals::Plus => false,
            Literals::Minus => size > LONGEST_MINUS as u64,
            Literals::Synchronising => true,
        };
        let plus = if waits { "" } else { "+" };
        self.raw(&format!("{{{size}{plus}}}\r\n"));
        waits
    }

    fn cut(&mut self) {
        self.done.push(std::mem::take(&mut self.current));
    }
}

/// With `\` before what would end a quoted string; `None` if nothing has to be.
fn escaped(value: &[u8]) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let needs = |byte: &u8| matches!(byte, b'"' | b'\\');
    let count = value.iter().filter(|byte| needs(byte)).count();
    if count == 0 {
        return None;
    }
    // Once, so that nothing of a secret is left behind in memory that was outgrown.
    let mut all = zeroize::Zeroizing::new(Vec::with_capacity(value.len().saturating_add(count)));
    for byte in value {
        if needs(byte) {
            all.push(b'\\');
        }
        all.push(*byte);
    }
    Some(all)
}

/// Refuses what is no atom (RFC 9051 section 9).
pub(super) fn check_atom(what: &str, word: &str) -> Result<()> {
    if !word.is_empty() && word.bytes().all(crate::grammar::is_atom_char) {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{what} {word:?} is not one word of ASCII letters; nothing was sent"
    )))
}
