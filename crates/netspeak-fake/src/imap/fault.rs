//! What may go wrong in IMAP alone.

/// What goes wrong with an IMAP command: [`Fault::imap`](crate::Fault::imap). In the bytes that other faults say, `{tag}` becomes the tag of
/// the command under way.
///
/// | to play | say |
/// |---|---|
/// | untagged lines that nobody knows, or about other messages | `say(Moment::Command("FETCH"), "* XSTATS (a 1)\r\n")`, [`ImapFault::Between`] |
/// | BYE in mid-session, again and again | `reply("FETCH", "* BYE Autologout\r\n* BYE Autologout\r\n")` |
/// | BYE and then the end | `reply("FETCH", "* BYE later\r\n")` and `Close(Moment::After("FETCH"))` |
/// | a server that turns its clients away | `reply(GREETING, "* BYE [UNAVAILABLE] later\r\n")` |
/// | NO or BAD without text, or with a code that nobody knows | `reply("SELECT", "{tag} NO\r\n")`, `reply("SELECT", "{tag} NO [X-OWN (a \"b\")] no\r\n")` |
/// | another tag, or a second answer | `reply("NOOP", "zz1 OK\r\n")`, `after("NOOP", "{tag} OK again\r\n")` |
/// | no answer at all | `reply("NOOP", "")`; data and no last line: [`ImapFault::NoTagged`] |
/// | a server that is asked too often | `reply("FETCH", "{tag} NO [LIMIT] Request is throttled. Suggested Backoff Time: 5000 milliseconds\r\n")` with `nth(1)` |
/// | nested parentheses | `reply("FETCH", ...)`, or [`ImapFault::Nested`] for a message of its own |
/// | data before the `+` of IDLE, or noise behind it | `say(Moment::Command("IDLE"), "* 1521 EXISTS\r\n")`, `after(IDLING, "* OK Still here\r\n")` |
/// | BYE as the answer to DONE | `reply("DONE", "* BYE Session expired\r\n")` and `Close(Moment::After("DONE"))` |
/// | the end of a connection that idles | `Close(Moment::After(IDLING))`, `Reset(Moment::After(EVENT))` |
/// | a literal that is refused or never asked for | `reply(LITERAL, "{tag} NO [TOOBIG] no\r\n")`, `Stall(Moment::Command(LITERAL))` |
/// | ENABLE answered OK, with nothing enabled | [`ImapFault::Nothing`] |
/// | clear text behind the upgrade | `after("STARTTLS", "* OK hello\r\n")` |
/// | a login that works and gives nothing | `reply("SELECT", "{tag} BAD User is authenticated but not connected.\r\n")` |
/// | PREAUTH where TLS is wanted | [`Builder::preauth`](crate::Builder::preauth) |
/// | other capabilities under TLS | [`Builder::capabilities_under_tls`](crate::Builder::capabilities_under_tls) |
///
/// [`LITERAL`](crate::LITERAL), [`IDLING`](crate::IDLING) and [`EVENT`](crate::EVENT) are moments of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImapFault {
    /// Does what was asked, tells the data and never the last line.
    NoTagged,
    /// Answers OK and does nothing, so that nothing else is said.
    Nothing,
    /// Announces each literal as so many octets shorter than it is.
    LiteralShort(usize),
    /// Announces each literal as so many octets longer than it is.
    LiteralLong(usize),
    /// Announces each literal with this number, and then sends what there is.
    LiteralSaid(&'static str),
    /// Writes each string as a literal.
    Literals,
    /// Writes sections of messages as quoted strings where they can be, and as NIL where they are empty.
    Quoted,
    /// Writes `{n+}`, as only clients may.
    LiteralPlus,
    /// Tells each BODYSTRUCTURE and ENVELOPE within so many parentheses.
    Nested(usize),
    /// Counts the octets of strings that are not ASCII by their characters, as some servers do in an ENVELOPE.
    LiteralInCharacters,
    /// Removes this message (by its number) once the first one has been told, and says so between the others.
    ExpungeBetween(usize),
    /// Says these lines once the first message has been told, between it and the others.
    Between(Vec<u8>),
    /// Says that some messages are gone, once all have been told: `NO [EXPUNGEISSUED]`.
    SomeAreGone,
    /// Refuses this command until ID was said, as NetEase does.
    IdFirst,
    /// Refuses ENABLE while a mailbox is open, when clients must not say it (RFC 9051 section 6.3.1), with BAD.
    NotWhileOpen,
    /// Refuses LIST with selection or return options, though they are listed, with BAD.
    PlainOnly,
    /// Refuses sets of messages that fall or are not sorted, with BAD, as QQ does.
    RisingSetsOnly,
    /// Tells what SEARCH has found in a line for each message.
    LineForEach,
    /// Leaves INBOX out of LIST, where everybody has one.
    WithoutInbox,
    /// Ends IDLE with its last line as soon as it has begun; DONE is then no command.
    EndsIdle,
    /// Puts two spaces between the words of an untagged line, and one at its end.
    Spaces,
}
