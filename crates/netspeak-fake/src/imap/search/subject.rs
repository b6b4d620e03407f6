//! What a message is about, whoever answered or forwarded it (RFC 5256 section 2.1).

/// The base subject, in capitals.
pub(super) fn base(subject: &str) -> String {
    let words: Vec<&str> = subject.split_whitespace().collect();
    let whole = words.join(" ").to_uppercase();
    let mut rest = whole.as_str();
    loop {
        let before = rest;
        while let Some(shorter) = rest.strip_suffix("(FWD)") {
            rest = shorter.trim_end();
        }
        rest = without_leader(rest);
        if let Some(blob) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
            && !blob.0.contains('[')
            && !blob.1.trim().is_empty()
        {
            rest = blob.1.trim();
        }
        if let Some(inside) = rest
            .strip_prefix("[FWD:")
            .and_then(|rest| rest.strip_suffix(']'))
        {
            rest = inside.trim();
        }
        if rest == before {
            return rest.to_owned();
        }
    }
}

/// Without `RE:`, `FW:` and `FWD:`, perhaps with something in brackets before the colon.
fn without_leader(text: &str) -> &str {
    let Some(rest) = ["RE", "FWD", "FW"]
        .iter()
        .find_map(|leader| text.strip_prefix(leader))
    else {
        return text;
    };
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, rest)) => rest.trim_start(),
        None => rest,
    };
    rest.strip_prefix(':').map_or(text, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::base;

    #[test]
    fn answers_are_about_what_was_asked() {
        for subject in [
            "Meeting  today",
            "Re: meeting today",
            "RE: Fwd: [list] Re[2]: Meeting today (fwd)",
            "[Fwd: meeting today]",
            "[a] [b] meeting today",
        ] {
            assert_eq!(base(subject), "MEETING TODAY", "{subject}");
        }
        for (subject, expected) in [
            ("", ""),
            ("Re:", ""),
            ("[a]", "[A]"),
            ("Reading", "READING"),
        ] {
            assert_eq!(base(subject), expected);
        }
    }
}
