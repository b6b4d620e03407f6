//! [`Element`]: a piece of XML as a tree.

use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// Deeper than this is no honest document.
const DEEPEST: usize = 200;

/// An element, its text, and those in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) inner: Vec<Self>,
}

impl Element {
    pub(super) fn new(name: &str, text: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            text: text.into(),
            inner: Vec::new(),
        }
    }

    pub(super) fn around(name: &str, inner: Vec<Self>) -> Self {
        Self {
            name: name.to_owned(),
            text: String::new(),
            inner,
        }
    }

    /// The first in it of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.inner.iter().find(|element| element.name == name)
    }

    pub(super) fn read(document: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(document);
        reader.config_mut().expand_empty_elements = true;
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            match event {
                Event::Start(tag) if open.len() < DEEPEST => {
                    open.push(Self::new(tag.local_name().as_ref(), ""));
                }
                Event::Start(_) => return Err("too deep".to_owned()),
                Event::End(_) => {
                    let closed = open.pop().unwrap_or_default();
                    if let Some(outer) = open.last_mut() {
                        outer.inner.push(closed);
                    }
                }
                Event::Text(text) => push(&mut open, &text.xml10_content()),
                Event::CData(text) => push(&mut open, &text.xml10_content()),
                Event::GeneralRef(name) => {
                    let letter = name.resolve_char_ref().map_err(|error| error.to_string())?;
                    let named = || quick_xml::escape::resolve_predefined_entity(&name);
                    match letter
                        .map(String::from)
                        .or_else(|| named().map(str::to_owned))
                    {
                        Some(text) => push(&mut open, &text),
                        None => return Err("an entity".to_owned()),
                    }
                }
                Event::DocType(_) => return Err("a document type".to_owned()),
                Event::Eof => break,
                _ => {}
            }
        }
        let root = open.pop().and_then(|mut outer| outer.inner.pop());
        root.filter(|_| open.is_empty())
            .ok_or_else(|| "no element".to_owned())
    }

    pub(super) fn write(&self, out: &mut String) {
        out.push_str(&format!("<{}>", self.name));
        if self.inner.is_empty() {
            out.push_str(&quick_xml::escape::escape(self.text.as_str()));
        }
        for element in &self.inner {
            element.write(out);
        }
        out.push_str(&format!("</{}>", self.name));
    }
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}
