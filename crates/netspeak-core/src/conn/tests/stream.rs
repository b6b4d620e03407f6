//! A connection handed over.

use super::*;

#[tokio::test]
async fn what_was_not_read_comes_first() {
    let (mut conn, mut peer) = pair();
    peer.write_all(b"+OK\r\nmore").await.unwrap();
    conn.begin(Phase::Greeting).unwrap();
    assert_eq!(line(&mut conn).await.unwrap(), "+OK");
    conn.finish();
    let mut stream = conn.into_stream().unwrap();
    peer.write_all(b" and more").await.unwrap();
    let mut got = [0; 13];
    stream.read_exact(&mut got[..2]).await.unwrap();
    stream.read_exact(&mut got[2..]).await.unwrap();
    assert_eq!(&got, b"more and more");
    stream.write_all(b"yes").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut heard = Vec::new();
    peer.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"yes");
    assert_eq!(stream.security(), Security::Clear);
}

#[tokio::test]
async fn it_is_handed_over_whole_or_not_at_all() {
    let (mut conn, _peer) = pair();
    conn.queue_data(bytes(1)).unwrap();
    assert_eq!(kind(conn.into_stream()), "usage");
    let (mut conn, peer) = pair();
    drop(peer);
    assert!(conn.in_turn().is_err());
    assert_eq!(kind(conn.into_stream()), "conn.poisoned");
}

#[tokio::test]
async fn two_tasks_may_share_it() {
    let (conn, peer) = pair();
    let (mut reader, mut writer) = tokio::io::split(conn.into_stream().unwrap());
    let echo = tokio::spawn(async move {
        let (mut from, mut to) = tokio::io::split(peer);
        tokio::io::copy(&mut from, &mut to).await.unwrap();
        to.shutdown().await.unwrap();
    });
    let sent = vec![b'q'; 1 << 20];
    let expected = sent.clone();
    let writing = tokio::spawn(async move {
        writer.write_all(&sent).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let mut got = Vec::new();
    reader.read_to_end(&mut got).await.unwrap();
    assert!(got == expected);
    writing.await.unwrap();
    echo.await.unwrap();
}
