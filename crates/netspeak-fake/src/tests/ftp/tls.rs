//! TLS on both connections, and whose session the data connection's is.

use tokio_rustls::rustls::client::Resumption;

use super::super::client::trusting;
use super::client::{Talk, ftp};
use crate::{DataEnd, DataTls, Ftp, Server};

fn last(server: &Server<Ftp>) -> (DataTls, DataEnd) {
    let transfer = server.transfers().pop().unwrap();
    (transfer.tls, transfer.end)
}

#[tokio::test]
async fn the_control_connections_session_is_resumed_twenty_times_and_more() {
    for builder in [ftp(), ftp().tls12_only()] {
        let server = builder.auth_tls().require_reuse().start().await.unwrap();
        let mut talk = Talk::secured(&server).await;
        for number in 0..25 {
            let reply = talk.put(&format!("STOR {number}"), b"hello").await;
            assert_eq!(reply, "226 that was all", "{number}");
            assert_eq!(last(&server), (DataTls::Resumed, DataEnd::Orderly));
        }
        assert_eq!(talk.get("RETR 24").await, b"hello");
        assert_eq!(last(&server), (DataTls::Resumed, DataEnd::Orderly));
    }
}

#[tokio::test]
async fn who_does_not_read_after_an_upload_runs_out_of_tickets() {
    let server = ftp().auth_tls().require_reuse().start().await.unwrap();
    let mut talk = Talk::secured(&server).await;
    let mut replies = Vec::new();
    for _ in 0..4 {
        let mut data = talk.begin("STOR a").await.unwrap();
        data.bytes_out(b"1").await;
        data.shut_down().await;
        let reply = talk.control.line().await;
        replies.push(reply.split(' ').next().unwrap().to_owned());
    }
    // TLS 1.3 tickets are good for one time, and two came with the control connection.
    assert_eq!(replies, ["226", "226", "522", "522"]);
}

#[tokio::test]
async fn tickets_may_come_with_downloads_only() {
    for (builder, right) in [
        (ftp(), ["226", "226", "522"]),
        (ftp().tls12_only(), ["226", "226", "226"]),
    ] {
        let builder = builder.auth_tls().require_reuse();
        let server = builder
            .without_tickets_for_uploads()
            .file("/a", "1")
            .start()
            .await
            .unwrap();
        let mut talk = Talk::secured(&server).await;
        for _ in 0..5 {
            assert_eq!(talk.get("RETR a").await, b"1");
        }
        for code in right {
            let mut data = talk.begin("STOR b").await.unwrap();
            data.bytes_out(b"1").await;
            data.shut_down().await;
            let _ = data.rest().await;
            let reply = talk.control.line().await;
            assert!(reply.starts_with(code), "{reply}");
        }
    }
}

#[tokio::test]
async fn another_session_is_another_one() {
    let server = ftp().auth_tls().file("/a", "1").start().await.unwrap();
    let mut none = trusting(&server, None);
    none.resumption = Resumption::disabled();
    let mut talk = Talk::secured_with(&server, none).await;
    assert_eq!(talk.get("RETR a").await, b"1");
    assert_eq!(last(&server).0, DataTls::New);

    // The session store of both clients is the same: the later control connection's tickets are used up last.
    let shared = trusting(&server, None);
    let mut first = Talk::secured_with(&server, shared.clone()).await;
    let second = Talk::secured_with(&server, shared).await;
    assert_eq!(first.get("RETR a").await, b"1");
    assert_eq!(last(&server).0, DataTls::Foreign);
    drop(second);
}

#[tokio::test]
async fn who_does_not_resume_is_refused_where_that_is_asked() {
    let server = ftp()
        .auth_tls()
        .require_reuse()
        .file("/a", "1")
        .start()
        .await
        .unwrap();
    let mut none = trusting(&server, None);
    none.resumption = Resumption::disabled();
    let mut talk = Talk::secured_with(&server, none).await;
    let mut data = talk.begin("RETR a").await.unwrap();
    assert_eq!(data.rest().await.0, b"");
    assert_eq!(
        talk.control.line().await,
        "522 the TLS session of the control connection is to be resumed"
    );
    talk.ask("PROT C").await;
    talk.epsv().await;
    assert_eq!(talk.ask("RETR a").await, "522 PROT P first");
}

#[tokio::test]
async fn implicit_tls_protects_the_control_connection_and_prot_the_data() {
    let server = ftp().implicit_tls().file("/a", "1").start().await.unwrap();
    let mut talk = Talk::implicit(&server).await;
    let features = talk.ask_all("FEAT").await;
    assert!(features.contains(&" PROT".to_owned()));
    assert!(!features.contains(&" AUTH TLS".to_owned()));
    let tls = talk.tls.take();
    assert_eq!(talk.ask("PROT P").await, "503 PBSZ first");
    assert_eq!(talk.get("RETR a").await, b"1");
    assert_eq!(last(&server).0, DataTls::None);
    talk.ask("PBSZ 0").await;
    talk.ask("PROT P").await;
    talk.tls = tls;
    assert_eq!(talk.get("RETR a").await, b"1");
    assert_eq!(last(&server).0, DataTls::Resumed);
}

#[tokio::test]
async fn after_ccc_the_control_connection_is_in_the_clear_and_the_data_are_not() {
    for builder in [ftp(), ftp().tls12_only()] {
        let server = builder.auth_tls().file("/a", "1").start().await.unwrap();
        let mut talk = Talk::secured(&server).await;
        assert_eq!(talk.ask("CCC").await, "200 in the clear from here on");
        talk.control = talk.control.without_tls().await;
        assert_eq!(talk.ask("PWD").await, "257 \"/\" is where you are");
        assert_eq!(talk.get("RETR a").await, b"1");
        assert_eq!(last(&server).0, DataTls::Resumed);
        assert!(!server.log().last().unwrap().encrypted);
        assert_eq!(talk.ask("CCC").await, "533 nothing is protected");
    }
}

#[tokio::test]
async fn an_upload_without_close_notify_is_none() {
    let server = ftp().auth_tls().start().await.unwrap();
    let mut talk = Talk::secured(&server).await;
    let mut data = talk.begin("STOR a").await.unwrap();
    data.bytes_out(b"half").await;
    drop(data);
    assert_eq!(talk.control.line().await, "426 the data connection broke");
    assert_eq!(last(&server), (DataTls::Resumed, DataEnd::Truncated));
    assert_eq!(server.file("/a").unwrap(), b"half");
}

#[tokio::test]
async fn auth_forgets_and_secrets_can_be_kept_out_of_the_clear() {
    let server = ftp().auth_tls().tls_for_secrets().start().await.unwrap();
    let mut talk = Talk::greeted(&server).await;
    assert_eq!(talk.ask("USER ops").await, "530 not in clear text");
    assert_eq!(talk.ask("PBSZ 0").await, "503 AUTH first");
    assert_eq!(talk.ask("AUTH GSSAPI").await, "504 TLS is all there is");
    let mut talk = Talk::secured(&server).await;
    assert_eq!(talk.ask("AUTH TLS").await, "502 no TLS here");
    assert_eq!(talk.ask("PROT S").await, "536 P or C");
}
