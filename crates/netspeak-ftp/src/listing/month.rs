//! The names of months, as servers in many languages write them.

use std::borrow::Cow;

/// Names that are not English, with what they begin with. What two languages use for different months is
/// left out.
const OTHERS: [&[&str]; 12] = [
    &["gen", "ene", "tammi", "sty", "led", "янв", "ιαν", "oca"],
    &["fév", "fev", "helmi", "lut", "úno", "фев", "φεβ", "şub"],
    &["mär", "mrz", "mrt", "maalis", "bře", "мар", "μαρ"],
    &["avr", "abr", "huhti", "kwi", "dub", "апр", "απρ", "nis"],
    &[
        "mai", "maj", "mag", "mei", "touko", "kvě", "май", "мая", "μαϊ", "máj",
    ],
    &["giu", "kesä", "cze", "июн", "ιουν", "haz", "jún"],
    &["lug", "heinä", "июл", "ιουλ", "tem", "júl"],
    &["aoû", "aou", "ago", "elo", "sie", "авг", "αυγ", "ağu"],
    &["set", "syys", "wrz", "zář", "сен", "σεπ", "eyl"],
    &[
        "okt", "ott", "out", "loka", "paź", "říj", "окт", "οκτ", "eki",
    ],
    &["marras", "ноя", "νοε", "kas"],
    &[
        "déc", "dez", "dic", "des", "joulu", "gru", "pro", "дек", "δεκ", "ara",
    ],
];

/// The longest name has so many letters: październik.
const LONGEST: usize = 12;

/// The number of the month that a word names.
pub(super) fn month(word: &[u8]) -> Option<i8> {
    english(word).or_else(|| other(word))
}

/// The first three letters in English, with or without the rest of the name.
fn english(word: &[u8]) -> Option<i8> {
    let head = word
        .first_chunk::<3>()?
        .map(|byte| byte.to_ascii_lowercase());
    let (number, rest) = match &head {
        b"jan" => (1, "uary"),
        b"feb" => (2, "ruary"),
        b"mar" => (3, "ch"),
        b"apr" => (4, "il"),
        b"may" => (5, ""),
        b"jun" => (6, "e"),
        b"jul" => (7, "y"),
        b"aug" => (8, "ust"),
        b"sep" => (9, "tember"),
        b"oct" => (10, "ober"),
        b"nov" => (11, "ember"),
        b"dec" => (12, "ember"),
        _ => return None,
    };
    let written = word.get(3..)?;
    rest.as_bytes()
        .get(..written.len())?
        .eq_ignore_ascii_case(written)
        .then_some(number)
}

fn other(word: &[u8]) -> Option<i8> {
    let word = match std::str::from_utf8(word) {
        Ok(word) => Cow::Borrowed(word),
        // Latin-1, whose bytes are the characters' numbers.
        Err(_) => word
            .iter()
            .copied()
            .map(char::from)
            .collect::<String>()
            .into(),
    };
    let word = word.to_lowercase();
    if word.chars().count() > LONGEST {
        return None;
    }
    if let Some(at) = OTHERS
        .iter()
        .position(|names| names.iter().any(|name| word.starts_with(name)))
    {
        return i8::try_from(at + 1).ok();
    }
    // Longer names that begin as in English: mars, juillet, septembre.
    match word.as_bytes().first_chunk::<3>()? {
        b"jui" if word.starts_with("juin") => Some(6),
        b"jui" if word.starts_with("juil") => Some(7),
        b"may" => None,
        head => english(head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_in_many_languages() {
        for (word, number) in [
            ("Jan", 1),
            ("MAY", 5),
            ("sept", 9),
            ("December", 12),
            ("Juli", 7),
            ("juin", 6),
            ("juil", 7),
            ("märz", 3),
            ("mars", 3),
            ("marzo", 3),
            ("marras", 11),
            ("déc", 12),
            ("août", 8),
            ("agosto", 8),
            ("gennaio", 1),
            ("października", 10),
            ("окт", 10),
        ] {
            assert_eq!(month(word.as_bytes()), Some(number), "{word}");
        }
        assert_eq!(month(b"d\xe9c"), Some(12));
        assert_eq!(month(b"ao\xfbt"), Some(8));
        for word in ["", "ja", "mayor", "x", "group", "4096", "13"] {
            assert_eq!(month(word.as_bytes()), None, "{word}");
        }
    }

    #[test]
    fn no_name_stands_for_two_months() {
        for (at, names) in OTHERS.iter().enumerate() {
            for name in *names {
                assert_eq!(month(name.as_bytes()), i8::try_from(at + 1).ok(), "{name}");
            }
        }
    }
}
