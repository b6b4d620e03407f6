//! Texts that go out line by line up to a lone dot, in which dots in front of lines are doubled (RFC 1939 section 3, RFC 3977 section
//! 3.1.1). Those that come in are read by [`Body`](crate::body::Body).

/// These lines, each with its CR LF, and the lone dot. Without `stuffs`, no dot is doubled.
pub(crate) fn dotted<'a>(lines: impl IntoIterator<Item = &'a [u8]>, stuffs: bool) -> Vec<u8> {
    let mut text = Vec::new();
    for line in lines {
        if line.starts_with(b".") && stuffs {
            text.push(b'.');
        }
        text.extend_from_slice(line);
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b".\r\n");
    text
}

/// The lines of a text, split at CR LF only, without an empty one after the last CR LF. A bare LF in front of a dot is thus no reason to
/// double it.
pub(crate) fn crlf_lines(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let end = text.windows(2).position(|pair| pair == b"\r\n");
        let (line, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
        text = rest.get(2..).unwrap_or_default();
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_doubled_after_cr_lf_only() {
        for (text, sent) in [
            ("", ".\r\n"),
            ("a\r\n.\r\n..b\r\n", "a\r\n..\r\n...b\r\n.\r\n"),
            ("a\n.\r\n\r\nb", "a\n.\r\n\r\nb\r\n.\r\n"),
        ] {
            assert_eq!(
                dotted(crlf_lines(text.as_bytes()), true),
                sent.as_bytes(),
                "{text:?}"
            );
        }
        assert_eq!(dotted([b".".as_slice()], false), b".\r\n.\r\n");
    }
}
