//! `netspeak explain [KIND]`

use netspeak::core::ErrorKind;

use crate::args::ExplainArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::render::columns::wrapped;
use crate::{advice, explain, output};

pub(super) fn run(args: ExplainArgs) -> Code {
    let Some(name) = args.kind else {
        output::print(&everything());
        return exit::OK;
    };
    match about(&name) {
        Some(text) => {
            output::print(&text);
            exit::OK
        }
        None => {
            let near = nearest(&name).map(|near| format!(": did you mean {near}?"));
            let near = near.unwrap_or_else(|| ": netspeak explain lists all".to_owned());
            super::tell(&Failure::usage(format!(
                "there is no kind or check {name}{near}"
            )));
            exit::UNKNOWN
        }
    }
}

fn about(name: &str) -> Option<String> {
    if let Some((id, what)) = explain::CHECKS.iter().find(|(id, _)| *id == name) {
        return Some(format!("{id}   a check\n{}", told("", what)));
    }
    let kind = explain::kind(name)?;
    let mut text = format!("{kind}\n{}", told("where  ", explain::phase(kind.phase())));
    let is_more = !matches!(kind.reason(), netspeak::core::Reason::Failed);
    if is_more {
        text.push_str(&told("why    ", explain::reason(kind.reason())));
    }
    for advice in advice::for_kind(kind) {
        text.push_str(&told("try    ", &advice.to_string()));
    }
    let again = if kind.is_temporary() {
        "yes, later"
    } else {
        "not before something has changed"
    };
    text.push_str(&told("again  ", again));
    let code = exit::of_transfer(kind);
    text.push_str(&told("exit   ", &format!("{code} for transfers")));
    Some(text)
}

/// A text behind a word, no wider than a terminal.
fn told(word: &str, text: &str) -> String {
    const WIDTH: usize = 78;
    let blanks = " ".repeat(word.len());
    let lines = wrapped(text, WIDTH.saturating_sub(word.len()));
    let lines = lines.iter().enumerate().map(|(at, line)| match at {
        0 => format!("  {word}{line}\n"),
        _ => format!("  {blanks}{line}\n"),
    });
    lines.collect()
}

fn everything() -> String {
    let mut text = "Kinds of errors: netspeak explain KIND tells more.\n".to_owned();
    for (phase, reasons) in explain::kinds() {
        let kinds = reasons
            .iter()
            .map(|reason| ErrorKind::new(phase, *reason).to_string());
        let kinds: Vec<String> = kinds.collect();
        text.push_str(&format!("\n{}\n", explain::phase(phase)));
        for line in kinds.chunks(3) {
            let line: String = line.iter().map(|kind| format!("{kind:<26}")).collect();
            text.push_str(&format!("  {}\n", line.trim_end()));
        }
    }
    text.push_str("\nChecks:\n");
    for (id, _) in explain::CHECKS {
        text.push_str(&format!("  {id}\n"));
    }
    text
}

fn nearest(name: &str) -> Option<String> {
    let kinds = explain::names().into_iter();
    let checks = explain::CHECKS.iter().map(|(id, _)| (*id).to_owned());
    let likeness = |word: &String| strsim::jaro_winkler(word, name);
    let nearest = kinds
        .chain(checks)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.filter(|word| likeness(word) > 0.8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_checks_are_explained_and_others_are_guessed() {
        let text = about("tls.cert_expired").unwrap();
        assert!(
            text.contains("past its end") && text.contains("renew the certificate"),
            "{text}"
        );
        assert!(about("cert.days").unwrap().contains("--cert-days"));
        assert_eq!(about("tls.nonsense"), None);
        assert_eq!(
            nearest("tls.cert_expird").as_deref(),
            Some("tls.cert_expired")
        );
        assert_eq!(nearest("cert.day").as_deref(), Some("cert.days"));
        assert_eq!(nearest("qqq"), None);
    }

    #[test]
    fn nothing_is_wider_than_a_terminal() {
        let checks = explain::CHECKS.iter().map(|(id, _)| (*id).to_owned());
        let texts = explain::names().into_iter().chain(checks);
        let texts = texts.map(|name| about(&name).unwrap());
        for text in texts.chain([everything()]) {
            for line in text.lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }
}
