//! What a newcomer reads first: `netspeak` alone, and `netspeak --help`.

use clap::Command;

use super::examples::FIRST;
use crate::render::columns::rows;

/// The verbs that transfer; they end as curl does.
pub(crate) const TRANSFERS: &[&str] = &[
    "get", "put", "ls", "rm", "cp", "send", "post", "rpc", "talk",
];

/// The verbs, by what somebody wants to do.
pub(crate) const GROUPS: [(&str, &[&str]); 4] = [
    ("Look", &["probe", "tls", "show"]),
    ("Automate", &["check"]),
    ("Transfer", TRANSFERS),
    (
        "Learn",
        &["demo", "explain", "completions", "man", "schema", "version"],
    ),
];

/// Where the letters are not curl's.
pub(crate) const DIFFERENCES: &str = "\
Options have curl's letters. Three things differ on purpose: --json is an
output format; passwords do not cross clear text unless the peer is local or
--allow-plaintext-auth is given; a transcript shows no secrets.";

/// What need not be typed.
pub(crate) const CONFIGURATION: &str = "\
Every long option may stand in a file (--config FILE, else netspeak/config.toml
in ~/.config) under [defaults], and in a variable: NETSPEAK_MAX_TIME=15. What
is typed wins, then variables, then the file. netspeak --print-config shows
what counts.";

/// The whole of it, from the verbs that there are.
pub(crate) fn text(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string);
    let mut text = format!(
        "{}\n\n\
         Usage: netspeak [probe] [OPTIONS] TARGET...\n       \
         netspeak VERB [OPTIONS] ...   (netspeak VERB --help tells more)\n",
        about.unwrap_or_default()
    );
    for (group, verbs) in GROUPS {
        let meanings = verbs.iter().filter_map(|verb| {
            let verb = command.find_subcommand(verb)?;
            Some((verb.get_name(), verb.get_about()?.to_string()))
        });
        text.push_str(&format!("\n{group}\n{}", rows(meanings, 11)));
    }
    text.push_str(&format!(
        "\nTo begin with\n{}",
        rows(FIRST.iter().copied(), 42)
    ));
    text.push_str(&format!("\n{DIFFERENCES}\n\n{CONFIGURATION}\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::tests::verbs;

    #[test]
    fn every_verb_is_in_one_group() {
        let groups = GROUPS.iter().flat_map(|(_, verbs)| *verbs);
        let mut grouped: Vec<_> = groups.map(|verb| (*verb).to_owned()).collect();
        let mut all = verbs();
        grouped.sort();
        all.sort();
        assert_eq!(grouped, all);
    }
}
