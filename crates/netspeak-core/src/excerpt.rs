//! [`Excerpt`]: the beginning of what a peer sent, for errors.

use std::fmt;

use zeroize::Zeroizing;

use crate::text::printable;

/// So many bytes of it are shown.
const SHOWN: usize = 200;

/// So many are kept, so that a secret is known as one where showing ends in the middle of it.
const KEPT: usize = 4 * SHOWN;

/// The beginning of what a peer sent, for errors: as it came, until it is shown.
///
/// `Display` makes it [`printable`] and leaves out line end and rest; `Debug` puts that in quotes. Secrets that
/// the peer repeated are taken out before, by the connection over which it came
/// ([`Trace::scrub_error`](crate::Trace::scrub_error)).
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt(Box<Kept>);

#[derive(Clone, PartialEq, Eq)]
struct Kept {
    came: Zeroizing<Vec<u8>>,
    is_cut: bool,
}

impl Excerpt {
    /// The beginning of these bytes.
    pub fn new(bytes: &[u8]) -> Self {
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let kept = line.get(..KEPT).unwrap_or(line);
        Self(Box::new(Kept {
            came: Zeroizing::new(kept.to_vec()),
            is_cut: kept.len() < line.len(),
        }))
    }

    #[cfg(feature = "net")]
    pub(crate) fn hide(&mut self, secrets: &crate::trace::Needles) {
        let kept = &mut *self.0;
        let clean = if kept.is_cut {
            secrets.hide_in_head(&kept.came)
        } else {
            secrets.hide(&kept.came)
        };
        if let Some(clean) = clean {
            kept.came = Zeroizing::new(clean);
        }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.came.get(..SHOWN) {
            Some(head) if self.0.came.len() > SHOWN => write!(f, "{}…", printable(head)),
            _ => f.write_str(&printable(&self.0.came)),
        }
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_no_line_end_and_a_bound() {
        assert_eq!(Excerpt::new(b"-ERR no\r\n").to_string(), "-ERR no");
        assert_eq!(Excerpt::new(b"-ERR no\r\n"), Excerpt::new(b"-ERR no"));
        for length in [SHOWN + 1, KEPT, KEPT + 1] {
            let long = Excerpt::new(&vec![b'a'; length]).to_string();
            assert_eq!(long.len(), SHOWN + "…".len());
        }
        assert_eq!(
            format!("{:?}", Excerpt::new(b"a\"\t\x1b")),
            r#""a\" \\x1b""#
        );
    }

    #[cfg(feature = "net")]
    #[test]
    fn secrets_are_found_as_they_came_however_they_would_be_shown() {
        let secrets = [
            "qu\"ote",
            "back\\slash",
            "ta\tb12",
            " blank ",
            "grün€Tür",
            "\u{200e}left",
        ];
        for secret in secrets {
            let trace = crate::Trace::new();
            trace.conceal(secret.as_bytes());
            // Wherever showing and keeping end in it.
            for before in [0, SHOWN - 7, SHOWN - 3, SHOWN - 1, KEPT - 5, KEPT - 1] {
                let said = format!("{}{secret}{}", "x".repeat(before), "y".repeat(KEPT));
                let error: crate::Error = crate::Error::malformed("sense", said.as_bytes());
                let shown = trace.scrub_error(error).to_string();
                let without_x = shown.replace('x', "");
                assert!(
                    [
                        "got \"***y",
                        "got \"***…",
                        "got \"**…",
                        "got \"*…",
                        "got \"…"
                    ]
                    .iter()
                    .any(|hidden| without_x.contains(&hidden.replace('x', ""))),
                    "{secret:?} after {before}: {shown}"
                );
            }
        }
    }
}
