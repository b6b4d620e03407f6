//! What goes wrong on data connections: its name, and whether the session goes on.

use std::time::Duration;

use netspeak_core::Timeouts;
use netspeak_fake::{DataFault, Fault, Moment, TRANSFER};

use super::*;
use crate::PassiveAddress;

/// What a session is worth after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    GoesOn,
    IsOver,
}
use Session::{GoesOn, IsOver};

/// As fast as a test can wait.
fn hasty(server: &Server<Ftp>) -> Builder {
    let mut timeouts = Timeouts::default();
    timeouts.reply = Some(Duration::from_millis(300));
    timeouts.progress = Some(Duration::from_millis(300));
    builder(server).timeouts(timeouts)
}

async fn told(client: &mut Client, error: Error) -> (String, Session) {
    let session = match client.noop().await {
        Ok(()) => GoesOn,
        Err(_) => IsOver,
    };
    (error.kind().to_string(), session)
}

/// How a download fails.
async fn download(server: FakeBuilder<Ftp>) -> (String, Session) {
    let server = server.start().await.unwrap();
    let builder = hasty(&server).tls(Tls::Opportunistic);
    let mut client = builder.connect(&target(&server)).await.unwrap();
    let error = file(&mut client, "pub/big").await.unwrap_err();
    told(&mut client, error).await
}

#[tokio::test]
async fn a_download_that_is_not_whole_is_an_error_with_a_name() {
    let half = 6_000_000;
    for (what, faults, word, session) in [
        (
            "short data and all is well",
            vec![Fault::data("RETR", DataFault::Short(half))],
            "data.truncated",
            GoesOn,
        ),
        (
            "426 in the middle",
            vec![Fault::data("RETR", DataFault::Broken(half))],
            "data.aborted",
            GoesOn,
        ),
        (
            "451 in the middle",
            vec![
                Fault::data("RETR", DataFault::Broken(half)),
                Fault::reply(TRANSFER, "451 disk\r\n"),
            ],
            "data.aborted",
            GoesOn,
        ),
        (
            "a reset",
            vec![Fault::data("RETR", DataFault::Reset(half))],
            "data.aborted",
            GoesOn,
        ),
        (
            "425 instead of a transfer",
            vec![Fault::reply("RETR", "425 no\r\n")],
            "data.refused",
            GoesOn,
        ),
        (
            "a size that is not true",
            vec![Fault::reply("SIZE", "213 7\r\n")],
            "data.integrity",
            GoesOn,
        ),
        (
            "silence in the middle",
            vec![Fault::Stall(Moment::Transferred(half))],
            "data.timeout",
            IsOver,
        ),
        (
            "421 in the middle",
            vec![
                Fault::say(Moment::Transferred(half), "421 closing\r\n"),
                Fault::Close(Moment::Transferred(half)),
            ],
            "data.aborted",
            IsOver,
        ),
        (
            "a port of 0",
            vec![Fault::reply("EPSV", "229 ok (|||0|)\r\n")],
            "proto.malformed",
            GoesOn,
        ),
    ] {
        let mut server = ftp();
        for fault in faults {
            server = server.fault(fault);
        }
        assert_eq!(download(server).await, (word.to_owned(), session), "{what}");
    }
}

#[tokio::test]
async fn a_cut_inside_tls_is_told_from_an_end() {
    for tls in [ftp(), ftp().tls12_only()] {
        let cut = Fault::data("RETR", DataFault::Truncated(1_000_000));
        let server = tls.auth_tls().fault(cut);
        assert_eq!(
            download(server).await,
            ("data.truncated".to_owned(), GoesOn)
        );
    }
    // Also where nobody knows the size.
    let cut = Fault::data("MLSD", DataFault::Truncated(usize::MAX));
    let server = ftp().auth_tls().fault(cut).start().await.unwrap();
    let mut client = secured(&server).await;
    let error = client
        .mlsd("pub")
        .await
        .unwrap()
        .collect(10)
        .await
        .unwrap_err();
    assert_eq!(
        told(&mut client, error).await,
        ("data.truncated".to_owned(), GoesOn)
    );
}

#[tokio::test]
async fn the_order_of_replies_is_taken_as_it_comes() {
    for faults in [
        // A last reply before the first one.
        vec![
            Fault::reply("RETR", "226 done\r\n150 coming\r\n"),
            Fault::reply(TRANSFER, ""),
        ],
        // A last reply before the data have ended.
        vec![
            Fault::say(Moment::Transferred(500), "226 done\r\n"),
            Fault::reply(TRANSFER, ""),
        ],
        // No first reply.
        vec![Fault::reply("RETR", "")],
    ] {
        let mut server = ftp();
        for fault in faults {
            server = server.fault(fault);
        }
        let server = server.start().await.unwrap();
        let mut client = inside(&server).await;
        assert!(file(&mut client, "pub/big").await.unwrap() == big());
        client.noop().await.unwrap();
    }
}

#[tokio::test]
async fn the_address_of_pasv_counts_for_nothing_unless_it_is_to() {
    let elsewhere = || {
        let no_epsv = ftp().without_verb("EPSV");
        // 192.0.2.0/24 is nobody's (RFC 5737).
        no_epsv.fault(Fault::reply("PASV", "227 ok 192,0,2,1,{high},{low}\r\n"))
    };
    let server = elsewhere().start().await.unwrap();
    let mut client = inside(&server).await;
    assert_eq!(file(&mut client, "pub/a.txt").await.unwrap().len(), 14);

    let here = ftp().without_verb("EPSV").start().await.unwrap();
    let builder = builder(&here)
        .tls(Tls::Off)
        .passive_address(PassiveAddress::AsTold);
    let mut client = builder.connect(&target(&here)).await.unwrap();
    assert_eq!(file(&mut client, "pub/a.txt").await.unwrap().len(), 14);
    assert!(here.said().contains(&"PASV".to_owned()));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_told_and_pasv_is_tried_next() {
    let dead = Fault::data("EPSV", DataFault::NoListener);
    let server = ftp().fault(dead).start().await.unwrap();
    let mut client = inside(&server).await;
    assert_eq!(file(&mut client, "pub/a.txt").await.unwrap().len(), 14);
    assert!(server.said().contains(&"PASV".to_owned()));
    client.noop().await.unwrap();
}

#[tokio::test]
async fn an_upload_that_finds_no_room_stops() {
    for (code, word) in [
        ("452", "data.quota"),
        ("552", "data.quota"),
        ("426", "data.aborted"),
    ] {
        let server = ftp()
            .fault(Fault::data("STOR", DataFault::Broken(1000)))
            .fault(Fault::reply(TRANSFER, format!("{code} no\r\n")));
        let server = server.start().await.unwrap();
        let mut client = inside(&server).await;
        let error = put(&mut client, "new", &big()).await.unwrap_err();
        assert_eq!(
            told(&mut client, error).await,
            (word.to_owned(), GoesOn),
            "{code}"
        );
    }
}

#[tokio::test]
async fn a_verdict_that_never_comes_is_not_taken_for_one() {
    let server = ftp()
        .fault(Fault::Close(Moment::Command(TRANSFER)))
        .start()
        .await
        .unwrap();
    let mut client = inside(&server).await;
    let error = file(&mut client, "pub/a.txt").await.unwrap_err();
    assert_eq!(
        told(&mut client, error).await,
        ("proto.closed".to_owned(), IsOver)
    );
}

#[tokio::test]
async fn a_server_that_insists_on_resumption_is_told_from_others() {
    let refusal = Fault::reply(TRANSFER, "522 session not resumed\r\n");
    let server = ftp()
        .auth_tls()
        .fault(refusal)
        .fault(Fault::data("RETR", DataFault::Broken(0)));
    let (word, session) = download(server).await;
    assert_eq!((word.as_str(), session), ("data.aborted", GoesOn));
}

#[tokio::test]
async fn nothing_is_sent_that_cannot_be_one_command() {
    let server = ftp().start().await.unwrap();
    let mut client = inside(&server).await;
    let before = server.said().len();
    for path in ["a\r\nDELE b", "a\nb", "a\0b"] {
        assert_eq!(kind(client.retr(path).await), "usage");
        assert_eq!(kind(client.stor(path).await), "usage");
        assert_eq!(kind(client.list(path).await), "usage");
        assert_eq!(kind(client.rename("a", path).await), "usage");
        assert_eq!(kind(client.raw(path).await), "usage");
    }
    for own in ["RETR x", "pasv", "USER you", "Auth TLS"] {
        assert_eq!(kind(client.raw(own).await), "usage");
    }
    assert_eq!(server.said().len(), before);
    assert_eq!(client.raw("SYST").await.unwrap().code(), 215);
}

#[tokio::test]
async fn the_control_connection_is_kept_alive() {
    let server = ftp()
        .fault(Fault::Stall(Moment::Transferred(500)))
        .start()
        .await
        .unwrap();
    let builder = hasty(&server)
        .tls(Tls::Off)
        .keep_alive(Duration::from_millis(50));
    let mut client = builder.connect(&target(&server)).await.unwrap();
    assert_eq!(kind(file(&mut client, "pub/big").await), "data.timeout");
    let noops = server.said().iter().filter(|line| *line == "NOOP").count();
    assert!((2..20).contains(&noops), "{noops}");
}

#[tokio::test]
async fn a_passive_port_that_answers_with_silence_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let elsewhere = || Fault::reply("EPSV", format!("229 there (|||{port}|)\r\n"));
    // In the clear the server waits as well, and has not begun.
    for (server, tls, word) in [
        (ftp(), Tls::Off, "work.timeout"),
        (ftp().auth_tls(), Tls::Required, "data.timeout"),
    ] {
        let server = server.fault(elsewhere()).start().await.unwrap();
        let mut timeouts = Timeouts::default();
        timeouts.reply = Some(Duration::from_millis(600));
        timeouts.tls = Some(Duration::from_millis(200));
        let builder = builder(&server).timeouts(timeouts).tls(tls);
        let mut client = builder.connect(&target(&server)).await.unwrap();
        let error = file(&mut client, "pub/a.txt").await.unwrap_err();
        assert_eq!(error.kind().to_string(), word, "{error}");
    }
}
