//! Two columns of plain text that fit on a terminal of 80 columns: in help texts, lists, man pages.

use super::notes::columns;

/// No line is wider.
const WIDTH: usize = 80;

/// What there is in front of the left column, and between the two.
const GAP: usize = 2;

/// One row a pair; what does not fit beside each other stands below each other. `left` is how wide the left column is.
pub(crate) fn rows<L, R>(pairs: impl IntoIterator<Item = (L, R)>, left: usize) -> String
where
    L: AsRef<str>,
    R: AsRef<str>,
{
    let indent = left.saturating_add(GAP).saturating_add(GAP);
    let mut text = String::new();
    for (word, meaning) in pairs {
        let (word, meaning) = (word.as_ref(), meaning.as_ref());
        let lines = wrapped(meaning, WIDTH.saturating_sub(indent));
        let mut lines = lines.iter();
        let head = match columns(word) <= left {
            true => {
                let first = lines.next().map_or("", String::as_str);
                format!("  {word:<left$}  {first}")
            }
            false => format!("  {word}"),
        };
        text.push_str(head.trim_end());
        text.push('\n');
        for line in lines {
            text.push_str(&format!("{:indent$}{line}\n", ""));
        }
    }
    text
}

/// A text in lines of this width; a word that is longer has a line of its own.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line).saturating_add(columns(word)) < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_stands_below() {
        let long = "word ".repeat(20);
        let text = rows(
            [("a", "b"), ("abcdefghij", "c"), ("d", &long), ("e", "")],
            5,
        );
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.first(), Some(&"  a      b"));
        assert_eq!(lines.get(1), Some(&"  abcdefghij"));
        assert_eq!(lines.get(2), Some(&"         c"));
        assert_eq!(lines.last(), Some(&"  e"));
        assert!(lines.iter().all(|line| line.len() <= WIDTH), "{text}");
        assert!(lines.iter().any(|line| line.len() > 70), "{text}");
    }

    #[test]
    fn words_are_not_cut() {
        assert_eq!(wrapped("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrapped("aaaaaa b", 3), ["aaaaaa", "b"]);
        assert!(wrapped(" ", 3).is_empty());
    }
}
