//! Going through trees, and removing them.

use netspeak_fake::Fault;

use super::*;
use crate::Links;

fn tree() -> FakeBuilder<Ftp> {
    ftp()
        .file("/t/one", "1")
        .file("/t/a b/ü", "2")
        .file("/t/a b/-c/~d", "3")
        .folder("/t/empty")
}

async fn walked(mut walk: crate::Walk<'_>) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(walked) = walk.next().await.unwrap() {
        found.push(walked.path.to_string());
    }
    found
}

#[tokio::test]
async fn a_walk_comes_to_everything_and_names_folders_before_what_is_in_them() {
    let server = tree().start().await.unwrap();
    let mut client = inside(&server).await;
    let all = walked(client.walk("t")).await;
    assert_eq!(all, ["a b", "empty", "one", "a b/-c", "a b/ü", "a b/-c/~d"]);
    assert_eq!(
        walked(client.walk("t").depth(0)).await,
        ["a b", "empty", "one"]
    );
    client.cwd("t/a b").await.unwrap();
    assert_eq!(walked(client.walk("")).await, ["-c", "ü", "-c/~d"]);
    assert!(server.said().contains(&"MLSD ./-c".to_owned()));
    client.quit().await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_refused_does_not_end_a_walk() {
    let refused = Fault::reply("MLSD", "550 Permission denied.\r\n").nth(2);
    let server = tree().fault(refused).start().await.unwrap();
    let mut client = inside(&server).await;
    let mut walk = client.walk("t");
    let (mut found, mut errors) = (0, Vec::new());
    loop {
        match walk.next().await {
            Ok(Some(_)) => found += 1,
            Ok(None) => break,
            Err(error) => errors.push(error.kind().to_string()),
        }
    }
    // The second to be listed is the empty one.
    assert_eq!((found, errors), (6, vec!["work.denied".to_owned()]));
}

#[tokio::test]
async fn links_in_a_circle_come_to_an_end() {
    // Each folder is the same one.
    let listing = "type=OS.unix=symlink; loop\r\ntype=OS.unix=symlink; again\r\ntype=file; f\r\n";
    let server = ftp().listing_text("MLSD", listing).folder("/t");
    let server = server.start().await.unwrap();
    let mut client = inside(&server).await;
    assert_eq!(walked(client.walk("t")).await, ["loop", "again", "f"]);
    let followed = walked(client.walk("t").links(Links::Followed)).await;
    // Two links in each of 8 levels below the first.
    assert_eq!(followed.len(), 3 * ((1 << 9) - 1));
}

#[tokio::test]
async fn a_folder_that_is_above_itself_is_not_gone_into_again() {
    let listing = "type=dir;unique=8U1; again\r\ntype=file; f\r\n";
    let server = ftp().listing_text("MLSD", listing).folder("/t");
    let server = server.start().await.unwrap();
    let mut client = inside(&server).await;
    assert_eq!(
        walked(client.walk("t")).await,
        ["again", "f", "again/again", "again/f"]
    );
}

#[tokio::test]
async fn a_name_with_a_slash_is_not_gone_into() {
    let listing = "type=dir; ../..\r\n";
    let server = ftp().listing_text("MLSD", listing).folder("/t");
    let server = server.start().await.unwrap();
    let mut client = inside(&server).await;
    assert_eq!(walked(client.walk("t")).await, ["../.."]);
}

#[tokio::test]
async fn a_tree_is_removed_from_the_inside_out() {
    let server = tree().start().await.unwrap();
    let mut client = inside(&server).await;
    let report = client.remove_all("t").await.unwrap();
    assert_eq!((report.deleted, report.failed), (7, 0));
    assert!(report.is_complete());
    assert_eq!(server.paths(), ["/pub/", "/pub/a.txt", "/pub/big"]);
    let report = client.remove_all("pub/a.txt").await.unwrap();
    assert_eq!(report.deleted, 1);
    assert_eq!(kind(client.remove_all("").await), "usage");
    assert_eq!(kind(client.remove_all("missing").await), "work.not_found");
    client.quit().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_removed_is_told_once_and_the_rest_goes() {
    // The first DELE asks whether it is a file.
    let refused = Fault::reply("DELE", "550 Permission denied.\r\n").nth(3);
    let server = tree().fault(refused).start().await.unwrap();
    let mut client = inside(&server).await;
    let report = client.remove_all("t").await.unwrap();
    assert_eq!(report.failed, 1);
    assert_eq!(report.failures[0].error.kind().to_string(), "work.denied");
    let left = report.failures[0].path.to_string();
    let paths = server.paths();
    assert!(paths.contains(&format!("/t/{left}")), "{left} {paths:?}");
    assert!(!report.is_complete());
    // It, and the folders above it.
    let kept = left.matches('/').count() as u64 + 2;
    assert_eq!(report.deleted, 7 - kept);
}

#[tokio::test]
async fn links_are_removed_and_not_followed() {
    let listing = "type=OS.unix=symlink; away\r\n";
    let server = ftp().listing_text("MLSD", listing).folder("/t");
    let server = server.file("/t/away", "").start().await.unwrap();
    let mut client = inside(&server).await;
    let report = client.remove_all("t").await.unwrap();
    assert_eq!(report.deleted, 2);
    let said = server.said();
    let listed = said.iter().filter(|line| line.starts_with("MLSD"));
    assert_eq!(listed.count(), 1);
    assert!(said.contains(&"DELE t/away".to_owned()));
}

#[tokio::test]
async fn a_tree_without_end_stops_at_its_limit() {
    let mut listing = String::new();
    for number in 0..6 {
        listing.push_str(&format!("type=dir; {number}\r\n"));
    }
    let server = ftp().listing_text("MLSD", listing).folder("/t");
    let server = server.start().await.unwrap();
    let mut limits = crate::Limits::default();
    limits.listing_entries = 10;
    let connector = Connector::new().with_limits(limits);
    let builder = builder(&server).connector(connector).tls(Tls::Off);
    let mut client = builder.clone().connect(&target(&server)).await.unwrap();
    let mut walk = client.walk("t");
    let error = loop {
        match walk.next().await {
            Ok(walked) => assert!(walked.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind().to_string(), "proto.too_large");
    // The folders of a folder are 5 more than the one that was listed.
    assert!(
        server
            .said()
            .iter()
            .filter(|line| line.starts_with("MLSD"))
            .count()
            <= 3
    );

    let folder = std::env::temp_dir().join(format!("netspeak-ftp-endless-{}", std::process::id()));
    let mirror = crate::mirror::Mirror::download("t", &folder).dry_run();
    let report = mirror.run(&builder, &target(&server)).await.unwrap();
    assert!(report.failed > 0);
    assert_eq!(report.failures[0].error.kind().to_string(), "proto.too_large");
}
