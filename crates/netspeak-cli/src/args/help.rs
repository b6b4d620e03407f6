//! What the help tells besides the options. It is made for whoever asks: most command lines do not.

use std::ffi::OsString;

use clap::{Command, CommandFactory as _};

use super::{Args, Words};
use crate::about::{examples, overview};

/// The command with all that can be told about its verbs.
pub(crate) fn command() -> Command {
    let command = Args::command();
    let names = command.get_subcommands().map(|verb| verb.get_name());
    let names: Vec<String> = names.map(str::to_owned).collect();
    names.iter().fold(command, |command, verb| {
        command.mut_subcommand(verb, with_more_help)
    })
}

/// The command with the help that these words may ask for.
pub(crate) fn helpful(command: Command, words: &Words) -> Command {
    match words.verb().and_then(|word| word.to_str()) {
        Some(verb) if command.find_subcommand(verb).is_some() => {
            match words.list().iter().any(may_ask_for_help) {
                true => command.mut_subcommand(verb, with_more_help),
                false => command,
            }
        }
        _ => {
            let text = overview::text(&command);
            command.override_help(text)
        }
    }
}

/// The verb with the URLs that it takes, and examples, at the end of its help.
fn with_more_help(verb: Command) -> Command {
    let own = verb.get_after_help().map(ToString::to_string);
    let urls = crate::verbs::urls(verb.get_name());
    let examples = examples::text(verb.get_name());
    let parts = [own, urls, Some(examples)].into_iter().flatten();
    let parts: Vec<String> = parts.map(|part| part.trim_end().to_owned()).collect();
    verb.after_help(parts.join("\n\n"))
}

/// `--help`, or `h` among letters.
fn may_ask_for_help(word: &OsString) -> bool {
    let bytes = word.as_encoded_bytes();
    let are_letters = bytes.starts_with(b"-") && !bytes.starts_with(b"--");
    word == "--help" || (are_letters && bytes.contains(&b'h'))
}
