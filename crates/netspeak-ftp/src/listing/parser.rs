//! [`ListingParser`]: lines in, entries out.

use jiff::Zoned;

use crate::listing::modified::Present;
use crate::listing::parts::{Known, Parts, Reading};
use crate::listing::{Confidence, Dialect, Entry, names, noise};

/// What a line of a listing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// An entry.
    Entry(Entry),
    /// A line that no dialect has a meaning for, as it came. It is never taken for a name.
    Unparsed(Box<[u8]>),
}

impl Listed {
    /// The entry, if it is one.
    pub fn entry(self) -> Option<Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Unparsed(_) => None,
        }
    }
}

/// Reads a listing line by line, and holds no more than one of them.
///
/// Which dialect it is in shows in the first line that only one dialect can mean; all lines after
/// that are read in it alone.
#[derive(Clone, Debug)]
pub struct ListingParser {
    present: Present,
    hint: Option<Dialect>,
    proven: Option<Dialect>,
    /// Of NLST, whose lines are names: the folder that was asked for.
    names_in: Option<Box<[u8]>>,
    wrapped: Option<(Dialect, Box<[u8]>)>,
}

impl ListingParser {
    /// For LIST and STAT. `now` is the time on the server's clock: dates without a year are the
    /// newest ones that are not after it.
    pub fn list(now: &Zoned) -> Self {
        Self {
            present: Present::new(now),
            hint: None,
            proven: None,
            names_in: None,
            wrapped: None,
        }
    }

    /// For MLSD (RFC 3659 section 7): no other dialect is taken.
    pub fn mlsd() -> Self {
        let mut parser = Self::list(&Zoned::default());
        parser.proven = Some(Dialect::Mlsd);
        parser
    }

    /// For NLST of this folder, as it was written in the command; empty for none. Each line is a
    /// name, which the folder may stand before.
    pub fn nlst(folder: &str) -> Self {
        let mut parser = Self::list(&Zoned::default());
        parser.names_in = Some(folder.as_bytes().into());
        parser
    }

    /// The same, with this dialect tried first, for instance because [SYST](Dialect::from_syst)
    /// says so.
    #[must_use]
    pub fn with_hint(mut self, dialect: Dialect) -> Self {
        self.hint = Some(dialect);
        self
    }

    /// The dialect, once a line has shown it.
    pub fn dialect(&self) -> Option<Dialect> {
        self.proven
    }

    /// Takes the next line, without its end. What comes out is nothing, one thing, or two where
    /// the line before waited for this one in vain.
    pub fn push(&mut self, line: &[u8]) -> Found {
        if breaks_off(line) {
            return Found {
                before: self.wrapped.take().map(|(_, line)| line),
                now: Some(unparsed(line)),
            };
        }
        let mut before = None;
        if let Some((dialect, first)) = self.wrapped.take() {
            let joined = [&*first, b"\n", line].concat();
            if let Some(Reading::Entry(parts)) = dialect.read(&joined, self.present, Known::Told)
                && let Some(entry) = Entry::new(&joined, parts)
            {
                self.proven = Some(dialect);
                return Found {
                    before: None,
                    now: Some(Listed::Entry(entry)),
                };
            }
            before = Some(first);
        }
        Found {
            before,
            now: self.read(line),
        }
    }

    /// The end of the listing: what waited for another line.
    pub fn finish(&mut self) -> Option<Listed> {
        let (_, line) = self.wrapped.take()?;
        Some(Listed::Unparsed(line))
    }

    fn read(&mut self, line: &[u8]) -> Option<Listed> {
        if let Some(folder) = &self.names_in {
            return match names::parse(line, folder) {
                Some(Reading::Entry(parts)) => Some(entry(line, parts)),
                _ => None,
            };
        }
        if let Some((dialect, reading)) = self.find_dialect(line) {
            return self.learn(dialect, reading, line);
        }
        // In replies to STAT every line may begin with the code.
        if let Some(inside) = noise::behind_code(line)
            && let Some((_, Reading::Entry(parts))) = self.find_dialect(inside)
        {
            return Some(entry(inside, parts));
        }
        (!noise::is_noise(line)).then(|| unparsed(line))
    }

    /// What a line is, and what it shows about the listing.
    fn learn(&mut self, dialect: Dialect, reading: Reading<'_>, line: &[u8]) -> Option<Listed> {
        match reading {
            Reading::Skip => None,
            Reading::Heading => {
                self.proven = Some(dialect);
                None
            }
            Reading::Wrapped => {
                self.wrapped = Some((dialect, line.into()));
                None
            }
            Reading::Entry(parts) => {
                if parts.confidence != Confidence::Guessed {
                    self.proven = Some(dialect);
                }
                Some(entry(line, parts))
            }
        }
    }

    fn find_dialect<'l>(&self, line: &'l [u8]) -> Option<(Dialect, Reading<'l>)> {
        match self.proven {
            Some(dialect) => self.read_in(dialect, line, Known::Told),
            None => self.read_in_any(line),
        }
    }

    fn read_in<'l>(
        &self,
        dialect: Dialect,
        line: &'l [u8],
        known: Known,
    ) -> Option<(Dialect, Reading<'l>)> {
        Some((dialect, dialect.read(line, self.present, known)?))
    }

    /// The hint first.
    fn read_in_any<'l>(&self, line: &'l [u8]) -> Option<(Dialect, Reading<'l>)> {
        self.hint
            .and_then(|dialect| self.read_in(dialect, line, Known::Told))
            .or_else(|| {
                let mut dialects = Dialect::ALL.into_iter();
                dialects.find_map(|dialect| self.read_in(dialect, line, Known::Untold))
            })
    }
}

fn entry(line: &[u8], parts: Parts<'_>) -> Listed {
    Entry::new(line, parts).map_or_else(|| unparsed(line), Listed::Entry)
}

/// Whether a line holds what no name can: it could not be sent back in a command.
pub(super) fn breaks_off(line: &[u8]) -> bool {
    memchr::memchr3(b'\r', b'\n', 0, line).is_some()
}

fn unparsed(line: &[u8]) -> Listed {
    Listed::Unparsed(line.into())
}

/// What came of one line: an iterator of at most two things.
#[derive(Clone, Debug, Default)]
pub struct Found {
    before: Option<Box<[u8]>>,
    now: Option<Listed>,
}

impl Found {
    /// Puts what the end of the listing brought behind it. A line that waits has given nothing.
    pub(super) fn append(&mut self, last: Option<Listed>) {
        self.now = self.now.take().or(last);
    }
}

impl Iterator for Found {
    type Item = Listed;

    fn next(&mut self) -> Option<Listed> {
        match self.before.take() {
            Some(line) => Some(Listed::Unparsed(line)),
            None => self.now.take(),
        }
    }
}
