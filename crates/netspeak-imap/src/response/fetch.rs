//! [`Fetch`]: what a server tells of one message (RFC 9051 section 7.5.2).

use super::{BodyStructure, Envelope};
use crate::grammar::{self, Parsed, Piece, Upper, no, whole_id, whole_number};
use crate::types::{Flag, InternalDate, Mailbox, Section, SectionText, Text};

/// What a server tells of one message: what was asked for, or what changed.
///
/// Items that nobody knows, and those whose value cannot be read, are kept in [`others`](Self::others).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetch {
    /// Its number in the mailbox; 0 in a session that goes by UIDs alone (`UIDFETCH`, RFC 9586).
    pub number: u32,
    /// `UID`
    pub uid: Option<u32>,
    /// `FLAGS`
    pub flags: Option<Vec<Flag>>,
    /// `INTERNALDATE`
    pub internal_date: Option<InternalDate>,
    /// `RFC822.SIZE`, in octets.
    pub size: Option<u64>,
    /// `MODSEQ` (RFC 7162)
    pub modseq: Option<u64>,
    /// `ENVELOPE`
    pub envelope: Option<Box<Envelope>>,
    /// `BODYSTRUCTURE`, or `BODY` without a section.
    pub body_structure: Option<Box<BodyStructure>>,
    /// `PREVIEW` (RFC 8970)
    pub preview: Option<Text>,
    /// `SAVEDATE` (RFC 8514)
    pub save_date: Option<InternalDate>,
    /// `EMAILID` (RFC 8474)
    pub email_id: Option<Text>,
    /// `THREADID` (RFC 8474)
    pub thread_id: Option<Text>,
    /// What Gmail tells beside.
    pub gmail: Option<Box<Gmail>>,
    /// `BODY[...]`, `BINARY[...]`, `RFC822` and its kin.
    pub bodies: Vec<Body>,
    /// `BINARY.SIZE[...]`: parts and their sizes without their transfer encoding (RFC 3516).
    pub binary_sizes: Vec<(Vec<u32>, u64)>,
    /// Other items: their names, and their values as they came.
    pub others: Vec<(Text, Text)>,
}

/// Items of Gmail's (`X-GM-EXT-1`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gmail {
    /// `X-GM-MSGID`
    pub message_id: Option<u64>,
    /// `X-GM-THRID`
    pub thread_id: Option<u64>,
    /// `X-GM-LABELS`: mailboxes that show the message.
    pub labels: Option<Vec<Mailbox>>,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// By which item it was asked for.
    pub kind: BodyKind,
    /// Which part.
    pub section: Section,
    /// Where it begins, if it is a piece of it.
    pub origin: Option<u64>,
    /// Its octets.
    pub value: Value,
}

/// The item that a part is the value of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// `BODY[...]`
    Body,
    /// `BINARY[...]`: without its transfer encoding.
    Binary,
    /// `RFC822`, `RFC822.HEADER`, `RFC822.TEXT` (RFC 3501)
    Rfc822,
}

/// The octets of a part, in the form that they came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `NIL`, or nothing at all: there is no such part, or its octets are still to come.
    #[default]
    Nil,
    /// A quoted string.
    Quoted(Text),
    /// A literal.
    Literal(Text),
}

impl Value {
    /// The octets, if there are any.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Nil => None,
            Self::Quoted(text) | Self::Literal(text) => Some(text.as_bytes()),
        }
    }
}

impl Fetch {
    /// The part of a message that was asked for as BODY, or as RFC822 and its kin.
    pub fn body(&self, section: &Section) -> Option<&Body> {
        let is = |body: &&Body| body.kind != BodyKind::Binary && body.section == *section;
        self.bodies.iter().find(is)
    }

    /// The part of a message that was asked for as BINARY.
    pub fn binary(&self, section: &Section) -> Option<&Body> {
        let is = |body: &&Body| body.kind == BodyKind::Binary && body.section == *section;
        self.bodies.iter().find(is)
    }

    /// ```text
    /// msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP (msg-att-dynamic / msg-att-static)) ")"
    /// ```
    /// Parentheses that are missing or too many make no difference between items. Where an item cannot be
    /// read and its end is not to be found, the error is what was read before.
    pub(super) fn parse(number: u32, input: &[u8]) -> Result<Box<Self>, Box<Self>> {
        let mut fetch = Box::new(Self {
            number,
            ..Self::default()
        });
        let mut rest = input;
        loop {
            rest = grammar::blanks(rest);
            rest = match rest.split_first() {
                None => return Ok(fetch),
                Some((b'(' | b')', behind)) => behind,
                Some(_) => match fetch.item(rest) {
                    Ok((behind, ())) => behind,
                    Err(_) => return Err(fetch),
                },
            };
        }
    }

    /// One item; if its value cannot be read but its end is clear, it is kept as it is.
    fn item<'a>(&mut self, input: &'a [u8]) -> Parsed<'a, ()> {
        let is_end = |byte: &u8| grammar::is_blank(*byte) || matches!(byte, b'(' | b')' | b'[');
        let end = input.iter().position(is_end).unwrap_or(input.len());
        let (name, rest) = input.split_at(end);
        if let Ok(read) = self.known(Upper::new(name).as_bytes(), rest) {
            return Ok(read);
        }
        // A bracket and what stands in it belong to the name.
        let section = match rest.first() {
            Some(b'[') => memchr::memchr(b']', rest).map_or(rest.len(), |at| at + 1),
            _ => 0,
        };
        let (name, rest) = input
            .split_at_checked(end + section)
            .unwrap_or((input, b""));
        let (rest, value) = match grammar::blanks(rest).first() {
            None | Some(b')') => (rest, &b""[..]),
            Some(_) => grammar::any_value(rest)?,
        };
        self.others.push((name.into(), value.into()));
        Ok((rest, ()))
    }

    fn known<'a>(&mut self, name: &[u8], rest: &'a [u8]) -> Parsed<'a, ()> {
        match name {
            b"UID" => set(&mut self.uid, word(rest, whole_id)?),
            b"FLAGS" => {
                let (rest, flags) = grammar::nlist(rest, super::flag)?;
                self.flags = Some(flags);
                Ok((rest, ()))
            }
            b"RFC822.SIZE" => set(&mut self.size, word(rest, whole_number)?),
            b"INTERNALDATE" => date(&mut self.internal_date, rest),
            b"ENVELOPE" => {
                let (rest, envelope) = Envelope::parse(rest)?;
                self.envelope = Some(Box::new(envelope));
                Ok((rest, ()))
            }
            b"BODY" | b"BODY.PEEK" if rest.starts_with(b"[") => self.section(BodyKind::Body, rest),
            b"BODY" | b"BODYSTRUCTURE" => {
                let (rest, body) = BodyStructure::parse(rest)?;
                self.body_structure = Some(Box::new(body));
                Ok((rest, ()))
            }
            b"BINARY" | b"BINARY.PEEK" if rest.starts_with(b"[") => {
                self.section(BodyKind::Binary, rest)
            }
            b"BINARY.SIZE" => {
                let (rest, section) = section(rest)?;
                let (rest, size) = word(rest, whole_number)?;
                self.binary_sizes.push((section.part, size));
                Ok((rest, ()))
            }
            b"MODSEQ" => set(
                &mut self.modseq,
                in_parentheses(rest, |input| word(input, whole_number))?,
            ),
            b"RFC822" => self.body_value(BodyKind::Rfc822, Section::whole(), None, rest),
            b"RFC822.HEADER" => self.body_value(BodyKind::Rfc822, Section::header(), None, rest),
            b"RFC822.TEXT" => self.body_value(BodyKind::Rfc822, Section::text(), None, rest),
            b"EMAILID" => text(&mut self.email_id, in_parentheses(rest, grammar::nstring)?),
            b"THREADID" => text(&mut self.thread_id, in_parentheses(rest, grammar::nstring)?),
            b"PREVIEW" => text(&mut self.preview, grammar::nstring(rest)?),
            b"SAVEDATE" => date(&mut self.save_date, rest),
            b"X-GM-MSGID" => set(&mut self.gmail().message_id, word(rest, whole_number)?),
            b"X-GM-THRID" => set(&mut self.gmail().thread_id, word(rest, whole_number)?),
            b"X-GM-LABELS" => {
                let (rest, labels) = grammar::nlist(rest, label)?;
                self.gmail().labels = Some(labels.into_iter().flatten().collect());
                Ok((rest, ()))
            }
            _ => no(),
        }
    }

    fn gmail(&mut self) -> &mut Gmail {
        self.gmail.get_or_insert_default()
    }

    /// ```text
    /// "BODY" section ["<" number ">"] SP nstring
    /// "BINARY" section-binary SP (nstring / literal8)
    /// ```
    /// Some servers repeat the length of a piece as well as its origin.
    fn section<'a>(&mut self, kind: BodyKind, rest: &'a [u8]) -> Parsed<'a, ()> {
        let (rest, section) = section(rest)?;
        let (rest, origin) = match rest.strip_prefix(b"<") {
            None => (rest, None),
            Some(inside) => {
                let (rest, origin) = grammar::digits(inside)?;
                let length = |rest: &'a [u8]| grammar::digits(rest.strip_prefix(b".")?).ok();
                let rest = length(rest).map_or(rest, |(behind, _)| behind);
                let Some(rest) = rest.strip_prefix(b">") else {
                    return no();
                };
                (rest, Some(origin))
            }
        };
        self.body_value(kind, section, origin, rest)
    }

    fn body_value<'a>(
        &mut self,
        kind: BodyKind,
        section: Section,
        origin: Option<u64>,
        rest: &'a [u8],
    ) -> Parsed<'a, ()> {
        let (rest, value) = value(rest)?;
        self.bodies.push(Body {
            kind,
            section,
            origin,
            value,
        });
        Ok((rest, ()))
    }
}

fn set<'a, T>(place: &mut Option<T>, (rest, value): (&'a [u8], T)) -> Parsed<'a, ()> {
    *place = Some(value);
    Ok((rest, ()))
}

fn text<'a>(place: &mut Option<Text>, (rest, text): (&'a [u8], Option<Text>)) -> Parsed<'a, ()> {
    *place = text;
    Ok((rest, ()))
}

/// A word with a meaning, also as a string.
fn word<'a, T>(input: &'a [u8], read: impl Fn(&[u8]) -> Option<T>) -> Parsed<'a, T> {
    let (rest, word) = grammar::astring(input)?;
    match read(&word) {
        Some(value) => Ok((rest, value)),
        None => no(),
    }
}

/// A value in parentheses, or without them.
fn in_parentheses<'a, T>(
    input: &'a [u8],
    read: impl Fn(&'a [u8]) -> Parsed<'a, T>,
) -> Parsed<'a, T> {
    let input = grammar::blanks(input);
    let Some(inside) = input.strip_prefix(b"(") else {
        return read(input);
    };
    let (rest, value) = read(inside)?;
    let rest = grammar::blanks(rest);
    Ok((rest.strip_prefix(b")").unwrap_or(rest), value))
}

fn date<'a>(place: &mut Option<InternalDate>, rest: &'a [u8]) -> Parsed<'a, ()> {
    let (rest, text) = grammar::nstring::<Text>(rest)?;
    if let Some(text) = text {
        let Some(date) = InternalDate::from_wire(text.as_bytes()) else {
            return no();
        };
        *place = Some(date);
    }
    Ok((rest, ()))
}

/// `"[" [section-spec] "]"`
fn section(input: &[u8]) -> Parsed<'_, Section> {
    let Some(inside) = input.strip_prefix(b"[") else {
        return no();
    };
    if let Some(rest) = inside.strip_prefix(b"]") {
        return Ok((rest, SectionText::Whole.into()));
    }
    let (rest, section) = Section::parse(inside)?;
    match rest.strip_prefix(b"]") {
        Some(rest) => Ok((rest, section)),
        None => no(),
    }
}

/// The octets of a part. A bare word is none: it is the next item.
fn value(input: &[u8]) -> Parsed<'_, Value> {
    let input = grammar::blanks(input);
    if matches!(input.first(), None | Some(b')' | b'(')) {
        return Ok((input, Value::Nil));
    }
    Ok(match grammar::piece(input)? {
        (rest, Piece::Nil) => (rest, Value::Nil),
        (rest, Piece::Quoted(text)) => (rest, Value::Quoted(text.into())),
        (rest, Piece::Literal(data)) => (rest, Value::Literal(data.into())),
        (_, Piece::Word(_)) => (input, Value::Nil),
    })
}

fn label(input: &[u8]) -> Parsed<'_, Option<Mailbox>> {
    let (rest, piece) = grammar::piece(input)?;
    Ok(match piece {
        Piece::Nil => (rest, None),
        piece => (rest, Some(Mailbox::from_wire(&piece.into_bytes()))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetch(items: &str) -> Fetch {
        *Fetch::parse(1, items.as_bytes()).unwrap()
    }

    #[test]
    fn items_of_every_kind() {
        let found = fetch(concat!(
            "(UID \"7\" FLAGS (\\Seen $Junk) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 ",
            "MODSEQ (624140003) PREVIEW \"Hi\" SAVEDATE NIL EMAILID (M6) THREADID (T7) BINARY.SIZE[1.2] 9 ",
            "X-GM-THRID 12 BODY[HEADER]<5> {2}\r\nab BINARY[2] ~{1}\r\n\0 RFC822.TEXT NIL X-NEW (a (b)))",
        ));
        assert_eq!(
            (found.uid, found.size, found.modseq),
            (Some(7), Some(4286), Some(624_140_003))
        );
        assert_eq!(
            found.flags,
            Some(vec![Flag::Seen, "$junk".parse().unwrap()])
        );
        assert_eq!(
            found.internal_date.unwrap().to_string(),
            "17-Jul-1996 02:44:25 -0700"
        );
        assert_eq!(
            (found.preview.clone().unwrap(), found.save_date),
            ("Hi".into(), None)
        );
        assert_eq!(
            (found.email_id.clone(), found.thread_id.clone()),
            (Some("M6".into()), Some("T7".into()))
        );
        assert_eq!(found.binary_sizes, [(vec![1, 2], 9)]);
        assert_eq!(found.gmail.as_ref().unwrap().thread_id, Some(12));
        let header = found.body(&Section::header()).unwrap();
        assert_eq!(
            (header.origin, header.value.as_bytes()),
            (Some(5), Some(&b"ab"[..]))
        );
        assert_eq!(
            found.binary(&Section::part(&[2])).unwrap().value,
            Value::Literal("\0".into())
        );
        assert_eq!(found.body(&Section::text()).unwrap().value, Value::Nil);
        assert_eq!(found.others, [("X-NEW".into(), "(a (b))".into())]);
    }

    #[test]
    fn the_head_of_a_body_that_is_still_to_come() {
        for head in [
            "(UID 7 FLAGS () BODY[1.TEXT] ",
            "(UID 7 FLAGS () BODY[1.TEXT]",
            "UID 7 FLAGS () BODY[1.TEXT]",
        ] {
            let found = fetch(head);
            assert_eq!((found.uid, found.flags), (Some(7), Some(vec![])));
            assert_eq!(found.bodies[0].section.to_string(), "1.TEXT");
            assert_eq!(found.bodies[0].value, Value::Nil);
        }
        // Nothing at all in the place of the octets.
        let found = fetch("(BODY[2] UID 7)");
        assert_eq!((found.uid, &found.bodies[0].value), (Some(7), &Value::Nil));
    }

    #[test]
    fn what_cannot_be_read_is_kept_and_the_rest_is_read() {
        for (items, name, value) in [
            ("(UID 0 FLAGS ())", "UID", "0"),
            ("(RFC822.SIZE -1 FLAGS ())", "RFC822.SIZE", "-1"),
            ("(ENVELOPE NIL FLAGS ())", "ENVELOPE", "NIL"),
            (
                "(BODYSTRUCTURE (a b x) FLAGS ())",
                "BODYSTRUCTURE",
                "(a b x)",
            ),
            ("(BODY[what] \"a\" FLAGS ())", "BODY[what]", "\"a\""),
            (
                "(INTERNALDATE \"never\" FLAGS ())",
                "INTERNALDATE",
                "\"never\"",
            ),
            ("(FLAGS () X-LAST)", "X-LAST", ""),
        ] {
            let found = fetch(items);
            assert_eq!(found.flags, Some(vec![]), "{items}");
            let kept: Vec<_> = found
                .others
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect();
            assert_eq!(kept, [(name.to_owned(), value.to_owned())]);
        }
        for items in [
            "(UID 7 ENVELOPE (NIL NIL x",
            "(UID 7 X \"a",
            "(UID 7 BODY[] {9}\r\na)",
        ] {
            let before = Fetch::parse(1, items.as_bytes()).unwrap_err();
            assert_eq!(before.uid, Some(7), "{items}");
        }
    }
}
