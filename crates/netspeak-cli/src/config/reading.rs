//! [`read`]: the command line, and what stands in variables and in the file.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

use super::line::{Added, Line};
use super::setting::Setting;
use super::{Config, Configured, shown, variables};
use crate::args::{Args, Verb, Words};
use crate::failure::Failure;
use crate::output;

/// Verbs that tell about the command itself: a broken file does not keep them from it.
const WITHOUT: [&str; 6] = ["explain", "version", "completions", "man", "schema", "help"];

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Read {
    /// To be done.
    Run(Box<Args>),
    /// To be shown: what counts.
    Shown(String),
}

/// Why it is not known what was asked for.
#[derive(Debug)]
pub(crate) enum Unread {
    /// What was typed.
    Typed(clap::Error),
    /// What stands elsewhere.
    Elsewhere(Failure),
}

impl From<clap::Error> for Unread {
    fn from(error: clap::Error) -> Self {
        Self::Typed(error)
    }
}

impl From<Failure> for Unread {
    fn from(failure: Failure) -> Self {
        Self::Elsewhere(failure)
    }
}

/// Reads the command line. Flags win, then variables, then the file.
///
/// # Errors
/// For what can't be read or understood, told with where it stands.
pub(crate) fn read(words: &Words, mut command: Command) -> Result<Read, Unread> {
    if words.is_for_show && words.list().get(1).is_none_or(|word| word == "--config") {
        return everything(words, &mut command);
    }
    let typed = command.try_get_matches_from_mut(words.list());
    match &typed {
        // The rest may stand elsewhere.
        Err(error) if error.kind() == ErrorKind::MissingRequiredArgument => {}
        Err(_) => return Ok(Read::Run(Box::new(Args::from_arg_matches(&typed?)?))),
        Ok(_) => {}
    }
    let name = words.verb().and_then(|verb| verb.to_str());
    if let Some(name) = name.filter(|name| words.is_for_show && WITHOUT.contains(name)) {
        return Ok(Read::Shown(shown::nothing(name)));
    }
    let Some(name) = name.filter(|name| !WITHOUT.contains(name)) else {
        return Ok(Read::Run(Box::new(Args::from_arg_matches(&typed?)?)));
    };
    let lenient;
    let known = match &typed {
        Ok(typed) => typed,
        Err(_) => {
            lenient = what_there_is(words)?;
            &lenient
        }
    };
    let config = Config::read(named(known).as_deref(), &command)?;
    let from_variables = variables::settings(std::env::vars_os(), &command);
    let is_said_elsewhere = !from_variables.is_empty() || !config.defaults.is_empty();
    let of_verb = known.subcommand_matches(name);
    let verb = command.find_subcommand(name);
    let (Some(of_verb), Some(verb), true) = (of_verb, verb, is_said_elsewhere || words.is_for_show)
    else {
        let mut args = Args::from_arg_matches(&typed?)?;
        configure(&mut args, config, &[]);
        return Ok(Read::Run(Box::new(args)));
    };
    let verb = verb.clone();
    let mut line = Line::new(words, &verb, of_verb);
    line.take_in(&from_variables, &command)?;
    line.take_in(&config.defaults, &command)?;
    let whole = match line.added.is_empty() {
        true => None,
        false => Some(whole(&mut line, &mut command)?),
    };
    if words.is_for_show {
        tell_strangers(&command);
        return Ok(Read::Shown(shown::of_call(&config, &verb, &line, of_verb)));
    }
    let mut args = Args::from_arg_matches(&whole.unwrap_or(typed)?)?;
    try_out(&mut args, &line, &mut command)?;
    configure(&mut args, config, &line.added);
    Ok(Read::Run(Box::new(args)))
}

/// The command line with what was put in.
fn whole(
    line: &mut Line<'_>,
    command: &mut Command,
) -> Result<Result<ArgMatches, clap::Error>, Failure> {
    let first = command.try_get_matches_from_mut(line.words());
    let Err(error) = &first else {
        return Ok(first);
    };
    if error.kind() == ErrorKind::MissingRequiredArgument {
        line.drop_dependent(command);
    }
    let second = command.try_get_matches_from_mut(line.words());
    match line.blame(command) {
        Some(failure) if second.is_err() => Err(failure),
        _ => Ok(second),
    }
}

/// What was typed, although something is missing.
fn what_there_is(words: &Words) -> Result<ArgMatches, clap::Error> {
    let mut lenient = Args::command().ignore_errors(true);
    lenient.try_get_matches_from_mut(words.list())
}

/// The file that was named.
fn named(matches: &ArgMatches) -> Option<PathBuf> {
    let of = |matches: &ArgMatches| matches.get_one::<PathBuf>("config").cloned();
    of(matches).or_else(|| of(matches.subcommand()?.1))
}

/// Whatever has been put in and only turns out to be wrong when it is used is told with where it stands.
fn try_out(args: &mut Args, line: &Line<'_>, command: &mut Command) -> Result<(), Failure> {
    if line.added.is_empty() {
        return Ok(());
    }
    let works = |args: &mut Args| match args.verb.connection() {
        Some(connect) => connect.opening_for_anybody().map(drop),
        None => Ok(()),
    };
    let Err(error) = works(args) else {
        return Ok(());
    };
    let culprit = line.culprit(|words| {
        let args = command.try_get_matches_from_mut(words);
        let args = args.and_then(|matches| Args::from_arg_matches(&matches));
        args.is_ok_and(|mut args| works(&mut args).is_ok())
    });
    // What was typed is told as it is, when its turn comes.
    culprit.map_or(Ok(()), |added| Err(added.about(&error.message())))
}

fn configure(args: &mut Args, config: Config, added: &[Added]) {
    let general = added.iter().map(|added| added.long.clone());
    let configured = Configured {
        logins: config.logins,
        general: general.collect(),
    };
    if let Verb::Probe(args) = &mut args.verb {
        args.groups = config.groups;
    }
    if let Some(connect) = args.verb.connection() {
        connect.configured = configured;
    }
}

fn everything(words: &Words, command: &mut Command) -> Result<Read, Unread> {
    // A question about the whole command needs no verb.
    let lenient = command.clone().subcommand_required(false);
    let mut lenient = lenient.arg_required_else_help(false);
    let typed = lenient.try_get_matches_from_mut(words.list())?;
    command.build();
    let config = Config::read(named(&typed).as_deref(), command)?;
    let from_variables: Vec<Setting> = variables::settings(std::env::vars_os(), command);
    tell_strangers(command);
    Ok(Read::Shown(shown::everything(&config, &from_variables)))
}

fn tell_strangers(command: &Command) {
    for told in variables::strangers(std::env::vars_os(), command) {
        output::say(&format!("note: {told}"));
    }
}
