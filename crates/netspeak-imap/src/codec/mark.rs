//! The `{n}` at the end of a line, and what it belongs to.

/// `{n}`, `{n+}` or `~{n}` at the end of a line: a literal follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where it begins in the line.
    pub(super) at: usize,
    /// The octets of the literal.
    pub(super) size: u64,
}

impl Mark {
    /// The mark at the end of a line, if there is one.
    ///
    /// ```text
    /// literal      = "{" number64 ["+"] "}" CRLF *CHAR8      ; RFC 9051 section 9
    /// literal8     = "~{" number64 "}" CRLF *OCTET
    /// ```
    pub(super) fn at_end(line: &[u8]) -> Option<Self> {
        let inside = line.strip_suffix(b"}")?;
        // No number is longer than 20 digits.
        let from = inside.len().saturating_sub(22);
        let at = from + memchr::memrchr(b'{', inside.get(from..)?)?;
        let digits = inside.get(at + 1..)?;
        let digits = digits.strip_suffix(b"+").unwrap_or(digits);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        // What no number holds is larger than any limit.
        let size = std::str::from_utf8(digits).ok()?;
        let size = size.parse().unwrap_or(u64::MAX);
        let is_8 = at.checked_sub(1).and_then(|before| line.get(before)) == Some(&b'~');
        Some(Self {
            at: at - usize::from(is_8),
            size,
        })
    }
}

/// Whether literals can stand in a response: status lines and continuations end in words of the server's, and
/// these may end in anything.
pub(super) fn takes_literals(response: &[u8]) -> bool {
    let Some(rest) = untagged(response) else {
        return false;
    };
    let end = rest.iter().position(|byte| *byte == b' ');
    let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let statuses: [&[u8]; 5] = [b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"];
    !statuses
        .iter()
        .any(|status| status.eq_ignore_ascii_case(word))
}

/// Whether it is a FETCH.
pub(super) fn is_fetch(response: &[u8]) -> bool {
    let Some(rest) = untagged(response) else {
        return false;
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let after = rest.get(digits..).unwrap_or_default().trim_ascii_start();
    digits > 0
        && after
            .get(..5)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"FETCH"))
}

/// What stands behind the star.
fn untagged(response: &[u8]) -> Option<&[u8]> {
    // Some servers pad with NUL.
    let padding = response.iter().take_while(|byte| **byte == 0).count();
    let rest = response.get(padding..)?.strip_prefix(b"*")?;
    Some(rest.trim_ascii_start())
}

/// Whether the item that ends here is a message or a part of one.
///
/// ```text
/// msg-att-static = "RFC822" [".HEADER" / ".TEXT"] SP nstring
///                / "BODY" section ["<" number ">"] SP nstring
///                / "BINARY" section-binary ["<" number ">"] SP (nstring / literal8)
/// ```
pub(super) fn names_a_body(before: &[u8]) -> bool {
    let item = before.trim_ascii_end();
    let item = match item.strip_suffix(b">") {
        Some(inside) => match memchr::memrchr(b'<', inside) {
            Some(at) => inside.get(..at).unwrap_or_default(),
            None => return false,
        },
        None => item,
    };
    if let Some(inside) = item.strip_suffix(b"]") {
        let open = memchr::memrchr(b'[', inside);
        let name = open.and_then(|at| inside.get(..at)).unwrap_or_default();
        return ends_with_item(name, b"BODY") || ends_with_item(name, b"BINARY");
    }
    let names: [&[u8]; 3] = [b"RFC822", b"RFC822.HEADER", b"RFC822.TEXT"];
    names.iter().any(|name| ends_with_item(item, name))
}

/// Whether a text ends in this name, and the name begins where an item can.
fn ends_with_item(text: &[u8], name: &[u8]) -> bool {
    let Some(at) = text.len().checked_sub(name.len()) else {
        return false;
    };
    let (before, end) = text.split_at(at);
    end.eq_ignore_ascii_case(name) && before.last().is_none_or(|b| matches!(b, b' ' | b'('))
}
