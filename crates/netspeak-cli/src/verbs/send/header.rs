//! The headers of mails: where one ends, one without its `Bcc`, an address in one.

/// A header that is longer is none.
pub(super) const LONGEST: usize = 1024 * 1024;

/// How long the header is, with the empty line that ends it; `None` if that is not there.
pub(super) fn length(text: &[u8]) -> Option<usize> {
    let mut length = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        length += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return Some(length);
        }
    }
    None
}

/// The header without `Bcc` and `Resent-Bcc`: who stands there is not for the others to know
/// (RFC 5322 section 3.6.3).
pub(super) fn without_bcc(header: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(header.len());
    let mut is_hidden = false;
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        if !matches!(line, [b' ' | b'\t', ..]) {
            let colon = line.iter().position(|byte| *byte == b':');
            let name = colon.and_then(|at| line.get(..at)).unwrap_or_default();
            let name = name.trim_ascii_end();
            let is = |hidden: &[u8]| name.eq_ignore_ascii_case(hidden);
            is_hidden = is(b"bcc") || is(b"resent-bcc");
        }
        if !is_hidden {
            kept.extend_from_slice(line);
        }
    }
    kept
}

/// A whole mail without its `Bcc`.
pub(super) fn mail_without_bcc(mail: &[u8]) -> Vec<u8> {
    let (header, body) = mail.split_at(length(mail).unwrap_or(mail.len()));
    let mut kept = without_bcc(header);
    kept.extend_from_slice(body);
    kept
}

/// An address of an envelope as it may stand in a field.
pub(super) fn address(path: &str) -> String {
    let Some((local, domain)) = path.rsplit_once('@') else {
        // A group of nobody: `postmaster` alone is an address in envelopes only.
        return format!("{path}:;");
    };
    let is_dot_atom = local.split('.').all(|atom| !atom.is_empty());
    match local.starts_with('"') || is_dot_atom {
        true => path.to_owned(),
        false => format!("\"{local}\"@{domain}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_ends_at_its_first_empty_line() {
        for (text, wanted) in [
            (&b"a: b\r\n\r\nc"[..], Some(8)),
            (b"a: b\n\nc\n\n", Some(6)),
            (b"a: b\n\r\nc", Some(7)),
            (b"\nc", Some(1)),
            (b"a: b\n \nc: d\n", None),
            (b"a: b", None),
            (b"", None),
        ] {
            assert_eq!(length(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn bcc_is_left_out_with_all_its_lines() {
        for (header, kept) in [
            (
                "To: a\r\nBcc: b,\r\n\tc\r\nX: d\r\n\r\n",
                "To: a\r\nX: d\r\n\r\n",
            ),
            ("bcc : b\nX: c\n d\n", "X: c\n d\n"),
            ("RESENT-BCC: b\n\n", "\n"),
            ("Bcc2: b\nbcc\n", "Bcc2: b\nbcc\n"),
        ] {
            assert_eq!(without_bcc(header.as_bytes()), kept.as_bytes());
        }
        let mail = b"Bcc: a\nTo: b\n\nBcc: not this one\n";
        assert_eq!(mail_without_bcc(mail), b"To: b\n\nBcc: not this one\n");
    }

    #[test]
    fn addresses_are_quoted_where_they_have_to_be() {
        for (path, shown) in [
            ("a@b", "a@b"),
            ("a..b@c", "\"a..b\"@c"),
            ("\"a b\"@c", "\"a b\"@c"),
            ("postmaster", "postmaster:;"),
        ] {
            assert_eq!(address(path), shown);
        }
    }
}
