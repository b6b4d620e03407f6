//! The control connection alone.

use super::super::client::Client;
use super::client::{Talk, ftp, in_memory};
use crate::{Fault, Ftp, Moment};

#[tokio::test]
async fn each_way_in() {
    let fake = ftp()
        .anonymous()
        .user_without_password("open")
        .user("two", "secret")
        .account("two", "sales")
        .build()
        .unwrap();
    for (dialogue, right) in [
        ([("USER ops", 331), ("PASS secret", 230)].as_slice(), 257),
        (&[("USER ops", 331), ("PASS wrong", 530)], 530),
        (&[("USER nobody", 331), ("PASS secret", 530)], 530),
        (&[("USER anonymous", 331), ("PASS a@b", 230)], 257),
        (&[("USER open", 230)], 257),
        (
            &[("USER two", 331), ("PASS secret", 332), ("ACCT sales", 230)],
            257,
        ),
        (
            &[("USER two", 331), ("PASS secret", 332), ("ACCT other", 530)],
            530,
        ),
        (&[("PASS secret", 503), ("ACCT sales", 503)], 530),
        (
            &[("USER ops", 331), ("PASS secret", 230), ("USER ops", 530)],
            257,
        ),
        (
            &[("USER ops", 331), ("PASS secret", 230), ("REIN", 220)],
            530,
        ),
    ] {
        let mut client = Client::of(&fake);
        client.line().await;
        for (line, code) in dialogue.iter().chain(&[("PWD", right)]) {
            let reply = client.ask(line).await;
            assert!(
                reply.starts_with(&code.to_string()),
                "{dialogue:?}: {line}: {reply}"
            );
        }
    }
}

#[tokio::test]
async fn folders_and_files() {
    let fake = ftp().file("/pub/a", "12").build().unwrap();
    let mut client = in_memory(&fake).await;
    for (line, right) in [
        ("PWD", "257 \"/\" is where you are"),
        ("CWD pub", "250 here you are"),
        ("MKD say \"hi\"", "257 \"/pub/say \"\"hi\"\"\" is made"),
        ("MKD say \"hi\"", "550 there is one already"),
        ("MKD x/y", "550 no such file or folder"),
        ("CWD say \"hi\"", "250 here you are"),
        ("XPWD", "257 \"/pub/say \"\"hi\"\"\" is where you are"),
        ("CDUP", "250 here you are"),
        ("RNFR a", "350 and the new name?"),
        ("RNTO say \"hi\"/b", "250 renamed"),
        ("RNTO c", "503 RNFR first"),
        ("RMD say \"hi\"", "550 the folder is not empty"),
        ("TYPE I", "200 so be it"),
        ("SIZE say \"hi\"/b", "213 2"),
        ("SIZE a", "550 no such file or folder"),
        ("MDTM say \"hi\"/b", "213 20240102030405"),
        (
            "MFMT 20000229120000 say \"hi\"/b",
            "213 Modify=20000229120000; say \"hi\"/b",
        ),
        ("MDTM say \"hi\"/b", "213 20000229120000"),
        ("SITE UTIME 20010101000000 say \"hi\"/b", "200 done"),
        ("SITE CHMOD 600 say \"hi\"/b", "200 done"),
        ("DELE say \"hi\"/b", "250 removed"),
        ("DELE say \"hi\"", "550 not a file"),
        ("RMD say \"hi\"", "250 removed"),
        ("CWD ../..", "250 here you are"),
        ("PWD", "257 \"/\" is where you are"),
        ("CWD nowhere", "550 no such folder"),
        ("QUIT", "221 bye"),
    ] {
        assert_eq!(client.ask(line).await, right, "{line}");
    }
    assert_eq!(client.rest().await.0, b"");
    assert_eq!(fake.paths(), ["/pub/"]);
}

#[tokio::test]
async fn checksums() {
    let fake = ftp()
        .file("/hello world.txt", "hello world")
        .build()
        .unwrap();
    let mut client = in_memory(&fake).await;
    for (line, right) in [
        (
            "HASH hello world.txt",
            "213 SHA-256 0-11 b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9 hello world.txt",
        ),
        ("OPTS HASH md5", "200 MD5"),
        (
            "HASH hello world.txt",
            "213 MD5 0-11 5eb63bbbe01eeed093cb22bb8f5acdc3 hello world.txt",
        ),
        ("OPTS HASH rot13", "504 no such algorithm"),
        ("XCRC hello world.txt", "250 0D4A1185"),
        (
            "XMD5 \"hello world.txt\"",
            "250 5EB63BBBE01EEED093CB22BB8F5ACDC3",
        ),
        (
            "XSHA1 hello world.txt",
            "250 2AAE6C35C94FCFB415DBE95F408B9CE91EE846ED",
        ),
        ("XCRC nothing", "550 no such file or folder"),
    ] {
        assert_eq!(client.ask(line).await, right, "{line}");
    }
}

#[tokio::test]
async fn feat_lists_what_there_is() {
    let server = ftp()
        .without_mlsd()
        .without_verb("HASH")
        .start()
        .await
        .unwrap();
    let mut talk = Talk::greeted(&server).await;
    let features = talk.ask_all("FEAT").await;
    assert_eq!(features.first().unwrap(), "211-features:");
    assert!(features.contains(&" REST STREAM".to_owned()));
    for missing in ["MLST", "HASH", "AUTH", "PROT"] {
        let is_listed = features
            .iter()
            .any(|line| line.starts_with(&format!(" {missing}")));
        assert!(!is_listed, "{missing}");
    }
    assert_eq!(talk.ask("MLSD").await, "500 unknown command");

    let server = ftp().auth_tls().start().await.unwrap();
    let features = Talk::greeted(&server).await.ask_all("FEAT").await;
    for listed in [
        " AUTH TLS",
        " PROT",
        " HASH SHA-256*;SHA-1;MD5;CRC32",
        " MLST type*;size*;modify*;perm*;UNIX.mode*;",
    ] {
        assert!(features.iter().any(|line| line == listed), "{listed}");
    }
    let fake = Ftp::builder()
        .capabilities(["UTF8", "X Y"])
        .build()
        .unwrap();
    let mut client = Client::of(&fake);
    client.line().await;
    client.say("FEAT").await;
    for right in ["211-features:", " UTF8", " X Y", "211 end"] {
        assert_eq!(client.line().await, right);
    }
}

#[tokio::test]
async fn in_memory_there_are_no_data_connections() {
    let fake = ftp().file("/a", "1").build().unwrap();
    let mut client = in_memory(&fake).await;
    for line in ["PASV", "EPSV", "PORT 127,0,0,1,200,1", "RETR a", "LIST"] {
        let reply = client.ask(line).await;
        assert!(reply.starts_with("425 "), "{line}: {reply}");
    }
}

/// RFC 959 section 3.3 has Telnet's rules on the control connection.
#[tokio::test]
async fn telnet_is_understood() {
    let fake = ftp().build().unwrap();
    let mut client = in_memory(&fake).await;
    client.bytes_out(b"\xff\xf4\xff\xf2ABOR\r\n").await;
    assert_eq!(client.line().await, "225 nothing to abort");
    client.bytes_out(b"MKD d\xff\xffr\r\n").await;
    assert_eq!(client.bytes(21).await, b"257 \"/d\xff\xffr\" is made\r\n");
    client.bytes_out(b"CWD d\xff\xffr\r\n").await;
    assert_eq!(client.line().await, "250 here you are");
}

#[tokio::test]
async fn faults_of_the_control_connection_are_played() {
    let fake = ftp()
        .fault(Fault::reply("SYST", "215-a\r\n215 b\r\n"))
        .fault(Fault::reply("PWD", "421 closing\r\n"))
        .fault(Fault::Close(Moment::After("HELP")))
        .build()
        .unwrap();
    let mut client = in_memory(&fake).await;
    client.say("SYST").await;
    assert_eq!(client.bytes(14).await, b"215-a\r\n215 b\r\n");
    assert_eq!(client.ask("PWD").await, "421 closing");
    assert_eq!(client.rest().await.0, b"");
    let mut client = in_memory(&fake).await;
    client.ask("HELP").await;
    assert_eq!(client.rest().await.0, b"");
}
