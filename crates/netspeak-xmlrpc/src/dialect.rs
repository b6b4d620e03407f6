//! [`Dialect`]: what may be said beyond the specification. [`DocumentLimits`]: how much may be heard.

/// What a server understands beyond the specification; without more, nothing. Reading takes all of it at any time.
///
/// ```
/// use netspeak_xmlrpc::{Dialect, encode_call};
///
/// let plain = Dialect::default();
/// assert!(encode_call("m", &(1_i64 << 40, None::<i32>), &plain).is_err());
/// assert!(encode_call("m", &(1_i64 << 40, None::<i32>), &plain.with_i8().with_nil()).is_ok());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dialect {
    pub(crate) i8: Sent,
    pub(crate) nil: Sent,
}

/// Whether something is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Sent {
    #[default]
    Refused,
    Allowed,
}

impl Dialect {
    /// Sends integers beyond 32 bits as `i8`.
    #[must_use]
    pub fn with_i8(mut self) -> Self {
        self.i8 = Sent::Allowed;
        self
    }

    /// Sends nothing as `nil`.
    #[must_use]
    pub fn with_nil(mut self) -> Self {
        self.nil = Sent::Allowed;
        self
    }
}

/// Bounds on a document that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DocumentLimits {
    /// Its bytes. Default 64 MiB.
    pub bytes: usize,
    /// Arrays and structs in each other. Default 32, and never more than 128.
    pub depth: usize,
    /// Attributes, namespaces included, of one tag. Default 32.
    pub attributes: usize,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024 * 1024,
            depth: 32,
            attributes: 32,
        }
    }
}

/// Deeper than this nothing is read, whatever was wished: each level costs stack.
pub(crate) const DEEPEST: usize = 128;
