//! [`Facts`]: what MLSD and MLST say about an entry besides its name.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, Time};

use crate::listing::modified::{Clock, Modified, Precision};
use crate::listing::words::number;

/// The facts of an entry (RFC 3659 section 7.5). Their names count in either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts<'e> {
    text: &'e [u8],
}

impl<'e> Facts<'e> {
    pub(super) fn new(text: &'e [u8]) -> Self {
        Self { text }
    }

    /// All facts with their values, in the server's order. What has no `=` is left out.
    pub fn iter(&self) -> impl Iterator<Item = (&'e [u8], &'e [u8])> + use<'e> {
        let mut rest = self.text;
        std::iter::from_fn(move || {
            loop {
                if rest.is_empty() {
                    return None;
                }
                let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
                let (fact, after) = rest.split_at_checked(end)?;
                rest = after.get(1..).unwrap_or_default();
                let Some(at) = memchr::memchr(b'=', fact) else {
                    continue;
                };
                let (name, value) = fact.split_at_checked(at)?;
                return Some((name, value.get(1..).unwrap_or_default()));
            }
        })
    }

    /// The value of a fact, if it is there.
    pub fn get(&self, name: &str) -> Option<&'e [u8]> {
        self.iter()
            .find(|(fact, _)| fact.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// `perm`: what may be done with it (RFC 3659 section 7.5.5).
    pub fn permissions(&self) -> Option<Permissions<'e>> {
        self.get("perm").map(Permissions)
    }

    /// `unique`: two entries with the same value are the same file (section 7.5.2).
    pub fn unique(&self) -> Option<Cow<'e, str>> {
        self.text("unique")
    }

    /// `create`: when it was made (section 7.5.4).
    pub fn created(&self) -> Option<Modified> {
        self.get("create").and_then(time_value)
    }

    /// `lang`: the language of its name (section 7.5.6).
    pub fn language(&self) -> Option<Cow<'e, str>> {
        self.text("lang")
    }

    /// `media-type` (section 7.5.8).
    pub fn media_type(&self) -> Option<Cow<'e, str>> {
        self.text("media-type")
    }

    /// `charset` (section 7.5.9).
    pub fn charset(&self) -> Option<Cow<'e, str>> {
        self.text("charset")
    }

    /// `UNIX.mode`.
    pub fn unix_mode(&self) -> Option<u16> {
        octal_mode(self.get("unix.mode")?)
    }

    pub(super) fn owner(&self) -> Option<Cow<'e, str>> {
        self.first_of(["unix.ownername", "unix.owner", "unix.uid"])
    }

    pub(super) fn group(&self) -> Option<Cow<'e, str>> {
        self.first_of(["unix.groupname", "unix.group", "unix.gid"])
    }

    fn first_of(&self, names: [&str; 3]) -> Option<Cow<'e, str>> {
        names.into_iter().find_map(|name| self.text(name))
    }

    fn text(&self, name: &str) -> Option<Cow<'e, str>> {
        let value = self.get(name).filter(|value| !value.is_empty())?;
        Some(String::from_utf8_lossy(value))
    }
}

/// The letters of `perm` (RFC 3659 section 7.5.5). They are a promise of the server's, no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions<'e>(&'e [u8]);

/// What `perm` can promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// `a`: APPE to the file.
    Append,
    /// `c`: STOR a new file in the directory.
    Create,
    /// `d`: DELE or RMD it.
    Delete,
    /// `e`: CWD into the directory.
    Enter,
    /// `f`: RNFR it.
    Rename,
    /// `l`: LIST the directory.
    List,
    /// `m`: MKD in the directory.
    MakeDirectory,
    /// `p`: delete what is in the directory.
    Purge,
    /// `r`: RETR the file.
    Retrieve,
    /// `w`: STOR to the file.
    Write,
}

impl Permissions<'_> {
    /// Whether this is promised.
    pub fn allows(&self, permission: Permission) -> bool {
        let letter = match permission {
            Permission::Append => b'a',
            Permission::Create => b'c',
            Permission::Delete => b'd',
            Permission::Enter => b'e',
            Permission::Rename => b'f',
            Permission::List => b'l',
            Permission::MakeDirectory => b'm',
            Permission::Purge => b'p',
            Permission::Retrieve => b'r',
            Permission::Write => b'w',
        };
        self.0.iter().any(|held| held.eq_ignore_ascii_case(&letter))
    }
}

/// A mode in octal digits; what stands above the twelve bits of permissions is the file's type.
pub(super) fn octal_mode(digits: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(digits).ok()?;
    if !text.bytes().all(|byte| (b'0'..=b'7').contains(&byte)) {
        return None;
    }
    let mode = u32::from_str_radix(text, 8).ok()?;
    u16::try_from(mode & 0o7777).ok()
}

/// A time value, always UTC.
///
/// ```text
/// time-val = 14DIGIT [ "." 1*DIGIT ]              ; RFC 3659 section 2.3
/// ```
/// Servers that count the years from 1900 and put `19` in front write 2024 as `19124`.
pub fn time_value(text: &[u8]) -> Option<Modified> {
    let (whole, fraction) = match text.iter().position(|byte| *byte == b'.') {
        Some(at) => (text.get(..at)?, text.get(at.checked_add(1)?..)),
        None => (text, None),
    };
    let mut year = two_digits(whole, 0)? * 100 + two_digits(whole, 2)?;
    let rest = match whole.len() {
        14 => whole.get(4..)?,
        15 if whole.starts_with(b"19") => {
            year = i16::try_from(number(whole.get(2..5)?)?)
                .ok()?
                .checked_add(1900)?;
            whole.get(5..)?
        }
        _ => return None,
    };
    let at = |place| i8::try_from(two_digits(rest, place)?).ok();
    let date = Date::new(year, at(0)?, at(2)?).ok()?;
    // A leap second is the last one of its minute.
    let second = at(8)?.min(if at(8)? == 60 { 59 } else { i8::MAX });
    let time = Time::new(at(4)?, at(6)?, second, nanoseconds(fraction)?).ok()?;
    Some(Modified {
        civil: DateTime::from_parts(date, time),
        precision: match fraction {
            Some(_) => Precision::Fraction,
            None => Precision::Second,
        },
        clock: Clock::Utc,
    })
}

/// A fraction's first nine digits.
pub(super) fn nanoseconds(fraction: Option<&[u8]>) -> Option<i32> {
    let Some(digits) = fraction else {
        return Some(0);
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let padded = digits.iter().chain(std::iter::repeat(&b'0')).take(9);
    Some(padded.fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')))
}

fn two_digits(text: &[u8], at: usize) -> Option<i16> {
    match text.get(at..)? {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', ..] => {
            Some(i16::from(a - b'0') * 10 + i16::from(b - b'0'))
        }
        _ => None,
    }
}
