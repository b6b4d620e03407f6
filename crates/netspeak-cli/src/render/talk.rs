//! The talk, line by line: `<-` the server, `->` we, `~` inside TLS.

use netspeak::core::report::TranscriptLine;
use netspeak::core::{Side, Trace};

/// One line of it.
pub(crate) fn line(ms: f64, is_server: bool, is_encrypted: bool, text: &str) -> String {
    let arrow = match (is_server, is_encrypted) {
        (true, false) => "<- ",
        (true, true) => "<~ ",
        (false, false) => " ->",
        (false, true) => " ~>",
    };
    format!("  +{:.3}  {arrow} {text}", ms / 1000.0)
}

/// One line of a report's talk.
pub(crate) fn of_entry(entry: &TranscriptLine) -> String {
    line(entry.ms, entry.side == Side::Server, entry.tls, &entry.text)
}

/// All of it.
pub(crate) fn lines(trace: &Trace) -> Vec<String> {
    let shown = |entry: netspeak::core::Entry| {
        let ms = entry.at.as_secs_f64() * 1000.0;
        line(ms, entry.side == Side::Server, entry.encrypted, &entry.text)
    };
    trace.transcript().into_iter().map(shown).collect()
}
