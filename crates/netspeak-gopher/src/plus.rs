//! [`Attributes`]: what a Gopher+ server knows about an item.

use netspeak_core::text::{digits, printable};

use crate::menu::{Item, MenuLine};

/// What a Gopher+ server knows about one item (Gopher+ section 2.5): blocks with a name, and lines.
///
/// ```
/// use netspeak_gopher::Attributes;
///
/// let text = b"+INFO: 0About\t/about\th\t70\t+\r\n+ADMIN:\r\n Admin: Ops <ops@h>\r\n+VIEWS:\r\n text/plain En_US: <10k>\r\n";
/// let found = Attributes::parse(text);
/// assert_eq!(found[0].admin().unwrap().admin.as_deref(), Some("Ops <ops@h>"));
/// assert_eq!(found[0].views()[0].size_in_k, Some(10));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    blocks: Vec<Block>,
}

/// A block of attributes: its name, and its lines without the blank before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The name, without plus and colon, such as `ABSTRACT`.
    pub name: String,
    /// The lines, printable.
    pub lines: Vec<String>,
    /// What stood on the line of the name, byte for byte.
    head: Vec<u8>,
}

/// Who is responsible for an item (`+ADMIN`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Admin {
    /// Name and address.
    pub admin: Option<String>,
    /// When the item was changed, in the server's words with the time as `<YYYYMMDDhhmmss>`.
    pub modified: Option<String>,
}

/// A form in which an item can be had (`+VIEWS`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct View {
    /// Its media type, such as `text/plain`; what is asked for is `+` and this.
    pub media_type: String,
    /// Its language, such as `En_US`.
    pub language: Option<String>,
    /// Its size in units of 1024 bytes.
    pub size_in_k: Option<u64>,
}

impl Attributes {
    /// Reads attributes: those of one item, or those of all items of a menu, each of which begins with
    /// `+INFO`. Lines before the first block are left out, since they belong to nothing.
    pub fn parse(text: &[u8]) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for line in text.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if let Some((name, head)) = block_start(line) {
                if name == "INFO" || found.is_empty() {
                    found.push(Self::default());
                }
                if let Some(item) = found.last_mut() {
                    item.blocks.push(Block {
                        name,
                        lines: Vec::new(),
                        head: head.to_vec(),
                    });
                }
            } else if let Some(block) = found.last_mut().and_then(|item| item.blocks.last_mut()) {
                let line = line.strip_prefix(b" ").unwrap_or(line);
                block.lines.push(printable(line));
            }
        }
        for item in &mut found {
            for block in &mut item.blocks {
                while block.lines.last().is_some_and(String::is_empty) {
                    block.lines.pop();
                }
            }
        }
        found
    }

    /// All blocks, in order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The first block of this name, in any case.
    pub fn block(&self, name: &str) -> Option<&Block> {
        self.blocks
            .iter()
            .find(|block| block.name.eq_ignore_ascii_case(name))
    }

    /// The item itself (`+INFO`).
    pub fn info(&self) -> Option<Item<'_>> {
        let line = &self.block("INFO")?.head;
        match MenuLine::parse(line) {
            MenuLine::Item(item) => Some(item),
            MenuLine::Malformed(_) => None,
        }
    }

    /// Who is responsible for it (`+ADMIN`).
    pub fn admin(&self) -> Option<Admin> {
        let block = self.block("ADMIN")?;
        let value = |key: &str| {
            let mut values = block.lines.iter().filter_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case(key)
                    .then(|| value.trim().to_owned())
            });
            values.next()
        };
        Some(Admin {
            admin: value("Admin"),
            modified: value("Mod-Date"),
        })
    }

    /// The forms in which it can be had (`+VIEWS`).
    pub fn views(&self) -> Vec<View> {
        let lines = self.block("VIEWS").map(|block| block.lines.as_slice());
        let views = lines.unwrap_or_default().iter();
        views.filter_map(|line| View::parse(line)).collect()
    }

    /// What it is about (`+ABSTRACT`), line by line.
    pub fn summary(&self) -> Option<&[String]> {
        self.block("ABSTRACT").map(|block| block.lines.as_slice())
    }
}

impl View {
    /// `type/subtype [language]: <10k>`
    fn parse(line: &str) -> Option<Self> {
        let (form, size) = line.split_once(':').unwrap_or((line, ""));
        let mut words = form.split_ascii_whitespace();
        let size = size.trim().trim_start_matches('<').trim_end_matches('>');
        let size = size.trim_end_matches(['k', 'K']);
        Some(Self {
            media_type: words.next()?.to_owned(),
            language: words.next().map(str::to_owned),
            size_in_k: digits(size).filter(|_| !size.is_empty()),
        })
    }
}

/// `+NAME: the rest`
fn block_start(line: &[u8]) -> Option<(String, &[u8])> {
    let line = line.strip_prefix(b"+")?;
    let end = line.iter().position(|byte| *byte == b':')?;
    let (name, rest) = line.split_at_checked(end)?;
    let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic());
    let rest = rest.get(1..).unwrap_or_default();
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    is_name.then(|| (printable(name).to_ascii_uppercase(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MENU: &[u8] = b"+INFO: 1Files\t/f\th.test\t70\t+\r\n+ADMIN:\r\n Admin: A <a@h>\r\n Mod-Date: Mon <20200102030405>\r\n\
        +INFO: 0Read me\t/r\th.test\t70\t+\r\n+VIEWS:\r\n text/plain: <.5k>\r\n application/pdf De_DE: <12k>\r\n+ABSTRACT:\r\n What\r\n\r\n it is\r\n\r\n";

    #[test]
    fn each_item_of_a_menu_has_its_own() {
        let found = Attributes::parse(MENU);
        assert_eq!(found.len(), 2);
        assert_eq!(&*found[0].info().unwrap().selector, b"/f");
        let admin = found[0].admin().unwrap();
        assert_eq!(admin.modified.as_deref(), Some("Mon <20200102030405>"));
        assert!(found[0].views().is_empty() && found[1].admin().is_none());
        let views = found[1].views();
        assert_eq!(views[0].size_in_k, None);
        assert_eq!(views[1].media_type, "application/pdf");
        assert_eq!(views[1].language.as_deref(), Some("De_DE"));
        assert_eq!(found[1].summary().unwrap(), ["What", "", "it is"]);
    }

    #[test]
    fn what_is_no_block_is_no_attribute() {
        assert!(Attributes::parse(b"hello\r\n+ x\r\n").is_empty());
        let found = Attributes::parse(b"+ABSTRACT:\n a\x1b[2J\n+: x\n");
        assert_eq!(found[0].summary().unwrap(), ["a\\x1b[2J", "+: x"]);
    }
}
