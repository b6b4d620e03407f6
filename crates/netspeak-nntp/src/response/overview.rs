//! Overviews: what OVER and LIST OVERVIEW.FMT say (RFC 3977 section 8).

use std::ops::Range;

use jiff::Timestamp;
use netspeak_core::encoded_word;

use super::number;
use crate::types::MessageId;

/// The fields that every overview begins with (RFC 3977 section 8.4.2).
const FIXED: [&str; 7] = [
    "subject",
    "from",
    "date",
    "message-id",
    "references",
    ":bytes",
    ":lines",
];

/// Which fields an overview has: the fixed seven, then the server's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewFormat {
    fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    /// In small letters; metadata begin with a colon.
    name: String,
    value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Bare,
    /// The name stands before the value.
    Full,
}

impl Default for OverviewFormat {
    fn default() -> Self {
        let fields = FIXED.iter().map(|name| Field {
            name: (*name).to_owned(),
            value: Value::Bare,
        });
        Self {
            fields: fields.collect(),
        }
    }
}

impl OverviewFormat {
    /// From the lines of LIST OVERVIEW.FMT: in any case, `Bytes:` for `:bytes`, colons that are
    /// missing. Where the first seven are not those of the RFC they are taken to be all the same: OVER
    /// knows no others.
    pub fn from_lines<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut format = Self::default();
        let extra = lines.into_iter().skip(FIXED.len()).map(field);
        format.fields.extend(extra);
        format
    }

    /// The names of the fields, in small letters; metadata begin with a colon.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// The names of those whose value stands behind their name.
    pub fn full(&self) -> impl Iterator<Item = &str> {
        let full = self
            .fields
            .iter()
            .filter(|field| field.value == Value::Full);
        full.map(|field| field.name.as_str())
    }

    fn place(&self, name: &str) -> Option<(usize, &Field)> {
        let mut fields = self.fields.iter().enumerate();
        fields.find(|(_, field)| field.name.eq_ignore_ascii_case(name))
    }
}

fn field(line: &[u8]) -> Field {
    let line = String::from_utf8_lossy(line.trim_ascii()).to_ascii_lowercase();
    let (name, value) = match line.strip_suffix(":full") {
        Some(name) => (name, Value::Full),
        None => (line.strip_suffix(':').unwrap_or(&line), Value::Bare),
    };
    Field {
        name: name.to_owned(),
        value,
    }
}

/// A line of OVER: its fields are borrowed from what came.
#[derive(Clone, Copy, Debug)]
pub struct OverviewRow<'a> {
    number: u64,
    line: &'a [u8],
    /// Where the tabs before the first eight fields stand; the line's length where there is none.
    tabs: [usize; 8],
}

impl<'a> OverviewRow<'a> {
    /// Reads a line.
    ///
    /// ```text
    /// over-content = 1*6(TAB hdr-content) / 7(TAB hdr-content) *(TAB hdr-n-content)  ; RFC 3977 9.5
    /// line         = article-number over-content
    /// ```
    /// Lines with fewer fields are taken for what they have; `None` if it does not begin with a number.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let mut tabs = [line.len(); 8];
        for (place, tab) in tabs.iter_mut().zip(memchr::memchr_iter(b'\t', line)) {
            *place = tab;
        }
        let [first, ..] = tabs;
        Some(Self {
            number: number(line.get(..first)?.trim_ascii())?,
            line,
            tabs,
        })
    }

    /// The article's number in the group; 0 if it was asked for by its id.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// All of the line.
    pub fn line(&self) -> &'a [u8] {
        self.line
    }

    /// The subject, as it came.
    pub fn subject(&self) -> Option<&'a [u8]> {
        self.fixed(0)
    }

    /// The author, as it came.
    pub fn from(&self) -> Option<&'a [u8]> {
        self.fixed(1)
    }

    /// When it was written, as it came.
    pub fn date(&self) -> Option<&'a [u8]> {
        self.fixed(2)
    }

    /// The message-id, as it came.
    pub fn message_id(&self) -> Option<&'a [u8]> {
        self.fixed(3)
    }

    /// The ids of the articles that it answers, the oldest first.
    pub fn references(&self) -> Option<&'a [u8]> {
        self.fixed(4)
    }

    /// Its size in octets; `None` if that is no number.
    pub fn bytes(&self) -> Option<u64> {
        number(self.fixed(5)?.trim_ascii())
    }

    /// The lines of its body; `None` if that is no number.
    pub fn lines(&self) -> Option<u64> {
        number(self.fixed(6)?.trim_ascii())
    }

    /// A field by its name, in any case, if the format has it and the line as well. The name that
    /// stands before a `full` value is taken off; where it is missing the value is taken as it is.
    pub fn field(&self, name: &str, format: &OverviewFormat) -> Option<&'a [u8]> {
        let (place, field) = format.place(name)?;
        let value = self.fields().nth(place)?;
        let named = || {
            let (head, rest) = value.split_at_checked(field.name.len())?;
            let rest = rest.strip_prefix(b":")?;
            head.eq_ignore_ascii_case(field.name.as_bytes())
                .then(|| rest.trim_ascii_start())
        };
        match field.value {
            Value::Full => named().or(Some(value)),
            Value::Bare => Some(value),
        }
    }

    /// The fields behind the number.
    fn fields(&self) -> impl Iterator<Item = &'a [u8]> {
        let [first, ..] = self.tabs;
        let behind = first.checked_add(1).and_then(|at| self.line.get(at..));
        let fields = behind.map(|rest| rest.split(|byte| *byte == b'\t'));
        fields.into_iter().flatten()
    }

    fn fixed(&self, field: usize) -> Option<&'a [u8]> {
        let start = self.tabs.get(field)?.checked_add(1)?;
        self.line
            .get::<Range<usize>>(start..*self.tabs.get(field + 1)?)
    }
}

/// An overview of its own, its texts decoded (RFC 2047; else UTF-8, else ISO-8859-1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overview {
    /// The article's number in the group; 0 if it was asked for by its id.
    pub number: u64,
    /// The subject.
    pub subject: String,
    /// The author.
    pub from: String,
    /// When it was written, in the author's words; see [`sent`](Self::sent).
    pub date: String,
    /// Its id; `None` if that is none.
    pub message_id: Option<MessageId>,
    /// The ids of the articles that it answers, the oldest first.
    pub references: Vec<String>,
    /// Its size in octets, as the server reckons it.
    pub bytes: Option<u64>,
    /// The lines of its body, as the server reckons them.
    pub lines: Option<u64>,
}

impl Overview {
    /// When it was written (RFC 5536 section 3.1.1); `None` if nobody can read that.
    pub fn sent(&self) -> Option<Timestamp> {
        let parser = jiff::fmt::rfc2822::DateTimeParser::new();
        parser.parse_timestamp(self.date.trim()).ok()
    }
}

impl From<OverviewRow<'_>> for Overview {
    fn from(row: OverviewRow<'_>) -> Self {
        let text = |field: Option<&[u8]>| encoded_word::decode(field.unwrap_or_default());
        let references = row.references().unwrap_or_default();
        let references = references.split(u8::is_ascii_whitespace);
        Self {
            number: row.number(),
            subject: text(row.subject()),
            from: text(row.from()),
            date: text(row.date()),
            message_id: row
                .message_id()
                .and_then(|id| MessageId::from_bytes(id.trim_ascii())),
            references: references
                .filter(|word| !word.is_empty())
                .map(|word| String::from_utf8_lossy(word).into_owned())
                .collect(),
            bytes: row.bytes(),
            lines: row.lines(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &[u8] = b"3000234\tI am just a test article\t\"Demo\" <nobody@example.com>\t6 Oct 1998 04:38:40 -0500\t<45223423@example.com>\t<45454@example.net>\t1234\t17\tXref: news.example.com misc.test:3000363";

    #[test]
    fn the_example_of_rfc_3977() {
        let row = OverviewRow::parse(ROW).unwrap();
        let lines = FIXED.map(str::as_bytes);
        let format = OverviewFormat::from_lines(lines.into_iter().chain([&b"Xref:FULL"[..]]));
        assert_eq!(
            row.field("xref", &format),
            Some(&b"news.example.com misc.test:3000363"[..])
        );
        assert_eq!(row.field("Subject", &format), row.subject());
        assert_eq!(row.field("nothing", &format), None);
        let overview = Overview::from(row);
        assert_eq!(overview.number, 3_000_234);
        assert_eq!(overview.references, ["<45454@example.net>"]);
        assert_eq!((overview.bytes, overview.lines), (Some(1234), Some(17)));
        assert_eq!(overview.sent().unwrap().to_string(), "1998-10-06T09:38:40Z");
    }

    #[test]
    fn a_line_that_ends_early_has_what_it_has() {
        for end in 0..ROW.len() {
            let row = OverviewRow::parse(&ROW[..end]);
            assert_eq!(row.is_some(), end > 0, "{end}");
        }
        let row = OverviewRow::parse(b"7").unwrap();
        assert_eq!((row.subject(), row.bytes()), (None, None));
        for line in [&b""[..], b"\ta", b"x\ta", b"-1\ta"] {
            assert!(OverviewRow::parse(line).is_none());
        }
    }
}
