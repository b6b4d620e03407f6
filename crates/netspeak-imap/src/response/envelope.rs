//! [`Envelope`]: the header of a message as the server read it (RFC 9051 section 7.5.2).

use std::fmt;

use crate::grammar::{self, Parsed, Piece, no};
use crate::types::Text;

/// What ENVELOPE tells about a message. Texts are as they came: [`Text::decoded`] reads encoded words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// `Date`, as it came.
    pub date: Option<Text>,
    /// `Subject`
    pub subject: Option<Text>,
    /// `From`
    pub from: Vec<Address>,
    /// `Sender`; servers repeat `From` where it is missing.
    pub sender: Vec<Address>,
    /// `Reply-To`; servers repeat `From` where it is missing.
    pub reply_to: Vec<Address>,
    /// `To`
    pub to: Vec<Address>,
    /// `Cc`
    pub cc: Vec<Address>,
    /// `Bcc`
    pub bcc: Vec<Address>,
    /// `In-Reply-To`
    pub in_reply_to: Option<Text>,
    /// `Message-ID`
    pub message_id: Option<Text>,
}

impl Envelope {
    /// The subject for people; empty if there is none.
    pub fn decoded_subject(&self) -> String {
        self.subject.as_ref().map(Text::decoded).unwrap_or_default()
    }

    /// ```text
    /// envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP
    ///            env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"
    /// ```
    /// Fields that are missing at the end are empty.
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let Some(mut rest) = grammar::blanks(input).strip_prefix(b"(") else {
            return no();
        };
        let envelope = Self {
            date: field(&mut rest, grammar::nstring)?,
            subject: field(&mut rest, grammar::nstring)?,
            from: field(&mut rest, addresses)?,
            sender: field(&mut rest, addresses)?,
            reply_to: field(&mut rest, addresses)?,
            to: field(&mut rest, addresses)?,
            cc: field(&mut rest, addresses)?,
            bcc: field(&mut rest, addresses)?,
            in_reply_to: field(&mut rest, grammar::nstring)?,
            message_id: field(&mut rest, grammar::nstring)?,
        };
        Ok((end(rest)?, envelope))
    }
}

/// The next field of a list, or nothing if the list ends before it.
pub(super) fn field<'a, T: Default>(
    rest: &mut &'a [u8],
    mut parse: impl FnMut(&'a [u8]) -> Parsed<'a, T>,
) -> Result<T, nom::Err<()>> {
    *rest = grammar::blanks(rest);
    if matches!(rest.first(), None | Some(b')')) {
        return Ok(T::default());
    }
    let (behind, value) = parse(rest)?;
    *rest = behind;
    Ok(value)
}

/// The end of a list. More values than there should be are skipped; bare words are not: they are what is
/// left of a string with a quote in it.
pub(super) fn end(mut rest: &[u8]) -> Result<&[u8], nom::Err<()>> {
    loop {
        rest = grammar::blanks(rest);
        rest = match rest.split_first() {
            None => return Ok(rest),
            Some((b')', behind)) => return Ok(behind),
            Some((b'(', _)) => grammar::any_value(rest)?.0,
            Some(_) => match grammar::piece(rest)? {
                (_, Piece::Word(_)) => return Err(nom::Err::Error(())),
                (behind, _) => behind,
            },
        };
    }
}

/// An address, or several under one name (RFC 5322 section 3.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// One address.
    Mailbox(Addressee),
    /// Addresses under a name, or the name alone.
    Group {
        /// What they are called.
        name: Text,
        /// Who they are.
        members: Vec<Addressee>,
    },
}

impl Address {
    /// The addresses: one, or those of the group.
    pub fn addressees(&self) -> &[Addressee] {
        match self {
            Self::Mailbox(addressee) => std::slice::from_ref(addressee),
            Self::Group { members, .. } => members,
        }
    }
}

/// As in a header field, decoded and printable.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(addressee) => addressee.fmt(f),
            Self::Group { name, members } => {
                write!(f, "{}:", shown(name))?;
                for (at, member) in members.iter().enumerate() {
                    write!(f, "{} {member}", if at > 0 { "," } else { "" })?;
                }
                f.write_str(";")
            }
        }
    }
}

/// One address, in its parts. Any of them may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addressee {
    /// The name of the person, with encoded words in it.
    pub name: Option<Text>,
    /// The way there, from the time when mail had to be told.
    pub route: Option<Text>,
    /// What stands before the `@`.
    pub mailbox: Option<Text>,
    /// What stands behind it.
    pub host: Option<Text>,
}

impl Addressee {
    /// The name for people; empty if there is none.
    pub fn decoded_name(&self) -> String {
        self.name.as_ref().map(Text::decoded).unwrap_or_default()
    }

    /// `mailbox@host`, printable; a part that is missing is left out.
    pub fn address(&self) -> String {
        match (&self.mailbox, &self.host) {
            (Some(mailbox), Some(host)) => format!("{mailbox}@{host}"),
            (Some(part), None) | (None, Some(part)) => part.to_string(),
            (None, None) => String::new(),
        }
    }

    /// ```text
    /// address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
    /// ```
    fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let Some(mut rest) = input.strip_prefix(b"(") else {
            return no();
        };
        let addressee = Self::fields(&mut rest)?;
        Ok((end(rest)?, addressee))
    }

    fn fields(rest: &mut &[u8]) -> Result<Self, nom::Err<()>> {
        Ok(Self {
            name: field(rest, grammar::nstring)?,
            route: field(rest, grammar::nstring)?,
            mailbox: field(rest, grammar::nstring)?,
            host: field(rest, grammar::nstring)?,
        })
    }
}

/// `name <mailbox@host>`, decoded and printable.
impl fmt::Display for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) if !name.is_empty() => write!(f, "{} <{}>", shown(name), self.address()),
            _ => f.write_str(&self.address()),
        }
    }
}

fn shown(name: &Text) -> String {
    netspeak_core::text::printable(name.decoded().as_bytes())
}

/// ```text
/// env-from = "(" 1*address ")" / nil                 ; and its kin
/// ```
/// Blanks and NIL may stand among the addresses, and the inner parentheses of a single address may be
/// missing.
fn addresses(input: &[u8]) -> Parsed<'_, Vec<Address>> {
    let Some(inside) = input.strip_prefix(b"(") else {
        return grammar::nlist(input, |_| no());
    };
    let mut rest = grammar::blanks(inside);
    if !matches!(rest.first(), Some(b'(' | b')'))
        && let Ok((behind, addressee)) = Addressee::parse(input)
        && (addressee.mailbox.is_some() || addressee.host.is_some())
    {
        return Ok((behind, vec![Address::Mailbox(addressee)]));
    }
    let mut gathered = Gathered::default();
    loop {
        rest = match rest.split_first() {
            None => return Ok((rest, gathered.finish())),
            Some((b')', behind)) => return Ok((behind, gathered.finish())),
            Some((b'(', _)) => {
                let (behind, addressee) = Addressee::parse(rest)?;
                gathered.add(addressee);
                behind
            }
            Some(_) => match grammar::piece(rest)? {
                (behind, Piece::Nil) => behind,
                _ => return no(),
            },
        };
        rest = grammar::blanks(rest);
    }
}

/// Addresses so far, and the group that is not at its end.
#[derive(Default)]
struct Gathered {
    addresses: Vec<Address>,
    group: Option<(Text, Vec<Addressee>)>,
}

impl Gathered {
    /// An address without a host begins a group; without a mailbox as well, it ends one.
    fn add(&mut self, addressee: Addressee) {
        match addressee {
            Addressee {
                name: None,
                route: None,
                mailbox: Some(name),
                host: None,
            } => {
                self.end_group();
                self.group = Some((name, Vec::new()));
            }
            Addressee {
                name: None,
                mailbox: None,
                host: None,
                ..
            } => self.end_group(),
            addressee => match &mut self.group {
                Some((_, members)) => members.push(addressee),
                None => self.push(Address::Mailbox(addressee)),
            },
        }
    }

    fn end_group(&mut self) {
        if let Some((name, members)) = self.group.take() {
            self.push(Address::Group { name, members });
        }
    }

    fn push(&mut self, address: Address) {
        if self.addresses.is_empty() {
            // Most fields have one address.
            self.addresses.reserve_exact(1);
        }
        self.addresses.push(address);
    }

    fn finish(mut self) -> Vec<Address> {
        self.end_group();
        self.addresses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Envelope> {
        let (rest, envelope) = Envelope::parse(text.as_bytes()).ok()?;
        assert_eq!(rest, b"", "{text}");
        Some(envelope)
    }

    fn shown(addresses: &[Address]) -> Vec<String> {
        addresses.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_example_of_rfc_9051() {
        let envelope = parse(concat!(
            r#"("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" "#,
            r#"(("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) "#,
            r#"(("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) "#,
            r#"((NIL NIL "minutes" "CNRI.Reston.VA.US") ("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "#,
            r#""<B27397-0100000@cac.washington.edu>")"#,
        ))
        .unwrap();
        assert_eq!(
            envelope.decoded_subject(),
            "IMAP4rev2 WG mtg summary and minutes"
        );
        assert_eq!(
            shown(&envelope.from),
            ["Terry Gray <gray@cac.washington.edu>"]
        );
        assert_eq!(
            shown(&envelope.cc),
            [
                "minutes@CNRI.Reston.VA.US",
                "John Klensin <KLENSIN@MIT.EDU>"
            ]
        );
        assert_eq!((envelope.bcc.len(), envelope.in_reply_to), (0, None));
        assert_eq!(
            envelope.message_id.unwrap(),
            "<B27397-0100000@cac.washington.edu>"
        );
    }

    #[test]
    fn addresses_of_every_shape() {
        for (to, expected) in [
            ("NIL", &[][..]),
            ("\"\"", &[]),
            ("()", &[]),
            ("((NIL NIL NIL NIL))", &[]),
            (
                "(NIL (\"=?utf-8?q?=C3=A4?=\" NIL \"a\" \"x.test\"))",
                &["ä <a@x.test>"],
            ),
            ("(NIL NIL \"a\" \"x.test\")", &["a@x.test"]),
            ("((\"A\" NIL \"a\" NIL))", &["A <a>"]),
            ("((\"\" NIL NIL \"x.test\"))", &["x.test"]),
            ("((NIL NIL \"g\" NIL)(NIL NIL NIL NIL))", &["g:;"]),
            (
                "((NIL NIL \"g\" NIL)(NIL NIL \"a\" \"x\")(\"B\" NIL \"b\" \"x\"))",
                &["g: a@x, B <b@x>;"],
            ),
            (
                "((NIL NIL \"g\" NIL)(NIL NIL \"h\" NIL)(NIL NIL NIL NIL)(NIL NIL \"a\" \"x\"))",
                &["g:;", "h:;", "a@x"],
            ),
            ("((NIL NIL {3}\r\na)b \"x\"))", &["a)b@x"]),
        ] {
            let envelope = parse(&format!("(NIL NIL NIL NIL NIL {to})")).unwrap();
            assert_eq!(shown(&envelope.to), expected, "{to}");
        }
        for to in ["x", "((NIL NIL \"a\" \"x\" junk))", "(\"a\")", "((NIL ("] {
            assert_eq!(
                parse(&format!("(NIL NIL NIL NIL NIL {to} NIL)")),
                None,
                "{to}"
            );
        }
        let group = parse("(NIL NIL ((NIL NIL \"g\" NIL)(NIL NIL \"a\" \"x\")))").unwrap();
        assert_eq!(group.from[0].addressees().len(), 1);
    }
}
