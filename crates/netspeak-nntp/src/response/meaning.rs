//! [`Meaning`]: what the codes of refusals say.

use netspeak_core::Reason;

/// What a refusal means (RFC 3977 section 3.2.1 and with each command, RFC 4643, RFC 4644).
///
/// The same number may mean different things behind different commands; these are the usual ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// 400: the server ends the session, for now.
    Unavailable,
    /// 401: another mode or capability is needed first.
    WrongMode,
    /// 403: an internal fault.
    InternalFault,
    /// 411: no such group.
    NoSuchGroup,
    /// 412: no group is selected.
    NoGroupSelected,
    /// 420: no article is selected.
    NoArticleSelected,
    /// 421: this is the last article.
    NoNextArticle,
    /// 422: this is the first article.
    NoPreviousArticle,
    /// 423: no article with that number, or none in that range.
    NoSuchNumber,
    /// 430, and 451 for one that was removed: no article with that message-id.
    NoSuchArticle,
    /// 435, 438: the article is not wanted.
    NotWanted,
    /// 431, 436: not now, try again.
    TryLater,
    /// 437, 439: the transfer was refused for good.
    TransferRejected,
    /// 440: nobody may post here.
    PostingForbidden,
    /// 441: the article was refused.
    PostingFailed,
    /// 480: log in first.
    AuthenticationRequired,
    /// 481: the login was refused.
    AuthenticationFailed,
    /// 482: commands of the login came out of order; some servers mean too many connections.
    OutOfSequence,
    /// 483: encrypt first.
    EncryptionRequired,
    /// 500: an unknown command.
    UnknownCommand,
    /// 501: bad syntax.
    BadSyntax,
    /// 502: not allowed, or not any more.
    Denied,
    /// 503: the server does not do that.
    NotSupported,
    /// 504: bad base64.
    BadBase64,
    /// Another code.
    Other(u16),
}

impl Meaning {
    /// What this code means; `None` below 400, which is no refusal.
    pub fn of(code: u16) -> Option<Self> {
        Some(match code {
            ..400 => return None,
            400 => Self::Unavailable,
            401 => Self::WrongMode,
            403 => Self::InternalFault,
            411 => Self::NoSuchGroup,
            412 => Self::NoGroupSelected,
            420 => Self::NoArticleSelected,
            421 => Self::NoNextArticle,
            422 => Self::NoPreviousArticle,
            423 => Self::NoSuchNumber,
            430 | 451 => Self::NoSuchArticle,
            435 | 438 => Self::NotWanted,
            431 | 436 => Self::TryLater,
            437 | 439 => Self::TransferRejected,
            440 => Self::PostingForbidden,
            441 => Self::PostingFailed,
            480 => Self::AuthenticationRequired,
            481 => Self::AuthenticationFailed,
            482 => Self::OutOfSequence,
            483 => Self::EncryptionRequired,
            500 => Self::UnknownCommand,
            501 => Self::BadSyntax,
            502 => Self::Denied,
            503 => Self::NotSupported,
            504 => Self::BadBase64,
            code => Self::Other(code),
        })
    }

    /// The stable word for it.
    pub(super) fn reason(self) -> Reason {
        match self {
            Self::Unavailable | Self::InternalFault | Self::TryLater => Reason::Temporary,
            Self::NoSuchGroup
            | Self::NoArticleSelected
            | Self::NoNextArticle
            | Self::NoPreviousArticle
            | Self::NoSuchNumber
            | Self::NoSuchArticle => Reason::NotFound,
            Self::PostingForbidden
            | Self::AuthenticationRequired
            | Self::EncryptionRequired
            | Self::Denied => Reason::Denied,
            _ => Reason::Rejected,
        }
    }
}
