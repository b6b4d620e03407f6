//! [`Error`]: core's error with FTP's reply.

use crate::response::Reply;

/// What can go wrong in an FTP session.
pub type Error = netspeak_core::Error<Reply>;

/// How a session ended.
#[cfg(feature = "net")]
pub type Goodbye = netspeak_core::Goodbye<Reply>;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;
    use netspeak_core::Phase;

    #[test]
    fn a_refusal_gets_its_word_where_it_is_born() {
        for (phase, line, word, temporary) in [
            (Phase::Auth, "530 Login incorrect.", "auth.rejected", false),
            (Phase::Auth, "421 Too many users.", "auth.temporary", true),
            (Phase::Starttls, "504 no", "starttls.refused", false),
            (Phase::Work, "550 No such file.", "work.not_found", false),
            (Phase::Work, "550 Permission denied.", "work.denied", false),
            (Phase::Work, "550 a: File exists", "work.rejected", false),
            (
                Phase::Work,
                "550 a: Directory not empty",
                "work.rejected",
                false,
            ),
            (Phase::Work, "553 Name not allowed.", "work.rejected", false),
            (Phase::Work, "450 Busy.", "work.temporary", true),
            (Phase::Work, "552 Quota exceeded.", "work.quota", false),
            (Phase::Data, "452 Disk full.", "data.quota", true),
            (Phase::Data, "426 Broken pipe.", "data.aborted", true),
            (Phase::Data, "425 No route.", "data.refused", true),
            (Phase::Data, "551 Read error.", "data.aborted", false),
        ] {
            let error = Error::refused("X", phase, Reply::parse([line.as_bytes()]).unwrap());
            assert_eq!(
                (error.kind().to_string().as_str(), error.is_temporary()),
                (word, temporary),
                "{line}"
            );
        }
    }
}
