//! Replies as servers in the field have sent them: through the codec in every split, and what each
//! means.

use netspeak_core::testing::{Piece, assert_every_split};
use netspeak_core::{Codec, Limits, Step};

use super::*;
use crate::listing::Kind;
use crate::response::{
    HashReply, hash, modified, passive, quoted_path, size, size_hint, unique_name,
};
use crate::{Event, Features, HashAlgorithm, Reply, ReplyCodec};

/// How a line was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Line,
    Perhaps,
    Last,
}

/// The first reply of these bytes, and what is left of them. With `silence` nothing comes behind them,
/// and what may be the end is the end.
fn first_reply(input: &[u8]) -> Result<(Reply, Vec<u8>)> {
    let mut codec = ReplyCodec::new(&Limits::default());
    let (mut lines, mut rest) = (Vec::new(), input);
    while let Step::Event { consumed, event } = codec.decode(rest)? {
        let (head, tail) = rest.split_at(consumed);
        let (Event::Line(line) | Event::Perhaps(line) | Event::Last(line)) = &event;
        lines.push(head[line.clone()].to_vec());
        rest = tail;
        let is_last = match event {
            Event::Last(_) => true,
            Event::Perhaps(_) => rest.is_empty(),
            Event::Line(_) => false,
        };
        if is_last {
            break;
        }
    }
    let reply = Reply::parse(lines.iter().map(Vec::as_slice))?;
    Ok((reply, rest.to_vec()))
}

#[track_caller]
fn reply(input: &[u8]) -> Reply {
    first_reply(input).unwrap().0
}

#[test]
fn replies_of_every_form_end_where_they_end() {
    for (input, code, text, lines, rest) in [
        (
            &b"230-User usr-230 is logged in\r\n230 OK. Current directory is /\r\n"[..],
            230,
            "OK. Current directory is /",
            2,
            "",
        ),
        (b"200-blabla\r\n200-\r\n200\r\n", 200, "", 3, ""),
        (
            b"250-\r\n550 is what you would get for a missing file\r\n250 End\r\n",
            250,
            "End",
            3,
            "",
        ),
        (b"220-hello\n220 there\n", 220, "there", 2, ""),
        (
            b"220 Bienvenue \xe0 tous\r\n",
            220,
            "Bienvenue \\xe0 tous",
            1,
            "",
        ),
        (
            b"150-A\r\nB\r\n150 C\r\n226 Done\r\n",
            150,
            "C",
            3,
            "226 Done\r\n",
        ),
    ] {
        let (found, left) = first_reply(input).unwrap();
        assert_eq!((found.code(), found.text().as_str()), (code, text));
        assert_eq!(
            (found.lines().count(), left.as_slice()),
            (lines, rest.as_bytes())
        );
    }
    let (found, _) = first_reply(b"220 Bienvenue \xe0 tous\r\n").unwrap();
    assert!(found.lines().next().unwrap().ends_with(b"\xe0 tous"));
}

#[test]
fn replies_are_the_same_in_every_split() {
    for input in [
        &b"230-User usr-230 is logged in\r\n230 OK. Current directory is /\r\n"[..],
        b"200-blabla\r\n200-\r\n200\r\n",
        b"250-\r\n550 is what you would get for a missing file\r\n250 End\r\n",
        b"220-hello\n220 there\n",
        b"257 \"/d\xff\xffr\" is the current directory\r\n",
        b"553-\r\n553- Directory excluded (precheck).\r\n150 Opening.\r\n",
    ] {
        let mut expected = Vec::new();
        for line in input.split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let code = &input[..3];
            let is_other = matches!(line, [b'1'..=b'5', _, _, b' ', ..]) && !line.starts_with(code);
            let taken = match line.get(3) {
                _ if is_other => Taken::Perhaps,
                None if line.starts_with(code) => Taken::Last,
                Some(b' ') if line.starts_with(code) => Taken::Last,
                _ => Taken::Line,
            };
            expected.push(Piece::Event((taken, line.to_vec())));
        }
        assert_every_split(
            || ReplyCodec::new(&Limits::default()),
            |event, bytes| {
                let (taken, line) = match event {
                    Event::Line(line) => (Taken::Line, line),
                    Event::Perhaps(line) => (Taken::Perhaps, line),
                    Event::Last(line) => (Taken::Last, line),
                };
                Some(Piece::Event((taken, bytes[line].to_vec())))
            },
            input,
            &expected,
        );
    }
}

#[tokio::test(start_paused = true)]
async fn another_code_ends_a_reply_if_nothing_more_comes() {
    let script = "
        C: NOOP
        S: 553-
        S: 553- Directory excluded (precheck).
        S: 200 Opening BINARY mode data connection for x using SSL/TLS.
        ... 30
        C: NOOP
        S: 200-
        S: 550 is what you would get
        S: 200 End
        ...
    ";
    let before = tokio::time::Instant::now();
    let (took, _) = scripted(script, async |mut client| {
        client.noop().await.unwrap();
        let took = before.elapsed();
        tokio::time::advance(std::time::Duration::from_secs(40)).await;
        client.noop().await.unwrap();
        took
    })
    .await;
    assert!(took.as_secs() < 5, "{took:?}");
    // As it comes in the field: the code is that of the last line.
    let input = b"553-\r\n553- Directory excluded (precheck).\r\n150 Opening BINARY mode.\r\n";
    let found = reply(input);
    assert_eq!((found.code(), found.lines().count()), (150, 3));
}

#[test]
fn what_is_no_reply_is_told() {
    for input in [
        &b"HTTP/1.1 400 Bad Request\r\n"[..],
        b"\r\n",
        b"999 nine\r\n",
        b"2200 x\r\n",
    ] {
        assert_eq!(kind(first_reply(input)), "proto.malformed");
    }
}

#[test]
fn paths_of_every_system() {
    for (input, path) in [
        (
            &b"257 \"/d\xff\xffr\" is the current directory\r\n"[..],
            &b"/d\xffr"[..],
        ),
        (
            b"257 \"/data/ab\"\"s\" - directory created\r\n",
            b"/data/ab\"s",
        ),
        (
            b"257 \"/with space/x\" is \"your\" directory\r\n",
            b"/with space/x",
        ),
        (
            b"257 \"C:\\Data\\in\" is current directory.\r\n",
            b"C:\\Data\\in",
        ),
        (b"257 \"'USER01.'\" is working directory.\r\n", b"'USER01.'"),
        (b"257 /flash is cwd\r\n", b"/flash"),
    ] {
        let found = quoted_path(&reply(input)).unwrap();
        assert_eq!(found.as_bytes(), path);
    }
}

#[test]
fn ports_of_passive_connections() {
    for (input, address, port) in [
        (
            &b"227 192,168,178,39,184,244\r\n"[..],
            Some("192.168.178.39"),
            47348,
        ),
        (
            b"227 Entering passive mode. 127,0,0,1,4,51\r\n",
            Some("127.0.0.1"),
            1075,
        ),
        (
            b"227 Entering Passive Mode (203,0,113,97,119,66).\r\n",
            Some("203.0.113.97"),
            30530,
        ),
        (
            b"227-listen socket created\r\n227 (127,0,0,1,154,21)\r\n",
            Some("127.0.0.1"),
            39445,
        ),
        (
            b"229 Entering Extended Passive Mode (|||6446|)\r\n",
            None,
            6446,
        ),
        (
            b"229 Entering Extended Passive Mode (!!!6447!)\r\n",
            None,
            6447,
        ),
        (
            b"229 Entering Extended Passive Mode (|2|::1|5282|)\r\n",
            None,
            5282,
        ),
    ] {
        let found = passive(&reply(input)).unwrap();
        let address = address.map(|text| text.parse().unwrap());
        assert_eq!((found.address, found.port.get()), (address, port));
    }
    for input in [
        &b"227 Entering Passive Mode (192,168,1,100,229)\r\n"[..],
        b"227 Entering Passive Mode (10,0,0,300,4,1)\r\n",
        b"229 Entering Extended Passive Mode (!!6446!)\r\n",
        b"229 ok (|||70000|)\r\n",
    ] {
        let error = passive(&reply(input)).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.malformed");
    }
}

#[test]
fn features_of_every_form() {
    let keywords = |features: &Features| -> Vec<String> {
        let words = features.lines().iter();
        words
            .map(|line| line.split(' ').next().unwrap().to_ascii_uppercase())
            .collect()
    };
    let found = Features::of_reply(&reply(
        b"211-Features:\r\n MDTM\r\n mlst Type*;Size*;Modify*;UNIX.mode;\r\n REST STREAM\r\n \
          AUTH TLS;SSL;\r\n UTF8\r\n211 End\r\n",
    ));
    assert_eq!(keywords(&found), ["MDTM", "MLST", "REST", "AUTH", "UTF8"]);
    let on = found.mlst_facts().into_iter().filter(|fact| fact.is_on);
    assert_eq!(
        on.map(|fact| fact.name).collect::<Vec<_>>(),
        ["type", "size", "modify"]
    );
    assert_eq!(found.auth(), ["TLS", "SSL"]);
    let found = Features::of_reply(&reply(
        b"211-Features:\r\n211-CCC\r\n211-CLNT\r\n211-EPSV\r\n211-UTF8\r\n211 End\r\n",
    ));
    assert_eq!(keywords(&found), ["CCC", "CLNT", "EPSV", "UTF8"]);
    let found = Features::of_reply(&reply(b"211 No features supported\r\n"));
    assert_eq!(keywords(&found), [""; 0]);
}

#[test]
fn sizes_times_and_names() {
    for (input, found) in [
        (&b"213 1048577\r\n"[..], Some(1_048_577)),
        (b"213 File size is 5000000000\r\n", Some(5_000_000_000)),
        (b"213 -1\r\n", None),
    ] {
        assert_eq!(size(&reply(input)), found);
    }
    for (input, found) in [
        (&b"213 20240229235959\r\n"[..], Some("2024-02-29T23:59:59Z")),
        (
            b"213 20210102030405.014\r\n",
            Some("2021-01-02T03:04:05.014Z"),
        ),
        (b"213 20241301000000\r\n", None),
    ] {
        let time = modified(&reply(input)).map(|time| time.to_string());
        assert_eq!(time.as_deref(), found);
    }
    let hint = reply(b"150 Opening BINARY mode data connection for core.bin (7340033 bytes)\r\n");
    assert_eq!((hint.code(), size_hint(&hint)), (150, Some(7_340_033)));
    let name = unique_name(&reply(b"150 FILE: up000017.dat\r\n"));
    assert_eq!(name.unwrap(), "up000017.dat");
}

#[test]
fn hashes_of_every_form() {
    let sha256 = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
    let input = format!("213 SHA-256 0-11 {sha256} hello world.txt\r\n");
    let expected = HashReply {
        algorithm: Some(HashAlgorithm::Sha256),
        digest: sha256.to_owned(),
    };
    assert_eq!(hash(&reply(input.as_bytes())), Some(expected));
    let found = hash(&reply(b"250 XMD5 5EB63BBBE01EEED093CB22BB8F5ACDC3\r\n")).unwrap();
    assert_eq!(found.digest, "5eb63bbbe01eeed093cb22bb8f5acdc3");
}

#[tokio::test(start_paused = true)]
async fn facts_and_listings_in_replies() {
    let script = "
        C: MLST a b.iso
        S: 250-Begin
        S:  type=file;size=12;modify=20200623060543;UNIX.mode=0664; a b.iso
        S: 250 End.
        C: STAT /pub
        S: 213-Status follows:
        S: -rw-r--r--   1 ftp ftp 3 Jan 02  2020 a
        S:  drwxr-xr-x   2 ftp ftp 4096 Jan 03  2020 b c
        S: 213 End of status
    ";
    let ((), _) = scripted(script, async |mut client| {
        let entry = client.mlst("a b.iso").await.unwrap();
        assert_eq!((entry.kind(), entry.size()), (Kind::File, Some(12)));
        assert_eq!(entry.name(), "a b.iso");
        assert_eq!(
            entry.modified().unwrap().to_string(),
            "2020-06-23T06:05:43Z"
        );
        let listed = client.stat_list("/pub").await.unwrap();
        let names = listed.into_iter().filter_map(|listed| listed.entry());
        assert_eq!(
            names
                .map(|entry| entry.name().into_owned())
                .collect::<Vec<_>>(),
            ["a", "b c"]
        );
    })
    .await;
}
