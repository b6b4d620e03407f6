//! Two thousand files, down and up, over several sessions at a time.

use std::path::{Path, PathBuf};

use netspeak::ftp::mirror::{Mirror, Report};

use super::{SERVERS, explicit, logged_in, over_tls};
use crate::harness::{user, variable, with_password};

const JOBS: usize = 4;

/// A folder that was not there before.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap();
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        (
            path.file_name().unwrap().into(),
            std::fs::read(&path).unwrap(),
        )
    };
    let mut files: Vec<_> = entries.map(read).collect();
    files.sort();
    files
}

/// What comes from a server gets no such name here.
fn is_taken(name: &Path) -> bool {
    let name = name.to_string_lossy();
    !name.contains('\\') && !name.contains(char::is_control)
}

async fn run(mirror: Mirror, server: &str, user: &str) -> Report {
    let builder = over_tls().credentials(with_password(user));
    let report = mirror.jobs(JOBS).run(&builder, &explicit(server)).await;
    let report = report.unwrap();
    assert_eq!(report.failed, 0, "{server}: {:?}", report.failures);
    report
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn files_of_any_name_come_down_whole_and_a_second_time_none_does() {
    let there = files(Path::new(&variable("NETSPEAK_MANY")));
    for server in SERVERS {
        // vsftpd has LIST only, which leaves dot files out.
        let is_listed =
            |name: &Path| server != "VSFTPD" || !name.to_string_lossy().starts_with('.');
        let listed = there.iter().filter(|(name, _)| is_listed(name));
        let (expected, refused): (Vec<_>, Vec<_>) =
            listed.cloned().partition(|(name, _)| is_taken(name));
        let here = fresh(&format!("mirror-{server}"));
        let mirror = || Mirror::download("many", &here);
        let all = expected.len() as u64;
        let report = run(mirror(), server, user::MANY).await;
        assert_eq!(
            (report.transferred, report.skipped),
            (all, refused.len() as u64),
            "{server}"
        );
        assert!(files(&here) == expected, "{server}");
        let report = run(mirror(), server, user::MANY).await;
        assert_eq!((report.transferred, report.unchanged), (0, all), "{server}");
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn files_go_up_a_second_time_none_does_and_they_are_removed() {
    let here = fresh("mirror-up");
    std::fs::create_dir_all(here.join("in")).unwrap();
    for number in 0..10 {
        std::fs::write(here.join(format!("in/{number} \u{e4}")), vec![b'x'; number]).unwrap();
    }
    for server in SERVERS {
        let mirror = || Mirror::upload(&here, "up");
        let report = run(mirror(), server, user::FTP_MIRRORED).await;
        assert_eq!(report.transferred, 10, "{server}");
        let report = run(mirror(), server, user::FTP_MIRRORED).await;
        assert_eq!((report.transferred, report.unchanged), (0, 10), "{server}");
        let mut client = logged_in(server, user::FTP_MIRRORED).await;
        let report = client.remove_all("up").await.unwrap();
        assert_eq!((report.deleted, report.failed), (12, 0), "{server}");
        client.quit().await.unwrap();
    }
}
