//! How replies of several lines are written (RFC 5321 section 4.2.1).

/// A reply of several lines.
pub(super) fn multi(code: u16, lines: &[&str]) -> Vec<u8> {
    let last = lines.len().saturating_sub(1);
    lines
        .iter()
        .enumerate()
        .flat_map(|(index, line)| {
            let mark = if index == last { ' ' } else { '-' };
            format!("{code}{mark}{line}\r\n").into_bytes()
        })
        .collect()
}
