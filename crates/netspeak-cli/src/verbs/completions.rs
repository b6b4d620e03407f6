//! `netspeak completions SHELL`: what a shell offers behind the tabulator.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, ValueHint};
use netspeak::registry::PROTOCOLS;

use crate::args::{CompletionsArgs, command};
use crate::exit::{self, Code};
use crate::{explain, output};

pub(super) fn run(args: &CompletionsArgs) -> Code {
    let mut command = completed(command());
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "netspeak", &mut script);
    output::print(&String::from_utf8_lossy(&script));
    exit::OK
}

/// The command as a shell has to know it: the default verb's options without the verb, words where there is a closed list
/// of them, files where files are meant.
fn completed(command: Command) -> Command {
    let options = command.find_subcommand("probe").map(|probe| {
        let options = probe.get_arguments().filter(|arg| !arg.is_positional());
        // In front of a verb, fish's script cannot do with a dot in a name, and would complete nothing at all.
        let options = options.filter(|arg| !arg.get_long().is_some_and(|name| name.contains('.')));
        options.cloned().collect::<Vec<Arg>>()
    });
    let verbs: Vec<String> = command
        .get_subcommands()
        .map(|verb| verb.get_name().to_owned())
        .collect();
    let with_words = command
        .args(options.unwrap_or_default())
        .mut_subcommand("explain", |verb| words(verb, "kind", explained()))
        .mut_subcommand("check", |verb| words(verb, "what", protocols()))
        .mut_subcommand("schema", |verb| words(verb, "name", super::schema::names()))
        .mut_subcommand("man", |verb| words(verb, "verb", verbs.clone()));
    let command = verbs.iter().fold(with_words, |command, verb| {
        command.mut_subcommand(verb, |verb| verb.mut_args(hinted))
    });
    command.mut_args(hinted)
}

/// The argument is one of these words, or something else.
fn words(verb: Command, argument: &str, words: Vec<String>) -> Command {
    verb.mut_arg(argument, |arg| {
        arg.value_parser(PossibleValuesParser::new(words))
    })
}

fn explained() -> Vec<String> {
    let kinds = explain::names();
    let checks = explain::CHECKS.iter().map(|(id, _)| (*id).to_owned());
    kinds.into_iter().chain(checks).collect()
}

fn protocols() -> Vec<String> {
    let schemes = PROTOCOLS.iter().flat_map(|protocol| protocol.rules.schemes);
    schemes.map(|scheme| scheme.name.to_owned()).collect()
}

/// What may stand there, by the name that the value has in the help.
fn hinted(arg: Arg) -> Arg {
    let is_value = arg.get_action().takes_values();
    let has_words = !arg.get_possible_values().is_empty();
    if !is_value || has_words {
        return arg;
    }
    let name = arg.get_value_names().and_then(|names| names.first());
    let hint = match name.map_or("", |name| name.as_str()) {
        "DIR" => ValueHint::DirPath,
        "FILE" | "STATE" | "PATH" => ValueHint::FilePath,
        // What may be a file, among others.
        "FILE|DIR" | "DATE|FILE" | "NAME=VALUE|FILE" | "TARGET" => ValueHint::AnyPath,
        "URL" | "TO-URL" | "PROTO|URL" => ValueHint::Url,
        "CMD" => ValueHint::CommandString,
        "HOST" => ValueHint::Hostname,
        _ => ValueHint::Other,
    };
    arg.value_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_path_is_completed_as_one() {
        let mut command = completed(command());
        command.build();
        let path = std::any::TypeId::of::<std::path::PathBuf>();
        let mut seen = 0;
        for verb in command.get_subcommands() {
            for arg in verb.get_arguments() {
                let is_path = arg.get_value_parser().type_id() == path;
                if is_path && arg.get_action().takes_values() {
                    let hint = arg.get_value_hint();
                    let paths = [ValueHint::FilePath, ValueHint::DirPath, ValueHint::AnyPath];
                    assert!(
                        paths.contains(&hint),
                        "{} {}",
                        verb.get_name(),
                        arg.get_id()
                    );
                    seen += 1;
                }
            }
        }
        assert!(seen > 50, "{seen}");
    }

    #[test]
    fn the_default_verb_has_its_options_without_its_name() {
        let mut command = completed(command());
        command.build();
        for name in ["tls", "until", "format", "cacert"] {
            let arg = command.get_arguments().find(|arg| arg.get_id() == name);
            assert!(arg.is_some(), "{name}");
        }
        let mut dotted = command.get_arguments().filter_map(Arg::get_long);
        assert_eq!(dotted.find(|name| name.contains('.')), None);
    }
}
