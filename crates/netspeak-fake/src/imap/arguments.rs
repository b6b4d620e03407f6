//! The arguments of a command (RFC 9051 section 9): atoms, strings, lists. Strict, for clients are tested here.

/// How deep lists may lie in one another.
const DEEPEST: usize = 100;

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Arg {
    /// An atom, a number, a set, a flag; with brackets also what they hold, spaces included.
    Atom(String),
    /// A quoted string or a literal.
    Text(Vec<u8>),
    List(Vec<Self>),
}

impl Arg {
    pub(super) fn atom(&self) -> Option<&str> {
        match self {
            Self::Atom(atom) => Some(atom),
            _ => None,
        }
    }

    /// The atom in capitals.
    pub(super) fn word(&self) -> Option<String> {
        self.atom().map(str::to_ascii_uppercase)
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// An astring: an atom or a string.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Atom(atom) => Some(atom.as_bytes()),
            Self::Text(text) => Some(text),
            Self::List(_) => None,
        }
    }

    /// An astring in UTF-8.
    pub(super) fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// A string, or `None` for NIL.
    pub(super) fn nstring(&self) -> Option<Option<&[u8]>> {
        match self {
            Self::Atom(atom) if atom.eq_ignore_ascii_case("NIL") => Some(None),
            Self::Text(text) => Some(Some(text)),
            _ => None,
        }
    }

    pub(super) fn number<N: std::str::FromStr>(&self) -> Option<N> {
        let atom = self.atom()?;
        let is_number = !atom.is_empty() && atom.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| atom.parse().ok()).flatten()
    }

    /// Whether this is an atom like that, whatever its case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.atom()
            .is_some_and(|atom| atom.eq_ignore_ascii_case(word))
    }
}

/// The words of a list of atoms, in capitals.
pub(super) fn words(list: &[Arg]) -> Option<Vec<String>> {
    list.iter().map(Arg::word).collect()
}

/// All arguments of a command, with exactly one space before each; literals lie in the text behind their announcements.
pub(super) fn parse(text: &[u8]) -> Option<Vec<Arg>> {
    let mut parser = Parser { rest: text };
    let mut arguments = Vec::new();
    while !parser.rest.is_empty() {
        parser.take(b' ')?;
        arguments.push(parser.argument(0)?);
    }
    Some(arguments)
}

struct Parser<'a> {
    rest: &'a [u8],
}

impl Parser<'_> {
    fn take(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    fn argument(&mut self, depth: usize) -> Option<Arg> {
        match self.rest.first()? {
            b'(' => self.list(depth),
            b'"' => self.quoted(),
            b'{' => self.literal(),
            b'~' if self.rest.starts_with(b"~{") => {
                self.take(b'~')?;
                self.literal()
            }
            _ => self.atom(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Arg> {
        if depth >= DEEPEST {
            return None;
        }
        self.take(b'(')?;
        let mut list = Vec::new();
        while self.rest.first() != Some(&b')') {
            if !list.is_empty() {
                self.take(b' ')?;
            }
            list.push(self.argument(depth + 1)?);
        }
        self.take(b')')?;
        Some(Arg::List(list))
    }

    fn quoted(&mut self) -> Option<Arg> {
        self.take(b'"')?;
        let mut text = Vec::new();
        loop {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            match byte {
                b'"' => return Some(Arg::Text(text)),
                b'\\' => {
                    let (&escaped, rest) = self.rest.split_first()?;
                    self.rest = rest;
                    if !matches!(escaped, b'"' | b'\\') {
                        return None;
                    }
                    text.push(escaped);
                }
                b'\r' | b'\n' | 0 => return None,
                _ => text.push(byte),
            }
        }
    }

    fn literal(&mut self) -> Option<Arg> {
        let end = self.rest.windows(2).position(|pair| pair == b"\r\n")?;
        let (head, rest) = self.rest.split_at_checked(end)?;
        let (size, _) = announced(head)?;
        let (octets, rest) = rest.get(2..)?.split_at_checked(size)?;
        self.rest = rest;
        Some(Arg::Text(octets.to_vec()))
    }

    fn atom(&mut self) -> Option<Arg> {
        let mut end = 0;
        while let Some(&byte) = self.rest.get(end) {
            match byte {
                b' ' | b'(' | b')' => break,
                b'[' => end = self.bracket(end).unwrap_or(end) + 1,
                b'"' | b'{' => return None,
                byte if byte.is_ascii_control() => return None,
                _ => end += 1,
            }
        }
        let (atom, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        let atom = String::from_utf8(atom.to_vec()).ok()?;
        (!atom.is_empty()).then_some(Arg::Atom(atom))
    }

    /// Where the bracket that opens here is closed, on this line.
    fn bracket(&self, from: usize) -> Option<usize> {
        let rest = self.rest.get(from..)?;
        let length = rest.iter().position(|byte| matches!(byte, b']' | b'\r'))?;
        (rest.get(length) == Some(&b']')).then_some(from + length)
    }
}

/// The size of the literal that this line announces at its end, and whether it comes without leave.
pub(super) fn announced(line: &[u8]) -> Option<(usize, bool)> {
    let inside = line.strip_suffix(b"}")?;
    let open = inside.iter().rposition(|&byte| byte == b'{')?;
    let digits = inside.get(open + 1..)?;
    let (digits, at_once) = match digits.strip_suffix(b"+") {
        Some(digits) => (digits, true),
        None => (digits, false),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = std::str::from_utf8(digits).ok()?.parse();
    Some((size.unwrap_or(usize::MAX), at_once))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(text: &str) -> Arg {
        Arg::Atom(text.to_owned())
    }

    fn text(text: &str) -> Arg {
        Arg::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn arguments_are_read() {
        let cases: [(&str, Vec<Arg>); 6] = [
            ("", vec![]),
            (
                " 1:* (FLAGS)",
                vec![atom("1:*"), Arg::List(vec![atom("FLAGS")])],
            ),
            (
                " \"a \\\"b\\\\\" {3}\r\na\r\n ~{0+}\r\n",
                vec![text("a \"b\\"), text("a\r\n"), text("")],
            ),
            (
                " BODY[HEADER.FIELDS (A B)]<0.5> x",
                vec![atom("BODY[HEADER.FIELDS (A B)]<0.5>"), atom("x")],
            ),
            (" [Gmail]/All a[b", vec![atom("[Gmail]/All"), atom("a[b")]),
            (
                " () (())",
                vec![Arg::List(vec![]), Arg::List(vec![Arg::List(vec![])])],
            ),
        ];
        for (line, arguments) in cases {
            assert_eq!(parse(line.as_bytes()), Some(arguments), "{line}");
        }
    }

    #[test]
    fn what_clients_must_not_say_is_not_read() {
        let deep = format!(" {}{}", "(".repeat(101), ")".repeat(101));
        for line in [
            "a",
            " ",
            " a ",
            "  a",
            " (a",
            " a)",
            " (a  b)",
            " ( a)",
            " \"a",
            " \"\\a\"",
            " {9}\r\na",
            " a\"b",
            " {3}",
            &deep,
        ] {
            assert_eq!(parse(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn literals_are_announced_at_the_end_of_a_line() {
        for (line, size) in [
            ("a1 LOGIN {5}", Some((5, false))),
            ("a1 LOGIN ~{5+}", Some((5, true))),
            (
                "a1 LOGIN {99999999999999999999999}",
                Some((usize::MAX, false)),
            ),
            ("a1 LOGIN {5} ", None),
            ("a1 LOGIN {}", None),
            ("a1 LOGIN {-5}", None),
            ("a1 LOGIN 5}", None),
        ] {
            assert_eq!(announced(line.as_bytes()), size, "{line}");
        }
    }
}
