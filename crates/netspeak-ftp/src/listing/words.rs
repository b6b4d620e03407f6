//! Lines as words between blanks.

/// The first word and what is behind it, blanks in front left out.
pub(super) fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = skip_blanks(text);
    let end = text.iter().position(is_blank).unwrap_or(text.len());
    text.split_at_checked(end)
        .filter(|(word, _)| !word.is_empty())
}

/// All words.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (found, after) = word(rest)?;
        rest = after;
        Some(found)
    })
}

/// So many words, and what is behind them.
pub(super) fn columns<const N: usize>(text: &[u8]) -> Option<([&[u8]; N], &[u8])> {
    let mut found = [&[][..]; N];
    let mut rest = text;
    for place in &mut found {
        (*place, rest) = word(rest)?;
    }
    Some((found, rest))
}

pub(super) fn skip_blanks(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|b| !is_blank(b));
    text.get(start.unwrap_or(text.len())..).unwrap_or_default()
}

pub(super) fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|b| !is_blank(b));
    text.get(..end.map_or(0, |at| at + 1)).unwrap_or_default()
}

/// A line end counts as a blank: some entries stand on two lines.
pub(super) fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

/// A number in decimal digits, without sign. All of nineteen digits fit, and more are no size of a
/// file.
pub(super) fn number(word: &[u8]) -> Option<u64> {
    if !(1..=19).contains(&word.len()) {
        return None;
    }
    let mut sum = 0;
    for byte in word {
        match byte {
            b'0'..=b'9' => sum = sum * 10 + u64::from(byte - b'0'),
            _ => return None,
        }
    }
    Some(sum)
}

/// A number with separators between its thousands.
pub(super) fn grouped_number(word: &[u8]) -> Option<u64> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    if !is_digit(word.first()) || !is_digit(word.last()) {
        return None;
    }
    let digits: Vec<u8> = word
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b',' | b'.' | b'\''))
        .collect();
    number(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits_alone_and_do_not_wrap() {
        for (word, value) in [
            (&b"0"[..], Some(0)),
            (b"9999999999999999999", Some(9_999_999_999_999_999_999)),
            (b"00000000000000000001", None),
            (b"18446744073709551615", None),
            (b"+1", None),
            (b"-1", None),
            (b"1a", None),
            (b"", None),
        ] {
            assert_eq!(number(word), value, "{word:?}");
        }
        assert_eq!(grouped_number(b"1,234,567"), Some(1_234_567));
        assert_eq!(grouped_number(b",1"), None);
    }
}
