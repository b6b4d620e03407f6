//! [`Marker`]: a secret that is easy to find wherever it leaks.

use std::fmt::Debug;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::secret::Secret;

/// A password that stands nowhere else, and every form in which it could show.
#[derive(Clone, Debug)]
pub struct Marker {
    text: &'static str,
    forms: Vec<String>,
}

impl Marker {
    /// The password itself. It has letters that change in a URL and in base64 of both kinds.
    pub const TEXT: &'static str = "Marker?pass~w\u{f6}rd>>7c1f";

    /// The same for bearer tokens, which have fewer letters to choose from (RFC 6750).
    pub const TOKEN: &'static str = "Marker~tok+en/7c1f";

    /// Looks for [`Marker::TEXT`].
    pub fn new() -> Self {
        Self::of(Self::TEXT)
    }

    /// Looks for this secret.
    pub fn of(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut forms = vec![
            text.to_owned(),
            text.escape_debug().to_string(),
            text.escape_default().to_string(),
            hex(bytes),
            format!("{bytes:?}").trim_matches(['[', ']']).to_owned(),
        ];
        // Inside something longer base64 may begin at any of three places; the first and the last
        // letters then also depend on the neighbours.
        for before in [&b""[..], b"\0", b"\0\0"] {
            let shifted = [before, bytes].concat();
            for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                let whole = engine.encode(&shifted);
                forms.push(whole.get(4..whole.len() - 4).unwrap_or_default().to_owned());
            }
        }
        Self { text, forms }
    }

    /// The password.
    pub fn secret(&self) -> Secret {
        Secret::from(self.text)
    }

    /// # Panics
    /// If the text shows the password, in letters, base64, hex or as a list of bytes.
    pub fn assert_not_in(&self, what: &str, text: &str) {
        let lower = text.to_ascii_lowercase();
        for form in &self.forms {
            assert!(
                !text.contains(form.as_str()) && !lower.contains(&form.to_ascii_lowercase()),
                "{what} shows the password as {form:?}: {text}"
            );
        }
    }

    /// # Panics
    /// If `{:?}` or `{:#?}` of the value shows the password.
    pub fn assert_hidden(&self, what: &str, value: &impl Debug) {
        self.assert_not_in(what, &format!("{value:?} {value:#?}"));
    }
}

impl Default for Marker {
    fn default() -> Self {
        Self::new()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
