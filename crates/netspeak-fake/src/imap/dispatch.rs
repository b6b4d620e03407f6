//! Who may say what when: one table of commands, the states in which they are known, and what they need.

use crate::dialogue::Command;
use crate::imap::arguments::Arg;
use crate::imap::command::arguments;
use crate::imap::fault::ImapFault;
use crate::imap::fetch::By;
use crate::imap::reply::{Done, Verdict, bad, no, ok, syntax};
use crate::imap::session::Session;
use crate::wire::Flow;

/// When a command may be said (RFC 9051 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Always,
    BeforeLogin,
    LoggedIn,
    Selected,
}

/// The commands, when each may be said, and the capability that it belongs to.
const COMMANDS: [(&str, When, Option<&str>); 55] = [
    ("CAPABILITY", When::Always, None),
    ("NOOP", When::Always, None),
    ("LOGOUT", When::Always, None),
    ("ID", When::Always, Some("ID")),
    ("STARTTLS", When::BeforeLogin, None),
    ("AUTHENTICATE", When::BeforeLogin, None),
    ("LOGIN", When::BeforeLogin, None),
    ("ENABLE", When::LoggedIn, Some("ENABLE")),
    ("NAMESPACE", When::LoggedIn, Some("NAMESPACE")),
    ("SELECT", When::LoggedIn, None),
    ("EXAMINE", When::LoggedIn, None),
    ("CREATE", When::LoggedIn, None),
    ("DELETE", When::LoggedIn, None),
    ("RENAME", When::LoggedIn, None),
    ("SUBSCRIBE", When::LoggedIn, None),
    ("UNSUBSCRIBE", When::LoggedIn, None),
    ("LIST", When::LoggedIn, None),
    ("LSUB", When::LoggedIn, Some("IMAP4rev1")),
    ("STATUS", When::LoggedIn, None),
    ("APPEND", When::LoggedIn, None),
    ("IDLE", When::LoggedIn, Some("IDLE")),
    ("CHECK", When::Selected, Some("IMAP4rev1")),
    ("CLOSE", When::Selected, None),
    ("UNSELECT", When::Selected, Some("UNSELECT")),
    ("EXPUNGE", When::Selected, None),
    ("UID EXPUNGE", When::Selected, Some("UIDPLUS")),
    ("SEARCH", When::Selected, None),
    ("UID SEARCH", When::Selected, None),
    ("FETCH", When::Selected, None),
    ("UID FETCH", When::Selected, None),
    ("STORE", When::Selected, None),
    ("UID STORE", When::Selected, None),
    ("COPY", When::Selected, None),
    ("UID COPY", When::Selected, None),
    ("MOVE", When::Selected, Some("MOVE")),
    ("UID MOVE", When::Selected, Some("MOVE")),
    ("SORT", When::Selected, Some("SORT")),
    ("UID SORT", When::Selected, Some("SORT")),
    ("THREAD", When::Selected, Some("THREAD")),
    ("UID THREAD", When::Selected, Some("THREAD")),
    ("REPLACE", When::Selected, Some("REPLACE")),
    ("UID REPLACE", When::Selected, Some("REPLACE")),
    ("GETQUOTA", When::LoggedIn, Some("QUOTA")),
    ("GETQUOTAROOT", When::LoggedIn, Some("QUOTA")),
    ("SETQUOTA", When::LoggedIn, Some("QUOTASET")),
    ("GETACL", When::LoggedIn, Some("ACL")),
    ("SETACL", When::LoggedIn, Some("ACL")),
    ("DELETEACL", When::LoggedIn, Some("ACL")),
    ("LISTRIGHTS", When::LoggedIn, Some("ACL")),
    ("MYRIGHTS", When::LoggedIn, Some("ACL")),
    ("GETMETADATA", When::LoggedIn, Some("METADATA")),
    ("SETMETADATA", When::LoggedIn, Some("METADATA")),
    ("COMPRESS", When::LoggedIn, Some("COMPRESS")),
    ("NOTIFY", When::LoggedIn, Some("NOTIFY")),
    ("UNAUTHENTICATE", When::LoggedIn, Some("UNAUTHENTICATE")),
];

/// The commands that name messages by their numbers.
const BY_NUMBER: [&str; 8] = [
    "FETCH", "STORE", "SEARCH", "COPY", "MOVE", "SORT", "THREAD", "REPLACE",
];

impl Session<'_> {
    /// Does what was asked; `None` if all has been said.
    pub(super) async fn dispatch(&mut self, command: &Command) -> Flow<Option<Verdict>> {
        let verdict = match self.admit(command) {
            Ok(arguments) => match self.later(&command.verb, &arguments).await? {
                Later::Now => self.at_once(&command.verb, &arguments),
                Later::Verdict(verdict) => verdict,
                Later::Said => return Ok(None),
            },
            Err(refusal) => Err(refusal),
        };
        Ok(Some(verdict.unwrap_or_else(|refusal| refusal)))
    }

    /// The arguments of a command that may be said now.
    fn admit(&self, command: &Command) -> Result<Vec<Arg>, Verdict> {
        let verb = command.verb.as_str();
        let offer = &self.wire.settings().offer;
        let plain = verb.strip_prefix("UID ").unwrap_or(verb);
        let known = COMMANDS.iter().find(|(name, ..)| *name == verb);
        let Some((_, when, capability)) = known.filter(|_| offer.knows(verb) && offer.knows(plain))
        else {
            return Err(bad("unknown command"));
        };
        if let Some(capability) = capability {
            self.needs(capability)?;
        }
        match when {
            When::BeforeLogin if self.user.is_some() => return Err(bad("you are logged in")),
            When::LoggedIn | When::Selected if self.user.is_none() => {
                return Err(bad("log in first"));
            }
            When::Selected if self.selected.is_none() => return Err(bad("select a mailbox first")),
            _ => {}
        }
        if self.enabled.uid_only && BY_NUMBER.contains(&verb) {
            return Err(bad("UIDs only").code("UIDREQUIRED"));
        }
        if self.fails_by(&ImapFault::IdFirst) && !self.identified {
            return Err(no("Unsafe Login. Please contact the postmaster"));
        }
        arguments(command).ok_or_else(syntax)
    }

    /// The commands that talk while they are obeyed.
    async fn later(&mut self, verb: &str, arguments: &[Arg]) -> Flow<Later> {
        let text = |arg: &Arg| arg.text().map(str::to_owned);
        Ok(match (verb, arguments) {
            ("LOGIN", [name, password]) => match (text(name), password.bytes()) {
                (Some(name), Some(password)) => Later::Verdict(self.login(&name, password).await?),
                _ => Later::Verdict(Err(syntax())),
            },
            ("AUTHENTICATE", [mechanism, initial @ ..]) => match (mechanism.word(), initial) {
                (Some(mechanism), []) => self.authenticate(&mechanism, None).await?.into(),
                (Some(mechanism), [initial]) if initial.atom().is_some() => {
                    let initial = initial.atom();
                    self.authenticate(&mechanism, initial).await?.into()
                }
                _ => Later::Verdict(Err(syntax())),
            },
            ("IDLE", []) => match self.idle().await? {
                Some(verdict) => Later::Verdict(Ok(verdict)),
                None => Later::Said,
            },
            _ => Later::Now,
        })
    }

    fn at_once(&mut self, verb: &str, arguments: &[Arg]) -> Done {
        let by = match verb.starts_with("UID ") {
            true => By::Uid,
            false => By::Number,
        };
        let done = match (verb, arguments) {
            ("CAPABILITY", []) => {
                let list = self.capabilities().join(" ");
                self.data.line(&format!("CAPABILITY {list}"));
                Ok(ok("that is all"))
            }
            ("NOOP" | "CHECK", []) => Ok(ok("still here")),
            ("LOGOUT", []) => {
                self.data.line("BYE see you");
                Ok(ok("bye"))
            }
            ("ID", [arg]) => self.identify(arg),
            ("STARTTLS", []) if self.wire.offers_upgrade() => Ok(ok("begin TLS")),
            ("STARTTLS", []) => Err(bad("no TLS to begin")),
            ("ENABLE", [_, ..]) => self.enable(arguments),
            ("NAMESPACE", []) => self.namespace(),
            ("SELECT" | "EXAMINE", [name, rest @ ..]) => self.select(verb, name, rest),
            ("CLOSE" | "UNSELECT", []) => self.close(verb),
            ("CREATE", [name, rest @ ..]) => self.create(name, rest),
            ("DELETE", [name]) => self.delete(name),
            ("RENAME", [from, to]) => self.rename(from, to),
            ("SUBSCRIBE" | "UNSUBSCRIBE", [name]) => self.subscribe(verb, name),
            ("LIST", _) => self.list(arguments),
            ("LSUB", [reference, pattern]) => self.lsub(reference, pattern),
            ("STATUS", [name, Arg::List(items)]) => self.status(name, items),
            ("APPEND", [name, rest @ ..]) => self.append(name, rest),
            ("EXPUNGE", []) => self.expunge(None),
            ("UID EXPUNGE", [set]) => self.expunge(Some(set)),
            ("SEARCH" | "UID SEARCH", [_, ..]) => self.search(by, arguments),
            ("FETCH" | "UID FETCH", [set, rest @ ..]) => self.fetch(by, set, rest),
            ("STORE" | "UID STORE", [set, rest @ ..]) => self.store(by, set, rest),
            ("COPY" | "UID COPY", [set, name]) => self.copy(by, set, name),
            ("MOVE" | "UID MOVE", [set, name]) => self.move_to(by, set, name),
            ("REPLACE" | "UID REPLACE", [set, name, rest @ ..]) => {
                self.replace(by, set, name, rest)
            }
            ("SORT" | "UID SORT", _) => self.sort(by, arguments),
            ("THREAD" | "UID THREAD", _) => self.thread(by, arguments),
            ("GETQUOTA", [root]) => self.quota(root),
            ("GETQUOTAROOT", [name]) => self.quota_root(name),
            ("SETQUOTA", [root, Arg::List(limits)]) => self.set_quota(root, limits),
            ("GETACL", [name]) => self.acl(name),
            ("SETACL", [name, who, rights]) => self.set_acl(name, who, rights),
            ("DELETEACL", [name, who]) => self.delete_acl(name, who),
            ("LISTRIGHTS", [name, who]) => self.list_rights(name, who),
            ("MYRIGHTS", [name]) => self.my_rights(name),
            ("GETMETADATA", _) => self.get_metadata(arguments),
            ("SETMETADATA", [name, Arg::List(list)]) => self.set_metadata(name, list),
            ("COMPRESS", [method]) => self.may_compress(method),
            ("NOTIFY", _) => self.notify(arguments),
            ("UNAUTHENTICATE", []) => self.unauthenticate(),
            _ => Err(syntax()),
        };
        let tells = !matches!(verb, "LOGOUT" | "SELECT" | "EXAMINE" | "STARTTLS");
        if tells && done.as_ref().is_ok_and(Verdict::is_ok) {
            // RFC 9051 section 7.5.1: numbers stay as they are during these.
            let numbered = matches!(verb, "FETCH" | "STORE" | "SEARCH" | "SORT" | "THREAD");
            self.tell_changes(!numbered);
        }
        done
    }
}

/// What came of a command that may talk while it is obeyed.
enum Later {
    /// It is none of them.
    Now,
    Verdict(Done),
    /// All has been said.
    Said,
}

impl From<Done> for Later {
    fn from(verdict: Done) -> Self {
        Self::Verdict(verdict)
    }
}
