//! [`Wire`]: bytes on their way out, checked and with their secrets marked.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroize;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// One or more commands ready to be sent in one write.
///
/// Every argument passes [`Wire::arg`], which refuses what would end the command early, so that one
/// argument can never become two commands. What was put in through [`Wire::secret`] is known by its
/// place, hidden by `Debug` and by the transcript, and wiped on drop.
///
/// ```
/// use netspeak_core::{Secret, Wire};
///
/// # fn main() -> netspeak_core::Result<()> {
/// let mut wire = Wire::new();
/// wire.verb("PASS").secret("password", &Secret::from("hunter2"))?.end();
/// assert_eq!(wire.bytes(), b"PASS hunter2\r\n");
/// assert_eq!(format!("{wire:?}"), r#"Wire("PASS <redacted: password>\r\n")"#);
/// assert!(Wire::new().verb("USER").arg("user", "me\r\nDELE 1").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Wire {
    bytes: Vec<u8>,
    secrets: Vec<Hidden>,
}

#[derive(Clone)]
struct Hidden {
    place: Range<usize>,
    label: String,
}

impl Wire {
    /// Nothing to send yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a command with a word of ours.
    pub fn verb(&mut self, word: &str) -> &mut Self {
        self.push(word.as_bytes());
        self
    }

    /// Adds a blank and an argument.
    ///
    /// # Errors
    /// [`Error::Usage`] if the value contains CR, LF or NUL, or is empty.
    pub fn arg(&mut self, name: &str, value: &str) -> Result<&mut Self> {
        check_argument(name, value.as_bytes())?;
        self.push(b" ");
        self.push(value.as_bytes());
        Ok(self)
    }

    /// Adds a blank and a number.
    pub fn number(&mut self, value: u64) -> &mut Self {
        self.push(b" ");
        // Decimal digits by hand: this stands in the loop of a pipelined download.
        let mut digits = [0u8; 20];
        let mut rest = value;
        let mut used = 0;
        for slot in digits.iter_mut().rev() {
            *slot = b'0' + (rest % 10) as u8;
            rest /= 10;
            used += 1;
            if rest == 0 {
                break;
            }
        }
        self.push(digits.get(20 - used..).unwrap_or_default());
        self
    }

    /// Adds a blank and a secret argument; transcripts show `<redacted: name>` in its place.
    ///
    /// # Errors
    /// [`Error::Usage`] if the value contains CR, LF or NUL, or is empty.
    pub fn secret(&mut self, name: &str, value: &Secret) -> Result<&mut Self> {
        check_argument(name, value.expose().as_bytes())?;
        self.push(b" ");
        self.hide(name, value.expose().as_bytes());
        Ok(self)
    }

    /// Adds what AUTH and AUTHENTICATE say: the mechanism, and the initial response in base64 if it
    /// goes along.
    ///
    /// # Errors
    /// As [`check_mechanism`].
    pub fn mechanism(&mut self, mechanism: &str, initial: Option<&Secret>) -> Result<&mut Self> {
        check_mechanism(mechanism, initial)?;
        self.arg("mechanism", mechanism)?;
        match initial {
            Some(initial) => self.secret("initial response", initial),
            None => Ok(self),
        }
    }

    /// Adds bytes without a blank before them, marked as secret; `label` is what may be shown.
    ///
    /// For SASL responses, which are encoded and checked elsewhere.
    pub fn hidden(&mut self, label: &str, bytes: &[u8]) -> &mut Self {
        self.hide(label, bytes);
        self
    }

    /// Adds bytes as they are. For data whose grammar the caller has checked.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.push(bytes);
        self
    }

    /// Ends a command with CR LF.
    pub fn end(&mut self) -> &mut Self {
        self.push(b"\r\n");
        self
    }

    /// What goes to the peer, secrets included.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds another wire's bytes and secrets behind these.
    pub fn append(&mut self, other: &Self) {
        let mut from = 0;
        for hidden in &other.secrets {
            self.raw(
                other
                    .bytes
                    .get(from..hidden.place.start)
                    .unwrap_or_default(),
            );
            self.hide(
                &hidden.label,
                other.bytes.get(hidden.place.clone()).unwrap_or_default(),
            );
            from = hidden.place.end;
        }
        self.raw(other.bytes.get(from..).unwrap_or_default());
    }

    /// Lets `fill` add bulk data at the end, without a copy in between.
    ///
    /// # Errors
    /// Those of `fill`; what it added is taken back.
    pub fn fill<E>(&mut self, fill: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        let before = self.bytes.len();
        let filled = if self.secrets.is_empty() {
            fill(&mut self.bytes)
        } else {
            // Growing would leave the secrets behind in the old memory.
            let mut apart = Vec::new();
            let filled = fill(&mut apart);
            self.push(&apart);
            filled
        };
        if filled.is_err() {
            self.bytes.truncate(before);
        }
        filled
    }

    /// Forgets the content, wiping it if it held secrets, and keeps the memory.
    pub fn clear(&mut self) {
        self.wipe();
        self.bytes.clear();
        self.secrets.clear();
    }

    /// The secret values, for a transcript that must also hide them when the peer repeats them.
    pub fn secret_values(&self) -> impl Iterator<Item = &[u8]> {
        self.secrets
            .iter()
            .filter_map(|hidden| self.bytes.get(hidden.place.clone()))
    }

    /// What may be shown: every secret replaced by its label.
    pub fn redacted(&self) -> Vec<u8> {
        let mut shown = Vec::with_capacity(self.bytes.len());
        let mut from = 0;
        for hidden in &self.secrets {
            shown.extend_from_slice(self.bytes.get(from..hidden.place.start).unwrap_or_default());
            shown.extend_from_slice(format!("<redacted: {}>", hidden.label).as_bytes());
            from = hidden.place.end;
        }
        shown.extend_from_slice(self.bytes.get(from..).unwrap_or_default());
        shown
    }

    fn hide(&mut self, label: &str, bytes: &[u8]) {
        let start = self.bytes.len();
        self.secrets.push(Hidden {
            place: start..start + bytes.len(),
            label: label.to_owned(),
        });
        self.push(bytes);
    }

    /// A growing Vec leaves its old memory behind unwiped: with secrets inside we move it ourselves.
    fn push(&mut self, bytes: &[u8]) {
        let needed = self.bytes.len() + bytes.len();
        if needed > self.bytes.capacity() && !self.secrets.is_empty() {
            let mut roomier = Vec::with_capacity(needed.next_power_of_two());
            roomier.extend_from_slice(&self.bytes);
            self.wipe();
            self.bytes = roomier;
        }
        self.bytes.extend_from_slice(bytes);
    }

    fn wipe(&mut self) {
        if !self.secrets.is_empty() {
            self.bytes.as_mut_slice().zeroize();
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({:?})", String::from_utf8_lossy(&self.redacted()))
    }
}

/// Refuses what would end a command early or vanish in it.
///
/// # Errors
/// [`Error::Usage`] if `value` is empty or contains CR, LF or NUL.
pub fn check_argument(name: &str, value: &[u8]) -> Result<()> {
    if value.is_empty() {
        return Err(Error::usage(format!("{name} is empty")));
    }
    check_text(name, value)
}

/// As [`check_argument`], for what ends at a blank.
///
/// # Errors
/// [`Error::Usage`] also if `value` contains a blank.
pub fn check_word(name: &str, value: &str) -> Result<()> {
    check_argument(name, value.as_bytes())?;
    if value.contains(' ') {
        return Err(Error::usage(format!(
            "{name} contains a space; nothing was sent"
        )));
    }
    Ok(())
}

/// What AUTH and AUTHENTICATE say.
///
/// # Errors
/// [`Error::Usage`] if one of them is not one word.
pub fn check_mechanism(mechanism: &str, initial: Option<&Secret>) -> Result<()> {
    check_word("mechanism", mechanism)?;
    initial.map_or(Ok(()), |initial| {
        check_word("initial response", initial.expose())
    })
}

/// As [`check_argument`], for text that may be empty.
///
/// # Errors
/// [`Error::Usage`] if `value` contains CR, LF or NUL.
pub fn check_text(name: &str, value: &[u8]) -> Result<()> {
    match value.iter().find(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        None => Ok(()),
        Some(byte) => {
            let found = match byte {
                b'\r' => "a carriage return",
                b'\n' => "a line feed",
                _ => "a NUL byte",
            };
            Err(Error::usage(format!(
                "{name} contains {found}; nothing was sent"
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_one_argument() {
        for bad in ["a\rb", "a\nb", "a\0b", "a\r\nDELE 1", ""] {
            let mut wire = Wire::new();
            let error = wire.verb("USER").arg("user name", bad).unwrap_err();
            assert_eq!(error.kind().to_string(), "usage", "{bad:?}");
            assert!(
                wire.secret("password", &Secret::from(bad)).is_err(),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn numbers_are_decimal() {
        for (value, text) in [
            (0, " 0"),
            (7, " 7"),
            (10, " 10"),
            (u64::MAX, " 18446744073709551615"),
        ] {
            let mut wire = Wire::new();
            wire.number(value);
            assert_eq!(wire.bytes(), text.as_bytes());
        }
    }

    #[test]
    fn bulk_data_stands_behind_secrets_and_is_taken_back_after_an_error() {
        let mut wire = Wire::new();
        wire.hidden("token", b"marker");
        wire.fill(|out| {
            out.extend_from_slice(b"data");
            Ok::<(), Error>(())
        })
        .unwrap();
        let failed = wire.fill(|out| {
            out.extend_from_slice(b"half");
            Err(Error::<crate::NoReply>::usage("no"))
        });
        assert!(failed.is_err());
        assert_eq!(wire.bytes(), b"markerdata");
        assert_eq!(wire.redacted(), b"<redacted: token>data");
    }

    #[test]
    fn secrets_are_known_by_their_place() {
        let mut wire = Wire::new();
        // The verb holds the same letters as the secret: only the place counts.
        wire.verb("PASS")
            .secret("password", &Secret::from("PASS"))
            .unwrap()
            .end();
        wire.verb("NOOP").end();
        assert_eq!(wire.bytes(), b"PASS PASS\r\nNOOP\r\n");
        assert_eq!(wire.redacted(), b"PASS <redacted: password>\r\nNOOP\r\n");
        assert_eq!(wire.secret_values().collect::<Vec<_>>(), [b"PASS"]);
        wire.clear();
        assert!(wire.is_empty());
    }
}
