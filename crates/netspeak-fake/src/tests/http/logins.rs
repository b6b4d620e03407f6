//! Basic and Bearer.

use super::{ask, get};
use crate::{DigestOptions, Fake, Http};

fn guarded() -> Fake<Http> {
    Http::builder()
        .user("ops", "s:cret")
        .token("ops", "t0ken")
        .basic("/basic", "the \"staff\"")
        .bearer("/token", "api")
        .basic("/both", "b")
        .bearer("/both", "t")
        .page("/basic/a", "text/plain", "in")
        .page("/token", "text/plain", "in")
        .page("/both", "text/plain", "in")
        .build()
        .unwrap()
}

const RIGHT: &str = "Authorization: basic b3BzOnM6Y3JldA==";

#[tokio::test]
async fn basic() {
    let fake = guarded();
    let refused = get(&fake, "/basic/a", &[]).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(
        refused.header("www-authenticate"),
        Some(r#"Basic realm="the \"staff\"", charset="UTF-8""#)
    );
    assert_eq!(get(&fake, "/basic/a", &[RIGHT]).await.text(), "in");
    for wrong in [
        "Basic b3BzOnNlY3JldA==",
        "Basic ???",
        "Basic",
        "Bearer t0ken",
    ] {
        let line = format!("Authorization: {wrong}");
        assert_eq!(get(&fake, "/basic/a", &[&line]).await.status(), 401);
    }
    assert_eq!(ask(&fake, "PUT /basic/b", &[], "x").await.status(), 401);
    assert_eq!(fake.resource("/basic/b"), None);
}

#[tokio::test]
async fn bearer() {
    let fake = guarded();
    let refused = get(&fake, "/token", &[]).await;
    assert_eq!(
        refused.header("www-authenticate"),
        Some("Bearer realm=\"api\"")
    );
    let wrong = get(&fake, "/token", &["Authorization: Bearer x"]).await;
    assert_eq!(
        wrong.header("www-authenticate"),
        Some("Bearer realm=\"api\", error=\"invalid_token\"")
    );
    let right = get(&fake, "/token", &["Authorization: Bearer t0ken"]).await;
    assert_eq!(right.text(), "in");
}

#[tokio::test]
async fn one_of_several_ways_is_enough() {
    let fake = guarded();
    let refused = get(&fake, "/both", &[]).await;
    assert_eq!(refused.all("www-authenticate").len(), 2);
    for line in [RIGHT, "Authorization: Bearer t0ken"] {
        assert_eq!(get(&fake, "/both", &[line]).await.status(), 200);
    }
    let fake = Http::builder()
        .basic("/", "b")
        .digest("/", "d", DigestOptions::new().nonce("n"))
        .challenges_in_one_line()
        .build()
        .unwrap();
    assert_eq!(
        get(&fake, "/", &[]).await.all("www-authenticate"),
        [
            r#"Basic realm="b", charset="UTF-8", Digest realm="d", nonce="n", algorithm=MD5, qop="auth""#
        ]
    );
}
