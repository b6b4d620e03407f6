//! A server that stalls, and one that dies.

use netspeak::core::Tls;
use netspeak::ftp::{Builder, Client};

use super::put;
use crate::harness::{Faulty, assert_same, impatient, kind, user, with_password};

/// The server that tests may kill takes passwords in the clear from this machine.
fn in_the_clear() -> Builder {
    Client::builder().tls(Tls::Off)
}

#[tokio::test]
#[ignore = "needs proftpd"]
async fn a_download_goes_on_where_a_killed_server_left_it() {
    let faulty = Faulty::take_ftp().await;
    let bytes: Vec<u8> = (0..6_000_000u32).flat_map(u32::to_le_bytes).collect();
    let builder = in_the_clear().credentials(with_password(user::FTP_KILLED));
    let target = faulty.target("ftp", 21).await;
    let mut client = builder.clone().connect(&target).await.unwrap();
    put(&mut client, "big", &bytes).await.unwrap();

    let mut got = Vec::new();
    let mut download = client.retr("big").await.unwrap();
    got.extend_from_slice(download.chunk().await.unwrap().unwrap());
    let killed = faulty.kill().await;
    let outcome = loop {
        match download.chunk().await {
            Ok(Some(piece)) => got.extend_from_slice(piece),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let word = kind(&outcome);
    assert!(
        [
            "data.truncated",
            "data.reset",
            "data.closed",
            "work.closed",
            "proto.closed",
            "tcp.reset"
        ]
        .contains(&word.as_str()),
        "{word}"
    );
    assert!(got.len() < bytes.len());
    assert_eq!(kind(&client.noop().await), "conn.poisoned");
    drop(killed);
    drop(faulty);

    // It is there again, and what came before was right.
    let faulty = Faulty::take_ftp().await;
    let target = faulty.target("ftp", 21).await;
    let mut client = builder.connect(&target).await.unwrap();
    let rest = client.retr_from("big", got.len() as u64).await.unwrap();
    got.extend_from_slice(&rest.bytes(1 << 25).await.unwrap());
    assert_same(&got, &bytes, "both parts");
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs proftpd"]
async fn an_upload_to_a_killed_server_is_an_error_and_goes_on_later() {
    let faulty = Faulty::take_ftp().await;
    let bytes: Vec<u8> = (0..6_000_000u32).flat_map(u32::to_le_bytes).collect();
    let builder = in_the_clear().credentials(with_password(user::FTP_KILLED));
    let target = faulty.target("ftp", 21).await;
    let mut client = builder.clone().connect(&target).await.unwrap();
    let mut upload = client.stor("sent").await.unwrap();
    upload.send(bytes.get(..1_000_000).unwrap()).await.unwrap();
    let killed = faulty.kill().await;
    let outcome = async {
        upload.send(bytes.get(1_000_000..).unwrap()).await?;
        upload.finish().await.map(drop)
    }
    .await;
    assert!(outcome.is_err());
    assert_eq!(kind(&client.noop().await), "conn.poisoned");
    drop(killed);
    drop(faulty);

    let faulty = Faulty::take_ftp().await;
    let target = faulty.target("ftp", 21).await;
    let mut client = builder.connect(&target).await.unwrap();
    let there = client.size("sent").await.unwrap();
    assert!(there <= bytes.len() as u64);
    let mut options = netspeak::ftp::StorOptions::default();
    options.offset = there;
    let rest = usize::try_from(there).unwrap();
    let mut upload = client.stor_with("sent", &options).await.unwrap();
    upload.send(bytes.get(rest..).unwrap()).await.unwrap();
    upload.finish().await.unwrap();
    let whole = client.retr("sent").await.unwrap();
    assert_same(&whole.bytes(1 << 25).await.unwrap(), &bytes, "both parts");
    client.quit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs proftpd"]
async fn a_stalled_server_is_given_up_in_time() {
    let faulty = Faulty::take_ftp().await;
    let target = faulty.target("ftp", 21).await;
    let builder = in_the_clear().timeouts(impatient());
    let connecting = builder.credentials(with_password(user::FTP_STALLED));
    let mut client = connecting.connect(&target).await.unwrap();
    let paused = faulty.pause().await;
    assert_eq!(kind(&client.noop().await), "work.timeout");
    drop(paused);
    // The late reply is never taken for the answer to another command.
    assert_eq!(kind(&client.noop().await), "conn.poisoned");
}
