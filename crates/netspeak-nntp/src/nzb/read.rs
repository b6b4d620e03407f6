//! Reading NZB files.

use std::mem;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::{Damage, File, Nzb, Segment, xml};
use crate::error::{Error, Result};

/// Bounds on an NZB file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Its bytes. Default 256 MiB.
    pub bytes: usize,
    /// Files in it. Default 1,000,000.
    pub files: usize,
    /// Segments of all files. Default 10,000,000.
    pub segments: usize,
    /// Texts of its head, and groups of one file. Default 1,000.
    pub texts: usize,
    /// Elements in elements. Default 32.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 256 * 1024 * 1024,
            files: 1_000_000,
            segments: 10_000_000,
            texts: 1_000,
            depth: 32,
        }
    }
}

impl Nzb {
    /// Reads an NZB file.
    ///
    /// Where the XML is damaged, what stands before is kept, and [`damage`](Self::damage) tells the
    /// place. Any prefix of the tags' names will do, and no namespace as well.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there is no element `nzb` in it; [`Error::Limit`] beyond the default
    /// [`Limits`].
    pub fn read(bytes: &[u8]) -> Result<Self> {
        Self::read_with(bytes, &Limits::default())
    }

    /// As [`read`](Self::read), with other limits.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_with(bytes: &[u8], limits: &Limits) -> Result<Self> {
        if bytes.len() > limits.bytes {
            return Err(Error::limit("bytes of an NZB file", limits.bytes as u64));
        }
        let text = xml::text(bytes);
        let mut reader = Reader::from_str(&text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut machine = Machine::new(limits);
        let damage = loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) => machine.start(&tag)?,
                Ok(Event::End(tag)) => machine.end(tag.local_name().as_ref())?,
                Ok(Event::Text(part)) => machine.text(&part),
                Ok(Event::CData(part)) => machine.text(&part),
                Ok(Event::GeneralRef(name)) => machine.reference(&name),
                Ok(Event::Eof) if machine.is_open() => break Some("it ends too early".to_owned()),
                Ok(Event::Eof) => break None,
                Ok(_) => {}
                Err(error) => break Some(error.to_string()),
            }
            if machine.is_done {
                break None;
            }
        };
        if !machine.is_nzb {
            return Err(Error::malformed("an NZB file", bytes));
        }
        let at = usize::try_from(reader.error_position().max(reader.buffer_position()));
        let (line, column) = xml::place(&text, at.unwrap_or(usize::MAX));
        let damage = damage.map(|what| Damage { line, column, what });
        machine.finish(damage)
    }
}

/// What the text of an element is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Texts {
    Nothing,
    Meta(String),
    Group,
    Segment {
        number: Option<u32>,
        bytes: Option<u64>,
    },
}

struct Machine<'l> {
    limits: &'l Limits,
    nzb: Nzb,
    file: Option<File>,
    segments: usize,
    depth: usize,
    texts: Texts,
    text: String,
    is_nzb: bool,
    is_done: bool,
}

impl<'l> Machine<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            nzb: Nzb::default(),
            file: None,
            segments: 0,
            depth: 0,
            texts: Texts::Nothing,
            text: String::new(),
            is_nzb: false,
            is_done: false,
        }
    }

    fn is_open(&self) -> bool {
        self.is_nzb && !self.is_done
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > self.limits.depth {
            return Err(Error::limit(
                "elements in elements of an NZB file",
                self.limits.depth as u64,
            ));
        }
        self.text.clear();
        self.texts = match tag.local_name().as_ref() {
            "nzb" => {
                self.is_nzb = true;
                Texts::Nothing
            }
            "file" if self.is_nzb => {
                self.end_file()?;
                self.file = Some(File {
                    poster: attribute(tag, "poster").unwrap_or_default(),
                    date: attribute(tag, "date")
                        .and_then(|date| netspeak_core::text::digits(&date)),
                    subject: attribute(tag, "subject").unwrap_or_default(),
                    ..File::default()
                });
                Texts::Nothing
            }
            "meta" if self.is_nzb => Texts::Meta(attribute(tag, "type").unwrap_or_default()),
            "group" if self.file.is_some() => Texts::Group,
            "segment" if self.file.is_some() => Texts::Segment {
                number: attribute(tag, "number")
                    .and_then(|number| netspeak_core::text::digits(&number)),
                bytes: attribute(tag, "bytes")
                    .and_then(|bytes| netspeak_core::text::digits(&bytes)),
            },
            _ => Texts::Nothing,
        };
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.texts != Texts::Nothing {
            self.text.push_str(text);
        }
    }

    fn reference(&mut self, name: &str) {
        match xml::referred(name) {
            Some(letter) => self.text(letter.encode_utf8(&mut [0; 4])),
            None => self.text(&format!("&{name};")),
        }
    }

    fn end(&mut self, name: &str) -> Result<()> {
        self.depth = self.depth.saturating_sub(1);
        let text = mem::take(&mut self.text);
        let value = text.trim();
        match mem::replace(&mut self.texts, Texts::Nothing) {
            Texts::Nothing => {}
            Texts::Meta(kind) => {
                self.check_texts(self.nzb.meta.len())?;
                self.nzb.meta.push((kind, value.to_owned()));
            }
            Texts::Group => self.end_group(value)?,
            Texts::Segment { number, bytes } => self.end_segment(number, bytes, value)?,
        }
        match name {
            "file" => self.end_file()?,
            "nzb" => self.is_done = true,
            _ => {}
        }
        Ok(())
    }

    fn check_texts(&self, count: usize) -> Result<()> {
        if count >= self.limits.texts {
            return Err(Error::limit(
                "texts of an NZB file",
                self.limits.texts as u64,
            ));
        }
        Ok(())
    }

    fn end_group(&mut self, name: &str) -> Result<()> {
        let count = self.file.as_ref().map_or(0, |file| file.groups.len());
        self.check_texts(count)?;
        if let Some(file) = self.file.as_mut().filter(|_| !name.is_empty()) {
            file.groups.push(name.to_owned());
        }
        Ok(())
    }

    fn end_segment(&mut self, number: Option<u32>, bytes: Option<u64>, id: &str) -> Result<()> {
        self.segments = self.segments.saturating_add(1);
        if self.segments > self.limits.segments {
            return Err(Error::limit(
                "segments of an NZB file",
                self.limits.segments as u64,
            ));
        }
        match (number, id.parse(), &mut self.file) {
            (Some(number), Ok(message_id), Some(file)) => file.segments.push(Segment {
                number,
                bytes,
                message_id,
            }),
            _ => self.nzb.rejected = self.nzb.rejected.saturating_add(1),
        }
        Ok(())
    }

    fn end_file(&mut self) -> Result<()> {
        let Some(mut file) = self.file.take().filter(|file| !file.segments.is_empty()) else {
            return Ok(());
        };
        if self.nzb.files.len() >= self.limits.files {
            return Err(Error::limit(
                "files of an NZB file",
                self.limits.files as u64,
            ));
        }
        file.segments.sort_by_key(|segment| segment.number);
        file.segments.dedup_by_key(|segment| segment.number);
        file.segments.shrink_to_fit();
        self.nzb.files.push(file);
        Ok(())
    }

    fn finish(mut self, damage: Option<Damage>) -> Result<Nzb> {
        self.end_file()?;
        self.nzb.damage = damage;
        Ok(self.nzb)
    }
}

/// An attribute's value, references undone. Attributes that are damaged are passed over.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.html_attributes();
    attributes.with_checks(false);
    let found = attributes
        .filter_map(std::result::Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(xml::undo_references(&found.value).into_owned())
}
