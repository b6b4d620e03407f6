//! Flags that only some protocols know: a default for one of them does not count where another protocol is spoken, which
//! would refuse it.

use clap::{Arg, ArgMatches, Command};
use netspeak::core::Target;
use netspeak::registry;

/// By the heading of their help.
const BY_HEADING: [(&str, &[&str]); 3] = [
    ("HTTP", &["http"]),
    ("Mail", &["pop3", "imap"]),
    ("News", &["nntp"]),
];

/// Who has files; others have messages.
const FILES: &[&str] = &["ftp", "gopher", "http"];

/// By their names, where that is not the whole truth.
const BY_NAME: [(&str, &[&str]); 7] = [
    ("continue-at", FILES),
    ("limit-rate", FILES),
    ("remote-name", FILES),
    ("compressed", &["http", "imap"]),
    ("ftp-port", &["ftp"]),
    ("sort", &["imap"]),
    ("thread", &["imap"]),
];

/// Whether a flag means something to all of these protocols.
pub(super) fn is_known_to(arg: &Arg, protocols: &[&str]) -> bool {
    let name = arg.get_long().unwrap_or_default();
    let heading = arg.get_help_heading().unwrap_or_default();
    let by_name = BY_NAME.iter().find(|(known, _)| *known == name);
    let owners = by_name.or_else(|| BY_HEADING.iter().find(|(known, _)| *known == heading));
    owners.is_none_or(|(_, owners)| protocols.iter().all(|name| owners.contains(name)))
}

/// The protocols of what was typed, as far as it tells.
pub(super) fn protocols(verb: &Command, matches: &ArgMatches) -> Vec<&'static str> {
    let raw = verb
        .get_positionals()
        .filter_map(|arg| matches.get_raw(arg.get_id().as_str()));
    let texts = raw.flatten().filter_map(|text| text.to_str());
    texts.filter_map(protocol).collect()
}

fn protocol(text: &str) -> Option<&'static str> {
    if let Some((scheme, _)) = text.split_once("://") {
        return registry::by_scheme(&scheme.to_ascii_lowercase()).map(|protocol| protocol.name);
    }
    let target = text.parse::<Target>().ok()?;
    let (protocol, _) = registry::resolve(&target).ok()??;
    Some(protocol.name)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::args::Args;

    #[test]
    fn all_of_them_are_there() {
        let command = Args::command();
        let args: Vec<&Arg> = command
            .get_subcommands()
            .flat_map(Command::get_arguments)
            .collect();
        for (heading, owners) in BY_HEADING {
            let has = |arg: &&Arg| arg.get_help_heading() == Some(heading);
            assert!(args.iter().copied().any(|arg| has(&arg)), "{heading}");
            assert!(!owners.is_empty());
        }
        for (name, owners) in BY_NAME {
            let found = args.iter().find(|arg| arg.get_long() == Some(name));
            let found = found.unwrap_or_else(|| panic!("{name}"));
            assert!(is_known_to(found, owners), "{name}");
            assert!(!is_known_to(found, &["telnet"]), "{name}");
        }
    }

    #[test]
    fn what_was_typed_tells_the_protocol() {
        for (text, expected) in [
            ("https://h/[1-9]", Some("http")),
            ("IMAPS://h", Some("imap")),
            ("h:995", Some("pop3")),
            ("file.txt", None),
            ("-", None),
        ] {
            assert_eq!(protocol(text), expected, "{text}");
        }
    }
}
