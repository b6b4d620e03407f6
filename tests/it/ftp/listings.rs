//! Two thousand files, some of them with names that are meant to be misread.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;

use netspeak::ftp::{Entry, Kind, Listing, Result};

use super::{SERVERS, anonymous, file, logged_in};
use crate::harness::{Faulty, assert_same, kind, user, variable};

/// Name and size of each file.
fn many() -> BTreeSet<(Vec<u8>, u64)> {
    let folder = std::fs::read_dir(variable("NETSPEAK_MANY")).unwrap();
    let found = folder.map(|entry| {
        let entry = entry.unwrap();
        let size = entry.metadata().unwrap().len();
        (entry.file_name().as_bytes().to_vec(), size)
    });
    let found: BTreeSet<_> = found.collect();
    assert!(found.len() > 1_900, "{}", found.len());
    found
}

fn shown(name: &[u8]) -> String {
    name.escape_ascii().to_string()
}

/// That these are the files, each by its own name and of its size.
#[track_caller]
fn assert_all(entries: &[Entry], what: &str, is_told: impl Fn(&[u8]) -> bool) {
    let expected: BTreeSet<_> = many()
        .into_iter()
        .filter(|(name, _)| is_told(name))
        .collect();
    let got: BTreeSet<_> = entries
        .iter()
        .map(|entry| {
            assert_eq!(entry.kind(), Kind::File, "{what}: {entry:?}");
            (entry.name_bytes().to_vec(), entry.size().unwrap())
        })
        .collect();
    let missing: Vec<_> = expected
        .difference(&got)
        .map(|(name, _)| shown(name))
        .collect();
    let invented: Vec<_> = got
        .difference(&expected)
        .map(|(name, _)| shown(name))
        .collect();
    assert!(
        missing.is_empty() && invented.is_empty() && entries.len() == expected.len(),
        "{what}: {missing:#?} became {invented:#?}"
    );
}

async fn all(listing: Result<Listing<'_>>) -> Vec<Entry> {
    listing.unwrap().collect(10_000).await.unwrap()
}

/// Without `-a` these are in no listing but MLSD.
fn is_visible(name: &[u8]) -> bool {
    !name.starts_with(b".")
}

#[tokio::test]
#[ignore = "needs proftpd"]
async fn mlsd_tells_every_name_as_it_is() {
    let faulty = Faulty::take_ftp().await;
    for mut client in [
        logged_in("PROFTPD", user::MANY).await,
        anonymous(&faulty.target("ftp", 21).await).await,
    ] {
        assert_all(&all(client.mlsd("many").await).await, "MLSD", |_| true);
        assert_all(&all(client.entries("many").await).await, "entries", |_| {
            true
        });
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn list_tells_every_name_as_it_is() {
    for server in SERVERS {
        let mut client = logged_in(server, user::MANY).await;
        let entries = all(client.list("many").await).await;
        assert_all(&entries, server, is_visible);
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn nlst_tells_every_name_as_it_is() {
    for server in SERVERS {
        let mut client = logged_in(server, user::MANY).await;
        let entries = all(client.nlst("many").await).await;
        let got: BTreeSet<_> = entries
            .iter()
            .map(|entry| entry.name_bytes().to_vec())
            .collect();
        let expected = many().into_iter().map(|(name, _)| name);
        let expected: BTreeSet<_> = expected.filter(|name| is_visible(name)).collect();
        assert!(got == expected, "{server}: {} names", got.len());
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn a_file_of_any_name_is_fetched_by_the_name_that_was_listed() {
    let folder = std::path::PathBuf::from(variable("NETSPEAK_MANY"));
    for server in SERVERS {
        let mut client = logged_in(server, user::MANY).await;
        client.cwd("many").await.unwrap();
        let entries = all(client.entries("").await).await;
        let odd = |entry: &&Entry| !entry.name_bytes().starts_with(b"file ");
        for entry in entries.iter().filter(odd) {
            let name = std::ffi::OsStr::from_bytes(entry.name_bytes());
            let bytes = std::fs::read(folder.join(name)).unwrap();
            let fetched = client.retr(entry.name_bytes()).await;
            let got = match fetched {
                Ok(download) => download.bytes(1 << 20).await.unwrap(),
                Err(error) => panic!("{server} {:?}: {error}", shown(entry.name_bytes())),
            };
            assert_same(&got, &bytes, &shown(entry.name_bytes()));
        }
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn an_empty_folder_has_no_entries_and_a_missing_one_is_told() {
    for server in SERVERS {
        let mut client = logged_in(server, user::EMPTY).await;
        let _ = client.mkd("nothing").await;
        assert!(all(client.entries("nothing").await).await.is_empty());
        assert!(all(client.list("nothing").await).await.is_empty());
        assert!(all(client.nlst("nothing").await).await.is_empty());
        let missing = match client.entries("missing").await {
            Ok(listing) => listing.collect(9).await,
            Err(error) => Err(error),
        };
        if server == "PROFTPD" {
            assert_eq!(kind(&missing), "work.not_found", "{server}");
        } else {
            // It lists nothing and says 226.
            assert_eq!(missing.unwrap(), []);
        }
        let missing = file(&mut client, "missing").await;
        assert_eq!(kind(&missing), "work.not_found", "{server}");
        client.quit().await.unwrap();
    }
}
