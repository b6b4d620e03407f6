//! Greeting, EHLO, STARTTLS, and the verbs about the session.

use netspeak_core::Limits;

use super::*;
use crate::{SizeLimit, State};

#[tokio::test(start_paused = true)]
async fn greetings_of_all_kinds() {
    for (script, expected) in [
        ("S: 220 mx.example.org ESMTP", "ok"),
        ("S: 220", "ok"),
        ("S: 220-not yet\nS: 220 now", "ok"),
        ("S: 220 caf\\xe9", "ok"),
        ("S: 554 go away", "greeting.rejected"),
        ("S: 421 busy", "greeting.rejected"),
        ("S: +OK pop3", "greeting.other_protocol"),
        ("S: * OK imap", "greeting.other_protocol"),
        ("S: ", "greeting.other_protocol"),
        ("S: 220-only half", "proto.closed"),
        ("S- 22", "proto.closed"),
    ] {
        let (found, _) = dialogue(script, async |conn| kind(Client::from_conn(conn).await)).await;
        assert_eq!(found, expected, "{script}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_greeting_that_does_not_come_is_given_up() {
    let (ours, _theirs) = tokio::io::duplex(64);
    let found = kind(Client::from_conn(Conn::from_memory(ours)).await);
    assert_eq!(found, "greeting.timeout");
}

#[tokio::test]
async fn ehlo_falls_back_to_helo() {
    let script =
        "S: 220 old\nC: EHLO localhost\nS: 502 what?\nC: HELO localhost\nS: 250 old.example";
    dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        let found = client.ehlo().await.unwrap();
        assert_eq!((found.host(), found.lines().len()), ("old.example", 0));
        assert_eq!(client.state(), State::Ready);
    })
    .await;
    let script = "S: 220 old\nC: EHLO localhost\nS: 451 later";
    let (found, _) = dialogue(script, async |conn| {
        kind(greeted(conn).await.ehlo().await.map(drop))
    })
    .await;
    assert_eq!(found, "caps.rejected");
}

#[tokio::test]
async fn capabilities_in_any_case_with_their_parameters() {
    offering(
        "starttls,Size 1000,auth plain,AUTH=LOGIN",
        "",
        async |client| {
            let found = client.capabilities().unwrap();
            assert!(found.starttls());
            assert_eq!(found.size(), Some(SizeLimit::Bytes(1000)));
            assert_eq!(found.auth(), ["PLAIN", "LOGIN"]);
        },
    )
    .await;
}

#[tokio::test]
async fn small_verbs() {
    let script = "C: NOOP\nS: 250\nC: RSET\nS: 250 flushed\nC: VRFY ops\nS: 252 perhaps\n\
                  C: EXPN staff\nS: 250-a@b\nS: 250 c@d\nC: HELP MAIL\nS: 214 no help\n\
                  C: ETRN x.example\nS: 458 no\nC: QUIT\nS: 221 bye";
    let full = format!("S: 220 x\nC: EHLO localhost\nS: 250 x\n{script}");
    dialogue(&full, async |conn| {
        let mut client = greeted(conn).await;
        client.ehlo().await.unwrap();
        client.noop().await.unwrap();
        client.rset().await.unwrap();
        assert_eq!(client.vrfy("ops").await.unwrap().code(), 252);
        assert_eq!(client.expn("staff").await.unwrap().lines().count(), 2);
        assert_eq!(client.help(Some("MAIL")).await.unwrap().text(), "no help");
        let etrn = client.command("ETRN x.example").await.unwrap();
        assert!(etrn.is_temporary());
        assert!(client.quit().await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_server_may_leave_at_any_time() {
    let found = offering("", "C: NOOP\nS: 421 4.3.2 shutting down", async |client| {
        let left = client.noop().await.unwrap_err();
        assert!(left.is_temporary());
        assert_eq!(left.reply().unwrap().code(), 421);
        assert_eq!(client.state(), State::Closed);
        kind(client.noop().await)
    })
    .await;
    assert_eq!(found, "usage");
    // Before the next command: it is no answer to it, and says so.
    let script = "S: 220 x\nS: 421 idle too long";
    dialogue(script, async |conn| {
        let mut client = greeted(conn).await;
        let left = client.ehlo().await.unwrap_err();
        assert_eq!(left.reply().map(crate::Reply::code), Some(421), "{left}");
    })
    .await;
}

#[tokio::test]
async fn a_reply_before_its_command_is_an_error() {
    let script = "S: 220 x\nS: 250 too early\n...";
    let (found, _) = dialogue(script, async |conn| {
        kind(greeted(conn).await.ehlo().await.map(drop))
    })
    .await;
    assert_eq!(found, "proto.malformed");
}

#[tokio::test]
async fn replies_have_limits() {
    let endless = "S: 250-x\n".repeat(1001);
    for (script, limits) in [
        (format!("S: 220 {}", "x".repeat(5000)), Limits::default()),
        (format!("S: 220 x\nC: *\n{endless}"), Limits::default()),
    ] {
        let (found, _) = dialogue(&script, async |conn| {
            match Client::from_conn(conn.with_limits(limits)).await {
                Ok(mut client) => kind(client.ehlo().await.map(drop)),
                Err(error) => error.kind().to_string(),
            }
        })
        .await;
        assert_eq!(found, "proto.too_large");
    }
}

#[tokio::test]
async fn starttls_forgets_what_was_said_before_and_takes_nothing_injected() {
    use netspeak_core::tls::{TlsClient, TlsSettings};
    let host = "mx.example.org".parse().unwrap();
    let mut settings = TlsSettings::default();
    settings.verify = netspeak_core::tls::Verify::Nothing;
    let tls = TlsClient::new(settings).unwrap();
    for (script, expected) in [
        ("C: STARTTLS\nS: 454 not now", "starttls.refused"),
        (
            "C: STARTTLS\nS- 220 go\\r\\n250-evil\\r\\n250 AUTH PLAIN\\r\\n",
            "starttls.injected",
        ),
    ] {
        let found = offering("STARTTLS", script, async |client| {
            let found = kind(client.starttls(&tls, &host).await);
            if expected == "starttls.injected" {
                assert!(client.capabilities().is_none());
                assert_eq!(kind(client.noop().await), "conn.poisoned");
            }
            found
        })
        .await;
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn the_wrong_order_is_refused_before_a_byte_is_sent() {
    offering("", "C: NOOP\nS: 250 ok", async |client| {
        let to = "a@b.example".parse().unwrap();
        assert_eq!(kind(client.rcpt(&to, &Default::default()).await), "usage");
        assert_eq!(kind(client.data("x").await), "usage");
        assert_eq!(kind(client.vrfy("a\r\nRSET").await), "usage");
        assert_eq!(kind(client.command("DATA").await), "usage");
        client.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_dropped_command_poisons() {
    offering("", "C: VRFY x\n...", async |client| {
        let mut dropped = Box::pin(client.vrfy("x"));
        let polled = std::future::poll_fn(|cx| {
            std::task::Poll::Ready(dropped.as_mut().poll(cx).is_pending())
        });
        assert!(polled.await);
        drop(dropped);
        tokio::task::yield_now().await;
        assert_eq!(kind(client.noop().await), "conn.poisoned");
    })
    .await;
}

#[test]
fn schemes_say_when_tls_begins() {
    use netspeak_core::sasl::Credentials;
    use netspeak_core::{Opening, Tls};
    for (url, login, port, tls) in [
        ("smtp://h", false, 25, Tls::Opportunistic),
        ("smtp://h", true, 25, Tls::Required),
        ("submission://h", true, 587, Tls::Required),
        ("smtps://h", true, 465, Tls::Implicit),
        ("submissions://h", false, 465, Tls::Implicit),
        ("lmtp://h", false, 24, Tls::Opportunistic),
    ] {
        let mut opening = Opening::default();
        opening.credentials = login.then(|| Credentials::password("ops", "pw".into()));
        let prepared = opening
            .prepare(&crate::RULES, &url.parse().unwrap())
            .unwrap();
        assert_eq!((prepared.endpoint.port, prepared.tls), (port, tls), "{url}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_goodbye_undoes_nothing() {
    for answer in ["", "\nS: what?", "\nS: 500 no", "\n..."] {
        let script = format!(
            "S: 220 x\nC: EHLO localhost\nS: 250 x\nC: MAIL FROM:<ops@x.example>\nS: 250\n\
             C: RCPT TO:<a@y.example>\nS: 250\nC: DATA\nS: 354\nC: x\nC: .\nS: 250\nC: QUIT{answer}"
        );
        dialogue(&script, async |conn| {
            let mut client = greeted(conn).await;
            let sent = client.send(&envelope(&["a@y.example"]), "x").await.unwrap();
            assert!(sent.is_complete());
            let goodbye = client.quit().await.unwrap();
            assert!(goodbye.reply().is_none(), "{goodbye:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn we_are_called_by_our_address_or_behind_a_proxy_by_our_name() {
    use netspeak_core::Connector;
    let server = netspeak_fake::Smtp::builder().start().await.unwrap();
    let proxy = netspeak_fake::Socks5::start("me", "secret").await.unwrap();
    let target = server.url("smtp").parse().unwrap();
    let direct = Connector::new();
    let through = Connector::new().with_proxy(proxy.url().parse().unwrap());
    for connector in [direct, through] {
        let builder = Client::builder().connector(connector);
        let mut client = builder.connect(&target).await.unwrap();
        client.ehlo().await.unwrap();
        client.quit().await.unwrap();
    }
    let said = server.said();
    let hello = said.iter().filter_map(|line| line.strip_prefix("EHLO "));
    let mut hello: Vec<_> = hello.collect();
    hello.dedup();
    assert_eq!(hello, ["[127.0.0.1]", &netspeak_core::socket::host_name()]);
}
