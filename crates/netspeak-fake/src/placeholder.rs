//! Words in braces in the replies that a test has written, and what stands there when they are sent.

/// This text with the value wherever the name is.
pub(crate) fn replaced(text: &[u8], name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        match rest.strip_prefix(name) {
            Some(behind) => {
                out.extend_from_slice(value);
                rest = behind;
            }
            None => {
                out.push(byte);
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn a_name_is_replaced_wherever_it_is() {
        for (text, filled) in [
            ("{tag} OK\r\n", "a1 OK\r\n"),
            ("{tag}{tag", "a1{tag"),
            ("{{tag}}", "{a1}"),
            ("", ""),
        ] {
            assert_eq!(
                replaced(text.as_bytes(), b"{tag}", b"a1"),
                filled.as_bytes(),
                "{text}"
            );
        }
    }
}
