use proptest::prelude::*;

use super::*;
use crate::auth::challenges;
use crate::cases;

fn challenge(value: &str) -> Challenge {
    challenges([value.as_bytes()]).remove(0)
}

fn header(signed: &Signed) -> &str {
    std::str::from_utf8(signed.header().as_bytes()).unwrap()
}

/// A parameter of what we sent, read by the reader of challenges.
fn sent(signed: &Signed, name: &str) -> Option<String> {
    let value = challenge(header(signed));
    value.parameter(name).map(crate::field::text)
}

#[test]
fn every_case_has_the_right_response() {
    for row in cases::rows(include_str!("../../../tests/cases/digests.jsonl")) {
        let password = Secret::from(row.given("password"));
        let mut digest = Digest::with_cnonce(
            &challenge(row.text()),
            row.given("user"),
            &password,
            row.given("cnonce"),
        )
        .unwrap();
        let method: Method = row.given("method").parse().unwrap();
        let signed = digest
            .authorize(&method, row.given("uri"), Entity::Unread)
            .unwrap();
        for (name, right) in row.right.as_object().unwrap() {
            let found = serde_json::json!(sent(&signed, name));
            assert_eq!(found, *right, "{}: {name}", row.id);
        }
        assert_eq!(sent(&signed, "uri").unwrap(), row.given("uri"));
    }
}

const CNONCE: &str = "f2wE4q74E6zIJEtWaHKaf5wv";

/// Computed from the formulas of RFC 7616 by another program: request and answer, of which the latter
/// has the same body.
#[test]
fn known_answers_of_every_algorithm_and_qop() {
    let rows = KNOWN.lines().map(str::trim).filter(|row| !row.is_empty());
    let mut count = 0;
    for row in rows {
        let [algorithm, qop, response, rspauth] =
            row.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let qop = match qop {
            "none" => String::new(),
            qop => format!(", qop=\"{qop}\""),
        };
        let mut digest = Digest::with_cnonce(
            &challenge(&format!(
                "Digest realm=\"http-auth@example.org\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv\", algorithm={algorithm}{qop}"
            )),
            "Mufasa",
            &"Circle of Life".into(),
            CNONCE,
        )
        .unwrap();
        let body = Entity::Bytes(b"body");
        let signed = digest
            .authorize(&Method::PUT, "/dir/index.html", body)
            .unwrap();
        assert_eq!(sent(&signed, "response").unwrap(), response, "{row}");
        assert_eq!(sent(&signed, "algorithm").unwrap(), algorithm, "{row}");

        let info = AuthenticationInfo::new(format!("rspauth=\"{rspauth}\"").as_bytes());
        assert_eq!(signed.verify(&info, body).unwrap(), Proof::Given, "{row}");
        let wrong = AuthenticationInfo::new(format!("rspauth=\"{response}\"").as_bytes());
        let error = signed.verify(&wrong, body).unwrap_err();
        assert_eq!(error.kind().to_string(), "auth.integrity", "{row}");
        count += 1;
    }
    assert_eq!(count, 18);
}

#[test]
fn the_proof_of_a_body_waits_for_it() {
    let mut digest = Digest::with_cnonce(
        &challenge("Digest realm=r, nonce=n, qop=\"auth-int\""),
        "u",
        &"p".into(),
        CNONCE,
    )
    .unwrap();
    assert!(digest.needs_body());
    let unread = digest.authorize(&Method::POST, "/", Entity::Unread);
    assert!(matches!(unread, Err(Error::Usage { .. })));
    let hash = digest.algorithm().hash(b"body");
    let by_hash = digest
        .authorize(&Method::POST, "/", Entity::Hash(&hash))
        .unwrap();
    // What was refused did not count.
    assert_eq!(sent(&by_hash, "nc").unwrap(), "00000001");
    let info = AuthenticationInfo::new(b"rspauth=\"00\"");
    let proof = by_hash.verify(&info, Entity::Unread).unwrap();
    assert_eq!(proof, Proof::NeedsBody);
    assert!(by_hash.verify(&info, Entity::Bytes(b"x")).is_err());
    let none = AuthenticationInfo::default();
    assert_eq!(
        by_hash.verify(&none, Entity::Unread).unwrap(),
        Proof::Missing
    );
}

/// RFC 7616 section 3.9.2, with the hash that its erratum 4897 gives.
#[test]
fn a_user_can_be_hashed_or_extended() {
    let ask = |more: &str| {
        let value = format!(
            "Digest realm=\"api@example.org\", nonce=\"n\", qop=\"auth\", algorithm=SHA-512-256{more}"
        );
        Digest::new(&challenge(&value), "Jäsøn Doe", &"p".into())
            .unwrap()
            .authorize(&Method::GET, "/doe.json", Entity::Unread)
            .unwrap()
    };
    let hashed = ask(", charset=UTF-8, userhash=true");
    assert_eq!(
        sent(&hashed, "username").unwrap(),
        "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"
    );
    assert_eq!(sent(&hashed, "userhash").unwrap(), "true");
    let extended = ask(", charset=utf-8");
    assert_eq!(
        sent(&extended, "username*").unwrap(),
        "UTF-8''J%C3%A4s%C3%B8n%20Doe"
    );
    assert_eq!(sent(&extended, "username"), None);
    assert_eq!(sent(&ask(""), "username").unwrap(), "Jäsøn Doe");
}

#[test]
fn the_nonce_is_counted_and_renewed() {
    let mut digest = Digest::new(
        &challenge("Digest realm=r, nonce=n1, qop=auth, opaque=\"o\\\"p\", algorithm=md5"),
        "a\"b\\c",
        &"p".into(),
    )
    .unwrap();
    let mut next = || digest.authorize(&Method::GET, "/", Entity::Unread).unwrap();
    let (first, second) = (next(), next());
    assert_eq!(sent(&first, "username").unwrap(), "a\"b\\c");
    assert_eq!(sent(&first, "opaque").unwrap(), "o\"p");
    assert_eq!(sent(&first, "nc").unwrap(), "00000001");
    assert_eq!(sent(&second, "nc").unwrap(), "00000002");
    assert_ne!(sent(&first, "response"), sent(&second, "response"));

    let info = AuthenticationInfo::new(b"nextnonce=\"n2\", qop=auth");
    digest.learn(&info).unwrap();
    let third = digest.authorize(&Method::GET, "/", Entity::Unread).unwrap();
    assert_eq!(sent(&third, "nonce").unwrap(), "n2");
    assert_eq!(sent(&third, "nc").unwrap(), "00000001");
    digest
        .learn(&AuthenticationInfo::new(b"nextnonce=\"\""))
        .unwrap();
    assert!(
        digest
            .learn(&AuthenticationInfo::new(b"nextnonce=\"a\rb\""))
            .is_err()
    );

    digest.count = u32::MAX;
    assert!(digest.authorize(&Method::GET, "/", Entity::Unread).is_err());
}

#[test]
fn a_session_keeps_its_key_when_the_nonce_changes() {
    let mut digest = Digest::with_cnonce(
        &challenge("Digest realm=r, nonce=n1, qop=auth, algorithm=SHA-256-sess"),
        "u",
        &"p".into(),
        CNONCE,
    )
    .unwrap();
    let key = digest.key.clone();
    digest
        .learn(&AuthenticationInfo::new(b"nextnonce=n2"))
        .unwrap();
    assert!(digest.key == key && digest.nonce == b"n2");
}

#[test]
fn what_cannot_be_answered_is_told() {
    let secret = Secret::from("p");
    for (value, kind) in [
        ("Digest nonce=n", "proto.malformed"),
        ("Digest realm=r", "proto.malformed"),
        ("Digest realm=\"a\x01\", nonce=n", "proto.malformed"),
        (
            "Digest realm=r, nonce=n, algorithm=SHA-1",
            "auth.no_mechanism",
        ),
        (
            "Digest realm=r, nonce=n, algorithm=-sess",
            "auth.no_mechanism",
        ),
        (
            "Digest realm=r, nonce=n, qop=\"auth-conf\"",
            "auth.no_mechanism",
        ),
    ] {
        let error = Digest::new(&challenge(value), "u", &secret).unwrap_err();
        assert_eq!(error.kind().to_string(), kind, "{value}");
        assert_eq!(Digest::strength(&challenge(value)), None);
    }
    let good = challenge("Digest realm=r, nonce=n");
    assert!(Digest::new(&good, "u\r\n", &secret).is_err());
    assert!(Digest::new(&good, "u", &"p\0".into()).is_err());
    assert!(Digest::with_cnonce(&good, "u", &secret, "a\"b").is_err());
    assert!(Digest::with_cnonce(&good, "u", &secret, "").is_err());
    let mut digest = Digest::new(&good, "u", &secret).unwrap();
    assert!(
        digest
            .authorize(&Method::GET, "/\r\n", Entity::Unread)
            .is_err()
    );
}

#[test]
fn no_secret_is_shown() {
    let mut digest =
        Digest::new(&challenge("Digest realm=r, nonce=n"), "u", &"marker".into()).unwrap();
    let signed = digest.authorize(&Method::GET, "/", Entity::Unread).unwrap();
    let key = digest.key.expose().clone();
    let shown = format!("{digest:?} {signed:?}");
    assert!(
        !shown.contains("marker") && !shown.contains(&key),
        "{shown}"
    );
    assert!(signed.header().is_sensitive());
}

proptest! {
    #[test]
    fn any_challenge_is_answered_in_one_line_or_refused(
        value in "Digest realm=\"[ -~é]{0,9}\", nonce=\"[ -~]{0,9}\"(, (opaque|qop|algorithm|charset|userhash)=(\"[ -~]{0,9}\"|auth|auth-int|MD5-sess|UTF-8|true)){0,5}",
        user in "\\PC{0,9}",
        target in "/[ -~]{0,20}",
    ) {
        let Some(challenge) = challenges([value.as_bytes()]).into_iter().next() else {
            return Ok(());
        };
        let Ok(mut digest) = Digest::new(&challenge, &user, &"p".into()) else {
            return Ok(());
        };
        let signed = digest.authorize(&Method::GET, &target, Entity::Bytes(b"")).unwrap();
        prop_assert_eq!(sent(&signed, "uri"), Some(target));
        prop_assert_eq!(sent(&signed, "realm"), challenge.realm());
    }
}

const KNOWN: &str = "
    MD5 auth 2be8a8c3ea1a188d66447818cc6b4102 a0bc7b85c9938260b7933bf4983d462c
    MD5 auth-int 8a84fe990374fa9cb222855aed434526 1c1b3a5ce27f1bad5caacd138417b91d
    MD5 none 435ebf97fb22c59f2176b0a3a59aa3d2 e155cb0c6c156e85777afacd959935cb
    MD5-sess auth 498536d3148bf2298011a86638002f6d a54eb297f94c2aab1d76ae542719777a
    MD5-sess auth-int e945b6ea56187ae026a72a333231107f 3da48f790fb8c750adb370d76abfe3c5
    MD5-sess none c07770689df206546095f019fc036277 bd0eff289303899a5d584022ae85f7d4
    SHA-256 auth f87c5dbdf0cabc2cc45937f108505a4d47e8caa7e7b4aa43e34f05e54e27dd6b e7ae546010cec30bebe054bb2066b0b7bbb7debf998affd245c70987104a92de
    SHA-256 auth-int c2fb520955755e4d2143af77baf0f5ee28f7262983709bd5ff99eae69fb9c6fc f982955517ca4e851e7716b1b7dd36db6d33e17183b92690e09b36c6eb6ed078
    SHA-256 none 5472d14b9369e2934669364151a040732493a6bc3bd74eb163a4f3683e4e6468 fad95a1483a44523f8d1e77b06e82c442660229c3d487f0c92fbace1d1c75909
    SHA-256-sess auth 5f0c7fa7b0695ac81f845b847387e23ef9e0ca40700e4ae536bd6accab9f7e48 145f6d6075387f6e0218cefaa8d22a7a47f352da6be41dc901ca5a57e38621a7
    SHA-256-sess auth-int 10187b78f908e2ab1ebd2cf1b5d2f57e7be0f3b694ae712de42070cdc7453151 6d2b75e1a61a8a4bdbf4b7179f3f34d3b7e7f32be5685d61b6532c07cacd0dca
    SHA-256-sess none 22ba2a338bdbf1f6fc6e2eb913c69dfd7cd55c5cdbd180bc9cd0cbf85e703855 5ba2fd54532b400ea22529ee75c5a32f0b1d5ec27bda0ea18b5ca1ec2121bd15
    SHA-512-256 auth 7708bb62b8120a7ac0733eba568d3238110a0342c191a6d97e9e80718db34daf 65d505b14836d6dedf2916d5f4920a47855cdcc1ad0f4781927d16eaaf1b348b
    SHA-512-256 auth-int 62f54e28065d4a2b8916a62915a19fff9bce61fa21ca13a986d4d23bb39462c9 34ae1dd09be08af1bfd0dfb06b0415ac837b4ed5951d9b303e715572b2c2cb06
    SHA-512-256 none 050cf4fdedf658d027b713577b479bf4096b3e7b29db16a223f2768afcffea9a 715e7cae0703443a4dea14fbfd41c8953b0b47b49bfbd4c61c8ae15e25973986
    SHA-512-256-sess auth 2cdda55f88d7ac489298b2263d3cbd37f9b5d204963f160076e8b5c21287d9ea e15333fcfc6016d7ace3145c99ab660219e328be23b6470037c5137d27d3f883
    SHA-512-256-sess auth-int 7b2ffdeaaf11d9d6259ae9859e30ca8c5f58ecf753439633ab54c2753285b57b 321f139af7cbfcca04c87dfa65a66aaf30a18d557424c69e8ff3c04017556df1
    SHA-512-256-sess none 61c65515821d9b01f41db3b3d590f9eade7caa4e421d84a12da767bac1359d83 e493f1d9dcfb4c72a10f4a78b2efbf4148087d6c9398f8f24aeee2ff65911583
";
