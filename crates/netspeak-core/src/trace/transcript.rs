//! [`Transcript`]: both sides of the talk, redacted on entry.

use std::time::Duration;

use super::needles::Needles;
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

/// The talk on one connection.
#[derive(Debug)]
pub struct Transcript {
    on: bool,
    entries: Vec<Entry>,
    needles: Needles,
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
        self.needles.hide(bytes)
    }

    pub(super) fn needles(&self) -> &Needles {
        &self.needles
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
