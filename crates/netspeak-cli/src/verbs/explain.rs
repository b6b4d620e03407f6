//! `netspeak explain [KIND]`

use netspeak::core::ErrorKind;

use crate::args::ExplainArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
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
        return Some(format!("{id}   a check\n  {what}\n"));
    }
    let kind = explain::kind(name)?;
    let mut text = format!("{kind}\n  where  {}\n", explain::phase(kind.phase()));
    let is_more = !matches!(kind.reason(), netspeak::core::Reason::Failed);
    if is_more {
        text.push_str(&format!("  why    {}\n", explain::reason(kind.reason())));
    }
    for advice in advice::for_kind(kind) {
        text.push_str(&format!("  try    {advice}\n"));
    }
    let again = if kind.is_temporary() {
        "yes, later"
    } else {
        "not before something has changed"
    };
    text.push_str(&format!(
        "  again  {again}\n  exit   {} for transfers\n",
        exit::of_transfer(kind)
    ));
    Some(text)
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
    let kinds = explain::kinds().into_iter().flat_map(|(phase, reasons)| {
        let kinds = reasons.into_iter();
        kinds.map(move |reason| ErrorKind::new(phase, reason).to_string())
    });
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
    fn the_list_is_no_wider_than_a_terminal() {
        for line in everything().lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
