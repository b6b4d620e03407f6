//! Names of mailboxes: modified UTF-7 (RFC 3501 section 5.1.3), and the patterns of LIST.

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// A name as it goes over the wire.
pub(super) fn encoded(name: &str) -> String {
    let mut out = String::new();
    let mut shifted: Vec<u8> = Vec::new();
    for c in name.chars().map(Some).chain([None]) {
        match c {
            Some(c) if !(' '..='~').contains(&c) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    shifted.extend(unit.to_be_bytes());
                }
                continue;
            }
            _ if !shifted.is_empty() => {
                out.push('&');
                out.push_str(&BASE64.encode(&shifted));
                out.push('-');
                shifted.clear();
            }
            _ => {}
        }
        match c {
            Some('&') => out.push_str("&-"),
            Some(c) => out.push(c),
            None => {}
        }
    }
    out
}

/// A name from the wire; `None` if it is not written so.
pub(super) fn decoded(wire: &[u8]) -> Option<String> {
    let mut rest = std::str::from_utf8(wire).ok()?;
    let mut name = String::new();
    while let Some(c) = rest.chars().next() {
        if !(' '..='~').contains(&c) {
            return None;
        }
        rest = rest.get(1..)?;
        if c != '&' {
            name.push(c);
            continue;
        }
        let (shifted, behind) = rest.split_once('-')?;
        rest = behind;
        if shifted.is_empty() {
            name.push('&');
            continue;
        }
        let bytes = BASE64.decode(shifted).ok()?;
        let (pairs, odd) = bytes.as_chunks::<2>();
        if !odd.is_empty() {
            return None;
        }
        let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
        name.push_str(&String::from_utf16(&units).ok()?);
    }
    Some(name)
}

/// INBOX is INBOX, however it is written.
pub(super) fn canonical(name: String) -> String {
    if name.eq_ignore_ascii_case("INBOX") {
        "INBOX".to_owned()
    } else {
        name
    }
}

/// Whether a name fits a pattern, in which `*` stands for anything and `%` for anything without the separator.
pub(super) fn fits(pattern: &str, name: &str, separator: char) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    // Which places of the pattern are reached by what was read of the name.
    let mut reached = vec![false; pattern.len() + 1];
    let mark = |reached: &mut Vec<bool>, at: usize| {
        let mut at = at;
        while let Some(place) = reached.get_mut(at) {
            *place = true;
            match pattern.get(at) {
                Some('*' | '%') => at += 1,
                _ => break,
            }
        }
    };
    mark(&mut reached, 0);
    for c in name.chars() {
        let mut next = vec![false; pattern.len() + 1];
        for (at, wanted) in pattern.iter().enumerate() {
            if !reached.get(at).copied().unwrap_or_default() {
                continue;
            }
            match wanted {
                '*' => mark(&mut next, at),
                '%' if c != separator => mark(&mut next, at),
                wanted if *wanted == c => mark(&mut next, at + 1),
                _ => {}
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_wire() {
        for (name, wire) in [
            ("INBOX", "INBOX"),
            ("a&b", "a&-b"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("☺!", "&Jjo-!"),
            ("😀", "&2D3eAA-"),
        ] {
            assert_eq!(encoded(name), wire);
            assert_eq!(decoded(wire.as_bytes()).as_deref(), Some(name));
        }
    }

    #[test]
    fn names_that_are_not_well_written_are_refused() {
        for wire in ["bad&!name", "R&D", "&AP-", "&2D0-", "caf\u{e9}", "&"] {
            assert_eq!(decoded(wire.as_bytes()), None, "{wire}");
        }
    }

    #[test]
    fn patterns() {
        for (pattern, name, is_fit) in [
            ("*", "a/b", true),
            ("%", "a/b", false),
            ("%", "ab", true),
            ("a/%", "a/b", true),
            ("a/%", "a", false),
            ("a*c", "a/b/c", true),
            ("%/b", "a/b", true),
            ("", "", true),
            ("", "a", false),
            ("a%*", "a", true),
            ("*b*", "a/bc", true),
        ] {
            assert_eq!(fits(pattern, name, '/'), is_fit, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_of_stars_is_quick() {
        let pattern = "*a".repeat(500);
        assert!(!fits(&pattern, &"a".repeat(400), '/'));
    }
}
