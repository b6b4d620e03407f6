//! [`Error`]: core's error with POP3's reply.

use crate::response::Reply;

/// What can go wrong in a POP3 session.
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
            (Phase::Auth, "-ERR [AUTH] no", "auth.rejected", false),
            (Phase::Auth, "-ERR no", "auth.rejected", false),
            (Phase::Auth, "-ERR [IN-USE] busy", "auth.temporary", true),
            (Phase::Auth, "-ERR [SYS/TEMP] later", "auth.temporary", true),
            (Phase::Auth, "-ERR [SYS/PERM] never", "auth.rejected", false),
            (
                Phase::Greeting,
                "-ERR [LOGIN-DELAY] slow down",
                "greeting.rejected",
                true,
            ),
            (Phase::Starttls, "-ERR no", "starttls.refused", false),
            (Phase::Work, "-ERR no such message", "work.rejected", false),
        ] {
            let error = Error::refused("X", phase, Reply::parse(line.as_bytes()).unwrap());
            assert_eq!(
                (error.kind().to_string().as_str(), error.is_temporary()),
                (word, temporary)
            );
        }
    }
}
