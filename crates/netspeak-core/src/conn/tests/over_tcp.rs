//! What the system has a part in: loopback, not memory.

use super::*;

/// Writes without tokio's knowledge of the other end, so that nothing is awaited on the way.
fn write_at_once(peer: &TcpStream, bytes: &[u8]) {
    assert_eq!(peer.try_write(bytes).unwrap(), bytes.len());
}

#[tokio::test]
async fn a_reply_that_has_arrived_too_early_is_seen_though_no_driver_has_run() {
    let (mut conn, mut peer) = loopback().await;
    let mut wire = Wire::new();
    wire.verb("NOOP").end();
    for round in 0..3 {
        conn.begin_in_turn(Phase::Work).unwrap();
        conn.send(&wire).await.unwrap();
        peer.read_exact(&mut [0; 6]).await.unwrap();
        peer.write_all(b"+OK\r\n").await.unwrap();
        // A short read: tokio believes then that there is nothing more.
        assert_eq!(line(&mut conn).await.unwrap(), "+OK", "{round}");
        conn.finish();
    }
    write_at_once(&peer, b"+OK early\r\n");
    let error = conn.begin_in_turn(Phase::Work).unwrap_err();
    assert!(error.to_string().contains("+OK early"), "{error}");
}

#[tokio::test]
async fn looking_twice_sees_what_came_in_between() {
    let (mut conn, peer) = loopback().await;
    assert_eq!(conn.peek().unwrap(), b"");
    write_at_once(&peer, b"+OK early\r\n");
    assert_eq!(conn.peek().unwrap(), b"+OK early\r\n");
    assert_eq!(line(&mut conn).await.unwrap(), "+OK early");
    assert_eq!(conn.peek().unwrap(), b"");
    drop(peer);
    assert_eq!(kind(conn.peek().map(drop)), "proto.closed");
}

#[tokio::test]
async fn what_follows_an_urgent_byte_is_read() {
    let (mut conn, peer) = loopback().await;
    conn.begin(Phase::Work).unwrap();
    // All of it is there before the first read, which the system ends at the urgent mark.
    write_at_once(&peer, b"before\r\n");
    socket2::SockRef::from(&peer)
        .send_out_of_band(&[0xf2])
        .unwrap();
    write_at_once(&peer, b"behind\r\n");
    let reading = async {
        assert_eq!(line(&mut conn).await.unwrap(), "before");
        assert_eq!(line(&mut conn).await.unwrap(), "behind");
    };
    tokio::time::timeout(Duration::from_secs(5), reading)
        .await
        .expect("it stalls at the mark");
}

#[tokio::test]
async fn urgent_bytes_go_behind_what_is_queued() {
    let (mut conn, peer) = loopback().await;
    let peer = crate::socket::TcpStream::from(peer);
    peer.set_options(&crate::socket::Options::new().out_of_band_inline())
        .unwrap();
    conn.begin(Phase::Work).unwrap();
    conn.queue_data(bytes(3)).unwrap();
    conn.send_urgent(0xf2).await.unwrap();
    conn.send_data(b"ABOR\r\n").await.unwrap();
    let mut got = [0; 10];
    peer.recv_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"xxx\xf2ABOR\r\n");
}

#[tokio::test]
async fn a_server_that_says_why_it_leaves_is_heard_over_tcp() {
    let (mut conn, mut peer) = loopback().await;
    conn.begin(Phase::Work).unwrap();
    // It does not read what comes, says 421 and closes: the system answers with a reset.
    let mut wire = Wire::new();
    conn.send(wire.verb("ONE").end()).await.unwrap();
    peer.write_all(b"421 too many\r\n").await.unwrap();
    drop(peer);
    let mut failed = false;
    for _ in 0..1000 {
        wire.clear();
        conn.queue(wire.verb("TWO").end());
        if let Some(range) = conn.flush_or_next(&mut LineCodec::new(99)).await.unwrap() {
            assert_eq!(conn.bytes(range), b"421 too many");
            failed = true;
            break;
        }
    }
    if !failed {
        assert_eq!(line(&mut conn).await.unwrap(), "421 too many");
    }
}
