//! What each exit code means, with something that ends so. `exit.rs` decides which it is.

/// An exit code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meaning {
    pub(crate) code: u8,
    /// For people.
    pub(crate) means: &'static str,
    /// The kind of an error that ends so, if it is one.
    pub(crate) kind: Option<&'static str>,
    /// What ends so.
    pub(crate) example: &'static str,
}

/// Of what looks, and of what only tells something.
pub(crate) const LOOKING: &[Meaning] = &[
    of(0, "All is well.", None, "netspeak demo"),
    of(
        1,
        "There is a warning. check ends so by itself; probe and tls do with --strict, and probe with --format nagios.",
        None,
        "netspeak --strict --cert-days 3650 imaps://mail.example.org",
    ),
    of(
        2,
        "It does not work.",
        Some("tcp.refused"),
        "netspeak pop3://127.0.0.1:9",
    ),
    of(
        3,
        "It could not be run: what was typed, the configuration, or a file is wrong.",
        Some("usage"),
        "netspeak mail.example.org",
    ),
    of(130, "Ctrl-C ended it.", None, "netspeak demo --keep"),
    of(143, "SIGTERM ended it.", None, "netspeak demo --keep"),
];

/// Of what transfers, as curl ends; also of `probe --exit curl`.
pub(crate) const TRANSFERS: &[Meaning] = &[
    of(
        0,
        "All is done.",
        None,
        "netspeak get https://www.example.org/",
    ),
    of(
        2,
        "What was typed makes no sense, or the configuration is wrong.",
        Some("usage"),
        "netspeak get mailto:a@example.org",
    ),
    of(
        6,
        "The name of the host leads nowhere.",
        Some("dns.nxdomain"),
        "netspeak get ftp://no-such-host.example/file",
    ),
    of(
        7,
        "There is no connection.",
        Some("tcp.refused"),
        "netspeak get ftp://127.0.0.1:9/file",
    ),
    of(
        8,
        "The server's answer is odd; of rpc, it is a fault.",
        Some("proto.malformed"),
        "netspeak rpc https://rpc.example.org/RPC2 divide 1 0",
    ),
    of(
        9,
        "It is not allowed.",
        Some("work.denied"),
        "netspeak get ftp://ftp.example.org/private",
    ),
    of(
        18,
        "A part came, or was done: a transfer was cut, some recipients were refused, some messages were not copied.",
        Some("data.truncated"),
        "netspeak send smtp://mx.example.org --from a@example.net --to b@example.org no-such-user@example.org",
    ),
    of(
        19,
        "The server cannot do it now.",
        Some("work.temporary"),
        "netspeak get ftp://busy.example.org/file",
    ),
    of(
        22,
        "The status of HTTP says no (400 and above).",
        None,
        "netspeak get https://www.example.org/no-such-page",
    ),
    of(
        23,
        "A file on this machine cannot be read or written.",
        Some("file.denied"),
        "netspeak get https://www.example.org/ -o /proc/page",
    ),
    of(
        25,
        "The server does not take what was to be stored.",
        None,
        "netspeak put file ftp://ftp.example.org/read-only/",
    ),
    of(
        26,
        "What was to be sent cannot be read.",
        None,
        "netspeak put no-such-file ftp://ftp.example.org/",
    ),
    of(
        28,
        "The time is over.",
        Some("timeout.total"),
        "netspeak get -m 1 https://slow.example.org/",
    ),
    of(
        33,
        "The server does not give parts.",
        None,
        "netspeak get -r 0-99 https://www.example.org/made-anew",
    ),
    of(
        35,
        "TLS does not begin.",
        Some("tls.alert"),
        "netspeak get --tlsv1.3 https://old.example.org/",
    ),
    of(
        47,
        "There are too many redirects.",
        None,
        "netspeak get https://www.example.org/to-itself",
    ),
    of(
        52,
        "The server said nothing.",
        Some("wait.closed"),
        "netspeak get http://closes-at-once.example.org/",
    ),
    of(
        55,
        "All recipients were refused.",
        None,
        "netspeak send smtp://mx.example.org --from a@example.net --to no-such-user@example.org",
    ),
    of(
        56,
        "The answer broke off, or cannot be read.",
        Some("body.reset"),
        "netspeak get http://broken.example.org/",
    ),
    of(
        60,
        "The certificate does not verify.",
        Some("tls.cert_expired"),
        "netspeak get https://expired.example.org/",
    ),
    of(
        63,
        "More came than was allowed.",
        None,
        "netspeak get --max-filesize 1K https://www.example.org/big",
    ),
    of(
        64,
        "TLS was demanded, and there is none.",
        Some("starttls.not_offered"),
        "netspeak ls --tls require ftp://plain.example.org/",
    ),
    of(
        67,
        "The login was refused.",
        Some("auth.rejected"),
        "netspeak ls -u ops:wrong imaps://mail.example.org/",
    ),
    of(
        70,
        "The server has no room left.",
        Some("data.quota"),
        "netspeak put big.iso ftp://ftp.example.org/incoming/",
    ),
    of(
        78,
        "There is no such thing on the server.",
        Some("work.not_found"),
        "netspeak get ftp://ftp.example.org/no-such-file",
    ),
    of(
        130,
        "Ctrl-C ended it.",
        None,
        "netspeak get ftp://ftp.example.org/big.iso",
    ),
    of(
        143,
        "SIGTERM ended it.",
        None,
        "netspeak get ftp://ftp.example.org/big.iso",
    ),
];

const fn of(
    code: u8,
    means: &'static str,
    kind: Option<&'static str>,
    example: &'static str,
) -> Meaning {
    Meaning {
        code,
        means,
        kind,
        example,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::exit;

    /// All codes that stand in the source of `exit.rs`.
    fn decided() -> BTreeSet<u8> {
        let source = include_str!("../exit.rs");
        let source = source.split("#[cfg(test)]").next().unwrap();
        let number = regex::Regex::new(r"(?:Code\(|=> )(\d+)[),]").unwrap();
        let numbers = number.captures_iter(source);
        numbers.map(|number| number[1].parse().unwrap()).collect()
    }

    fn codes(table: &[Meaning]) -> BTreeSet<u8> {
        let codes: BTreeSet<u8> = table.iter().map(|meaning| meaning.code).collect();
        assert_eq!(codes.len(), table.len(), "a code stands there twice");
        codes
    }

    #[test]
    fn every_code_that_is_used_is_told_and_no_other() {
        let (looking, transfers) = (codes(LOOKING), codes(TRANSFERS));
        assert_eq!(looking, BTreeSet::from([0, 1, 2, 3, 130, 143]));
        // 1 and 3 are of what looks only.
        let told: BTreeSet<u8> = looking.union(&transfers).copied().collect();
        assert_eq!(told, decided());
        assert!(!transfers.contains(&1) && !transfers.contains(&3));
    }

    #[test]
    fn kinds_end_as_the_table_says() {
        for meaning in TRANSFERS {
            if let Some(kind) = meaning.kind {
                let code = exit::of_transfer(kind.parse().unwrap());
                assert_eq!(code.to_string(), meaning.code.to_string(), "{kind}");
            }
        }
    }
}
