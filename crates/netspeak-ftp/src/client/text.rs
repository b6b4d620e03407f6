//! Text on its way (TYPE A): lines end in CR LF there, and in LF here (RFC 959 section 3.1.1.1).

/// CR LF becomes LF, whatever the pieces are cut into.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FromNetwork {
    /// The last byte was a CR, which may belong to a line end.
    held: bool,
}

impl FromNetwork {
    pub(super) fn convert(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        out.clear();
        out.reserve(piece.len().saturating_add(1));
        let mut rest = piece;
        if self.held && !rest.is_empty() {
            self.held = false;
            if !rest.starts_with(b"\n") {
                out.push(b'\r');
            }
        }
        while let Some(at) = memchr::memchr(b'\r', rest) {
            let (before, from) = rest.split_at(at);
            out.extend_from_slice(before);
            rest = match from {
                [b'\r', b'\n', ..] => from.get(1..).unwrap_or_default(),
                [b'\r'] => {
                    self.held = true;
                    return;
                }
                _ => {
                    out.push(b'\r');
                    from.get(1..).unwrap_or_default()
                }
            };
        }
        out.extend_from_slice(rest);
    }

    /// What is left at the end.
    pub(super) fn finish(&mut self) -> &'static [u8] {
        match std::mem::take(&mut self.held) {
            true => b"\r",
            false => b"",
        }
    }
}

/// LF becomes CR LF; a CR LF stays.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ToNetwork {
    after_cr: bool,
}

impl ToNetwork {
    pub(super) fn convert(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        out.clear();
        let mut rest = piece;
        while let Some(at) = memchr::memchr(b'\n', rest) {
            let (line, from) = rest.split_at(at);
            out.extend_from_slice(line);
            let has_cr = match line.last() {
                Some(last) => *last == b'\r',
                None => self.after_cr,
            };
            out.extend_from_slice(if has_cr { b"\n" } else { b"\r\n" });
            self.after_cr = false;
            rest = from.get(1..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
        if let Some(last) = rest.last() {
            self.after_cr = *last == b'\r';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outcome for every way to cut the text in two.
    fn every_cut(text: &[u8], convert: impl Fn(&[&[u8]]) -> Vec<u8>) -> Vec<u8> {
        let whole = convert(&[text]);
        for at in 0..=text.len() {
            let (head, tail) = text.split_at(at);
            assert_eq!(convert(&[head, tail]), whole, "cut at {at}");
        }
        whole
    }

    fn received(text: &[u8]) -> Vec<u8> {
        every_cut(text, |pieces| {
            let (mut text, mut all, mut out) = (FromNetwork::default(), Vec::new(), Vec::new());
            for piece in pieces {
                text.convert(piece, &mut out);
                all.extend_from_slice(&out);
            }
            all.extend_from_slice(text.finish());
            all
        })
    }

    fn sent(text: &[u8]) -> Vec<u8> {
        every_cut(text, |pieces| {
            let (mut text, mut all, mut out) = (ToNetwork::default(), Vec::new(), Vec::new());
            for piece in pieces {
                text.convert(piece, &mut out);
                all.extend_from_slice(&out);
            }
            all
        })
    }

    #[test]
    fn line_ends_are_converted_however_the_text_is_cut() {
        for (network, local) in [
            (&b"a\r\nb\r\n"[..], &b"a\nb\n"[..]),
            (b"\r\n\r\n", b"\n\n"),
            (b"a\rb", b"a\rb"),
            (b"a\r\r\n", b"a\r\n"),
            (b"a\r", b"a\r"),
            (b"a\nb", b"a\nb"),
            (b"", b""),
        ] {
            assert_eq!(received(network), local, "{network:?}");
        }
        for (local, network) in [
            (&b"a\nb\n"[..], &b"a\r\nb\r\n"[..]),
            (b"a\r\nb", b"a\r\nb"),
            (b"\n\n", b"\r\n\r\n"),
            (b"a\rb\n", b"a\rb\r\n"),
            (b"", b""),
        ] {
            assert_eq!(sent(local), network, "{local:?}");
        }
    }
}
