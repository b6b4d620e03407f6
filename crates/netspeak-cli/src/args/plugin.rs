//! The command under the name of a monitoring plugin, such as `check_imap`: that plugin's letters, spelt out as words of
//! `netspeak check`.

use std::ffi::OsString;
use std::path::Path;

use clap::CommandFactory as _;

mod banner;
mod http;
mod letter;
mod smtp;
mod table;

use letter::{Letter, Means, Takes};
use table::{PLUGINS, Plugin};

/// What `netspeak check` is called in its own right, among plugins.
const OWN: &str = "check_netspeak";

/// Options of `netspeak check` that mean a login, TLS or a certain end, by their beginnings.
const FURTHER: [&str; 8] = [
    "user", "netrc", "oauth2", "login-", "starttls", "tls", "until", "work",
];

/// What was typed under a plugin's name.
#[derive(Debug, PartialEq)]
pub(crate) enum Typed {
    /// Words for the command itself.
    Words(Vec<OsString>),
    /// What the person wants to read.
    Told(String),
    /// What can't be understood: under which name, and why.
    Wrong(&'static str, String),
}

/// The words as they are, but for those under a plugin's name.
pub(crate) fn spelt_out(typed: impl IntoIterator<Item = OsString>) -> Typed {
    let mut words: Vec<OsString> = typed.into_iter().collect();
    let called = words.first().map(Path::new).and_then(Path::file_name);
    let called = called.map(|name| name.to_string_lossy().into_owned());
    let Some(called) = called.filter(|name| name.starts_with("check_")) else {
        return Typed::Words(words);
    };
    if called == OWN {
        words.insert(1, "check".into());
        return Typed::Words(words);
    }
    let Some(plugin) = PLUGINS.iter().find(|plugin| plugin.name == called) else {
        let names: Vec<_> = PLUGINS.iter().map(|plugin| plugin.name).collect();
        let why = format!("{called} is not a name of netspeak's: {}", names.join(", "));
        return Typed::Wrong("CHECK", why);
    };
    match Reading::new(plugin).read(words.into_iter().skip(1)) {
        Ok(typed) => typed,
        Err(why) => Typed::Wrong(plugin.word, format!("{}: {why}", plugin.name)),
    }
}

/// What the letters so far mean.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    /// Options of `netspeak check`.
    pub(super) words: Vec<String>,
    pub(super) host: Option<String>,
    /// Where to connect, if that is not the host.
    pub(super) address: Option<String>,
    pub(super) port: Option<String>,
    pub(super) path: Option<String>,
    pub(super) scheme: Option<&'static str>,
    /// Whether TLS was asked for, in the plugin's way.
    pub(super) is_encrypted: bool,
    /// Whether only the certificate counts.
    pub(super) is_certificate_only: bool,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) has_time_limit: bool,
    /// Whether there are options of `netspeak check`.
    pub(super) is_extended: bool,
    /// Whether one of them means more than the plugin does.
    pub(super) goes_further: bool,
}

impl Meaning {
    pub(super) fn say(&mut self, word: impl Into<String>) {
        self.words.push(word.into());
    }
}

struct Reading {
    plugin: &'static Plugin,
    meaning: Meaning,
}

impl Reading {
    fn new(plugin: &'static Plugin) -> Self {
        let meaning = Meaning::default();
        Self { plugin, meaning }
    }

    fn read(mut self, typed: impl Iterator<Item = OsString>) -> Result<Typed, String> {
        let mut words = Vec::new();
        for word in typed {
            let word = word.into_string();
            words.push(word.map_err(|_| "what is not UTF-8 can't be understood".to_owned())?);
        }
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if word == "-h" || word == "--help" {
                return Ok(Typed::Told(self.plugin.help()));
            } else if word == "-V" || word == "--version" {
                let version = env!("CARGO_PKG_VERSION");
                let name = self.plugin.name;
                return Ok(Typed::Told(format!("{name} (netspeak {version})\n")));
            } else if let Some(long) = word.strip_prefix("--").filter(|long| !long.is_empty()) {
                self.long(long, &mut words)?;
            } else if let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
                self.short(letters, &mut words)?;
            } else if word == "--" {
                continue;
            } else if self.meaning.is_extended {
                // The value of an option of `netspeak check`, most likely.
                self.meaning.say(word);
            } else if self.meaning.host.is_none() {
                self.meaning.host = Some(word);
            } else {
                return Err("there is a word too many".to_owned());
            }
        }
        let check = (self.plugin.finish)(self.plugin, self.meaning)?;
        let whole = ["netspeak", "check"].map(str::to_owned).into_iter();
        Ok(Typed::Words(
            whole.chain(check).map(OsString::from).collect(),
        ))
    }

    /// `--certificate=30,14`, `--certificate 30,14`, `--cert 30,14`. What the plugin has not, `netspeak check` may have.
    fn long(&mut self, word: &str, words: &mut impl Iterator<Item = String>) -> Result<(), String> {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        let own = self.plugin.by_name(name);
        let Some(letter) = own.or_else(|| {
            self.plugin
                .by_beginning(name)
                .filter(|_| !is_of_check(name))
        }) else {
            self.meaning.is_extended = true;
            self.meaning.goes_further |= FURTHER.iter().any(|more| name.starts_with(more));
            self.meaning.say(format!("--{word}"));
            return Ok(());
        };
        let value = match (letter.takes, value) {
            (Takes::Nothing, Some(_)) => return Err(format!("--{name} takes nothing")),
            (Takes::Value, None) => Some(next(letter, words)?),
            (_, value) => value,
        };
        self.take(letter, value.as_deref())
    }

    /// `-Sv`, `-H host`, `-Hhost`.
    fn short(
        &mut self,
        word: &str,
        words: &mut impl Iterator<Item = String>,
    ) -> Result<(), String> {
        let mut letters = word.chars();
        while let Some(short) = letters.next() {
            let Some(letter) = self.plugin.by_letter(short) else {
                return Err(format!("there is no -{short}"));
            };
            if letter.takes == Takes::Nothing {
                self.take(letter, None)?;
                continue;
            }
            let behind = letters.as_str().to_owned();
            let value = match (behind.is_empty(), letter.takes) {
                (true, Takes::Value) => Some(next(letter, words)?),
                (true, _) => None,
                (false, _) => Some(behind),
            };
            return self.take(letter, value.as_deref());
        }
        Ok(())
    }

    fn take(&mut self, letter: &Letter, value: Option<&str>) -> Result<(), String> {
        let meaning = &mut self.meaning;
        match letter.means {
            Means::Same(name) => meaning.say(match value {
                Some(value) => format!("--{name}={value}"),
                None => format!("--{name}"),
            }),
            Means::Own(means) => return means(meaning, value.unwrap_or_default()),
            Means::Already => {}
            Means::Not => return Err(format!("{letter} can't be done: {}", letter.told)),
        }
        Ok(())
    }
}

/// Whether `netspeak check` has an option of this name.
fn is_of_check(name: &str) -> bool {
    let command = super::Args::command();
    let check = command.find_subcommand("check");
    let mut options = check.into_iter().flat_map(|check| check.get_arguments());
    options.any(|option| {
        let others = option.get_all_aliases().unwrap_or_default();
        option.get_long() == Some(name) || others.contains(&name)
    })
}

fn next(letter: &Letter, words: &mut impl Iterator<Item = String>) -> Result<String, String> {
    words
        .next()
        .ok_or_else(|| format!("{letter} takes a value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words for `netspeak check`, or why not.
    fn spelt(line: &str) -> Result<String, String> {
        match spelt_out(line.split(' ').map(OsString::from)) {
            Typed::Words(words) => {
                let words: Vec<_> = words.iter().map(|word| word.to_str().unwrap()).collect();
                Ok(words.join(" "))
            }
            Typed::Told(text) => Ok(text),
            Typed::Wrong(word, why) => Err(format!("{word}: {why}")),
        }
    }

    #[test]
    fn another_name_changes_nothing() {
        for line in [
            "netspeak -S pop3://h",
            "/usr/bin/netspeak",
            "ns check imap -H h",
        ] {
            assert_eq!(spelt(line).unwrap(), line);
        }
        assert_eq!(
            spelt("/x/check_netspeak imap -H h").unwrap(),
            "/x/check_netspeak check imap -H h"
        );
    }

    #[test]
    fn every_plugins_letters_are_spelt_out() {
        for (line, words) in [
            (
                "/usr/lib/nagios/plugins/check_imap -H h",
                "imap --hostname=h --only-asked -t 10 --tls=off --until=greeting",
            ),
            (
                "check_imap -Hh -p993 -S -D 30,14 -w 1 -c 3 -t 5",
                "imap --hostname=h --port=993 --only-asked --certificate=30,14 --warning=1 --critical=3 --max-time=5 --ssl --until=greeting",
            ),
            (
                "check_pop --hostname h --certif=30 -vS4",
                "pop3 --hostname=h --only-asked --certificate=30 --verbose --ipv4 -t 10 --ssl --until=greeting",
            ),
            (
                "check_simap h -e OK -e PREAUTH -A -M crit",
                "imaps --hostname=h --only-asked --expect=OK --expect=PREAUTH --all --mismatch=crit -t 10 --until=greeting",
            ),
            (
                "check_imap -H h --user mon --password-file f --starttls",
                "imap --hostname=h --only-asked --user mon --password-file f --starttls -t 10",
            ),
            (
                "check_smtp -H h -S -D 30 -q",
                "smtp --hostname=h --only-asked --certificate=30 -t 10 --starttls",
            ),
            (
                "check_imap -H h --cacert f",
                "imap --hostname=h --only-asked --cacert f -t 10 --tls=off --until=greeting",
            ),
            (
                "check_smtp -H h",
                "smtp --hostname=h --only-asked -t 10 --tls=off",
            ),
            (
                "check_smtp -L h",
                "lmtp --hostname=h --only-asked -t 10 --tls=off",
            ),
            (
                "check_smtp h -A LOGIN -U u -P p:w -p 587 -S",
                "smtp --hostname=h --port=587 --only-asked --user=u:p:w --login-options=AUTH=LOGIN -t 10 --starttls",
            ),
            (
                "check_http -H h",
                "http://h/ --only-asked -t 10 --client-error=warn --mismatch=crit",
            ),
            (
                "check_http -H h -I 192.0.2.1 -S1.2+ -u /x?y -p 444 -s needle -a u:p -f follow -e 200,301",
                "https://h:444/x?y --only-asked --work=find:needle --user=u:p --on-redirect=follow --expect=200 --expect=301 --connect-to=h::192.0.2.1: -t 10 --client-error=warn --mismatch=crit",
            ),
            (
                "check_http -I ::1 -C 30,14 --sni",
                "https://[::1]/ --only-asked --certificate=30,14 -t 10 --client-error=warn --mismatch=crit --until=tls",
            ),
        ] {
            let expected = format!("netspeak check {words}");
            assert_eq!(spelt(line).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, why) in [
            ("check_imap -H h -Z", "IMAP: check_imap: there is no -Z"),
            ("check_imap -H h -s x", "-s (--send) can't be done"),
            ("check_imap -H", "-H (--hostname) takes a value"),
            ("check_imap", "-H HOST is missing"),
            ("check_imap h other", "a word too many"),
            ("check_imap -H h --ssl=1", "--ssl takes nothing"),
            ("check_smtp -H h -C NOOP", "-C (--command) can't be done"),
            ("check_smtp -H h -U u", "-P"),
            ("check_http -H h -r x", "-r (--regex) can't be done"),
            ("check_http -H h -j POST", "-j POST"),
            ("check_http -u /", "-H HOST or -I ADDRESS is missing"),
            ("check_http -H h/x", "not a host"),
            ("check_jabber -H h", "check_jabber is not a name"),
        ] {
            let found = spelt(line).unwrap_err();
            assert!(found.contains(why), "{line}: {found}");
        }
    }

    #[test]
    fn no_secret_stands_in_what_is_wrong() {
        for line in [
            "check_smtp -A CRAM-MD5 -U ops -P marker -H h",
            "check_smtp -A LOGIN -U o:p -P marker -H h",
            "check_http -a ops:marker -H h -Z",
            "check_http -a ops:marker -H h again ops:marker",
            "check_http -b ops:marker -H h",
        ] {
            let found = spelt(line).unwrap_err();
            assert!(!found.contains("marker"), "{line}: {found}");
        }
    }

    #[test]
    fn every_plugin_tells_its_letters() {
        for plugin in PLUGINS {
            let help = spelt(&format!("{} --help", plugin.name)).unwrap();
            for letter in plugin.letters {
                let line = help.lines().find(|line| line.contains(&letter.to_string()));
                assert!(line.is_some(), "{} {letter}", plugin.name);
            }
        }
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "asked by whoever changes a letter on purpose"
    )]
    fn the_page_about_checks_tells_every_letter() {
        const MARK: &str = "<!-- from here on written by UPDATE_GOLDEN=1 cargo test -->\n";
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/check.md");
        let page = std::fs::read_to_string(&file).unwrap();
        let (head, tables) = page.split_once(MARK).unwrap();
        let shown: String = table::FAMILIES.iter().map(table::page).collect();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&file, format!("{head}{MARK}{shown}")).unwrap();
            return;
        }
        assert_eq!(tables, shown, "UPDATE_GOLDEN=1 writes it anew");
    }
}
