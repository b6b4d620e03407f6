//! [`MenuWriter`]: menus for servers and files.

use netspeak_core::{Error, Result};

use super::Item;
use crate::types::{ItemType, check};

/// Writes a menu (RFC 1436 section 3.4), item by item.
///
/// ```
/// use netspeak_gopher::{Item, ItemType, MenuWriter, Selector};
///
/// # fn main() -> netspeak_gopher::Result<()> {
/// let mut menu = MenuWriter::new("gopher.example.org", 70)?;
/// menu.push(&Item::info("Welcome"))?;
/// menu.push(&Item::new(ItemType::TEXT, "About", &Selector::new("/about.txt")?))?;
/// assert_eq!(
///     menu.finish(),
///     b"iWelcome\t\terror.host\t1\r\n0About\t/about.txt\tgopher.example.org\t70\r\n.\r\n"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MenuWriter {
    host: String,
    port: u16,
    bytes: Vec<u8>,
}

impl MenuWriter {
    /// A menu of the server of this name and port, as its items are to say.
    ///
    /// # Errors
    /// [`Error::Usage`] for CR, LF, NUL or TAB in the name.
    pub fn new(host: impl Into<String>, port: u16) -> Result<Self> {
        let host = host.into();
        check("the host", host.as_bytes())?;
        Ok(Self {
            host,
            port,
            bytes: Vec::new(),
        })
    }

    /// Adds an item; one without a host is at this server.
    ///
    /// # Errors
    /// [`Error::Usage`] for CR, LF, NUL or TAB in a field, and for a line that would be the final dot;
    /// nothing is added then.
    pub fn push(&mut self, item: &Item<'_>) -> Result<&mut Self> {
        let is_remark = matches!(item.item_type, ItemType::INFO | ItemType::ERROR);
        let (host, port) = match &item.host {
            Some(host) => (&**host, item.port.unwrap_or(70)),
            None if is_remark => (&b"error.host"[..], 1),
            None => (self.host.as_bytes(), self.port),
        };
        if !item.item_type.as_byte().is_ascii_graphic() {
            return Err(Error::usage("the item's type is no printable character"));
        }
        let plus = item.plus.as_deref();
        check("the display string", &item.display)?;
        check("the selector", &item.selector)?;
        check("the host", host)?;
        check("the Gopher+ field", plus.unwrap_or_default())?;
        self.bytes.push(item.item_type.as_byte());
        let port = port.to_string();
        let fields = [&*item.display, &*item.selector, host, port.as_bytes()];
        self.bytes.extend(fields.join(&b'\t'));
        if let Some(plus) = plus {
            self.bytes.push(b'\t');
            self.bytes.extend_from_slice(plus);
        }
        self.bytes.extend_from_slice(b"\r\n");
        Ok(self)
    }

    /// The menu with its final dot.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(b".\r\n");
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::menu::MenuLine;
    use crate::menu::ROOT;

    #[test]
    fn what_is_written_is_read_again() {
        let mut items = vec![
            Item::info(""),
            Item::new(ItemType::MENU, "Up", &ROOT).at("h.test", 7070),
            Item::new(ItemType::ERROR, "gone", &ROOT),
        ];
        items[1].plus = Some(b"+"[..].into());
        let mut menu = MenuWriter::new("here.test", 70).unwrap();
        for item in &items {
            menu.push(item).unwrap();
        }
        let bytes = menu.finish();
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[3..], [".", ""]);
        for (line, item) in lines.iter().zip(&items) {
            let MenuLine::Item(found) = MenuLine::parse(line.as_bytes()) else {
                panic!("{line}");
            };
            assert_eq!(
                (found.item_type, &found.display),
                (item.item_type, &item.display)
            );
        }
    }

    #[test]
    fn no_field_can_be_two_lines() {
        let mut menu = MenuWriter::new("h", 70).unwrap();
        for bad in ["a\tb", "a\r\n.", "a\0"] {
            assert!(menu.push(&Item::info(bad)).is_err());
            assert!(MenuWriter::new(bad, 70).is_err());
        }
        assert_eq!(menu.finish(), b".\r\n");
    }
}
