//! The lines around the data: `=ybegin`, `=ypart` and `=yend`.

use std::borrow::Cow;
use std::ops::Range;

use netspeak_core::{LocalName, NameRules};

use super::fault::Fault;

/// What stands before the data of a part: `=ybegin`, and `=ypart` if the file has several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The name of the file just as it came, without blanks around it. It may hold anything, folders
    /// too. Empty if there is none.
    pub raw_name: Vec<u8>,
    /// Bytes of the whole file.
    pub size: Option<u64>,
    /// Bytes of a line, before critical ones are escaped.
    pub line: Option<u64>,
    /// Which part this is, of a file in several.
    pub part: Option<Number>,
    /// Where the bytes stand in the file, from 0. `None` if it is a part without a `=ypart` line, or
    /// the size is not told.
    pub place: Option<Range<u64>>,
}

/// The number of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Number {
    /// The first part has 1.
    pub part: u64,
    /// How many parts the file has.
    pub total: Option<u64>,
}

/// What stands behind the data of a part: `=yend`. What is left out or makes no sense is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trailer {
    /// Bytes of the part, or of the file by mistake of its poster.
    pub size: Option<u64>,
    /// Which part this was.
    pub part: Option<u64>,
    /// The CRC-32 of the part.
    pub pcrc32: Option<u32>,
    /// The CRC-32 of the whole file.
    pub crc32: Option<u32>,
}

impl Header {
    /// The name of the file as text: UTF-8, or else Latin-1. `None` if there is none.
    pub fn name(&self) -> Option<Cow<'_, str>> {
        if self.raw_name.is_empty() {
            return None;
        }
        Some(crate::text::name(&self.raw_name))
    }

    /// A name under which the file can be stored in a folder of ours: no folders, no leading dots, as
    /// [`LocalName::fitted`] makes it. `None` if nothing is left.
    pub fn local_name(&self, rules: NameRules) -> Option<LocalName> {
        LocalName::fitted(&self.name()?, rules)
    }

    /// What follows `=ybegin `.
    ///
    /// ```text
    /// =ybegin [part=N [total=N]] line=N size=N name=ANYTHING
    /// ```
    pub(super) fn begin(line: &[u8]) -> Result<Self, Fault> {
        let (fields, name) = split_name(line);
        let size = match field(fields, b"size") {
            Some(value) => Some(number(value).ok_or(Fault::Size)?),
            None => None,
        };
        let part = field(fields, b"part").and_then(number).map(|part| Number {
            part,
            total: field(fields, b"total").and_then(number),
        });
        let mut header = Self {
            raw_name: name.to_vec(),
            size,
            line: field(fields, b"line").and_then(number),
            part,
            place: None,
        };
        match part {
            None => header.place = size.map(|size| 0..size),
            Some(_) => header.take_glued_part()?,
        }
        Ok(header)
    }

    /// Some posters write `=ypart` on the same line, where it looks like the end of the name.
    fn take_glued_part(&mut self) -> Result<(), Fault> {
        const GLUE: &[u8] = b" =ypart ";
        let name = std::mem::take(&mut self.raw_name);
        let (kept, glued) = match memchr::memmem::rfind(&name, GLUE).map(|at| name.split_at(at)) {
            Some((kept, glued)) => (kept, glued.get(GLUE.len()..).unwrap_or_default()),
            None => (name.as_slice(), &b""[..]),
        };
        if field(glued, b"begin").is_some() && field(glued, b"end").is_some() {
            self.raw_name = kept.trim_ascii().to_vec();
            return self.take_part(glued);
        }
        self.raw_name = name;
        Ok(())
    }

    /// What follows `=ypart `: `begin=N end=N`, both counted from 1.
    pub(super) fn take_part(&mut self, line: &[u8]) -> Result<(), Fault> {
        let begin = field(line, b"begin").and_then(number);
        let end = field(line, b"end").and_then(number);
        let (Some(begin), Some(end)) = (begin, end) else {
            return Err(Fault::Range);
        };
        let start = begin.checked_sub(1).ok_or(Fault::Range)?;
        if start > end || self.size.is_some_and(|size| end > size) {
            return Err(Fault::Range);
        }
        self.place = Some(start..end);
        Ok(())
    }

    /// How many bytes may follow.
    pub(super) fn most(&self) -> Option<u64> {
        match &self.place {
            Some(place) => place.end.checked_sub(place.start),
            None => self.size,
        }
    }
}

impl Trailer {
    /// What follows `=yend `.
    ///
    /// ```text
    /// =yend size=N [part=N] [pcrc32=HEX] [crc32=HEX]
    /// ```
    pub(super) fn end(line: &[u8]) -> Self {
        Self {
            size: field(line, b"size").and_then(number),
            part: field(line, b"part").and_then(number),
            pcrc32: field(line, b"pcrc32").and_then(crc),
            crc32: field(line, b"crc32").and_then(crc),
        }
    }
}

/// The name is the rest of the line, so that it may hold what looks like a field.
fn split_name(line: &[u8]) -> (&[u8], &[u8]) {
    const NAME: &[u8] = b"name=";
    let is_start = |at: &usize| match at.checked_sub(1) {
        None => true,
        Some(before) => line.get(before).is_some_and(u8::is_ascii_whitespace),
    };
    match memchr::memmem::find_iter(line, NAME).find(is_start) {
        Some(at) => {
            let (fields, name) = line.split_at(at);
            let name = name.get(NAME.len()..).unwrap_or_default();
            (fields, name.trim_ascii())
        }
        None => (line, b""),
    }
}

fn field<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    line.split(u8::is_ascii_whitespace).find_map(|field| {
        let value = field.strip_prefix(name)?;
        value.strip_prefix(b"=")
    })
}

fn number(value: &[u8]) -> Option<u64> {
    netspeak_core::text::digits(std::str::from_utf8(value).ok()?)
}

/// Leading zeros may be missing, and where there are too many digits the last eight count.
fn crc(value: &[u8]) -> Option<u32> {
    let last = value.get(value.len().saturating_sub(8)..)?;
    let is_hex = !value.is_empty() && value.iter().all(u8::is_ascii_hexdigit);
    let last = std::str::from_utf8(last).ok().filter(|_| is_hex)?;
    u32::from_str_radix(last, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_any_order_and_the_name_is_the_rest() {
        let header =
            Header::begin(b"size=9  x=1 part=2 line=128 total=3 name= a name=b size=1 ").unwrap();
        assert_eq!((header.size, header.line), (Some(9), Some(128)));
        assert_eq!(
            header.part,
            Some(Number {
                part: 2,
                total: Some(3)
            })
        );
        assert_eq!(
            (header.name().unwrap(), header.place.clone()),
            ("a name=b size=1".into(), None)
        );
        assert_eq!(
            Header::begin(b"name=r\xe9sum\xe9").unwrap().name().unwrap(),
            "r\u{e9}sum\u{e9}"
        );
        assert_eq!(
            Header::begin(b"line=128 size=3 filename=x").unwrap().name(),
            None
        );
    }

    #[test]
    fn sizes_and_places_that_make_no_sense_are_refused() {
        for size in ["", "-5", "+5", "5x", "99999999999999999999999"] {
            let line = format!("line=128 size={size} name=x");
            assert_eq!(Header::begin(line.as_bytes()), Err(Fault::Size), "{size}");
        }
        let header = Header::begin(b"part=1 size=9 name=x").unwrap();
        for place in [
            "",
            "begin=1",
            "end=1",
            "begin=0 end=3",
            "begin=5 end=3",
            "begin=1 end=10",
            "begin=x end=3",
        ] {
            assert_eq!(
                header.clone().take_part(place.as_bytes()),
                Err(Fault::Range),
                "{place}"
            );
        }
        let mut header = header;
        header.take_part(b"end=9 begin=9").unwrap();
        assert_eq!(header.place, Some(8..9));
    }

    #[test]
    fn checksums_are_read_as_posters_write_them() {
        for (value, crc) in [
            ("9d140b7a", Some(0x9d14_0b7a)),
            ("9D140B7A", Some(0x9d14_0b7a)),
            ("ffffffff9d140b7a", Some(0x9d14_0b7a)),
            ("b78025", Some(0x00b7_8025)),
            ("zzzzzzzz", None),
            ("+9d140b7", None),
            ("", None),
        ] {
            let line = format!("size=1 crc32={value}");
            assert_eq!(Trailer::end(line.as_bytes()).crc32, crc, "{value}");
            assert_eq!(Trailer::end(line.as_bytes()).pcrc32, None, "{value}");
        }
    }
}
