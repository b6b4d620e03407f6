//! How replies are written (RFC 9051 section 7): verdicts, and the data before them.

use crate::imap::fault::ImapFault;
use crate::imap::fetch::By;
use crate::imap::names::encoded;

/// The longest text that goes out as a quoted string.
const LONGEST_QUOTED: usize = 500;

/// The last line of an answer, without its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    status: &'static str,
    code: Option<String>,
    text: String,
}

/// What a command comes to: `OK`, or else `NO` and `BAD`.
pub(super) type Done = Result<Verdict, Verdict>;

impl Verdict {
    fn new(status: &'static str, text: &str) -> Self {
        Self {
            status,
            code: None,
            text: text.to_owned(),
        }
    }

    /// With this response code.
    pub(super) fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// With this response code, if there is one.
    pub(super) fn code_if(mut self, code: Option<String>) -> Self {
        self.code = code;
        self
    }

    pub(super) fn is_ok(&self) -> bool {
        self.status == "OK"
    }

    /// The line as it goes to the wire.
    pub(super) fn line(&self, tag: &str) -> Vec<u8> {
        let Self { status, text, .. } = self;
        // Whoever says nothing gets an answer, too.
        let tag = if tag.is_empty() { "*" } else { tag };
        match &self.code {
            Some(code) => format!("{tag} {status} [{code}] {text}\r\n").into_bytes(),
            None => format!("{tag} {status} {text}\r\n").into_bytes(),
        }
    }
}

pub(super) fn ok(text: &str) -> Verdict {
    Verdict::new("OK", text)
}

pub(super) fn no(text: &str) -> Verdict {
    Verdict::new("NO", text)
}

pub(super) fn bad(text: &str) -> Verdict {
    Verdict::new("BAD", text)
}

/// What a command says when its arguments are not those of the RFC.
pub(super) fn syntax() -> Verdict {
    bad("what do you mean?")
}

/// Untagged data as they are being written.
#[derive(Debug, Default)]
pub(super) struct Data {
    pub(super) bytes: Vec<u8>,
    /// Whether names and strings may hold UTF-8.
    pub(super) utf8: bool,
    /// Whether messages are named by their UIDs alone (RFC 9586).
    pub(super) uid_only: bool,
    pub(super) faults: Vec<ImapFault>,
}

impl Data {
    pub(super) fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A whole line.
    pub(super) fn line(&mut self, text: &str) {
        self.push("* ");
        self.push(text);
        self.end();
    }

    /// Begins to tell of a message, and of its UID where it is named by that.
    pub(super) fn fetch(&mut self, number: usize, uid: u32, by: By) {
        match self.uid_only {
            true => self.push(&format!("* {uid} UIDFETCH (")),
            false if by == By::Uid => self.push(&format!("* {number} FETCH (UID {uid} ")),
            false => self.push(&format!("* {number} FETCH (")),
        }
    }

    /// Ends a line.
    pub(super) fn end(&mut self) {
        if self.faults.contains(&ImapFault::Spaces) {
            self.push(" ");
        }
        self.push("\r\n");
    }

    /// What is between two words.
    pub(super) fn space(&mut self) {
        let twice = self.faults.contains(&ImapFault::Spaces);
        self.push(if twice { "  " } else { " " });
    }

    /// A string, quoted if it can be.
    pub(super) fn string(&mut self, text: &[u8]) {
        let quotable =
            |byte: &u8| !matches!(byte, 0 | b'\r' | b'\n') && (byte.is_ascii() || self.utf8);
        let is_text = text.is_ascii() || std::str::from_utf8(text).is_ok();
        let wants_literals = self.faults.contains(&ImapFault::Literals);
        if !wants_literals && is_text && text.len() <= LONGEST_QUOTED && text.iter().all(quotable) {
            self.quoted(text);
        } else {
            self.literal(text);
        }
    }

    /// A string, or NIL.
    pub(super) fn nstring(&mut self, text: Option<&[u8]>) {
        match text {
            Some(text) => self.string(text),
            None => self.push("NIL"),
        }
    }

    fn quoted(&mut self, text: &[u8]) {
        self.push("\"");
        for &byte in text {
            if matches!(byte, b'"' | b'\\') {
                self.push("\\");
            }
            self.bytes.push(byte);
        }
        self.push("\"");
    }

    /// A literal, with what the faults make of its size.
    pub(super) fn literal(&mut self, octets: &[u8]) {
        let mut said = octets.len().to_string();
        let mut plus = "";
        for fault in &self.faults {
            match fault {
                ImapFault::LiteralShort(by) => {
                    said = octets.len().saturating_sub(*by).to_string();
                }
                ImapFault::LiteralLong(by) => said = octets.len().saturating_add(*by).to_string(),
                ImapFault::LiteralSaid(number) => said = (*number).to_owned(),
                ImapFault::LiteralInCharacters => {
                    said = String::from_utf8_lossy(octets).chars().count().to_string();
                }
                ImapFault::LiteralPlus => plus = "+",
                _ => {}
            }
        }
        self.push(&format!("{{{said}{plus}}}\r\n"));
        self.bytes.extend_from_slice(octets);
    }

    /// A section of a message: a literal, unless the faults want a string.
    pub(super) fn section(&mut self, octets: &[u8]) {
        match self.faults.contains(&ImapFault::Quoted) {
            true if octets.is_empty() => self.push("NIL"),
            true => self.string(octets),
            false => self.literal(octets),
        }
    }

    /// Octets of any kind: a literal8 if there is a NUL among them.
    pub(super) fn binary(&mut self, octets: &[u8]) {
        if octets.contains(&0) {
            self.push("~");
        }
        self.literal(octets);
    }

    /// The name of a mailbox.
    pub(super) fn mailbox(&mut self, name: &str) {
        let wire = if self.utf8 {
            name.to_owned()
        } else {
            encoded(name)
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./-_&,+".contains(&byte);
        let is_nil = wire.eq_ignore_ascii_case("NIL");
        if !wire.is_empty() && !is_nil && wire.bytes().all(is_plain) {
            self.push(&wire);
        } else {
            self.string(wire.as_bytes());
        }
    }

    /// A list in parentheses.
    pub(super) fn list(&mut self, words: &[impl AsRef<str>]) {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        self.push(&format!("({})", words.join(" ")));
    }
}
