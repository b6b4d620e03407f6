//! `check_imap` and the other names of `check_tcp`: the server's first words, TLS from the first byte, the certificate.

use super::Meaning;
use super::letter::{Letter, Means};
use super::table::{
    CERTIFICATE, CRITICAL, EXTRA_OPTS, HOST, IPV4, IPV6, PORT, Plugin, TIMEOUT, VERBOSE, WARNING,
    encrypted, words,
};

pub(super) const fn plugin(name: &'static str, word: &'static str, scheme: &'static str) -> Plugin {
    Plugin {
        name,
        word,
        scheme,
        letters: LETTERS,
        finish,
    }
}

pub(super) const LETTERS: &[Letter] = &[
    HOST,
    PORT,
    IPV4,
    IPV6,
    Letter::of_none('S', "ssl", Means::Own(encrypted), "TLS from the first byte"),
    CERTIFICATE,
    Letter::of_value(' ', "sni", Means::Same("sni"), "the name to ask for"),
    Letter::of_value(
        'e',
        "expect",
        Means::Same("expect"),
        "what the server has to say first",
    ),
    Letter::of_none(
        'A',
        "all",
        Means::Same("all"),
        "all that is expected has to be there",
    ),
    Letter::of_value(
        'M',
        "mismatch",
        Means::Same("mismatch"),
        "what it is if it is not: ok, warn, crit",
    ),
    Letter::of_value(
        'r',
        "refuse",
        Means::Same("refuse"),
        "what a refused connection is: ok, warn, crit",
    ),
    WARNING,
    CRITICAL,
    TIMEOUT,
    VERBOSE,
    Letter::of_value(
        'q',
        "quit",
        Means::Already,
        "the goodbye is always said, in the protocol's words",
    ),
    Letter::of_none(
        'j',
        "jail",
        Means::Already,
        "what the server says is never shown raw",
    ),
    Letter::of_value(
        's',
        "send",
        Means::Not,
        "only the protocol is spoken; --user logs in, --work does more",
    ),
    Letter::of_none('E', "escape", Means::Not, "it belongs to --send"),
    Letter::of_value(
        'm',
        "maxbytes",
        Means::Not,
        "what a server may say is limited by the protocol",
    ),
    Letter::of_value('d', "delay", Means::Not, "it belongs to --send"),
    EXTRA_OPTS,
];

/// Without a wish for more only the first words count, in clear text, as they do for the plugin.
fn finish(plugin: &Plugin, meaning: Meaning) -> Result<Vec<String>, String> {
    let (is_encrypted, goes_further) = (meaning.is_encrypted, meaning.goes_further);
    let mut words = words(plugin, meaning)?;
    if is_encrypted {
        words.push("--ssl".to_owned());
    } else if !goes_further && !plugin.scheme.ends_with('s') {
        words.push("--tls=off".to_owned());
    }
    if !goes_further {
        words.push("--until=greeting".to_owned());
    }
    Ok(words)
}
