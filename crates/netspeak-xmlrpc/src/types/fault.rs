//! [`Fault`]: how a server says no, and what the agreed codes mean.

use std::fmt;

/// A fault: the server's answer to a call that went wrong.
///
/// Codes are each server's own, apart from those of [`StandardFault`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// `faultCode`; `None` if it is missing or no number.
    pub code: Option<i64>,
    /// `faultCode` where it is no number, as it was written.
    pub code_text: Option<String>,
    /// `faultString`.
    pub message: String,
}

/// What an agreed code means ("Specification for Fault Code Interoperability").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StandardFault {
    /// -32700: what was sent is no XML.
    NotWellFormed,
    /// -32701: in an encoding that the server does not know.
    UnsupportedEncoding,
    /// -32702: with a character that the encoding has not.
    InvalidCharacter,
    /// -32600: what was sent is no XML-RPC.
    InvalidRequest,
    /// -32601: there is no such method.
    MethodNotFound,
    /// -32602: the method takes other parameters.
    InvalidParameters,
    /// -32603: a fault of the server's own.
    InternalError,
    /// -32500: a fault of the application.
    ApplicationError,
    /// -32400: a fault of the system below.
    SystemError,
    /// -32300: a fault of the transport.
    TransportError,
}

const CODES: [(i64, StandardFault); 10] = [
    (-32700, StandardFault::NotWellFormed),
    (-32701, StandardFault::UnsupportedEncoding),
    (-32702, StandardFault::InvalidCharacter),
    (-32600, StandardFault::InvalidRequest),
    (-32601, StandardFault::MethodNotFound),
    (-32602, StandardFault::InvalidParameters),
    (-32603, StandardFault::InternalError),
    (-32500, StandardFault::ApplicationError),
    (-32400, StandardFault::SystemError),
    (-32300, StandardFault::TransportError),
];

/// So many characters of a message are shown.
const SHOWN: usize = 500;

impl StandardFault {
    /// The meaning of a code, if it is an agreed one.
    pub fn of_code(code: i64) -> Option<Self> {
        let found = CODES.iter().find(|(known, _)| *known == code);
        found.map(|(_, fault)| *fault)
    }

    /// Its code.
    pub fn code(self) -> i64 {
        let found = CODES.iter().find(|(_, fault)| *fault == self);
        found.map_or(0, |(code, _)| *code)
    }
}

impl Fault {
    /// A fault of this code.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            code_text: None,
            message: message.into(),
        }
    }

    /// What its code means, if it is an agreed one.
    pub fn standard(&self) -> Option<StandardFault> {
        self.code.and_then(StandardFault::of_code)
    }

    /// Whether the server has no such method: by the agreed code, or by the words of servers that do not know it.
    pub fn is_method_not_found(&self) -> bool {
        if self.standard() == Some(StandardFault::MethodNotFound) {
            return true;
        }
        // CPython's server has code 1 for everything, Supervisor UNKNOWN_METHOD, rTorrent -506.
        let words = [
            "unknown_method",
            "is not supported",
            "not defined",
            "no such method",
        ];
        let message = self.message.to_ascii_lowercase();
        matches!(self.code, Some(1 | -506)) && words.iter().any(|word| message.contains(word))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = netspeak_core::text::printable;
        match (self.code, &self.code_text) {
            (Some(code), _) => write!(f, "fault {code}")?,
            (None, Some(text)) => write!(f, "fault {:?}", shown(text.as_bytes()))?,
            (None, None) => f.write_str("fault")?,
        }
        match self.message.as_str() {
            "" => Ok(()),
            message => {
                let end = message
                    .char_indices()
                    .nth(SHOWN)
                    .map_or(message.len(), |(at, _)| at);
                let (beginning, rest) = message.split_at_checked(end).unwrap_or_default();
                let more = if rest.is_empty() { "" } else { "..." };
                write!(f, ": {}{more}", shown(beginning.as_bytes()))
            }
        }
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_was_agreed() {
        for (code, fault) in CODES {
            assert_eq!(StandardFault::of_code(code), Some(fault));
            assert_eq!(fault.code(), code);
        }
        assert_eq!(StandardFault::of_code(1), None);
    }

    #[test]
    fn a_missing_method_is_known_by_code_or_words() {
        for (code, message, is_missing) in [
            (-32601, "", true),
            (1, "<class 'Exception'>:method \"x\" is not supported", true),
            (1, "UNKNOWN_METHOD", true),
            (-506, "Method 'x' not defined", true),
            (1, "division by zero", false),
            (4, "this is not supported", false),
        ] {
            assert_eq!(
                Fault::new(code, message).is_method_not_found(),
                is_missing,
                "{code} {message}"
            );
        }
    }

    #[test]
    fn a_fault_is_shown_on_one_line() {
        assert_eq!(
            Fault::new(4, "too\nmany").to_string(),
            "fault 4: too\\x0amany"
        );
        assert_eq!(Fault::new(4, "").to_string(), "fault 4");
    }
}
