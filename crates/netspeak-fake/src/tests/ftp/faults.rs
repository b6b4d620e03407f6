//! What goes wrong on demand, on data connections.

use std::io::ErrorKind;

use super::client::{Talk, ftp};
use crate::{Builder, DataFault, Fault, Ftp, Moment, TRANSFER};

fn hundred() -> Builder<Ftp> {
    ftp().auth_tls().file("/a", [b'x'; 100])
}

/// How many octets of the file come, how they end and what is said then: in the clear, and under TLS.
async fn each(fault: DataFault) -> [(usize, Option<ErrorKind>, String); 2] {
    let server = hundred()
        .fault(Fault::data("RETR", fault))
        .start()
        .await
        .unwrap();
    [
        fetch(Talk::inside(&server).await).await,
        fetch(Talk::secured(&server).await).await,
    ]
}

async fn fetch(mut talk: Talk) -> (usize, Option<ErrorKind>, String) {
    let mut data = talk.begin("RETR a").await.unwrap();
    let (bytes, end) = data.rest().await;
    let kind = end.err().map(|error| error.kind());
    (bytes.len(), kind, talk.control.line().await)
}

#[tokio::test]
async fn data_that_end_too_early() {
    let all = || "226 that was all".to_owned();
    let broke = || "426 the data connection broke".to_owned();
    let torn = Some(ErrorKind::UnexpectedEof);
    assert_eq!(
        each(DataFault::Short(30)).await,
        [(30, None, all()), (30, None, all())]
    );
    assert_eq!(
        each(DataFault::Broken(30)).await,
        [(30, None, broke()), (30, None, broke())]
    );
    assert_eq!(
        each(DataFault::Truncated(30)).await,
        [(30, None, all()), (30, torn, all())]
    );
    assert_eq!(
        each(DataFault::Truncated(usize::MAX)).await,
        [(100, None, all()), (100, torn, all())]
    );
    for (_, end, reply) in each(DataFault::Reset(30)).await {
        assert_eq!((end, reply), (Some(ErrorKind::ConnectionReset), broke()));
    }
}

#[tokio::test]
async fn a_listing_without_end() {
    let server = hundred()
        .fault(Fault::data(
            "LIST",
            DataFault::Endless(b"-rw- x\r\n".to_vec()),
        ))
        .start()
        .await
        .unwrap();
    let mut talk = Talk::inside(&server).await;
    let mut data = talk.begin("LIST").await.unwrap();
    assert!(data.bytes(1 << 20).await.ends_with(b"\r\n-rw- x\r\n-r"));
    drop(data);
    assert_eq!(talk.control.line().await, "426 the data connection broke");
}

#[tokio::test]
async fn an_upload_that_finds_no_room() {
    let server = hundred()
        .fault(Fault::data("STOR", DataFault::Broken(10)))
        .fault(Fault::reply(TRANSFER, "552 no room\r\n"))
        .start()
        .await
        .unwrap();
    let mut talk = Talk::inside(&server).await;
    let mut data = talk.begin("STOR b").await.unwrap();
    data.bytes_out(&[b'y'; 50]).await;
    assert_eq!(talk.control.line().await, "552 no room");
    assert_eq!(server.file("/b").unwrap(), [b'y'; 10]);
}

#[tokio::test]
async fn addresses_that_are_not_true() {
    for (verb, forced, right) in [
        ("PASV", "227 10,0,0,1,{high},{low}\r\n", "227 10,0,0,1,"),
        (
            "PASV",
            "227 ok (127,0,0,1,0,0)\r\n",
            "227 ok (127,0,0,1,0,0)",
        ),
        (
            "PASV",
            "227 ok (127,0,0,1,900,1)\r\n",
            "227 ok (127,0,0,1,900,1)",
        ),
        (
            "EPSV",
            "227 ({address},{high},{low})\r\n",
            "227 (127,0,0,1,",
        ),
        ("EPSV", "229 ok (!!!{port}!)\r\n", "229 ok (!!!"),
    ] {
        let server = hundred()
            .fault(Fault::reply(verb, forced))
            .start()
            .await
            .unwrap();
        let mut talk = Talk::inside(&server).await;
        let reply = talk.ask(verb).await;
        assert!(reply.starts_with(right) && !reply.contains('{'), "{reply}");
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens() {
    let server = hundred()
        .fault(Fault::data("EPSV", DataFault::NoListener).nth(1))
        .start()
        .await
        .unwrap();
    let mut talk = Talk::inside(&server).await;
    let port = talk.epsv().await;
    let refused = talk.try_to_connect(port).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(talk.ask("RETR a").await, "425 no data connection");
    assert_eq!(talk.get("RETR a").await.len(), 100);
}

#[tokio::test]
async fn last_replies_that_come_too_early_or_never() {
    for (faults, first, later) in [
        (
            vec![
                Fault::say(Moment::Transferred(50), "226 early\r\n"),
                Fault::reply(TRANSFER, ""),
            ],
            "150 opening data connection for a (100 bytes)",
            "226 early",
        ),
        (
            vec![
                Fault::reply("RETR", "226 early\r\n150 late\r\n"),
                Fault::reply(TRANSFER, ""),
            ],
            "226 early",
            "150 late",
        ),
        (
            vec![Fault::reply("RETR", "")],
            "226 that was all",
            "200 still here",
        ),
        (
            vec![Fault::Stall(Moment::Command(TRANSFER))],
            "150 opening data connection for a (100 bytes)",
            "",
        ),
    ] {
        let server = faults
            .iter()
            .cloned()
            .fold(hundred(), Builder::fault)
            .start()
            .await
            .unwrap();
        let mut talk = Talk::inside(&server).await;
        let port = talk.epsv().await;
        let mut data = talk.data(talk.connect(port).await).await.unwrap();
        talk.control.say("RETR a").await;
        assert_eq!(data.rest().await.0.len(), 100, "{faults:?}");
        talk.control.say("NOOP").await;
        assert_eq!(talk.control.line().await, first);
        if !later.is_empty() {
            assert_eq!(talk.control.line().await, later);
        }
    }
}

#[tokio::test]
async fn silence_in_the_middle_and_a_server_that_closes_down() {
    let server = hundred()
        .fault(Fault::Stall(Moment::Transferred(40)).on_connection(1))
        .fault(Fault::say(Moment::Transferred(40), "421 closing\r\n").on_connection(2))
        .fault(Fault::Close(Moment::Transferred(40)).on_connection(2))
        .start()
        .await
        .unwrap();
    let mut talk = Talk::inside(&server).await;
    let mut data = talk.begin("RETR a").await.unwrap();
    assert_eq!(data.bytes(40).await, [b'x'; 40]);
    talk.control.say("NOOP").await;

    let mut other = Talk::inside(&server).await;
    let mut rest = other.begin("RETR a").await.unwrap();
    assert_eq!(rest.rest().await.0.len(), 40);
    assert_eq!(other.control.rest().await.0, b"421 closing\r\n");
    assert!(server.said().contains(&"NOOP".to_owned()));
}
