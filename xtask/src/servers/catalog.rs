//! Which services compose.yml starts, and what each of their ports says first.

use std::fs;

use crate::{Outcome, workspace};

pub(super) struct Service {
    /// As in compose.yml.
    pub(super) name: &'static str,
    pub(super) ports: &'static [Port],
}

pub(super) struct Port {
    /// The end of the variable's name; empty where the service has one port only.
    pub(super) key: &'static str,
    pub(super) number: u16,
    pub(super) sign: Sign,
}

/// How a port shows that a server, and not only Docker's own listener, is behind it.
pub(super) enum Sign {
    /// It speaks first.
    Greets(&'static str),
    /// It answers this.
    Answers {
        to: &'static [u8],
        with: &'static [u8],
    },
    /// TLS from the first byte. The server's other port vouches for it.
    Silent,
}

const POP3: Port = Port {
    key: "POP3",
    number: 110,
    sign: Sign::Greets("+OK"),
};
const POP3S: Port = Port {
    key: "POP3S",
    number: 995,
    sign: Sign::Silent,
};
const NNTP: Port = Port {
    key: "NNTP",
    number: 119,
    sign: Sign::Greets("200"),
};
const NNTPS: Port = Port {
    key: "NNTPS",
    number: 563,
    sign: Sign::Silent,
};
const IMAP: Port = Port {
    key: "IMAP",
    number: 143,
    sign: Sign::Greets("* OK"),
};
const IMAPS: Port = Port {
    key: "IMAPS",
    number: 993,
    sign: Sign::Silent,
};
const LMTP: Port = Port {
    key: "LMTP",
    number: 24,
    sign: Sign::Greets("220"),
};
const SMTP: Port = Port {
    key: "SMTP",
    number: 25,
    sign: Sign::Greets("220"),
};
const SUBMISSION: Port = Port {
    key: "SUBMISSION",
    number: 587,
    sign: Sign::Greets("220"),
};
const SMTPS: Port = Port {
    key: "SMTPS",
    number: 465,
    sign: Sign::Silent,
};
const FTP: Port = Port {
    key: "FTP",
    number: 21,
    sign: Sign::Greets("220"),
};
const FTPS: Port = Port {
    key: "FTPS",
    number: 990,
    sign: Sign::Silent,
};
const HTTP: Port = Port {
    key: "HTTP",
    number: 80,
    sign: SPEAKS_HTTP,
};
const HTTPS: Port = Port {
    key: "HTTPS",
    number: 443,
    sign: Sign::Silent,
};
/// HTTP/2 in the clear; it would answer HTTP/1 with frames.
const H2C: Port = Port {
    key: "H2C",
    number: 8080,
    sign: Sign::Silent,
};
/// For clients with a certificate.
const MUTUAL: Port = Port {
    key: "MUTUAL",
    number: 8443,
    sign: Sign::Silent,
};
/// CPython's XML-RPC server.
const PYTHON: Port = Port {
    key: "PYTHON",
    number: 8000,
    sign: SPEAKS_HTTP,
};
const SUPERVISOR: Port = Port {
    key: "SUPERVISOR",
    number: 9001,
    sign: SPEAKS_HTTP,
};
/// A call of `system.pid`.
const SCGI: Port = Port {
    key: "SCGI",
    number: 5000,
    sign: Sign::Answers {
        to: b"25:CONTENT_LENGTH\x0060\0SCGI\x001\0,<methodCall><methodName>system.pid</methodName></methodCall>",
        with: b"Status:",
    },
};
const SPEAKS_HTTP: Sign = Sign::Answers {
    to: b"GET / HTTP/1.0\r\n\r\n",
    with: b"HTTP/",
};
/// Telnet begins with a command, which is no text.
const fn telnet(key: &'static str, number: u16) -> Port {
    Port {
        key,
        number,
        sign: Sign::Answers {
            to: b"",
            with: b"\xff",
        },
    }
}
const TELNETS: Port = Port {
    key: "TELNETS",
    number: 992,
    sign: Sign::Silent,
};
/// The first line of its menu is a remark.
const GOPHER: Port = Port {
    key: "GOPHER",
    number: 70,
    sign: Sign::Answers {
        to: b"\r\n",
        with: b"inetspeak",
    },
};
const GOPHERS: Port = Port {
    key: "GOPHERS",
    number: 7070,
    sign: Sign::Silent,
};
/// "Which of these do you want: user name and password?" "That one."
const SOCKS5: Port = Port {
    key: "",
    number: 1080,
    sign: Sign::Answers {
        to: &[5, 1, 2],
        with: &[5, 2],
    },
};
const CONNECT: Port = Port {
    key: "",
    number: 8888,
    sign: SPEAKS_HTTP,
};

pub(super) const SERVICES: &[Service] = &[
    Service {
        name: "dovecot",
        ports: &[POP3, POP3S, IMAP, IMAPS, LMTP],
    },
    Service {
        name: "dovecot-plain",
        ports: &[POP3, IMAP],
    },
    Service {
        name: "dovecot-fault",
        ports: &[POP3, POP3S, IMAP, IMAPS],
    },
    Service {
        name: "postfix",
        ports: &[SMTP, SUBMISSION, SMTPS],
    },
    Service {
        name: "cyrus",
        ports: &[POP3, POP3S, IMAP, IMAPS],
    },
    Service {
        name: "vsftpd",
        ports: &[FTP, FTPS],
    },
    Service {
        name: "proftpd",
        ports: &[FTP, FTPS],
    },
    Service {
        name: "proftpd-fault",
        ports: &[FTP, FTPS],
    },
    Service {
        name: "nginx",
        ports: &[HTTP, HTTPS, H2C, MUTUAL],
    },
    Service {
        name: "apache",
        ports: &[HTTP, HTTPS],
    },
    Service {
        name: "telnetd",
        ports: &[telnet("TELNET", 23), TELNETS, telnet("BUSYBOX", 2323)],
    },
    Service {
        name: "inn2",
        ports: &[NNTP, NNTPS],
    },
    Service {
        name: "gophernicus",
        ports: &[GOPHER, GOPHERS],
    },
    Service {
        name: "xmlrpc",
        ports: &[PYTHON, SUPERVISOR],
    },
    Service {
        name: "rtorrent",
        ports: &[SCGI],
    },
    Service {
        name: "dante",
        ports: &[SOCKS5],
    },
    Service {
        name: "tinyproxy",
        ports: &[CONNECT],
    },
    // Serves nothing: tests run Debian's monitoring plugins, shells and readers of manuals in it.
    Service {
        name: "plugins",
        ports: &[],
    },
];

impl Service {
    /// `NETSPEAK_DOVECOT_PLAIN` for `dovecot-plain`.
    pub(super) fn variable(&self) -> String {
        format!("NETSPEAK_{}", self.name.to_uppercase().replace('-', "_"))
    }
}

/// The folders with a Dockerfile; each becomes the image `netspeak-test-NAME`.
pub(super) fn images() -> Outcome<Vec<String>> {
    let folder = workspace::root().join("tests/servers");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("Dockerfile").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}
