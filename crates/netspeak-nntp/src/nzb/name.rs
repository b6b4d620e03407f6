//! What the files of an NZB file are called.

use std::borrow::Cow;

use netspeak_core::{LocalName, NameRules};

use super::File;

impl File {
    /// The name in its subject: what stands in quotes, or else what looks like a name with an extension.
    pub fn name(&self) -> Option<Cow<'_, str>> {
        let (subject, _) = counted(&self.subject);
        quoted(subject)
            .or_else(|| word_with_extension(subject))
            .map(Cow::Borrowed)
    }

    /// The name to store the file under: of the one in its subject and the one in its articles
    /// ([`Header::name`](crate::yenc::Header::name)) the first that is not obfuscated, or else the first.
    /// It is made fit as [`LocalName::fitted`] does it; `None` if there is nothing to make it of.
    pub fn local_name(&self, in_articles: Option<&str>, rules: NameRules) -> Option<LocalName> {
        let in_subject = self.name();
        let names = [in_subject.as_deref(), in_articles];
        let plain = names
            .into_iter()
            .flatten()
            .find(|name| !is_obfuscated(name));
        let fitted = |name: &str| LocalName::fitted(name, rules);
        plain
            .and_then(fitted)
            .or_else(|| names.into_iter().flatten().find_map(fitted))
    }

    /// Whether neither its subject nor its articles have a name that tells what it is.
    pub fn is_obfuscated(&self, in_articles: Option<&str>) -> bool {
        let in_subject = self.name();
        let mut names = [in_subject.as_deref(), in_articles].into_iter().flatten();
        names.all(is_obfuscated)
    }

    /// How many segments the subject tells of.
    pub(super) fn told_total(&self) -> Option<u32> {
        counted(&self.subject).1
    }
}

/// Without the `(1/12)` at its end, and with the total of it.
fn counted(subject: &str) -> (&str, Option<u32>) {
    let subject = subject.trim_end();
    let count = |open: char, close: char| {
        let (before, inner) = subject.strip_suffix(close)?.rsplit_once(open)?;
        let (number, total) = inner.split_once('/')?;
        let _: u32 = netspeak_core::text::digits(number.trim())?;
        Some((before, Some(netspeak_core::text::digits(total.trim())?)))
    };
    count('(', ')')
        .or_else(|| count('[', ']'))
        .unwrap_or((subject, None))
}

/// What stands in the last pair of quotes that has a name in it: those before are titles.
fn quoted(subject: &str) -> Option<&str> {
    let pieces: Vec<_> = subject.split('"').collect();
    let inner = pieces
        .iter()
        .skip(1)
        .step_by(2)
        .take(pieces.len().saturating_sub(1) / 2);
    let names: Vec<_> = inner
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .collect();
    let with_extension = names.iter().rev().find(|name| has_extension(name));
    with_extension.or(names.last()).copied()
}

fn word_with_extension(subject: &str) -> Option<&str> {
    let words = subject
        .split_whitespace()
        .map(|word| word.trim_matches(['[', ']', '(', ')', '<', '>', ',']));
    words
        .filter(|word| has_extension(word))
        .max_by_key(|word| word.len())
}

fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        let is_short = (2..=5).contains(&extension.len());
        let has_letter = extension.bytes().any(|byte| byte.is_ascii_alphabetic());
        let is_plain = extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
        !stem.is_empty() && is_short && has_letter && is_plain
    })
}

/// Whether a name tells nothing: sixteen letters and digits or more in one piece, mixed as no word is.
fn is_obfuscated(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    if stem.len() < 16 || !stem.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let is_hex = stem.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs = stem.bytes().zip(stem.bytes().skip(1));
    let kind = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let changes = pairs
        .filter(|(one, next)| kind(*one) != kind(*next))
        .count();
    is_hex || changes * 3 > stem.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(subject: &str) -> File {
        File {
            subject: subject.to_owned(),
            ..File::default()
        }
    }

    #[test]
    fn names_are_found_in_subjects() {
        for (subject, name, total) in [
            ("\"a b.rar\" yEnc (1/2)", Some("a b.rar"), Some(2)),
            ("x \"o.bin\" (3/3)", Some("o.bin"), Some(3)),
            (
                "[1/9] - \"Some title\" - \"t.part01.rar\" yEnc (01/99)",
                Some("t.part01.rar"),
                Some(99),
            ),
            ("\"t.nfo\" \"a title\" yEnc (1/1)", Some("t.nfo"), Some(1)),
            ("\"no extension\" (1/1)", Some("no extension"), Some(1)),
            (
                "(title) [t.part1.rar] yEnc [1/7]",
                Some("t.part1.rar"),
                Some(7),
            ),
            ("old style.jpg", Some("style.jpg"), None),
            ("\"\" nothing here (1/2)", None, Some(2)),
            ("one quote \" only", None, None),
            ("about 3.14 (1/x)", None, None),
            ("", None, None),
        ] {
            let file = file(subject);
            assert_eq!(file.name().as_deref(), name, "{subject}");
            assert_eq!(file.told_total(), total, "{subject}");
        }
    }

    #[test]
    fn obfuscated_names_are_told() {
        for name in [
            "0675e29e9abfd2f51d4b8f0c7e7d4b2a.mkv",
            "b1f5c2a7d9e04c3b",
            "aB3dE5fG7hI9jK1l.rar",
            "5KzTdm2KqXYbR7wQ9v.vol03+4.par2",
        ] {
            assert!(is_obfuscated(name), "{name}");
        }
        for name in [
            "Great.Film.2024.1080p.mkv",
            "holidayphotographs.rar",
            "HolidayPhotographs2024.zip",
            "a b c d e f g h i j k l.bin",
            "short1.bin",
            "",
        ] {
            assert!(!is_obfuscated(name), "{name}");
        }
    }

    #[test]
    fn the_name_that_tells_something_is_taken_and_made_fit() {
        let hidden = "0675e29e9abfd2f51d4b8f0c7e7d4b2a.mkv";
        let stored = |subject: &str, in_articles| {
            let name = file(subject).local_name(in_articles, NameRules::Unix);
            name.map(|name| name.to_string())
        };
        let of_hidden = format!("\"{hidden}\" yEnc (1/2)");
        assert_eq!(
            stored(&of_hidden, Some("film.mkv")).as_deref(),
            Some("film.mkv")
        );
        assert_eq!(stored(&of_hidden, None).as_deref(), Some(hidden));
        assert_eq!(
            stored("\"film.mkv\" (1/2)", Some(hidden)).as_deref(),
            Some("film.mkv")
        );
        assert_eq!(
            stored("\"../../.profile\" (1/2)", None).as_deref(),
            Some("profile")
        );
        assert_eq!(stored("\"..\" (1/2)", Some("a")).as_deref(), Some("a"));
        assert_eq!(stored("no name", None), None);
        assert!(file(&of_hidden).is_obfuscated(Some(hidden)));
        assert!(!file(&of_hidden).is_obfuscated(Some("film.mkv")));
    }
}
