//! [`Error`]: core's error with SMTP's reply.

use crate::response::Reply;

/// What can go wrong in an SMTP session.
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
            (Phase::Greeting, "554 no", "greeting.rejected", false),
            (Phase::Greeting, "421 busy", "greeting.rejected", true),
            (Phase::Starttls, "454 not now", "starttls.refused", true),
            (Phase::Auth, "535 5.7.8 no", "auth.rejected", false),
            (Phase::Auth, "454 4.7.0 later", "auth.temporary", true),
            (Phase::Work, "550 5.1.1 unknown", "work.rejected", false),
            (Phase::Work, "451 4.3.0 later", "work.rejected", true),
        ] {
            let reply = Reply::parse([line.as_bytes()]).unwrap();
            let error = Error::refused("X", phase, reply);
            assert_eq!(
                (error.kind().to_string().as_str(), error.is_temporary()),
                (word, temporary)
            );
        }
    }
}
