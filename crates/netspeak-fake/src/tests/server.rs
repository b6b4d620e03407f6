//! Listening, and ending.

use super::client::{Client, tcp};
use crate::Pop3;

#[tokio::test]
async fn ports_of_its_own() {
    let one = Pop3::builder().start().await.unwrap();
    let two = Pop3::builder().start().await.unwrap();
    assert_ne!(one.port(), two.port());
    assert_eq!(one.url("pop3"), format!("pop3://127.0.0.1:{}", one.port()));
    assert_ne!(one.ca_pem(), two.ca_pem());
    assert!(Client::tcp(&one).await.line().await.starts_with("+OK"));
    assert_eq!((one.connections(), two.connections()), (1, 0));
}

#[tokio::test]
async fn ipv6() {
    let Ok(server) = Pop3::builder().ipv6().start().await else {
        return;
    };
    assert_eq!(
        server.url("pop3"),
        format!("pop3://[::1]:{}", server.port())
    );
    assert!(Client::tcp(&server).await.line().await.starts_with("+OK"));
}

#[cfg(unix)]
#[tokio::test]
async fn unix_socket() {
    let path = std::env::temp_dir().join(format!(
        "netspeak-fake-{}.sock",
        crate::nonce::nonce().unwrap()
    ));
    let server = Pop3::builder().start_unix(&path).unwrap();
    let mut client = Client::new(
        tokio::net::UnixStream::connect(server.path())
            .await
            .unwrap(),
    );
    assert!(client.line().await.starts_with("+OK"));
    drop(server);
    assert!(!path.exists());
    assert_eq!(client.rest().await.0, b"");
}

#[tokio::test]
async fn dropping_ends_it_all() {
    let server = Pop3::builder().start().await.unwrap();
    let address = server.addr();
    let mut client = Client::tcp(&server).await;
    client.line().await;
    drop(server);
    assert_eq!(client.rest().await.0, b"");
    let refused = tokio::net::TcpSocket::new_v4()
        .unwrap()
        .connect(address)
        .await;
    assert_eq!(
        refused.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionRefused
    );
}

#[tokio::test]
async fn idle_waits_for_the_last_one() {
    let server = Pop3::builder().start().await.unwrap();
    server.idle().await;
    let stream = tcp(&server).await;
    let mut client = Client::new(stream);
    client.line().await;
    assert!(
        tokio::time::timeout(std::time::Duration::from_millis(5), server.idle())
            .await
            .is_err()
    );
    assert_eq!(client.ask("QUIT").await, "+OK bye");
    drop(client);
    server.idle().await;
    assert_eq!(server.said(), ["QUIT"]);
}
