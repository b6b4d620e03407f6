//! Golden files: `tests/golden/NAME.txt`. `UPDATE_GOLDEN=1 cargo test` writes them anew.

use std::path::Path;

/// Compares what was shown, masked, with the file of this name.
#[expect(
    clippy::disallowed_methods,
    reason = "asked by whoever changes an output on purpose"
)]
pub(crate) fn check(name: &str, shown: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, shown).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = golden.lines().zip(shown.lines()).position(|(a, b)| a != b);
    assert!(
        golden == shown,
        "{} differs from line {:?} on; if that was meant, UPDATE_GOLDEN=1\n{shown}",
        file.display(),
        differs.map(|line| line + 1)
    );
}

/// The number before this word becomes `N`.
#[allow(dead_code, reason = "not every test wants it")]
pub(crate) fn mask_before(text: &str, word: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once(word) {
        let kept = head.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
        masked.push_str(kept);
        masked.push_str(if kept.len() < head.len() { "N" } else { "" });
        masked.push_str(word);
        rest = tail;
    }
    masked + rest
}

/// `2026-01-02` becomes `DATE`, and `2026-01-02 03:04` too.
#[allow(dead_code, reason = "not every test wants it")]
pub(crate) fn mask_dates(text: &str) -> String {
    let is_like = |word: &str, form: &str| {
        let letters = word
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c });
        letters.eq(form.chars())
    };
    let mut words: Vec<&str> = Vec::new();
    let mut is_behind_date = false;
    for word in text.split_inclusive([' ', '\n', ')', ',']) {
        let bare = word.trim_start_matches('(');
        let (date, behind) = bare.split_at_checked(10).unwrap_or_default();
        if is_like(date, "0000-00-00") {
            let before = word.strip_suffix(bare).unwrap_or_default();
            words.extend([before, "DATE", behind]);
            is_behind_date = true;
            continue;
        }
        words.push(match is_behind_date && is_like(word.trim_end(), "00:00") {
            true => "TIME ",
            false => word,
        });
        is_behind_date = false;
    }
    words.concat()
}
