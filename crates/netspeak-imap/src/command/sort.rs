//! [`Sort`]: in which order messages are told (RFC 5256, RFC 5957), and [`Threading`]: how they are gathered.

use std::fmt;
use std::str::FromStr;

use netspeak_core::{Error, Result};

use super::Parts;
use super::parts::check_atom;

/// What messages are sorted by; where the first says nothing, the next does.
///
/// ```
/// use netspeak_imap::Sort;
///
/// # fn main() -> netspeak_imap::Result<()> {
/// let sort = Sort::subject().then(Sort::date().reverse());
/// assert_eq!(sort.to_string(), "SUBJECT REVERSE DATE");
/// assert_eq!("subject,-date".parse::<Sort>()?, sort);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort(Vec<Rule>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rule {
    key: &'static str,
    order: Order,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Rising,
    Falling,
}

/// One constructor a key, and all of them by their names.
macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        impl Sort {
            $(
                $(#[$doc])*
                pub fn $name() -> Self {
                    Self(vec![Rule { key: $word, order: Order::Rising }])
                }
            )*
        }

        const KEYS: &[&str] = &[$($word),*];
    };
}

keys! {
    /// When the message was delivered.
    arrival = "ARRIVAL";
    /// When it was sent, by its Date field.
    date = "DATE";
    /// The mailbox of the first author.
    from = "FROM";
    /// The mailbox of the first addressee.
    to = "TO";
    /// The mailbox of the first one in Cc.
    cc = "CC";
    /// How many octets it has.
    size = "SIZE";
    /// The subject, without Re: and such.
    subject = "SUBJECT";
    /// The name of the first author, or else the address (SORT=DISPLAY, RFC 5957).
    display_from = "DISPLAYFROM";
    /// The name of the first addressee, or else the address (SORT=DISPLAY, RFC 5957).
    display_to = "DISPLAYTO";
}

impl Sort {
    /// And what is equal by this, by that.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.0.extend(next.0);
        self
    }

    /// The other way round, key by key.
    #[must_use]
    pub fn reverse(mut self) -> Self {
        for rule in &mut self.0 {
            rule.order = match rule.order {
                Order::Rising => Order::Falling,
                Order::Falling => Order::Rising,
            };
        }
        self
    }

    /// Whether it needs SORT=DISPLAY.
    #[cfg(feature = "net")]
    pub(crate) fn is_display(&self) -> bool {
        self.0.iter().any(|rule| rule.key.starts_with("DISPLAY"))
    }

    pub(super) fn encode(&self, parts: &mut Parts) {
        parts.word("(").raw(&self.to_string()).raw(")");
    }
}

/// As it is sent.
impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, rule) in self.0.iter().enumerate() {
            let blank = if at > 0 { " " } else { "" };
            let order = match rule.order {
                Order::Rising => "",
                Order::Falling => "REVERSE ",
            };
            write!(f, "{blank}{order}{}", rule.key)?;
        }
        Ok(())
    }
}

/// Keys in any case with commas between them; a `-` before one reverses it.
impl FromStr for Sort {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let rule = |word: &str| {
            let (name, order) = match word.strip_prefix('-') {
                Some(name) => (name, Order::Falling),
                None => (word, Order::Rising),
            };
            let key = KEYS.iter().find(|key| key.eq_ignore_ascii_case(name));
            let key = key.ok_or_else(|| {
                Error::usage(format!(
                    "{word:?} is nothing to sort by: there are {}",
                    KEYS.join(", ").to_ascii_lowercase()
                ))
            })?;
            Ok(Rule { key, order })
        };
        text.split(',')
            .map(|word| rule(word.trim()))
            .collect::<Result<_>>()
            .map(Self)
    }
}

/// How messages are gathered into conversations (RFC 5256).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Threading {
    /// `REFERENCES`: by what they answer.
    #[default]
    References,
    /// `ORDEREDSUBJECT`: by their subjects alone.
    OrderedSubject,
    /// Another one, as the server names it behind `THREAD=`: `REFS`.
    Other(String),
}

impl Threading {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::References => "REFERENCES",
            Self::OrderedSubject => "ORDEREDSUBJECT",
            Self::Other(name) => name,
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        check_atom("the threading", self.name())
    }
}

/// The character set of a search, which SORT and THREAD always name.
pub(super) fn charset(search: &super::Search) -> &'static str {
    match search.is_ascii() {
        true => "US-ASCII",
        false => "UTF-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_and_read() {
        for (text, sent) in [
            ("date", "DATE"),
            ("-Date", "REVERSE DATE"),
            ("subject,-size, from", "SUBJECT REVERSE SIZE FROM"),
            ("displayfrom", "DISPLAYFROM"),
        ] {
            assert_eq!(text.parse::<Sort>().unwrap().to_string(), sent);
        }
        for bad in ["", ",", "date,", "--date", "colour", "date size"] {
            assert!(bad.parse::<Sort>().is_err(), "{bad}");
        }
        let both = Sort::cc().then(Sort::to().reverse()).reverse();
        assert_eq!(both.to_string(), "REVERSE CC TO");
        assert!(Threading::Other("a b".into()).check().is_err());
    }
}
