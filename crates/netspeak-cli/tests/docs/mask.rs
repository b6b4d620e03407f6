//! What changes from run to run.

/// The text with `N` for each number, `HASH` for what looks like one, and one blank for blanks and bars, however many.
pub(crate) fn mask(text: &str) -> String {
    let lines = text.lines().map(|line| numbers(&hashes(whole(line))));
    let mut joined: Vec<String> = Vec::new();
    for line in lines {
        match joined.last_mut() {
            // Where the phases go on in another line depends on the numbers, too.
            Some(phases) if phases.starts_with("dns N · ") && is_phase(&line) => {
                phases.push_str(" · ");
                phases.push_str(&line);
            }
            _ => joined.push(line),
        }
    }
    joined.join("\n")
}

/// `quit N`, and what stands behind it.
fn is_phase(line: &str) -> bool {
    let mut words = line.split(' ');
    let name = words.next().unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name
        && words.next() == Some("N")
        && words.next().is_none_or(|word| word == "·" || word == "x")
}

/// Without a last column that was cut: where depends on the width of the numbers before it.
fn whole(line: &str) -> &str {
    let cut = line
        .strip_suffix('…')
        .and_then(|line| line.rsplit_once("  "));
    cut.map_or(line, |(whole, _)| whole)
}

fn hashes(line: &str) -> String {
    let is_hash = |word: &str| {
        let is_one = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        word.len() >= 32 && word.chars().all(is_one) && word.contains(|c: char| c.is_ascii_digit())
    };
    let words = line
        .split(' ')
        .map(|word| if is_hash(word) { "HASH" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn numbers(line: &str) -> String {
    let mut masked = String::new();
    let mut rest = line.trim_end().chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_digit() {
            let is_number = |c: &char| c.is_ascii_digit() || ".:,-".contains(*c);
            let mut last = c;
            while let Some(next) = rest.next_if(is_number) {
                last = next;
            }
            masked.push('N');
            if !last.is_ascii_digit() {
                masked.push(last);
            }
        } else if is_blank(c) {
            while rest.next_if(|c| is_blank(*c)).is_some() {}
            masked.push(' ');
        } else {
            masked.push(c);
        }
    }
    masked.trim().to_owned()
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '█' | '\u{a0}')
}

#[test]
fn phases_may_stand_in_two_lines() {
    let one = mask("  dns 0.0 · tcp 0.7 · caps 0.8 · quit 0.3\n  says  220 hello");
    let two = mask("  dns 0.0 · tcp 10 · caps 0.8\n  quit 0.3\n  says  220 hello");
    assert_eq!(one, two);
}

#[test]
fn numbers_and_bars_do_not_count() {
    let shown = mask("OK  2.5 ms at 12:01, in 3\n  tls  12 |  ███  TLS 1.3\n");
    assert_eq!(shown, "OK N ms at N, in N\ntls N | TLS N");
    assert_ne!(mask("1 ok"), mask("1 fail"));
}
