//! What to type, verb by verb: the help of a verb and its man page end with it.

use crate::render::columns::wrapped;

/// What is typed, and what it is for.
pub(crate) type Example = (&'static str, &'static str);

/// What somebody types who has never used it.
pub(crate) const FIRST: &[Example] = &[
    ("netspeak demo", "a tour, without a network"),
    ("netspeak imaps://mail.example.org", "is it well?"),
    ("netspeak tls www.example.org:443", "until when is it good?"),
    ("netspeak get -O ftp://ftp.example.org/f", "fetch a file"),
    ("netspeak explain tls.cert_name", "what is it, what to do?"),
];

/// The examples of each verb.
const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "probe",
        &[
            (
                "netspeak imaps://mail.example.org",
                "connect, TLS, greeting, capabilities",
            ),
            (
                "netspeak imap://mail.example.org -u ops --work",
                "log in and open a mailbox as well",
            ),
            (
                "netspeak --tls require smtp://mx.example.org",
                "fail unless TLS can be begun",
            ),
            (
                "netspeak @servers.txt --format ndjson --summary",
                "many targets, for programs",
            ),
            (
                "netspeak pop3s://mail.example.org --expect 'cert.days >= 30'",
                "with what else has to hold",
            ),
            (
                "netspeak -v smtp://mx.example.org --save mx.json",
                "with the talk, and kept for `netspeak show`",
            ),
        ],
    ),
    (
        "check",
        &[
            (
                "netspeak check imap -H mail.example.org -w 1 -c 3",
                "slower than 1 s is a warning, 3 s critical",
            ),
            (
                "netspeak check smtp -H mx.example.org --starttls -D 30,14",
                "and the days of the certificate",
            ),
            (
                "netspeak check https://www.example.org/ --work=find:Welcome",
                "a page with this text in it",
            ),
        ],
    ),
    (
        "tls",
        &[
            (
                "netspeak tls www.example.org:443",
                "chain, dates, versions; also of what does not verify",
            ),
            (
                "netspeak tls smtp://mx.example.org",
                "after STARTTLS, as the scheme says",
            ),
            (
                "netspeak tls --pem imaps://mail.example.org > chain.pem",
                "the certificates as they were sent",
            ),
        ],
    ),
    (
        "get",
        &[
            (
                "netspeak get https://www.example.org/",
                "a page, to standard output",
            ),
            (
                "netspeak get -O -C - ftp://ftp.example.org/big.iso",
                "a file under its own name; goes on where it was cut",
            ),
            (
                "netspeak get --dir all ftp://ftp.example.org/pub/",
                "a folder with all that is in it",
            ),
            (
                "netspeak get -u ops imaps://mail.example.org/INBOX -o inbox.mbox",
                "a mailbox as mbox",
            ),
            (
                "netspeak get -u ops --new seen.json --dir new pop3s://mail.example.org/",
                "only what is new since the last time",
            ),
        ],
    ),
    (
        "put",
        &[
            (
                "netspeak put report.pdf ftp://ftp.example.org/incoming/",
                "a file, under its own name",
            ),
            (
                "netspeak put site ftp://ftp.example.org/www/ --dry-run",
                "what would be sent of a folder",
            ),
            (
                "netspeak put -u ops draft.eml imaps://mail.example.org/Drafts",
                "a message into a mailbox",
            ),
        ],
    ),
    (
        "post",
        &[
            (
                "netspeak post https://www.example.org/form -d name=value",
                "a form",
            ),
            (
                "netspeak post https://www.example.org/form -F file=@photo.jpg",
                "a form with a file in it",
            ),
            (
                "netspeak post nntps://news.example.org/ --file article.txt",
                "an article",
            ),
        ],
    ),
    (
        "ls",
        &[
            (
                "netspeak ls ftp://ftp.example.org/pub/",
                "files and folders",
            ),
            (
                "netspeak ls -u ops imaps://mail.example.org/INBOX --sort -date",
                "messages, the newest first",
            ),
            (
                "netspeak ls nntps://news.example.org/ --json",
                "groups, an object a line",
            ),
        ],
    ),
    (
        "cp",
        &[(
            "netspeak cp imaps://old.example.org/INBOX imaps://new.example.org/INBOX -u ops --to-user ops",
            "the messages that are not there yet",
        )],
    ),
    (
        "rm",
        &[
            (
                "netspeak rm ftp://ftp.example.org/incoming/old.txt",
                "a file",
            ),
            (
                "netspeak rm -r ftp://ftp.example.org/incoming/old/",
                "a folder with all that is in it",
            ),
        ],
    ),
    (
        "send",
        &[
            (
                "netspeak send smtp://mx.example.org --from a@example.net --to b@example.org",
                "a dated test mail",
            ),
            (
                "netspeak send submission://mail.example.org -u ops --from a@example.net --to b@example.org --eml mail.eml",
                "a mail from a file, after a login",
            ),
            (
                "netspeak send smtp://mx.example.org --from a@example.net --to b@example.org --stop-after rcpt",
                "would it be taken? No mail is sent",
            ),
        ],
    ),
    (
        "rpc",
        &[
            (
                "netspeak rpc https://rpc.example.org/RPC2 system.listMethods",
                "what the server can be asked",
            ),
            (
                "netspeak rpc https://rpc.example.org/RPC2 add 1 2.5",
                "arguments are typed as they are written",
            ),
        ],
    ),
    (
        "talk",
        &[
            (
                "netspeak talk telnet://bbs.example.org",
                "a terminal; Ctrl-] ends it",
            ),
            (
                "netspeak talk --tls require smtp://mx.example.org",
                "lines by hand, after TLS",
            ),
        ],
    ),
    (
        "show",
        &[
            ("netspeak show mx.json", "a kept report, for people"),
            (
                "netspeak show mx.json -w '%{phases.tls.ms}\\n'",
                "one value of it",
            ),
        ],
    ),
    (
        "explain",
        &[
            ("netspeak explain", "all words"),
            ("netspeak explain tls.cert_name", "the kind of an error"),
            ("netspeak explain cert.days", "a check"),
        ],
    ),
    (
        "demo",
        &[
            ("netspeak demo", "the tour; no network, no files"),
            ("netspeak demo --keep", "leaves the servers to play with"),
        ],
    ),
    (
        "completions",
        &[
            (
                "netspeak completions bash > ~/.local/share/bash-completion/completions/netspeak",
                "for bash",
            ),
            (
                "netspeak completions zsh > ~/.zfunc/_netspeak",
                "for zsh, with ~/.zfunc in fpath",
            ),
            (
                "netspeak completions fish > ~/.config/fish/completions/netspeak.fish",
                "for fish",
            ),
        ],
    ),
    (
        "man",
        &[
            ("netspeak man | man -l -", "the page of the command"),
            ("netspeak man probe | man -l -", "the page of a verb"),
            (
                "netspeak man --dir /usr/local/share/man/man1",
                "all pages, for packages",
            ),
        ],
    ),
    (
        "schema",
        &[
            ("netspeak schema", "of a probe's report"),
            ("netspeak schema --list", "what there is"),
            ("netspeak schema netspeak.send/1", "of what send prints"),
        ],
    ),
    (
        "version",
        &[
            ("netspeak version", "the version"),
            ("netspeak version -v", "all that a bug report needs"),
        ],
    ),
];

/// The examples of a verb.
pub(crate) fn of(verb: &str) -> &'static [Example] {
    let found = EXAMPLES.iter().find(|(name, _)| *name == verb);
    found.map_or(&[], |(_, examples)| examples)
}

/// The examples of a verb, for its help.
pub(crate) fn text(verb: &str) -> String {
    let examples = of(verb).iter().map(|(command, meaning)| {
        let lines = wrapped(command, 70).join(" \\\n      ");
        format!("  {lines}\n          {meaning}\n")
    });
    format!("Examples:\n{}", examples.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::tests::read_words;
    use crate::args::tests::verbs;

    /// As a shell splits it, as far as it is for us.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![];
        for (at, piece) in line.split('\'').enumerate() {
            match at % 2 {
                1 => words.push(piece.to_owned()),
                _ => words.extend(piece.split_whitespace().map(str::to_owned)),
            }
        }
        let ours = |word: &String| !["|", ">"].contains(&word.as_str());
        words.into_iter().take_while(ours).collect()
    }

    #[test]
    fn every_verb_has_examples_that_mean_something() {
        for verb in verbs() {
            assert!(!of(&verb).is_empty(), "{verb}");
        }
        for (verb, examples) in EXAMPLES {
            assert!(verbs().contains(&(*verb).to_owned()), "{verb}");
            for (line, _) in *examples {
                let words = words(line);
                assert!(words[1] == *verb || *verb == "probe", "{line}");
                let read = read_words(words.into_iter().map(Into::into));
                assert!(read.is_ok(), "{line}: {}", read.unwrap_err());
            }
        }
        for (line, _) in FIRST {
            let read = read_words(words(line).into_iter().map(Into::into));
            assert!(read.is_ok(), "{line}");
        }
    }
}
