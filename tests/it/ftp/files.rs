//! What becomes of files: their times, hashes, compressed ways, names, and a transfer that is given up.

use netspeak::ftp::{HashAlgorithm, RetrOptions, StorOptions, Store, TransferMode, TransferType};

use super::{SERVERS, anonymous, file, large, logged_in, put};
use crate::harness::{Faulty, assert_same, at, kind, user};

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn a_file_goes_there_comes_back_and_is_moved_about() {
    let (_, bytes) = large();
    for server in SERVERS {
        let mut client = logged_in(server, user::FTP_FILES).await;
        client.mkd("folder").await.unwrap();
        client.cwd("folder").await.unwrap();
        assert_eq!(client.pwd().await.unwrap().as_str(), Some("/folder"));
        let mut upload = client.stor("new.part").await.unwrap();
        upload.send(&bytes).await.unwrap();
        upload.finish_as("new.part", "new \u{e9} ").await.unwrap();
        let got = file(&mut client, "new \u{e9} ").await.unwrap();
        assert_same(&got, &bytes, server);
        assert_eq!(
            client.size("new \u{e9} ").await.unwrap(),
            bytes.len() as u64
        );
        let names = client.nlst("").await.unwrap().collect(9).await.unwrap();
        let names: Vec<_> = names.iter().map(|entry| entry.name()).collect();
        assert_eq!(names, ["new \u{e9} "], "{server}");
        client.dele("new \u{e9} ").await.unwrap();
        let gone = client.retr("new \u{e9} ").await.map(drop);
        assert_eq!(kind(&gone), "work.not_found", "{server}");
        client.cdup().await.unwrap();
        client.rmd("folder").await.unwrap();
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn the_rest_of_a_file_is_fetched_and_sent() {
    let (name, bytes) = large();
    let (head, tail) = bytes.split_at(100_000);
    for server in SERVERS {
        let mut client = logged_in(server, user::FTP_RESTED).await;
        let rest = client.retr_from(&name, head.len() as u64).await.unwrap();
        assert_same(&rest.bytes(1 << 24).await.unwrap(), tail, server);
        put(&mut client, "half", head).await.unwrap();
        let mut options = StorOptions::default();
        options.offset = head.len() as u64;
        let mut upload = client.stor_with("half", &options).await.unwrap();
        upload.send(tail).await.unwrap();
        upload.finish().await.unwrap();
        client.quit().await.unwrap();
        let mut client = logged_in(server, user::FTP_RESTED).await;
        assert_same(&file(&mut client, "half").await.unwrap(), &bytes, server);
        client.quit().await.unwrap();

        // ProFTPD gives tickets for two uploads in a session.
        let mut client = logged_in(server, user::FTP_RESTED).await;
        put(&mut client, "half", head).await.unwrap();
        let mut options = StorOptions::default();
        options.store = Store::Append;
        options.allocate = Some(tail.len() as u64);
        let mut upload = client.stor_with("half", &options).await.unwrap();
        upload.send(tail).await.unwrap();
        upload.finish().await.unwrap();
        client.quit().await.unwrap();
        let mut client = logged_in(server, user::FTP_RESTED).await;
        assert_same(&file(&mut client, "half").await.unwrap(), &bytes, server);
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn the_server_may_choose_the_name() {
    for server in SERVERS {
        let mut client = logged_in(server, user::FTP_NAMED).await;
        let mut upload = client.stou().await.unwrap();
        upload.send(server.as_bytes()).await.unwrap();
        let stored = upload.finish().await.unwrap();
        let name = stored.name.unwrap_or_else(|| panic!("{}", stored.reply));
        let got = file(&mut client, name.as_str().unwrap()).await.unwrap();
        assert_eq!(got, server.as_bytes());
        client.dele(name.as_bytes()).await.unwrap();
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs proftpd"]
async fn what_went_is_compared_by_its_hash_and_gets_its_time() {
    let (_, bytes) = large();
    let mut client = logged_in("PROFTPD", user::FTP_COMPARED).await;
    let mut options = StorOptions::default();
    options.hash = Some(HashAlgorithm::Sha256);
    let mut upload = client.stor_with("a file", &options).await.unwrap();
    upload.send(&bytes).await.unwrap();
    let stored = upload.finish().await.unwrap();
    let theirs = client.hash("a file", HashAlgorithm::Sha256).await.unwrap();
    stored.verify(&theirs).unwrap();

    for algorithm in [
        HashAlgorithm::Crc32,
        HashAlgorithm::Md5,
        HashAlgorithm::Sha1,
        HashAlgorithm::Sha512,
    ] {
        let mut options = RetrOptions::default();
        options.hash = Some(algorithm);
        let mut download = client.retr_with("a file", &options).await.unwrap();
        while download.chunk().await.unwrap().is_some() {}
        let received = download.received().unwrap();
        let theirs = client.hash("a file", algorithm).await.unwrap();
        received.verify(&theirs).unwrap();
        let other = client.hash("seed/0001-plain.eml", algorithm).await.unwrap();
        assert_eq!(
            kind(&received.verify(&other)),
            "data.integrity",
            "{algorithm}"
        );
    }

    let time = "2020-01-02T03:04:05Z".parse().unwrap();
    client.mfmt("a file", time).await.unwrap();
    assert_eq!(client.mdtm("a file").await.unwrap(), time);
    let entry = client.mlst("a file").await.unwrap();
    assert_eq!(entry.size(), Some(bytes.len() as u64));
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs vsftpd"]
async fn a_server_without_hashes_is_asked_for_none() {
    let mut client = logged_in("VSFTPD", user::FTP_COMPARED).await;
    let outcome = client
        .hash("seed/0001-plain.eml", HashAlgorithm::Sha256)
        .await;
    assert_eq!(kind(&outcome), "work.not_offered");
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs proftpd"]
async fn data_is_compressed_on_its_way() {
    let (name, bytes) = large();
    let faulty = Faulty::take_ftp().await;
    for mut client in [
        logged_in("PROFTPD", user::FTP_DEFLATED).await,
        anonymous(&faulty.target("ftp", 21).await).await,
    ] {
        let mut options = RetrOptions::default();
        options.mode = TransferMode::Deflate;
        let download = client.retr_with(&name, &options).await.unwrap();
        assert_same(
            &download.bytes(1 << 24).await.unwrap(),
            &bytes,
            "compressed",
        );
        // And back again.
        assert_same(&file(&mut client, &name).await.unwrap(), &bytes, "as it is");
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn a_transfer_is_given_up_and_another_succeeds() {
    let bytes = vec![b'x'; 16 << 20];
    for server in SERVERS {
        let mut client = logged_in(server, user::FTP_ABORTED).await;
        put(&mut client, "big", &bytes).await.unwrap();
        for _ in 0..2 {
            let mut download = client.retr("big").await.unwrap();
            assert!(download.chunk().await.unwrap().is_some());
            download.abort().await.unwrap();
            let got = file(&mut client, "seed/0001-plain.eml").await.unwrap();
            assert!(!got.is_empty(), "{server}");
        }
        let mut upload = client.stor("half").await.unwrap();
        upload.send(b"half").await.unwrap();
        upload.abort().await.unwrap();
        assert_eq!(client.size("big").await.unwrap(), bytes.len() as u64);
        client.quit().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs vsftpd and proftpd"]
async fn a_transfer_in_the_clear_is_given_up_too() {
    let faulty = Faulty::take_ftp().await;
    let (name, bytes) = large();
    // By the containers' own addresses: what publishes Docker's ports on loopback stops at urgent data.
    for server in ["vsftpd", "proftpd-fault"] {
        let mut client = anonymous(&at("ftp", server)).await;
        for _ in 0..3 {
            let mut download = client.retr(&name).await.unwrap();
            assert!(download.chunk().await.unwrap().is_some());
            download.abort().await.unwrap();
            assert_same(&file(&mut client, &name).await.unwrap(), &bytes, server);
        }
        client.quit().await.unwrap();
    }
    drop(faulty);
}

#[tokio::test]
#[ignore = "needs proftpd"]
async fn text_has_its_line_ends_converted_both_ways() {
    let mut client = logged_in("PROFTPD", user::FTP_TEXT).await;
    let mut options = StorOptions::default();
    options.transfer_type = TransferType::Ascii;
    let mut upload = client.stor_with("text", &options).await.unwrap();
    upload.send(b"one\ntwo\n").await.unwrap();
    assert_eq!(upload.finish().await.unwrap().bytes, 10);
    assert_eq!(file(&mut client, "text").await.unwrap(), b"one\ntwo\n");
    let mut options = RetrOptions::default();
    options.transfer_type = TransferType::Ascii;
    let text = client.retr_with("text", &options).await.unwrap();
    assert_eq!(text.bytes(99).await.unwrap(), b"one\ntwo\n");
    client.quit().await.unwrap();
}
