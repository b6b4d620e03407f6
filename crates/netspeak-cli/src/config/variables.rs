//! `NETSPEAK_MAX_TIME=15`: variables that stand for flags.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::ArgAction;
use netspeak::core::text::printable;

use super::setting::{Setting, Value, long_names, truth};
use super::source::{Source, nearest};

/// What these variables begin with.
const PREFIX: &str = "NETSPEAK_";

/// Those that mean something else.
const OTHERS: [&str; 2] = ["NETSPEAK_CONFIG", "NETSPEAK_PASSWORD"];

/// The flags that variables stand for. One that is empty is as if it were not there; what is no flag is somebody
/// else's.
pub(super) fn settings(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    command: &clap::Command,
) -> Vec<Setting> {
    let mut set: Vec<(String, OsString)> = ours(environment).collect();
    if set.is_empty() {
        return Vec::new();
    }
    set.sort();
    let names: BTreeSet<&str> = long_names(command).collect();
    let of = |(variable, value): &(String, OsString)| {
        let mut keys = names.iter().filter(|key| name(key) == *variable);
        keys.next().map(|key| Setting {
            key: (*key).to_owned(),
            value: match truth(value).filter(|_| is_switch(key, command)) {
                Some(is_on) => Value::Switch(is_on),
                None => one_or_many(value),
            },
            source: Source::Variable(variable.clone()),
        })
    };
    set.iter().filter_map(of).collect()
}

/// One value a line, for flags that may be given often.
fn one_or_many(text: &OsString) -> Value {
    let lines = text.to_str().unwrap_or_default().lines();
    let lines: Vec<OsString> = lines.map(OsString::from).collect();
    match lines.len() {
        0 | 1 => Value::One(text.clone()),
        _ => Value::Many(lines),
    }
}

/// Whether a flag is on or off, and no more.
fn is_switch(key: &str, command: &clap::Command) -> bool {
    let mut args = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments);
    args.any(|arg| {
        let others = arg.get_all_aliases().unwrap_or_default();
        let is_it = arg.get_long() == Some(key) || others.contains(&key);
        is_it && matches!(arg.get_action(), ArgAction::SetTrue)
    })
}

/// What is worth a word about variables that look like ours, and are no flags.
pub(super) fn strangers(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    command: &clap::Command,
) -> Vec<String> {
    let names: BTreeSet<String> = long_names(command).map(name).collect();
    let strangers = ours(environment).filter(|(variable, _)| !names.contains(variable));
    let mut told: Vec<String> = strangers
        .map(|(variable, _)| {
            // What all of them begin with makes none of them alike.
            let bare = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).to_owned();
            let near = nearest(&bare(&variable), names.iter().map(|name| bare(name)));
            let near = near.map(|near| format!("; did you mean {PREFIX}{near}?"));
            let variable = printable(variable.as_bytes());
            let near = near.unwrap_or_default();
            format!("{variable} is set, and is no flag of netspeak's{near}")
        })
        .collect();
    told.sort();
    told
}

fn ours(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> impl Iterator<Item = (String, OsString)> {
    environment.into_iter().filter_map(|(name, value)| {
        let name = name.to_str()?;
        let is_ours = name.starts_with(PREFIX) && !OTHERS.contains(&name) && !value.is_empty();
        is_ours.then(|| (name.to_owned(), value))
    })
}

/// The variable of a flag: `NETSPEAK_MAX_TIME` of `max-time`.
pub(super) fn name(key: &str) -> String {
    let key = key.to_ascii_uppercase().replace(['-', '.'], "_");
    format!("{PREFIX}{key}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;
    use clap::CommandFactory as _;

    #[test]
    fn each_flag_has_a_variable_of_its_own() {
        let command = Args::command();
        let keys: BTreeSet<&str> = long_names(&command).collect();
        let variables: BTreeSet<String> = keys.iter().copied().map(name).collect();
        assert_eq!(keys.len(), variables.len());
        for (key, variable) in [
            ("max-time", "NETSPEAK_MAX_TIME"),
            ("tlsv1.2", "NETSPEAK_TLSV1_2"),
        ] {
            assert!(keys.contains(key));
            assert_eq!(name(key), variable);
        }
        // Those have a meaning of their own.
        assert!(OTHERS.iter().all(|other| !variables.contains(*other)));
    }

    #[test]
    fn a_flag_that_may_be_given_often_has_a_value_a_line() {
        let command = Args::command();
        let values = |text: &str| {
            let environment = [("NETSPEAK_RESOLVE".into(), text.into())];
            let settings = settings(environment, &command);
            settings.into_iter().map(|it| it.value).collect::<Vec<_>>()
        };
        assert!(matches!(&values("a:1:::1")[..], [Value::One(_)]));
        assert!(matches!(&values("a:1:::1\nb:2:::1")[..], [Value::Many(two)] if two.len() == 2));
    }

    #[test]
    fn variables_of_others_are_left_alone_and_guessed_at() {
        let command = Args::command();
        let environment = [
            ("NETSPEAK_MAXTIME", "5"),
            ("NETSPEAK_BIN", "x"),
            ("NETSPEAK_EHLO", ""),
            ("NETSPEAK_TLS", "off"),
            ("NETSPEAK_CONFIG", "x"),
            ("PATH", "x"),
        ];
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        let settings = settings(environment.clone(), &command);
        let keys: Vec<&str> = settings.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["tls"]);
        let told = strangers(environment, &command);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("NETSPEAK_BIN is set"), "{told:?}");
        assert!(
            told[1].ends_with("did you mean NETSPEAK_MAX_TIME?"),
            "{told:?}"
        );
    }
}
