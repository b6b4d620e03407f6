//! [`Letter`]: an option of a monitoring plugin, and what it means here.

use std::fmt;

use super::Meaning;

/// An option of a plugin.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) short: char,
    pub(super) long: &'static str,
    pub(super) takes: Takes,
    pub(super) means: Means,
    /// What it does, or why it does not.
    pub(super) told: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    /// The rest of the word, or the next word.
    Value,
    /// The rest of the word, if there is one.
    Perhaps,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Means {
    /// This option of `netspeak check`, with the same value.
    Same(&'static str),
    /// Something of its own.
    Own(fn(&mut Meaning, &str) -> Result<(), String>),
    /// It is so anyway.
    Already,
    /// Nothing that can be done here.
    Not,
}

/// `-H (--hostname)`
impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.short {
            // Some have a long form only.
            ' ' => write!(f, "--{}", self.long),
            short => write!(f, "-{short} (--{})", self.long),
        }
    }
}

impl Letter {
    const fn new(
        short: char,
        long: &'static str,
        takes: Takes,
        means: Means,
        told: &'static str,
    ) -> Self {
        Self {
            short,
            long,
            takes,
            means,
            told,
        }
    }

    /// One that takes a value.
    pub(super) const fn of_value(
        short: char,
        long: &'static str,
        means: Means,
        told: &'static str,
    ) -> Self {
        Self::new(short, long, Takes::Value, means, told)
    }

    /// One that may take a value.
    pub(super) const fn of_some(
        short: char,
        long: &'static str,
        means: Means,
        told: &'static str,
    ) -> Self {
        Self::new(short, long, Takes::Perhaps, means, told)
    }

    /// One that takes none.
    pub(super) const fn of_none(
        short: char,
        long: &'static str,
        means: Means,
        told: &'static str,
    ) -> Self {
        Self::new(short, long, Takes::Nothing, means, told)
    }
}
