//! The exchange as its callers see it, with every mechanism.

use proptest::prelude::*;

use super::*;

fn open() -> Channel {
    Channel {
        private: true,
        encrypted: true,
        binding: Some(Binding::tls_exporter([7; 32])),
    }
}

fn credentials(mechanism: &str) -> Credentials {
    let secret = || Secret::from("marker-password");
    match mechanism {
        "OAUTHBEARER" | "XOAUTH2" => Credentials::token("ops@example.org", secret()),
        "EXTERNAL" => Credentials::external(None),
        "ANONYMOUS" => Credentials::anonymous("me@example.org"),
        _ => Credentials::password("ops", secret()),
    }
}

fn exchange(mechanism: &str) -> Exchange {
    Exchange::begin(
        &[mechanism],
        &credentials(mechanism),
        &open(),
        &Limits::default(),
    )
    .unwrap()
}

fn sent(turn: Result<Turn>) -> String {
    match turn.unwrap() {
        Turn::Send(line) => line.expose().clone(),
        Turn::Computing => panic!("computes"),
    }
}

fn kind<T: fmt::Debug>(outcome: Result<T>) -> String {
    outcome.unwrap_err().kind().to_string()
}

const CLIENT_FIRST_AND_DONE: [&str; 5] =
    ["PLAIN", "EXTERNAL", "ANONYMOUS", "OAUTHBEARER", "XOAUTH2"];

#[test]
fn every_mechanism_is_chosen_by_its_name() {
    assert_eq!(mechanisms().count(), 13);
    for name in mechanisms() {
        let exchange = exchange(name);
        assert_eq!(exchange.mechanism(), name);
        let clear = ["PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2"].contains(&name);
        assert_eq!(exchange.sends_secret(), clear, "{name}");
        assert_eq!(choose(&[name], &credentials(name), &open()).unwrap(), name);
    }
}

#[test]
fn an_empty_initial_response_is_an_equals_sign() {
    assert_eq!(
        exchange("EXTERNAL").initial().unwrap().unwrap().expose(),
        "="
    );
    // Asked for by a challenge it is an empty line.
    assert_eq!(sent(exchange("EXTERNAL").answer(b"")), "");
}

#[test]
fn an_empty_challenge_asks_for_the_initial_response_and_comes_once() {
    for name in mechanisms() {
        let Some(initial) = exchange(name).initial().unwrap() else {
            continue;
        };
        if name.starts_with("SCRAM") {
            continue;
        }
        let initial = if name == "EXTERNAL" {
            String::new()
        } else {
            initial.expose().clone()
        };
        for asked_before in [false, true] {
            let mut exchange = exchange(name);
            if asked_before {
                exchange.initial().unwrap();
            }
            assert_eq!(sent(exchange.answer(b"")), initial, "{name}");
            if CLIENT_FIRST_AND_DONE[..3].contains(&name) {
                assert_eq!(kind(exchange.answer(b"")), "proto.malformed", "{name}");
            } else {
                exchange.accept(None).unwrap();
            }
        }
    }
}

#[test]
fn a_challenge_before_the_clients_first_message_is_a_fault() {
    for name in mechanisms().filter(|name| !matches!(*name, "LOGIN" | "CRAM-MD5")) {
        assert_eq!(
            kind(exchange(name).answer(b"Zm9v")),
            "proto.malformed",
            "{name}"
        );
    }
}

#[test]
fn a_challenge_where_none_is_due_is_a_fault_that_does_not_repeat_it() {
    for name in ["PLAIN", "EXTERNAL", "ANONYMOUS"] {
        let mut exchange = exchange(name);
        let initial = exchange.initial().unwrap().unwrap();
        // The server sends back what it was sent.
        let error = exchange.answer(initial.expose().as_bytes()).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.malformed", "{name}");
        assert!(!error.to_string().contains(initial.expose().as_str()) || name == "EXTERNAL");
        assert_eq!(kind(exchange.accept(None)), "usage", "{name}");
    }
}

#[test]
fn success_before_the_client_spoke_is_not_believed() {
    for name in mechanisms() {
        assert_eq!(
            kind(exchange(name).accept(None)),
            "proto.malformed",
            "{name}"
        );
        assert_eq!(
            kind(exchange(name).accept(Some(b"dj0="))),
            "proto.malformed",
            "{name}"
        );
    }
    for name in CLIENT_FIRST_AND_DONE {
        let mut exchange = exchange(name);
        exchange.initial().unwrap();
        exchange.accept(None).unwrap();
        assert_eq!(kind(exchange.accept(None)), "usage", "{name}");
        assert_eq!(kind(exchange.initial()), "usage", "{name}");
    }
}

/// SECURITY.md D7.
#[test]
fn endless_challenges_end() {
    for name in mechanisms() {
        for challenge in ["", "Zm9v", "!", "e30="] {
            let mut exchange = exchange(name);
            exchange.initial().unwrap();
            let rounds = (0..100).take_while(|_| exchange.answer(challenge.as_bytes()).is_ok());
            assert!(rounds.count() <= 16, "{name}");
        }
    }
    let limits = Limits {
        sasl_rounds: 1,
        ..Limits::default()
    };
    let mut login = Exchange::begin(&["LOGIN"], &credentials("LOGIN"), &open(), &limits).unwrap();
    login.answer(b"").unwrap();
    let error = login.answer(b"").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server exceeded the limit of 1 rounds of a login"
    );
    assert_eq!(kind(login.answer(b"")), "usage");
    assert_eq!(kind(login.accept(None)), "usage");
}

#[test]
fn a_rejected_token_is_worth_another_one_only_if_there_is_one() {
    let renewable = |fixed: bool| {
        let token = Secret::from("marker-password");
        let credentials = if fixed {
            Credentials::token("ops", token)
        } else {
            Credentials::token("ops", move |_| std::future::ready(Ok(token.clone())))
        };
        let mut fetch = std::pin::pin!(credentials.fetch(TokenRequest::First));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(fetched) = fetch.as_mut().poll(&mut context) else {
            panic!("waits")
        };
        Exchange::begin(&["XOAUTH2"], &fetched.unwrap(), &open(), &Limits::default()).unwrap()
    };
    let challenge = |json: &str| encode(json.as_bytes()).unwrap().expose().clone();

    let mut exchange = renewable(false);
    assert!(!exchange.is_token_rejected());
    exchange.initial().unwrap();
    assert_eq!(
        sent(exchange.answer(challenge(r#"{"status":"400"}"#).as_bytes())),
        ""
    );
    assert_eq!(exchange.rejected().as_deref(), Some(r#"{"status":"400"}"#));
    assert!(exchange.is_token_rejected());

    // Refused without a reason.
    let mut exchange = renewable(false);
    exchange.initial().unwrap();
    assert!(exchange.rejected().is_none() && exchange.is_token_rejected());

    // Another token would have no more rights.
    exchange
        .answer(challenge(r#"{"status":"insufficient_scope"}"#).as_bytes())
        .unwrap();
    assert!(!exchange.is_token_rejected());

    let mut exchange = renewable(true);
    exchange.initial().unwrap();
    assert!(!exchange.is_token_rejected());

    let mut exchange = renewable(false);
    exchange.initial().unwrap();
    exchange.accept(None).unwrap();
    assert!(!exchange.is_token_rejected());
}

#[test]
fn a_token_that_was_not_fetched_is_the_callers_mistake() {
    let credentials = Credentials::token("ops", |_| std::future::ready(Ok(Secret::from("abc"))));
    let outcome = Exchange::begin(&["XOAUTH2"], &credentials, &open(), &Limits::default());
    assert_eq!(kind(outcome), "usage");
}

#[test]
fn nothing_that_ends_a_line_is_taken_by_any_mechanism() {
    for name in mechanisms() {
        for bad in ["a\rb", "a\nb", "a\0b"] {
            let base = credentials(name);
            let credentials = match base.kind() {
                Kind::Password => Credentials::password(bad, Secret::from("pw")),
                Kind::Token => Credentials::token("ops", Secret::from(bad)),
                Kind::External => Credentials::external(Some(bad.to_owned())),
                Kind::Anonymous => Credentials::anonymous(bad),
            };
            let outcome = Exchange::begin(&[name], &credentials, &open(), &Limits::default());
            assert_eq!(kind(outcome), "usage", "{name} {bad:?}");
        }
    }
}

/// SECURITY.md C2.
#[test]
fn no_debug_output_and_no_error_shows_the_secret() {
    for name in mechanisms() {
        let mut exchange = exchange(name);
        let mut shown = format!("{:?} {:?} {:?}", credentials(name), open(), exchange);
        let initial = exchange.initial().unwrap();
        shown.push_str(&format!("{initial:?}"));
        let secret = "marker-password";
        let encoded = encode(secret.as_bytes()).unwrap();
        let echoes = [secret.to_owned(), encoded.expose().clone()];
        for echo in echoes.iter().cycle().take(4) {
            match exchange.answer(echo.as_bytes()) {
                Ok(turn) => shown.push_str(&format!("{turn:?}")),
                Err(error) => shown.push_str(&format!("{error} {error:?}")),
            }
            shown.push_str(&format!("{:?} {exchange:?}", exchange.rejected()));
        }
        assert!(!shown.contains("marker"), "{name}: {shown}");
        assert!(
            !shown.contains(encoded.expose().as_str()),
            "{name}: {shown}"
        );
    }
}

proptest! {
    #[test]
    fn no_challenge_panics(
        which in 0usize..13,
        challenges in prop::collection::vec(
            prop_oneof![prop::collection::vec(any::<u8>(), 0..40), "[A-Za-z0-9+/]{0,12}(==?)?".prop_map(String::into_bytes)],
            0..20,
        ),
        encoded: bool,
        started: bool,
        data: Option<Vec<u8>>,
    ) {
        let name = mechanisms().nth(which).unwrap();
        let mut exchange = exchange(name);
        if started {
            exchange.initial().unwrap();
        }
        let mut turns = 0;
        for challenge in &challenges {
            let challenge = if encoded {
                encode(challenge).unwrap().expose().clone().into_bytes()
            } else {
                challenge.clone()
            };
            turns += usize::from(exchange.answer(&challenge).is_ok());
        }
        prop_assert!(turns <= Limits::default().sasl_rounds);
        let accepted = exchange.accept(data.as_deref()).is_ok();
        prop_assert!(!accepted || !name.starts_with("SCRAM"));
        let _ = (exchange.rejected(), exchange.is_token_rejected(), exchange.compute().is_ok());
    }
}
