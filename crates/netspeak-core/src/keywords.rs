//! [`Keywords`]: capabilities, as most protocols list them: a keyword and its arguments on each line.

use std::ops::Range;

/// Lines that begin with a keyword. Letters count in either case; what nobody knows is kept.
///
/// ```
/// use netspeak_core::Keywords;
///
/// let found = Keywords::new(["SIZE 1000".to_owned(), "sasl plain login".to_owned()]);
/// assert!(found.has("size"));
/// assert_eq!(found.number("SIZE"), Some(1000));
/// assert_eq!(found.upper("SASL"), ["PLAIN", "LOGIN"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keywords {
    lines: Vec<String>,
    /// Where the keyword stands in each line: clients look often.
    keywords: Vec<Range<usize>>,
}

impl Keywords {
    /// From lines, printable.
    pub fn new(lines: impl IntoIterator<Item = String>) -> Self {
        let lines: Vec<String> = lines.into_iter().collect();
        let keywords = lines.iter().map(|line| keyword(line)).collect();
        Self { lines, keywords }
    }

    /// The lines.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Whether a keyword is there.
    pub fn has(&self, keyword: &str) -> bool {
        self.words(keyword).is_some()
    }

    /// The words behind a keyword, if it is there; of the first line, if there are several.
    pub fn words(&self, keyword: &str) -> Option<std::str::SplitAsciiWhitespace<'_>> {
        let mut lines = self.lines.iter().zip(&self.keywords);
        let (line, place) = lines.find(|(line, place)| {
            place.len() == keyword.len()
                && line
                    .get((*place).clone())
                    .is_some_and(|word| word.eq_ignore_ascii_case(keyword))
        })?;
        Some(line.get(place.end..)?.split_ascii_whitespace())
    }

    /// The same as a list.
    pub fn arguments(&self, keyword: &str) -> Option<Vec<&str>> {
        self.words(keyword).map(Iterator::collect)
    }

    /// The words behind a keyword, in capitals; none if it is not there.
    pub fn upper(&self, keyword: &str) -> Vec<String> {
        let words = self.words(keyword).into_iter().flatten();
        words.map(str::to_ascii_uppercase).collect()
    }

    /// The number behind a keyword, if there is one.
    pub fn number(&self, keyword: &str) -> Option<u64> {
        crate::text::digits(self.words(keyword)?.next()?)
    }
}

/// The first word.
fn keyword(line: &str) -> Range<usize> {
    let word = line.trim_ascii_start();
    let start = line.len() - word.len();
    let length = word
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(word.len());
    start..start + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_keywords_count_and_the_first_line_wins() {
        let lines = ["STARTTLSX", " auth  plain ", "AUTH LOGIN", "", "SIZE +5"];
        let found = Keywords::new(lines.map(str::to_owned));
        assert!(!found.has("STARTTLS") && found.has("starttlsx"));
        assert_eq!(found.arguments("AUTH"), Some(vec!["plain"]));
        assert_eq!(found.arguments("NOOP"), None);
        assert_eq!(found.number("SIZE"), None);
        assert_eq!(found.lines().len(), 5);
    }
}
