//! [`Listed`]: a mailbox, as LIST, LSUB and XLIST tell of it (RFC 9051 section 7.3.1).

use std::borrow::Cow;
use std::fmt;

use crate::grammar::{self, Parsed, Piece, Upper, no};
use crate::response::MailboxStatus;
use crate::types::{Mailbox, Text};

/// A mailbox in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// What is known about it.
    pub attributes: Vec<Attribute>,
    /// What stands between the levels of names; `None` if there are no levels.
    pub delimiter: Option<char>,
    /// Its name.
    pub mailbox: Mailbox,
    /// `CHILDINFO`: why it is listed though it does not match itself: mailboxes below it do
    /// (`SUBSCRIBED`, RFC 5258).
    pub child_info: Vec<Text>,
    /// `OLDNAME`: what it was called before (RFC 5465, RFC 9051).
    pub old_name: Option<Mailbox>,
    /// Its status, where LIST was asked for that too: it comes in a response of its own (RFC 5819).
    pub status: Option<Box<MailboxStatus>>,
}

impl Listed {
    /// Whether it is said to be so.
    pub fn has(&self, attribute: &Attribute) -> bool {
        self.attributes.contains(attribute)
    }

    /// What it is for, if that is told (SPECIAL-USE, RFC 6154).
    pub fn role(&self) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.is_special_use())
    }

    /// Whether it can be opened: it is there, and not just a name in the path to others.
    pub fn is_selectable(&self) -> bool {
        !self.has(&Attribute::NoSelect) && !self.has(&Attribute::NonExistent)
    }

    /// The levels of its name.
    pub fn levels(&self) -> Vec<&str> {
        let name = self.mailbox.name();
        match self.delimiter {
            Some(delimiter) => name.split(delimiter).collect(),
            None => vec![name],
        }
    }

    /// ```text
    /// mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
    ///                [SP mbox-list-extended]
    /// ```
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, mut attributes) = grammar::nlist(input, attribute)?;
        // A backslash alone: some XLIST servers send it where there is no special use.
        attributes
            .retain(|attribute| !matches!(attribute, Attribute::Other(name) if name.is_empty()));
        let (rest, delimiter) = delimiter(grammar::blanks(rest))?;
        let (rest, mailbox) = last_name(grammar::blanks(rest))?;
        let mut listed = Self {
            attributes,
            delimiter,
            mailbox,
            child_info: Vec::new(),
            old_name: None,
            status: None,
        };
        listed.extended(rest);
        Ok((b"", listed))
    }

    /// ```text
    /// mbox-list-extended = "(" [mbox-list-extended-item *(SP mbox-list-extended-item)] ")"
    /// ```
    /// What cannot be read is left out.
    fn extended(&mut self, input: &[u8]) {
        let Some(mut rest) = grammar::blanks(input).strip_prefix(b"(") else {
            return;
        };
        while let Ok((behind, tag)) = grammar::astring(rest) {
            let Ok((behind, value)) = grammar::any_value(behind) else {
                return;
            };
            let texts = |input| grammar::list(input, super::text).map(|(_, texts)| texts);
            match Upper::new(&tag).as_bytes() {
                b"CHILDINFO" => self.child_info = texts(value).unwrap_or_default(),
                b"OLDNAME" => {
                    let names = grammar::list(value, super::mailbox).ok();
                    self.old_name = names.and_then(|(_, names)| names.into_iter().next());
                }
                _ => {}
            }
            rest = behind;
        }
    }
}

/// What is known about a mailbox. Equal in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attribute {
    /// `\NonExistent`: there is no such mailbox.
    NonExistent,
    /// `\Noinferiors`: there can be none below it.
    NoInferiors,
    /// `\Noselect`: it cannot be opened.
    NoSelect,
    /// `\HasChildren`: there are mailboxes below it.
    HasChildren,
    /// `\HasNoChildren`: there are none.
    HasNoChildren,
    /// `\Marked`: there is news in it.
    Marked,
    /// `\Unmarked`: there is none.
    Unmarked,
    /// `\Subscribed`: it is on the user's list.
    Subscribed,
    /// `\Remote`: it is on another server.
    Remote,
    /// `\All` (RFC 6154), or `\AllMail` of XLIST: every message is here.
    All,
    /// `\Archive` (RFC 6154)
    Archive,
    /// `\Drafts` (RFC 6154)
    Drafts,
    /// `\Flagged` (RFC 6154), or `\Starred` of XLIST: every message with that flag is here.
    Flagged,
    /// `\Important` (RFC 8457): every message that somebody finds important is here.
    Important,
    /// `\Junk` (RFC 6154), or `\Spam` of XLIST.
    Junk,
    /// `\Sent` (RFC 6154)
    Sent,
    /// `\Trash` (RFC 6154)
    Trash,
    /// Another one, in small letters and without its backslash.
    Other(Text),
}

impl Attribute {
    fn from_wire(word: &[u8]) -> Self {
        let name = word.strip_prefix(b"\\").unwrap_or(word);
        match Upper::new(name).as_bytes() {
            b"NONEXISTENT" => Self::NonExistent,
            b"NOINFERIORS" => Self::NoInferiors,
            b"NOSELECT" => Self::NoSelect,
            b"HASCHILDREN" => Self::HasChildren,
            b"HASNOCHILDREN" => Self::HasNoChildren,
            b"MARKED" => Self::Marked,
            b"UNMARKED" => Self::Unmarked,
            b"SUBSCRIBED" => Self::Subscribed,
            b"REMOTE" => Self::Remote,
            b"ALL" | b"ALLMAIL" => Self::All,
            b"ARCHIVE" => Self::Archive,
            b"DRAFTS" => Self::Drafts,
            b"FLAGGED" | b"STARRED" => Self::Flagged,
            b"IMPORTANT" => Self::Important,
            b"JUNK" | b"SPAM" => Self::Junk,
            b"SENT" => Self::Sent,
            b"TRASH" => Self::Trash,
            _ => Self::Other(name.to_ascii_lowercase().into()),
        }
    }

    /// Whether it says what the mailbox is for (RFC 6154, RFC 8457).
    pub fn is_special_use(&self) -> bool {
        matches!(
            self,
            Self::All
                | Self::Archive
                | Self::Drafts
                | Self::Flagged
                | Self::Important
                | Self::Junk
                | Self::Sent
                | Self::Trash
        )
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::NonExistent => "NonExistent",
            Self::NoInferiors => "Noinferiors",
            Self::NoSelect => "Noselect",
            Self::HasChildren => "HasChildren",
            Self::HasNoChildren => "HasNoChildren",
            Self::Marked => "Marked",
            Self::Unmarked => "Unmarked",
            Self::Subscribed => "Subscribed",
            Self::Remote => "Remote",
            Self::All => "All",
            Self::Archive => "Archive",
            Self::Drafts => "Drafts",
            Self::Flagged => "Flagged",
            Self::Important => "Important",
            Self::Junk => "Junk",
            Self::Sent => "Sent",
            Self::Trash => "Trash",
            Self::Other(name) => return write!(f, "\\{name}"),
        };
        write!(f, "\\{name}")
    }
}

fn attribute(input: &[u8]) -> Parsed<'_, Attribute> {
    grammar::astring(input).map(|(rest, word)| (rest, Attribute::from_wire(&word)))
}

/// `DQUOTE QUOTED-CHAR DQUOTE / nil`; an empty string is none, and some servers do not escape a backslash.
pub(super) fn delimiter(input: &[u8]) -> Parsed<'_, Option<char>> {
    if let Some(rest) = input.strip_prefix(b"\"\\\"")
        && !rest.starts_with(b"\"")
    {
        return Ok((rest, Some('\\')));
    }
    let (rest, text) = grammar::nstring::<Cow<'_, [u8]>>(input)?;
    let text = text.unwrap_or_default();
    let first = String::from_utf8_lossy(&text).chars().next();
    Ok((rest, first))
}

/// A mailbox that nothing stands behind but what is in parentheses: names that should be quoted and are
/// not may have blanks and brackets in them.
fn last_name(input: &[u8]) -> Parsed<'_, Mailbox> {
    let (rest, piece) = match grammar::piece(input) {
        Ok(found) => found,
        // "(a": a name that begins with a parenthesis.
        Err(_) if !input.is_empty() => (&b""[..], Piece::Word(input.trim_ascii_end())),
        Err(_) => return no(),
    };
    let name = match piece {
        Piece::Word(_) | Piece::Nil => {
            let is_whole = matches!(grammar::blanks(rest).first(), None | Some(b'('));
            if is_whole
                && (rest.is_empty() || rest.first().is_some_and(|byte| grammar::is_blank(*byte)))
            {
                let length = input.len().saturating_sub(rest.len());
                return Ok((
                    rest,
                    Mailbox::from_wire(input.get(..length).unwrap_or_default()),
                ));
            }
            return Ok((b"", Mailbox::from_wire(input.trim_ascii_end())));
        }
        piece => piece.into_bytes(),
    };
    Ok((rest, Mailbox::from_wire(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Listed {
        Listed::parse(text.as_bytes()).unwrap().1
    }

    #[test]
    fn names_and_delimiters_of_every_kind() {
        for (text, delimiter, name) in [
            (r#"() "/" blurdybloop"#, Some('/'), "blurdybloop"),
            (r#"(\Noselect) "/" """#, Some('/'), ""),
            (r#"() NIL INBOX"#, None, "INBOX"),
            (r#"() "" INBOX"#, None, "INBOX"),
            (r#"() "\\" "a\\b""#, Some('\\'), "a\\b"),
            (r#"() "\" "a""#, Some('\\'), "a"),
            (r#"() "/" [Gmail]/All Mail"#, Some('/'), "[Gmail]/All Mail"),
            (r#"() "/" a (b"#, Some('/'), "a"),
            (r#"() "/" a(b)"#, Some('/'), "a(b)"),
            (r#"() "/" (b)"#, Some('/'), "(b)"),
            (r#"() / a"#, Some('/'), "a"),
            (r#"() "/" NIL "#, Some('/'), "NIL"),
            ("() \"/\" {3}\r\na b", Some('/'), "a b"),
            ("() \".\" \"caf\u{e9}\"", Some('.'), "café"),
        ] {
            let found = parse(text);
            assert_eq!(
                (found.delimiter, found.mailbox.name()),
                (delimiter, name),
                "{text}"
            );
        }
        for text in ["", "()", "() \"/\"", "() \"/\" "] {
            assert!(Listed::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn attributes_and_what_stands_behind_the_name() {
        let found = parse(
            r#"(\hasChildren \ \Spam \X \Noselect) "." INBOX.a ("OLDNAME" ("INBOX.b") X (1) "CHILDINFO" ("SUBSCRIBED"))"#,
        );
        let shown: Vec<String> = found.attributes.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["\\HasChildren", "\\Junk", "\\x", "\\Noselect"]);
        assert_eq!(
            found
                .attributes
                .iter()
                .filter(|one| one.is_special_use())
                .count(),
            1
        );
        assert!(!found.is_selectable());
        assert_eq!(found.levels(), ["INBOX", "a"]);
        assert_eq!(found.old_name, Some(Mailbox::from_wire(b"INBOX.b")));
        assert_eq!(found.child_info, ["SUBSCRIBED"]);
        for odd in [
            r#"() "/" a ("#,
            r#"() "/" a ("CHILDINFO" x"#,
            r#"() "/" a (x (("#,
        ] {
            assert_eq!(parse(odd).mailbox.name(), "a");
        }
    }
}
