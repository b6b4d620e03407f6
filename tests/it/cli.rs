//! The command, run as people and scripts run it, against Dovecot.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{
    Faulty, Ran, assert_same, certificate, netspeak, password, seed, target, user, variable,
};

/// The servers' authority, and what was typed.
async fn trusting<S: AsRef<str>>(words: &[S]) -> Ran {
    let authority = certificate("ca.pem").to_string_lossy().into_owned();
    let mut all = vec!["--cacert".to_owned(), authority];
    all.extend(words.iter().map(|word| word.as_ref().to_owned()));
    // `--cacert` belongs to a verb, where one is named.
    let verbs = ["get", "ls", "probe"];
    if let Some(at) = all.iter().position(|word| verbs.contains(&word.as_str())) {
        let verb = all.remove(at);
        all.insert(0, verb);
    }
    netspeak(&all).await
}

fn strict() -> String {
    target("pop3", "DOVECOT_POP3").to_string()
}

fn implicit() -> String {
    target("pop3s", "DOVECOT_POP3S").to_string()
}

fn plain() -> String {
    target("pop3", "DOVECOT_PLAIN_POP3").to_string()
}

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn phases(report: &Value) -> Vec<&str> {
    let phases = report["phases"].as_array().unwrap();
    phases
        .iter()
        .map(|phase| phase["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn a_probe_tells_all_phases_and_the_chain() {
    let ran = trusting(&["--json", "--tls", "require", &strict()]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr, "");
    let report = ran.json();
    assert_eq!(
        phases(&report),
        [
            "dns", "tcp", "greeting", "caps", "starttls", "tls", "caps", "quit"
        ]
    );
    let phases = report["phases"].as_array().unwrap();
    let sum: f64 = phases
        .iter()
        .map(|phase| {
            assert_eq!(phase["ok"], true, "{phase}");
            assert!(phase["start_ms"].as_f64().unwrap() >= 0.0);
            phase["ms"].as_f64().unwrap()
        })
        .sum();
    assert_eq!(phases[6]["n"], 2);
    let total = report["total_ms"].as_f64().unwrap();
    assert!(sum > 0.0 && sum <= total, "{sum} of {total}");
    for slow in ["tcp", "greeting", "tls"] {
        let phase = phases.iter().find(|phase| phase["name"] == slow).unwrap();
        assert!(phase["ms"].as_f64().unwrap() > 0.0, "{phase}");
    }

    assert_eq!(report["schema"], "netspeak.probe/1");
    assert_eq!(report["verdict"], "ok");
    assert_eq!(report["reached"], "caps");
    assert_eq!(report["target"]["protocol"], "pop3");
    assert_eq!(report["error"], Value::Null);
    assert_eq!(report["addresses"][0]["ip"], "127.0.0.1");
    assert!(report["local"]["port"].is_u64());
    assert_eq!(report["greeting"]["software"], "Dovecot");
    let tls = &report["tls"];
    assert_eq!(
        (&tls["mode"], &tls["verified"]),
        (&"starttls".into(), &true.into())
    );
    assert_eq!(tls["version"], "1.3");
    let subjects: Vec<&str> = tls["chain"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["subject"].as_str().unwrap())
        .collect();
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    assert!(subjects[1].contains("intermediate"), "{subjects:?}");
    assert!(tls["days_left"].as_i64().unwrap() >= 28);
    let before = &report["capabilities"]["before_tls"];
    assert!(before.as_array().unwrap().contains(&"STLS".into()));
    let after = &report["capabilities"]["after_tls"];
    assert!(!after.as_array().unwrap().contains(&"STLS".into()));
}

/// The schema, as the paths of all keys. `UPDATE_GOLDEN=1` writes the file anew.
#[tokio::test]
#[ignore = "needs dovecot"]
async fn every_key_of_the_schema_is_always_there() {
    // One that reaches everything and says so, and warns; one that fails inside TLS; one that connects to nobody.
    let full = trusting(&["--json", "-v", "--work", "-u", user::CLI_PROBE, &strict()]).await;
    assert_eq!(full.code, 0, "{}", full.stderr);
    let warned = netspeak(&["--json", "--tls", "auto", &strict()]).await;
    let failed = trusting(&["--json", "--sni", "expired.test", &implicit()]).await;
    assert_eq!((warned.code, failed.code), (0, 2));

    let mut found = BTreeSet::new();
    let mut top = Vec::new();
    for ran in [&full, &warned, &failed] {
        let report = ran.json();
        top.push(
            report
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>(),
        );
        keys(&report, "", &mut found);
    }
    assert!(top.iter().all(|keys| *keys == top[0]), "{top:?}");
    let found: String = found.into_iter().map(|key| key + "\n").collect();

    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/golden/probe-keys.txt");
    if updating() {
        std::fs::write(&golden, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap();
    assert_eq!(
        found, expected,
        "the schema has changed; if it was meant to, UPDATE_GOLDEN=1"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "asked by whoever changes the schema"
)]
fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// `tls.chain[].subject`; the names inside free-form maps are data, not schema.
fn keys(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if ["protocol_detail", "target.labels", "work.detail"].contains(&path) {
                return;
            }
            for (key, value) in object {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                found.insert(path.clone());
                keys(value, &path, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                keys(item, &format!("{path}[]"), found);
            }
        }
        _ => {}
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn the_exit_code_tells_how_it_went() {
    let user = user::CLI_PROBE;
    let wrong = format!("{user}:wrong");
    for (code, words) in [
        (0, vec![strict()]),
        (0, vec![implicit(), "-u".into(), user.into()]),
        // A certificate that does not verify is worth a warning where nobody asked for TLS.
        (0, vec!["--sni".into(), "expired.test".into(), strict()]),
        (
            1,
            vec![
                "--sni".into(),
                "expired.test".into(),
                "--strict".into(),
                strict(),
            ],
        ),
        (2, vec!["--sni".into(), "expired.test".into(), implicit()]),
        (
            2,
            vec![
                "--sni".into(),
                "expired.test".into(),
                "--starttls".into(),
                strict(),
            ],
        ),
        (2, vec![strict(), "-u".into(), wrong]),
        (
            2,
            vec![strict(), target("pop3s", "DOVECOT_POP3").to_string()],
        ),
        (3, vec!["pop3://user%0d%0a@localhost/".into()]),
        (3, vec!["no-such-scheme://localhost/".into()]),
        (3, vec!["--until".into(), "nonsense".into(), strict()]),
        (3, vec!["--no-such-option".into(), strict()]),
    ] {
        let ran = trusting(&words).await;
        let shown = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert_eq!(ran.code, code, "{words:?}: {shown}{}", ran.stderr);
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn each_phase_can_be_the_last() {
    let with_login = ["auth", "work"];
    for (url, until, expected) in [
        (strict(), "dns", "dns"),
        (strict(), "tcp", "dns tcp"),
        (strict(), "greeting", "dns tcp greeting quit"),
        (
            strict(),
            "tls",
            "dns tcp greeting caps starttls tls caps quit",
        ),
        (
            strict(),
            "caps",
            "dns tcp greeting caps starttls tls caps quit",
        ),
        (
            strict(),
            "auth",
            "dns tcp greeting caps starttls tls caps auth quit",
        ),
        (
            strict(),
            "work",
            "dns tcp greeting caps starttls tls caps auth work quit",
        ),
        (implicit(), "dns", "dns"),
        (implicit(), "tcp", "dns tcp"),
        (implicit(), "tls", "dns tcp tls"),
        (implicit(), "greeting", "dns tcp tls greeting quit"),
        (implicit(), "caps", "dns tcp tls greeting caps quit"),
        (implicit(), "auth", "dns tcp tls greeting caps auth quit"),
        (
            implicit(),
            "work",
            "dns tcp tls greeting caps auth work quit",
        ),
    ] {
        let mut words = vec!["--json", "--until", until, url.as_str()];
        if with_login.contains(&until) {
            words.extend(["-u", user::CLI_UNTIL]);
        }
        let ran = trusting(&words).await;
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
        assert_eq!(phases(&ran.json()).join(" "), expected, "{words:?}");
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn max_time_is_kept() {
    let faulty = Faulty::take().await;
    let plain = faulty.target("pop3", 110).await.to_string();
    let implicit = faulty.target("pop3s", 995).await.to_string();
    let paused = faulty.pause().await;
    for (url, phase) in [(&plain, "greeting"), (&implicit, "tls")] {
        let began = tokio::time::Instant::now();
        let ran = trusting(&["--json", "--max-time", "1.5", url]).await;
        let took = began.elapsed().as_secs_f64();
        assert_eq!(ran.code, 2);
        let report = ran.json();
        assert_eq!(report["error"]["kind"], "timeout.total");
        assert_eq!(report["error"]["phase"], phase);
        assert!((1.5..2.0).contains(&took), "{took} s");
        let began = tokio::time::Instant::now();
        let ran = trusting(&["get", "-m", "1", "-u", user::STALLED, url]).await;
        let took = began.elapsed().as_secs_f64();
        assert_eq!(ran.code, 28, "{}", ran.stderr);
        assert!((1.0..1.5).contains(&took), "{took} s");
    }
    drop(paused);
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn get_gives_each_message_as_it_was_delivered() {
    let seed = seed();
    let file = folder("get").join("one.eml");
    let file = file.to_str().unwrap();
    for (n, message) in (1..).zip(&seed) {
        for url in [strict(), implicit()] {
            let url = format!("{url}/{n}");
            let words = ["get", "--starttls", "-u", user::CLI_GET, &url];
            let ran = trusting(&words).await;
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            assert_same(&ran.stdout, &message.bytes, &url);
        }
        let url = format!("{}/{n}", implicit());
        let ran = trusting(&["get", "-u", user::CLI_GET, "-o", file, &url]).await;
        assert_eq!((ran.code, ran.stdout.len()), (0, 0), "{}", ran.stderr);
        assert_same(&std::fs::read(file).unwrap(), &message.bytes, &url);
    }
    let url = format!("{}/9", strict());
    let ran = trusting(&["get", "-u", user::CLI_GET, &url]).await;
    assert_eq!((ran.code, ran.stdout.len()), (78, 0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error[work.rejected]"),
        "{}",
        ran.stderr
    );
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn get_fills_a_folder_and_overwrites_nothing() {
    let folder = folder("dir");
    let dir = folder.to_str().unwrap();
    let url = format!("{}/", strict());
    let words = ["get", "-u", user::CLI_GET, "--dir", dir, &url];
    let ran = trusting(&words).await;
    assert_eq!((ran.code, ran.stdout.len()), (0, 0), "{}", ran.stderr);
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected: Vec<String> = (1..=8).map(|n| format!("{n:06}.eml")).collect();
    assert_eq!(names, expected);
    for (name, message) in names.iter().zip(seed()) {
        let got = std::fs::read(folder.join(name)).unwrap();
        assert_same(&got, &message.bytes, name);
    }

    let first = folder.join("000001.eml");
    std::fs::write(&first, "mine").unwrap();
    let ran = trusting(&words).await;
    assert_eq!(ran.code, 23, "{}", ran.stderr);
    assert_eq!(std::fs::read(&first).unwrap(), b"mine");
    let ran = trusting(&["get", "-u", user::CLI_GET, "--dir", dir, "--force", &url]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_same(&std::fs::read(&first).unwrap(), &seed()[0].bytes, "--force");
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn get_of_a_maildrop_is_an_mbox() {
    for (url, range) in [
        (format!("{}/", strict()), 0..8),
        (format!("{}/3-5", implicit()), 2..5),
    ] {
        let ran = trusting(&["get", "-u", user::CLI_GET, &url]).await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let messages = read_mboxrd(&ran.stdout);
        let seed = seed();
        assert_eq!(messages.len(), range.len());
        for (got, expected) in messages.iter().zip(&seed[range]) {
            let expected = lf(&expected.bytes);
            assert_same(got, &expected, "a message of the mbox");
        }
    }
}

/// Undoes `mboxrd` by its definition, independently of what wrote it.
fn read_mboxrd(mbox: &[u8]) -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    for line in mbox.split_inclusive(|byte| *byte == b'\n') {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        match (quotes, line[quotes..].starts_with(b"From ")) {
            (0, true) => messages.push(Vec::new()),
            (_, true) => messages.last_mut().unwrap().extend_from_slice(&line[1..]),
            _ => messages.last_mut().unwrap().extend_from_slice(line),
        }
    }
    for message in &mut messages {
        assert_eq!(
            message.pop(),
            Some(b'\n'),
            "an empty line ends each message"
        );
    }
    messages
}

fn lf(message: &[u8]) -> Vec<u8> {
    let mut out = message.to_vec();
    let mut before = 0;
    let ends: BTreeSet<usize> = message
        .windows(2)
        .enumerate()
        .filter_map(|(at, two)| (two == b"\r\n").then_some(at))
        .collect();
    out.retain(|_| {
        before += 1;
        !ends.contains(&(before - 1))
    });
    out
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn ls_lists_numbers_sizes_and_ids() {
    let seed = seed();
    let ran = trusting(&["ls", "-u", user::CLI_LS, &strict()]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let expected: String = (1..)
        .zip(&seed)
        .map(|(n, message)| format!("{n:>6} {:>10}  {}\n", message.bytes.len(), message.name))
        .collect();
    assert_eq!(ran.text(), expected);

    let url = format!("{}/2-3", implicit());
    let ran = trusting(&["ls", "--json", "-u", user::CLI_LS, &url]).await;
    let lines: Vec<Value> = ran
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    for (line, (n, message)) in lines.iter().zip((2..).zip(&seed[1..])) {
        assert_eq!(line["kind"], "message");
        assert_eq!(line["size"], message.bytes.len());
        assert_eq!(line["detail"]["uid"], message.name.as_str());
        // What it names can be fetched.
        let url = line["url"].as_str().unwrap();
        assert_eq!(url, format!("{}/{n}", implicit()));
        let ran = trusting(&["get", "-u", user::CLI_LS, url]).await;
        assert_same(&ran.stdout, &message.bytes, url);
    }
    let ran = trusting(&["ls", "-u", user::EMPTY, &strict()]).await;
    assert_eq!((ran.code, ran.text()), (0, ""), "{}", ran.stderr);
}

/// In every form in which it goes over the wire.
fn forms(user: &str, secret: &str) -> Vec<String> {
    vec![
        secret.to_owned(),
        base64(secret),
        base64(&format!("\0{user}\0{secret}")),
        base64(&format!("{user}\0{user}\0{secret}")),
    ]
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes()
        .chunks(3)
        .map(|three| {
            let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            let letter = |at: u32| char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]);
            (0..4)
                .map(|at| {
                    if at as usize <= three.len() {
                        letter(at)
                    } else {
                        '='
                    }
                })
                .collect::<String>()
        })
        .collect()
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn the_transcript_shows_no_secret() {
    assert_eq!(base64("\0a\0bc"), "AGEAYmM=");
    let user = user::CLI_VERBOSE;
    let marker = "marker-of-a-wrong-password";
    let right = password();
    for format in ["human", "json", "ndjson"] {
        for mechanism in [
            "USER",
            "APOP",
            "PLAIN",
            "LOGIN",
            "CRAM-MD5",
            "SCRAM-SHA-256",
        ] {
            for (login, secret, code) in [
                (user.to_owned(), right.expose().as_str(), 0),
                (format!("{user}:{marker}"), marker, 2),
            ] {
                // The clear one: it takes APOP.
                let option = format!("AUTH={mechanism}");
                let words = [
                    "-v",
                    "--format",
                    format,
                    "--tls",
                    "off",
                    "--login-options",
                    &option,
                    "-u",
                    &login,
                    &plain(),
                ];
                let ran = trusting(&words).await;
                let shown = format!("{}{}", ran.text(), ran.stderr);
                assert_eq!(ran.code, code, "{mechanism}: {shown}");
                assert!(
                    shown.contains("QUIT"),
                    "{mechanism}: no transcript in {shown}"
                );
                for form in forms(user, secret) {
                    assert!(!shown.contains(&form), "{mechanism} {format}: {shown}");
                }
            }
        }
    }
    // Nor is one shown that stands in the URL.
    let url = plain().replace("pop3://", &format!("pop3://{user}:{marker}@"));
    for words in [vec!["-v", &url], vec!["get", &url], vec!["ls", &url]] {
        let ran = trusting(&words).await;
        let shown = format!("{}{}", ran.text(), ran.stderr);
        assert!(
            ran.code != 0 && !shown.contains(marker),
            "{words:?}: {shown}"
        );
    }
}

#[tokio::test]
#[ignore = "needs dovecot"]
async fn what_is_typed_counts_more_than_the_environment() {
    // NETSPEAK_PASSWORD is the right one.
    assert_eq!(variable("NETSPEAK_PASSWORD"), *password().expose());
    let wrong = format!("{}:wrong", user::CLI_PROBE);
    let ran = trusting(&["--json", "-u", &wrong, &strict()]).await;
    assert_eq!(ran.json()["error"]["kind"], "auth.rejected");
    let ran = trusting(&["--json", "-u", user::CLI_PROBE, &strict()]).await;
    assert_eq!(ran.json()["auth"]["ok"], true);
}
