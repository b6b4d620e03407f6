//! The control connection is a Telnet connection (RFC 959 section 3, RFC 854): its byte 255 begins a
//! command, and stands for itself when doubled.

use std::borrow::Cow;

/// Telnet's IAC.
const IAC: u8 = 255;

/// The line without Telnet commands; a doubled 255 is one.
pub(crate) fn iac_undone(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(IAC, line).is_none() {
        return Cow::Borrowed(line);
    }
    let mut plain = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(IAC, rest) {
        let (before, command) = rest.split_at(at);
        plain.extend_from_slice(before);
        rest = match command {
            [_, IAC, rest @ ..] => {
                plain.push(IAC);
                rest
            }
            // WILL, WONT, DO, DONT and their option.
            [_, 251..=254, _, rest @ ..] => rest,
            [_, 240..=250, rest @ ..] => rest,
            // No command: text in an old code page.
            [_, rest @ ..] => {
                plain.push(IAC);
                rest
            }
            [] => rest,
        };
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}

/// An argument as it is to be sent.
pub(crate) fn iac_doubled(argument: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(IAC, argument).is_none() {
        return Cow::Borrowed(argument);
    }
    let doubled = argument.iter().flat_map(|byte| {
        let count = if *byte == IAC { 2 } else { 1 };
        std::iter::repeat_n(*byte, count)
    });
    Cow::Owned(doubled.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telnet_commands_vanish_and_doubled_bytes_are_one() {
        for (line, plain) in [
            (&b"plain"[..], &b"plain"[..]),
            (b"\xff\xff", b"\xff"),
            (b"a\xff\xfd\x03b", b"ab"),
            (b"a\xff\xf1b", b"ab"),
            (b"\xffa", b"\xffa"),
            (b"a\xff", b"a\xff"),
        ] {
            assert_eq!(*iac_undone(line), *plain, "{line:?}");
        }
        assert_eq!(*iac_doubled(b"/d\xffr"), *b"/d\xff\xffr");
        assert_eq!(*iac_undone(&iac_doubled(b"\xff\xff\xfd")), *b"\xff\xff\xfd");
    }
}
