//! What is read besides the command line: variables and files.

/// A variable of the environment, and what it is for.
pub(crate) const VARIABLES: &[(&str, &str)] = &[
    (
        "NETSPEAK_PASSWORD",
        "The password of whoever logs in, if no option names one.",
    ),
    (
        "NETSPEAK_CONFIG",
        "The configuration file, instead of the usual one; none at all if it is empty.",
    ),
    (
        "NETSPEAK_MAX_TIME and the like",
        "What an option of this name says, for each long one. What is typed wins over it, and it wins over the configuration file.",
    ),
    (
        "XDG_CONFIG_HOME",
        "The folder of configuration files; ~/.config if it is not set.",
    ),
    ("NETRC", "The file for --netrc, instead of ~/.netrc."),
    (
        "NO_COLOR",
        "If it is not empty, no colour is used unless --color always asks for it.",
    ),
    (
        "COLUMNS",
        "How wide reports for people are, where standard output is no terminal.",
    ),
    (
        "SSLKEYLOGFILE",
        "Session keys of TLS are added to this file, for programs that read recorded traffic. Whoever has it can read all of it.",
    ),
];

/// A file, and what stands in it.
pub(crate) const FILES: &[(&str, &str)] = &[
    (
        "~/.config/netspeak/config.toml",
        "Defaults for every long option, groups of targets (--group) with what is expected of them, and who logs in where.",
    ),
    (
        "~/.netrc",
        "Users and passwords by host (--netrc), in the form that curl and ftp know.",
    ),
    (
        "NAME.part",
        "What an unfinished transfer has left of NAME; -C - goes on with it.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_that_is_read_is_told() {
        let read = regex::Regex::new(r#"env::var(?:_os)?\("([A-Z_]+)"\)"#).unwrap();
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut found = std::collections::BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                found.extend(read.captures_iter(code).map(|name| name[1].to_owned()));
            }
        }
        // Those that stand for options are not read by their names.
        let told: std::collections::BTreeSet<_> = VARIABLES
            .iter()
            .filter(|(name, _)| !name.contains(' '))
            .map(|(name, _)| (*name).to_owned())
            .collect();
        assert_eq!(found, told);
    }
}
