//! [`Source`]: where a value was said.

use std::fmt;
use std::sync::Arc;

/// Where a value was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// On the command line.
    Flag,
    /// In the variable of this name.
    Variable(String),
    /// In a file, on this line.
    File(Arc<str>, usize),
}

/// `flag`, `NETSPEAK_MAX_TIME`, `/etc/netspeak.toml:3`
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable(name) => f.write_str(name),
            Self::File(name, line) => write!(f, "{name}:{line}"),
        }
    }
}

/// The one of these words that somebody may have meant.
pub(crate) fn nearest(
    word: &str,
    words: impl IntoIterator<Item = impl AsRef<str>>,
) -> Option<String> {
    // Whole names count here: another measure likes a common beginning better than a likely slip.
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(known, word);
    let words = words.into_iter();
    let known = words.map(|known| (likeness(known.as_ref()), known.as_ref().to_owned()));
    // Of several that are as near, the first.
    let best = known.min_by(|(one, _), (other, _)| other.total_cmp(one));
    best.filter(|(likeness, _)| *likeness > 0.7)
        .map(|(_, known)| known)
}

/// `; did you mean max-time?`, or nothing.
pub(crate) fn meant(word: &str, words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let near = nearest(word, words);
    near.map(|near| format!("; did you mean {near}?"))
        .unwrap_or_default()
}
