//! What all of IMAP's grammar is made of: blanks, words, numbers, strings, lists (RFC 9051 section 9).
//!
//! These parsers work on whole responses and are as tolerant as real servers make it necessary: blanks
//! in any number, words where strings are due, quotes inside quoted strings that nobody escaped.

use std::borrow::Cow;

use memchr::memchr3;
use nom::IResult;

/// What is left of the input, and what was found in it.
pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T, ()>;

/// How deep parentheses may nest. Mail that people write needs less than ten.
pub(crate) const DEPTH: usize = 64;

/// The answer of a parser that does not find what it looks for.
pub(crate) fn no<'a, T>() -> Parsed<'a, T> {
    Err(nom::Err::Error(()))
}

/// One level deeper, if that is still allowed.
pub(crate) fn deeper(depth: usize) -> Result<usize, nom::Err<()>> {
    if depth < DEPTH {
        Ok(depth + 1)
    } else {
        Err(nom::Err::Error(()))
    }
}

/// Whether a byte stands between words. Line ends do: servers that count a literal too short leave one
/// behind it. NUL does: some servers pad with it.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0)
}

/// What stands behind the blanks, if there are any.
pub(crate) fn blanks(input: &[u8]) -> &[u8] {
    split_where(input, |byte| !is_blank(byte)).1
}

/// Splits before the first byte of a kind.
fn split_where(input: &[u8], is_end: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let place = input.iter().position(|byte| is_end(*byte));
    input.split_at(place.unwrap_or(input.len()))
}

/// A word: everything up to a blank or a parenthesis, at least one byte.
pub(crate) fn word(input: &[u8]) -> Parsed<'_, &[u8]> {
    let (word, rest) = split_where(input, |byte| is_blank(byte) || matches!(byte, b'(' | b')'));
    if word.is_empty() {
        no()
    } else {
        Ok((rest, word))
    }
}

/// The words of a line, up to the first thing that is none.
pub(crate) fn words(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    input
        .split(|byte| is_blank(*byte))
        .filter(|word| !word.is_empty())
}

/// `1*DIGIT`, at most 2^64 - 1.
pub(crate) fn digits(input: &[u8]) -> Parsed<'_, u64> {
    let mut value = 0u64;
    let mut rest = input;
    while let Some((&digit @ b'0'..=b'9', behind)) = rest.split_first() {
        let more = value.checked_mul(10);
        let Some(more) = more.and_then(|more| more.checked_add(u64::from(digit - b'0'))) else {
            return no();
        };
        value = more;
        rest = behind;
    }
    if rest.len() == input.len() {
        no()
    } else {
        Ok((rest, value))
    }
}

/// `number`: at most 2^32 - 1.
pub(crate) fn number(input: &[u8]) -> Parsed<'_, u32> {
    let (rest, value) = digits(input)?;
    match u32::try_from(value) {
        Ok(value) => Ok((rest, value)),
        Err(_) => no(),
    }
}

/// A word that should be a number, and the number if it is one.
///
/// Some servers send -1 for what they do not know, and some print large integers as floating point.
pub(crate) fn amount(input: &[u8]) -> Parsed<'_, Option<u64>> {
    let (rest, word) = astring(input)?;
    Ok((rest, whole_number(&word)))
}

/// The number that all of a word is.
pub(crate) fn whole_number(word: &[u8]) -> Option<u64> {
    if let Ok((behind, value)) = digits(word)
        && behind.is_empty()
    {
        return Some(value);
    }
    let is_decimal = word.first()?.is_ascii_digit() && word.contains(&b'.');
    let value: f64 = std::str::from_utf8(word).ok()?.parse().ok()?;
    // Up to here every integer is told exactly.
    let is_exact = (0.0..9_007_199_254_740_992.0).contains(&value);
    (is_decimal && is_exact && value.fract() == 0.0).then_some(value as u64)
}

/// As [`whole_number`], in 32 bits and not 0: a UID, a message's number, a UIDVALIDITY.
pub(crate) fn whole_id(word: &[u8]) -> Option<u32> {
    let id = u32::try_from(whole_number(word)?).ok()?;
    (id != 0).then_some(id)
}

/// A value that is no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// `NIL`
    Nil,
    /// `"text"`, without its quotes and escapes.
    Quoted(Cow<'a, [u8]>),
    /// `{4}` and four bytes.
    Literal(&'a [u8]),
    /// Anything else.
    Word(&'a [u8]),
}

impl<'a> Piece<'a> {
    /// The bytes; `NIL` for NIL.
    pub(crate) fn into_bytes(self) -> Cow<'a, [u8]> {
        match self {
            Self::Nil => Cow::Borrowed(b"NIL"),
            Self::Quoted(bytes) => bytes,
            Self::Literal(bytes) | Self::Word(bytes) => Cow::Borrowed(bytes),
        }
    }
}

/// `nstring / atom`: NIL, a quoted string, a literal, or a word.
pub(crate) fn piece(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    match input.first() {
        Some(b'"') => {
            let (rest, text) = quoted(input)?;
            Ok((rest, Piece::Quoted(text)))
        }
        Some(b'{' | b'~') if starts_literal(input) => {
            let (rest, data) = literal(input)?;
            // A literal that was counted wrong ends inside a word: what follows cannot be trusted.
            match rest.first() {
                None | Some(b')' | b'(' | b']') => Ok((rest, Piece::Literal(data))),
                Some(byte) if is_blank(*byte) => Ok((rest, Piece::Literal(data))),
                Some(_) => no(),
            }
        }
        _ => {
            let (rest, word) = word(input)?;
            let piece = if word.eq_ignore_ascii_case(b"NIL") {
                Piece::Nil
            } else {
                Piece::Word(word)
            };
            Ok((rest, piece))
        }
    }
}

/// `nstring`, or a word in its place; blanks before it are skipped.
pub(crate) fn nstring<'a, T: From<Cow<'a, [u8]>>>(input: &'a [u8]) -> Parsed<'a, Option<T>> {
    let (rest, piece) = piece(blanks(input))?;
    Ok((
        rest,
        match piece {
            Piece::Nil => None,
            piece => Some(T::from(piece.into_bytes())),
        },
    ))
}

/// `astring`: as [`nstring`], but NIL is a word like others.
pub(crate) fn astring(input: &[u8]) -> Parsed<'_, Cow<'_, [u8]>> {
    let (rest, piece) = piece(blanks(input))?;
    Ok((rest, piece.into_bytes()))
}

/// A quoted string, without its quotes and escapes.
///
/// A backslash that escapes nothing stays, and so does a quote in the middle of a word: servers exist
/// that escape neither.
pub(crate) fn quoted(input: &[u8]) -> Parsed<'_, Cow<'_, [u8]>> {
    let Some(inside) = input.strip_prefix(b"\"") else {
        return no();
    };
    let mut unescaped: Option<Vec<u8>> = None;
    let (mut copied, mut at) = (0, 0);
    loop {
        let ahead = inside.get(at..).unwrap_or_default();
        let Some(place) = memchr3(b'"', b'\\', b'\n', ahead).map(|found| at + found) else {
            return no();
        };
        let behind = inside.get(place + 1..).unwrap_or_default();
        match inside.get(place) {
            Some(b'"') if ends_string(behind) => {
                let last = inside.get(copied..place).unwrap_or_default();
                let text = match unescaped {
                    None => Cow::Borrowed(last),
                    Some(mut text) => {
                        text.extend_from_slice(last);
                        Cow::Owned(text)
                    }
                };
                return Ok((behind, text));
            }
            Some(b'"') => at = place + 1,
            Some(b'\\') if matches!(behind.first(), Some(b'"' | b'\\')) => {
                let text = unescaped.get_or_insert_default();
                text.extend_from_slice(inside.get(copied..place).unwrap_or_default());
                copied = place + 1;
                at = place + 2;
            }
            Some(b'\\') => at = place + 1,
            _ => return no(),
        }
    }
}

/// Whether what stands behind a quote can stand behind a string.
fn ends_string(behind: &[u8]) -> bool {
    let is_end = |byte: Option<&u8>| {
        byte.is_none_or(|byte| is_blank(*byte) || matches!(byte, b'(' | b')' | b']' | b'<'))
    };
    match behind {
        // Two strings without a blank between them; but `"HTML"" NIL` is one string with a quote in it.
        [b'"', next @ ..] => !is_end(next.first()),
        [b'<', ..] => false,
        _ => is_end(behind.first()),
    }
}

/// Whether a literal begins here.
fn starts_literal(input: &[u8]) -> bool {
    literal_size(input).is_ok()
}

/// `["~"] "{" number64 ["+"] "}" CRLF`
fn literal_size(input: &[u8]) -> Parsed<'_, u64> {
    let inside = input.strip_prefix(b"~").unwrap_or(input);
    let Some(inside) = inside.strip_prefix(b"{") else {
        return no();
    };
    let (rest, size) = digits(inside)?;
    let rest = rest.strip_prefix(b"+").unwrap_or(rest);
    let behind = rest.strip_prefix(b"}\r\n");
    match behind.or_else(|| rest.strip_prefix(b"}\n")) {
        Some(behind) => Ok((behind, size)),
        None => no(),
    }
}

/// A literal's data.
///
/// ```text
/// literal  = "{" number64 ["+"] "}" CRLF *CHAR8        ; RFC 9051 section 9; "+" some servers send
/// literal8 = "~{" number64 "}" CRLF *OCTET
/// ```
pub(crate) fn literal(input: &[u8]) -> Parsed<'_, &[u8]> {
    let (rest, size) = literal_size(input)?;
    match usize::try_from(size)
        .ok()
        .and_then(|size| rest.split_at_checked(size))
    {
        Some((data, rest)) => Ok((rest, data)),
        None => no(),
    }
}

/// `"(" [item *(SP item)] ")"` in which the items may stand without blanks; a parenthesis that is
/// missing at the end of the input is not missed.
pub(crate) fn list<'a, T>(
    input: &'a [u8],
    mut item: impl FnMut(&'a [u8]) -> Parsed<'a, T>,
) -> Parsed<'a, Vec<T>> {
    let Some(inside) = blanks(input).strip_prefix(b"(") else {
        return no();
    };
    let mut items = Vec::new();
    let mut rest = blanks(inside);
    loop {
        match rest.split_first() {
            None => return Ok((rest, items)),
            Some((b')', behind)) => return Ok((behind, items)),
            Some(_) => {
                let (behind, found) = item(rest)?;
                if behind.len() == rest.len() {
                    return no();
                }
                items.push(found);
                rest = blanks(behind);
            }
        }
    }
}

/// As [`list`]; NIL and `""` are empty lists.
pub(crate) fn nlist<'a, T>(
    input: &'a [u8],
    item: impl FnMut(&'a [u8]) -> Parsed<'a, T>,
) -> Parsed<'a, Vec<T>> {
    let input = blanks(input);
    if input.starts_with(b"(") {
        return list(input, item);
    }
    match piece(input)? {
        (rest, Piece::Nil) => Ok((rest, Vec::new())),
        (rest, Piece::Quoted(text)) if text.is_empty() => Ok((rest, Vec::new())),
        _ => no(),
    }
}

/// Any value, as it came: a word, a string, or a list with all that is in it.
///
/// It goes through the nesting without recursion, so depth costs nothing.
pub(crate) fn any_value(input: &[u8]) -> Parsed<'_, &[u8]> {
    let input = blanks(input);
    let mut rest = input;
    let mut open = 0usize;
    loop {
        rest = match rest.first() {
            Some(b'(') => {
                open += 1;
                rest.get(1..).unwrap_or_default()
            }
            Some(b')') if open == 0 => return no(),
            Some(b')') => {
                open -= 1;
                rest.get(1..).unwrap_or_default()
            }
            None => return no(),
            Some(_) => piece(rest)?.0,
        };
        if open == 0 {
            let length = input.len().saturating_sub(rest.len());
            return Ok((rest, input.get(..length).unwrap_or_default()));
        }
        rest = blanks(rest);
    }
}

/// A word in capitals, to be matched with the words we know: the longest has 24 letters.
pub(crate) struct Upper {
    letters: [u8; 24],
    length: usize,
}

impl Upper {
    pub(crate) fn new(word: &[u8]) -> Self {
        let mut upper = Self {
            letters: [0; 24],
            length: 0,
        };
        if let Some(letters) = upper.letters.get_mut(..word.len()) {
            letters.copy_from_slice(word);
            letters.make_ascii_uppercase();
            upper.length = word.len();
        }
        upper
    }

    /// The word; nothing if it is longer than any that we know.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.letters.get(..self.length).unwrap_or_default()
    }
}

/// `ATOM-CHAR`: what may stand in an atom that we send (RFC 9051 section 9).
pub(crate) fn is_atom_char(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(input: &[u8]) -> Option<(String, usize)> {
        let (rest, text) = quoted(input).ok()?;
        Some((String::from_utf8_lossy(&text).into_owned(), rest.len()))
    }

    #[test]
    fn quoted_strings_and_quotes_that_nobody_escaped() {
        for (input, found, left) in [
            (r#""a""#, "a", 0),
            (r#""" x"#, "", 2),
            (r#""a\"b\\" c"#, r#"a"b\"#, 2),
            (r#""C:\dir" c"#, r"C:\dir", 2),
            (r#""HTML"" NIL"#, r#"HTML""#, 4),
            (r#""a""b""#, "a", 3),
            (r#""he "said" so")"#, r#"he "said"#, 5),
            (r#""a"b")"#, r#"a"b"#, 1),
            ("\"caf\u{e9}\")", "caf\u{e9}", 1),
        ] {
            assert_eq!(
                text(input.as_bytes()),
                Some((found.to_owned(), left)),
                "{input}"
            );
        }
        for input in ["\"", "\"a", "\"a\\\"", "\"a\r\nb\"", "a"] {
            assert_eq!(text(input.as_bytes()), None, "{input:?}");
        }
    }

    #[test]
    fn literals_in_every_spelling() {
        for (input, found, left) in [
            (&b"{3}\r\nabc d"[..], &b"abc"[..], 2),
            (b"{3+}\r\nabc)", b"abc", 1),
            (b"~{2}\r\n\0\xff", b"\0\xff", 0),
            (b"{1}\na", b"a", 0),
            (b"{0}\r\n)", b"", 1),
        ] {
            let (rest, piece) = piece(input).unwrap();
            assert_eq!((piece, rest.len()), (Piece::Literal(found), left));
        }
        for input in [
            &b"{4}\r\nabc"[..],
            b"{3}\r\nabcd",
            b"{18446744073709551615}\r\nabc",
        ] {
            assert!(piece(input).is_err());
        }
        // No literals: words.
        for input in [
            &b"{-1}\r\nabc"[..],
            b"{99999999999999999999}\r\na",
            b"{3}abc",
            b"~x",
        ] {
            assert!(matches!(piece(input), Ok((_, Piece::Word(_)))));
        }
    }

    #[test]
    fn numbers_and_what_stands_in_their_place() {
        for (word, value) in [
            ("0", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("-1", None),
            ("+1", None),
            ("9.3736e+06", Some(9_373_600)),
            ("1.5", None),
            ("1.0e300", None),
            ("inf", None),
            ("1e3", None),
            ("NIL", None),
            ("", None),
        ] {
            assert_eq!(whole_number(word.as_bytes()), value, "{word}");
        }
        assert_eq!(whole_id(b"4294967295"), Some(u32::MAX));
        assert_eq!((whole_id(b"0"), whole_id(b"4294967296")), (None, None));
    }

    #[test]
    fn any_value_ends_where_it_ends() {
        for (input, found) in [
            ("a b", "a"),
            (" (a (b \")\") {1}\r\n)) c", "(a (b \")\") {1}\r\n))"),
            ("\"a b\" c", "\"a b\""),
            ("()", "()"),
        ] {
            let (_, value) = any_value(input.as_bytes()).unwrap();
            assert_eq!(value, found.as_bytes());
        }
        for input in ["", ")", "(", "(a (b)", "\"a", "(\"a)", "{5}\r\na"] {
            assert!(any_value(input.as_bytes()).is_err(), "{input}");
        }
    }

    #[test]
    fn lists_with_and_without_blanks() {
        let words = |input: &'static str| {
            list(input.as_bytes(), word).map(|(rest, found)| (rest.len(), found.len()))
        };
        for (input, found) in [("()", (0, 0)), (" ( a  b )c", (1, 2)), ("(a", (0, 1))] {
            assert_eq!(words(input), Ok(found), "{input}");
        }
        assert!(words("a").is_err() && words("((a))").is_err());
        assert_eq!(nlist(b"NIL", word), Ok((&b""[..], vec![])));
        assert_eq!(nlist(b"\"\" x", word), Ok((&b" x"[..], vec![])));
    }
}
