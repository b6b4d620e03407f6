//! [`Error`]: core's error with SMTP's reply, and which word a refusal gets.

#[cfg(feature = "net")]
use {
    netspeak_core::{ErrorKind, Phase, Reason},
    std::borrow::Cow,
};

use crate::response::Reply;

/// What can go wrong in an SMTP session.
pub type Error = netspeak_core::Error<Reply>;

/// How a session ended.
#[cfg(feature = "net")]
pub type Goodbye = netspeak_core::Goodbye<Reply>;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error for a reply to this verb that will not do.
#[cfg(feature = "net")]
pub(crate) fn refused(verb: impl Into<Cow<'static, str>>, phase: Phase, reply: Reply) -> Error {
    let kind = refusal_kind(phase, &reply);
    Error::refused(verb, reply, kind)
}

/// The stable word for such a reply in this phase.
#[cfg(feature = "net")]
pub(crate) fn refusal_kind(phase: Phase, reply: &Reply) -> ErrorKind {
    let reason = match phase {
        Phase::Starttls => Reason::Refused,
        Phase::Auth if reply.is_temporary() => Reason::Temporary,
        _ => Reason::Rejected,
    };
    ErrorKind::new(phase, reason)
}

#[cfg(test)]
#[cfg(feature = "net")]
mod tests {
    use super::*;

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
            let error = refused("X", phase, reply);
            assert_eq!(
                (error.kind().to_string().as_str(), error.is_temporary()),
                (word, temporary)
            );
        }
    }
}
