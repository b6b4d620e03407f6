//! ABOR, and what else comes during a transfer.

use super::client::{Talk, ftp};
use crate::{DataEnd, DataFault, Fault, Moment};

#[tokio::test]
async fn abor_ends_a_transfer_and_another_one_works() {
    let server = ftp()
        .auth_tls()
        .file("/a", "1")
        .fault(Fault::data("RETR", DataFault::Endless(b"x".to_vec())).nth(1))
        .start()
        .await
        .unwrap();
    for mut talk in [Talk::inside(&server).await, Talk::secured(&server).await] {
        let mut data = talk.begin("RETR a").await.unwrap();
        data.bytes(200_000).await;
        talk.control.bytes_out(b"\xff\xf4\xff\xf2ABOR\r\n").await;
        assert_eq!(talk.control.line().await, "426 aborted");
        assert_eq!(talk.control.line().await, "226 nothing is left of it");
        assert_eq!(server.transfers().last().unwrap().end, DataEnd::Broken);
        assert_eq!(talk.get("RETR a").await, b"1");
    }
}

#[tokio::test]
async fn an_upload_can_be_aborted() {
    let server = ftp().start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    let mut data = talk.begin("STOR a").await.unwrap();
    data.bytes_out(b"half").await;
    assert_eq!(talk.ask("ABOR").await, "426 aborted");
    assert_eq!(talk.control.line().await, "226 nothing is left of it");
    assert_eq!(talk.put("STOR a", b"whole").await, "226 that was all");
}

#[tokio::test]
async fn other_commands_wait_for_the_end() {
    let server = ftp().start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    let mut data = talk.begin("STOR a").await.unwrap();
    talk.control.say("NOOP").await;
    talk.control.say("PWD").await;
    data.bytes_out(b"1").await;
    drop(data);
    for right in [
        "226 that was all",
        "200 still here",
        "257 \"/\" is where you are",
    ] {
        assert_eq!(talk.control.line().await, right);
    }
}

#[tokio::test]
async fn what_waits_for_a_data_connection_can_be_aborted() {
    let server = ftp().file("/a", "1").start().await.unwrap();
    let mut talk = Talk::inside(&server).await;
    talk.epsv().await;
    talk.control.say("RETR a").await;
    assert_eq!(talk.ask("ABOR").await, "425 no data connection");
    assert_eq!(talk.control.line().await, "225 nothing to abort");
    assert_eq!(talk.get("RETR a").await, b"1");
}

/// The data connection belongs to the control connection.
#[tokio::test]
async fn a_transfer_ends_with_its_control_connection() {
    let server = ftp()
        .file("/a", [b'x'; 100])
        .fault(Fault::Close(Moment::Transferred(40)))
        .start()
        .await
        .unwrap();
    let mut talk = Talk::inside(&server).await;
    let mut data = talk.begin("RETR a").await.unwrap();
    assert_eq!(data.rest().await.0.len(), 40);
    assert_eq!(talk.control.rest().await.0, b"");
}
