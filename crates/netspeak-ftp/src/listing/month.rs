//! The names of months, as servers in many languages write them.

use std::borrow::Cow;

/// English first: nearly every server writes it.
const ENGLISH: [&[u8; 3]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// The other names, with what they begin with. What two languages use for different months is
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

/// The number of the month that a word names.
pub(super) fn month(word: &[u8]) -> Option<i8> {
    english(word).or_else(|| other(word))
}

fn english(word: &[u8]) -> Option<i8> {
    let head = word
        .first_chunk::<3>()?
        .map(|byte| byte.to_ascii_lowercase());
    let at = ENGLISH.iter().position(|name| **name == head)?;
    // "March" is a month, "marras" is another one, "mayor" is none.
    let full = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let is_known = word.len() == 3
        || full
            .get(at)
            .is_some_and(|full| starts_without_case(full, word));
    is_known.then(|| i8::try_from(at + 1).ok())?
}

fn starts_without_case(full: &str, word: &[u8]) -> bool {
    full.as_bytes()
        .get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
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
    let is_month = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
    let at = OTHERS.iter().position(is_month).or_else(|| {
        // Other languages' longer forms of what begins as in English: juin, juillet, agosto.
        let head = word.as_bytes().first_chunk::<3>()?;
        (word.chars().count() <= 10 && word.chars().all(char::is_alphabetic))
            .then(|| longer(&word, head))?
    })?;
    i8::try_from(at + 1).ok()
}

fn longer(word: &str, head: &[u8; 3]) -> Option<usize> {
    match head {
        b"jui" if word.starts_with("juin") => Some(5),
        b"jui" if word.starts_with("juil") => Some(6),
        b"mar" | b"apr" | b"jul" | b"jun" | b"sep" | b"oct" | b"nov" | b"feb" | b"jan" | b"aug"
        | b"dec" => ENGLISH.iter().position(|name| *name == head),
        _ => None,
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
