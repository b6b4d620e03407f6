//! What a Gopher server keeps, by selector.

use std::collections::BTreeMap;

/// All of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    entries: BTreeMap<String, Entry>,
    attributes: BTreeMap<String, String>,
}

/// What is under one selector.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Menu(Vec<String>),
    Text(Vec<u8>),
    File(Vec<u8>),
    Search,
}

impl Entry {
    fn item_type(&self) -> char {
        match self {
            Self::Menu(_) => '1',
            Self::Text(_) => '0',
            Self::File(_) => '9',
            Self::Search => '7',
        }
    }
}

/// Where a server's items say that they are.
pub(super) struct Place {
    pub(super) host: String,
    pub(super) port: u16,
}

impl Tree {
    pub(super) fn add(&mut self, selector: &str, entry: Entry) {
        self.entries.insert(selector.to_owned(), entry);
    }

    pub(super) fn describe(&mut self, selector: &str, lines: &str) {
        self.attributes
            .insert(selector.to_owned(), lines.to_owned());
    }

    pub(super) fn get(&self, selector: &str) -> Option<&Entry> {
        self.entries.get(selector)
    }

    /// The texts in which all of these words stand, as lines of a menu.
    pub(super) fn find(&self, words: &str, place: &Place) -> Vec<String> {
        let words = words.to_lowercase();
        let has_all = |text: &[u8]| {
            let text = String::from_utf8_lossy(text).to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        };
        let found = self.entries.iter().filter_map(|(selector, entry)| {
            let Entry::Text(text) = entry else {
                return None;
            };
            has_all(text).then(|| place.item('0', selector, selector))
        });
        found.collect()
    }

    /// What is known about an item, in Gopher+.
    pub(super) fn about(&self, selector: &str, place: &Place) -> Option<String> {
        let entry = self.get(selector)?;
        let info = place.item(entry.item_type(), selector, selector);
        let lines = self.attributes.get(selector).map_or("", String::as_str);
        Some(format!("+INFO: {info}\t+\r\n{lines}"))
    }

    /// What is known about the items of a menu.
    pub(super) fn about_all(&self, lines: &[String], place: &Place) -> String {
        let selectors = lines.iter().filter_map(|line| line.split('\t').nth(1));
        selectors
            .filter_map(|selector| self.about(selector, place))
            .collect()
    }
}

impl Place {
    fn item(&self, item_type: char, text: &str, selector: &str) -> String {
        format!(
            "{item_type}{text}\t{selector}\t{}\t{}",
            self.host, self.port
        )
    }

    /// A line of a menu as it goes out.
    pub(super) fn line(&self, line: &str) -> String {
        match line.matches('\t').count() {
            0 => format!("i{line}\t\terror.host\t1"),
            1 => format!("{line}\t{}\t{}", self.host, self.port),
            _ => line.to_owned(),
        }
    }
}
