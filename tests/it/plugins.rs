//! `netspeak check` under the names of Debian's monitoring plugins, beside those plugins, at the same servers. Theirs run
//! in a container and call the servers by their names; ours are told where those names lead.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::harness::{
    PATIENCE, Ran, certificate, container_address, netspeak, password, run, user, variable,
};

/// What was printed, and how it ended.
struct Told {
    code: i32,
    text: String,
}

impl Told {
    /// The word that a monitoring system looks for.
    fn state(&self) -> Option<&str> {
        let line = self.text.lines().next().unwrap_or_default();
        let text = line.split(" |").next().unwrap_or_default();
        let words = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];
        let mut spoken = text.split([' ', ':']);
        spoken.find(|word| words.contains(word))
    }

    /// A value of the performance data.
    fn value(&self, label: &str) -> Option<&str> {
        let behind = self.text.lines().filter_map(|line| line.split_once('|'));
        let mut values = behind.flat_map(|(_, values)| values.split(' '));
        values.find_map(|value| value.strip_prefix(label)?.strip_prefix('='))
    }
}

async fn theirs(plugin: &str, words: &[&str]) -> Told {
    let path = format!("/usr/lib/nagios/plugins/{plugin}");
    let mut command = Command::new("docker");
    command.args(["exec", &variable("NETSPEAK_PLUGINS_CONTAINER"), &path]);
    command.args(words).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output());
    let output = output.await.expect("docker hangs").unwrap();
    Told {
        code: output.status.code().unwrap(),
        text: String::from_utf8_lossy(&output.stdout).into_owned(),
    }
}

/// The command under a plugin's name. Whoever is first makes the link.
fn named(plugin: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugins");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(plugin);
    let program = PathBuf::from(variable("NETSPEAK_BIN"));
    let made = folder.join(format!("{plugin}.{:?}", std::thread::current().id()));
    let _ = std::fs::remove_file(&made);
    std::os::unix::fs::symlink(program, &made).unwrap();
    std::fs::rename(&made, &path).unwrap();
    path
}

/// Words that make known to ours what theirs know from the containers' network.
fn known() -> Vec<String> {
    let authority = certificate("ca.pem").display().to_string();
    let mut words = vec!["--cacert".to_owned(), authority];
    for (name, service, ports) in [
        ("dovecot", "DOVECOT", &[110, 143, 993, 995, 1][..]),
        ("postfix", "POSTFIX", &[25, 465, 587, 1]),
        ("vsftpd", "VSFTPD", &[21, 1]),
        ("inn2", "INN2", &[119, 563, 1]),
        ("nginx", "NGINX", &[80, 443, 1]),
    ] {
        let address = container_address(service);
        for port in ports {
            words.extend(["--resolve".to_owned(), format!("{name}:{port}:{address}")]);
        }
    }
    words
}

fn told(ran: Ran) -> Told {
    assert_eq!(ran.stderr, "", "a plugin speaks on standard output");
    let text = ran.text().to_owned();
    let first = text.lines().next().unwrap_or_default();
    assert!(first.len() < 200, "{first}");
    Told {
        code: ran.code,
        text,
    }
}

async fn ours(plugin: &str, words: &[&str]) -> Told {
    let words = words.iter().map(|word| (*word).to_owned());
    let words: Vec<String> = words.chain(known()).collect();
    told(run(&named(plugin), &words).await)
}

/// What is theirs only, where ours differ on purpose.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Theirs {
    /// The same: status word, exit code, `time`.
    Same,
    /// No performance data, which ours have on failure, too.
    WithoutTime,
    /// Neither these nor a status word.
    WithoutWord,
}
use Theirs::{Same, WithoutTime, WithoutWord};

async fn compare(cases: &[(&str, &str, i32, Theirs)]) {
    for (plugin, words, code, difference) in cases {
        let words: Vec<&str> = words.split(' ').collect();
        let (they, we) = (theirs(plugin, &words).await, ours(plugin, &words).await);
        let what = format!("{plugin} {words:?}\n{}{}", they.text, we.text);
        assert_eq!((they.code, we.code), (*code, *code), "{what}");
        let word = ["OK", "WARNING", "CRITICAL", "UNKNOWN"][*code as usize];
        assert_eq!(we.state(), Some(word), "{what}");
        let has_word = *difference != WithoutWord;
        assert_eq!(they.state() == Some(word), has_word, "{what}");
        let has_time = *difference == Same;
        assert_eq!(they.value("time").is_some(), has_time, "{what}");
        let time = we.value("time").unwrap_or_else(|| panic!("{what}"));
        assert!(time.split(';').next().unwrap().ends_with('s'), "{what}");
        if words.contains(&"-D") || words.contains(&"-C") {
            // They tell either, we both.
            assert!(we.value("cert_days").is_some(), "{what}");
        }
    }
}

#[tokio::test]
#[ignore = "needs dovecot, postfix, vsftpd, inn2, nginx and plugins"]
async fn healthy_servers_are_healthy_to_both() {
    compare(&[
        ("check_imap", "-H dovecot", 0, Same),
        ("check_imap", "-H dovecot -p 993 -S", 0, Same),
        (
            "check_imap",
            "-H dovecot -p 993 --ssl -e OK -e PREAUTH -t 5",
            0,
            Same,
        ),
        ("check_simap", "-H dovecot", 0, Same),
        ("check_pop", "-H dovecot", 0, Same),
        ("check_spop", "-H dovecot -4", 0, Same),
        ("check_ftp", "-H vsftpd", 0, Same),
        ("check_nntp", "-H inn2", 0, Same),
        ("check_nntps", "-H inn2", 0, Same),
        ("check_smtp", "-H postfix", 0, Same),
        ("check_smtp", "-H postfix -p 587 -S", 0, Same),
        ("check_ssmtp", "-H postfix", 0, Same),
        ("check_http", "-H nginx -u /seed/", 0, Same),
        ("check_http", "-H nginx -u /seed/ -S --sni", 0, Same),
        ("check_http", "-H nginx -u /seed/ -s href", 0, Same),
        ("check_http", "-H nginx -u /301/seed/", 0, Same),
        (
            "check_http",
            "-H nginx -u /301/302/seed/ -f follow -s href",
            0,
            Same,
        ),
        ("check_imap", "-H dovecot -p 993 -S -D 14,7", 0, Same),
        ("check_smtp", "-H postfix -S -D 14,7", 0, WithoutTime),
        ("check_http", "-H nginx -S -C 14,7", 0, WithoutTime),
    ])
    .await;
}

#[tokio::test]
#[ignore = "needs dovecot, postfix, nginx and plugins"]
async fn what_is_refused_is_critical_or_what_is_wished() {
    compare(&[
        // They say why, and no more.
        ("check_imap", "-H dovecot -p 1", 2, WithoutWord),
        ("check_pop", "-H dovecot -p 1 -r warn", 1, WithoutWord),
        ("check_nntp", "-H inn2 -p 1 -r ok", 0, WithoutWord),
        ("check_http", "-H nginx -p 1", 2, WithoutWord),
    ])
    .await;
    // Theirs has the status word in its second line.
    let words = ["-H", "postfix", "-p", "1"];
    let (they, we) = (
        theirs("check_smtp", &words).await,
        ours("check_smtp", &words).await,
    );
    assert_eq!((they.code, we.code), (2, 2));
    assert!(they.text.contains("SMTP CRITICAL") && they.value("time").is_some());
    assert!(we.state() == Some("CRITICAL") && we.value("time").is_some());
}

#[tokio::test]
#[ignore = "needs dovecot, postfix, nginx and plugins"]
async fn certificates_alarm_by_their_days() {
    let nginx = container_address("NGINX");
    let expired = format!("-H expired.test -I {nginx} --sni -C 14,7");
    compare(&[
        (
            "check_imap",
            "-H dovecot -p 993 -S -D 30,14 --sni expired.test",
            2,
            WithoutTime,
        ),
        ("check_http", &expired, 2, WithoutTime),
        (
            "check_imap",
            "-H dovecot -p 993 -S -D 10000",
            1,
            WithoutTime,
        ),
        (
            "check_imap",
            "-H dovecot -p 993 -D 10000,9000",
            2,
            WithoutTime,
        ),
        ("check_smtp", "-H postfix -D 10000", 1, WithoutTime),
        ("check_smtp", "-H postfix -S -D 10000,9000", 2, WithoutTime),
        ("check_http", "-H nginx -C 10000", 1, WithoutTime),
    ])
    .await;
}

#[tokio::test]
#[ignore = "needs dovecot, postfix, nginx and plugins"]
async fn expectations_and_thresholds_alarm_alike() {
    compare(&[
        ("check_imap", "-H dovecot -e nonsense", 1, Same),
        ("check_imap", "-H dovecot -e nonsense -M crit", 2, Same),
        ("check_imap", "-H dovecot -e Dovecot -e nonsense", 0, Same),
        (
            "check_imap",
            "-H dovecot -e Dovecot -e nonsense -A",
            1,
            Same,
        ),
        ("check_smtp", "-H postfix -e 999", 1, WithoutWord),
        (
            "check_http",
            "-H nginx -u /seed/ -e 999,998",
            2,
            WithoutTime,
        ),
        ("check_http", "-H nginx -u /gone -e 404,410", 0, Same),
        ("check_http", "-H nginx -u /gone", 1, Same),
        ("check_http", "-H nginx -u /busy", 2, Same),
        ("check_http", "-H nginx -u /seed/ -s nonsense", 2, Same),
        ("check_http", "-H nginx -u /301/seed/ -f warning", 1, Same),
        ("check_http", "-H nginx -u /301/seed/ -f critical", 2, Same),
        ("check_imap", "-H dovecot -w 0.0000001", 1, Same),
        ("check_imap", "-H dovecot -c 0.0000001", 2, Same),
        ("check_imap", "-H dovecot -w 8 -c 9", 0, Same),
        ("check_smtp", "-H postfix -w 0.0000001 -c 9", 1, Same),
        (
            "check_smtp",
            "-H postfix -w 0.0000001 -c 0.0000001",
            2,
            Same,
        ),
        ("check_http", "-H nginx -u /seed/ -w 0.0000001", 1, Same),
    ])
    .await;
}

#[tokio::test]
#[ignore = "needs dovecot and plugins"]
async fn what_is_not_understood_is_unknown_to_both() {
    for words in [&["-H", "dovecot", "-Z"][..], &[], &["-H"]] {
        let (they, we) = (
            theirs("check_imap", words).await,
            told(run(&named("check_imap"), words).await),
        );
        assert_eq!((they.code, we.code), (3, 3), "{}{}", they.text, we.text);
        // Theirs is its usage, on many lines.
        assert_eq!(we.text.lines().count(), 1, "{}", we.text);
    }
}

#[tokio::test]
#[ignore = "needs dovecot, postfix and plugins"]
async fn where_ours_differs_on_purpose() {
    // TLS from the first byte has a port of its own, and -S goes there; theirs stays at 143.
    let words = ["-H", "dovecot", "-S"];
    assert_eq!(theirs("check_imap", &words).await.code, 2);
    assert_eq!(ours("check_imap", &words).await.code, 0);
    // A certificate that nobody vouches for is an alarm, unless it is said not to be.
    let dovecot = container_address("DOVECOT").to_string();
    let words = ["-H", &dovecot, "-p", "993", "-S"];
    assert_eq!(theirs("check_imap", &words).await.code, 0);
    let we = told(run(&named("check_imap"), &words).await);
    assert_eq!(we.code, 2, "{}", we.text);
    assert!(we.text.contains("tls.cert_untrusted"), "{}", we.text);
    let words = [&words[..], &["--insecure"]].concat();
    let we = told(run(&named("check_imap"), &words).await);
    assert_eq!(we.code, 0, "{}", we.text);
    // What theirs can't be asked for: STARTTLS and a login, in the same check.
    let words = [
        "-H",
        "dovecot",
        "--starttls",
        "--user",
        user::CHECKED,
        "-D",
        "14,7",
    ];
    let we = ours("check_pop", &words[..5]).await;
    assert_eq!(we.code, 0, "{}", we.text);
    assert!(we.text.contains("login ok"), "{}", we.text);
    let mistaken = format!("{}:marker-of-a-wrong-password", user::CHECKED);
    let words = ["-H", "dovecot", "--starttls", "--user", &mistaken, "-v"];
    let we = ours("check_imap", &words).await;
    assert_eq!(we.code, 2, "{}", we.text);
    assert!(we.text.contains("auth.rejected"), "{}", we.text);
    assert!(!we.text.contains("marker-of"), "{}", we.text);
}

#[tokio::test]
#[ignore = "needs dovecot, cyrus, postfix, inn2, vsftpd and proftpd"]
async fn one_check_does_starttls_a_login_the_time_and_the_certificate_for_every_protocol() {
    let authority = certificate("ca.pem").display().to_string();
    for (name, host, service, port) in [
        ("imap", "dovecot", "DOVECOT", 143),
        ("pop3", "dovecot", "DOVECOT", 110),
        ("imap", "cyrus", "CYRUS", 143),
        ("pop3", "cyrus", "CYRUS", 110),
        ("submission", "postfix", "POSTFIX", 587),
        ("nntp", "inn2", "INN2", 119),
        ("ftp", "vsftpd", "VSFTPD", 21),
        ("ftp", "proftpd", "PROFTPD", 21),
    ] {
        let place = format!("{host}:{port}:{}", container_address(service));
        let words = [
            "check",
            name,
            "-H",
            host,
            "--resolve",
            &place,
            "--cacert",
            &authority,
            "--starttls",
            "-u",
            user::CHECKED,
            "-w",
            "20",
            "-c",
            "25",
            "-D",
            "14,7",
            "--only-asked",
            "-v",
        ];
        let ran = netspeak(&words).await;
        let we = told(ran);
        assert_eq!(we.code, 0, "{name} {host} {}", we.text);
        assert!(we.text.contains("login ok"), "{}", we.text);
        for label in ["time", "starttls", "tls", "auth", "cert_days"] {
            assert!(we.value(label).is_some(), "{label}: {}", we.text);
        }
        assert!(!we.text.contains(password().expose().as_str()), "{name}");
        // The certificate is over, which fails, and all is told that was seen. (Cyrus has one certificate only.)
        let words = [&words[..], &["--sni", "expired.test"]].concat();
        if ["dovecot"].contains(&host) {
            let we = told(netspeak(&words).await);
            assert_eq!(we.code, 2, "{name} {host} {}", we.text);
            assert!(
                we.value("cert_days").unwrap().starts_with('-'),
                "{}",
                we.text
            );
            assert!(we.value("time").is_some() && we.value("starttls").is_some());
        }
    }
}
