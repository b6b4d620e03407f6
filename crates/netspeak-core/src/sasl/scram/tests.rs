//! Vectors, a server of our own, and servers that cheat.

use proptest::prelude::*;

use super::super::encoding::encode;
use super::super::{Binding, Channel, Exchange, Turn};
use super::*;

const NONCE: &str = "rOprNGfwEbeRWgbNEkqO";
const SALT: &str = "W22ZaJ0SNY7soEsUEjb6gQ==";

fn user() -> Credentials {
    Credentials::password("user", Secret::from("pencil"))
}

/// Where nobody listens.
fn private() -> Channel {
    Channel {
        private: true,
        ..Channel::default()
    }
}

fn exchange_with(
    mechanism: &str,
    nonce: &str,
    credentials: &Credentials,
    channel: &Channel,
) -> Exchange {
    let nonce = nonce.to_owned();
    Exchange::begin_with(
        &[mechanism],
        credentials,
        channel,
        &Limits::default(),
        || Ok(nonce),
    )
    .unwrap()
}

/// SCRAM-SHA-256 with the client's first message sent.
fn started() -> Exchange {
    let mut exchange = exchange_with("SCRAM-SHA-256", NONCE, &user(), &private());
    exchange.initial().unwrap();
    exchange
}

fn line(text: &str) -> Vec<u8> {
    encode(text.as_bytes())
        .unwrap()
        .expose()
        .clone()
        .into_bytes()
}

fn plain(line: &Secret) -> String {
    String::from_utf8(server::message(line.expose().as_bytes()).unwrap().to_vec()).unwrap()
}

/// Answers a challenge and does all the work it asks for.
fn answer(exchange: &mut Exchange, challenge: &str) -> Result<String> {
    let mut turn = exchange.answer(&line(challenge))?;
    loop {
        match turn {
            Turn::Send(line) => return Ok(plain(&line)),
            Turn::Computing => turn = exchange.compute()?,
        }
    }
}

fn first_message() -> String {
    format!("r={NONCE}%server,s={SALT},i=4096")
}

/// SCRAM-SHA-256 with the proof sent.
fn proven() -> Exchange {
    let mut exchange = started();
    answer(&mut exchange, &first_message()).unwrap();
    exchange
}

/// What the server signs in [`proven`], from the other end of the formulas.
fn signature() -> String {
    let mut salted = [0; 32];
    let salt = STANDARD.decode(SALT).unwrap();
    pbkdf2::pbkdf2_hmac::<sha2::Sha256>(b"pencil", &salt, 4_096, &mut salted);
    let key = hmac::<WithSha256>(&salted, b"Server Key").unwrap();
    let signed = format!(
        "n=user,r={NONCE},{},c=biws,r={NONCE}%server",
        first_message()
    );
    STANDARD.encode(&*hmac::<WithSha256>(&key, signed.as_bytes()).unwrap())
}

struct Vector {
    mechanism: &'static str,
    nonce: &'static str,
    client_first: &'static str,
    server_first: &'static str,
    client_final: &'static str,
    server_final: &'static str,
}

impl Vector {
    fn check(&self, credentials: &Credentials, channel: &Channel) {
        let mut exchange = exchange_with(self.mechanism, self.nonce, credentials, channel);
        assert_eq!(
            plain(&exchange.initial().unwrap().unwrap()),
            self.client_first
        );
        assert_eq!(
            answer(&mut exchange, self.server_first).unwrap(),
            self.client_final
        );
        // The signature in a challenge of its own, answered with nothing.
        assert_eq!(answer(&mut exchange, self.server_final).unwrap(), "");
        exchange.accept(None).unwrap();

        let mut exchange = exchange_with(self.mechanism, self.nonce, credentials, channel);
        exchange.initial().unwrap();
        answer(&mut exchange, self.server_first).unwrap();
        // The signature together with success.
        exchange.accept(Some(&line(self.server_final))).unwrap();
    }
}

/// RFC 5802, section 5.
#[test]
fn scram_sha_1_as_in_the_rfc() {
    let vector = Vector {
        mechanism: "SCRAM-SHA-1",
        nonce: "fyko+d2lbbFgONRv9qkxdawL",
        client_first: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        server_first: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        client_final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        server_final: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    };
    vector.check(&user(), &private());
}

/// RFC 7677, section 3.
#[test]
fn scram_sha_256_as_in_the_rfc() {
    let vector = Vector {
        mechanism: "SCRAM-SHA-256",
        nonce: NONCE,
        client_first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        server_first: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        client_final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        server_final: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    };
    vector.check(&user(), &private());
}

/// No RFC has a vector; this one was computed with Python's hashlib and hmac.
#[test]
fn scram_sha_512_by_another_formula() {
    let vector = Vector {
        mechanism: "SCRAM-SHA-512",
        nonce: NONCE,
        client_first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        server_first: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        client_final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
        server_final: "v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw==",
    };
    vector.check(&user(), &private());
}

/// Computed with Python's hashlib and hmac; the binding is the bytes 0 to 31.
#[test]
fn scram_plus_binds_to_the_connection() {
    let bytes: Vec<u8> = (0..32).collect();
    let channel = Channel {
        binding: Some(Binding::tls_exporter(bytes)),
        ..private()
    };
    for (mechanism, client_final, server_final) in [
        (
            "SCRAM-SHA-1-PLUS",
            "c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=J1YOq+B9W3ShlZjHDXd5fuVvWLo=",
            "v=R/NTyPO0VOqoKKoZids/0fbXtGc=",
        ),
        (
            "SCRAM-SHA-256-PLUS",
            "c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=z0IBO5nSfv2okpaOyylAJ5IaBm+74vu4haWqWawNLic=",
            "v=99EeH2Z7nJw/Jo6zPYX6+Jh1/rKxv+0XaYJxM7vAxOQ=",
        ),
        (
            "SCRAM-SHA-512-PLUS",
            "c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=KvfaAEe462c+72bjItmes3OzsWaIg5e4ykg3RkxULQXVUUOwTYXp2ty636c1w+W7VsrRaGDzcsruV6TGmitVYw==",
            "v=4UsLz7viUAnLPb2OAMhS6SO2O6fX6K6OwFvw07Q/JpHavHw8Q2LaGs/eU4FG5gQaoR7KGF6KAhGiHhnWwUBvKQ==",
        ),
    ] {
        let vector = Vector {
            mechanism,
            nonce: NONCE,
            client_first: "p=tls-exporter,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            server_first: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4097",
            client_final,
            server_final,
        };
        vector.check(&user(), &channel);
    }
}

/// Computed with Python's hashlib and hmac: what needs escaping, what needs SASLprep, and a
/// channel that could be bound to.
#[test]
fn names_are_escaped_and_passwords_prepared() {
    let vector = Vector {
        mechanism: "SCRAM-SHA-256",
        nonce: NONCE,
        client_first: "y,a=a=2Cb=3Dc,n=us=3Der=2Cx,r=rOprNGfwEbeRWgbNEkqO",
        server_first: "r=rOprNGfwEbeRWgbNEkqOX,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        client_final: "c=eSxhPWE9MkNiPTNEYyw=,r=rOprNGfwEbeRWgbNEkqOX,p=FOR0YvfTmt9VMD/YwwTb2XTn++IyfvTKlghoxRiOs7E=",
        server_final: "v=fZmHzccOAWmY4kJtzCQNjG6EgoLm89pF88cAv1+ilXs=",
    };
    let channel = Channel {
        binding: Some(Binding::tls_exporter([1; 32])),
        ..private()
    };
    let credentials =
        Credentials::password("us=er,x", Secret::from("I\u{ad}X")).with_authzid("a,b=c");
    vector.check(&credentials, &channel);
}

#[test]
fn the_flag_says_why_there_is_no_binding() {
    let bound = Channel {
        binding: Some(Binding::tls_exporter([1; 32])),
        ..private()
    };
    for (offered, channel, only, head) in [
        (&["SCRAM-SHA-256"][..], &private(), None, "n,,n="),
        (
            &["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"],
            &private(),
            None,
            "n,,n=",
        ),
        (&["SCRAM-SHA-256"], &bound, None, "y,,n="),
        (
            &["SCRAM-SHA-512", "SCRAM-SHA-1-PLUS"],
            &bound,
            None,
            "p=tls-exporter,,n=",
        ),
        // The server would take "y" for a sign that its list was forged.
        (
            &["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"],
            &bound,
            Some("SCRAM-SHA-256"),
            "n,,n=",
        ),
        (
            &["SCRAM-SHA-256", "scram-sha3-512-plus"],
            &bound,
            None,
            "n,,n=",
        ),
    ] {
        let credentials = match only {
            Some(name) => user().with_mechanism(name),
            None => user(),
        };
        let mut exchange =
            Exchange::begin(offered, &credentials, channel, &Limits::default()).unwrap();
        let first = plain(&exchange.initial().unwrap().unwrap());
        assert!(first.starts_with(head), "{offered:?}: {first}");
    }
}

#[test]
fn nonces_are_long_printable_and_never_the_same() {
    let first = nonce().unwrap();
    assert_eq!(first.len(), 32);
    assert!(
        first
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b','),
        "{first}"
    );
    assert_ne!(first, nonce().unwrap());
}

#[test]
fn what_cannot_be_prepared_is_the_callers_mistake() {
    for credentials in [
        Credentials::password("us\u{7}er", Secret::from("pencil")),
        Credentials::password("user", Secret::from("pen\u{7}cil")),
        Credentials::password("user", Secret::from("\u{627}1")),
        Credentials::password("user", Secret::from("\u{ad}")),
        user().with_authzid("\u{7}"),
    ] {
        let error = Exchange::begin(
            &["SCRAM-SHA-1"],
            &credentials,
            &private(),
            &Limits::default(),
        )
        .unwrap_err();
        assert_eq!(error.kind().to_string(), "usage", "{credentials:?}");
    }
}

/// SECURITY.md C1.
#[test]
fn a_cheating_first_message_is_refused() {
    let good = format!("r={NONCE}X,s={SALT},i=4096");
    assert!(answer(&mut started(), &good).is_ok());
    // Optional extensions are ignored.
    assert!(answer(&mut started(), &format!("{good},x=1,y")).is_ok());
    let tail = format!(",s={SALT},i=4096");
    let cases: &[(String, &str)] = &[
        (format!("r=notours{NONCE}{tail}"), "proto.malformed"),
        (format!("r={NONCE}{tail}"), "proto.malformed"),
        (
            format!("r={}{tail}", NONCE.to_lowercase()),
            "proto.malformed",
        ),
        (format!("r={NONCE}a b{tail}"), "proto.malformed"),
        (format!("r={NONCE}a\r\nb{tail}"), "proto.malformed"),
        (format!("r={NONCE}\u{e9}{tail}"), "proto.malformed"),
        (format!("r={tail}"), "proto.malformed"),
        (format!("m=ext,r={NONCE}X{tail}"), "proto.malformed"),
        (format!("s={SALT},r={NONCE}X,i=4096"), "proto.malformed"),
        (format!("r={NONCE}X,i=4096"), "proto.malformed"),
        (format!("r={NONCE}X,s=,i=4096"), "proto.malformed"),
        (format!("r={NONCE}X,s=W22,i=4096"), "proto.malformed"),
        (format!("r={NONCE}X,s=!!!!,i=4096"), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT}"), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT},i="), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT},i=0"), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT},i=1"), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT},i=4095"), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT},i=04096"), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT},i=-5"), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT},i=+5000"), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT},i=5000 "), "proto.malformed"),
        (format!("r={NONCE}X,s={SALT},i=1000001"), "proto.too_large"),
        (
            format!("r={NONCE}X,s={SALT},i=2147483648"),
            "proto.too_large",
        ),
        (
            format!("r={NONCE}X,s={SALT},i=4294967296"),
            "proto.too_large",
        ),
        (
            format!("r={NONCE}X,s={SALT},i={}", "9".repeat(60_000)),
            "proto.too_large",
        ),
        ("v=AAAA".to_owned(), "proto.malformed"),
        (",,,,".to_owned(), "proto.malformed"),
    ];
    for (message, kind) in cases {
        let mut exchange = started();
        // The first error, before any work is done.
        let error = exchange.answer(&line(message)).unwrap_err();
        assert_eq!(error.kind().to_string(), *kind, "{message:.80}");
        assert!(exchange.accept(None).is_err(), "{message:.80}");
    }
    let extended = line(&format!("m=ext,r={NONCE}X{tail}"));
    let error = started().answer(&extended).unwrap_err();
    assert!(error.to_string().contains("mandatory"), "{error}");
    for garbage in ["not base64", "cj1y!", "/w=="] {
        let error = started().answer(garbage.as_bytes()).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.malformed", "{garbage}");
    }
}

#[test]
fn the_bounds_on_iterations_are_the_callers() {
    let limits = Limits {
        scram_min_iterations: 0,
        scram_max_iterations: 2,
        ..Limits::default()
    };
    for (count, kind) in [
        (0, Some("proto.malformed")),
        (1, None),
        (2, None),
        (3, Some("proto.too_large")),
    ] {
        let mut exchange =
            Exchange::begin_with(&["SCRAM-SHA-1"], &user(), &private(), &limits, || {
                Ok(NONCE.to_owned())
            })
            .unwrap();
        exchange.initial().unwrap();
        let outcome = exchange.answer(&line(&format!("r={NONCE}X,s={SALT},i={count}")));
        assert_eq!(
            outcome
                .err()
                .map(|error| error.kind().to_string())
                .as_deref(),
            kind,
            "{count}"
        );
    }
}

/// SECURITY.md C1: nothing but the right signature ends in success.
#[test]
fn a_server_that_does_not_know_the_password_is_not_believed() {
    let right = format!("v={}", signature());
    assert_eq!(answer(&mut proven(), &right).unwrap(), "");
    assert!(proven().accept(Some(&line(&right))).is_ok());
    assert!(
        proven()
            .accept(Some(&line(&format!("{right},x=1"))))
            .is_ok()
    );

    let wrong = format!("v={}", STANDARD.encode([0; 32]));
    let short = format!(
        "v={}",
        STANDARD.encode(&STANDARD.decode(signature()).unwrap()[..31])
    );
    for bad in [
        wrong.as_str(),
        short.as_str(),
        "v=",
        "v",
        "x=1",
        "",
        "v=AAA",
        "e=other-error",
        "V=AAAA",
        &format!("x=1,{right}"),
    ] {
        let error = proven().accept(Some(&line(bad))).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.malformed", "{bad}");

        let mut exchange = proven();
        match answer(&mut exchange, bad) {
            Err(error) => assert_eq!(error.kind().to_string(), "proto.malformed", "{bad}"),
            Ok(sent) => assert!(bad == "e=other-error" && sent.is_empty(), "{bad}"),
        }
        assert!(exchange.accept(None).is_err(), "{bad}");
        assert!(exchange.accept(Some(&line(&right))).is_err(), "{bad}");
    }
    let error = proven().accept(None).unwrap_err();
    assert!(
        error.to_string().contains("the server's signature"),
        "{error}"
    );
    // Before the server even asked, and while the proof is being computed.
    assert!(started().accept(None).is_err());
    assert!(started().accept(Some(&line(&right))).is_err());
    let mut exchange = started();
    assert!(matches!(
        exchange.answer(&line(&first_message())),
        Ok(Turn::Computing)
    ));
    assert!(exchange.accept(Some(&line(&right))).is_err());
}

#[test]
fn a_servers_error_is_answered_and_kept_for_its_refusal() {
    for (word, kept) in [
        ("invalid-proof", "invalid-proof"),
        ("channel-bindings-dont-match", "channel-bindings-dont-match"),
        ("\x1b[2Jpencil", "an error of its own"),
    ] {
        for mut exchange in [started(), proven()] {
            assert_eq!(exchange.rejected(), None);
            assert_eq!(answer(&mut exchange, &format!("e={word}")).unwrap(), "");
            assert_eq!(exchange.rejected().as_deref(), Some(kept));
            assert!(!exchange.is_token_rejected());
            assert!(exchange.accept(None).is_err());
        }
    }
}

#[test]
fn the_work_is_done_in_slices_and_out_of_turn_is_a_mistake() {
    let mut exchange = started();
    assert_eq!(exchange.compute().unwrap_err().kind().to_string(), "usage");

    let mut exchange = started();
    let message = format!("r={NONCE}X,s={SALT},i=20001");
    let mut turn = exchange.answer(&line(&message)).unwrap();
    let mut slices = 0;
    while matches!(turn, Turn::Computing) {
        turn = exchange.compute().unwrap();
        slices += 1;
    }
    assert_eq!(slices, 10);

    let mut exchange = started();
    exchange.answer(&line(&message)).unwrap();
    assert_eq!(
        exchange
            .answer(&line("v=AAAA"))
            .unwrap_err()
            .kind()
            .to_string(),
        "usage"
    );
}

#[test]
fn a_challenge_after_the_signature_is_a_fault() {
    let mut exchange = proven();
    answer(&mut exchange, &format!("v={}", signature())).unwrap();
    let error = exchange.answer(&line("more")).unwrap_err();
    assert_eq!(error.kind().to_string(), "proto.malformed");
    assert!(exchange.accept(None).is_err());
}

proptest! {
    #[test]
    fn no_first_message_panics(tail in "(,?[rsimev]=[ -~]{0,12}){0,5}|\\PC{0,30}", ours: bool) {
        let message = format!("{}{tail}", if ours { format!("r={NONCE}") } else { String::new() });
        let _ = started().answer(&line(&message));
    }

    #[test]
    fn no_last_message_but_the_right_one_is_believed(text in "([ve]=)?[ -~]{0,60}|\\PC{0,30}") {
        prop_assert!(server::last(text.as_bytes()).is_ok() || !text.starts_with("e="));
        let mut scram = Scram::<WithSha256>::new(
            &user(), &Bind::No, NONCE.to_owned(), &Limits::default()).unwrap();
        scram.state = State::Last { signature: Zeroizing::new(vec![9; 32]) };
        prop_assert!(scram.accept(Some(&line(&text))).is_err());
    }
}
