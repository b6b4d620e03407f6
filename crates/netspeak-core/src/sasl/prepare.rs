//! SASLprep (RFC 4013): the same password typed on two keyboards becomes the same bytes.

use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// The prepared text, or an error that does not show it.
pub(super) fn prepare(name: &str, text: &str) -> Result<Zeroizing<String>> {
    match try_prepare(text) {
        Some(prepared) => Ok(prepared),
        None => Err(Error::usage(format!(
            "{name} holds characters that this mechanism does not take (SASLprep); nothing was sent"
        ))),
    }
}

/// The prepared text, or the text as it is where the rules have no answer.
pub(crate) fn prepare_or_keep(text: &str) -> Zeroizing<String> {
    try_prepare(text).unwrap_or_else(|| Zeroizing::new(text.to_owned()))
}

fn try_prepare(text: &str) -> Option<Zeroizing<String>> {
    let prepared = stringprep::saslprep(text).ok()?;
    let prepared = Zeroizing::new(prepared.into_owned());
    (!prepared.is_empty()).then_some(prepared)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4013, section 3.
    #[test]
    fn the_rfcs_own_examples() {
        for (text, prepared) in [
            ("I\u{ad}X", Some("IX")),
            ("user", Some("user")),
            ("USER", Some("USER")),
            ("\u{aa}", Some("a")),
            ("\u{2168}", Some("IX")),
            ("\u{7}", None),
            ("\u{627}1", None),
            // Nothing left.
            ("\u{ad}", None),
        ] {
            assert_eq!(
                try_prepare(text).as_deref().map(String::as_str),
                prepared,
                "{text:?}"
            );
        }
        assert_eq!(*prepare_or_keep("\u{627}1"), "\u{627}1");
        let error = prepare("password", "\u{627}1").unwrap_err();
        assert_eq!(error.kind().to_string(), "usage");
        assert!(!error.to_string().contains('\u{627}'), "{error}");
    }
}
