//! [`Glob`]: many URLs written as one, in curl's way: `{a,b}`, `[1-100]`, `[01-10:2]`, `[a-z]`.

use std::net::Ipv6Addr;

use crate::failure::Failure;
use crate::typed;

/// URLs that were written as one. Each is made when it is asked for, by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    parts: Vec<Part>,
    len: u64,
}

/// A part of the URL, the same in all of them or not.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Set(Set),
}

/// What stands in one place, one after the other. The last place changes with every URL.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Set {
    members: Members,
    /// How many URLs in a row have the same member.
    stride: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Members {
    Words(Vec<String>),
    /// `width` digits at least.
    Numbers {
        first: u64,
        step: u64,
        count: u64,
        width: usize,
    },
    Letters {
        first: u8,
        step: u8,
        count: u64,
    },
}

impl Members {
    fn count(&self) -> u64 {
        match self {
            Self::Words(words) => words.len() as u64,
            Self::Numbers { count, .. } | Self::Letters { count, .. } => *count,
        }
    }
}

impl Set {
    /// The member of the URL with this number.
    fn push(&self, number: u64, out: &mut String) {
        let at = number
            .checked_div(self.stride)
            .and_then(|at| at.checked_rem(self.members.count()))
            .unwrap_or_default();
        match &self.members {
            Members::Words(words) => {
                let word = usize::try_from(at).ok().and_then(|at| words.get(at));
                out.push_str(word.map_or("", String::as_str));
            }
            Members::Numbers {
                first, step, width, ..
            } => {
                let value = first.saturating_add(at.saturating_mul(*step)).to_string();
                let zeros = width.saturating_sub(value.len());
                out.extend(std::iter::repeat_n('0', zeros));
                out.push_str(&value);
            }
            Members::Letters { first, step, .. } => {
                let at = u8::try_from(at).unwrap_or_default();
                out.push(char::from(first.saturating_add(at.saturating_mul(*step))));
            }
        }
    }
}

impl Glob {
    /// One URL, whatever is in it.
    pub(crate) fn literal(url: &str) -> Self {
        Self {
            parts: vec![Part::Text(url.to_owned())],
            len: 1,
        }
    }

    /// Reads a pattern. A backslash before `{`, `}`, `[` and `]` makes them stand for themselves; so do
    /// `{}` and an IPv6 address in brackets.
    pub(crate) fn read(pattern: &str) -> Result<Self, Failure> {
        let mut reader = Reader {
            rest: pattern,
            text: String::new(),
            parts: Vec::new(),
        };
        while reader.step().map_err(|what| bad(pattern, what))? {}
        reader.end_text();
        Self::of(reader.parts).ok_or_else(|| bad(pattern, "these are too many URLs"))
    }

    fn of(mut parts: Vec<Part>) -> Option<Self> {
        let mut len = 1_u64;
        for part in parts.iter_mut().rev() {
            if let Part::Set(set) = part {
                set.stride = len;
                len = len.checked_mul(set.members.count())?;
            }
        }
        Some(Self { parts, len })
    }

    /// Reads a pattern, unless it is to be taken as it is.
    pub(crate) fn wished(url: &str, globoff: bool) -> Result<Self, Failure> {
        match globoff {
            true => Ok(Self::literal(url)),
            false => Self::read(url),
        }
    }

    /// The same for who says what is wrong with a URL: what is no pattern is not meant as one.
    pub(crate) fn meant(url: &str, globoff: bool) -> Self {
        Self::wished(url, globoff).unwrap_or_else(|_| Self::literal(url))
    }

    /// All URLs, each made when it is its turn.
    pub(crate) fn urls(&self) -> impl Iterator<Item = String> {
        (0..self.len).map(|number| self.url(number))
    }

    /// How many URLs there are.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The URL with this number, from 0 on.
    pub(crate) fn url(&self, number: u64) -> String {
        let mut url = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => url.push_str(text),
                Part::Set(set) => set.push(number, &mut url),
            }
        }
        url
    }

    /// Whether a name has places for what varies: `#1` for the first pattern, and so on.
    pub(crate) fn is_named_by(&self, template: &str) -> bool {
        template
            .split('#')
            .skip(1)
            .any(|after| self.named(after).is_some())
    }

    /// The name for the URL with this number.
    pub(crate) fn fill(&self, template: &str, number: u64) -> String {
        let mut pieces = template.split('#');
        let mut name = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            match self.named(piece) {
                Some((set, after)) => {
                    set.push(number, &mut name);
                    name.push_str(after);
                }
                None => {
                    name.push('#');
                    name.push_str(piece);
                }
            }
        }
        name
    }

    /// The pattern with the number that stands here, and what is behind it.
    fn named<'t>(&self, text: &'t str) -> Option<(&Set, &'t str)> {
        let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = text.strip_suffix(after)?;
        let index = digits.parse::<usize>().ok()?.checked_sub(1)?;
        let mut sets = self.parts.iter().filter_map(|part| match part {
            Part::Set(set) => Some(set),
            Part::Text(_) => None,
        });
        Some((sets.nth(index)?, after))
    }
}

fn bad(pattern: &str, what: &str) -> Failure {
    let pattern = typed::without_login(pattern);
    Failure::usage(format!("{pattern}: {what}; -g takes it as it is"))
}

struct Reader<'p> {
    rest: &'p str,
    text: String,
    parts: Vec<Part>,
}

impl Reader<'_> {
    /// Reads one thing more; whether there was one.
    fn step(&mut self) -> Result<bool, &'static str> {
        if let Some((ip, after)) = ipv6(self.rest) {
            self.text.push_str(ip);
            self.rest = after;
            return Ok(true);
        }
        if let Some(after) = self.rest.strip_prefix("{}") {
            self.text.push_str("{}");
            self.rest = after;
            return Ok(true);
        }
        let Some((c, after)) = next_char(self.rest) else {
            return Ok(false);
        };
        self.rest = after;
        match c {
            '{' => {
                let words = self.words()?;
                self.push(Members::Words(words));
            }
            '[' => {
                let end = "the [ has no ]";
                let (range, after) = self.rest.split_once(']').ok_or(end)?;
                self.rest = after;
                let range = range_of(range).ok_or("what is in [ ] is no range")?;
                self.push(range);
            }
            '}' | ']' => return Err("a } or ] ends what has not begun"),
            c => self.plain(c),
        }
        Ok(true)
    }

    /// A character that stands for itself, or a backslash before one that does.
    fn plain(&mut self, c: char) {
        match next_char(self.rest) {
            Some((escaped @ ('{' | '}' | '[' | ']' | '\\' | ','), after)) if c == '\\' => {
                self.text.push(escaped);
                self.rest = after;
            }
            _ => self.text.push(c),
        }
    }

    fn words(&mut self) -> Result<Vec<String>, &'static str> {
        let outside = std::mem::take(&mut self.text);
        let mut words = Vec::new();
        loop {
            let Some((c, after)) = next_char(self.rest) else {
                return Err("the { has no }");
            };
            self.rest = after;
            match c {
                ',' | '}' => {
                    words.push(std::mem::take(&mut self.text));
                    if c == '}' {
                        self.text = outside;
                        return Ok(words);
                    }
                }
                '{' | '[' => return Err("a pattern stands in another"),
                c => self.plain(c),
            }
        }
    }

    fn push(&mut self, members: Members) {
        self.end_text();
        self.parts.push(Part::Set(Set { members, stride: 1 }));
    }

    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            self.parts.push(Part::Text(text));
        }
    }
}

fn next_char(text: &str) -> Option<(char, &str)> {
    let mut chars = text.chars();
    Some((chars.next()?, chars.as_str()))
}

/// An IPv6 address in brackets, with its zone, and what is behind it.
fn ipv6(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('[')?;
    let (address, after) = inside.split_once(']')?;
    let bare = address.split('%').next()?;
    bare.parse::<Ipv6Addr>().ok()?;
    Some((text.strip_suffix(after)?, after))
}

/// `1-100`, `01-10:2`, `a-z`.
fn range_of(text: &str) -> Option<Members> {
    let (ends, step) = match text.split_once(':') {
        Some((ends, step)) => (ends, number(step)?),
        None => (text, 1),
    };
    let (first, last) = ends.split_once('-')?;
    if let (Some(low), Some(high)) = (number(first), number(last)) {
        let count = high.checked_sub(low)?.checked_div(step)?.checked_add(1)?;
        let is_padded = first.len() > 1 && first.starts_with('0');
        return Some(Members::Numbers {
            first: low,
            step,
            count,
            width: if is_padded { first.len() } else { 0 },
        });
    }
    let (&[low], &[high]) = (first.as_bytes(), last.as_bytes()) else {
        return None;
    };
    let is_case = |is: fn(&u8) -> bool| is(&low) && is(&high);
    if !is_case(u8::is_ascii_lowercase) && !is_case(u8::is_ascii_uppercase) {
        return None;
    }
    let span = u64::from(high.checked_sub(low)?);
    Some(Members::Letters {
        first: low,
        // A larger step than the alphabet is the same as that.
        step: u8::try_from(step).unwrap_or(u8::MAX),
        count: span.checked_div(step)?.checked_add(1)?,
    })
}

fn number(text: &str) -> Option<u64> {
    let is_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pattern: &str) -> Vec<String> {
        let glob = Glob::read(pattern).unwrap();
        (0..glob.len()).map(|number| glob.url(number)).collect()
    }

    #[test]
    fn patterns_become_urls_the_last_changing_first() {
        for (pattern, urls) in [
            ("http://h/a", &["http://h/a"][..]),
            ("http://h/{a,b}", &["http://h/a", "http://h/b"]),
            ("{x,y}[1-2]", &["x1", "x2", "y1", "y2"]),
            ("f[08-11]", &["f08", "f09", "f10", "f11"]),
            ("f[8-11:2]", &["f8", "f10"]),
            ("f[0-0]", &["f0"]),
            ("f[000-1]", &["f000", "f001"]),
            ("f[a-e:2]", &["fa", "fc", "fe"]),
            ("f[X-Z]", &["fX", "fY", "fZ"]),
            ("f{,x}", &["f", "fx"]),
            ("f{é,ß}", &["fé", "fß"]),
            (r"f\{a,b\}\[1-2\]", &["f{a,b}[1-2]"]),
            (r"f{a\,b,c}", &["fa,b", "fc"]),
            (r"f\x", &[r"f\x"]),
            ("f{}", &["f{}"]),
            (
                "http://[::1]:80/[1-2]",
                &["http://[::1]:80/1", "http://[::1]:80/2"],
            ),
            ("http://[fe80::1%25eth0]/", &["http://[fe80::1%25eth0]/"]),
        ] {
            assert_eq!(all(pattern), urls, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in [
            "f[1-",
            "f[1]",
            "f[]",
            "f[2-1]",
            "f[z-a]",
            "f[a-Z]",
            "f[1-z]",
            "f[1-9:0]",
            "f[1-9:x]",
            "f[-1-2]",
            "f[1-+2]",
            "f{a",
            "f{a,{b}}",
            "f}",
            "f]",
            "f{a,[1-2]}",
            "f[1-99999999999999999999]",
            "[0-18446744073709551615]",
            "[1-9999999999][1-9999999999][1-9999999999]",
        ] {
            assert!(Glob::read(pattern).is_err(), "{pattern}");
        }
        assert_eq!(Glob::literal("f[1-").url(0), "f[1-");
    }

    #[test]
    fn millions_of_urls_cost_nothing() {
        let glob = Glob::read("[1-1000000000][1-1000000000]").unwrap();
        assert_eq!(glob.len(), 1_000_000_000_000_000_000);
        assert_eq!(glob.url(glob.len() - 1), "10000000001000000000");
        assert_eq!(glob.url(1_000_000_000), "21");
    }

    #[test]
    fn names_are_made_of_pieces() {
        let glob = Glob::read("http://h/{one,two}/[01-02]").unwrap();
        for (template, number, name) in [
            ("#1_#2.html", 0, "one_01.html"),
            ("#1_#2.html", 3, "two_02.html"),
            ("#3#0#x#", 1, "#3#0#x#"),
            ("a#1", 2, "atwo"),
            ("ü#2ü", 1, "ü02ü"),
            ("plain", 1, "plain"),
        ] {
            assert_eq!(glob.fill(template, number), name, "{template}");
        }
        assert!(glob.is_named_by("x#2"));
        for none in ["x", "#", "#0", "#3", "#99999999999999999999"] {
            assert!(!glob.is_named_by(none), "{none}");
        }
        assert!(!Glob::literal("a").is_named_by("#1"));
    }
}
