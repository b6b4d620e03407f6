//! suppaftp over connections of ours.

use std::time::Duration;

use netspeak_core::Timeouts;
use netspeak_fake::{Fault, GREETING, Moment};

use super::*;
use crate::interop;

fn endpoint(server: &Server<Ftp>) -> Endpoint {
    Endpoint::new("127.0.0.1".parse().unwrap(), server.port())
}

#[tokio::test]
async fn the_engine_goes_through_a_proxy_with_both_its_connections() {
    let server = ftp().start().await.unwrap();
    let proxy = netspeak_fake::Socks5::start("me", "secret").await.unwrap();
    let connector = Connector::new().with_proxy(proxy.url().parse().unwrap());
    let target = endpoint(&server);
    let mut stream = interop::connect(&target, &connector).await.unwrap();
    stream.login("ops", "secret").await.unwrap();
    assert_eq!(stream.nlst(Some("pub")).await.unwrap().len(), 2);
    let mut size = 0;
    let mut file = stream.retr_as_stream("pub/a.txt").await.unwrap();
    let mut piece = [0; 100];
    loop {
        match tokio::io::AsyncReadExt::read(&mut file, &mut piece).await {
            Ok(0) => break,
            read => size += read.unwrap(),
        }
    }
    assert_eq!(size, 14);
    assert_eq!(proxy.targets().len(), 3);
}

#[tokio::test]
async fn what_the_engine_cannot_do_is_told() {
    let silent = ftp()
        .fault(Fault::Stall(Moment::Greeting))
        .start()
        .await
        .unwrap();
    let mut timeouts = Timeouts::default();
    timeouts.greeting = Some(Duration::from_millis(100));
    let hasty = Connector::new().with_timeouts(timeouts);
    let target = endpoint(&silent);
    assert_eq!(
        kind(interop::connect(&target, &hasty).await.map(drop)),
        "greeting.timeout"
    );

    let full = ftp().fault(Fault::reply(GREETING, "421 full\r\n"));
    let full = full.start().await.unwrap();
    let target = endpoint(&full);
    let refused = interop::connect(&target, &Connector::new()).await;
    assert_eq!(kind(refused.map(drop)), "greeting.rejected");
}
