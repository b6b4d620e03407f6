//! What a terminal tells of itself.

use crate::telnet::parser::{DO, IAC, WILL, sub};
use crate::telnet::{CHARSET, NAWS, NEW_ENVIRON, TTYPE};

/// What a terminal has told of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terminal {
    /// Its names, in the order in which it told them, until one came twice.
    pub types: Vec<String>,
    /// Columns and rows.
    pub window: Option<(u16, u16)>,
    /// Its variables, by name.
    pub variables: Vec<(String, String)>,
    /// The character set that it took.
    pub charset: Option<String>,
    /// The words about options that it said: `WILL 24`.
    pub words: Vec<String>,
}

impl Terminal {
    /// It has agreed to an option: what is asked next.
    pub(super) fn agreed(&self, word: u8, option: u8) -> Vec<u8> {
        match (word, option) {
            (WILL, TTYPE | NEW_ENVIRON) => sub(option, &[1]),
            (WILL | DO, CHARSET) => sub(CHARSET, b"\x01;UTF-8;ISO-8859-1"),
            _ => Vec::new(),
        }
    }

    /// It tells something: what is asked next.
    pub(super) fn told(&mut self, option: u8, data: &[u8]) -> Vec<u8> {
        match (option, data) {
            (TTYPE, [0, name @ ..]) => {
                let name = String::from_utf8_lossy(name).into_owned();
                if self.types.last() != Some(&name) && self.types.len() < 10 {
                    self.types.push(name);
                    return sub(TTYPE, &[1]);
                }
            }
            (NAWS, [a, b, c, d]) => {
                let number = |high: u8, low: u8| u16::from_be_bytes([high, low]);
                self.window = Some((number(*a, *b), number(*c, *d)));
            }
            (NEW_ENVIRON, [0 | 2, list @ ..]) => self.variables.extend(variables(list)),
            (CHARSET, [2, name @ ..]) => {
                self.charset = Some(String::from_utf8_lossy(name).into_owned());
            }
            _ => {}
        }
        Vec::new()
    }
}

/// Names and values, without escapes.
fn variables(list: &[u8]) -> Vec<(String, String)> {
    let pairs = list.split(|byte| matches!(byte, 0 | 3));
    let pairs = pairs.filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == 1);
            let mut text =
                || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
            (text(), text())
        })
        .collect()
}

/// Words about options.
pub(super) fn words(word: u8, options: &[u8]) -> Vec<u8> {
    options
        .iter()
        .flat_map(|option| [IAC, word, *option])
        .collect()
}
