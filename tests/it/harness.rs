//! What the tests share. All that is known about the servers comes from the environment.

mod session;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command as Blocking, Stdio};
use std::time::Duration;

use netspeak::core::protocol::ProbeOptions;
use netspeak::core::sasl::Credentials;
use netspeak::core::tls::{Roots, Sni, TlsSettings};
use netspeak::core::{Connector, Phase, Secret, Target, Timeouts};
use serde_json::Value;
use tokio::process::Command;
use tokio::sync::{Mutex, MutexGuard};

pub(crate) use session::{kind, number, said, with_password};

/// No wait for a healthy server takes this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Whose mailbox is whose: POP3 deletes, so no two tests share one.
pub(crate) mod user {
    /// The client certificate's.
    pub(crate) const CERTIFIED: &str = "user01";
    pub(crate) const PLAIN: &str = "user02";
    pub(crate) const STLS: &str = "user03";
    pub(crate) const POP3S: &str = "user04";
    pub(crate) const COMMITTED: &str = "user05";
    pub(crate) const DROPPED: &str = "user06";
    pub(crate) const RESET: &str = "user07";
    pub(crate) const REJECTED: &str = "user08";
    pub(crate) const DECEIVED: &str = "user09";
    pub(crate) const REMOTE: &str = "user10";
    pub(crate) const STALLED: &str = "user11";
    pub(crate) const KILLED: &str = "user12";
    pub(crate) const MECHANISMS: &str = "user13";
    pub(crate) const RENEWED: &str = "user14";
    pub(crate) const CLI_PROBE: &str = "user20";
    pub(crate) const CLI_GET: &str = "user21";
    pub(crate) const CLI_VERBOSE: &str = "user22";
    pub(crate) const CLI_UNTIL: &str = "user23";
    pub(crate) const CLI_LS: &str = "user24";
    pub(crate) const POLITE: &str = "user30";
    pub(crate) const CROSS: &str = "user31";
    pub(crate) const PROXIED: &str = "user32";
    pub(crate) const MAIL_TEXTS: &str = "user40";
    pub(crate) const MAIL_LARGE: &str = "user41";
    pub(crate) const MAIL_UTF8: &str = "user42";
    pub(crate) const MAIL_DSN: &str = "user43";
    pub(crate) const MAIL_PARTLY: &str = "user44";
    pub(crate) const MAIL_MECHANISMS: &str = "user45";
    pub(crate) const MAIL_DECEIVED: &str = "user46";
    pub(crate) const MAIL_SMTPS: &str = "user47";
    pub(crate) const MAIL_TOO_LARGE: &str = "user48";
    pub(crate) const MAIL_LMTP: &str = "user49";
    pub(crate) const MAIL_LMTP_TOO: &str = "user50";
    pub(crate) const MAIL_MANY: &str = "user51";
    pub(crate) const MAIL_ENGINE: &str = "user52";
    pub(crate) const MAIL_CLI: &str = "user53";
    pub(crate) const MAIL_POLITE: &str = "user54";
    /// These have their mailboxes at Cyrus.
    pub(crate) const CYRUS: &str = "user55";
    pub(crate) const CYRUS_NAMED: &str = "user56";
    pub(crate) const CYRUS_BOUND: &str = "user57";
    pub(crate) const CYRUS_REJECTED: &str = "user58";
    pub(crate) const CYRUS_OPEN: &str = "user59";
    /// These are read and changed by IMAP, at Dovecot and at Cyrus.
    pub(crate) const IMAP_READ: &str = "user15";
    pub(crate) const IMAP_REJECTED: &str = "user16";
    pub(crate) const IMAP_MAILBOXES: &str = "user17";
    pub(crate) const IMAP_COURIER: &str = "user18";
    pub(crate) const IMAP_SMALL: &str = "user19";
    pub(crate) const IMAP_APPENDED: &str = "user25";
    pub(crate) const IMAP_LARGE: &str = "user26";
    pub(crate) const IMAP_MANY: &str = "user27";
    pub(crate) const IMAP_CHANGED: &str = "user28";
    pub(crate) const IMAP_IDLE: &str = "user29";
    pub(crate) const IMAP_SYNC: &str = "user33";
    pub(crate) const IMAP_SESSION: &str = "user34";
    pub(crate) const IMAP_POLITE: &str = "user35";
    pub(crate) const IMAP_SEARCHED: &str = "user36";
    pub(crate) const IMAP_DELIVERED: &str = "user37";
    pub(crate) const IMAP_CLI: &str = "user38";
    pub(crate) const IMAP_KILLED: &str = "user39";
    pub(crate) const IMAP_COMPRESSED: &str = "user61";
    pub(crate) const IMAP_LIMITED: &str = "user62";
    pub(crate) const IMAP_SORTED: &str = "user63";
    pub(crate) const IMAP_DRAFTED: &str = "user64";
    pub(crate) const IMAP_NOTIFIED: &str = "user65";
    pub(crate) const IMAP_EXPUNGED: &str = "user66";
    pub(crate) const IMAP_WATCHED: &str = "user67";
    pub(crate) const IMAP_WATCH_KILLED: &str = "user68";
    pub(crate) const IMAP_WATCH_CUT: &str = "user69";
    pub(crate) const IMAP_COPIED: &str = "user70";
    pub(crate) const IMAP_COPY_KILLED: &str = "user71";
    pub(crate) const IMAP_COPY_LARGE: &str = "user72";
    /// These are checked as by a monitoring system.
    pub(crate) const CHECKED: &str = "user73";
    pub(crate) const CHECKED_POLITELY: &str = "user74";
    /// Mail is taken over from these.
    pub(crate) const TAKEN_BY_POP3: &str = "user76";
    pub(crate) const TAKEN_BY_IMAP: &str = "user77";
    /// These have their folders at vsftpd and ProFTPD.
    pub(crate) const FTP_RESUMED: &str = "user01";
    pub(crate) const FTP_TICKETS: &str = "user02";
    pub(crate) const FTP_IMPLICIT: &str = "user03";
    pub(crate) const FTP_REJECTED: &str = "user04";
    pub(crate) const FTP_CLEAR: &str = "user05";
    pub(crate) const FTP_FILES: &str = "user06";
    pub(crate) const FTP_RESTED: &str = "user14";
    pub(crate) const FTP_NAMED: &str = "user15";
    pub(crate) const FTP_COMPARED: &str = "user07";
    pub(crate) const FTP_ABORTED: &str = "user08";
    pub(crate) const FTP_KILLED: &str = "user09";
    pub(crate) const FTP_STALLED: &str = "user10";
    pub(crate) const FTP_IPV6: &str = "user11";
    pub(crate) const FTP_ACTIVE: &str = "user12";
    pub(crate) const FTP_PROXIED: &str = "user13";
    pub(crate) const FTP_DEFLATED: &str = "user16";
    pub(crate) const FTP_TEXT: &str = "user17";
    pub(crate) const FTP_MIRRORED: &str = "user18";
    /// These log in at the Telnet servers.
    pub(crate) const TELNET: &str = "user01";
    pub(crate) const TELNET_REJECTED: &str = "user02";
    /// A thousand copies of the first message.
    pub(crate) const MANY: &str = "many";
    pub(crate) const EMPTY: &str = "empty";
}

/// A variable that `cargo xtask test` sets.
#[expect(
    clippy::disallowed_methods,
    reason = "the servers' whereabouts are given by the environment; this is the one place that reads it"
)]
pub(crate) fn variable(name: &str) -> String {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => value,
        _ => panic!(
            "{name} is not set: `cargo xtask test` starts the real servers and sets it \
             (or `cargo xtask servers up`, then export target/servers/endpoints.env)"
        ),
    }
}

/// `target("pop3", "DOVECOT_POP3")`: a service of the real servers, on this machine's loopback.
pub(crate) fn target(scheme: &str, service: &str) -> Target {
    at(scheme, &variable(&format!("NETSPEAK_{service}")))
}

/// `at("pop3", "127.0.0.1:32768")`
pub(crate) fn at(scheme: &str, address: &str) -> Target {
    format!("{scheme}://{address}").parse().unwrap()
}

/// The one password of all accounts.
pub(crate) fn password() -> Secret {
    Secret::new(variable("NETSPEAK_PASSWORD"))
}

/// Which token of `tokens.env`: `token("VALID", "user01")`.
pub(crate) fn token(kind: &str, user: &str) -> Secret {
    let file = variable("NETSPEAK_TOKENS");
    let text = std::fs::read_to_string(&file).unwrap();
    let name = format!("{kind}_{user}=");
    let value = text.lines().find_map(|line| line.strip_prefix(&name));
    Secret::from(value.unwrap_or_else(|| panic!("{file} has no {name}")))
}

/// A file that `cargo xtask certs` makes.
pub(crate) fn certificate(name: &str) -> PathBuf {
    PathBuf::from(variable("NETSPEAK_CERTS")).join(name)
}

/// Trust in the servers' authority, and in no other.
pub(crate) fn tls() -> TlsSettings {
    trusting("ca.pem")
}

/// Trust in an authority of ours.
pub(crate) fn trusting(file: &str) -> TlsSettings {
    let mut settings = TlsSettings::default();
    settings.roots = Roots::Files(vec![certificate(file)]);
    settings
}

/// Asks for another of the server's certificates.
pub(crate) fn asking_for(name: &str) -> TlsSettings {
    let mut settings = tls();
    settings.sni = Sni::Name(name.to_owned());
    settings
}

/// Trusts the servers' authority, and knows the containers' own addresses, which are not loopback, by the names that
/// stand in the certificate.
pub(crate) fn connector() -> Connector {
    let mut connector = Connector::new().with_tls(tls());
    for (name, service) in [
        ("dovecot", "DOVECOT"),
        ("dovecot-plain", "DOVECOT_PLAIN"),
        ("postfix", "POSTFIX"),
        ("cyrus", "CYRUS"),
        ("vsftpd", "VSFTPD"),
        ("proftpd", "PROFTPD"),
        ("proftpd-fault", "PROFTPD_FAULT"),
        ("telnetd", "TELNETD"),
        ("inn2", "INN2"),
        ("gophernicus", "GOPHERNICUS"),
        ("nginx", "NGINX"),
        ("apache", "APACHE"),
        ("xmlrpc", "XMLRPC"),
    ] {
        let address = container_address(service);
        connector = connector.with_address_of(name, None, vec![address]);
    }
    connector
}

pub(crate) fn container_address(service: &str) -> IpAddr {
    let address: IpAddr = variable(&format!("NETSPEAK_{service}_IP")).parse().unwrap();
    assert!(!address.is_loopback());
    address
}

/// A probe that trusts the servers' authority.
pub(crate) fn probing() -> ProbeOptions {
    let mut options = ProbeOptions::default();
    options.opening.connector = connector();
    options
}

/// A probe that also logs in.
pub(crate) fn probing_as(user: &str) -> ProbeOptions {
    let mut options = probing();
    options.opening.credentials = Some(Credentials::password(user, password()));
    options
}

/// Short limits, for servers that are not going to answer.
pub(crate) fn impatient() -> Timeouts {
    let mut timeouts = Timeouts::default();
    timeouts.greeting = Some(Duration::from_secs(1));
    timeouts.reply = Some(Duration::from_secs(1));
    timeouts.tls = Some(Duration::from_secs(1));
    timeouts
}

/// A message that each user has, in the order of the mailbox.
pub(crate) struct Seeded {
    /// Its unique id.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) fn seed() -> Vec<Seeded> {
    let folder = variable("NETSPEAK_SEED");
    let mut found: Vec<Seeded> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| Seeded {
            name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            bytes: std::fs::read(&path).unwrap(),
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    assert_eq!(found.len(), 8, "{folder}");
    found
}

/// Compares without printing megabytes when it fails.
#[track_caller]
pub(crate) fn assert_same(got: &[u8], expected: &[u8], what: &str) {
    let common = got.iter().zip(expected).take_while(|(a, b)| a == b).count();
    assert!(
        got == expected,
        "{what}: {} bytes instead of {}, the same up to byte {common}",
        got.len(),
        expected.len()
    );
}

/// Looks again and again until there is something to see.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    let looking = async {
        loop {
            ticks.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, looking)
        .await
        .unwrap_or_else(|_| panic!("waited {PATIENCE:?} in vain for {what}"))
}

/// How the command ended and what it printed.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// The one JSON document on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {:?} {}", self.text(), self.stderr))
    }
}

/// Runs the command with these words. It finds the accounts' password in `NETSPEAK_PASSWORD`.
pub(crate) async fn netspeak<S: AsRef<str>>(words: &[S]) -> Ran {
    run(Path::new(&variable("NETSPEAK_BIN")), words).await
}

/// The same for a link to the command.
pub(crate) async fn run<S: AsRef<str>>(program: &Path, words: &[S]) -> Ran {
    let mut command = Command::new(program);
    command.args(words.iter().map(AsRef::as_ref));
    command.env_remove("SSLKEYLOGFILE");
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output())
        .await
        .expect("the command hangs")
        .unwrap();
    Ran {
        code: output.status.code().expect("the command was killed"),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a Docker command; what it printed, on both streams.
pub(crate) async fn docker(words: &[&str]) -> String {
    match try_docker(words).await {
        Ok(said) => said,
        Err(said) => panic!("docker {}: {said}", words.join(" ")),
    }
}

async fn try_docker(words: &[&str]) -> Result<String, String> {
    let mut command = Command::new("docker");
    command.args(words).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output())
        .await
        .expect("docker hangs")
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(said)
    }
}

/// A server that may be paused and killed, one test at a time.
pub(crate) struct Faulty {
    container: String,
    _alone: MutexGuard<'static, ()>,
}

static ALONE: Mutex<()> = Mutex::const_new(());

impl Faulty {
    /// Dovecot.
    pub(crate) async fn take() -> Self {
        Self::of("DOVECOT_FAULT", "pop3", 110).await
    }

    /// ProFTPD.
    pub(crate) async fn take_ftp() -> Self {
        Self::of("PROFTPD_FAULT", "ftp", 21).await
    }

    /// Waits for its turn, and until the server is there.
    async fn of(service: &str, scheme: &str, inside: u16) -> Self {
        let faulty = Self {
            _alone: ALONE.lock().await,
            container: variable(&format!("NETSPEAK_{service}_CONTAINER")),
        };
        until("the server to be back", async || {
            let mut options = probing();
            options.until = Some(Phase::Greeting);
            let target = at(scheme, &faulty.address(inside).await?);
            let report = netspeak::probe(&target, &options).await;
            report.greeting.filter(|_| report.error.is_none())
        })
        .await;
        faulty
    }

    /// Where a port of the container is now: Docker gives others with each start.
    async fn address(&self, inside: u16) -> Option<String> {
        let inside = inside.to_string();
        let said = try_docker(&["port", &self.container, &inside]).await;
        said.ok()?.lines().next().map(str::to_owned)
    }

    pub(crate) async fn target(&self, scheme: &str, inside: u16) -> Target {
        self.whereabouts(scheme, inside).await.unwrap()
    }

    /// The same while it may be down.
    pub(crate) async fn whereabouts(&self, scheme: &str, inside: u16) -> Option<Target> {
        Some(at(scheme, &self.address(inside).await?))
    }

    /// Runs a shell script in the container.
    pub(crate) async fn run(&self, script: &str) {
        docker(&["exec", &self.container, "bash", "-ec", script]).await;
    }

    /// Freezes the server until the guard is dropped.
    pub(crate) async fn pause(&self) -> Undo {
        docker(&["pause", &self.container]).await;
        Undo(["unpause".to_owned(), self.container.clone()])
    }

    /// Kills the server; it is started again when the guard is dropped.
    pub(crate) async fn kill(&self) -> Undo {
        docker(&["kill", &self.container]).await;
        Undo(["start".to_owned(), self.container.clone()])
    }
}

/// Repairs a server, also when the test has failed.
#[must_use]
pub(crate) struct Undo([String; 2]);

impl Drop for Undo {
    fn drop(&mut self) {
        let repaired = Blocking::new("docker")
            .args(&self.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        // A panic while another is under way would hide the reason of both.
        if !repaired.is_ok_and(|status| status.success()) && !std::thread::panicking() {
            panic!("docker {} failed", self.0.join(" "));
        }
    }
}
