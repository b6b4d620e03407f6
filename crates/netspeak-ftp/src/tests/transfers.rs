//! Files over data connections.

use std::num::NonZeroU64;
use std::sync::{Arc, Mutex};

use super::*;
use crate::{ActiveMode, HashAlgorithm, KnownSize, RetrOptions, StorOptions, Store, TransferType};

#[tokio::test]
async fn a_file_goes_there_and_comes_back() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    assert_eq!(
        file(&mut client, "pub/a.txt").await.unwrap(),
        b"hello\r\nworld\r\n"
    );
    let stored = put(&mut client, "new", &big()).await.unwrap();
    assert_eq!(stored.bytes, 12_000_000);
    assert_eq!(server.file("/new").unwrap(), big());
    assert!(file(&mut client, "new").await.unwrap() == big());
    assert_eq!(put(&mut client, "empty", b"").await.unwrap().bytes, 0);
    assert_eq!(file(&mut client, "empty").await.unwrap(), b"");
    client.quit().await.unwrap();
    assert!(
        server
            .transfers()
            .iter()
            .all(|transfer| transfer.end == DataEnd::Orderly)
    );
}

#[tokio::test]
async fn what_is_needed_before_a_transfer_is_said_once_and_in_one_go() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    file(&mut client, "pub/a.txt").await.unwrap();
    file(&mut client, "pub/a.txt").await.unwrap();
    client.quit().await.unwrap();
    assert_eq!(
        server.said(),
        [
            "USER ops",
            "PASS secret",
            "FEAT",
            "TYPE I",
            "SIZE pub/a.txt",
            "EPSV",
            "RETR pub/a.txt",
            "OPTS UTF8 ON",
            "SIZE pub/a.txt",
            "EPSV",
            "RETR pub/a.txt",
            "QUIT"
        ]
    );
}

#[tokio::test]
async fn the_rest_of_a_file_is_fetched_and_sent() {
    let server = ftp().file("/half", "hello ").start().await.unwrap();
    let mut client = inside(&server).await;
    let rest = client.retr_from("pub/a.txt", 7).await.unwrap();
    assert_eq!(rest.size(), Some(7));
    assert_eq!(rest.bytes(100).await.unwrap(), b"world\r\n");
    // The offset counts for one transfer only.
    assert_eq!(file(&mut client, "pub/a.txt").await.unwrap().len(), 14);

    let mut upload = client.appe("half").await.unwrap();
    upload.send(b"you").await.unwrap();
    upload.finish().await.unwrap();
    assert_eq!(server.file("/half").unwrap(), b"hello you");
    let options = StorOptions {
        offset: 6,
        ..StorOptions::default()
    };
    let mut upload = client.stor_with("half", &options).await.unwrap();
    upload.send(b"all").await.unwrap();
    upload.finish().await.unwrap();
    assert_eq!(server.file("/half").unwrap(), b"hello all");
    let options = StorOptions {
        store: Store::Append,
        ..options
    };
    assert_eq!(kind(client.stor_with("half", &options).await), "usage");
}

#[tokio::test]
async fn a_file_has_its_name_only_once_it_is_whole() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    let mut upload = client.stor("pub/a.txt.part").await.unwrap();
    upload.send(b"new").await.unwrap();
    assert_eq!(server.file("/pub/a.txt").unwrap().len(), 14);
    upload
        .finish_as("pub/a.txt.part", "pub/a.txt")
        .await
        .unwrap();
    assert_eq!(server.file("/pub/a.txt").unwrap(), b"new");
    assert_eq!(server.file("/pub/a.txt.part"), None);
    client.noop().await.unwrap();
}

#[tokio::test]
async fn the_server_may_choose_the_name() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    let mut upload = client.stou().await.unwrap();
    upload.send(b"x").await.unwrap();
    let stored = upload.finish().await.unwrap();
    let name = stored.name.unwrap();
    assert_eq!(
        file(&mut client, name.as_str().unwrap()).await.unwrap(),
        b"x"
    );
}

#[tokio::test]
async fn text_has_its_line_ends_converted_both_ways() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    let options = RetrOptions {
        transfer_type: TransferType::Ascii,
        ..RetrOptions::default()
    };
    let text = client.retr_with("pub/a.txt", &options).await.unwrap();
    let text = text.bytes(100).await.unwrap();
    assert!(
        !text.contains(&b'\r') && text.ends_with(b"world\n"),
        "{text:?}"
    );
    let options = StorOptions {
        transfer_type: TransferType::Ascii,
        ..StorOptions::default()
    };
    let mut upload = client.stor_with("text", &options).await.unwrap();
    upload.send(b"a\nb\n").await.unwrap();
    assert_eq!(upload.finish().await.unwrap().bytes, 6);
    // Files are as they are again.
    assert_eq!(
        file(&mut client, "pub/a.txt").await.unwrap(),
        b"hello\r\nworld\r\n"
    );
}

#[tokio::test]
async fn the_server_connects_to_us_in_active_mode() {
    for server in [ftp(), ftp().ipv6(), ftp().auth_tls().require_reuse()] {
        let server = server.start().await.unwrap();
        let is_secured = !server.said().is_empty() || server.url("ftp").is_empty();
        assert!(!is_secured);
        let tls = Tls::Opportunistic;
        let builder = builder(&server).tls(tls).active(ActiveMode::new());
        let mut client = builder.connect(&target(&server)).await.unwrap();
        assert_eq!(file(&mut client, "pub/a.txt").await.unwrap().len(), 14);
        put(&mut client, "new", b"1234").await.unwrap();
        assert_eq!(server.file("/new").unwrap(), b"1234");
        let said = server.said();
        assert!(
            said.iter()
                .any(|line| line.starts_with("PORT ") || line.starts_with("EPRT |2|"))
        );
        assert!(!said.contains(&"EPSV".to_owned()));
    }
}

#[tokio::test]
async fn ipv6_has_epsv_only() {
    let server = ftp().ipv6().start().await.unwrap();
    let mut client = inside(&server).await;
    assert_eq!(file(&mut client, "pub/a.txt").await.unwrap().len(), 14);
}

#[tokio::test]
async fn a_transfer_is_given_up_and_the_session_goes_on() {
    for server in [ftp(), ftp().auth_tls()] {
        let server = server.start().await.unwrap();
        let builder = builder(&server).tls(Tls::Opportunistic);
        let mut client = builder.connect(&target(&server)).await.unwrap();
        let mut download = client.retr("pub/big").await.unwrap();
        assert!(download.chunk().await.unwrap().is_some());
        download.abort().await.unwrap();
        assert_eq!(client.pwd().await.unwrap(), "/");

        let mut upload = client.stor("given-up").await.unwrap();
        upload.send(b"12345").await.unwrap();
        upload.abort().await.unwrap();
        assert_eq!(client.size("pub/a.txt").await.unwrap(), 14);
        client.list("pub").await.unwrap().abort().await.unwrap();
        assert_eq!(file(&mut client, "pub/a.txt").await.unwrap().len(), 14);
    }
}

#[tokio::test]
async fn what_is_dropped_half_way_poisons_the_session() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    drop(client.retr("pub/big").await.unwrap());
    assert!(matches!(client.noop().await, Err(Error::Poisoned)));
    assert!(matches!(
        client.retr("pub/a.txt").await,
        Err(Error::Poisoned)
    ));
}

#[tokio::test]
async fn a_file_is_sent_by_the_system_and_shorter_ones_are_told() {
    let path = std::env::temp_dir().join(format!("netspeak-ftp-{}", std::process::id()));
    std::fs::write(&path, big()).unwrap();
    let source = std::fs::File::open(&path).unwrap();
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    let mut upload = client.stor("new").await.unwrap();
    upload.send_file(&source, 4..12_000_000).await.unwrap();
    assert_eq!(upload.finish().await.unwrap().bytes, 11_999_996);
    assert!(server.file("/new").unwrap() == big()[4..]);
    let mut upload = client.stor("short").await.unwrap();
    let sent = upload.send_file(&source, 11_999_999..12_000_001).await;
    assert_eq!(kind(sent), "file.failed");
    drop(upload);
    assert!(matches!(client.noop().await, Err(Error::Poisoned)));
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn progress_is_told_to_the_last_byte() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watcher = Arc::clone(&seen);
    let download = client.retr("pub/big").await.unwrap();
    let download = download.on_progress(move |progress| watcher.lock().unwrap().push(progress));
    download.copy_to(&mut tokio::io::sink()).await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted_by_key(|progress| progress.bytes));
    let last = seen.last().unwrap();
    assert_eq!((last.bytes, last.total), (12_000_000, Some(12_000_000)));
}

#[tokio::test]
async fn a_limited_transfer_is_whole_as_well() {
    let server = ftp().file("/some", [7; 1000]).start().await.unwrap();
    let mut client = inside(&server).await;
    let rate = NonZeroU64::new(100_000).unwrap();
    let mut upload = client.stor("limited").await.unwrap().limit_rate(rate);
    upload.send(&[7; 2_501]).await.unwrap();
    upload.finish().await.unwrap();
    assert_eq!(server.file("/limited").unwrap(), [7; 2_501]);
    let download = client.retr("some").await.unwrap().limit_rate(rate);
    assert_eq!(download.bytes(2000).await.unwrap(), [7; 1000]);
}

#[tokio::test]
async fn what_moved_is_compared_with_what_the_server_has() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    for algorithm in HashAlgorithm::ALL {
        let options = RetrOptions {
            hash: Some(algorithm),
            size: KnownSize::Unknown,
            ..RetrOptions::default()
        };
        let download = client.retr_with("pub/big", &options).await.unwrap();
        let received = download.copy_to(&mut tokio::io::sink()).await.unwrap();
        let theirs = match client.hash("pub/big", algorithm).await {
            Err(error) if error.kind().to_string() == "work.not_offered" => continue,
            theirs => theirs.unwrap(),
        };
        received.verify(&theirs).unwrap();
        let options = StorOptions {
            hash: Some(algorithm),
            ..StorOptions::default()
        };
        let mut upload = client.stor_with("other", &options).await.unwrap();
        upload.send(b"other").await.unwrap();
        let stored = upload.finish().await.unwrap();
        assert_eq!(kind(stored.verify(&theirs)), "data.integrity");
        stored
            .verify(&client.hash("other", algorithm).await.unwrap())
            .unwrap();
    }
    let plain = put(&mut client, "plain", b"x").await.unwrap();
    let theirs = client.hash("plain", HashAlgorithm::Sha256).await.unwrap();
    assert_eq!(kind(plain.verify(&theirs)), "usage");
}

#[cfg(feature = "deflate")]
#[tokio::test]
async fn data_is_compressed_where_both_know_how() {
    use crate::TransferMode;
    for server in [ftp(), ftp().auth_tls()] {
        let server = server.start().await.unwrap();
        let builder = builder(&server).tls(Tls::Opportunistic);
        let mut client = builder.connect(&target(&server)).await.unwrap();
        let options = StorOptions {
            mode: TransferMode::Deflate,
            ..StorOptions::default()
        };
        let text = "the same line again\n".repeat(10_000);
        let mut upload = client.stor_with("text", &options).await.unwrap();
        upload.send(text.as_bytes()).await.unwrap();
        assert_eq!(upload.finish().await.unwrap().bytes, text.len() as u64);
        assert_eq!(server.file("/text").unwrap(), text.as_bytes());
        let options = RetrOptions {
            mode: TransferMode::Deflate,
            ..RetrOptions::default()
        };
        let back = client.retr_with("text", &options).await.unwrap();
        assert_eq!(back.bytes(1 << 20).await.unwrap(), text.as_bytes());
        assert!(
            server
                .transfers()
                .iter()
                .all(|transfer| transfer.octets < text.len() / 10)
        );
        // And without again.
        assert_eq!(file(&mut client, "text").await.unwrap(), text.as_bytes());
    }
}

#[tokio::test]
async fn room_is_asked_for_and_a_server_without_allo_takes_the_file_all_the_same() {
    for server in [ftp(), ftp().without_verb("ALLO")] {
        let server = server.start().await.unwrap();
        let mut client = inside(&server).await;
        let options = StorOptions {
            allocate: Some(3),
            ..StorOptions::default()
        };
        let mut upload = client.stor_with("new", &options).await.unwrap();
        upload.send(b"abc").await.unwrap();
        upload.finish().await.unwrap();
        assert_eq!(server.file("/new").unwrap(), b"abc");
        assert!(server.said().iter().any(|line| line == "ALLO 3"));
    }
}
