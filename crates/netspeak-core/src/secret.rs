//! [`Secret`]: a value that cannot be printed and is wiped when dropped.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// A secret value: password, token, key.
///
/// `Debug` prints `<redacted>`, there is no `Display`, and the memory is wiped on drop.
/// The only way to the value is [`Secret::expose`], which is easy to find in a review.
///
/// ```
/// use netspeak_core::Secret;
///
/// let password = Secret::from("hunter2");
/// assert_eq!(format!("{password:?}"), "<redacted>");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T: Zeroize = String>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    /// Takes the value into custody.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself. Do not log, print or store what this returns.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self::new(value.to_owned())
    }
}

impl From<String> for Secret<String> {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

impl From<Vec<u8>> for Secret<Vec<u8>> {
    fn from(value: Vec<u8>) -> Self {
        Self::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_however_deep() {
        let nested = Some(vec![("user", Secret::from("marker-password"))]);
        let shown = format!("{nested:?} {nested:#?}");
        assert!(!shown.contains("marker"), "{shown}");
        assert!(shown.contains("<redacted>"));
    }
}
