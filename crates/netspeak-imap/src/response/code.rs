//! [`Code`]: what stands in brackets at the beginning of a status (RFC 9051 section 7.1).

use std::borrow::Cow;

use crate::grammar::{self, Parsed, Upper, whole_id, whole_number};
use crate::types::{Capabilities, Flag, IdList, IdSet, Text};

/// Codes of one word, and those that say more.
macro_rules! codes {
    ($($(#[$doc:meta])* $plain:ident = $word:literal;)* --- $($typed:tt)*) => {
        /// Why, in a form for programs.
        ///
        /// A code whose arguments cannot be read is [`Other`](Self::Other): `UIDNEXT 0` is one, for
        /// servers that do not know.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $plain,)*
            $($typed)*
        }

        impl Code {
            /// A code that is known by its word alone.
            fn plain(word: &[u8]) -> Option<Self> {
                match std::str::from_utf8(word).ok()? {
                    $($word => Some(Self::$plain),)*
                    _ => None,
                }
            }

            fn plain_name(&self) -> &'static str {
                match self {
                    $(Self::$plain => $word,)*
                    _ => "",
                }
            }
        }
    };
}

codes! {
    /// `ALERT`: the text must be shown to people.
    Alert = "ALERT";
    /// `ALREADYEXISTS`: a mailbox of this name is there (RFC 5530).
    AlreadyExists = "ALREADYEXISTS";
    /// `AUTHENTICATIONFAILED`: wrong credentials (RFC 5530).
    AuthenticationFailed = "AUTHENTICATIONFAILED";
    /// `AUTHORIZATIONFAILED`: right credentials, but not for this user (RFC 5530).
    AuthorizationFailed = "AUTHORIZATIONFAILED";
    /// `BADCOMPARATOR` (RFC 5255)
    BadComparator = "BADCOMPARATOR";
    /// `CANNOT`: this can never work (RFC 5530).
    Cannot = "CANNOT";
    /// `CLIENTBUG` (RFC 5530)
    ClientBug = "CLIENTBUG";
    /// `CLOSED`: what comes from here on is about the mailbox that is being opened (RFC 7162).
    Closed = "CLOSED";
    /// `COMPRESSIONACTIVE`: the connection is compressed already (RFC 4978).
    CompressionActive = "COMPRESSIONACTIVE";
    /// `CONTACTADMIN` (RFC 5530)
    ContactAdmin = "CONTACTADMIN";
    /// `CORRUPTION`: the server's data is damaged (RFC 5530).
    Corruption = "CORRUPTION";
    /// `EXPIRED`: the credentials are too old (RFC 5530).
    Expired = "EXPIRED";
    /// `EXPUNGEISSUED`: somebody removed messages meanwhile (RFC 5530).
    ExpungeIssued = "EXPUNGEISSUED";
    /// `HASCHILDREN`: the mailbox cannot be deleted before those in it (RFC 9051).
    HasChildren = "HASCHILDREN";
    /// `INUSE`: somebody else holds it; it may work later (RFC 5530).
    InUse = "INUSE";
    /// `LIMIT`: too much of something (RFC 5530).
    Limit = "LIMIT";
    /// `NOMODSEQ`: the mailbox keeps no modification sequences (RFC 7162).
    NoModseq = "NOMODSEQ";
    /// `NONEXISTENT`: no such mailbox (RFC 5530).
    NonExistent = "NONEXISTENT";
    /// `NOPERM`: not allowed (RFC 5530).
    NoPerm = "NOPERM";
    /// `NOTIFICATIONOVERFLOW`: too much happens, and the server tells no more (RFC 5465).
    NotificationOverflow = "NOTIFICATIONOVERFLOW";
    /// `NOTSAVED`: there is no saved search result (RFC 5182).
    NotSaved = "NOTSAVED";
    /// `OVERQUOTA`: the mailbox is full (RFC 5530).
    OverQuota = "OVERQUOTA";
    /// `PARSE`: a message is not well formed.
    Parse = "PARSE";
    /// `PRIVACYREQUIRED`: only with TLS (RFC 5530).
    PrivacyRequired = "PRIVACYREQUIRED";
    /// `READ-ONLY`: the mailbox is open, and nothing in it can be changed.
    ReadOnly = "READ-ONLY";
    /// `READ-WRITE`: the mailbox is open.
    ReadWrite = "READ-WRITE";
    /// `SERVERBUG` (RFC 5530)
    ServerBug = "SERVERBUG";
    /// `TEMPFAIL`: a conversion failed for now (RFC 5259).
    TempFail = "TEMPFAIL";
    /// `TOOBIG`: larger than what the server takes (RFC 4469, RFC 7889).
    TooBig = "TOOBIG";
    /// `TRYCREATE`: the mailbox is not there, and CREATE may help.
    TryCreate = "TRYCREATE";
    /// `UIDNOTSTICKY`: UIDs are other ones next time (RFC 4315).
    UidNotSticky = "UIDNOTSTICKY";
    /// `UIDREQUIRED`: message numbers cannot be used any more (RFC 9586).
    UidRequired = "UIDREQUIRED";
    /// `UNAVAILABLE`: something behind the server is down; it may work later (RFC 5530).
    Unavailable = "UNAVAILABLE";
    /// `UNKNOWN-CTE`: the transfer encoding of a part cannot be undone (RFC 3516).
    UnknownCte = "UNKNOWN-CTE";
    /// `USEATTR`: no mailbox can have this special use (RFC 6154).
    UseAttr = "USEATTR";
    ---
    /// `APPENDUID`: what was appended got these UIDs (RFC 4315).
    AppendUid {
        /// UIDVALIDITY of the mailbox.
        validity: u32,
        /// One UID a message.
        uids: IdSet,
    },
    /// `BADCHARSET`: SEARCH takes other character sets.
    BadCharset(Vec<Text>),
    /// `BADEVENT`: NOTIFY takes these events only (RFC 5465).
    BadEvent(Vec<Text>),
    /// `BADURL`: a URL in CATENATE leads nowhere (RFC 4469).
    BadUrl(Text),
    /// `CAPABILITY`
    Capability(Capabilities),
    /// `COPYUID`: what was copied got new UIDs (RFC 4315).
    CopyUid(CopyUid),
    /// `HIGHESTMODSEQ` (RFC 7162)
    HighestModseq(u64),
    /// `INPROGRESS`: the command takes its time (RFC 9585).
    InProgress {
        /// Which command.
        tag: Option<Text>,
        /// How much is done.
        done: Option<u64>,
        /// Of how much.
        goal: Option<u64>,
    },
    /// `MAILBOXID` (RFC 8474)
    MailboxId(Text),
    /// `MESSAGELIMIT`: only so many messages were dealt with (RFC 9738).
    MessageLimit {
        /// How many at a time.
        limit: u32,
        /// The lowest UID that was dealt with.
        lowest: Option<u32>,
    },
    /// `METADATA` (RFC 5464)
    Metadata(MetadataCode),
    /// `MODIFIED`: these messages were changed meanwhile, and were left alone (RFC 7162).
    Modified(IdSet),
    /// `NOUPDATE`: no news about this search (RFC 5267).
    NoUpdate(Text),
    /// `PERMANENTFLAGS`: the flags that can be changed for good.
    PermanentFlags(Vec<Flag>),
    /// `REFERRAL`: another server has it (RFC 2221, RFC 2193).
    Referral(Text),
    /// `UIDNEXT`: the UID that the next message gets, or a lower one.
    UidNext(u32),
    /// `UIDVALIDITY`: another value than before means that all UIDs are new.
    UidValidity(u32),
    /// `UNDEFINED-FILTER`: there is no filter of this name (RFC 5466).
    UndefinedFilter(Text),
    /// `UNSEEN`: the number of the first message that nobody read.
    Unseen(u32),
    /// Another one, or one whose arguments could not be read.
    Other {
        /// Its word, as it came.
        name: Text,
        /// What stands behind the word.
        rest: Text,
    },
}

/// Why METADATA was refused, or cut short (RFC 5464 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataCode {
    /// `LONGENTRIES`: there are entries of this size, larger than was asked for.
    LongEntries(u64),
    /// `MAXSIZE`: entries may be so large.
    MaxSize(u64),
    /// `TOOMANY`: no more entries.
    TooMany,
    /// `NOPRIVATE`: there are no private entries.
    NoPrivate,
}

/// Which copy is which (RFC 4315 section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyUid {
    /// UIDVALIDITY of the mailbox that was copied to.
    pub validity: u32,
    /// UIDs of the messages that were copied, in the order of the copies.
    pub source: IdList,
    /// UIDs of the copies.
    pub target: IdList,
}

impl CopyUid {
    /// Each message with its copy. Servers that send more of one than of the other are taken for what
    /// fits.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.source.iter().zip(self.target.iter())
    }
}

impl Code {
    /// The code that a text begins with, and what stands behind its bracket.
    pub(super) fn find(text: &[u8]) -> Option<(Self, &[u8])> {
        let inside = text.strip_prefix(b"[")?;
        let end = closing_bracket(inside).or_else(|| memchr::memchr(b']', inside))?;
        let (code, rest) = inside.split_at_checked(end)?;
        Some((Self::parse(code), rest.get(1..)?))
    }

    fn parse(code: &[u8]) -> Self {
        let code = grammar::blanks(code).trim_ascii_end();
        let (rest, name) = grammar::word(code).unwrap_or((code, b""));
        let rest = grammar::blanks(rest);
        let word = Upper::new(name);
        let known = Self::plain(word.as_bytes()).or_else(|| Self::typed(word.as_bytes(), rest));
        known.unwrap_or_else(|| Self::Other {
            name: name.into(),
            rest: rest.into(),
        })
    }

    fn typed(word: &[u8], rest: &[u8]) -> Option<Self> {
        let mut words = grammar::words(rest);
        let mut next = || words.next().unwrap_or_default();
        Some(match word {
            b"APPENDUID" => Self::AppendUid {
                validity: whole_id(next())?,
                uids: IdSet::from_wire(next())?,
            },
            b"BADCHARSET" => Self::BadCharset(texts(rest)),
            b"BADEVENT" => Self::BadEvent(texts(rest)),
            b"BADURL" => Self::BadUrl(rest.into()),
            b"CAPABILITY" => Self::Capability(Capabilities::from_words(grammar::words(rest))),
            b"COPYUID" => Self::CopyUid(CopyUid {
                validity: whole_id(next())?,
                source: IdList::from_wire(next())?,
                target: IdList::from_wire(next())?,
            }),
            b"HIGHESTMODSEQ" => Self::HighestModseq(whole_number(next())?),
            b"INPROGRESS" => in_progress(rest)?,
            b"MAILBOXID" => Self::MailboxId(texts(rest).into_iter().next()?),
            b"MESSAGELIMIT" => Self::MessageLimit {
                limit: whole_id(next())?,
                lowest: whole_id(next()),
            },
            b"METADATA" => Self::Metadata(match Upper::new(next()).as_bytes() {
                b"LONGENTRIES" => MetadataCode::LongEntries(whole_number(next())?),
                b"MAXSIZE" => MetadataCode::MaxSize(whole_number(next())?),
                b"TOOMANY" => MetadataCode::TooMany,
                b"NOPRIVATE" => MetadataCode::NoPrivate,
                _ => return None,
            }),
            b"MODIFIED" => Self::Modified(IdSet::from_wire(next())?),
            b"NOUPDATE" => Self::NoUpdate(grammar::astring(rest).ok()?.1.into()),
            b"PERMANENTFLAGS" => Self::PermanentFlags(grammar::nlist(rest, super::flag).ok()?.1),
            b"REFERRAL" => Self::Referral(rest.into()),
            b"UIDNEXT" => Self::UidNext(whole_id(next())?),
            b"UIDVALIDITY" => Self::UidValidity(whole_id(next())?),
            b"UNDEFINED-FILTER" => Self::UndefinedFilter(rest.into()),
            b"UNSEEN" => Self::Unseen(whole_id(next())?),
            _ => return None,
        })
    }

    /// Its word.
    pub fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::AppendUid { .. } => "APPENDUID",
            Self::BadCharset(_) => "BADCHARSET",
            Self::BadEvent(_) => "BADEVENT",
            Self::BadUrl(_) => "BADURL",
            Self::Capability(_) => "CAPABILITY",
            Self::CopyUid(_) => "COPYUID",
            Self::HighestModseq(_) => "HIGHESTMODSEQ",
            Self::InProgress { .. } => "INPROGRESS",
            Self::MailboxId(_) => "MAILBOXID",
            Self::MessageLimit { .. } => "MESSAGELIMIT",
            Self::Metadata(_) => "METADATA",
            Self::Modified(_) => "MODIFIED",
            Self::NoUpdate(_) => "NOUPDATE",
            Self::PermanentFlags(_) => "PERMANENTFLAGS",
            Self::Referral(_) => "REFERRAL",
            Self::UidNext(_) => "UIDNEXT",
            Self::UidValidity(_) => "UIDVALIDITY",
            Self::UndefinedFilter(_) => "UNDEFINED-FILTER",
            Self::Unseen(_) => "UNSEEN",
            Self::Other { name, .. } => return Cow::Owned(name.to_string()),
            plain => plain.plain_name(),
        })
    }
}

/// Where a code ends: brackets in strings, in parentheses and within brackets are its own.
fn closing_bracket(inside: &[u8]) -> Option<usize> {
    let mut rest = inside;
    let (mut parentheses, mut brackets) = (0usize, 0usize);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match byte {
            b'"' => grammar::quoted(rest).ok()?.0,
            _ => behind,
        };
        match byte {
            b'(' => parentheses += 1,
            b')' => parentheses = parentheses.checked_sub(1)?,
            b'[' | b']' if parentheses > 0 => {}
            b'[' => brackets += 1,
            b']' if brackets > 0 => brackets -= 1,
            b']' => return inside.len().checked_sub(behind.len())?.checked_sub(1),
            _ => {}
        }
    }
    None
}

/// Strings in parentheses, or without.
fn texts(input: &[u8]) -> Vec<Text> {
    let text = |input| -> Parsed<'_, Text> {
        grammar::astring(input).map(|(rest, text)| (rest, text.into()))
    };
    if let Ok((_, texts)) = grammar::list(input, text) {
        return texts;
    }
    grammar::words(input).map(Text::from).collect()
}

/// `"(" (tag / NIL) SP (number / NIL) SP (number / NIL) ")"`, or nothing.
fn in_progress(rest: &[u8]) -> Option<Code> {
    let Some(inside) = rest.strip_prefix(b"(") else {
        return rest.is_empty().then_some(Code::InProgress {
            tag: None,
            done: None,
            goal: None,
        });
    };
    let (inside, tag) = grammar::nstring(inside).ok()?;
    let (inside, done) = grammar::amount(inside).ok()?;
    let (_, goal) = grammar::amount(inside).ok()?;
    Some(Code::InProgress { tag, done, goal })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        let (code, rest) = Code::find(text.as_bytes()).unwrap();
        assert_eq!(rest, b"", "{text}");
        code
    }

    fn other(name: &str, rest: &str) -> Code {
        Code::Other {
            name: name.into(),
            rest: rest.into(),
        }
    }

    fn set(text: &str) -> IdSet {
        text.parse().unwrap()
    }

    #[test]
    fn the_codes_of_the_rfcs() {
        let list = |text: &str| IdList::from_wire(text.as_bytes()).unwrap();
        for (text, expected) in [
            ("[ALERT]", Code::Alert),
            ("[read-only]", Code::ReadOnly),
            ("[UNKNOWN-CTE]", Code::UnknownCte),
            (
                "[APPENDUID 38505 3955:3957]",
                Code::AppendUid {
                    validity: 38505,
                    uids: set("3955:3957"),
                },
            ),
            (
                "[COPYUID 38505 304,319:320 3956:3958]",
                Code::CopyUid(CopyUid {
                    validity: 38505,
                    source: list("304,319:320"),
                    target: list("3956:3958"),
                }),
            ),
            (
                "[HIGHESTMODSEQ 715194045007]",
                Code::HighestModseq(715_194_045_007),
            ),
            ("[MODIFIED 7,9]", Code::Modified(set("7,9"))),
            (
                "[MAILBOXID (F2212ea87)]",
                Code::MailboxId("F2212ea87".into()),
            ),
            (
                "[METADATA LONGENTRIES 2199]",
                Code::Metadata(MetadataCode::LongEntries(2199)),
            ),
            ("[METADATA TOOMANY]", Code::Metadata(MetadataCode::TooMany)),
            (
                "[REFERRAL imap://[::1]/INBOX]",
                Code::Referral("imap://[::1]/INBOX".into()),
            ),
            ("[BADCHARSET]", Code::BadCharset(vec![])),
            (
                "[BADCHARSET (UTF-8 \"US-ASCII\")]",
                Code::BadCharset(vec!["UTF-8".into(), "US-ASCII".into()]),
            ),
            (
                "[BADEVENT (MessageNew MessageExpunge)]",
                Code::BadEvent(vec!["MessageNew".into(), "MessageExpunge".into()]),
            ),
            (
                "[PERMANENTFLAGS (\\Seen [x] y] \\*)]",
                Code::PermanentFlags(vec![
                    Flag::Seen,
                    Flag::from_wire(b"[x]"),
                    Flag::from_wire(b"y]"),
                    Flag::Any,
                ]),
            ),
            (
                "[INPROGRESS (\"A1\" 454 NIL)]",
                Code::InProgress {
                    tag: Some("A1".into()),
                    done: Some(454),
                    goal: None,
                },
            ),
            (
                "[INPROGRESS]",
                Code::InProgress {
                    tag: None,
                    done: None,
                    goal: None,
                },
            ),
            (
                "[MESSAGELIMIT 1000 23221]",
                Code::MessageLimit {
                    limit: 1000,
                    lowest: Some(23221),
                },
            ),
            ("[NOUPDATE \"B02\"]", Code::NoUpdate("B02".into())),
            ("[UIDNEXT 4392]", Code::UidNext(4392)),
        ] {
            let found = code(text);
            assert_eq!(found, expected);
            assert!(
                text.to_ascii_uppercase().contains(&*found.name()),
                "{found:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_kept() {
        for (text, expected) in [
            ("[UIDNEXT 0]", other("UIDNEXT", "0")),
            (
                "[UIDVALIDITY 4294967296]",
                other("UIDVALIDITY", "4294967296"),
            ),
            ("[COPYUID 1234  ]", other("COPYUID", "1234")),
            ("[X-LIMIT (a \"]\") 5]", other("X-LIMIT", "(a \"]\") 5")),
            ("[]", other("", "")),
            ("[a\"b]", other("a\"b", "")),
            ("[x (]", other("x", "(")),
        ] {
            assert_eq!(code(text), expected);
        }
        for text in ["", "a [b]", "[", "[ALERT"] {
            assert_eq!(Code::find(text.as_bytes()), None);
        }
    }

    #[test]
    fn copies_go_in_pairs_in_the_order_of_the_server() {
        let Code::CopyUid(copied) = code("[COPYUID 1 9,3:4 100:102]") else {
            panic!("no COPYUID");
        };
        assert_eq!(
            copied.pairs().collect::<Vec<_>>(),
            [(9, 100), (3, 101), (4, 102)]
        );
    }
}
