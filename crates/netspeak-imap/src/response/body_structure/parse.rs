//! How BODY and BODYSTRUCTURE are read (RFC 9051 section 9, `body`).

use super::super::envelope::{end, field};
use super::{
    BodyStructure, Disposition, EmbeddedMessage, Envelope, Extension, Extra, Multipart, Parameter,
    SinglePart,
};
use crate::grammar::{self, Parsed, Piece, deeper, no, whole_number};
use crate::types::Text;

/// So many fields a part has at least: type, subtype, parameters, id, description, encoding, octets.
const BASIC: usize = 7;

/// Types of parts that hold no parts.
const SINGLE_TYPES: [&[u8]; 7] = [
    b"text",
    b"image",
    b"audio",
    b"video",
    b"application",
    b"message",
    b"font",
];

impl BodyStructure {
    /// ```text
    /// body = "(" (body-type-1part / body-type-mpart) ")"
    /// ```
    pub(in crate::response) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        body(input, 0)
    }
}

fn body(input: &[u8], depth: usize) -> Parsed<'_, BodyStructure> {
    let depth = deeper(depth)?;
    let input = grammar::blanks(input);
    let Some(inside) = input.strip_prefix(b"(") else {
        return no();
    };
    let inside = grammar::blanks(inside);
    let (rest, body) = if inside.starts_with(b"(") {
        multipart(inside, depth)?
    } else if is_without_parts(inside)? {
        without_parts(inside)?
    } else {
        single(inside, depth)?
    };
    Ok((end(rest)?, body))
}

/// Whether a part that does not begin with another one is a multipart all the same: it has fewer fields
/// than others need, and no type that they have.
fn is_without_parts(inside: &[u8]) -> Result<bool, nom::Err<()>> {
    let (_, first) = grammar::piece(inside)?;
    let first = match first {
        Piece::Nil => None,
        piece => Some(piece.into_bytes()),
    };
    let is = |known: &&[u8]| {
        first
            .as_ref()
            .is_some_and(|first| first.eq_ignore_ascii_case(known))
    };
    if SINGLE_TYPES.iter().any(is) {
        return Ok(false);
    }
    let mut rest = inside;
    for _ in 0..BASIC {
        rest = match grammar::any_value(rest) {
            Ok((behind, _)) => behind,
            Err(_) => return Ok(true),
        };
    }
    Ok(false)
}

/// ```text
/// body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
/// ```
fn multipart(mut rest: &[u8], depth: usize) -> Parsed<'_, BodyStructure> {
    let mut parts = Vec::new();
    while rest.starts_with(b"(") {
        let (behind, part) = body(rest, depth)?;
        parts.push(part);
        rest = grammar::blanks(behind);
    }
    part_fields(rest, parts)
}

/// "NIL", "multipart" or nothing stands for the parts.
fn without_parts(inside: &[u8]) -> Parsed<'_, BodyStructure> {
    let rest = match grammar::piece(inside)? {
        (behind, Piece::Nil) => behind,
        (behind, Piece::Quoted(word)) if word.eq_ignore_ascii_case(b"multipart") => behind,
        _ => inside,
    };
    part_fields(rest, Vec::new())
}

/// `media-subtype [SP body-ext-mpart]`
fn part_fields(mut rest: &[u8], parts: Vec<BodyStructure>) -> Parsed<'_, BodyStructure> {
    let part = Multipart {
        parts,
        subtype: field(&mut rest, grammar::nstring)?,
        parameters: field(&mut rest, parameters)?,
        extra: extra(&mut rest)?,
    };
    Ok((rest, BodyStructure::Multipart(Box::new(part))))
}

/// ```text
/// body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
/// ```
fn single(input: &[u8], depth: usize) -> Parsed<'_, BodyStructure> {
    let (mut rest, mut part) = basic_fields(input)?;
    let is = |word: &Option<Text>, known| word.as_ref().is_some_and(|word| word.is(known));
    if is(&part.media_type, "text") {
        part.lines = field(&mut rest, lines)?;
    } else if is(&part.media_type, "message") && holds_message(rest) {
        part.message = Some(Box::new(EmbeddedMessage {
            envelope: field(&mut rest, envelope)?,
            body: field(&mut rest, |input| inner(input, depth))?,
        }));
        part.lines = field(&mut rest, lines)?;
    }
    rest = grammar::blanks(rest);
    if !rest.starts_with(b"(") {
        part.md5 = field(&mut rest, grammar::nstring)?;
    }
    part.extra = extra(&mut rest)?;
    Ok((rest, BodyStructure::Single(part)))
}

/// ```text
/// body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets
/// ```
fn basic_fields(mut rest: &[u8]) -> Parsed<'_, Box<SinglePart>> {
    let part = SinglePart {
        media_type: field(&mut rest, grammar::nstring)?,
        subtype: field(&mut rest, grammar::nstring)?,
        parameters: field(&mut rest, parameters)?,
        id: field(&mut rest, grammar::nstring)?,
        description: field(&mut rest, grammar::nstring)?,
        encoding: field(&mut rest, grammar::nstring)?,
        octets: field(&mut rest, grammar::amount)?,
        ..SinglePart::default()
    };
    Ok((rest, Box::new(part)))
}

/// A number of lines, if one stands here; a string or a list is the next field.
fn lines(input: &[u8]) -> Parsed<'_, Option<u64>> {
    match input.first() {
        Some(b'(' | b'"' | b'{') => Ok((input, None)),
        _ => grammar::amount(input),
    }
}

/// Whether an envelope comes next. Servers tell of messages whose transfer encoding hides them as of any
/// other file.
fn holds_message(rest: &[u8]) -> bool {
    let rest = grammar::blanks(rest);
    if rest.starts_with(b"(") {
        return true;
    }
    // NIL for the envelope and for the body, then the lines.
    let mut words = grammar::words(rest).take(3);
    let mut is = |known: fn(&[u8]) -> bool| words.next().is_some_and(known);
    let is_nil = |word: &[u8]| word.eq_ignore_ascii_case(b"NIL");
    is(is_nil) && is(is_nil) && is(|word| whole_number(word).is_some())
}

fn envelope(input: &[u8]) -> Parsed<'_, Option<Envelope>> {
    match grammar::piece(input) {
        Ok((rest, Piece::Nil)) => Ok((rest, None)),
        _ => Envelope::parse(input).map(|(rest, envelope)| (rest, Some(envelope))),
    }
}

/// The body of a message in a message; `()` and NIL are none.
fn inner(input: &[u8], depth: usize) -> Parsed<'_, Option<BodyStructure>> {
    if let Ok((rest, nothing)) = grammar::nlist(input, |_| no::<()>())
        && nothing.is_empty()
    {
        return Ok((rest, None));
    }
    body(input, depth).map(|(rest, body)| (rest, Some(body)))
}

/// ```text
/// body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
/// ```
fn parameters(input: &[u8]) -> Parsed<'_, Vec<Parameter>> {
    grammar::nlist(input, |input| {
        let (mut rest, name) = grammar::astring(input)?;
        let value: Option<Text> = field(&mut rest, grammar::nstring)?;
        let parameter = Parameter {
            name: name.into(),
            value: value.unwrap_or_default(),
        };
        Ok((rest, parameter))
    })
}

/// ```text
/// [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
/// ```
/// Some servers swap the disposition and the languages.
fn extra(rest: &mut &[u8]) -> Result<Extra, nom::Err<()>> {
    let mut extra = Extra::default();
    for _ in 0..2 {
        match field(rest, disposition_or_languages)? {
            Told::Nothing => {}
            Told::Disposition(disposition) if extra.disposition.is_none() => {
                extra.disposition = Some(disposition);
            }
            Told::Word(word) if extra.disposition.is_none() => {
                extra.disposition = Some(Disposition {
                    kind: Some(word),
                    parameters: Vec::new(),
                });
            }
            Told::Word(word) => extra.languages = vec![word],
            Told::Languages(languages) => extra.languages = languages,
            Told::Disposition(_) => return Err(nom::Err::Error(())),
        }
    }
    extra.location = field(rest, location)?;
    loop {
        *rest = grammar::blanks(rest);
        if matches!(rest.first(), None | Some(b')')) {
            return Ok(extra);
        }
        let (behind, extension) = extension(rest, 0)?;
        extra.extensions.push(extension);
        *rest = behind;
    }
}

/// What stands where the disposition and the languages are due.
#[derive(Default)]
enum Told {
    #[default]
    Nothing,
    Word(Text),
    Disposition(Disposition),
    Languages(Vec<Text>),
}

/// ```text
/// body-fld-dsp  = "(" string SP body-fld-param ")" / nil
/// body-fld-lang = nstring / "(" string *(SP string) ")"
/// ```
fn disposition_or_languages(input: &[u8]) -> Parsed<'_, Told> {
    let Some(inside) = input.strip_prefix(b"(") else {
        let (rest, word) = grammar::nstring(input)?;
        return Ok((rest, word.map_or(Told::Nothing, Told::Word)));
    };
    let mut rest = inside;
    let kind: Option<Text> = field(&mut rest, grammar::nstring)?;
    rest = grammar::blanks(rest);
    let told = match (kind, rest.first()) {
        (None, Some(b')')) => Told::Nothing,
        (Some(language), Some(b'"' | b')')) => {
            let mut languages = vec![language];
            while let Some(language) = field(&mut rest, grammar::nstring)? {
                languages.push(language);
            }
            match languages.as_slice() {
                // ("attachment") has lost its parameters; ("en") is a language.
                [word] if word.is("attachment") || word.is("inline") => {
                    Told::Disposition(Disposition {
                        kind: Some(word.clone()),
                        parameters: Vec::new(),
                    })
                }
                _ => Told::Languages(languages),
            }
        }
        (kind, _) => Told::Disposition(Disposition {
            kind,
            parameters: field(&mut rest, parameters)?,
        }),
    };
    Ok((end(rest)?, told))
}

/// `body-fld-loc = nstring`; empty parentheses stand for NIL with some.
fn location(input: &[u8]) -> Parsed<'_, Option<Text>> {
    if input.starts_with(b"(") {
        let (rest, _) = grammar::list(input, |_| no::<()>())?;
        return Ok((rest, None));
    }
    grammar::nstring(input)
}

/// ```text
/// body-extension = nstring / number / number64 / "(" body-extension *(SP body-extension) ")"
/// ```
fn extension(input: &[u8], depth: usize) -> Parsed<'_, Extension> {
    let depth = deeper(depth)?;
    let input = grammar::blanks(input);
    if input.starts_with(b"(") {
        let (rest, values) = grammar::list(input, |input| extension(input, depth))?;
        return Ok((rest, Extension::List(values)));
    }
    let (rest, piece) = grammar::piece(input)?;
    let value = match piece {
        Piece::Nil => Extension::Nil,
        Piece::Word(word) => match whole_number(word) {
            Some(number) => Extension::Number(number),
            None => Extension::Text(word.into()),
        },
        text => Extension::Text(text.into_bytes().into()),
    };
    Ok((rest, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<BodyStructure> {
        let (rest, body) = BodyStructure::parse(text.as_bytes()).ok()?;
        assert_eq!(rest, b"", "{text}");
        Some(body)
    }

    fn single(text: &str) -> SinglePart {
        match parse(text) {
            Some(BodyStructure::Single(part)) => *part,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_examples_of_rfc_9051() {
        let part = single(r#"("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 2279 48)"#);
        assert_eq!((part.octets, part.lines), (Some(2279), Some(48)));
        assert_eq!(
            (part.media_type().as_str(), part.encoding().as_str()),
            ("text/plain", "7bit")
        );
        let body = parse(concat!(
            r#"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)"#,
            r#"("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff") "<960723163407.20117h@cac.washington.edu>" "#,
            r#""Compiler diff" "BASE64" 4554 73) "MIXED")"#,
        ));
        let Some(BodyStructure::Multipart(body)) = body else {
            panic!("no multipart");
        };
        assert_eq!(body.parts.len(), 2);
        assert_eq!(body.parts[1].file_name().unwrap(), &"cc.diff");
    }

    #[test]
    fn what_else_is_told_in_every_order() {
        let with = |extra: &str| single(&format!(r#"("image" "png" NIL NIL NIL NIL 1 {extra})"#));
        let kind = |part: &SinglePart| part.extra.disposition.as_ref().map(Disposition::kind);
        for (extra, disposition, languages, location) in [
            ("NIL NIL NIL NIL", None, 0, false),
            (
                r#"NIL ("inline" NIL) ("en" "de") "x""#,
                Some("inline"),
                2,
                true,
            ),
            (
                r#"NIL ("en" "de") ("inline" ("a" "b")) ()"#,
                Some("inline"),
                2,
                false,
            ),
            (r#"NIL "inline" "en""#, Some("inline"), 1, false),
            (r#"NIL (NIL NIL) NIL NIL"#, Some("attachment"), 0, false),
            (r#"NIL () () ()"#, None, 0, false),
            (r#"NIL ("attachment") ("en")"#, Some("attachment"), 1, false),
            (r#"("inline" NIL)"#, Some("inline"), 0, false),
        ] {
            let part = with(extra);
            assert_eq!(kind(&part).as_deref(), disposition, "{extra}");
            assert_eq!(part.extra.languages.len(), languages, "{extra}");
            assert_eq!(part.extra.location.is_some(), location, "{extra}");
        }
        let part = with(r#""md5" NIL NIL NIL "a" 5 ("b" (NIL)) c"#);
        assert_eq!(part.md5.unwrap(), "md5");
        let list = Extension::List(vec![
            Extension::Text("b".into()),
            Extension::List(vec![Extension::Nil]),
        ]);
        assert_eq!(
            part.extra.extensions,
            [
                Extension::Text("a".into()),
                Extension::Number(5),
                list,
                Extension::Text("c".into())
            ]
        );
    }

    #[test]
    fn messages_in_messages() {
        let text = r#"("text" "plain" NIL NIL NIL NIL 1 1)"#;
        let message =
            |rest: &str| single(&format!(r#"("message" "rfc822" NIL NIL NIL NIL 9 {rest})"#));
        let full = message(&format!("(NIL \"s\") {text} 23 NIL NIL"));
        let inside = full.message.unwrap();
        assert_eq!(inside.envelope.unwrap().decoded_subject(), "s");
        assert!(matches!(inside.body, Some(BodyStructure::Single(_))));
        assert_eq!(full.lines, Some(23));
        for (rest, lines, is_told) in [
            ("NIL NIL 5 NIL", Some(5), true),
            ("() () 5 NIL", Some(5), true),
            ("NIL NIL NIL NIL", None, false),
            ("NIL (\"attachment\" NIL)", None, false),
        ] {
            let part = message(rest);
            assert_eq!(
                (part.lines, part.message.is_some()),
                (lines, is_told),
                "{rest}"
            );
        }
    }

    #[test]
    fn what_is_no_structure() {
        for text in [
            "NIL",
            "x",
            "()",
            "(\"text\" \"plain\" (\"a\" (\"b\")) NIL)",
            "((",
            "(((\"a\")",
        ] {
            let found = parse(text);
            assert!(
                !matches!(found, Some(BodyStructure::Single(_))),
                "{text}: {found:?}"
            );
        }
    }
}
