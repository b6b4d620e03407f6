//! The path in the reply to PWD and MKD.

use super::Reply;
use crate::types::PathName;

/// The path between the quotes.
///
/// ```text
/// 257 SP <"> directory-name <"> SP commentary     ; RFC 959 appendix II
/// ```
/// A quote within the name is doubled. Without quotes it is the first word; `None` if there is none.
pub fn quoted_path(reply: &Reply) -> Option<PathName> {
    let text = reply.last_came();
    let Some((_, mut rest)) = split_at_quote(text) else {
        let word = text
            .split(u8::is_ascii_whitespace)
            .find(|word| !word.is_empty())?;
        return Some(PathName::new(word));
    };
    let mut path = Vec::new();
    loop {
        let (piece, after) = split_at_quote(rest)?;
        path.extend_from_slice(piece);
        match after {
            [b'"', more @ ..] => {
                path.push(b'"');
                rest = more;
            }
            _ => return (!path.is_empty()).then(|| PathName::new(path)),
        }
    }
}

/// What stands before and behind the first quote.
fn split_at_quote(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b'"', text)?;
    let (before, rest) = text.split_at(at);
    Some((before, rest.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_without_its_end_is_none() {
        for line in ["257 \"/a", "257 \"\" empty", "257", "257 \"/a\"\"b"] {
            let reply = Reply::parse([line.as_bytes()]).unwrap();
            assert_eq!(quoted_path(&reply), None, "{line}");
        }
    }
}
