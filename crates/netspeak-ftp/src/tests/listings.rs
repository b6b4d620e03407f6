//! Listings over data connections and without.

use netspeak_fake::{DataFault, Fault, Listing as Dialect};

use super::*;
use crate::listing::{Kind, Listed};

fn names(entries: &[crate::Entry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| entry.name().into_owned())
        .collect()
}

#[tokio::test]
async fn the_same_folder_in_every_form() {
    let server = ftp().folder("/pub/deep").start().await.unwrap();
    let mut client = inside(&server).await;
    let expected = ["a.txt", "big", "deep"];
    let entries = client
        .entries("pub")
        .await
        .unwrap()
        .collect(10)
        .await
        .unwrap();
    assert_eq!(names(&entries), expected);
    assert_eq!(entries[0].size(), Some(14));
    let time = entries[0].modified().unwrap().to_string();
    assert_eq!(time, "2024-01-02T03:04:05Z");
    assert_eq!(entries[2].kind(), Kind::Dir);
    let entries = client.list("pub").await.unwrap().collect(10).await.unwrap();
    assert_eq!(
        (names(&entries), entries[0].size()),
        (expected.map(str::to_owned).to_vec(), Some(14))
    );
    let entries = client.nlst("pub").await.unwrap().collect(10).await.unwrap();
    assert_eq!(names(&entries), expected);
    let listed = client.stat_list("pub").await.unwrap();
    let entries: Vec<_> = listed.into_iter().filter_map(Listed::entry).collect();
    assert_eq!(names(&entries), expected);
    let entry = client.mlst("pub/a.txt").await.unwrap();
    assert_eq!((entry.kind(), entry.size()), (Kind::File, Some(14)));
    client.cwd("pub").await.unwrap();
    let entries = client.entries("").await.unwrap().collect(10).await.unwrap();
    assert_eq!(names(&entries), expected);
    client.quit().await.unwrap();
}

#[tokio::test]
async fn where_mlsd_takes_no_path_with_blanks_list_is_taken_for_it_alone() {
    let refusal = Fault::reply("MLSD", "501 Invalid number of arguments\r\n");
    let server = ftp().file("/some data/a", "1").fault(refusal.nth(1));
    let server = server.start().await.unwrap();
    let mut client = inside(&server).await;
    for folder in ["some data", "pub"] {
        let entries = client.entries(folder).await.unwrap();
        assert!(!entries.collect(10).await.unwrap().is_empty(), "{folder}");
    }
    let said = server.said();
    let listed = said
        .iter()
        .filter(|line| line.starts_with("MLSD") || line.starts_with("LIST"));
    let listed: Vec<_> = listed.map(String::as_str).collect();
    assert_eq!(listed, ["MLSD some data", "LIST some data", "MLSD pub"]);
}

#[tokio::test]
async fn without_mlsd_list_is_taken() {
    for server in [
        ftp().without_mlsd(),
        ftp().without_feat(),
        // Announced, and not there.
        ftp().fault(Fault::reply("MLSD", "500 MLSD not understood\r\n")),
    ] {
        let server = server.start().await.unwrap();
        let mut client = inside(&server).await;
        for _ in 0..2 {
            let entries = client
                .entries("pub")
                .await
                .unwrap()
                .collect(10)
                .await
                .unwrap();
            assert_eq!(names(&entries), ["a.txt", "big"]);
        }
        let said = server.said();
        let tried = said.iter().filter(|line| line.starts_with("MLSD")).count();
        assert!(tried <= 1, "{said:?}");
    }
}

#[tokio::test]
async fn a_dos_server_is_understood() {
    let server = ftp().listing(Dialect::Dos).start().await.unwrap();
    let mut client = inside(&server).await;
    let entries = client.list("pub").await.unwrap().collect(10).await.unwrap();
    assert_eq!(names(&entries), ["a.txt", "big"]);
}

#[tokio::test]
async fn a_listing_without_end_stops_at_its_limit() {
    let line = "type=file;size=1; again\r\n";
    let endless = Fault::data("MLSD", DataFault::Endless(line.into()));
    let server = ftp().fault(endless).start().await.unwrap();
    let mut limits = crate::Limits::default();
    limits.listing_entries = 1000;
    let connector = Connector::new().with_limits(limits);
    let builder = Client::builder().connector(connector).tls(Tls::Off);
    let mut client = builder.connect(&target(&server)).await.unwrap();
    let mut listing = client.mlsd("pub").await.unwrap();
    let mut count = 0;
    let error = loop {
        match listing.next().await {
            Ok(_) => count += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Limit { max: 1000, .. }), "{error}");
    // The folder itself and the one above it are no entries.
    assert!((990..=1000).contains(&count), "{count}");
    // Collected, the caller's own limit counts.
    let mut client = inside(&server).await;
    let listing = client.mlsd("pub").await.unwrap();
    assert_eq!(kind(listing.collect(5).await), "proto.too_large");
}

#[tokio::test]
async fn an_empty_folder_has_no_entries() {
    let no_files = Fault::reply("NLST", "550 No files found.\r\n");
    let server = ftp().folder("/none").fault(no_files).start().await.unwrap();
    let mut client = inside(&server).await;
    assert!(
        client
            .nlst("none")
            .await
            .unwrap()
            .collect(9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        client
            .entries("none")
            .await
            .unwrap()
            .collect(9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(kind(client.entries("nowhere").await), "work.not_found");
    assert_eq!(kind(client.cwd("nowhere").await), "work.not_found");
    client.noop().await.unwrap();
}
