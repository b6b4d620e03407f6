//! The plugins of Debian's `monitoring-plugins` whose names and letters are taken.

use super::Meaning;
use super::banner;
use super::letter::{Letter, Means};
use super::{http, smtp};

/// A plugin.
#[derive(Debug)]
pub(super) struct Plugin {
    pub(super) name: &'static str,
    /// What its lines begin with.
    pub(super) word: &'static str,
    pub(super) scheme: &'static str,
    pub(super) letters: &'static [Letter],
    /// From what the letters mean to the words behind `netspeak check`.
    pub(super) finish: fn(&Self, Meaning) -> Result<Vec<String>, String>,
}

pub(super) const PLUGINS: &[Plugin] = &[
    banner::plugin("check_imap", "IMAP", "imap"),
    banner::plugin("check_simap", "IMAP", "imaps"),
    banner::plugin("check_pop", "POP3", "pop3"),
    banner::plugin("check_spop", "POP3", "pop3s"),
    banner::plugin("check_ftp", "FTP", "ftp"),
    banner::plugin("check_nntp", "NNTP", "nntp"),
    banner::plugin("check_nntps", "NNTP", "nntps"),
    // A link to check_tcp as well: TLS from the first byte, and check_imap's letters.
    banner::plugin("check_ssmtp", "SMTP", "smtps"),
    smtp::PLUGIN,
    http::PLUGIN,
];

impl Plugin {
    pub(super) fn by_letter(&self, short: char) -> Option<&'static Letter> {
        let mut letters = self.letters.iter();
        letters.find(|letter| letter.short == short && short != ' ')
    }

    pub(super) fn by_name(&self, name: &str) -> Option<&'static Letter> {
        self.letters.iter().find(|letter| letter.long == name)
    }

    /// By as much of its name as no other begins with.
    pub(super) fn by_beginning(&self, name: &str) -> Option<&'static Letter> {
        let mut begun = self
            .letters
            .iter()
            .filter(|letter| letter.long.starts_with(name));
        begun.next().filter(|_| begun.next().is_none())
    }

    /// What it can do, and what not.
    pub(super) fn help(&self) -> String {
        let name = self.name;
        let mut text = format!(
            "{name}: the letters of the monitoring plugin of this name, understood by netspeak\n\n"
        );
        for letter in self.letters {
            let is_done = !matches!(letter.means, Means::Not);
            let told = if is_done { "" } else { "can't be done: " };
            text.push_str(&format!(
                "  {:<30} {told}{}\n",
                letter.to_string(),
                letter.told
            ));
        }
        text.push_str("\nThe long options of `netspeak check` may be added: --starttls --user --password-file ...\n");
        text
    }
}

/// What all plugins' letters end in: where, what, and how long at most.
pub(super) fn words(plugin: &Plugin, meaning: Meaning) -> Result<Vec<String>, String> {
    let host = meaning.host.ok_or("-H HOST is missing")?;
    let scheme = meaning.scheme.unwrap_or(plugin.scheme).to_owned();
    let mut words = vec![scheme, format!("--hostname={host}")];
    words.extend(meaning.port.map(|port| format!("--port={port}")));
    words.push("--only-asked".to_owned());
    words.extend(meaning.words);
    if !meaning.has_time_limit {
        words.extend(TEN_SECONDS.map(str::to_owned));
    }
    Ok(words)
}

/// The time that all plugins take at most, unless they are told.
pub(super) const TEN_SECONDS: [&str; 2] = ["-t", "10"];

/// TLS, in the plugin's way.
pub(super) fn encrypted(meaning: &mut Meaning, _: &str) -> Result<(), String> {
    meaning.is_encrypted = true;
    Ok(())
}

pub(super) const CERTIFICATE: Letter = Letter::of_value(
    'D',
    "certificate",
    Means::Own(|meaning, days| {
        meaning.say(format!("--certificate={days}"));
        encrypted(meaning, "")
    }),
    "days that the certificate must have left: WARN[,CRIT]; means -S",
);
pub(super) const HOST: Letter = Letter::of_value(
    'H',
    "hostname",
    Means::Own(|meaning, host| {
        meaning.host = Some(host.to_owned());
        Ok(())
    }),
    "the host or its address",
);
pub(super) const PORT: Letter = Letter::of_value(
    'p',
    "port",
    Means::Own(|meaning, port| {
        meaning.port = Some(port.to_owned());
        Ok(())
    }),
    "the port",
);
pub(super) const IPV4: Letter = Letter::of_none('4', "use-ipv4", Means::Same("ipv4"), "IPv4 only");
pub(super) const IPV6: Letter = Letter::of_none('6', "use-ipv6", Means::Same("ipv6"), "IPv6 only");
pub(super) const WARNING: Letter = Letter::of_value(
    'w',
    "warning",
    Means::Same("warning"),
    "seconds, or a range of them",
);
pub(super) const CRITICAL: Letter = Letter::of_value(
    'c',
    "critical",
    Means::Same("critical"),
    "seconds, or a range of them",
);
pub(super) const TIMEOUT: Letter = Letter::of_value(
    't',
    "timeout",
    Means::Own(|meaning, seconds| {
        meaning.has_time_limit = true;
        meaning.say(format!("--max-time={seconds}"));
        Ok(())
    }),
    "seconds for everything together (10)",
);
pub(super) const VERBOSE: Letter = Letter::of_none(
    'v',
    "verbose",
    Means::Same("verbose"),
    "the talk, without secrets, behind the first line",
);
pub(super) const EXTRA_OPTS: Letter =
    Letter::of_some(' ', "extra-opts", Means::Not, "no file of options is read");

/// The plugins that have their letters in common, for the page about them.
#[cfg(test)]
pub(super) const FAMILIES: [(&str, &[Letter]); 3] = [
    (
        "check_imap, check_pop, check_ftp, check_nntp, check_simap, check_spop, check_nntps, check_ssmtp",
        banner::LETTERS,
    ),
    ("check_smtp", smtp::PLUGIN.letters),
    ("check_http", http::PLUGIN.letters),
];

/// Their letters, as a part of a page.
#[cfg(test)]
pub(super) fn page((names, letters): &(&str, &[Letter])) -> String {
    let mut text = format!("\n## {names}\n\n| letter | here |\n|---|---|\n");
    for letter in *letters {
        let told = match letter.means {
            Means::Not => format!("UNKNOWN: {}", letter.told),
            _ => letter.told.to_owned(),
        };
        let shown = match letter.short {
            ' ' => format!("`--{}`", letter.long),
            short => format!("`-{short}` `--{}`", letter.long),
        };
        text.push_str(&format!("| {shown} | {told} |\n"));
    }
    text
}
