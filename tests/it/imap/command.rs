//! The command with mailboxes: `ls`, `get`, `put`, and probes.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::harness::{
    Ran, assert_same, certificate, netspeak, seed, target, until, user, variable,
};
use crate::imap::{SERVERS, fresh, logged_in};

/// The address with the user in it; the password comes from the environment.
fn url(server: &str, path: &str) -> String {
    let address = target("imaps", &format!("{server}_IMAPS")).to_string();
    format!(
        "{}{path}",
        address.replace("//", &format!("//{}@", user::IMAP_CLI))
    )
}

async fn run(words: &[&str]) -> Ran {
    let authority = certificate("ca.pem").to_string_lossy().into_owned();
    let mut all = words[..1].to_vec();
    all.extend(["--cacert", &authority]);
    all.extend(&words[1..]);
    netspeak(&all).await
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("imap");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn the_command_lists_and_reads() {
    let seed = seed();
    for server in SERVERS {
        let ran = run(&["ls", &url(server, "/")]).await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for name in ["INBOX", "Drafts", "Sent", "Trash"] {
            assert!(ran.text().contains(name), "{server}: {}", ran.text());
        }
        let ran = run(&["ls", &url(server, "/INBOX")]).await;
        assert_eq!(ran.text().lines().count(), 8, "{server}: {}", ran.text());
        assert!(ran.text().contains("dot at end"), "{}", ran.text());
        for (uid, message) in (1..).zip(&seed) {
            let ran = run(&["get", &url(server, &format!("/INBOX;UID={uid}"))]).await;
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            assert_same(&ran.stdout, &message.bytes, &message.name);
        }
        let ran = run(&["get", &url(server, "/INBOX;UID=99")]).await;
        assert_ne!(ran.code, 0, "{server}");
    }
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn a_probe_tells_what_it_finds() {
    let authority = certificate("ca.pem").to_string_lossy().into_owned();
    for (server, software) in [("DOVECOT", "Dovecot"), ("CYRUS", "Cyrus")] {
        for address in [
            url(server, ""),
            target("imap", &format!("{server}_IMAP")).to_string(),
        ] {
            let words = [&address, "--json", "--cacert", &authority];
            let ran = netspeak(&words).await;
            assert_eq!(ran.code, 0, "{address}: {}", ran.stderr);
            let report = ran.json();
            assert_eq!(report["target"]["protocol"], "imap", "{address}");
            let told = report["greeting"]["software"].as_str().unwrap();
            assert!(told.contains(software), "{address}: {told}");
        }
    }
}

/// How much memory a command has used at most, in bytes.
pub(super) async fn most_memory(words: &[&str]) -> u64 {
    let mut command = Command::new(variable("NETSPEAK_BIN"));
    command.args(words).stdin(Stdio::null()).kill_on_drop(true);
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id().unwrap());
    let mut most = 0;
    until("the command to end", async || {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let kilobytes = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        most = most.max(kilobytes.unwrap_or(0) * 1024);
        child.try_wait().unwrap()
    })
    .await
    .success()
    .then_some(most)
    .expect("the command has failed")
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn fifty_megabytes_are_never_in_memory() {
    const SIZE: usize = 50 << 20;
    /// The command by itself takes more than half of it where it is not optimised; who held the message would take
    /// all of it besides.
    const MOST: u64 = 40 << 20;
    let authority = certificate("ca.pem").to_string_lossy().into_owned();
    let (sent, read) = (folder().join("large.eml"), folder().join("read.eml"));
    let mut large = b"Subject: large\r\n\r\n".to_vec();
    large.extend(b"0123456789abcdef0123456789abcdef0123456789abcdef\r\n".repeat(SIZE / 50));
    std::fs::write(&sent, &large).unwrap();
    for server in SERVERS {
        let mut client = logged_in(server, user::IMAP_CLI).await;
        let there = fresh(&mut client, "large").await;
        let mailbox = url(server, "/large");
        let path = sent.to_str().unwrap();
        let words = ["put", "--cacert", &authority, path, &mailbox];
        let most = most_memory(&words).await;
        assert!((1 << 20..MOST).contains(&most), "put: {most}");
        let _ = std::fs::remove_file(&read);
        let message = format!("{mailbox};UID=1");
        let path = read.to_str().unwrap();
        let words = ["get", "--cacert", &authority, &message, "-o", path];
        let most = most_memory(&words).await;
        assert!((1 << 20..MOST).contains(&most), "get: {most}");
        assert_same(&std::fs::read(&read).unwrap(), &large, server);
        client.delete(&there).await.unwrap();
        client.logout().await.unwrap();
    }
    std::fs::remove_file(&sent).unwrap();
    std::fs::remove_file(&read).unwrap();
}

#[tokio::test]
#[ignore = "needs dovecot and cyrus"]
async fn the_command_lists_in_order_and_fetches_compressed() {
    for server in SERVERS {
        let inbox = url(server, "/INBOX");
        let sizes = async |words: &[&str]| {
            let ran = run(&[&["ls", "--json"], words, &[&inbox]].concat()).await;
            assert_eq!(ran.code, 0, "{server}: {}", ran.stderr);
            let sizes = ran.text().lines().map(|line| {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                row["size"].as_u64().unwrap()
            });
            sizes.collect::<Vec<u64>>()
        };
        let plain = sizes(&[]).await;
        let mut falling = plain.clone();
        falling.sort_unstable();
        falling.reverse();
        assert_eq!(sizes(&["--sort", "-size"]).await, falling, "{server}");
        let mut gathered = sizes(&["--thread"]).await;
        gathered.sort_unstable();
        gathered.reverse();
        assert_eq!(gathered, falling, "{server}");
        for (uid, message) in (1..).zip(&seed()) {
            let there = format!("{inbox};UID={uid}");
            let ran = run(&["get", "--compressed", "-v", &there]).await;
            assert_eq!(ran.code, 0, "{server}: {}", ran.stderr);
            assert!(ran.stderr.contains("COMPRESS DEFLATE"), "{}", ran.stderr);
            assert_same(&ran.stdout, &message.bytes, &message.name);
        }
    }
}
