//! A chain of certificates: for people, as JSON, as PEM.

use base64::Engine as _;
use netspeak::core::report::{ChainLink, Report, TargetFacts, TlsReport, days_in_words};
use serde_json::json;

use super::page::Page;
use super::style::word_of;
use super::{Look, Paint, notes};
use crate::args::LookArgs;

/// What was seen of a server's TLS.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) report: Report,
    /// The place in the chain of the certificate that ends first, of those that are needed.
    pub(crate) ends_first: Option<usize>,
    /// The chain, as it was sent.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// The versions that the server takes, the newest first.
    pub(crate) versions: Vec<&'static str>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            report: Report::new(TargetFacts::default()),
            ends_first: None,
            certificates: Vec::new(),
            versions: Vec::new(),
        }
    }
}

/// The report's own parts, and what only this verb knows.
pub(crate) fn json(seen: &Seen) -> String {
    let report = &seen.report;
    let document = json!({
        "schema": "netspeak.tls/1",
        "time": report.time,
        "tool": report.tool,
        "target": report.target,
        "verdict": report.verdict,
        "tls": report.tls,
        "versions": seen.versions,
        "ends_first": seen.ends_first,
        "checks": report.checks,
        "error": report.error,
    });
    // There are no keys that are not text, so this cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// The certificates, the server's own first (RFC 7468).
pub(crate) fn pem(seen: &Seen) -> String {
    let mut text = String::new();
    for der in &seen.certificates {
        let coded = base64::engine::general_purpose::STANDARD.encode(der);
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let mut rest = coded.as_str();
        while !rest.is_empty() {
            let (line, behind) = rest.split_at_checked(64).unwrap_or((rest, ""));
            text.push_str(line);
            text.push('\n');
            rest = behind;
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}

pub(crate) fn human(seen: &Seen, look: LookArgs) -> String {
    let look = Look::new(look);
    let report = &seen.report;
    let (word, paint) = word_of(report.verdict);
    let blanks = " ".repeat(6_usize.saturating_sub(word.len()).max(1));
    let kind = report.error.as_ref().map(|error| error.kind.to_string());
    let kind = look.paint(Paint::Bad, &kind.unwrap_or_default());
    let mut page = Page::new(look);
    let word = look.paint(paint, word);
    page.line(&format!(
        "{word}{blanks}{}   {kind}",
        look.plain(&report.target.url)
    ));
    let mut lines = Vec::new();
    if let Some(tls) = &report.tls {
        lines.extend(session(tls, &seen.versions));
        for (at, link) in tls.chain.iter().enumerate() {
            lines.extend(certificate(at, link, report, seen.ends_first == Some(at)));
        }
        if tls.verified == Some(true) {
            lines.push(line("verified", "chain and name ok"));
        } else if report.error.is_none() {
            lines.push(line("verified", "not checked, as asked"));
        }
    }
    for (word, text) in lines {
        let word = format!("  {word:<8}  ");
        page.paragraph(&word, &word, &text);
    }
    page.checks(report);
    page.error(report);
    page.text
}

/// A word, and what is told behind it.
type Line = (String, String);

fn line(word: &str, text: impl Into<String>) -> Line {
    (word.to_owned(), text.into())
}

fn session(tls: &TlsReport, versions: &[&str]) -> Vec<Line> {
    let mut lines = Vec::new();
    let agreed = notes::session(tls);
    if !agreed.is_empty() {
        let alpn = tls.alpn.as_ref().map(|id| format!("  ALPN {id}"));
        lines.push(line("session", agreed + &alpn.unwrap_or_default()));
    }
    if !versions.is_empty() {
        lines.push(line("versions", versions.join(" ")));
    }
    if let Some(sni) = &tls.sni {
        lines.push(line("name", format!("{sni} was asked for")));
    }
    lines
}

/// The parts of one certificate, one a line; its place in the chain stands before the first.
fn certificate(at: usize, link: &ChainLink, report: &Report, ends_first: bool) -> Vec<Line> {
    let day = |time: Option<jiff::Timestamp>| {
        let day = time.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string());
        day.unwrap_or_else(|| "?".to_owned())
    };
    let left = link.not_after.map(|end| {
        let seconds = end.as_second().saturating_sub(report.time.as_second());
        days_in_words(seconds.div_euclid(24 * 60 * 60))
    });
    let left = left.unwrap_or_else(|| "no date".to_owned());
    let first = if ends_first { ", ends first" } else { "" };
    let issuer = match link.issuer == link.subject {
        true => "itself".to_owned(),
        false => link.issuer.clone(),
    };
    let mut lines = vec![
        line(&at.to_string(), link.subject.as_str()),
        line("issuer", issuer),
    ];
    if !link.san.is_empty() {
        lines.push(line("names", link.san.join(" ")));
    }
    lines.extend([
        line(
            "valid",
            format!(
                "{} to {} UTC, {left}{first}",
                day(link.not_before),
                day(link.not_after)
            ),
        ),
        line("key", format!("{}, signed by {}", link.key, link.sig)),
        line("sha256", link.sha256.as_str()),
        line("key hash", link.spki_sha256.as_str()),
    ]);
    lines
}
