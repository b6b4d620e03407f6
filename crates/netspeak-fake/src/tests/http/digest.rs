//! Digest, by the RFC's examples and by responses that were worked out elsewhere.

use super::{Got, ask, get};
use crate::{DigestAlgorithm, DigestOptions, DigestQop, Fake, Http};

fn guarded(options: DigestOptions) -> Fake<Http> {
    Http::builder()
        .user("ops", "secret")
        .digest("/in", "staff", options.nonce("n0nce"))
        .page("/in", "text/plain", "in")
        .serve("/in/empty", crate::Page::new("text/plain", ""))
        .build()
        .unwrap()
}

/// Asks for `/in` by MD5 with this count and response.
async fn count(fake: &Fake<Http>, count: &str, response: &str) -> Got {
    let line = format!(
        "Authorization: Digest username=\"ops\", realm=\"staff\", nonce=\"n0nce\", uri=\"/in\", qop=auth, \
         nc={count}, cnonce=\"cn\", response=\"{response}\""
    );
    get(fake, "/in", &[&line]).await
}

const FIRST: &str = "eb35f66ecf8588e74657fadc2ca85e10";
const SECOND: &str = "55cacbd4dc3c59777ed274105abd3af6";
const THIRD: &str = "235fd5fdc51bab4280db9378ec0455b5";

/// RFC 7616 section 3.9.1.
#[tokio::test]
async fn the_example_with_two_algorithms() {
    let options = DigestOptions::new()
        .algorithms([DigestAlgorithm::Sha256, DigestAlgorithm::Md5])
        .qop([DigestQop::Auth, DigestQop::AuthInt])
        .nonce("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v")
        .opaque("FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS");
    let fake = Http::builder()
        .user("Mufasa", "Circle of Life")
        .digest("/dir", "http-auth@example.org", options)
        .page("/dir/index.html", "text/plain", "in")
        .build()
        .unwrap();
    let refused = get(&fake, "/dir/index.html", &[]).await;
    let challenge = |algorithm| {
        format!(
            "Digest realm=\"http-auth@example.org\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
             algorithm={algorithm}, qop=\"auth, auth-int\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        )
    };
    assert_eq!(
        refused.all("www-authenticate"),
        [challenge("SHA-256"), challenge("MD5")]
    );
    for (nc, algorithm, response) in [
        ("00000001", "MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        (
            "00000001",
            "SHA-256",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ] {
        // Both examples count from one: the second needs a server that has not seen the first.
        let options = DigestOptions::new()
            .algorithms([DigestAlgorithm::Sha256, DigestAlgorithm::Md5])
            .nonce("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v")
            .opaque("FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS");
        let fake = Http::builder()
            .user("Mufasa", "Circle of Life")
            .digest("/dir", "http-auth@example.org", options)
            .page("/dir/index.html", "text/plain", "in")
            .build()
            .unwrap();
        get(&fake, "/dir/index.html", &[]).await;
        let line = format!(
            "Authorization: Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", \
             algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc={nc}, \
             cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"{response}\", \
             opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        );
        let got = get(&fake, "/dir/index.html", &[&line]).await;
        assert_eq!(got.status(), 200, "{algorithm}");
    }
}

/// RFC 7616 section 3.9.2 with the values of its erratum 4897: the RFC's own are of a truncated SHA-512.
#[tokio::test]
async fn the_example_with_a_hashed_name() {
    let options = DigestOptions::new()
        .algorithms([DigestAlgorithm::Sha512_256])
        .nonce("5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK")
        .opaque("HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS")
        .utf8()
        .userhash();
    let fake = Http::builder()
        .user("J\u{e4}s\u{f8}n Doe", "Secret, or not?")
        .digest("/", "api@example.org", options)
        .page("/doe.json", "text/plain", "in")
        .build()
        .unwrap();
    let refused = get(&fake, "/doe.json", &[]).await;
    let challenge = refused.header("www-authenticate").unwrap();
    assert!(challenge.ends_with(", charset=UTF-8, userhash=true"));
    let line = "Authorization: Digest \
        username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\", realm=\"api@example.org\", \
        uri=\"/doe.json\", algorithm=SHA-512-256, nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", nc=00000001, \
        cnonce=\"NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v\", qop=auth, \
        response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\", \
        opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", userhash=true";
    assert_eq!(get(&fake, "/doe.json", &[line]).await.status(), 200);
    let plain = line
        .replace("00000001", "00000002")
        .replace(", userhash=true", "");
    assert_eq!(get(&fake, "/doe.json", &[&plain]).await.status(), 401);
}

#[tokio::test]
async fn counts_must_rise_and_the_answer_proves_the_password() {
    let fake = guarded(DigestOptions::new());
    get(&fake, "/in", &[]).await;
    let got = count(&fake, "00000002", SECOND).await;
    assert_eq!(got.status(), 200);
    assert_eq!(
        got.header("authentication-info"),
        Some(r#"rspauth="1dc4ffabe369eb633fdf2a74f6784614", cnonce="cn", nc=00000002, qop=auth"#)
    );
    for (nc, response) in [("00000001", FIRST), ("00000002", SECOND)] {
        let got = count(&fake, nc, response).await;
        assert_eq!(got.status(), 401, "{nc}");
        assert!(!got.head.contains("stale"));
    }
    assert_eq!(count(&fake, "00000003", THIRD).await.status(), 200);
    let fake = guarded(DigestOptions::new().wrong_rspauth());
    get(&fake, "/in", &[]).await;
    let got = count(&fake, "00000001", FIRST).await;
    assert!(!got.head.contains("2f1956bd411fc57fdca622475398b43b"));
    assert!(got.head.contains("rspauth="));
}

#[tokio::test]
async fn nonces_grow_stale() {
    let fake = guarded(DigestOptions::new().stale_after(1));
    let unknown = count(&fake, "00000001", FIRST).await;
    assert!(unknown.head.contains("stale=true"), "never given");
    assert_eq!(count(&fake, "00000001", FIRST).await.status(), 200);
    assert!(
        count(&fake, "00000002", SECOND)
            .await
            .head
            .contains("stale=true")
    );
    let wrong = count(&fake, "00000002", FIRST).await;
    assert!(!wrong.head.contains("stale"), "wrong before old");
}

#[tokio::test]
async fn the_next_nonce_replaces_the_one_before() {
    let options = DigestOptions::new().next_nonce();
    let fake = Http::builder()
        .user("ops", "secret")
        .digest("/in", "staff", options)
        .page("/in", "text/plain", "in")
        .build()
        .unwrap();
    let first = get(&fake, "/in", &[]).await;
    let nonce = |got: &Got, name: &str| {
        let (_, rest) = got.head.split_once(name).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let mut current = nonce(&first, " nonce=\"");
    let old = authorized("/in", &current);
    for _ in 0..2 {
        let got = get(&fake, "/in", &[&authorized("/in", &current)]).await;
        assert_eq!(got.status(), 200);
        current = nonce(&got, "nextnonce=\"");
    }
    let again = get(&fake, "/in", &[&old.replace("00000001", "00000002")]).await;
    assert_eq!(again.status(), 401);
}

/// The first request for this path with this nonce, by MD5 worked out here.
fn authorized(path: &str, nonce: &str) -> String {
    use md5::{Digest, Md5};
    let hash = |text: &str| crate::nonce::hex(&Md5::digest(text.as_bytes()));
    let (secret, message) = (hash("ops:staff:secret"), hash(&format!("GET:{path}")));
    let response = hash(&format!("{secret}:{nonce}:00000001:cn:auth:{message}"));
    format!(
        "Authorization: Digest username=\"ops\", realm=\"staff\", nonce=\"{nonce}\", uri=\"{path}\", qop=auth, \
         nc=00000001, cnonce=\"cn\", response=\"{response}\""
    )
}

#[tokio::test]
async fn credentials_are_for_one_target() {
    let fake = guarded(DigestOptions::new());
    get(&fake, "/in", &[]).await;
    let line = authorized("/in/empty", "n0nce");
    assert_eq!(get(&fake, "/in", &[&line]).await.status(), 401);
    assert_eq!(get(&fake, "/in/empty", &[&line]).await.status(), 200);
}

#[tokio::test]
async fn sessions_and_bodies() {
    for (algorithm, response, proof) in [
        (
            DigestAlgorithm::Md5Sess,
            "0b18be97e16167064435273b194893e6",
            "f45631659a39ee3fda0bd128901613de",
        ),
        (
            DigestAlgorithm::Sha256Sess,
            "023451bb907fba2e4f92f1094afa35dffa4eaa101c19370484f286b3968fed2d",
            "5f67a67bfd4063c60d75363785b53d04510cbadee54cd633c557c0af9d10eb78",
        ),
        (
            DigestAlgorithm::Sha512_256Sess,
            "7fd41f0967da31142297c969f9afb33b8a6de08416a98e4d6e97b5a51a4bb21a",
            "50481993a2fa1070e94c0a4ea763fc1e4c9fb2c13268d5fa4d6789aec75e9972",
        ),
    ] {
        let options = DigestOptions::new()
            .algorithms([algorithm])
            .qop([DigestQop::AuthInt]);
        let fake = guarded(options);
        get(&fake, "/in", &[]).await;
        let line = format!(
            "Authorization: Digest username=\"ops\", realm=\"staff\", nonce=\"n0nce\", uri=\"/in/echo?a=1\", \
             qop=auth-int, nc=00000001, cnonce=\"cn\", algorithm={}, response=\"{response}\"",
            algorithm.name()
        );
        let other = ask(&fake, "PUT /in/echo?a=1", &[&line], "b0dy").await;
        assert_eq!(other.status(), 401, "another body");
        let got = ask(&fake, "PUT /in/echo?a=1", &[&line], "body").await;
        assert_eq!(got.status(), 201, "{algorithm:?}");
        let info = got.header("authentication-info").unwrap();
        assert!(info.contains(proof), "{info}");
    }
}

#[tokio::test]
async fn without_quality_of_protection() {
    let fake = guarded(DigestOptions::new().qop([]));
    let refused = get(&fake, "/in", &[]).await;
    assert!(!refused.head.contains("qop"));
    let line = "Authorization: Digest username=\"ops\", realm=\"staff\", nonce=\"n0nce\", uri=\"/in\", \
        response=\"c16a96c4cb311fdcd52795517d740bd5\"";
    let got = get(&fake, "/in", &[line]).await;
    assert_eq!(got.status(), 200);
    assert_eq!(got.header("authentication-info"), None);
}

#[tokio::test]
async fn a_name_in_another_encoding() {
    let fake = Http::builder()
        .user("J\u{e4}s\u{f8}n", "p")
        .digest("/", "r", DigestOptions::new().qop([]).nonce("n"))
        .page("/", "text/plain", "in")
        .build()
        .unwrap();
    get(&fake, "/", &[]).await;
    let line = "Authorization: Digest username*=UTF-8''J%C3%A4s%C3%B8n, realm=\"r\", nonce=\"n\", uri=\"/\", response=\"RESPONSE\"";
    let line = line.replace("RESPONSE", EXTENDED);
    assert_eq!(get(&fake, "/", &[&line]).await.status(), 200);
}

const EXTENDED: &str = "62f1e0270bd7537ff79a563c0d8a7644";

#[tokio::test]
async fn malformed_credentials_are_refused() {
    let right = format!(
        "Authorization: Digest username=\"ops\", realm=\"staff\", nonce=\"n0nce\", uri=\"/in\", qop=auth, \
         nc=00000001, cnonce=\"cn\", response=\"{FIRST}\""
    );
    for (part, other) in [
        ("qop=auth", "qop=\"auth\""),
        ("nc=00000001", "nc=\"00000001\""),
        ("nc=00000001", "nc=1"),
        ("username=\"ops\"", "username=ops"),
        ("uri=\"/in\"", "uri=\"/in?x\""),
        ("realm=\"staff\"", "realm=\"staff\", realm=\"staff\""),
        ("cnonce=\"cn\", ", ""),
        ("qop=auth", "qop=auth-int"),
        ("qop=auth", "algorithm=SHA-256, qop=auth"),
        ("qop=auth", "opaque=\"x\", qop=auth"),
        ("qop=auth", "userhash=true, qop=auth"),
        ("\"staff\"", "\"staff"),
    ] {
        let fake = guarded(DigestOptions::new());
        get(&fake, "/in", &[]).await;
        let line = right.replace(part, other);
        assert_ne!(line, right);
        assert_eq!(get(&fake, "/in", &[&line]).await.status(), 401, "{other}");
        assert_eq!(get(&fake, "/in", &[&right]).await.status(), 200);
    }
}
