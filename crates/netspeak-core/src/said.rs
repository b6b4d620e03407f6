//! [`Said`]: a line of the peer's, as it came and as it may be shown.

use std::fmt;

use zeroize::Zeroize;

use crate::text::printable;

/// What a peer said. Parsers read it as it came; people see it without the secrets that were sent
/// before and that the peer repeats: `***` stands in their place.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    came: Vec<u8>,
    /// Only where it differs.
    shown: Option<Box<[u8]>>,
}

impl Said {
    /// A line in which nothing is to be hidden.
    pub fn new(came: impl Into<Vec<u8>>) -> Self {
        Self {
            came: came.into(),
            shown: None,
        }
    }

    /// The same line, to be shown so.
    #[must_use]
    pub fn showing(mut self, shown: Vec<u8>) -> Self {
        self.shown = (shown != self.came).then(|| shown.into());
        self
    }

    /// As it came, secrets included: for parsers.
    pub fn came(&self) -> &[u8] {
        &self.came
    }

    /// Without the secrets in it.
    pub fn shown(&self) -> &[u8] {
        self.shown.as_deref().unwrap_or(&self.came)
    }
}

impl Drop for Said {
    fn drop(&mut self) {
        if self.shown.is_some() {
            self.came.zeroize();
        }
    }
}

/// Printable, without secrets.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(self.shown()))
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", printable(self.shown()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_came_and_shown_without_secrets() {
        let said = Said::new("-ERR bad marker\x1b").showing(b"-ERR bad ***\x1b".to_vec());
        assert_eq!(said.came(), b"-ERR bad marker\x1b");
        assert_eq!(said.to_string(), "-ERR bad ***\\x1b");
        assert!(!format!("{said:?}").contains("marker"));
        let plain = Said::new("+OK").showing(b"+OK".to_vec());
        assert_eq!(plain, Said::new("+OK"));
    }
}
