//! How replies are written (RFC 959 section 4.2), and paths in them.

pub(super) fn reply(code: u16, text: &str) -> Vec<u8> {
    format!("{code} {text}\r\n").into_bytes()
}

/// A reply of several lines: the first, the middle ones with a blank in front, the last (RFC 2389 section 3.2).
pub(super) fn lines<L: AsRef<[u8]>>(
    code: u16,
    head: &str,
    middle: impl IntoIterator<Item = L>,
    tail: &str,
) -> Vec<u8> {
    let mut text = format!("{code}-{head}\r\n").into_bytes();
    for line in middle {
        text.push(b' ');
        text.extend_from_slice(line.as_ref());
        text.extend_from_slice(b"\r\n");
    }
    text.extend(reply(code, tail));
    text
}

/// A reply with a path in quotation marks, those in it doubled (RFC 959 appendix II), and bytes that Telnet would take for its own.
pub(super) fn path(code: u16, path: &[u8], text: &str) -> Vec<u8> {
    let mut reply = format!("{code} \"").into_bytes();
    for &byte in path {
        reply.push(byte);
        if byte == b'"' || byte == IAC {
            reply.push(byte);
        }
    }
    reply.extend_from_slice(format!("\" {text}\r\n").as_bytes());
    reply
}

/// Telnet's escape (RFC 854).
const IAC: u8 = 0xff;

/// A line without Telnet's commands, with the doubled escapes single again.
pub(super) fn without_telnet(line: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(line.len());
    let mut bytes = line.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != IAC {
            plain.push(byte);
            continue;
        }
        match bytes.next() {
            Some(IAC) => plain.push(IAC),
            // WILL, WON'T, DO and DON'T name an option.
            Some(251..=254) => drop(bytes.next()),
            _ => {}
        }
    }
    plain
}
