//! [`Pattern`]: which paths a rule is about (RFC 9309 section 2.2.2 and 2.2.3).

/// Longer patterns are cut, in bytes: they are about more then.
const LONGEST: usize = 4096;

/// A path's beginning, in which `*` stands for anything and `$` at the end for the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What stands between the stars, escapes in one form.
    parts: Vec<Vec<u8>>,
    end: End,
    length: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Anything may follow.
    Open,
    /// `$`
    Closed,
}

impl Pattern {
    /// `None` if it is empty.
    pub(super) fn new(text: &[u8]) -> Option<Self> {
        let (text, end) = match text.strip_suffix(b"$") {
            _ if text.len() > LONGEST => (text.get(..LONGEST)?, End::Open),
            Some(text) => (text, End::Closed),
            None => (text, End::Open),
        };
        if text.is_empty() && end == End::Open {
            return None;
        }
        let parts: Vec<Vec<u8>> = text.split(|byte| *byte == b'*').map(normal).collect();
        let letters = parts.iter().map(Vec::len).fold(0, usize::saturating_add);
        Some(Self {
            // Stars and the end count as well: the longer rule is the more precise one.
            length: letters
                .saturating_add(parts.len().saturating_sub(1))
                .saturating_add(usize::from(end == End::Closed)),
            parts,
            end,
        })
    }

    /// How precise it is.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Whether it is about this path, whose escapes are in the same form.
    pub(super) fn matches(&self, path: &[u8]) -> bool {
        let Some((first, others)) = self.parts.split_first() else {
            return false;
        };
        let Some(mut rest) = path.strip_prefix(first.as_slice()) else {
            return false;
        };
        let (middle, last) = match (self.end, others.split_last()) {
            (End::Open, _) => (others, None),
            (End::Closed, None) => return rest.is_empty(),
            (End::Closed, Some((last, middle))) => (middle, Some(last)),
        };
        for part in middle {
            match memchr::memmem::find(rest, part) {
                Some(at) => {
                    let behind = at.saturating_add(part.len());
                    rest = rest.get(behind..).unwrap_or_default();
                }
                None => return false,
            }
        }
        last.is_none_or(|last| rest.ends_with(last))
    }
}

/// A path with query, from its slash, escapes in one form; stars and dollars in it are themselves.
pub(super) fn normal_path(path: &str) -> Vec<u8> {
    let path = path.split('#').next().unwrap_or_default();
    let slash = if path.starts_with('/') { "" } else { "/" };
    let path = format!("{slash}{path}").replace('*', "%2A");
    normal(path.as_bytes())
}

/// Escapes of letters that need none are undone, others are in upper case, and what has to be escaped
/// is: so bytes can be compared.
fn normal(text: &[u8]) -> Vec<u8> {
    let mut normal = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        let escaped = match (byte, rest) {
            (b'%', [high, low, behind @ ..]) => {
                let value = hex(*high).zip(hex(*low));
                value.map(|(high, low)| (high << 4 | low, behind))
            }
            _ => None,
        };
        match escaped {
            Some((value, behind)) => {
                rest = behind;
                if value.is_ascii_alphanumeric() || b"-._~".contains(&value) {
                    normal.push(value);
                } else {
                    push_escaped(&mut normal, value);
                }
            }
            None if byte.is_ascii_graphic() && *byte != b'$' => normal.push(*byte),
            None => push_escaped(&mut normal, *byte),
        }
    }
    normal
}

fn push_escaped(normal: &mut Vec<u8>, byte: u8) {
    normal.extend_from_slice(format!("%{byte:02X}").as_bytes());
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fits(pattern: &str, path: &str) -> bool {
        let pattern = Pattern::new(pattern.as_bytes());
        pattern.is_some_and(|pattern| pattern.matches(&normal_path(path)))
    }

    #[test]
    fn patterns_fit_paths() {
        for (pattern, path, wanted) in [
            ("/", "/x", true),
            ("/fish", "/fish.html", true),
            ("/fish", "/Fish", false),
            ("/fish/", "/fish", false),
            ("/fish*", "/fishheads", true),
            ("/*.php", "/a/b.php?x", true),
            ("/*.php$", "/a/b.php", true),
            ("/*.php$", "/a/b.php?x", false),
            ("/*.php$", "/x.php.php", true),
            ("/fish*.php", "/fish", false),
            ("/a$", "/a", true),
            ("/a$", "/ab", false),
            ("$", "/", false),
            ("*", "/x", true),
            ("*$", "/x", true),
            ("**x**", "/ax", true),
            ("/a*a$", "/a", false),
            ("/a*a$", "/aa", true),
            ("", "/", false),
            ("/a%3Cd", "/a<d", false),
            ("/a%3cd", "/a%3Cd", true),
            ("/%7Ejoe", "/~joe", true),
            ("/a%2Fb", "/a/b", false),
            ("/ツ", "/%E3%83%84", true),
            ("/%e3%83%84", "/ツ", true),
            ("/a%2A", "/a*", true),
            ("/a%2A", "/ab", false),
            ("/a$b", "/a$b", true),
            ("/a%", "/a%", true),
            ("/a%4", "/a%4", true),
            ("x", "x", false),
        ] {
            assert_eq!(fits(pattern, path), wanted, "{pattern} {path}");
        }
    }

    proptest! {
        #[test]
        fn a_star_more_fits_no_less(
            text in "/[a-c]{0,8}",
            tail in "[a-c]{0,4}",
            at in any::<proptest::sample::Index>(),
        ) {
            let path = format!("{text}{tail}");
            prop_assert!(fits(&text, &path));
            let (head, rest) = text.split_at(at.index(text.len()));
            let (open, closed) = (format!("{head}*{rest}"), format!("{head}*{rest}$"));
            prop_assert!(fits(&open, &path));
            prop_assert!(fits(&closed, &text));
        }

        #[test]
        fn no_bytes_make_it_panic(pattern in proptest::collection::vec(any::<u8>(), 0..60), path in "\\PC{0,40}") {
            if let Some(pattern) = Pattern::new(&pattern) {
                pattern.matches(&normal_path(&path));
            }
        }
    }
}
