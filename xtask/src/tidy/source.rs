//! Rust source as the rules want it: lines of code without comments and the insides of strings, and whether a line
//! belongs to tests. A scan by characters, which is enough for rules about names.

use crate::tidy::File;

pub(super) struct Line {
    pub(super) number: usize,
    pub(super) code: String,
    pub(super) in_tests: bool,
}

impl Line {
    /// Whether the code has this path or word, not as a part of a longer name.
    pub(super) fn mentions(&self, word: &str) -> bool {
        places(&self.code, word).next().is_some()
    }

    /// Whether the code has a name that begins like this.
    pub(super) fn has_name_from(&self, beginning: &str) -> bool {
        beginnings(&self.code, beginning).next().is_some()
    }
}

/// Where a path or word stands, not as a part of a longer name.
pub(super) fn places<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    beginnings(code, word).filter(move |at| {
        let after = code.get(at + word.len()..).unwrap_or_default();
        !(word.ends_with(is_name) && after.starts_with(is_name))
    })
}

fn beginnings<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let at = code.match_indices(word).map(|(at, _)| at);
    at.filter(|at| !code.get(..*at).unwrap_or_default().ends_with(is_name))
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Which line of the text this is.
pub(super) fn line_of(code: &str, at: usize) -> usize {
    let before = code.get(..at).unwrap_or(code);
    before.matches('\n').count() + 1
}

/// Behind the bracket that closes the first one from here on.
pub(super) fn closed(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices().skip_while(|(at, _)| *at < from) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth <= 1 => return at + 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The code that is no test's, in one piece, for rules about what may go over several lines; each line stays where
/// it is.
pub(super) fn without_tests(file: &File) -> String {
    let mut code = String::with_capacity(file.text.len());
    for line in lines(file) {
        code.push_str(if line.in_tests { "" } else { &line.code });
        code.push('\n');
    }
    code
}

pub(super) fn lines(file: &File) -> Vec<Line> {
    let all_tests = file.name() == "tests.rs"
        || file
            .path
            .split('/')
            .any(|part| part == "tests" || part == "benches");
    let code = code_only(&file.text);
    let mut tests = TestItem::default();
    code.lines()
        .enumerate()
        .map(|(index, code)| Line {
            number: index + 1,
            in_tests: tests.covers(code) || all_tests,
            code: code.to_owned(),
        })
        .collect()
}

/// Follows `#[cfg(test)]` to the end of the item behind it.
#[derive(Default)]
struct TestItem {
    inside: bool,
    depth: usize,
}

impl TestItem {
    fn covers(&mut self, code: &str) -> bool {
        let starts = code.contains("#[cfg(test)]") || code.contains("#[cfg(all(test");
        if !self.inside && !starts {
            return false;
        }
        self.inside = true;
        let behind = if starts {
            code.split_once(")]").map_or("", |(_, rest)| rest)
        } else {
            code
        };
        for c in behind.chars() {
            match c {
                '{' => self.depth += 1,
                '}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.inside = self.depth > 0;
                }
                ';' if self.depth == 0 => self.inside = false,
                _ => {}
            }
        }
        true
    }
}

/// Replaces comments and the insides of strings by blanks; lines stay where they are.
pub(super) fn code_only(text: &str) -> String {
    let mut rest = text;
    let mut code = String::with_capacity(text.len());
    while let Some(c) = rest.chars().next() {
        let raw = raw_string(rest);
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) =
            raw.filter(|_| !code.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        {
            length
        } else if c == '"' {
            string(rest)
        } else if c == '\'' {
            // A character, or a lifetime, of which only the quote is taken.
            character(rest).unwrap_or(1)
        } else {
            code.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or("");
            continue;
        };
        let (skipped, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        code.extend(skipped.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = behind;
    }
    code
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// `r"..."`, `r#"..."#`, `br#"..."#`
fn raw_string(text: &str) -> Option<usize> {
    let behind = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let inside = behind.trim_start_matches('#');
    let hashes = behind.len() - inside.len();
    let end = format!("\"{}", "#".repeat(hashes));
    let inside = inside.strip_prefix('"')?;
    let start = text.len() - inside.len();
    Some(
        inside
            .find(&end)
            .map_or(text.len(), |at| start + at + end.len()),
    )
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    if inside.starts_with('\\') {
        let end = inside.char_indices().skip(2).find(|(_, c)| *c == '\'')?.0;
        return Some(end + 2);
    }
    let first = inside.chars().next()?;
    inside
        .get(first.len_utf8()..)?
        .starts_with('\'')
        .then_some(first.len_utf8() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::sample;

    #[test]
    fn comments_and_strings_are_blanked_and_lines_stay() {
        let text = "let a = \"tokio \\\" x\"; // tokio\n/* tokio\n /* deep */ tokio */ b('\"', '\\'', 'x');\nr#\"tokio\"#;fn f<'a>() {}";
        let code = code_only(text);
        assert!(!code.contains("tokio"), "{code}");
        assert_eq!(code.lines().count(), text.lines().count());
        assert!(code.contains("fn f< a>()"), "{code}");
    }

    #[test]
    fn a_test_item_ends_where_its_braces_do() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { x }\n}\nfn c() {}\n#[cfg(test)]\nmod more;\nfn d() {}";
        let inside: Vec<_> = lines(&sample(&[("src/a.rs", text)])[0])
            .into_iter()
            .filter(|line| line.in_tests)
            .map(|line| line.number)
            .collect();
        assert_eq!(inside, [2, 3, 4, 5, 7, 8]);
    }

    #[test]
    fn a_word_is_not_a_part_of_a_word() {
        let line = |code: &str| Line {
            number: 1,
            code: code.into(),
            in_tests: false,
        };
        assert!(line("use x::Conn;").mentions("Conn"));
        assert!(!line("use x::Connector;").mentions("Conn"));
        assert!(!line("eprintln!()").mentions("println!"));
        assert!(line("println!(\"\")").mentions("println!"));
        assert!(line("TcpStream::connect_timeout(x)").has_name_from("TcpStream::connect"));
        assert!(!line("MyTcpStream::connect(x)").has_name_from("TcpStream::connect"));
    }

    #[test]
    fn what_goes_over_several_lines_is_one_piece() {
        let text = "f(\n  [a, { b }], // )\n).c;\n#[cfg(test)]\nmod tests { f() }\ng(";
        let code = without_tests(&sample(&[("src/a.rs", text)])[0]);
        let at = code.find("f(").unwrap();
        assert!(code.split_at(closed(&code, at)).1.starts_with(".c;"));
        assert_eq!(line_of(&code, closed(&code, at)), 3);
        assert_eq!(line_of(&code, code.find("g(").unwrap()), 6);
        assert_eq!(closed(&code, code.find("g(").unwrap()), code.len());
    }
}
