//! Happy Eyeballs against a black hole: an address that answers nothing at all.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail by panicking"
)]

use std::net::SocketAddr;
use std::time::Duration;

use netspeak_core::{Connector, Host, Timeouts, Tls, Trace};
use socket2::{Domain, Socket, Type};
use tokio::net::TcpSocket;
use tokio::time::Instant;

/// A listener that nobody accepts from, its queue full: Linux drops further SYNs.
struct BlackHole {
    address: SocketAddr,
    _listener: Socket,
    _waiting: Vec<tokio::task::JoinHandle<()>>,
}

impl Drop for BlackHole {
    fn drop(&mut self) {
        self._waiting
            .iter()
            .for_each(tokio::task::JoinHandle::abort);
    }
}

async fn black_hole(at: &str) -> BlackHole {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let wanted: SocketAddr = at.parse().unwrap();
    listener.bind(&wanted.into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let mut waiting = Vec::new();
    // The queue holds one more than the backlog says; connect until one is not answered.
    for _ in 0..16 {
        let mut connecting = tokio::spawn(async move {
            let stream = TcpSocket::new_v4().unwrap().connect(address).await;
            std::future::pending::<()>().await;
            drop(stream);
        });
        // A connection over loopback that is answered at all is answered at once.
        let probe = TcpSocket::new_v4().unwrap().connect(address);
        let answered = tokio::time::timeout(Duration::from_millis(100), probe).await;
        let _ = tokio::time::timeout(Duration::ZERO, &mut connecting).await;
        waiting.push(connecting);
        match answered {
            Err(_) => {
                return BlackHole {
                    address,
                    _listener: listener,
                    _waiting: waiting,
                };
            }
            // A connection closed by us still lies in the queue.
            Ok(stream) => drop(stream.unwrap()),
        }
    }
    panic!("the queue of {address} never fills");
}

fn connector(addresses: &[&str]) -> Connector {
    let addresses = addresses.iter().map(|ip| ip.parse().unwrap()).collect();
    Connector::new().with_address_of("dual.example", None, addresses)
}

#[tokio::test]
async fn a_black_hole_costs_the_stagger_and_no_more() {
    let hole = black_hole("127.0.0.1:0").await;
    let port = hole.address.port();
    let alive = tokio::net::TcpListener::bind(("127.0.0.2", port))
        .await
        .unwrap();
    let endpoint = netspeak_core::Endpoint::new(Host::Name("dual.example".into()), port);
    let connector = connector(&["127.0.0.1", "127.0.0.2"]);
    let mut trace = Trace::new();
    // A busy machine may be slow for once, but not five times.
    for last in [false, false, false, false, true] {
        trace = Trace::new();
        let began = Instant::now();
        let conn = connector
            .connect(&endpoint, Tls::Off, &trace)
            .await
            .unwrap();
        let took = began.elapsed().as_millis();
        assert_eq!(conn.peer_addr(), Some(alive.local_addr().unwrap()));
        assert!(
            took >= 240,
            "{took} ms: the first address did not get its time"
        );
        if took <= 300 {
            break;
        }
        assert!(!last, "the black hole cost {took} ms");
    }
    let [dead, used] = trace.attempts().try_into().unwrap();
    assert_eq!((dead.tried, dead.used, dead.ok), (true, false, None));
    assert_eq!((used.tried, used.used, used.ok), (true, true, Some(true)));
}

#[tokio::test]
async fn two_black_holes_are_one_error_naming_both() {
    let one = black_hole("127.0.0.1:0").await;
    let port = one.address.port();
    let two = black_hole(&format!("127.0.0.2:{port}")).await;
    let mut timeouts = Timeouts::default();
    timeouts.tcp = Some(Duration::from_millis(700));
    let connector = connector(&["127.0.0.1", "127.0.0.2"]).with_timeouts(timeouts);
    let endpoint = netspeak_core::Endpoint::new(Host::Name("dual.example".into()), port);
    let began = Instant::now();
    let error = connector
        .connect(&endpoint, Tls::Off, &Trace::new())
        .await
        .unwrap_err();
    let took = began.elapsed();
    assert_eq!(error.kind().to_string(), "tcp.timeout");
    let text = error.to_string();
    assert!(
        text.contains(&one.address.to_string()) && text.contains(&two.address.to_string()),
        "{text}"
    );
    assert!((690..4000).contains(&took.as_millis()), "{took:?}");
}
