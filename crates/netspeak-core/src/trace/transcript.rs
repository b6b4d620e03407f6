//! [`Transcript`]: both sides of the talk, redacted on entry.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem;
use zeroize::Zeroizing;

use crate::codec::Shown;
use crate::text::printable;
use crate::wire::Wire;

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "probe",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
pub enum Side {
    /// We did.
    Client,
    /// The peer did.
    Server,
}

/// One line of the talk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, counted from the beginning of the trace.
    pub at: Duration,
    /// Who spoke.
    pub side: Side,
    /// Whether it was said inside TLS.
    pub encrypted: bool,
    /// What was said: printable, without line end, without secrets.
    pub text: String,
}

/// Secrets of fewer bytes than this are not looked for in what the peer says: hiding every `a`
/// would hide nothing and spoil everything.
const SHORTEST_NEEDLE: usize = 4;

/// Stands for a secret that the peer repeated. Shorter than any needle, so replacing ends.
const HIDDEN: [u8; 3] = *b"***";

/// The talk on one connection.
#[derive(Debug)]
pub struct Transcript {
    on: bool,
    entries: Vec<Entry>,
    needles: Needles,
}

/// Secrets that were sent, to be recognised when the peer repeats them. `Debug` shows none.
#[derive(Default)]
struct Needles(Vec<Zeroizing<Vec<u8>>>);

impl std::fmt::Debug for Needles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{} redacted>", self.0.len())
    }
}

impl Transcript {
    /// Keeps no lines, but still knows which secrets were sent.
    pub(super) fn off() -> Self {
        Self {
            on: false,
            entries: Vec::new(),
            needles: Needles::default(),
        }
    }

    /// Keeps every line.
    pub(super) fn on() -> Self {
        Self {
            on: true,
            ..Self::off()
        }
    }

    /// Whether lines are kept.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// The lines, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn sent(&mut self, at: Duration, wire: &Wire, encrypted: bool) {
        for secret in wire.secret_values() {
            self.needles.learn(secret);
        }
        if !self.on {
            return;
        }
        for line in wire.redacted().split_inclusive(|&b| b == b'\n') {
            self.push(at, Side::Client, line, encrypted);
        }
    }

    pub(super) fn sent_data(&mut self, at: Duration, size: usize, encrypted: bool) {
        self.push_data(at, Side::Client, size, encrypted);
    }

    /// A secret is about to be sent inside something else (a SASL response).
    pub(super) fn conceal(&mut self, secret: &[u8]) {
        self.needles.learn(secret);
    }

    pub(super) fn received(&mut self, at: Duration, shown: &Shown, input: &[u8], encrypted: bool) {
        match shown {
            Shown::Line(range) => {
                let line = self.scrub(input.get(range.clone()).unwrap_or_default());
                self.push(at, Side::Server, &line, encrypted);
            }
            Shown::Data(size) => self.push_data(at, Side::Server, *size, encrypted),
            Shown::Nothing => {}
        }
    }

    /// The bytes with every secret sent so far replaced, in each encoding it was or could be sent.
    pub(super) fn scrub(&self, bytes: &[u8]) -> Vec<u8> {
        self.without_secrets(bytes)
            .unwrap_or_else(|| bytes.to_vec())
    }

    /// The same, if there are secrets in it.
    pub(super) fn without_secrets(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut needles = self.needles.0.iter();
        if !needles.any(|needle| memmem::find(bytes, needle).is_some()) {
            return None;
        }
        let mut clean = bytes.to_vec();
        for needle in &self.needles.0 {
            while let Some(at) = memmem::find(&clean, needle) {
                clean.splice(at..at + needle.len(), HIDDEN);
            }
        }
        Some(clean)
    }

    /// As [`scrub`](Self::scrub); also takes out the beginning of a secret at the very end.
    pub(super) fn scrub_excerpt(&self, bytes: &[u8]) -> Vec<u8> {
        let mut clean = self.scrub(bytes);
        let cut_mark = "…".as_bytes();
        let Some(kept) = clean.strip_suffix(cut_mark) else {
            return clean;
        };
        let beginning = self.needles.0.iter().filter_map(|needle| {
            (SHORTEST_NEEDLE..needle.len()).rev().find(|&length| {
                needle
                    .get(..length)
                    .is_some_and(|head| kept.ends_with(head))
            })
        });
        if let Some(length) = beginning.max() {
            let at = kept.len() - length;
            clean.truncate(at);
            clean.extend_from_slice(&HIDDEN);
            clean.extend_from_slice(cut_mark);
        }
        clean
    }

    fn push(&mut self, at: Duration, side: Side, line: &[u8], encrypted: bool) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.entries.push(Entry {
            at,
            side,
            encrypted,
            text: printable(line),
        });
    }

    /// Bulk data is one growing entry, so a transcript does not grow with the message.
    fn push_data(&mut self, at: Duration, side: Side, size: usize, encrypted: bool) {
        if let Some(last) = self.entries.last_mut()
            && last.side == side
            && let Some(so_far) = data_size(&last.text)
        {
            last.text = data_text(so_far.saturating_add(size));
            return;
        }
        self.entries.push(Entry {
            at,
            side,
            encrypted,
            text: data_text(size),
        });
    }
}

fn data_text(size: usize) -> String {
    format!("({size} bytes of data)")
}

fn data_size(text: &str) -> Option<usize> {
    text.strip_prefix('(')?
        .strip_suffix(" bytes of data)")?
        .parse()
        .ok()
}

impl Needles {
    /// Remembers a secret as it is and in base64 (without padding, so that it is found inside a
    /// longer text as well).
    fn learn(&mut self, secret: &[u8]) {
        self.add(secret);
        self.add(STANDARD_NO_PAD.encode(secret).as_bytes());
        // Longest first, so that a secret inside a longer one does not break it apart.
        self.0.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
    }

    fn add(&mut self, needle: &[u8]) {
        let is_new = !self.0.iter().any(|known| known.as_slice() == needle);
        if needle.len() >= SHORTEST_NEEDLE && is_new {
            self.0.push(Zeroizing::new(needle.to_vec()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn after(secret: &str) -> Transcript {
        let mut transcript = Transcript::on();
        let mut wire = Wire::new();
        wire.verb("PASS")
            .secret("password", &Secret::from(secret))
            .unwrap()
            .end();
        transcript.sent(Duration::ZERO, &wire, false);
        transcript
    }

    fn heard(transcript: &mut Transcript, line: &[u8]) -> String {
        transcript.received(Duration::ZERO, &Shown::Line(0..line.len()), line, false);
        transcript.entries().last().unwrap().text.clone()
    }

    #[test]
    fn a_password_is_hidden_also_when_the_peer_repeats_it() {
        let mut transcript = after("marker-password");
        assert_eq!(transcript.entries()[0].text, "PASS <redacted: password>");
        let line = heard(
            &mut transcript,
            b"-ERR bad password marker-password (bWFya2VyLXBhc3N3b3Jk)",
        );
        assert_eq!(line, "-ERR bad password *** (***)");
    }

    #[test]
    fn what_is_inside_a_sasl_response_is_hidden_too() {
        let mut transcript = Transcript::on();
        let mut wire = Wire::new();
        transcript.conceal(b"marker-password");
        // NUL user NUL marker-password
        wire.hidden("PLAIN response", b"AHVzZXIAbWFya2VyLXBhc3N3b3Jk")
            .end();
        transcript.sent(Duration::ZERO, &wire, true);
        assert_eq!(
            heard(&mut transcript, b"-ERR user marker-password"),
            "-ERR user ***"
        );
        assert_eq!(
            heard(&mut transcript, b"AHVzZXIAbWFya2VyLXBhc3N3b3Jk"),
            "***"
        );
    }

    #[test]
    fn awkward_passwords_neither_loop_nor_hide_everything() {
        let mut transcript = after("****");
        assert_eq!(heard(&mut transcript, b"+OK *******"), "+OK ***");
        let mut transcript = after("a");
        assert_eq!(heard(&mut transcript, b"+OK a mailbox"), "+OK a mailbox");
    }

    #[test]
    fn data_is_one_entry_however_much_comes() {
        let mut transcript = Transcript::on();
        for _ in 0..1000 {
            transcript.received(Duration::ZERO, &Shown::Data(10), &[], true);
        }
        assert_eq!(transcript.entries().len(), 1);
        assert_eq!(transcript.entries()[0].text, "(10000 bytes of data)");
    }
}
