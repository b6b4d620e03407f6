//! No password anywhere: not in `Debug`, not in errors, not in transcripts, not in what is traced.

use netspeak_core::sasl::Credentials;
use netspeak_core::testing::{Events, Marker};
use netspeak_core::{Connector, Target, Trace};
use netspeak_fake::{Fault, Mechanism};

use super::*;
use crate::{Command, Stat};

const WAYS: [&str; 8] = [
    "USER",
    "APOP",
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "OAUTHBEARER",
];

fn credentials(way: &str) -> Credentials {
    let secret = marker(way).secret();
    let credentials = match way {
        "XOAUTH2" | "OAUTHBEARER" => Credentials::token("ops", secret),
        _ => Credentials::password("ops", secret),
    };
    credentials.with_mechanism(way)
}

fn marker(way: &str) -> Marker {
    match way {
        "XOAUTH2" | "OAUTHBEARER" => Marker::of(Marker::TOKEN),
        _ => Marker::new(),
    }
}

fn takes_the_marker() -> Builder<Pop3> {
    Pop3::builder()
        .user("ops", Marker::TEXT)
        .token("ops", Marker::TOKEN)
        .mechanisms(Mechanism::ALL)
}

/// Everything that a person or a log could come to see of a login.
async fn shown(fake: &Fake<Pop3>, way: &str) -> (String, Result<&'static str>) {
    let trace = Trace::with_transcript();
    let mut client = greeted(over(fake).with_trace(trace.clone())).await;
    let outcome = client.login(&credentials(way)).await;
    let stat = client.stat().await;
    let shown = format!(
        "{client:?} {client:#?} {outcome:?} {outcome:#?} {stat:?} {trace:?} {:?}",
        trace.transcript()
    );
    let told = outcome.as_ref().map_err(ToString::to_string).err();
    (format!("{shown} {told:?}"), outcome)
}

#[tokio::test]
async fn a_login_shows_no_password() {
    let (events, _guard) = Events::record();
    let fake = takes_the_marker().build().unwrap();
    for way in WAYS {
        let (shown, outcome) = shown(&fake, way).await;
        assert_eq!(outcome.unwrap(), way);
        assert!(
            shown.contains("<redacted: "),
            "{way}: the transcript is empty: {shown}"
        );
        marker(way).assert_not_in(way, &shown);
        marker(way).assert_not_in("tracing", &events.text());
        fake.idle().await;
    }
}

#[tokio::test]
async fn a_server_that_repeats_the_password_shows_none() {
    for way in WAYS {
        let verb = match way {
            "USER" => "PASS",
            "APOP" => "APOP",
            _ => "AUTH",
        };
        let fake = takes_the_marker().fault(Fault::Echo(verb)).build().unwrap();
        let (shown, outcome) = shown(&fake, way).await;
        assert!(outcome.is_err(), "{way}");
        marker(way).assert_not_in(way, &shown);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_reply_is_quoted_without_the_password() {
    let marker = Marker::new();
    let escaped = Marker::TEXT
        .bytes()
        .map(|byte| format!("\\x{byte:02x}"))
        .collect::<String>();
    for tail in ["", "\n..."] {
        for start in ["S: PASS ", "S- -ERR PASS "] {
            let script = format!("S: +OK\nC: USER ops\nS: +OK\nC: *\n{start}{escaped}{tail}");
            let (error, _) = dialogue(&script, async |conn| {
                greeted(conn)
                    .await
                    .user_pass("ops", &Marker::new().secret())
                    .await
                    .unwrap_err()
            })
            .await;
            marker.assert_not_in("the error", &format!("{error} {error:?}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn hiding_secrets_does_not_change_what_is_read() {
    // The password is also a number, a word of the grammar, a unique id.
    for password in ["1234", "+OK ", "3 1234", "AUTH"] {
        let script = "S: +OK\nC: USER ops\nS: +OK\nC: *\nS: +OK\n\
            C: STAT\nS: +OK 1234 12345678\nC: UIDL 1234\nS: +OK 1234 1234\nC: LIST\nS: +OK\nS: 1234 1234\nS: .\n\
            C: DELE 1\nS: -ERR [AUTH] 3 1234";
        let ((), _) = dialogue(script, async |conn| {
            let mut client = greeted(conn).await;

            client
                .user_pass("ops", &Secret::from(password))
                .await
                .unwrap();
            let stat = Stat {
                messages: 1234,
                octets: Some(12_345_678),
            };
            assert_eq!(client.stat().await.unwrap(), stat);
            assert_eq!(client.uidl_one(number(1234)).await.unwrap(), uid("1234"));
            assert_eq!(client.list().await.unwrap().len(), 1);
            let error = client.dele(number(1)).await.unwrap_err();
            assert_eq!(
                error.reply().unwrap().code(),
                Some(&crate::ResponseCode::Auth)
            );
            assert!(!error.to_string().contains(password), "{error}");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_made_of_the_password_is_hidden() {
    for (password, said, code) in [
        ("hunter2", "[hunter2] no", "***"),
        ("hunter2", "[X/hunter2] no", "X/***"),
        ("hunter2]", "[hunter2] no", "***"),
        ("[hunter2", "[hunter2] no", "***"),
    ] {
        let script = format!("S: +OK\nC: USER ops\nS: +OK\nC: *\nS: -ERR {said}");
        let (error, _) = dialogue(&script, async |conn| {
            let mut client = greeted(conn).await;
            let secret = Secret::from(password);
            client.user_pass("ops", &secret).await.unwrap_err()
        })
        .await;
        let found = error.reply().and_then(|reply| reply.code().cloned());
        assert_eq!(found, Some(crate::ResponseCode::Other(code.into())));
        let shown = format!("{error} {error:?} {found:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[tokio::test]
async fn settings_show_no_password() {
    let marker = Marker::new();
    for way in WAYS {
        self::marker(way).assert_hidden(way, &credentials(way));
    }
    let secret = marker.secret();
    marker.assert_hidden(
        "a builder",
        &Client::builder()
            .credentials(credentials("PLAIN"))
            .connector(Connector::new()),
    );
    marker.assert_hidden("PASS", &Command::Pass(&secret));
    marker.assert_hidden(
        "APOP",
        &Command::Apop {
            user: "ops",
            digest: &secret,
        },
    );
    marker.assert_hidden(
        "AUTH",
        &Command::Auth {
            mechanism: "PLAIN",
            initial: Some(&secret),
        },
    );
    let url = "pop3://ops:Marker%3Fpass~w%C3%B6rd%3E%3E7c1f@127.0.0.1:1";
    let target: Target = url.parse().unwrap();
    assert_eq!(target.password().unwrap().expose(), Marker::TEXT);
    marker.assert_not_in("a target", &format!("{target} {target:?} {target:#?}"));
    let error = crate::connect(url).await.unwrap_err();
    let shown = format!("{error} {error:?} {error:#?}");
    marker.assert_not_in("an error", &shown);
    assert!(!shown.contains("Marker%3F"), "{shown}");
}
