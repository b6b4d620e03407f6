//! What the command prints in each of its formats, against golden files: `tests/golden/CASE.FORMAT.txt`. What changes
//! from run to run (times, ports, ids, dates, keys) is masked. `UPDATE_GOLDEN=1 cargo test` writes the files anew.
#![cfg(test)]

#[path = "support/golden.rs"]
mod golden;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use netspeak::core::report::Report;
use netspeak_fake::{
    Builder, Certificate, DigestOptions, Fault, GREETING, Http, Moment, Page, Pop3, Server,
};
use tokio::process::Command;
use tokio::task::JoinSet;

use golden::check;

const USER: &str = "ops";
const PASSWORD: &str = "marker-password";

/// The formats, and the words that ask for them. Bars are for terminals, or for `-v`.
const FORMATS: [(&str, &[&str]); 9] = [
    ("bars", &["-v"]),
    ("ascii", &["-v", "--ascii"]),
    ("compact", &[]),
    ("colour", &["--compact", "--color", "always"]),
    ("line", &["--format", "line"]),
    ("json", &["--json"]),
    ("ndjson", &["--format", "ndjson"]),
    ("prom", &["--format", "prom"]),
    ("nagios", &["--format", "nagios"]),
];

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

async fn netspeak(words: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).stdin(Stdio::null()).kill_on_drop(true);
    for variable in ["SSLKEYLOGFILE", "NO_COLOR"] {
        command.env_remove(variable);
    }
    command.env("NETSPEAK_PASSWORD", PASSWORD);
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    let output = output.await.expect("the command hangs").unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8, whatever the server says"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8, whatever the server says"),
    }
}

/// Two messages, STLS, and nothing that changes from run to run.
fn server() -> Builder<Pop3> {
    Pop3::builder()
        .user(USER, PASSWORD)
        .timestamp("<1.2@mail.example>")
        .capability("IMPLEMENTATION Fake-1")
        .message(USER, "Subject: one\r\n\r\n.\r\nFrom here\r\n")
        .message(USER, "Subject: two\r\n\r\n")
        .stls()
}

/// The authority of a server as a file.
fn authority<P>(server: &Server<P>, case: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{case}.pem"));
    std::fs::write(&path, server.ca_pem()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What is probed, and how it must end.
struct Case {
    name: &'static str,
    scheme: &'static str,
    words: &'static [&'static str],
    code: i32,
}

/// The formats that differ in what they tell.
const TELLING: [&str; 2] = ["compact", "json"];

impl Case {
    /// Runs the probe in these formats and compares each with its file.
    async fn compare<P>(&self, server: &Server<P>, formats: impl IntoIterator<Item = &str>) {
        self.compare_at(server, "", formats).await;
    }

    /// The same for a place on the server.
    async fn compare_at<P>(
        &self,
        server: &Server<P>,
        path: &str,
        formats: impl IntoIterator<Item = &str>,
    ) {
        let case = self.name;
        let authority = authority(server, case);
        let url = server.url(self.scheme) + path;
        for format in formats {
            let (_, look) = FORMATS.iter().find(|(name, _)| *name == format).unwrap();
            let all = [
                &["--cacert", &authority],
                *look,
                self.words,
                &[url.as_str()],
            ]
            .concat();
            let ran = netspeak(&all).await;
            assert_eq!(
                ran.code, self.code,
                "{case} {format}: {}{}",
                ran.stdout, ran.stderr
            );
            assert_eq!(ran.stderr, "", "{case} {format}");
            assert!(
                !ran.stdout.contains(PASSWORD),
                "{case} {format}: {}",
                ran.stdout
            );
            match format {
                "json" => assert_eq!(
                    reread(&ran.stdout, serde_json::to_string_pretty),
                    ran.stdout
                ),
                "ndjson" => assert_eq!(reread(&ran.stdout, serde_json::to_string), ran.stdout),
                _ => {}
            }
            let port = server.port();
            let shown = ran
                .stdout
                .replace(&format!("\"port\":{port}"), "\"port\":\"MASKED\"");
            let shown = shown.replace(&format!(":{port}"), ":PORT");
            let masked = match format {
                "json" | "ndjson" => mask_json(&shown),
                "prom" => shown.lines().map(mask_metric).collect(),
                "nagios" => mask_values(&shown),
                _ => shown.lines().map(mask_line).collect(),
            };
            check(&format!("{case}.{format}"), &masked);
        }
    }
}

/// A report that was read from its JSON, written again.
fn reread(json: &str, write: fn(&Report) -> serde_json::Result<String>) -> String {
    let report = serde_json::from_str(json).expect("a report");
    write(&report).unwrap() + "\n"
}

const PHASES: [&str; 11] = [
    "dns", "tcp", "tls", "greeting", "caps", "starttls", "auth", "work", "wait", "body", "quit",
];

/// Times and dates in metrics; what is 0, 1 or 4 tells something.
fn mask_metric(line: &str) -> String {
    match line.rsplit_once("} ") {
        Some((labels, value)) if value.len() > 1 => format!("{labels}}} N\n"),
        _ => format!("{line}\n"),
    }
}

/// Times in what a plugin says: `time=0.012s;;;0;30`, `12 ms`, `68 days`.
fn mask_values(text: &str) -> String {
    let mut masked = String::new();
    for word in text.split_inclusive([' ', '\n']) {
        let (label, value) = word.split_once('=').unwrap_or_default();
        let number = value.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
        match label.is_empty() || number.len() == value.len() {
            true => masked.push_str(word),
            false => masked.push_str(&format!("{label}=N{number}")),
        }
    }
    let masked = golden::mask_before(&masked, " ms");
    golden::mask_dates(&golden::mask_before(&masked, " day"))
}

/// `  tcp       0.3 |   ███      note` becomes `  tcp N |BAR note`: times, bars and days are not the same twice.
fn mask_line(line: &str) -> String {
    let line = match line.split_once('|') {
        Some((head, tail))
            if PHASES
                .iter()
                .any(|phase| head.trim_start().starts_with(phase)) =>
        {
            format!("{head}|BAR {}", tail.trim_start_matches([' ', '█', '#']))
        }
        _ => line.to_owned(),
    };
    // A challenge holds a nonce.
    let line = match line.split_once(" + ") {
        Some((head, challenge)) if challenge.len() > 40 => format!("{head} + CHALLENGE"),
        _ => line,
    };
    let mut masked = String::new();
    let mut before = "";
    let mut rest = line.as_str();
    while !rest.is_empty() {
        let blank = rest.len() - rest.trim_start_matches(' ').len();
        let (blanks, after) = rest.split_at(blank);
        let (word, after) = after.split_at(after.find(' ').unwrap_or(after.len()));
        let next = after.trim_start().split(' ').next().unwrap_or_default();
        let is_number = word.trim_start_matches('+').parse::<f64>().is_ok();
        let is_time = PHASES.contains(&before) || word.starts_with('+') && word.contains('.');
        if is_number && (is_time || ["ms", "ms,", "days"].contains(&next)) {
            masked.push_str(" N");
        } else {
            masked.push_str(blanks);
            masked.push_str(word);
        }
        before = word;
        rest = after;
    }
    mask_dates(without_date(&masked)) + "\n"
}

/// The date of an answer is not the same twice, nor is a nonce.
fn without_date(line: &str) -> &str {
    let hides = ["date: ", "nonce=\"", "rspauth=\""];
    let at = hides
        .iter()
        .filter_map(|what| Some(line.find(what)? + what.len()))
        .min();
    line.get(..at.unwrap_or(line.len())).unwrap_or(line)
}

/// Masks values in place, so that the form of the document stays what it is.
fn mask_json(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once("\":") {
        let key = head.rsplit('"').next().unwrap_or_default();
        let value = tail.trim_start_matches(' ');
        let length = match value.strip_prefix('"') {
            Some(text) => text.find('"').map_or(0, |end| end + 2),
            None if value.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                value.find([',', '\n', '}']).unwrap_or(0)
            }
            None => 0,
        };
        let (value, after) = value.split_at(length);
        masked.push_str(head);
        masked.push_str("\":");
        masked.push_str(&" ".repeat(tail.len() - length - after.len()));
        masked.push_str(&if is_unsteady(key, value) {
            "\"MASKED\"".to_owned()
        } else {
            mask_days(value)
        });
        rest = after;
    }
    masked + rest
}

/// Whether this value is not the same twice.
fn is_unsteady(key: &str, value: &str) -> bool {
    const ULID: usize = 26;
    const KEYS: [&str; 13] = [
        "time",
        "vantage",
        "ms",
        "start_ms",
        "total_ms",
        "gap_ms",
        "port",
        "slowest_phase",
        "not_before",
        "not_after",
        "days_left",
        "sha256",
        "spki_sha256",
    ];
    match key {
        _ if value.is_empty() => false,
        // A check has one too, which is a word.
        "id" => value.len() == ULID + 2,
        "observed" => !value.starts_with('"'),
        key => KEYS.contains(&key),
    }
}

/// `"23456 days left"`
fn mask_days(text: &str) -> String {
    let text = &mask_dates(text);
    match text.split_once(" days ") {
        Some((head, tail)) => {
            let kept = head.trim_end_matches(|c: char| c.is_ascii_digit());
            format!("{kept}N days {tail}")
        }
        None => text.to_owned(),
    }
}

/// `on 2026-01-01` becomes `on DATE`.
fn mask_dates(text: &str) -> String {
    let is_date = |word: &str| {
        let letters = word.bytes();
        letters
            .map(|byte| if byte.is_ascii_digit() { b'0' } else { byte })
            .eq(*b"0000-00-00")
    };
    let mut masked = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once("on ") {
        masked.push_str(head);
        masked.push_str("on ");
        rest = match tail.split_at_checked(10) {
            Some((date, behind)) if is_date(date) => {
                masked.push_str("DATE");
                behind
            }
            _ => tail,
        };
    }
    masked + rest
}

/// Several targets, and how many came out how.
#[tokio::test]
async fn several_and_their_sum() {
    let well = server().start().await.unwrap();
    let ill = server().fault(Fault::reply(GREETING, *b"-ERR go away\r\n"));
    let ill = ill.start().await.unwrap();
    let urls = [well.url("pop3"), ill.url("pop3")];
    for (format, look) in [
        ("compact", &[][..]),
        ("line", &["--format", "line"]),
        ("ndjson", &["--format", "ndjson"]),
        ("template", &["-w", "%{verdict} %{error.kind}\\n"]),
    ] {
        let usual = ["--ordered", "--summary", &urls[0], &urls[1]];
        let ran = netspeak(&[look, &usual].concat()).await;
        assert_eq!(ran.code, 2, "{format}: {}", ran.stderr);
        // Where every line is a target, the sum is for people.
        let mut shown = ran.stdout + &ran.stderr;
        for server in [&well, &ill] {
            let port = server.port();
            shown = shown.replace(&format!("\"port\":{port}"), "\"port\":\"MASKED\"");
            shown = shown.replace(&format!(":{port}"), ":PORT");
        }
        let masked = match format {
            "ndjson" => mask_json(&shown),
            _ => shown.lines().map(mask_line).collect(),
        };
        // How long all of it took.
        let masked = golden::mask_before(&masked, " s\n");
        check(&format!("several.{format}"), &masked);
    }
}

#[tokio::test]
async fn healthy() {
    let case = Case {
        name: "healthy",
        scheme: "pop3",
        words: &[
            "--tls", "require", "-u", USER, "--work", "--label", "site=ams",
        ],
        code: 0,
    };
    let server = server().start().await.unwrap();
    case.compare(&server, FORMATS.map(|(name, _)| name)).await;
}

#[tokio::test]
async fn from_the_first_byte_without_login() {
    let case = Case {
        name: "implicit",
        scheme: "pop3s",
        words: &[],
        code: 0,
    };
    let server = server().implicit_tls().start().await.unwrap();
    case.compare(&server, TELLING).await;
}

#[tokio::test]
async fn worth_a_warning() {
    let case = Case {
        name: "warning",
        scheme: "pop3",
        words: &[],
        code: 0,
    };
    let server = server().tls(Certificate::Expired).start().await.unwrap();
    case.compare(&server, TELLING).await;
    let strict = Case {
        words: &["--strict"],
        code: 1,
        ..case
    };
    strict.compare(&server, ["compact"]).await;
}

/// A page, a way to it, and another behind a login.
async fn pages() -> Server<Http> {
    let server = Http::builder()
        .user(USER, PASSWORD)
        .serve(
            "/",
            Page::new("text/html", "x".repeat(18_432)).header("Server", "Fake/1"),
        )
        .redirect("/old", 301, "/new")
        .digest("/login", "r", DigestOptions::new())
        .page("/login", "text/plain", "in");
    server
        .tls(Certificate::Good)
        .implicit_tls()
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_page() {
    let server = pages().await;
    let case = Case {
        name: "page",
        scheme: "https",
        words: &["--work"],
        code: 0,
    };
    case.compare(&server, ["bars", "compact", "colour", "json"])
        .await;
}

#[tokio::test]
async fn a_page_that_is_elsewhere_behind_a_login_or_gone() {
    let server = pages().await;
    for (name, path, words, code) in [
        ("redirect", "/old", &[][..], 0),
        ("login", "/login", &["-u", USER], 0),
        ("no-login", "/login", &[], 2),
        ("gone", "/gone", &[], 2),
    ] {
        let case = Case {
            name,
            scheme: "https",
            words,
            code,
        };
        case.compare_at(&server, path, ["compact", "bars"]).await;
    }
}

#[tokio::test]
async fn refused_certificate() {
    let case = Case {
        name: "wrong-name",
        scheme: "pop3",
        words: &["--starttls", "-u", USER],
        code: 2,
    };
    let server = server().tls(Certificate::WrongName).start().await.unwrap();
    case.compare(&server, FORMATS.map(|(name, _)| name)).await;
}

#[tokio::test]
async fn rejected_login() {
    let case = Case {
        name: "rejected",
        scheme: "pop3",
        words: &["-u", "ops:mistaken"],
        code: 2,
    };
    let server = server().start().await.unwrap();
    case.compare(&server, TELLING).await;
}

#[tokio::test]
async fn closed_at_once() {
    let case = Case {
        name: "closed",
        scheme: "pop3",
        words: &[],
        code: 2,
    };
    let fault = Fault::Close(Moment::Greeting);
    let server = server().fault(fault).start().await.unwrap();
    case.compare(&server, TELLING).await;
}

#[tokio::test]
async fn not_run() {
    let case = Case {
        name: "unknown",
        scheme: "pop3",
        words: &["--work=lunch"],
        code: 3,
    };
    let server = server().start().await.unwrap();
    case.compare(&server, TELLING).await;
}

#[tokio::test]
async fn listing() {
    let server = server().start().await.unwrap();
    let (url, authority) = (server.url("pop3"), authority(&server, "listing"));
    for (name, more) in [("text", None), ("json", Some("--json"))] {
        let mut words = vec!["ls", "--cacert", &authority, "-u", USER, &url];
        words.extend(more);
        let ran = netspeak(&words).await;
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        let shown = ran.stdout.replace(&format!(":{}", server.port()), ":PORT");
        check(&format!("listing.{name}"), &shown);
    }
}

#[tokio::test]
async fn mailbox() {
    let server = server().start().await.unwrap();
    let (url, authority) = (server.url("pop3"), authority(&server, "mailbox"));
    let ran = netspeak(&["get", "--cacert", &authority, "-u", USER, &url]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let masked: String = ran
        .stdout
        .lines()
        .map(|line| match line.split_once("MAILER-DAEMON ") {
            Some((from, _)) => format!("{from}MAILER-DAEMON DATE\n"),
            None => format!("{line}\n"),
        })
        .collect();
    check("mailbox.mbox", &masked);
}

#[tokio::test]
async fn what_a_server_says_never_reaches_the_terminal_raw() {
    // Clears the screen, sets the title, answers back; in seven bits, as C1, and as C1 in UTF-8.
    const HOSTILE: &[u8] = b"\x1b[2J\x1b]0;owned\x07\x9b31m \xc2\x9b6n\x08\x7f";
    let line = |status: &str| [status.as_bytes(), b" ", HOSTILE, b"\r\n"].concat();
    let capabilities = [
        b"+OK\r\nSTLS\r\nUSER\r\n",
        HOSTILE,
        b"\r\nIMPLEMENTATION ",
        HOSTILE,
        b"\r\n.\r\n",
    ];
    let listing = |what: &[u8]| [b"+OK\r\n1 ", what, HOSTILE, b"\r\n.\r\n"].concat();
    let faults = [
        Fault::reply(GREETING, line("+OK")),
        Fault::reply(GREETING, line("-ERR")),
        Fault::reply(GREETING, line("* OK")),
        Fault::reply("CAPA", capabilities.concat()),
        Fault::reply("STLS", line("-ERR")),
        Fault::after("STLS", line("+OK")),
        Fault::reply("AUTH", line("-ERR [AUTH]")),
        Fault::Challenge(HOSTILE.to_vec()),
        Fault::reply("STAT", line("+OK")),
        Fault::reply("STAT", line("+OK 1 1")),
        Fault::reply("LIST", listing(b"12 ")),
        Fault::reply("UIDL", listing(b"")),
        Fault::reply("RETR", line("-ERR")),
        Fault::reply("QUIT", line("-ERR")),
        Fault::ClearText,
    ];
    let forms: [&[&str]; 8] = [
        &["-v", "--work"],
        &["--work"],
        &["--format", "line", "--work"],
        &["-v", "--json", "--work"],
        &["-v", "--format", "ndjson", "--work"],
        &["ls"],
        &["ls", "--json"],
        &["get"],
    ];
    for fault in faults {
        let server = server().fault(fault.clone()).start().await.unwrap();
        let (url, authority) = (server.url("pop3"), authority(&server, "hostile"));
        let mut running = JoinSet::new();
        for form in forms {
            let is_mail = form == ["get"];
            let url = match is_mail {
                true => format!("{url}/1"),
                false => url.clone(),
            };
            let words = [form, &["-m", "2", "--cacert", &authority, "-u", USER, &url]].concat();
            let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
            let what = format!("{fault:?} {words:?}");
            running.spawn(async move {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let ran = netspeak(&words).await;
                for (stream, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
                    let raw = text.chars().find(|c| c.is_control() && *c != '\n');
                    // Messages are data, and go out as they came.
                    let is_data = is_mail && stream == "stdout";
                    assert!(
                        raw.is_none() || is_data,
                        "{what}: {raw:?} on {stream}: {text:?}"
                    );
                }
            });
        }
        while let Some(done) = running.join_next().await {
            done.unwrap();
        }
    }
}
