//! [`ItemType`]: the character that says what an item is.

use std::fmt;

/// What an item is, as one character of the menu says (RFC 1436 section 3.8, and what servers have added).
///
/// ```
/// use netspeak_gopher::{Content, ItemType};
///
/// assert_eq!(ItemType::new(b'1'), ItemType::MENU);
/// assert_eq!(ItemType::PNG.name(), "PNG image");
/// assert_eq!(ItemType::TEXT.content(), Content::Text);
/// assert_eq!(ItemType::new(b'~').name(), "unknown");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemType(u8);

/// How what an item leads to is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Content {
    /// Lines of a menu.
    Menu,
    /// Text, which may end with a lone dot.
    Text,
    /// Bytes up to the end of the connection.
    Binary,
    /// Nothing that Gopher fetches: a remark, an error, another protocol's door.
    Nothing,
}

impl ItemType {
    /// `0`: a text.
    pub const TEXT: Self = Self(b'0');
    /// `1`: a menu.
    pub const MENU: Self = Self(b'1');
    /// `2`: a CSO phone book (ph, port 105).
    pub const CSO: Self = Self(b'2');
    /// `3`: an error.
    pub const ERROR: Self = Self(b'3');
    /// `4`: a file in Macintosh's BinHex.
    pub const BINHEX: Self = Self(b'4');
    /// `5`: an archive for DOS.
    pub const ARCHIVE: Self = Self(b'5');
    /// `6`: a uuencoded file.
    pub const UUENCODED: Self = Self(b'6');
    /// `7`: a search, whose answer is a menu.
    pub const SEARCH: Self = Self(b'7');
    /// `8`: a Telnet session; the selector is the user to log in as.
    pub const TELNET: Self = Self(b'8');
    /// `9`: a binary file.
    pub const BINARY: Self = Self(b'9');
    /// `+`: another server for the item before.
    pub const MIRROR: Self = Self(b'+');
    /// `g`: a GIF image.
    pub const GIF: Self = Self(b'g');
    /// `I`: an image.
    pub const IMAGE: Self = Self(b'I');
    /// `T`: a tn3270 session.
    pub const TN3270: Self = Self(b'T');
    /// `h`: HTML, or a link elsewhere.
    pub const HTML: Self = Self(b'h');
    /// `i`: a remark in the menu.
    pub const INFO: Self = Self(b'i');
    /// `s`: a sound.
    pub const SOUND: Self = Self(b's');
    /// `d`: a document, such as PDF.
    pub const DOCUMENT: Self = Self(b'd');
    /// `;`: a video.
    pub const VIDEO: Self = Self(b';');
    /// `p`: a PNG image.
    pub const PNG: Self = Self(b'p');

    /// The type of this character.
    pub const fn new(character: u8) -> Self {
        Self(character)
    }

    /// The character.
    pub const fn as_byte(self) -> u8 {
        self.0
    }

    /// What it is called; `unknown` for a character that nobody has a name for.
    pub const fn name(self) -> &'static str {
        match self.0 {
            b'0' => "text",
            b'1' => "menu",
            b'2' => "phone book",
            b'3' => "error",
            b'4' => "BinHex file",
            b'5' => "archive",
            b'6' => "uuencoded file",
            b'7' => "search",
            b'8' => "telnet",
            b'9' => "binary file",
            b'+' => "mirror",
            b'g' => "GIF image",
            b'I' | b':' => "image",
            b'T' => "tn3270",
            b'h' | b'H' => "HTML",
            b'i' => "remark",
            b's' | b'<' => "sound",
            b'd' => "document",
            b'P' => "PDF",
            b';' => "video",
            b'p' => "PNG image",
            b'e' => "event",
            b'c' => "calendar",
            b'M' => "mail",
            b'x' => "XML",
            b'w' => "writable",
            b'q' => "question",
            _ => "unknown",
        }
    }

    /// How what it leads to is read. What nobody knows is read as bytes, and nothing of it is lost.
    pub const fn content(self) -> Content {
        match self.0 {
            b'0' | b'6' | b'4' | b'e' | b'c' | b'M' => Content::Text,
            b'1' | b'7' | b'+' => Content::Menu,
            b'2' | b'3' | b'8' | b'T' | b'i' => Content::Nothing,
            _ => Content::Binary,
        }
    }
}

impl fmt::Display for ItemType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&netspeak_core::text::printable(&[self.0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_a_name_and_a_way_to_be_read() {
        for character in 0..=255 {
            let found = ItemType::new(character);
            assert!(!found.name().is_empty() && found.as_byte() == character);
        }
        for (character, name, content) in [
            (b'0', "text", Content::Text),
            (b'1', "menu", Content::Menu),
            (b'7', "search", Content::Menu),
            (b'9', "binary file", Content::Binary),
            (b'g', "GIF image", Content::Binary),
            (b'i', "remark", Content::Nothing),
            (b'h', "HTML", Content::Binary),
            (0xff, "unknown", Content::Binary),
        ] {
            let found = ItemType::new(character);
            assert_eq!((found.name(), found.content()), (name, content));
        }
    }
}
