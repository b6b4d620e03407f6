//! [`Needles`]: secrets that were sent, recognised in every form in which a peer may repeat them.

use std::fmt;
use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;
use zeroize::Zeroizing;

use crate::text::printable;

/// Secrets of fewer bytes than this are not looked for in what the peer says: hiding every `a`
/// would hide nothing and spoil everything.
const SHORTEST: usize = 4;

/// Stands for a secret that the peer repeated. Shorter than any needle, so replacing ends.
const HIDDEN: [u8; 3] = *b"***";

/// Stands for base64 with a secret inside.
const HIDDEN_BASE64: &[u8] = b"<redacted: base64>";

/// What a peer cuts out of its own base64 need not end where base64 ends.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Secrets that were sent. `Debug` shows none.
#[derive(Clone, Default)]
pub(crate) struct Needles(Vec<Zeroizing<Vec<u8>>>);

impl fmt::Debug for Needles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} redacted>", self.0.len())
    }
}

impl Needles {
    /// Remembers a secret as it is, as SASLprep makes it, and in base64 (without padding, so that it
    /// is found inside a longer text as well).
    pub(crate) fn learn(&mut self, secret: &[u8]) {
        self.add_with_base64(secret);
        #[cfg(feature = "sasl")]
        if let Ok(text) = std::str::from_utf8(secret)
            && !text.is_ascii()
        {
            self.add_with_base64(crate::sasl::prepare_or_keep(text).as_bytes());
        }
        // Longest first, so that a secret inside a longer one does not break it apart.
        self.0.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
    }

    fn add_with_base64(&mut self, secret: &[u8]) {
        self.add(secret);
        let coded = Zeroizing::new(STANDARD_NO_PAD.encode(secret));
        self.add(coded.as_bytes());
    }

    fn add(&mut self, needle: &[u8]) {
        let is_new = !self.0.iter().any(|known| known.as_slice() == needle);
        if needle.len() >= SHORTEST && is_new {
            self.0.push(Zeroizing::new(needle.to_vec()));
        }
    }

    /// The bytes with every secret in them replaced; `None` if there is none.
    pub(crate) fn hide(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.0.is_empty() {
            return None;
        }
        let mut clean = self.without_base64(bytes);
        for needle in &self.0 {
            while let Some(at) = memmem::find(clean.as_deref().unwrap_or(bytes), needle) {
                let clean = clean.get_or_insert_with(|| bytes.to_vec());
                clean.splice(at..at + needle.len(), HIDDEN);
            }
        }
        clean
    }

    /// As [`hide`](Self::hide), for the beginning of something longer: a secret may be cut off at its end.
    pub(crate) fn hide_in_head(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let hidden = self.hide(bytes);
        let kept = hidden.as_deref().unwrap_or(bytes);
        let cut = |needle: &Zeroizing<Vec<u8>>| {
            let mut lengths = (SHORTEST..needle.len()).rev();
            lengths.find(|&length| {
                needle
                    .get(..length)
                    .is_some_and(|head| kept.ends_with(head))
            })
        };
        let Some(length) = self.0.iter().filter_map(cut).max() else {
            return hidden;
        };
        let mut clean = kept.to_vec();
        clean.truncate(clean.len().saturating_sub(length));
        clean.extend_from_slice(&HIDDEN);
        Some(clean)
    }

    /// A text for people, which may quote a peer: secrets are found in it as [`printable`] and quotes
    /// leave them, also where the text is cut (`…`).
    pub(crate) fn hide_in_text(&self, text: &str) -> Option<String> {
        let mut clean: Option<String> = None;
        for needle in &self.0 {
            for shape in SHAPES {
                let so_far = clean.as_deref().unwrap_or(text);
                let shaped = Zeroizing::new(shape(needle));
                if so_far.contains(shaped.as_str()) {
                    clean = Some(so_far.replace(shaped.as_str(), "***"));
                }
                let so_far = clean.as_deref().unwrap_or(text);
                if let Some(range) = cut_off(so_far, needle, shape) {
                    let mut shorter = so_far.to_owned();
                    shorter.replace_range(range, "***");
                    clean = Some(shorter);
                }
            }
        }
        match self.hide(clean.as_deref().unwrap_or(text).as_bytes()) {
            Some(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            None => clean,
        }
    }

    /// The bytes without base64 that has a secret in it, wherever in its groups the secret begins; what is a
    /// secret itself stays.
    fn without_base64(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let shortest = self.0.last()?.len();
        let letters = shortest.saturating_mul(4).div_ceil(3);
        let mut clean: Option<Vec<u8>> = None;
        let mut rest = bytes;
        while !rest.is_empty() {
            let is_run = rest.first().is_some_and(|byte| is_base64(*byte));
            let alike = |byte: &&u8| is_base64(**byte) == is_run;
            let (run, after) = rest.split_at(rest.iter().take_while(alike).count());
            let is_needle = || self.0.iter().any(|needle| needle.as_slice() == run);
            if is_run && run.len() >= letters && !is_needle() && self.is_in_base64(run) {
                let before = bytes.len() - rest.len();
                clean
                    .get_or_insert_with(|| bytes.get(..before).unwrap_or_default().to_vec())
                    .extend_from_slice(HIDDEN_BASE64);
                let padding = after.iter().take_while(|byte| **byte == b'=').count();
                rest = after.get(padding..).unwrap_or_default();
            } else {
                if let Some(clean) = &mut clean {
                    clean.extend_from_slice(run);
                }
                rest = after;
            }
        }
        clean
    }

    fn is_in_base64(&self, run: &[u8]) -> bool {
        let letters: Zeroizing<Vec<u8>> = Zeroizing::new(run.iter().map(standard).collect());
        (0..4).any(|skipped| {
            let group = letters.get(skipped..).unwrap_or_default();
            // One letter alone is less than a byte.
            let length = group.len() - usize::from(group.len() % 4 == 1);
            let decoded = LENIENT.decode(group.get(..length).unwrap_or_default());
            decoded.is_ok_and(|decoded| {
                let decoded = Zeroizing::new(decoded);
                let mut needles = self.0.iter();
                needles.any(|needle| memmem::find(&decoded, needle).is_some())
            })
        })
    }
}

/// What becomes of a secret on its way into a text.
type Shape = fn(&[u8]) -> String;

/// The one that escapes most comes first: it has the others in it.
const SHAPES: [Shape; 2] = [quoted, printable];

/// As it stands between the quotes of `{:?}`.
fn quoted(bytes: &[u8]) -> String {
    let text = format!("{:?}", printable(bytes));
    let inside = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inside.unwrap_or(&text).to_owned()
}

/// Where the beginning of a secret stands before the mark that says that the rest was left out.
fn cut_off(text: &str, needle: &[u8], shape: Shape) -> Option<Range<usize>> {
    text.match_indices('…').find_map(|(end, _)| {
        let before = text.get(..end)?;
        (SHORTEST..needle.len()).rev().find_map(|length| {
            let shaped = Zeroizing::new(shape(needle.get(..length)?));
            let start = before.strip_suffix(shaped.as_str())?.len();
            Some(start..end)
        })
    })
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
}

/// The letter of the usual alphabet that stands for the one in URLs.
fn standard(byte: &u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Marker;

    fn knowing(secret: &str) -> Needles {
        let mut needles = Needles::default();
        needles.learn(secret.as_bytes());
        needles
    }

    fn hidden(secret: &str, said: &str) -> String {
        let hidden = knowing(secret).hide(said.as_bytes());
        String::from_utf8(hidden.unwrap_or_else(|| said.into())).unwrap()
    }

    #[test]
    fn base64_is_looked_into_wherever_the_secret_begins() {
        let marker = Marker::new();
        for before in ["", "u", "\0u\0", "user=ops auth=Bearer "] {
            for after in ["", "!", "\u{1}\u{1}"] {
                let plain = format!("{before}{}{after}", Marker::TEXT);
                for coded in [
                    base64::engine::general_purpose::STANDARD.encode(&plain),
                    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&plain),
                ] {
                    let said = format!("334 {coded} and so on");
                    let shown = hidden(Marker::TEXT, &said);
                    marker.assert_not_in("a challenge", &shown);
                    assert!(shown.starts_with("334 "), "{shown}");
                    assert!(shown.ends_with(" and so on"), "{shown}");
                }
            }
        }
        let coded = base64::engine::general_purpose::STANDARD.encode("you said hunter2, wrongly");
        assert_eq!(
            hidden("hunter2", &format!("+ {coded}")),
            "+ <redacted: base64>"
        );
        assert_eq!(hidden("hunter2", "334 VXNlcm5hbWU6"), "334 VXNlcm5hbWU6");
    }

    #[test]
    fn texts_that_quote_a_peer_show_no_secret_in_any_shape() {
        for secret in [
            "a\"quote",
            "back\\slash",
            "a\ttab",
            "grün€Tür",
            "\u{200e}left",
        ] {
            let needles = knowing(secret);
            let said = format!("you said {secret}, did you");
            let texts = [
                printable(said.as_bytes()),
                format!("{:?}", printable(said.as_bytes())),
            ];
            for text in texts {
                let shown = needles.hide_in_text(&text).unwrap();
                assert!(shown.contains("you said ***, did you"), "{shown}");
            }
            // Cut after any of its bytes, but the first few.
            for length in SHORTEST..secret.len() {
                let head = format!("{}…", printable(&secret.as_bytes()[..length]));
                for (text, rest) in [(head.clone(), "***…"), (format!("{head:?}"), "\"***…\"")]
                {
                    assert_eq!(needles.hide_in_text(&text).as_deref(), Some(rest), "{text}");
                }
            }
            assert_eq!(needles.hide_in_text("nothing of it …"), None);
        }
    }

    #[cfg(feature = "sasl")]
    #[test]
    fn the_form_that_saslprep_makes_is_known_too() {
        // A soft hyphen is mapped to nothing, a Roman numeral to letters.
        assert_eq!(
            hidden("pass\u{ad}wor\u{2168}", "-ERR passworIX is wrong"),
            "-ERR *** is wrong"
        );
    }

    #[test]
    fn the_beginning_of_a_secret_at_the_end_is_hidden() {
        let needles = knowing("marker-password");
        let shown = needles.hide_in_head(b"you said marker-pa").unwrap();
        assert_eq!(shown, b"you said ***");
        assert_eq!(needles.hide_in_head(b"you said mar"), None);
    }
}
