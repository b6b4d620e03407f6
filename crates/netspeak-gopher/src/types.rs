//! What a request and an item are made of, checked where it is made.

use netspeak_core::text::printable;
use netspeak_core::{Error, Result};

mod item_type;
mod path;

pub use item_type::{Content, ItemType};
pub use path::GopherPath;

/// The string that names a thing on a server (RFC 1436 section 2). It means nothing to a client, and is
/// sent byte for byte as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selector(Vec<u8>);

/// The longest selector that is sent. RFC 1436 says 255; real ones are longer.
const LONGEST: usize = 4096;

impl Selector {
    /// The empty selector: the server's first menu.
    pub const ROOT: Self = Self(Vec::new());

    /// A selector.
    ///
    /// # Errors
    /// [`Error::Usage`] for CR, LF, NUL or TAB in it, and for more than 4096 bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self> {
        let bytes = bytes.into();
        check("the selector", &bytes)?;
        Ok(Self(bytes))
    }

    /// As it is sent.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// For people: printable.
    pub fn text(&self) -> String {
        printable(&self.0)
    }
}

/// Refuses what would end a field early.
pub(crate) fn check(what: &str, bytes: &[u8]) -> Result<()> {
    if let Some(bad) = bytes.iter().find(|byte| b"\r\n\0\t".contains(byte)) {
        let name = match bad {
            b'\r' => "CR",
            b'\n' => "LF",
            b'\t' => "TAB",
            _ => "NUL",
        };
        return Err(Error::usage(format!("{what} contains {name}")));
    }
    if bytes.len() > LONGEST {
        return Err(Error::usage(format!(
            "{what} has more than {LONGEST} bytes"
        )));
    }
    Ok(())
}

/// A port as menus write it: digits, maybe with blanks around them.
pub(crate) fn port(field: &[u8]) -> Option<u16> {
    let digits = field.trim_ascii();
    let value = digits.iter().try_fold(0_u16, |value, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value.checked_mul(10)?.checked_add(digit.into())
    });
    value.filter(|_| !digits.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_selector_early_is_refused() {
        for bad in ["a\r\nb", "a\nb", "a\0b", "a\tb"] {
            assert_eq!(
                Selector::new(bad).unwrap_err().kind().to_string(),
                "usage",
                "{bad:?}"
            );
        }
        assert!(Selector::new(vec![b'a'; LONGEST]).is_ok());
        assert!(Selector::new(vec![b'a'; LONGEST + 1]).is_err());
        assert_eq!(
            Selector::new(b"/caf\xe9 ".as_slice()).unwrap().as_bytes(),
            b"/caf\xe9 "
        );
    }

    #[test]
    fn ports_may_have_blanks_around_them() {
        for (field, expected) in [
            ("70", Some(70)),
            ("70 ", Some(70)),
            ("0", Some(0)),
            ("70000", None),
            ("", None),
            ("+70", None),
            ("x", None),
        ] {
            assert_eq!(port(field.as_bytes()), expected, "{field:?}");
        }
    }
}
