//! [`Section`]: a part of a message, as `BODY[...]` names it (RFC 9051 section 6.4.5.1).

use std::fmt;
use std::str::FromStr;

use netspeak_core::Error as CoreError;

use super::Text;
use crate::grammar::{self, Parsed, Upper, is_atom_char, no};

/// What stands between the brackets of `BODY[1.2.HEADER.FIELDS (FROM TO)]`.
///
/// Equal are sections that mean the same: names of header fields count in any case and order.
///
/// ```
/// use netspeak_imap::Section;
///
/// # fn main() -> netspeak_imap::Result<()> {
/// let section: Section = "1.2.HEADER.FIELDS (From To)".parse()?;
/// assert_eq!(section.part, [1, 2]);
/// assert_eq!(Section::header_fields(["TO", "from"])?.of_part(&[1, 2]), section);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The numbers of the part and of those that it stands in; none for the message itself.
    pub part: Vec<u32>,
    /// What of it.
    pub what: SectionText,
}

/// What of a part, or of the message.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum SectionText {
    /// All of it.
    #[default]
    Whole,
    /// `TEXT`: what stands behind the header of a message.
    Text,
    /// `MIME`: the header of a part.
    Mime,
    /// `HEADER`: the header of a message.
    Header,
    /// `HEADER.FIELDS`: some fields of it; or, with `not`, all others (`HEADER.FIELDS.NOT`).
    HeaderFields {
        /// The names of the fields.
        names: Vec<Text>,
        /// Whether these are the ones that are left out.
        not: bool,
    },
}

impl Section {
    /// `[]`: the whole message.
    pub fn whole() -> Self {
        Self::default()
    }

    /// `[HEADER]`: the header of the message.
    pub fn header() -> Self {
        Self::from(SectionText::Header)
    }

    /// `[TEXT]`: the message without its header.
    pub fn text() -> Self {
        Self::from(SectionText::Text)
    }

    /// `[1.2]`: a part.
    pub fn part(numbers: &[u32]) -> Self {
        Self::whole().of_part(numbers)
    }

    /// `[1.2.MIME]`: the header of a part.
    pub fn mime(numbers: &[u32]) -> Self {
        Self::from(SectionText::Mime).of_part(numbers)
    }

    /// `[HEADER.FIELDS (...)]`: these fields of the header.
    ///
    /// # Errors
    /// [`Usage`](crate::Error::Usage) if there is no name, or one that no field can have.
    pub fn header_fields<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, CoreError> {
        Self::fields(names, false)
    }

    /// `[HEADER.FIELDS.NOT (...)]`: all other fields.
    ///
    /// # Errors
    /// As [`header_fields`](Self::header_fields).
    pub fn header_fields_not<'a>(
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, CoreError> {
        Self::fields(names, true)
    }

    fn fields<'a>(names: impl IntoIterator<Item = &'a str>, not: bool) -> Result<Self, CoreError> {
        let names: Vec<Text> = names.into_iter().map(Text::from).collect();
        if names.is_empty() || !names.iter().all(is_field_name) {
            return Err(CoreError::usage(
                "a header field is named by visible ASCII characters without a colon",
            ));
        }
        Ok(Self::from(SectionText::HeaderFields { names, not }))
    }

    /// The same of a part, which is a message itself where that makes a difference.
    #[must_use]
    pub fn of_part(mut self, numbers: &[u32]) -> Self {
        self.part = numbers.to_vec();
        self
    }

    /// ```text
    /// section-spec    = section-msgtext / (section-part ["." section-text])
    /// section-msgtext = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT"
    /// section-text    = section-msgtext / "MIME"
    /// ```
    /// What is left begins with the bracket that ends it, or with what does not belong there.
    pub(crate) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let mut rest = grammar::blanks(input);
        let mut part = Vec::new();
        while let Ok((behind, number)) = grammar::number(rest) {
            part.push(number);
            rest = behind.strip_prefix(b".").unwrap_or(behind);
            if rest.len() == behind.len() {
                break;
            }
        }
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'.');
        let (word, behind) = rest.split_at(length.count());
        let mut rest = behind;
        let what = match Upper::new(word).as_bytes() {
            b"" if word.is_empty() => SectionText::Whole,
            b"TEXT" => SectionText::Text,
            b"MIME" => SectionText::Mime,
            b"HEADER" => SectionText::Header,
            fields @ (b"HEADER.FIELDS" | b"HEADER.FIELDS.NOT") => {
                let (behind, names) = grammar::list(rest, field_name)?;
                rest = behind;
                let not = fields.ends_with(b"NOT");
                SectionText::HeaderFields { names, not }
            }
            _ => return no(),
        };
        Ok((grammar::blanks(rest), Self { part, what }))
    }
}

impl From<SectionText> for Section {
    fn from(what: SectionText) -> Self {
        Self {
            part: Vec::new(),
            what,
        }
    }
}

/// `header-fld-name = astring`
fn field_name(input: &[u8]) -> Parsed<'_, Text> {
    let (rest, name) = grammar::astring(input)?;
    let name = Text::from(name);
    if is_field_name(&name) {
        Ok((rest, name))
    } else {
        no()
    }
}

/// Visible ASCII without a colon (RFC 5322 section 2.2).
fn is_field_name(name: &Text) -> bool {
    let mut bytes = name.as_bytes().iter();
    !name.is_empty() && bytes.all(|byte| byte.is_ascii_graphic() && *byte != b':')
}

impl FromStr for Section {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        match Self::parse(text.as_bytes()) {
            Ok((b"", section)) => Ok(section),
            _ => Err(CoreError::usage(
                "a section is written 1.2, HEADER, TEXT, 1.MIME or HEADER.FIELDS (FROM TO)",
            )),
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut dot = "";
        for number in &self.part {
            write!(f, "{dot}{number}")?;
            dot = ".";
        }
        let (word, names) = match &self.what {
            SectionText::Whole => return Ok(()),
            SectionText::Text => ("TEXT", None),
            SectionText::Mime => ("MIME", None),
            SectionText::Header => ("HEADER", None),
            SectionText::HeaderFields { names, not: false } => ("HEADER.FIELDS", Some(names)),
            SectionText::HeaderFields { names, not: true } => ("HEADER.FIELDS.NOT", Some(names)),
        };
        write!(f, "{dot}{word}")?;
        let Some(names) = names else {
            return Ok(());
        };
        f.write_str(" (")?;
        for (at, name) in names.iter().enumerate() {
            let blank = if at > 0 { " " } else { "" };
            if name.as_bytes().iter().all(|byte| is_atom_char(*byte)) {
                write!(f, "{blank}{name}")?;
            } else {
                let escaped = name
                    .to_str_lossy()
                    .replace('\\', "\\\\")
                    .replace('"', "\\\"");
                write!(f, "{blank}\"{escaped}\"")?;
            }
        }
        f.write_str(")")
    }
}

impl PartialEq for SectionText {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole, Self::Whole)
            | (Self::Text, Self::Text)
            | (Self::Mime, Self::Mime)
            | (Self::Header, Self::Header) => true,
            (
                Self::HeaderFields { names, not },
                Self::HeaderFields {
                    names: others,
                    not: other_not,
                },
            ) => not == other_not && same_names(names, others),
            _ => false,
        }
    }
}

impl Eq for SectionText {}

fn same_names(names: &[Text], others: &[Text]) -> bool {
    let sorted = |names: &[Text]| {
        let capitals = names
            .iter()
            .map(|name| name.as_bytes().to_ascii_uppercase());
        let mut capitals: Vec<_> = capitals.collect();
        capitals.sort_unstable();
        capitals.dedup();
        capitals
    };
    names == others || sorted(names) == sorted(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_read_and_written() {
        for (text, written) in [
            ("", ""),
            ("1", "1"),
            ("1.2.mime", "1.2.MIME"),
            ("TEXT", "TEXT"),
            ("4.1.HEADER", "4.1.HEADER"),
            ("header.fields (From \"To\")", "HEADER.FIELDS (From To)"),
            (
                "HEADER.FIELDS (\"a\\\"b\" \"c]\")",
                "HEADER.FIELDS (\"a\\\"b\" \"c]\")",
            ),
        ] {
            let section: Section = text.parse().unwrap();
            assert_eq!(section.to_string(), written);
            assert_eq!(written.parse::<Section>().unwrap(), section);
        }
        for bad in [
            "x",
            "1.x",
            "HEADER.FIELDS",
            "HEADER.FIELDS (a:b)",
            "HEADER.FIELDS (a b) c",
            "1.TEXT]",
        ] {
            assert!(bad.parse::<Section>().is_err(), "{bad}");
        }
    }

    #[test]
    fn equal_is_what_means_the_same() {
        let fields = |names: &[&'static str]| Section::header_fields(names.iter().copied());
        assert_eq!(
            fields(&["From", "TO"]).unwrap(),
            fields(&["to", "FROM"]).unwrap()
        );
        assert_ne!(fields(&["From"]).unwrap(), fields(&["From", "To"]).unwrap());
        assert_ne!(
            fields(&["From"]).unwrap(),
            Section::header_fields_not(["From"]).unwrap()
        );
        assert_ne!(Section::part(&[1]), Section::mime(&[1]));
        assert_eq!(Section::text().to_string(), "TEXT");
        for bad in [
            &[][..],
            &[""],
            &["a b"],
            &["a\r\nb"],
            &["a:b"],
            &["caf\u{e9}"],
        ] {
            assert!(fields(bad).is_err(), "{bad:?}");
        }
    }
}
