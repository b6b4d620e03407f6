//! [`ReplyCodec`]: where replies begin and end, and [`State`]: what may be said when.

use std::ops::Range;

use netspeak_core::{Budget, Codec, Limits, LineCodec, Result, Shown, Step};

use crate::command::Command;
use crate::response::{LineStart, line_start, not_a_reply};

/// The state of a session (RFC 959 section 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody is logged in.
    Greeted,
    /// The user is named, and the password or the account is due.
    Named,
    /// Logged in.
    LoggedIn,
    /// A transfer is under way.
    Transferring,
}

impl State {
    /// What may be said when. Who is not logged in may not touch files; while a transfer is under
    /// way only what is about it may be said.
    pub fn allows(self, command: &Command<'_>) -> bool {
        use State::{Greeted, LoggedIn, Named, Transferring};
        let states: &[Self] = match command {
            Command::Auth(_) | Command::Host(_) => &[Greeted],
            Command::User(_) => &[Greeted, Named],
            Command::Pass(_) => &[Named],
            // Also for the rights to a file (RFC 959 section 4.1.1).
            Command::Acct(_) => &[Named, LoggedIn],
            Command::Feat
            | Command::Opts(_)
            | Command::Clnt(_)
            | Command::Lang(_)
            | Command::Syst
            | Command::Help(_)
            | Command::Pbsz
            | Command::Prot(_)
            | Command::Ccc
            | Command::Rein
            | Command::Raw(_) => &[Greeted, Named, LoggedIn],
            Command::Noop | Command::Stat(None) | Command::Quit => {
                &[Greeted, Named, LoggedIn, Transferring]
            }
            Command::Abor => &[Transferring],
            _ => &[LoggedIn],
        };
        states.contains(&self)
    }

    /// In words, for errors.
    #[cfg(feature = "net")]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Greeted => "before the login",
            Self::Named => "in the middle of the login",
            Self::LoggedIn => "after the login",
            Self::Transferring => "while a transfer is under way",
        }
    }
}

/// A line of a reply, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A line behind which the reply goes on.
    Line(Range<usize>),
    /// A line that looks like the last one of another reply. If nothing more comes, it is the last one
    /// of this: some servers end a reply with another code. See [`ReplyCodec::end_here`].
    Perhaps(Range<usize>),
    /// The last line.
    Last(Range<usize>),
}

/// Cuts replies into lines (RFC 959 section 4.2).
#[derive(Clone, Debug)]
pub struct ReplyCodec {
    /// The code of the reply that has begun.
    inside: Option<u16>,
    line: LineCodec,
    limits: Limits,
    budget: Budget,
}

impl ReplyCodec {
    /// A codec at the beginning of a reply.
    pub fn new(limits: &Limits) -> Self {
        Self {
            inside: None,
            line: LineCodec::new(limits.longest_line()),
            limits: limits.clone(),
            budget: Budget::of_reply(limits),
        }
    }

    /// The next reply is a listing (STAT of a folder): it may be much longer than other replies.
    pub fn expect_listing(&mut self) {
        self.budget = Budget::of_listing(&self.limits);
    }

    /// Nothing came behind [`Event::Perhaps`]: that line was the last one.
    pub fn end_here(&mut self) {
        self.inside = None;
        self.budget = Budget::of_reply(&self.limits);
    }

    fn event(&mut self, text: &[u8], line: Range<usize>) -> Result<Event> {
        self.budget.spend(text.len())?;
        match (self.inside, line_start(text).0) {
            (None, LineStart::More(code)) => {
                self.inside = Some(code);
                Ok(Event::Line(line))
            }
            (None, LineStart::Last(_)) => {
                self.end_here();
                Ok(Event::Last(line))
            }
            (None, LineStart::Text) => Err(not_a_reply(text)),
            (Some(begun), LineStart::Last(code)) if begun == code => {
                self.end_here();
                Ok(Event::Last(line))
            }
            (Some(_), LineStart::Last(_)) => Ok(Event::Perhaps(line)),
            (Some(_), LineStart::More(_) | LineStart::Text) => Ok(Event::Line(line)),
        }
    }
}

impl Codec for ReplyCodec {
    type Event = Event;

    fn decode(&mut self, input: &[u8]) -> Result<Step<Event>> {
        let line = self.line.decode(input)?;
        line.and_then(|range| self.event(input.get(range.clone()).unwrap_or_default(), range))
    }

    fn shown(event: &Event) -> Shown {
        let (Event::Line(line) | Event::Perhaps(line) | Event::Last(line)) = event;
        Shown::Line(line.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_said_when() {
        let secret = netspeak_core::Secret::from("x");
        let file = Command::Retr(b"f");
        for (command, states) in [
            (Command::Auth("TLS"), [true, false, false, false]),
            (Command::User("u"), [true, true, false, false]),
            (Command::Pass(&secret), [false, true, false, false]),
            (Command::Feat, [true, true, true, false]),
            (file, [false, false, true, false]),
            (Command::Stat(None), [true, true, true, true]),
            (Command::Stat(Some(b"f")), [false, false, true, false]),
            (Command::Abor, [false, false, false, true]),
            (Command::Epsv, [false, false, true, false]),
            (Command::Rest(1), [false, false, true, false]),
        ] {
            let found = [
                State::Greeted,
                State::Named,
                State::LoggedIn,
                State::Transferring,
            ]
            .map(|state| state.allows(&command));
            assert_eq!(found, states, "{command:?}");
        }
    }
}
