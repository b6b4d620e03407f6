//! Menus: what a server lists, line by line, and how one is written.

use std::borrow::Cow;

use netspeak_core::text::printable;
use netspeak_core::{Encoding, Target};

use crate::command::Request;
use crate::types::{ItemType, Selector, port};

mod target;
mod writer;

pub use target::Targets;
pub use writer::MenuWriter;

/// What an item without one points at.
static ROOT: Selector = Selector::ROOT;

/// A line of a menu, as part of what came, or kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuLine<'a> {
    /// An item, a remark or an error.
    Item(Item<'a>),
    /// A line that is no item, byte for byte: no type, too few fields, an impossible port. The menu
    /// goes on behind it.
    Malformed(Cow<'a, [u8]>),
}

/// An item of a menu (RFC 1436 section 3.4), its fields byte for byte as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item<'a> {
    /// What it is.
    pub item_type: ItemType,
    /// What people are shown.
    pub display: Cow<'a, [u8]>,
    /// What is sent for it.
    pub selector: Cow<'a, [u8]>,
    /// Where it is; `None` if the line does not say, which means: at the same server.
    pub host: Option<Cow<'a, [u8]>>,
    /// At which port; `None` if the line does not say.
    pub port: Option<u16>,
    /// The fifth field: `+` for an item that knows Gopher+, `?` for one that asks questions first.
    pub plus: Option<Cow<'a, [u8]>>,
}

impl<'a> MenuLine<'a> {
    /// Reads a line, without its end.
    ///
    /// ```text
    /// line = type display TAB selector TAB host TAB port [ TAB plus *( TAB more ) ]
    /// ```
    /// Host and port may be missing or empty. Of a remark (`i`) and an error (`3`) the text alone counts.
    pub fn parse(line: &'a [u8]) -> Self {
        Item::parse(line).map_or(Self::Malformed(Cow::Borrowed(line)), Self::Item)
    }

    /// The item, if it is one.
    pub fn item(&self) -> Option<&Item<'a>> {
        match self {
            Self::Item(item) => Some(item),
            Self::Malformed(_) => None,
        }
    }

    /// The same line, kept.
    pub fn into_owned(self) -> MenuLine<'static> {
        match self {
            Self::Item(item) => MenuLine::Item(item.into_owned()),
            Self::Malformed(line) => MenuLine::Malformed(Cow::Owned(line.into_owned())),
        }
    }
}

impl<'a> Item<'a> {
    /// An item at the server that lists it.
    pub fn new(item_type: ItemType, display: &'a str, selector: &'a Selector) -> Self {
        Self {
            item_type,
            display: Cow::Borrowed(display.as_bytes()),
            selector: Cow::Borrowed(selector.as_bytes()),
            host: None,
            port: None,
            plus: None,
        }
    }

    /// A remark.
    pub fn info(text: &'a str) -> Self {
        Self::new(ItemType::INFO, text, &ROOT)
    }

    /// The same item at another server.
    #[must_use]
    pub fn at(mut self, host: &'a str, port: u16) -> Self {
        self.host = Some(Cow::Borrowed(host.as_bytes()));
        self.port = Some(port);
        self
    }

    /// The same item, kept.
    pub fn into_owned(self) -> Item<'static> {
        let owned = |field: Cow<'_, [u8]>| Cow::Owned(field.into_owned());
        Item {
            item_type: self.item_type,
            display: owned(self.display),
            selector: owned(self.selector),
            host: self.host.map(owned),
            port: self.port,
            plus: self.plus.map(owned),
        }
    }

    fn parse(line: &'a [u8]) -> Option<Self> {
        let (&item_type, rest) = line.split_first()?;
        // A blank or a control character is no type: the line is a sentence, or rubbish.
        if !item_type.is_ascii_graphic() {
            return None;
        }
        let mut fields = rest.split(|byte| *byte == b'\t');
        let display = Cow::Borrowed(fields.next().unwrap_or_default());
        let item_type = ItemType::new(item_type);
        let is_remark = matches!(item_type, ItemType::INFO | ItemType::ERROR);
        let selector = match fields.next() {
            Some(selector) => Cow::Borrowed(selector),
            None if is_remark => Cow::Borrowed(&[][..]),
            None => return None,
        };
        let host = fields.next().filter(|host| !host.is_empty());
        let port_field = fields.next().filter(|port| !port.is_empty());
        let plus = fields.next().filter(|plus| !plus.is_empty());
        let port = match port_field.map(port) {
            None => None,
            Some(Some(port)) => Some(port),
            Some(None) if is_remark => None,
            Some(None) => return None,
        };
        Some(Self {
            item_type,
            display,
            selector,
            host: host.map(Cow::Borrowed),
            port,
            plus: plus.map(Cow::Borrowed),
        })
    }

    /// What people are shown, in this encoding, with nothing in it that a terminal would obey.
    pub fn text(&self, encoding: Encoding) -> Cow<'_, str> {
        match std::str::from_utf8(&self.display) {
            Ok(plain) if self.display.iter().all(|byte| matches!(byte, b' '..=b'~')) => {
                Cow::Borrowed(plain)
            }
            _ => Cow::Owned(printable(encoding.decode(&self.display).as_bytes())),
        }
    }

    /// Whether it tells of an error instead of leading anywhere.
    pub fn is_error(&self) -> bool {
        self.item_type == ItemType::ERROR
    }

    /// Whether it knows Gopher+.
    pub fn is_plus(&self) -> bool {
        self.plus.is_some()
    }

    /// The address that an `h` item opens instead of a page of this server: what stands behind
    /// `URL:`. `None` for every other item, and if it is not UTF-8.
    pub fn url(&self) -> Option<&str> {
        if self.item_type != ItemType::HTML {
            return None;
        }
        let selector = std::str::from_utf8(&self.selector).ok()?;
        let selector = selector.strip_prefix('/').unwrap_or(selector);
        let (word, url) = selector.split_at_checked(4)?;
        word.eq_ignore_ascii_case("URL:").then_some(url)
    }

    /// The request for it.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) if the selector holds what no line can.
    pub fn request(&self) -> netspeak_core::Result<Request> {
        Selector::new(&*self.selector).map(Request::new)
    }

    /// The URL of what it leads to, as seen from the menu of `here`: `gopher://`, or `gophers://` as
    /// the menu itself if it is at the same host, `telnet://user@host:port` and `tn3270://...` for
    /// sessions, `cso://...` for phone books, and what stands behind `URL:`. `None` for remarks and
    /// errors, and for hosts that are none.
    pub fn target(&self, here: &Target) -> Option<String> {
        Targets::new(here.clone()).of(self).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(line: &str) -> Item<'_> {
        match MenuLine::parse(line.as_bytes()) {
            MenuLine::Item(item) => item,
            malformed => panic!("{malformed:?}"),
        }
    }

    #[test]
    fn lines_that_are_no_items_are_kept_as_they_are() {
        for line in [
            "",
            "Welcome to my server",
            "0A\t/a\th\t70000",
            "0B\t/b\th\tseventy",
            "\tx\ty",
            " a\tb",
        ] {
            assert_eq!(
                MenuLine::parse(line.as_bytes()),
                MenuLine::Malformed(line.as_bytes().into()),
                "{line:?}"
            );
        }
    }

    #[test]
    fn where_items_lead_to() {
        let here: Target = "gophers://here.test:7070/1/".parse().unwrap();
        for (line, expected) in [
            (
                "1Docs\t/docs\there.test\t7070",
                Some("gophers://here.test:7070/1/docs"),
            ),
            ("1Docs\t/docs", Some("gophers://here.test:7070/1/docs")),
            (
                "0A\t/a b\tother.test\t70",
                Some("gopher://other.test:70/0/a%20b"),
            ),
            ("9A\t/a\tother.test\t", Some("gopher://other.test/9/a")),
            (
                "8Library\tguest\tlib.test\t23",
                Some("telnet://guest@lib.test:23"),
            ),
            ("8Library\t\tlib.test\t23", Some("telnet://lib.test:23")),
            ("TMainframe\t\tlib.test\t23", Some("tn3270://lib.test:23")),
            ("2Phones\t\tcso.test\t105", Some("cso://cso.test:105")),
            ("hMail\tURL:mailto:a@h.test\th\t70", Some("mailto:a@h.test")),
            (
                "hWeb\t/URL:https://a.test/?b\th\t70",
                Some("https://a.test/?b"),
            ),
            (
                "hPage\t/page.html\th.test\t70",
                Some("gopher://h.test:70/h/page.html"),
            ),
            ("iWelcome\tfake\t(NULL)\t0", None),
            ("3Gone\t\terror.host\t1", None),
            ("0A\t/a\th.test\t0", None),
            ("0A\t/a\tnot a host\t70", None),
        ] {
            assert_eq!(item(line).target(&here).as_deref(), expected, "{line:?}");
        }
    }

    #[test]
    fn a_terminal_sees_no_escape() {
        let found = item("i\x1b[31mred\u{9b}2J\t\t\t");
        assert_eq!(&*found.display, "\x1b[31mred\u{9b}2J".as_bytes());
        assert!(!found.text(Encoding::Utf8).chars().any(char::is_control));
        assert!(!found.text(Encoding::Latin1).chars().any(char::is_control));
        assert!(!found.text(Encoding::Cp437).chars().any(char::is_control));
    }
}
