use super::*;

fn password() -> Credentials {
    Credentials::Password {
        user: "u".into(),
        password: "marker".into(),
    }
}

fn token() -> Credentials {
    Credentials::Token("marker".into())
}

/// What is chosen, in a word.
fn chosen(value: &str, credentials: &Credentials, privacy: Privacy) -> String {
    let found = choose(&challenges([value.as_bytes()]), credentials, privacy);
    match found {
        Ok(Answer::Digest(digest)) => format!("{:?}", digest.algorithm()),
        Ok(Answer::Fixed(value)) => {
            let value = value.to_str().unwrap();
            value.split(' ').next().unwrap().to_owned()
        }
        Err(error) => {
            assert!(!error.to_string().contains("marker"));
            error.kind().to_string()
        }
    }
}

#[test]
fn the_strongest_that_can_be_answered_is_chosen() {
    use Privacy::{Exposed, Private};
    let digest = |algorithm: &str| format!("Digest realm=r, nonce=n, algorithm={algorithm}");
    let (md5, sha256, sha512) = (digest("MD5"), digest("SHA-256"), digest("SHA-512-256"));
    let odd = digest("SHA-3");
    for (offers, credentials, privacy, wanted) in [
        (
            format!("Basic, {md5}, {sha256}, {sha512}"),
            password(),
            Private,
            "Sha512_256",
        ),
        (format!("{sha256}, {md5}"), password(), Exposed, "Sha256"),
        (format!("Basic realm=x, {md5}"), password(), Exposed, "Md5"),
        (format!("{odd}, basic"), password(), Private, "Basic"),
        (
            format!("{odd}, Basic"),
            password(),
            Exposed,
            "auth.plaintext_blocked",
        ),
        (odd.clone(), password(), Private, "auth.no_mechanism"),
        (
            "Negotiate, NTLM".into(),
            password(),
            Private,
            "auth.no_mechanism",
        ),
        (String::new(), password(), Private, "auth.no_mechanism"),
        (format!("Bearer, Basic, {md5}"), token(), Private, "Bearer"),
        ("Bearer".into(), token(), Exposed, "auth.plaintext_blocked"),
        ("Basic".into(), token(), Private, "auth.no_mechanism"),
    ] {
        assert_eq!(chosen(&offers, &credentials, privacy), wanted, "{offers}");
    }
}

#[test]
fn of_equals_the_first_is_chosen() {
    let offers = challenges([
        &b"Digest realm=one, nonce=n, algorithm=MD5, Digest realm=two, nonce=n, algorithm=MD5-sess"
            [..],
    ]);
    let chosen = strongest(&offers).unwrap();
    assert_eq!(chosen.realm().as_deref(), Some("one"));
}

#[test]
fn credentials_are_not_shown() {
    assert!(!format!("{:?} {:?}", password(), token()).contains("marker"));
}

#[test]
fn what_a_server_offers_is_told_without_control_characters() {
    let offers = challenges([&b"NTLM, Negotiate abc"[..]]);
    let error = choose(&offers, &password(), Privacy::Private).unwrap_err();
    assert!(error.message().contains("NTLM, Negotiate"), "{error}");
}
