//! No password anywhere: not in `Debug`, not in errors, not in transcripts, not in what is traced.

use netspeak_core::Trace;
use netspeak_core::sasl::Credentials;
use netspeak_core::testing::{Events, Marker};
use netspeak_fake::Fault;

use super::*;
use crate::Command;

/// Everything that a person or a log could come to see of a login.
async fn shown(server: &Server<Ftp>) -> (String, Result<()>) {
    let trace = Trace::with_transcript();
    let secret = Marker::new().secret();
    let opening = builder(server)
        .tls(Tls::Off)
        .account(Marker::of(Marker::TOKEN).secret())
        .trace(trace.clone())
        .credentials(Credentials::password("ops", secret));
    let mut shown = format!("{opening:?} {opening:#?}");
    let outcome = match opening.connect(&server.url("ftp").parse().unwrap()).await {
        Err(error) => {
            shown += &format!("{error} {error:?} {error:#?}");
            Err(error)
        }
        Ok(mut client) => {
            let stat = client.stat().await;
            shown += &format!("{client:?} {client:#?} {stat:?}");
            Ok(())
        }
    };
    shown += &format!("{trace:?} {:?}", trace.transcript());
    (shown, outcome)
}

fn assert_hidden(what: &str, shown: &str) {
    for marker in [Marker::new(), Marker::of(Marker::TOKEN)] {
        marker.assert_not_in(what, shown);
    }
}

fn takes_the_marker() -> FakeBuilder<Ftp> {
    Ftp::builder()
        .user("ops", Marker::TEXT)
        .account("ops", Marker::TOKEN)
}

#[tokio::test]
async fn a_login_shows_neither_password_nor_account() {
    let (events, _guard) = Events::record();
    let server = takes_the_marker().start().await.unwrap();
    let (shown, outcome) = shown(&server).await;
    outcome.unwrap();
    assert!(shown.contains("<redacted"), "{shown}");
    assert!(
        server
            .said()
            .iter()
            .any(|line| line.contains(Marker::TOKEN))
    );
    assert_hidden("a login", &shown);
    assert_hidden("tracing", &events.text());
}

#[tokio::test]
async fn a_server_that_repeats_the_password_shows_none() {
    for verb in ["PASS", "ACCT"] {
        let server = takes_the_marker().fault(Fault::Echo(verb));
        let server = server.start().await.unwrap();
        let (shown, outcome) = shown(&server).await;
        assert!(outcome.is_err(), "{verb}");
        assert_hidden(verb, &shown);
    }
}

#[tokio::test]
async fn commands_and_settings_show_no_password() {
    let marker = Marker::new();
    let secret = marker.secret();
    marker.assert_hidden("PASS", &Command::Pass(&secret));
    marker.assert_hidden("ACCT", &Command::Acct(&secret));
    let url = "ftp://ops:Marker%3Fpass~w%C3%B6rd%3E%3E7c1f@127.0.0.1:1";
    let target: Target = url.parse().unwrap();
    assert_eq!(target.password().unwrap().expose(), Marker::TEXT);
    marker.assert_not_in("a target", &format!("{target} {target:?} {target:#?}"));
    let error = crate::connect(url).await.unwrap_err();
    let shown = format!("{error} {error:?} {error:#?}");
    marker.assert_not_in("an error", &shown);
    assert!(!shown.contains("Marker%3F"), "{shown}");
}
