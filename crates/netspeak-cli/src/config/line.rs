//! [`Line`]: a command line, and what is put in where nothing was typed.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command, Id};

use super::owner;
use super::setting::{Setting, can_have_default};
use super::shown;
use super::source::Source;
use crate::args::Words;
use crate::failure::Failure;

/// Flags of which one says what the others would: whoever types the first does not want the second from elsewhere.
const RIVALS: [(&str, &[&str]); 7] = [
    ("password-file", &["password-cmd", "password-env"]),
    ("password-cmd", &["password-file", "password-env"]),
    ("password-env", &["password-file", "password-cmd"]),
    ("to-password-file", &["to-password-cmd", "to-password-env"]),
    ("to-password-cmd", &["to-password-file", "to-password-env"]),
    ("to-password-env", &["to-password-file", "to-password-cmd"]),
    // The key may stand with the certificate.
    ("cert", &["key"]),
];

/// A command line of one verb.
pub(super) struct Line<'a> {
    words: &'a Words,
    /// The verb, built.
    verb: &'a Command,
    /// What was typed.
    typed: Vec<Id>,
    /// The protocols of its URLs.
    protocols: Vec<&'static str>,
    /// What has been said so far, by whoever counts more.
    said: Vec<Id>,
    /// Switches that are off: that has been said, and keeps nothing else out.
    off: Vec<Id>,
    pub(super) added: Vec<Added>,
}

/// A flag that is put in.
#[derive(Clone, Debug)]
pub(super) struct Added {
    id: Id,
    pub(super) setting: Setting,
    /// The flag's long name.
    pub(super) long: String,
    words: Vec<OsString>,
}

impl<'a> Line<'a> {
    pub(super) fn new(words: &'a Words, verb: &'a Command, typed: &ArgMatches) -> Self {
        let ids = typed.ids().filter(|id| {
            typed.value_source(id.as_str()) == Some(clap::parser::ValueSource::CommandLine)
        });
        let ids: Vec<Id> = ids.cloned().collect();
        Self {
            words,
            verb,
            protocols: owner::protocols(verb, typed),
            said: ids.clone(),
            off: Vec::new(),
            typed: ids,
            added: Vec::new(),
        }
    }

    /// The flags of the verb that were typed.
    pub(super) fn typed(&self) -> impl Iterator<Item = &'a Arg> {
        let args = self.verb.get_arguments();
        let args = args.filter(|arg| !arg.is_positional() && can_have_default(arg));
        args.filter(|arg| self.typed.contains(arg.get_id()))
    }

    /// Puts in what one source says, where nobody who counts more has said anything, or anything else that does not go
    /// with it.
    ///
    /// # Errors
    /// For values that are none for their flag, and for two that do not go together.
    pub(super) fn take_in(
        &mut self,
        settings: &[Setting],
        command: &Command,
    ) -> Result<(), Failure> {
        let mut taken: Vec<Added> = Vec::new();
        let mut off: Vec<Id> = Vec::new();
        for setting in settings {
            let Some(arg) = find(self.verb, &setting.key) else {
                continue;
            };
            let id = arg.get_id();
            let is_out = self.said.contains(id)
                || self.off.contains(id)
                || self.said.iter().any(|other| self.are_apart(other, id))
                || !owner::is_known_to(arg, &self.protocols);
            if is_out {
                continue;
            }
            let words = setting
                .words(arg)
                .map_err(|why| wrong(setting, &format!("{} {why}", setting.key)))?;
            let added = Added {
                id: id.clone(),
                setting: setting.clone(),
                long: arg.get_long().unwrap_or_default().to_owned(),
                words,
            };
            if let Some(at) = taken.iter().position(|other| other.id == added.id) {
                let known = taken.remove(at);
                taken.push(one_of(known, added, command)?);
            } else if added.words.is_empty() {
                off.push(added.id);
            } else {
                taken.push(added);
            }
        }
        for (at, one) in taken.iter().enumerate() {
            let before = taken.iter().take(at);
            let mut before = before.filter(|it| {
                let (known, new) = (&it.id, &one.id);
                self.are_apart(known, new) && self.are_apart(new, known)
            });
            if let Some(other) = before.next() {
                let (key, other_key) = (&one.setting.key, &other.setting.key);
                let source = &other.setting.source;
                let what = format!("{key} does not go with {other_key} ({source})");
                return Err(wrong(&one.setting, &what));
            }
        }
        self.said.extend(taken.iter().map(|added| added.id.clone()));
        self.off.extend(off);
        self.added.extend(taken);
        Ok(())
    }

    /// All words, with what was put in.
    pub(super) fn words(&self) -> Vec<OsString> {
        words_with(self.words, &self.added)
    }

    /// Takes back what only goes with a flag that is not there.
    pub(super) fn drop_dependent(&mut self, command: &mut Command) {
        while let Some(missing) = missing(command, self.words()) {
            let without = (0..self.added.len()).find(|at| {
                let mut fewer = self.added.clone();
                fewer.remove(*at);
                let words = words_with(self.words, &fewer);
                self::missing(command, words).is_none_or(|left| left < missing)
            });
            let Some(at) = without else {
                return;
            };
            self.added.remove(at);
        }
    }

    /// Who is to blame for what can't be read: what was put in and is wrong by itself.
    pub(super) fn blame(&self, command: &mut Command) -> Option<Failure> {
        let (program, verb) = (self.words.list().first()?, self.words.verb()?);
        self.added.iter().find_map(|added| {
            let front = [program.clone(), verb.to_owned()].into_iter();
            let words = front.chain(added.words.iter().cloned());
            let error = command.try_get_matches_from_mut(words).err()?;
            let is_alone = error.kind() == ErrorKind::MissingRequiredArgument;
            (!is_alone).then(|| added.refused(&error))
        })
    }

    /// The one without which this works.
    pub(super) fn culprit(&self, mut works: impl FnMut(Vec<OsString>) -> bool) -> Option<&Added> {
        self.added.iter().enumerate().find_map(|(at, added)| {
            let mut fewer = self.added.clone();
            fewer.remove(at);
            works(words_with(self.words, &fewer)).then_some(added)
        })
    }

    /// Whether one of them keeps the other out.
    fn are_apart(&self, said: &Id, other: &Id) -> bool {
        let long = |id: &Id| {
            let mut args = self.verb.get_arguments();
            args.find(|arg| arg.get_id() == id).and_then(Arg::get_long)
        };
        let rivals = RIVALS.iter().find(|(name, _)| long(said) == Some(name));
        let is_rival = rivals
            .is_some_and(|(_, rivals)| long(other).is_some_and(|other| rivals.contains(&other)));
        is_rival || self.conflict(said, other)
    }

    /// Whether the command line can't have both.
    fn conflict(&self, one: &Id, other: &Id) -> bool {
        let arg = |id: &Id| self.verb.get_arguments().find(|arg| arg.get_id() == id);
        let (Some(first), Some(second)) = (arg(one), arg(other)) else {
            return false;
        };
        let excludes = |arg: &Arg, id: &Id| {
            let mut others = self.verb.get_arg_conflicts_with(arg).into_iter();
            others.any(|other| other.get_id() == id)
        };
        let share_a_place = self.verb.get_groups().any(|group| {
            let has = |id: &Id| group.get_args().any(|arg| arg == id);
            has(one) && has(other) && !group.clone().is_multiple()
        });
        one != other && (excludes(first, other) || excludes(second, one) || share_a_place)
    }
}

impl Added {
    /// What is wrong with it, in clap's words, with where it stands.
    fn refused(&self, error: &clap::Error) -> Failure {
        use clap::error::{ContextKind, ContextValue};
        let why = match (error.kind(), error.get(ContextKind::ValidValue)) {
            (ErrorKind::InvalidValue, Some(ContextValue::Strings(words))) if !words.is_empty() => {
                format!("there are {}", words.join(", "))
            }
            _ => match std::error::Error::source(error) {
                Some(why) => why.to_string(),
                None => error.kind().to_string(),
            },
        };
        let key = &self.setting.key;
        let value = shown::value(&self.long, &self.setting.value);
        let why = netspeak::core::text::printable(why.as_bytes());
        wrong(&self.setting, &format!("{key} = {value}: {why}"))
    }

    /// What was said about the flag, said about the key.
    pub(super) fn about(&self, message: &str) -> Failure {
        let flag = format!("--{}", self.long);
        wrong(&self.setting, &message.replace(&flag, &self.setting.key))
    }
}

fn wrong(setting: &Setting, what: &str) -> Failure {
    Failure::config(format!("{}: {what}", setting.source))
}

/// Of two names of one flag the flag's own counts, where the other is some other flag's own.
fn one_of(one: Added, other: Added, command: &Command) -> Result<Added, Failure> {
    let (own, another) = match one.setting.key == one.long {
        true => (one, other),
        false => (other, one),
    };
    let mut verbs = command.get_subcommands();
    let mut is_a_flag_elsewhere = verbs.any(|verb| {
        let mut args = verb.get_arguments();
        args.any(|arg| arg.get_long() == Some(another.setting.key.as_str()))
    });
    is_a_flag_elsewhere |= another.setting.key == own.setting.key;
    match is_a_flag_elsewhere {
        true => Ok(own),
        false => {
            let (key, name) = (&another.setting.key, &own.setting.key);
            let source = match &own.setting.source {
                Source::Flag => String::new(),
                source => format!(" ({source})"),
            };
            let what = format!("{key} is another name of {name}{source}: one of them is enough");
            Err(wrong(&another.setting, &what))
        }
    }
}

/// The flag of this long name, or of this other name.
fn find<'a>(verb: &'a Command, key: &str) -> Option<&'a Arg> {
    let own = verb.get_arguments().find(|arg| arg.get_long() == Some(key));
    own.or_else(|| {
        let mut args = verb.get_arguments();
        args.find(|arg| arg.get_all_aliases().unwrap_or_default().contains(&key))
    })
}

fn words_with(words: &Words, added: &[Added]) -> Vec<OsString> {
    words.with(added.iter().flat_map(|added| added.words.iter().cloned()))
}

/// How many arguments are missing, if any are.
fn missing(command: &mut Command, words: Vec<OsString>) -> Option<usize> {
    use clap::error::{ContextKind, ContextValue};
    let error = command.try_get_matches_from_mut(words).err()?;
    if error.kind() != ErrorKind::MissingRequiredArgument {
        return None;
    }
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(names)) => Some(names.len()),
        _ => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::args::Args;

    #[test]
    fn rivals_are_flags() {
        let command = Args::command();
        let is_flag = |name: &str| super::super::setting::long_names(&command).any(|it| it == name);
        for (name, rivals) in RIVALS {
            assert!(is_flag(name), "{name}");
            assert!(rivals.iter().all(|rival| is_flag(rival)), "{rivals:?}");
        }
    }
}
