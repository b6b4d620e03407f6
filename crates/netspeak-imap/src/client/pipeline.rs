//! Several commands at once: each is sent as soon as its answer cannot be mistaken (RFC 9051 section 5.5).

use std::collections::VecDeque;
use std::mem::discriminant;

use netspeak_core::Phase;

use super::Client;
use super::rows::are_about;
use super::talk::{Incoming, Said};
use crate::command::{AclCommand, Command, MetadataCommand};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::response::{StatusKind, Untagged};
use crate::types::Ids;

/// How many commands run ahead of their answers.
const WINDOW: usize = 32;

/// What a server answers to one command.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its last word. NO and BAD are answers here.
    pub reply: Reply,
    /// The data that belongs to the command, in its order.
    pub data: Vec<Untagged>,
}

impl Client {
    /// Says several commands, as many at once as the rules allow; their answers in the same order.
    ///
    /// A command whose answer could be taken for another one's, or whose meaning depends on an earlier one,
    /// waits until that is answered. Data that belongs to none of them is [news](Self::news).
    ///
    /// # Errors
    /// [`Error::Usage`] for commands that change the session itself (logins, SELECT, IDLE, APPEND, ...): they
    /// have methods of their own; nothing is sent then. Network errors. A refusal is an answer.
    pub async fn pipeline(&mut self, commands: &[Command<'_>]) -> Result<Vec<Answer>> {
        let mut answers: Vec<(Option<Reply>, Vec<Untagged>)> = Vec::new();
        answers.resize_with(commands.len(), Default::default);
        self.run(commands, |at, said| match said {
            Part::Data(untagged) => {
                if let Some((_, data)) = answers.get_mut(at) {
                    data.push(untagged);
                }
            }
            Part::Reply(reply) => {
                if let Some((place, _)) = answers.get_mut(at) {
                    *place = Some(reply);
                }
            }
        })
        .await?;
        let answers = answers.into_iter().filter_map(|(reply, data)| {
            let reply = reply?;
            Some(Answer { reply, data })
        });
        Ok(answers.collect())
    }

    /// Says a line that has no method here; all data up to its answer.
    ///
    /// What changes the session itself (STARTTLS, AUTHENTICATE, LOGIN, LOGOUT, SELECT, IDLE, COMPRESS, ...)
    /// is refused: it has methods of its own.
    ///
    /// # Errors
    /// [`Error::Usage`] for such a line, for one with a line end in it or a literal at its end; network
    /// errors. NO and BAD are answers.
    pub async fn raw(&mut self, line: &str) -> Result<Answer> {
        let mut answers = self.pipeline(&[Command::Raw(line)]).await?;
        answers.pop().ok_or(Error::Poisoned)
    }

    /// Says commands and hands out what comes, with the place of the command to which it belongs.
    pub(super) async fn run(
        &mut self,
        commands: &[Command<'_>],
        mut take: impl FnMut(usize, Part),
    ) -> Result<()> {
        for command in commands {
            check(command)?;
            self.check_state(command)?;
            command.check()?;
        }
        let Some(first) = commands.first() else {
            return Ok(());
        };
        self.begin(first, Phase::Work)?;
        let mut run = Run {
            last: self.selected.as_ref().map_or(0, |selected| selected.exists),
            commands,
            open: VecDeque::new(),
            next: 0,
        };
        while run.next < commands.len() || !run.open.is_empty() {
            self.run_ahead(&mut run, &mut take).await?;
            if run.open.is_empty() {
                continue;
            }
            self.conn.reply_due();
            match self.next_whole().await? {
                Incoming::Answer(at, reply) => {
                    self.open.remove(at);
                    self.heed(&reply);
                    if let Some(command) = run.open.remove(at) {
                        take(command, Part::Reply(reply));
                    }
                }
                Incoming::Status(reply) if reply.kind() == StatusKind::Bye => {
                    return Err(self.farewell(Phase::Work, reply));
                }
                other => self.pass(other, &mut |untagged| run.give(untagged, &mut take))?,
            }
        }
        self.conn.finish();
        Ok(())
    }

    /// Sends what may be sent now.
    async fn run_ahead(
        &mut self,
        run: &mut Run<'_, '_>,
        take: &mut impl FnMut(usize, Part),
    ) -> Result<()> {
        let window = self.conn.limits().window(WINDOW);
        while run.open.len() < window && run.may_go_on() {
            let Some(command) = run.commands.get(run.next) else {
                break;
            };
            let at = run.next;
            run.next += 1;
            run.open.push_back(at);
            if run.open.len() > 1 {
                // Alone it may wait for the server before a literal; behind others it fits in one part.
                self.put(command)?;
                continue;
            }
            let said = self
                .say(command, &mut |untagged| run.give(untagged, take))
                .await?;
            if let Said::Answered(reply) = said {
                run.open.pop_front();
                take(at, Part::Reply(reply));
            }
        }
        Ok(())
    }
}

/// A part of an answer.
pub(super) enum Part {
    Data(Untagged),
    Reply(Reply),
}

/// Commands on their way.
struct Run<'a, 'c> {
    /// The number of the last message when they were said.
    last: u32,
    commands: &'a [Command<'c>],
    /// Those that are not answered, as [`Client::open`] has them.
    open: VecDeque<usize>,
    next: usize,
}

impl Run<'_, '_> {
    /// Whether the next command may be sent before the open ones are answered.
    fn may_go_on(&self) -> bool {
        let Some(next) = self.commands.get(self.next) else {
            return false;
        };
        let mut open = self.open.iter().filter_map(|at| self.commands.get(*at));
        open.all(|earlier| may_follow(earlier, next))
    }

    /// Gives data to the oldest command that it can answer.
    fn give(&self, untagged: Untagged, take: &mut impl FnMut(usize, Part)) -> Option<Untagged> {
        let mut open = self.open.iter().copied();
        let at = open.find(|at| {
            let command = self.commands.get(*at);
            command.is_some_and(|command| answers(command, &untagged, self.last))
        });
        match at {
            Some(at) => {
                take(at, Part::Data(untagged));
                None
            }
            None => Some(untagged),
        }
    }
}

/// What has methods of its own, since it changes the session.
fn check(command: &Command<'_>) -> Result<()> {
    let changes_session = match command {
        Command::Logout
        | Command::StartTls
        | Command::Authenticate { .. }
        | Command::Login(..)
        | Command::Enable(_)
        | Command::Select(..)
        | Command::Examine(..)
        | Command::Unselect
        | Command::Close
        | Command::Append { .. }
        | Command::AppendAll(..)
        | Command::Replace(..)
        | Command::Compress
        | Command::Notify(_)
        | Command::Idle
        | Command::Unauthenticate => true,
        Command::Raw(line) => {
            let word = line
                .trim_start()
                .split([' ', '\t'])
                .next()
                .unwrap_or_default();
            SESSION_WORDS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(word))
        }
        _ => false,
    };
    if changes_session {
        return Err(Error::usage(format!(
            "{} changes the session and has a method of its own; nothing was sent",
            match command {
                Command::Raw(line) => line.trim(),
                other => other.verb(),
            }
        )));
    }
    Ok(())
}

const SESSION_WORDS: &[&str] = &[
    "LOGOUT",
    "STARTTLS",
    "AUTHENTICATE",
    "LOGIN",
    "ENABLE",
    "SELECT",
    "EXAMINE",
    "UNSELECT",
    "CLOSE",
    "APPEND",
    "MULTIAPPEND",
    "REPLACE",
    "UID REPLACE",
    "IDLE",
    "COMPRESS",
    "UNAUTHENTICATE",
];

/// Whether a command may be sent while an earlier one is open.
fn may_follow(earlier: &Command<'_>, next: &Command<'_>) -> bool {
    if matches!(next, Command::Raw(_)) || matches!(earlier, Command::Raw(_)) {
        return false;
    }
    // A message's number may change while anything runs but FETCH, STORE and SEARCH by numbers.
    if by_number(next) && !by_number(earlier) {
        return false;
    }
    let is_change = |command: &Command<'_>| {
        matches!(
            command,
            Command::Store(..)
                | Command::Copy(..)
                | Command::Move(..)
                | Command::Expunge
                | Command::UidExpunge(_)
                | Command::Create(..)
                | Command::Delete(_)
                | Command::Rename(..)
                | Command::Subscribe(_)
                | Command::Unsubscribe(_)
                | Command::Acl(AclCommand::Set(..) | AclCommand::Delete(..))
                | Command::Metadata(MetadataCommand::Set { .. })
        )
    };
    match (is_change(earlier), is_change(next)) {
        (true, true) => true,
        (true, false) | (false, true) => false,
        // Their data says whose it is; all others' does not.
        (false, false) => {
            !tell_alike(earlier, next) || matches!(next, Command::Status(..) | Command::Noop)
        }
    }
}

/// Whether the data of one could be the other's.
fn tell_alike(earlier: &Command<'_>, next: &Command<'_>) -> bool {
    let searches =
        |command: &Command<'_>| matches!(command, Command::Search { .. } | Command::Sort { .. });
    // SETQUOTA tells what is limited now, and is a change as well.
    let is_quota = |command: &Command<'_>| matches!(command, Command::Quota(_));
    discriminant(earlier) == discriminant(next)
        || searches(earlier) && searches(next)
        || is_quota(earlier)
        || is_quota(next)
}

pub(super) fn by_number(command: &Command<'_>) -> bool {
    match command {
        Command::Fetch { ids, .. } | Command::Store(ids, _) => matches!(ids, Ids::Number(_)),
        Command::Copy(ids, _) | Command::Move(ids, _) => matches!(ids, Ids::Number(_)),
        Command::Search { uid, .. } | Command::Sort { uid, .. } | Command::Thread { uid, .. } => {
            !uid
        }
        _ => false,
    }
}

/// Whether data of this kind answers a command.
fn answers(command: &Command<'_>, untagged: &Untagged, last: u32) -> bool {
    match (command, untagged) {
        // Nobody knows what it asks for.
        (Command::Raw(_), _) => true,
        (Command::Capability, Untagged::Capability(_))
        | (Command::Id(_), Untagged::Id(_))
        | (Command::Namespace, Untagged::Namespace(_))
        | (Command::List(_), Untagged::List(_))
        | (Command::Lsub(..), Untagged::Lsub(_))
        | (Command::Search { .. }, Untagged::Search(_) | Untagged::Esearch(_))
        | (Command::Sort { .. }, Untagged::Sort(_) | Untagged::Esearch(_))
        | (Command::Thread { .. }, Untagged::Thread(_))
        | (Command::Quota(_), Untagged::Quota(_) | Untagged::QuotaRoot(_))
        | (Command::Acl(AclCommand::Get(_)), Untagged::Acl(_))
        | (Command::Acl(AclCommand::ListRights(..)), Untagged::ListRights(_))
        | (Command::Acl(AclCommand::MyRights(_)), Untagged::MyRights(_))
        | (Command::Metadata(MetadataCommand::Get { .. }), Untagged::Metadata(_)) => true,
        (Command::List(query), Untagged::MailboxStatus(_)) => query.status().is_some(),
        (Command::Status(mailbox, _), Untagged::MailboxStatus(status)) => {
            status.mailbox == **mailbox
        }
        (Command::Fetch { ids, .. } | Command::Store(ids, _), Untagged::Fetch(row)) => {
            are_about(ids, last, row)
        }
        (Command::Fetch { vanished, .. }, Untagged::Vanished { earlier, .. }) => {
            *vanished && *earlier
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{FlagChange, Items, Search, StatusItems};
    use crate::types::{Flag, Mailbox};

    #[test]
    fn nothing_runs_ahead_whose_answer_could_be_mistaken() {
        let (uids, numbers) = (Ids::from(1), Ids::numbers(1));
        let items = Items::new();
        let (all, seen) = (Search::all(), FlagChange::add([Flag::Seen]));
        let fetch = |ids| Command::Fetch {
            ids,
            items: &items,
            changed_since: None,
            vanished: false,
        };
        let search = |uid| Command::Search {
            uid,
            search: &all,
            returns: None,
        };
        let inbox = Mailbox::inbox();
        let basic = StatusItems::basic();
        let status = || Command::Status(&inbox, &basic);
        for (earlier, next, may) in [
            // UIDs do not move, numbers do.
            (search(true), fetch(&uids), true),
            (search(true), fetch(&numbers), false),
            (Command::Noop, fetch(&numbers), false),
            (search(false), fetch(&numbers), true),
            // Whose SEARCH is it?
            (search(true), search(true), false),
            (status(), status(), true),
            // Changes stay in their order, and what is read before them is read before them.
            (
                Command::Store(&uids, &seen),
                Command::Copy(&uids, &inbox),
                true,
            ),
            (fetch(&uids), Command::Store(&uids, &seen), false),
            (Command::Raw("X"), Command::Noop, false),
        ] {
            assert_eq!(
                may_follow(&earlier, &next),
                may,
                "{} behind {}",
                next.verb(),
                earlier.verb()
            );
        }
    }

    #[test]
    fn what_changes_the_session_has_its_own_methods() {
        for line in [
            "login a b",
            "  STARTTLS",
            "Select\tx",
            "IDLE",
            "compress DEFLATE",
        ] {
            assert!(check(&Command::Raw(line)).is_err(), "{line}");
        }
        assert!(check(&Command::Raw("XYZZY")).is_ok());
    }
}
