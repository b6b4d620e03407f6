//! [`Words`]: what was typed, with the verb in its place.

use std::ffi::{OsStr, OsString};

use clap::Command;

/// What was typed. Its second word is the verb, or a question about the command itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    list: Vec<OsString>,
    /// Whether what counts is to be shown, instead of being done.
    pub(crate) is_for_show: bool,
}

impl Words {
    /// Puts the verb in front: `probe` where there is none, and `--config FILE` behind it.
    pub(crate) fn of(typed: impl IntoIterator<Item = OsString>, command: &Command) -> Self {
        let mut rest: Vec<OsString> = typed.into_iter().collect();
        let begin = rest.len().min(1);
        let mut list: Vec<OsString> = rest.drain(..begin).collect();
        help_last(&mut rest);
        let mut is_for_show = false;
        let mut config = Vec::new();
        while let Some(word) = rest.first() {
            let count = match word.to_str() {
                Some("--print-config") => 0,
                Some("--config") => 2,
                Some(word) if word.starts_with("--config=") => 1,
                _ => break,
            };
            if count == 0 {
                is_for_show = true;
                rest.remove(0);
            }
            config.extend(rest.drain(..count.min(rest.len())));
        }
        let named = rest.first().and_then(|word| word.to_str());
        let asks = ["-h", "--help", "-V", "--version"];
        match named {
            Some(word) if command.find_subcommand(word).is_some() => list.push(rest.remove(0)),
            Some(word) if asks.contains(&word) => {}
            None if rest.is_empty() => {}
            _ => list.push("probe".into()),
        }
        list.append(&mut config);
        list.append(&mut rest);
        if list.get(1).is_some_and(|verb| verb == "probe") {
            name_the_number(&mut list);
        }
        Self { list, is_for_show }
    }

    /// All of them, the command's own name first.
    pub(crate) fn list(&self) -> &[OsString] {
        &self.list
    }

    /// The verb, if there is one.
    pub(crate) fn verb(&self) -> Option<&OsStr> {
        self.list.get(1).map(OsString::as_os_str)
    }

    /// The same with more behind the verb, in front of what was typed.
    pub(crate) fn with(&self, more: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
        let (front, typed) = self.list.split_at(self.list.len().min(2));
        let front = front.iter().cloned().chain(more);
        front.chain(typed.iter().cloned()).collect()
    }
}

/// `help` and `help VERB` are what others call `--help` and `VERB --help`.
fn help_last(words: &mut Vec<OsString>) {
    if words.first().is_some_and(|word| word == "help") {
        words.remove(0);
        words.truncate(1);
        words.push("--help".into());
    }
}

/// `-Z` alone is curl's word for side by side; a number behind it is how many.
fn name_the_number(args: &mut [OsString]) {
    let is_number = |arg: &OsString| {
        let text = arg.to_str().unwrap_or_default();
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    for at in 0..args.len() {
        let next = args.get(at.saturating_add(1));
        let is_alone = !next.is_some_and(is_number);
        if let Some(arg) = args.get_mut(at).filter(|arg| is_alone && *arg == "-Z") {
            *arg = "-Z50".into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Words {
        let typed = line.split_whitespace().map(OsString::from);
        Words::of(typed, &crate::args::command())
    }

    #[test]
    fn the_verb_comes_first() {
        for (line, expected) in [
            ("netspeak", "netspeak"),
            ("netspeak pop3://h", "netspeak probe pop3://h"),
            ("netspeak --help", "netspeak --help"),
            ("netspeak help", "netspeak --help"),
            ("netspeak help get x", "netspeak get --help"),
            ("netspeak get --config f u", "netspeak get --config f u"),
            ("netspeak --config f get u", "netspeak get --config f u"),
            ("netspeak --config=f u", "netspeak probe --config=f u"),
            ("netspeak --config f", "netspeak --config f"),
            ("netspeak --config", "netspeak --config"),
            ("netspeak -Z u", "netspeak probe -Z50 u"),
        ] {
            let found = words(line);
            let found: Vec<_> = found.list().iter().map(|w| w.to_str().unwrap()).collect();
            assert_eq!(found.join(" "), expected);
        }
    }

    #[test]
    fn to_be_shown_is_a_word_in_front() {
        for line in [
            "netspeak --print-config",
            "netspeak --print-config get u",
            "netspeak --config f --print-config u",
        ] {
            assert!(words(line).is_for_show, "{line}");
        }
        assert!(!words("netspeak get --print-config").is_for_show);
        assert_eq!(words("netspeak --print-config").verb(), None);
    }
}
