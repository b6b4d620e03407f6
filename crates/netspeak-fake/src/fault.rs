//! What may go wrong, and when: the faults that a server plays on demand.
//!
//! A fault names a moment of the dialogue ([`Moment`]) and what happens there. Faults add up: a builder takes as many as wanted, and
//! [`Fault::nth`] and [`Fault::on_connection`] narrow one to a single occasion.

use std::collections::HashMap;
use std::time::Duration;

use crate::ftp::DataFault;
use crate::imap::ImapFault;
use crate::placeholder::replaced;
use crate::scram::ScramFault;

/// The name under which the greeting can be addressed where a verb is wanted, as in `Fault::reply(GREETING, "...")`.
pub const GREETING: &str = "greeting";

/// The name under which the TLS handshake can be addressed where a verb is wanted.
pub const HANDSHAKE: &str = "handshake";

/// The name under which the verdict on a mail can be addressed where a verb is wanted: the reply to the dot or to the last chunk, in
/// LMTP the replies.
pub const MESSAGE: &str = "message";

/// The name under which the last reply to an FTP transfer can be addressed, the one that comes when the data is through: 226, 426, ...
/// The verb's own reply is the first one: 150, or a refusal.
pub const TRANSFER: &str = "transfer";

/// The name under which the leave to send an IMAP literal can be addressed where a verb is wanted. A refusal in its place ends the command.
pub const LITERAL: &str = "literal";

/// The name under which the beginning of IMAP's IDLE can be addressed where a verb is wanted: the `+` that says so. Its end is that of
/// `DONE`, and what is told in between is an [`EVENT`].
pub const IDLING: &str = "idling";

/// The name under which what is told while an IMAP client idles can be addressed where a verb is wanted.
pub const EVENT: &str = "event";

/// The name under which the verdict on any login (PASS, APOP, the last reply of AUTH) can be addressed.
pub(crate) const LOGIN: &str = "login";

/// The name under which SASL exchanges are counted, whatever the verb that begins them is called.
pub(crate) const EXCHANGE: &str = "exchange";

/// A moment of the dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Moment {
    /// Connected, and the greeting is due.
    Greeting,
    /// The client's TLS hello is due an answer, at once or after the upgrade command.
    Handshake,
    /// The verdict on a login is due, whichever way the client logs in.
    Login,
    /// This command has arrived and its reply is due.
    Command(&'static str),
    /// So many bytes of the reply to this command have been sent. [`GREETING`] is a command here too.
    Inside(&'static str, usize),
    /// The reply to this command has been sent. [`GREETING`] is a command here too.
    After(&'static str),
    /// So many octets of a mail, as it is sent, have come in; maybe some more.
    Received(usize),
    /// So many octets have gone through an FTP data connection, either way; maybe some more.
    Transferred(usize),
}

impl Moment {
    fn verb(&self) -> &'static str {
        match self {
            Self::Greeting => GREETING,
            Self::Handshake => HANDSHAKE,
            Self::Login => LOGIN,
            Self::Received(_) => MESSAGE,
            Self::Transferred(_) => TRANSFER,
            Self::Command(verb) | Self::Inside(verb, _) | Self::After(verb) => verb,
        }
    }

    fn is_before(&self) -> bool {
        !matches!(
            self,
            Self::Inside(..) | Self::After(_) | Self::Received(_) | Self::Transferred(_)
        )
    }
}

/// One thing that the server does wrong.
///
/// ```
/// use netspeak_fake::{Fault, Moment};
/// use std::time::Duration;
///
/// let silent = Fault::Stall(Moment::Greeting);
/// let torn = Fault::Reset(Moment::Inside("RETR", 4096)).nth(2);
/// let flaky = Fault::Close(Moment::After("PASS")).on_connection(1);
/// let forged = Fault::after("STAT", "+OK 9 9999\r\n");
/// let injected = Fault::after("STLS", "+OK hello from before the handshake\r\n");
/// let loris = Fault::Slow { from: Moment::Greeting, every: Duration::from_millis(400) };
/// # let _ = (silent, torn, flaky, forged, injected, loris);
/// ```
///
/// | to play | say |
/// |---|---|
/// | another protocol, or a server that sends its clients away | `reply(GREETING, "220 mail.example ESMTP\r\n")`, `reply(GREETING, "-ERR [IN-USE] later\r\n")` |
/// | terminal escapes, wrong encodings, junk and impossible numbers | `reply("STAT", b"+OK \x1b[2J \xff 2 -5\r\n")` |
/// | an upgrade that is offered and refused, or answered and not begun | `reply("STLS", "-ERR no\r\n")`, [`Fault::ClearText`] |
/// | a silent TLS port, one without TLS, one that never stops | `Stall(Moment::Handshake)`, [`Fault::ClearText`], `Flood { at: Moment::Handshake, .. }` |
/// | a refused login | `reply("PASS", "-ERR [SYS/TEMP] not now\r\n")` |
/// | a success that nobody earned | `reply("AUTH", "+OK\r\n")`, [`ScramFault::NoSignature`] |
/// | replies before their commands | `after(GREETING, "+OK\r\n+OK\r\n")` |
/// | a list, a message or a line without end | `endless_list(Moment::Command("UIDL"), "+OK\r\n", "1 x")`, `endless_line(Moment::Greeting, "+OK ")` |
/// | a mail server that closes down | `reply("RCPT", "421 4.3.2 closing\r\n")`; in the middle of a mail: `say(Moment::Received(1000), "421 4.3.2 closing\r\n")` and [`Fault::Close`] there |
/// | a mail that may have been taken or not | `Reset(Moment::Command(MESSAGE))`: no; `Reset(Moment::Inside(MESSAGE, 0))`: yes |
/// | a mail that can't be sent to its end | `Deaf(Moment::Received(1000))` |
/// | a mail refused after its data | `reply(MESSAGE, "554 5.6.0 no\r\n")` |
/// | replies without text, with many lines, in no encoding | `reply("RCPT", "250\r\n")`, `reply("RCPT", "250-a\r\n250 b\r\n")`, `reply("RCPT", b"250 \xff\r\n")` |
/// | an FTP transfer that goes wrong | [`DataFault`] has a table of its own |
/// | an IMAP server that goes wrong | [`ImapFault`] has a table of its own |
/// | an HTTP answer that goes wrong | `reply("GET", "HTTP/1.1 200 OK\r\n...")`, `Close(Moment::After("GET"))` for connections that are kept; [`Http`](crate::Http) has a table of its own, `Builder::raw` and [`Page`](crate::Page) the rest |
/// | a QUIT that does not commit | `reply("QUIT", "-ERR not removed\r\n")`, `Reset(Moment::Command("QUIT"))` |
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// Says nothing from here on and keeps the connection. What the client says is still logged.
    Stall(Moment),
    /// Reads nothing from here on, says nothing and keeps the connection, even one that the client has left.
    Deaf(Moment),
    /// Says these bytes, which nobody has asked for, and goes on.
    Say {
        /// When.
        at: Moment,
        /// What is said.
        bytes: Vec<u8>,
    },
    /// Ends the connection in good order: close_notify on TLS, then FIN.
    Close(Moment),
    /// Ends the connection with a FIN and no close_notify. In clear text the same as [`Fault::Close`].
    Truncate(Moment),
    /// Ends the connection with an RST. A stream in memory is dropped, for want of such a thing.
    Reset(Moment),
    /// Sends `head`, then `repeat` for ever, as fast as the client reads. See [`Fault::endless_line`] and [`Fault::endless_list`].
    Flood {
        /// When it begins.
        at: Moment,
        /// What is sent once.
        head: Vec<u8>,
        /// What is sent again and again.
        repeat: Vec<u8>,
    },
    /// From here on each byte comes alone, `every` so long, on tokio's clock. A TLS handshake is not slowed down.
    Slow {
        /// When it begins.
        from: Moment,
        /// The pause before each byte.
        every: Duration,
    },
    /// Answers this verb with these bytes, line ends included. A refusal (POP3: `-ERR`, SMTP and HTTP: 4xx and 5xx) also keeps the server from doing what was
    /// asked; anything else replaces the reply only. For the verb of a SASL exchange (AUTH) it stands in place of the whole
    /// exchange, for [`HANDSHAKE`] of the TLS hello (then silence).
    Reply {
        /// The verb, in capitals, or [`GREETING`], or [`HANDSHAKE`].
        verb: &'static str,
        /// The reply as it goes to the wire.
        bytes: Vec<u8>,
    },
    /// Appends these bytes to the reply, in the same write: injected plain text behind STLS, replies that nobody has asked for yet.
    After {
        /// The verb, in capitals, or [`GREETING`].
        verb: &'static str,
        /// What is appended.
        bytes: Vec<u8>,
    },
    /// Refuses this verb and quotes the client's own line in the refusal, for the verb of a SASL exchange (AUTH) its last response, decoded
    /// too: secrets and all.
    Echo(&'static str),
    /// Goes on in clear text where the TLS handshake is due.
    ClearText,
    /// Ends lines with LF alone wherever CR LF is due.
    LineFeedsOnly,
    /// Forgets to double the dots in front of lines of a message.
    Unstuffed,
    /// Writes the replies to commands that came together in one go.
    OneWrite,
    /// Throws away what came together with a command, as servers without PIPELINING may.
    DropPipelined,
    /// Sends this line as the first SASL challenge: not base64, not a challenge, whatever.
    Challenge(Vec<u8>),
    /// Answers every SASL response with another challenge.
    EndlessChallenges,
    /// Goes wrong on the FTP data connection of this verb.
    Data {
        /// The verb, in capitals.
        verb: &'static str,
        /// What goes wrong.
        fault: DataFault,
    },
    /// Does this in IMAP when this verb comes.
    Imap {
        /// The verb, in capitals: `FETCH`, `UID FETCH`.
        verb: &'static str,
        /// What goes wrong.
        fault: ImapFault,
    },
    /// Plays foul in SCRAM.
    Scram(ScramFault),
    /// Plays this fault on the connection of this number only, the first being 1. See [`Fault::on_connection`].
    OnConnection(usize, Box<Self>),
    /// Plays this fault only the n-th time that its verb comes in a connection, the first being 1. See [`Fault::nth`].
    Nth(usize, Box<Self>),
}

impl Fault {
    /// [`Fault::Reply`]: answers this verb with these bytes.
    pub fn reply(verb: &'static str, bytes: impl AsRef<[u8]>) -> Self {
        Self::Reply {
            verb,
            bytes: bytes.as_ref().to_vec(),
        }
    }

    /// [`Fault::After`]: appends these bytes to the reply to this verb.
    pub fn after(verb: &'static str, bytes: impl AsRef<[u8]>) -> Self {
        Self::After {
            verb,
            bytes: bytes.as_ref().to_vec(),
        }
    }

    /// [`Fault::Data`]: goes wrong on the FTP data connection of this verb.
    pub fn data(verb: &'static str, fault: DataFault) -> Self {
        Self::Data { verb, fault }
    }

    /// [`Fault::Imap`]: does this in IMAP when this verb comes.
    pub fn imap(verb: &'static str, fault: ImapFault) -> Self {
        Self::Imap { verb, fault }
    }

    /// [`Fault::Say`]: says these bytes, unasked.
    pub fn say(at: Moment, bytes: impl AsRef<[u8]>) -> Self {
        Self::Say {
            at,
            bytes: bytes.as_ref().to_vec(),
        }
    }

    /// A reply that starts with `head` and whose line never ends.
    pub fn endless_line(at: Moment, head: impl AsRef<[u8]>) -> Self {
        Self::Flood {
            at,
            head: head.as_ref().to_vec(),
            repeat: b"x".to_vec(),
        }
    }

    /// A multi-line reply that starts with `head`, a line or more, and then repeats `line` (without its line end) for ever.
    pub fn endless_list(at: Moment, head: impl AsRef<[u8]>, line: impl AsRef<[u8]>) -> Self {
        let mut repeat = line.as_ref().to_vec();
        repeat.extend_from_slice(b"\r\n");
        Self::Flood {
            at,
            head: head.as_ref().to_vec(),
            repeat,
        }
    }

    /// This fault, the n-th time that its verb comes in a connection and no other time. The first is 1.
    #[must_use]
    pub fn nth(self, n: usize) -> Self {
        Self::Nth(n, Box::new(self))
    }

    /// This fault, on the connection of this number and no other. The first is 1.
    #[must_use]
    pub fn on_connection(self, number: usize) -> Self {
        Self::OnConnection(number, Box::new(self))
    }

    /// The moment at which this fault interrupts the dialogue, for those that do.
    fn phase(&self) -> Option<&Moment> {
        match self {
            Self::Stall(at) | Self::Deaf(at) => Some(at),
            Self::Close(at) | Self::Truncate(at) | Self::Reset(at) => Some(at),
            Self::Say { at, .. } | Self::Flood { at, .. } | Self::Slow { from: at, .. } => Some(at),
            _ => None,
        }
    }

    fn verb(&self) -> Option<&'static str> {
        match self {
            Self::Reply { verb, .. } | Self::After { verb, .. } | Self::Echo(verb) => Some(verb),
            Self::Data { verb, .. } | Self::Imap { verb, .. } => Some(verb),
            Self::Challenge(_) | Self::EndlessChallenges | Self::Scram(_) => Some(EXCHANGE),
            Self::ClearText => Some(HANDSHAKE),
            other => other.phase().map(Moment::verb),
        }
    }
}

/// The faults of one connection, and how often each verb has come.
pub(crate) struct Script {
    rules: Vec<Rule>,
    counts: HashMap<String, usize>,
    /// What words in braces stand for by now.
    names: Vec<(&'static str, Vec<u8>)>,
}

struct Rule {
    fault: Fault,
    nth: Option<usize>,
}

impl Script {
    pub(crate) fn new(faults: &[Fault], connection: usize) -> Self {
        let rules = faults
            .iter()
            .filter_map(|fault| Rule::new(fault, connection))
            .collect();
        Self {
            rules,
            counts: HashMap::new(),
            names: Vec::new(),
        }
    }

    /// From now on this name, in braces, stands for this in what a test has written.
    pub(crate) fn name(&mut self, name: &'static str, value: &[u8]) {
        self.names.retain(|(known, _)| *known != name);
        self.names.push((name, value.to_vec()));
    }

    /// What a test has written, with all names filled in.
    pub(crate) fn filled(&self, bytes: &[u8]) -> Vec<u8> {
        let names = self.names.iter();
        names.fold(bytes.to_vec(), |text, (name, value)| {
            replaced(&text, name.as_bytes(), value)
        })
    }

    /// Counts one more coming of this verb.
    pub(crate) fn begin(&mut self, verb: &str) {
        *self.counts.entry(verb.to_owned()).or_default() += 1;
    }

    fn live(&self) -> impl Iterator<Item = &Fault> {
        self.rules
            .iter()
            .filter(|rule| self.is_due(rule))
            .map(|rule| &rule.fault)
    }

    fn is_due(&self, rule: &Rule) -> bool {
        let Some(nth) = rule.nth else { return true };
        rule.fault
            .verb()
            .is_none_or(|verb| self.counts.get(verb).copied() == Some(nth))
    }

    /// Whether any fault that is due has to do with this verb, or with all replies.
    pub(crate) fn concerns(&self, verb: &str) -> bool {
        self.has(|fault| match fault {
            Fault::LineFeedsOnly => true,
            other => other.verb() == Some(verb),
        })
    }

    /// The interruptions due before the reply to this verb.
    pub(crate) fn before(&self, verb: &str) -> Vec<Fault> {
        self.interruptions(|phase| phase.is_before() && phase.verb() == verb)
    }

    /// The interruptions due after the reply to this verb.
    pub(crate) fn after(&self, verb: &str) -> Vec<Fault> {
        self.interruptions(|phase| matches!(phase, Moment::After(name) if *name == verb))
    }

    /// The interruptions due when this count of a mail's octets rises from `before` to `now`.
    pub(crate) fn received(&self, before: usize, now: usize) -> Vec<Fault> {
        self.interruptions(
            |phase| matches!(phase, Moment::Received(at) if (before + 1..=now).contains(&(*at).max(1))),
        )
    }

    /// The interruptions due when this count of a data connection's octets rises from `before` to `now`.
    pub(crate) fn transferred(&self, before: usize, now: usize) -> Vec<Fault> {
        self.interruptions(
            |phase| matches!(phase, Moment::Transferred(at) if (before + 1..=now).contains(&(*at).max(1))),
        )
    }

    /// The next count of a data connection's octets after this one at which something is due.
    pub(crate) fn next_transferred(&self, now: usize) -> Option<usize> {
        self.live()
            .filter_map(|fault| match fault.phase() {
                Some(Moment::Transferred(at)) if *at > now => Some(*at),
                _ => None,
            })
            .min()
    }

    /// What goes wrong on the data connection of this verb.
    pub(crate) fn data(&self, verb: &str) -> Option<DataFault> {
        self.live().find_map(|fault| match fault {
            Fault::Data { verb: name, fault } if *name == verb => Some(fault.clone()),
            _ => None,
        })
    }

    /// The interruptions due in mid-reply, with their offsets in rising order.
    pub(crate) fn inside(&self, verb: &str) -> Vec<(usize, Fault)> {
        let mut found: Vec<_> = self
            .live()
            .filter_map(|fault| match fault.phase() {
                Some(Moment::Inside(name, offset)) if *name == verb => {
                    Some((*offset, fault.clone()))
                }
                _ => None,
            })
            .collect();
        found.sort_by_key(|(offset, _)| *offset);
        found
    }

    fn interruptions(&self, is_due: impl Fn(&Moment) -> bool) -> Vec<Fault> {
        self.live()
            .filter(|fault| fault.phase().is_some_and(&is_due))
            .cloned()
            .collect()
    }

    /// The reply forced upon this verb.
    pub(crate) fn forced(&self, verb: &str) -> Option<Vec<u8>> {
        self.live().find_map(|fault| match fault {
            Fault::Reply { verb: name, bytes } if *name == verb => Some(self.filled(bytes)),
            _ => None,
        })
    }

    /// Whether this verb is refused and the client quoted.
    pub(crate) fn echoes(&self, verb: &str) -> bool {
        self.has(|fault| matches!(fault, Fault::Echo(name) if *name == verb))
    }

    /// Whether dots in front of lines are doubled.
    pub(crate) fn stuffs(&self) -> bool {
        !self.has(|fault| matches!(fault, Fault::Unstuffed))
    }

    /// What is appended to the reply to this verb.
    pub(crate) fn appended(&self, verb: &str) -> Vec<u8> {
        self.live()
            .filter_map(|fault| match fault {
                Fault::After { verb: name, bytes } if *name == verb => Some(self.filled(bytes)),
                _ => None,
            })
            .collect::<Vec<_>>()
            .concat()
    }

    /// What goes wrong with this verb in IMAP.
    pub(crate) fn imap(&self, verb: &str) -> Vec<ImapFault> {
        self.live()
            .filter_map(|fault| match fault {
                Fault::Imap { verb: name, fault } if *name == verb => Some(fault.clone()),
                _ => None,
            })
            .collect()
    }

    /// The first SASL challenge, forced.
    pub(crate) fn challenge(&self) -> Option<Vec<u8>> {
        self.live().find_map(|fault| match fault {
            Fault::Challenge(line) => Some(line.clone()),
            _ => None,
        })
    }

    pub(crate) fn scram(&self) -> Vec<ScramFault> {
        self.live()
            .filter_map(|fault| match fault {
                Fault::Scram(foul) => Some(*foul),
                _ => None,
            })
            .collect()
    }

    /// Whether one of the faults that are so throughout a connection is on.
    pub(crate) fn has(&self, wanted: impl Fn(&Fault) -> bool) -> bool {
        self.live().any(wanted)
    }
}

impl Rule {
    /// Unwraps the narrowing; `None` if the fault is for another connection.
    fn new(fault: &Fault, connection: usize) -> Option<Self> {
        let (mut fault, mut nth) = (fault, None);
        loop {
            match fault {
                Fault::OnConnection(number, _) if *number != connection => return None,
                Fault::OnConnection(_, inner) => fault = inner,
                Fault::Nth(n, inner) => (fault, nth) = (inner, Some(*n)),
                plain => {
                    return Some(Self {
                        fault: plain.clone(),
                        nth,
                    });
                }
            }
        }
    }
}
