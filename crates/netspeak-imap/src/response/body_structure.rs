//! [`BodyStructure`]: what a message is made of (RFC 9051 section 7.5.2).

use super::Envelope;
use crate::types::{Section, Text};

mod parse;

/// The parts of a message: a tree.
///
/// The accessors read what is missing as MIME does: a part without a type is `application/octet-stream`,
/// one without a transfer encoding is `7bit`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyStructure {
    /// A part that holds something.
    Single(Box<SinglePart>),
    /// A part that holds other parts.
    Multipart(Box<Multipart>),
}

/// A part that holds something: a text, a file, another message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SinglePart {
    /// `text` of `text/plain`, as it came.
    pub media_type: Option<Text>,
    /// `plain` of `text/plain`, as it came.
    pub subtype: Option<Text>,
    /// Parameters of the type: `charset`, `name`.
    pub parameters: Vec<Parameter>,
    /// `Content-ID`
    pub id: Option<Text>,
    /// `Content-Description`
    pub description: Option<Text>,
    /// `Content-Transfer-Encoding`
    pub encoding: Option<Text>,
    /// Its size, encoded as it is.
    pub octets: Option<u64>,
    /// Its lines, of a text or a message.
    pub lines: Option<u64>,
    /// What the message is that it holds.
    pub message: Option<Box<EmbeddedMessage>>,
    /// `Content-MD5`
    pub md5: Option<Text>,
    /// What else was told.
    pub extra: Extra,
}

/// A part that holds other parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Multipart {
    /// The parts. Some servers tell of none.
    pub parts: Vec<BodyStructure>,
    /// `mixed` of `multipart/mixed`, as it came.
    pub subtype: Option<Text>,
    /// Parameters of the type: `boundary`.
    pub parameters: Vec<Parameter>,
    /// What else was told.
    pub extra: Extra,
}

/// A message in a message (`message/rfc822`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmbeddedMessage {
    /// Its header.
    pub envelope: Option<Envelope>,
    /// Its parts.
    pub body: Option<BodyStructure>,
}

/// What BODYSTRUCTURE tells of every part, and BODY of none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extra {
    /// `Content-Disposition`
    pub disposition: Option<Disposition>,
    /// `Content-Language`
    pub languages: Vec<Text>,
    /// `Content-Location`
    pub location: Option<Text>,
    /// What no RFC defines yet.
    pub extensions: Vec<Extension>,
}

/// How a part is to be shown: `inline` or `attachment` (RFC 2183).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disposition {
    /// The word, if there is one.
    pub kind: Option<Text>,
    /// `filename` and others.
    pub parameters: Vec<Parameter>,
}

impl Disposition {
    /// The word in small letters; what has none, or an unknown one, is an attachment.
    pub fn kind(&self) -> String {
        small(self.kind.as_ref(), "attachment")
    }
}

/// A parameter of a type or a disposition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name; case does not count.
    pub name: Text,
    /// Its value; empty where the server sent NIL.
    pub value: Text,
}

/// A value of an extension (RFC 9051 section 9, `body-extension`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extension {
    /// `NIL`
    Nil,
    /// A number.
    Number(u64),
    /// A text.
    Text(Text),
    /// Values in parentheses.
    List(Vec<Self>),
}

fn small(word: Option<&Text>, missing: &str) -> String {
    match word {
        Some(word) if !word.is_empty() => word.to_string().to_ascii_lowercase(),
        _ => missing.to_owned(),
    }
}

fn value<'a>(parameters: &'a [Parameter], name: &str) -> Option<&'a Text> {
    let mut parameters = parameters.iter();
    parameters
        .find(|parameter| parameter.name.is(name))
        .map(|parameter| &parameter.value)
}

impl BodyStructure {
    /// Type and subtype in small letters: `text/plain`.
    pub fn media_type(&self) -> String {
        match self {
            Self::Single(part) => part.media_type(),
            Self::Multipart(part) => format!("multipart/{}", small(part.subtype.as_ref(), "mixed")),
        }
    }

    /// Parameters of the type.
    pub fn parameters(&self) -> &[Parameter] {
        match self {
            Self::Single(part) => &part.parameters,
            Self::Multipart(part) => &part.parameters,
        }
    }

    /// A parameter of the type.
    pub fn parameter(&self, name: &str) -> Option<&Text> {
        value(self.parameters(), name)
    }

    /// What BODYSTRUCTURE tells of every part.
    pub fn extra(&self) -> &Extra {
        match self {
            Self::Single(part) => &part.extra,
            Self::Multipart(part) => &part.extra,
        }
    }

    /// How it is to be shown, if it says so.
    pub fn disposition(&self) -> Option<&Disposition> {
        self.extra().disposition.as_ref()
    }

    /// The name of the file that it is, as it came: `filename` of the disposition, or `name` of the type.
    /// The older spellings of RFC 2231 (`filename*0`) are among the parameters.
    pub fn file_name(&self) -> Option<&Text> {
        let named = self.disposition();
        let file = named.and_then(|disposition| value(&disposition.parameters, "filename"));
        file.or_else(|| self.parameter("name"))
    }

    /// All parts, each before those in it, with the numbers that FETCH knows them by (RFC 9051 section
    /// 6.4.5.1). The parts of a message in a message are among them.
    pub fn parts(&self) -> Vec<(Vec<u32>, &Self)> {
        let mut found = Vec::new();
        match self {
            // A message of one part has it as its part 1.
            Self::Single(part) => part.collect(self, vec![1], &mut found),
            Self::Multipart(part) => part.collect(&[], &mut found),
        }
        found
    }

    /// The parts that are a text of this subtype and not an attachment, each as the section that FETCH
    /// knows it by: `plain`, `html`.
    pub fn texts(&self, subtype: &str) -> Vec<Section> {
        let wanted = format!("text/{}", subtype.to_ascii_lowercase());
        let is_text = |part: &Self| {
            let attached = part.disposition().map(Disposition::kind);
            part.media_type() == wanted && attached.as_deref() != Some("attachment")
        };
        let parts = self.parts().into_iter();
        let texts = parts.filter(|(_, part)| is_text(part));
        texts.map(|(numbers, _)| Section::part(&numbers)).collect()
    }
}

impl SinglePart {
    /// Type and subtype in small letters: `text/plain`.
    pub fn media_type(&self) -> String {
        let octets = ("application", "octet-stream");
        let (main, sub) = match self.media_type.as_ref().filter(|main| !main.is_empty()) {
            None => octets,
            Some(main) if main.is("text") => ("text", "plain"),
            Some(_) => octets,
        };
        format!(
            "{}/{}",
            small(self.media_type.as_ref(), main),
            small(self.subtype.as_ref(), sub)
        )
    }

    /// The transfer encoding in small letters.
    pub fn encoding(&self) -> String {
        small(self.encoding.as_ref(), "7bit")
    }

    fn collect<'a>(
        &'a self,
        whole: &'a BodyStructure,
        number: Vec<u32>,
        found: &mut Vec<(Vec<u32>, &'a BodyStructure)>,
    ) {
        found.push((number.clone(), whole));
        let inner = self
            .message
            .as_ref()
            .and_then(|message| message.body.as_ref());
        match inner {
            Some(body @ BodyStructure::Single(part)) => {
                part.collect(body, under(&number, 1), found);
            }
            Some(BodyStructure::Multipart(part)) => part.collect(&number, found),
            None => {}
        }
    }
}

impl Multipart {
    fn collect<'a>(&'a self, number: &[u32], found: &mut Vec<(Vec<u32>, &'a BodyStructure)>) {
        for (part, at) in self.parts.iter().zip(1..) {
            let number = under(number, at);
            match part {
                BodyStructure::Single(single) => single.collect(part, number, found),
                BodyStructure::Multipart(multipart) => {
                    found.push((number.clone(), part));
                    multipart.collect(&number, found);
                }
            }
        }
    }
}

fn under(number: &[u32], at: u32) -> Vec<u32> {
    [number, &[at]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> BodyStructure {
        let (rest, body) = BodyStructure::parse(text.as_bytes()).unwrap();
        assert_eq!(rest, b"", "{text}");
        body
    }

    #[test]
    fn parts_have_the_numbers_of_rfc_9051() {
        let single = |subtype: &str| format!("(\"text\" \"{subtype}\" NIL NIL NIL NIL 1 1)");
        let (plain, html) = (single("plain"), single("html"));
        let message =
            |body: &str| format!("(\"message\" \"rfc822\" NIL NIL NIL NIL 9 () {body} 5)");
        let inner = message(&format!(
            "({plain}({plain}{html} \"alternative\") \"mixed\")"
        ));
        let body = parse(&format!(
            "({plain}{html}{inner}({plain}{}\"related\") \"mixed\")",
            message(&html)
        ));
        let found = body.parts();
        let found: Vec<String> = found
            .iter()
            .map(|(number, part)| {
                let number = Section::part(number);
                format!("{number} {}", part.media_type())
            })
            .collect();
        assert_eq!(
            found,
            [
                "1 text/plain",
                "2 text/html",
                "3 message/rfc822",
                "3.1 text/plain",
                "3.2 multipart/alternative",
                "3.2.1 text/plain",
                "3.2.2 text/html",
                "4 multipart/related",
                "4.1 text/plain",
                "4.2 message/rfc822",
                "4.2.1 text/html",
            ]
        );
        assert_eq!(body.texts("HTML").len(), 3);
        let alone = parse(&plain);
        assert_eq!(alone.parts(), [(vec![1], &alone)]);
    }

    #[test]
    fn files_have_names() {
        let file = |params, disposition| {
            parse(&format!(
                "(\"image\" \"png\" {params} NIL NIL \"base64\" 9 NIL {disposition})"
            ))
        };
        let name = |body: &BodyStructure| body.file_name().map(ToString::to_string);
        let body = file(
            "(\"NAME\" \"a.png\")",
            "(\"attachment\" (\"FileName\" \"b.png\"))",
        );
        assert_eq!(name(&body).as_deref(), Some("b.png"));
        assert_eq!(body.disposition().unwrap().kind(), "attachment");
        let body = file("(\"NAME\" \"a.png\")", "NIL");
        assert_eq!(
            (name(&body).as_deref(), body.disposition()),
            (Some("a.png"), None)
        );
        assert_eq!(name(&file("NIL", "(\"inline\" NIL)")), None);
    }
}
