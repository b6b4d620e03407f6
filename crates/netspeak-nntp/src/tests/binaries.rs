//! Binary files fetched from a server, in articles that are right and others.

use std::io::Cursor;
use std::ops::Range;

use netspeak_fake::Nntp;

use super::*;
use crate::nzb::{Nzb, Pieces};
use crate::yenc::Encoder;

const DATA: &[u8] = b"the bytes of a file.\x00\xd6\xe0\xe3\x13=\r\n.";

fn yenc(id: &str, place: Range<usize>, data: &[u8]) -> Vec<u8> {
    let mut article = format!("Message-ID: <{id}>\r\nNewsgroups: a.b\r\n\r\n").into_bytes();
    let (start, end) = (place.start as u64, place.end as u64);
    let size = data.len() as u64;
    let mut encoder = Encoder::part("f.bin", size, 1, 2, start..end, &mut article).unwrap();
    encoder.encode(&data[place], &mut article).unwrap();
    encoder
        .finish_with(crc32fast::hash(data), &mut article)
        .unwrap();
    article
}

async fn client(articles: &[Vec<u8>]) -> Client {
    let mut server = Nntp::builder().group("a.b", "binaries");
    for article in articles {
        server = server.article(article);
    }
    let (ours, theirs) = tokio::io::duplex(256);
    tokio::spawn(server.build().unwrap().serve(theirs));
    greeted(Conn::from_stream(ours)).await
}

fn nzb(ids: &[&str]) -> Nzb {
    let segment = |(number, id): (usize, &&str)| {
        format!(
            "<segment number='{number}'>{id}</segment>",
            number = number + 1
        )
    };
    let segments: String = ids.iter().enumerate().map(segment).collect();
    let text = format!("<nzb><file subject='x'><segments>{segments}</segments></file></nzb>");
    Nzb::read(text.as_bytes()).unwrap()
}

#[tokio::test]
async fn each_article_has_its_own_result() {
    let mut damaged = yenc("2@x", 0..9, DATA);
    let at = damaged
        .windows(4)
        .position(|four| four == b"\x9e\x92\x8f\x4a")
        .unwrap();
    damaged[at] ^= 1;
    let mut client = client(&[
        yenc("1@x", 0..9, DATA),
        damaged,
        b"Message-ID: <3@x>\r\nNewsgroups: a.b\r\n\r\nonly text\r\n".to_vec(),
        b"Message-ID: <4@x>\r\nNewsgroups: a.b\r\n\r\nbegin 644 c\r\n#0V%T\r\n`\r\nend\r\n"
            .to_vec(),
    ])
    .await;
    let ids = ["<1@x>", "<2@x>", "<none@x>", "<3@x>", "<4@x>"].map(id);
    let mut binaries = client.fetch_binaries(ids).unwrap();
    let mut told = Vec::new();
    while let Some((which, answer)) = binaries.next().await.unwrap() {
        let outcome = match answer.and_then(|binary| binary.verify()) {
            Ok(()) => binaries.data().to_vec(),
            Err(error) => error.kind().to_string().into_bytes(),
        };
        told.push((which.to_string(), outcome));
    }
    let wanted = [
        ("<1@x>", &DATA[..9]),
        ("<2@x>", b"proto.malformed"),
        ("<none@x>", b"work.not_found"),
        ("<3@x>", b"proto.malformed"),
        ("<4@x>", b"Cat"),
    ];
    assert_eq!(
        told,
        wanted.map(|(id, data)| (id.to_owned(), data.to_vec()))
    );
    client.quit().await.unwrap();
}

#[tokio::test]
async fn what_one_server_has_not_another_has() {
    let (first, second) = (yenc("1@x", 0..10, DATA), yenc("2@x", 10..DATA.len(), DATA));
    let nzb = nzb(&["1@x", "2@x"]);
    let mut pieces = Pieces::new(&nzb.files[0]);
    let mut sink = Cursor::new(Vec::new());
    client(&[second])
        .await
        .fetch_pieces(&mut pieces, &mut sink)
        .await
        .unwrap();
    let [(missing, why)] = pieces.failed() else {
        panic!("{:?}", pieces.failed());
    };
    assert_eq!(missing.message_id, id("<1@x>"));
    assert!(why.contains("430"), "{why}");
    let error = pieces.verify().unwrap_err().to_string();
    assert!(error.contains("all but 1 of 2"), "{error}");

    pieces.retry();
    assert_eq!(pieces.waiting(), 1);
    client(&[first])
        .await
        .fetch_pieces(&mut pieces, &mut sink)
        .await
        .unwrap();
    pieces.verify().unwrap();
    assert_eq!(sink.into_inner(), DATA);
    let name = pieces.local_name(NameRules::Unix).unwrap();
    assert_eq!(
        (pieces.name().unwrap(), name.to_string()),
        ("f.bin".into(), "f.bin".to_owned())
    );
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_the_rest_to_be_asked_for() {
    let articles = [
        yenc("1@x", 0..10, DATA),
        yenc("2@x", 10..20, DATA),
        yenc("3@x", 20..DATA.len(), DATA),
    ];
    let nzb = nzb(&["1@x", "2@x", "3@x"]);
    let mut pieces = Pieces::new(&nzb.files[0]);
    let mut sink = Cursor::new(Vec::new());
    let body = |article: &[u8]| {
        let start = article
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap()
            + 4;
        article[start..].to_vec()
    };
    let (ours, mut theirs) = tokio::io::duplex(4096);
    let first = body(&articles[0]);
    let peer = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        theirs.write_all(b"200 ready\r\n").await.unwrap();
        let mut asked = [0; 6];
        theirs.read_exact(&mut asked).await.unwrap();
        theirs
            .write_all(
                &[
                    b"222 0 <1@x>\r\n",
                    &first[..],
                    b".\r\n222 0 <2@x>\r\n=ybegin ",
                ]
                .concat(),
            )
            .await
            .unwrap();
    });
    let mut broken = greeted(Conn::from_stream(ours)).await;
    let error = broken
        .fetch_pieces(&mut pieces, &mut sink)
        .await
        .unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.closed");
    peer.await.unwrap();
    assert_eq!((pieces.waiting(), pieces.failed().len()), (2, 0));
    client(&articles)
        .await
        .fetch_pieces(&mut pieces, &mut sink)
        .await
        .unwrap();
    pieces.verify().unwrap();
    assert_eq!(sink.into_inner(), DATA);
}

#[tokio::test]
async fn files_that_tell_no_places_have_one_segment() {
    let bodies: [&[u8]; 2] = [
        b"begin 644 c\r\n#0V%T\r\n`\r\nend\r\n",
        b"=ybegin line=128 name=c\r\nm\x8b\x9e\r\n=yend size=3\r\n",
    ];
    for body in bodies {
        let article = [b"Message-ID: <1@x>\r\nNewsgroups: a.b\r\n\r\n", body].concat();
        for (ids, is_whole) in [(&["1@x"][..], true), (&["1@x", "1@x"][..], false)] {
            let nzb = nzb(ids);
            let mut pieces = Pieces::new(&nzb.files[0]);
            let mut sink = Cursor::new(Vec::new());
            let mut client = client(std::slice::from_ref(&article)).await;
            client.fetch_pieces(&mut pieces, &mut sink).await.unwrap();
            assert_eq!(pieces.verify().is_ok(), is_whole);
            assert_eq!(sink.into_inner() == b"Cat", is_whole);
        }
    }
}

#[tokio::test]
async fn what_stat_says_is_what_is_missing() {
    let mut client = client(&[yenc("1@x", 0..9, DATA), yenc("3@x", 0..9, DATA)]).await;
    let nzb = nzb(&["1@x", "2@x", "3@x"]);
    let health = client.check_segments(&nzb).await.unwrap();
    let missing: Vec<_> = health
        .missing
        .iter()
        .map(|missing| missing.number)
        .collect();
    assert_eq!((health.segments, missing), (3, vec![2]));
    let refused = "C: STAT <1@x>\nC: STAT <2@x>\nC: STAT <3@x>\nS: 502 no\nS: 502 no\nS: 502 no\n";
    let refused = talk(refused, async |client| {
        kind(client.check_segments(&nzb).await.map(|_| ()))
    })
    .await;
    assert_ne!(refused, "ok");
}
