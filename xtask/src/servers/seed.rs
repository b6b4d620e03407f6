//! The mail that every user has: what is hard about carrying a message, one difficulty per file. Made here and not
//! kept in the repository, where an editor or a checkout would repair line ends and bytes that must stay odd.

use std::fmt::Write as _;
use std::path::Path;

use crate::{Outcome, workspace};

pub(super) fn write(folder: &Path) -> Outcome {
    workspace::remove(folder)?;
    for (name, bytes) in messages() {
        workspace::write(&folder.join(name).with_extension("eml"), bytes)?;
    }
    Ok(())
}

/// Names and bytes, in the order of the mailbox. Every message ends with CRLF: POP3 cannot say otherwise.
fn messages() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "0001-plain",
            message("plain", b"Hello,\r\n\r\nnothing odd in here.\r\n"),
        ),
        (
            "0002-dots",
            message(
                "dots",
                b".\r\n..\r\n...\r\n.hidden\r\n \r\n. \r\n\r\n.\r\nnot the end\r\n",
            ),
        ),
        (
            "0003-dot-at-end",
            message(
                "dot at end",
                b"the next line is the last, and a dot\r\n.\r\n",
            ),
        ),
        ("0004-eight-bit", message("eight bit", &eight_bit())),
        ("0005-long-line", message("long line", &long_line())),
        ("0006-empty-body", message("empty body", b"")),
        (
            "0007-blank-lines",
            message("blank lines", b"\r\n\r\n\r\n\r\n"),
        ),
        ("0008-large", message("large", &large())),
    ]
}

fn message(subject: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: Ada <ada@example.org>\r\nTo: Grace <grace@example.org>\r\nSubject: {subject}\r\n\
         Date: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <{}@example.org>\r\n\r\n",
        subject.replace(' ', "-")
    );
    [head.as_bytes(), body].concat()
}

/// Every byte but NUL, CR and LF, sixteen to a line.
fn eight_bit() -> Vec<u8> {
    let bytes: Vec<u8> = (1..=u8::MAX)
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    bytes
        .chunks(16)
        .flat_map(|line| [line, b"\r\n"].concat())
        .collect()
}

/// 20,000 bytes without an end of line, far beyond what RFC 5321 allows.
fn long_line() -> Vec<u8> {
    [b"0123456789".repeat(2_000), b"\r\nafter it\r\n".to_vec()].concat()
}

/// 300 KB: more than one read. Every seventh line starts with a dot.
fn large() -> Vec<u8> {
    let mut text = String::new();
    for number in 0..5_000 {
        let dot = if number % 7 == 0 { "." } else { "" };
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "{dot}line {number:06}, which is followed by more lines of the same kind\r\n"
        );
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_is_crlf_and_the_last_byte_too() {
        for (name, bytes) in messages() {
            assert!(bytes.ends_with(b"\r\n"), "{name}");
            let bare = bytes.iter().enumerate().any(|(at, byte)| match byte {
                b'\n' => at == 0 || bytes[at - 1] != b'\r',
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            });
            assert!(!bare, "{name} has a bare CR or LF");
        }
    }

    #[test]
    fn names_are_in_the_order_of_the_mailbox() {
        let names: Vec<_> = messages().into_iter().map(|(name, _)| name).collect();
        assert!(names.is_sorted());
    }

    #[test]
    fn the_large_one_takes_more_than_one_read() {
        let (_, bytes) = messages().pop().unwrap();
        assert!(bytes.len() > 300_000);
    }
}
