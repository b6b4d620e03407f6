//! Logging in.

use netspeak_fake::{DigestAlgorithm, DigestOptions, DigestQop, Http, Page};

use super::{builder, client, word};
use crate::ClearTextAuth;
use crate::sasl::Credentials;

fn options(algorithm: DigestAlgorithm) -> DigestOptions {
    DigestOptions::new().algorithms([algorithm])
}

#[tokio::test]
async fn digest_of_every_kind_lets_in() {
    use DigestAlgorithm::{Md5, Md5Sess, Sha256, Sha256Sess, Sha512_256};
    let kinds = [
        options(Md5),
        options(Md5Sess),
        options(Sha256),
        options(Sha256Sess),
        options(Sha512_256),
        options(Md5).qop([]),
        options(Sha256).qop([DigestQop::AuthInt]),
        options(Sha256).next_nonce(),
        options(Sha256).stale_after(1),
        options(Sha256).userhash(),
        options(Md5).opaque("o \"paque"),
        options(Sha256).utf8(),
    ];
    for kind in kinds {
        let shown = format!("{kind:?}");
        let server = Http::builder()
            .user("ops", "päss")
            .digest("/", "r", kind)
            .page("/", "text/plain", "in");
        let server = server.start().await.unwrap();
        let client = client(&server);
        let login = Credentials::password("ops", "päss".into());
        for round in 0..3 {
            let url = format!("{}/?{round}", server.url("http"));
            let mut answer = client.get(&url).credentials(&login).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{shown}, {round}");
            assert_eq!(answer.text(9).await.unwrap(), "in");
        }
        let url = format!("{}/put", server.url("http"));
        let answer = client
            .put(&url)
            .credentials(&login)
            .body("body")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 201, "{shown}");
    }
}

#[tokio::test]
async fn who_was_asked_once_says_so_at_once() {
    let server = Http::builder()
        .user("ops", "pw")
        .digest("/", "r", DigestOptions::new());
    let server = server.page("/", "text/plain", "in").start().await.unwrap();
    let client = client(&server);
    let url = server.url("http").replace("://", "://ops:pw@");
    for _ in 0..3 {
        client
            .get(&url)
            .send()
            .await
            .unwrap()
            .bytes(99)
            .await
            .unwrap();
    }
    let counts: Vec<_> = server
        .requests()
        .iter()
        .map(|heard| {
            let said = heard.header("authorization")?;
            let (_, count) = said.split_once("nc=")?;
            count.get(..8).map(str::to_owned)
        })
        .collect();
    let counts: Vec<_> = counts
        .iter()
        .map(|count| count.as_deref().unwrap_or("none"))
        .collect();
    assert_eq!(counts, ["none", "00000001", "00000002", "00000003"]);
}

#[tokio::test]
async fn a_wrong_password_is_said_once() {
    for server in [
        Http::builder().user("ops", "pw").basic("/", "r"),
        Http::builder()
            .user("ops", "pw")
            .digest("/", "r", DigestOptions::new()),
    ] {
        let server = server.start().await.unwrap();
        let url = server.url("http").replace("://", "://ops:wrong@");
        let answer = client(&server).get(&url).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(word(answer.error_for_status()), "auth.rejected");
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_server_that_does_not_know_the_password_is_found_out() {
    let server =
        Http::builder()
            .user("ops", "pw")
            .digest("/", "r", DigestOptions::new().wrong_rspauth());
    let server = server.page("/", "text/plain", "in").start().await.unwrap();
    let url = server.url("http").replace("://", "://ops:pw@");
    assert_eq!(
        word(client(&server).get(&url).send().await),
        "auth.integrity"
    );
}

#[tokio::test]
async fn a_token_is_for_whom_it_is_meant() {
    let page = || Page::new("text/plain", "in");
    let plain = Http::builder()
        .token("ops", "t0ken")
        .bearer("/", "r")
        .serve("/", page());
    let plain = plain.start().await.unwrap();
    let secure = Http::builder()
        .token("ops", "t0ken")
        .bearer("/", "r")
        .serve("/", page())
        .implicit_tls();
    let secure = secure.start().await.unwrap();
    let token = Credentials::token("ops", crate::Secret::from("t0ken"));
    // Over TLS it goes at once, in the clear to this machine when it is asked for.
    for (server, scheme, requests) in [(&plain, "http", 2), (&secure, "https", 1)] {
        let asked = client(server).get(&server.url(scheme)).credentials(&token);
        assert_eq!(asked.send().await.unwrap().status(), 200, "{scheme}");
        assert_eq!(server.requests().len(), requests, "{scheme}");
    }
}

#[tokio::test]
async fn no_password_is_shown_where_others_may_read() {
    // A stream of the caller's own counts as remote.
    let remote = |asked: &'static str| async move {
        let server = Http::builder().user("ops", "pw");
        let server = match asked {
            "basic" => server.basic("/", "r"),
            _ => server.digest("/", "r", DigestOptions::new()),
        };
        let fake = server.page("/", "text/plain", "in").build().unwrap();
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let serving = tokio::spawn(fake.serve(theirs));
        (fake, crate::Conn::from_memory(ours), serving)
    };
    let url = "http://ops:pw@h.test/";
    for (asked, policy, outcome) in [
        ("basic", ClearTextAuth::LocalOnly, "auth.plaintext_blocked"),
        ("basic", ClearTextAuth::Allowed, "none"),
        ("digest", ClearTextAuth::LocalOnly, "none"),
    ] {
        let (fake, conn, serving) = remote(asked).await;
        let client = crate::Client::builder()
            .clear_text_auth(policy)
            .over(conn)
            .unwrap();
        assert_eq!(word(client.get(url).send().await), outcome, "{asked}");
        let said = fake
            .requests()
            .iter()
            .any(|heard| heard.header("authorization").is_some());
        assert_eq!(said, outcome == "none", "{asked}");
        serving.abort();
    }
}

#[tokio::test]
async fn a_body_in_memory_goes_again_with_the_login() {
    let server = Http::builder()
        .user("ops", "pw")
        .basic("/", "r")
        .start()
        .await
        .unwrap();
    let url = format!("{}/x", server.url("http")).replace("://", "://ops:pw@");
    let answer = client(&server).put(&url).body("data").send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(server.resource("/x").unwrap(), b"data");
}

#[tokio::test]
async fn an_http_proxy_gets_its_own_login() {
    let origin = Http::builder()
        .page("/", "text/plain", "there")
        .start()
        .await
        .unwrap();
    let proxy = Http::builder()
        .user("me", "pw")
        .proxy_basic("r")
        .start()
        .await
        .unwrap();
    for (login, word_of) in [
        ("me:pw@", "none"),
        ("me:no@", "proxy.auth"),
        ("", "proxy.auth"),
    ] {
        let through = proxy.url("http").replace("://", &format!("://{login}"));
        let connector = crate::Connector::new().with_proxy(through.parse().unwrap());
        let client = builder(&origin).connector(connector).build().unwrap();
        let outcome = client.get(&origin.url("http")).send().await;
        let outcome = outcome.and_then(crate::Response::error_for_status);
        assert_eq!(word(outcome), word_of, "{login}");
    }
    let heard = origin.requests();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].header("proxy-authorization"), None);
    let asked = proxy.requests();
    assert!(
        asked[0].target.starts_with("http://127.0.0.1:"),
        "{}",
        asked[0].target
    );
}

#[tokio::test]
async fn a_scheme_that_is_named_is_the_only_one() {
    let server = Http::builder()
        .user("ops", "pw")
        .basic("/basic", "r")
        .digest("/digest", "r", DigestOptions::new())
        .page("/basic", "text/plain", "in")
        .page("/digest", "text/plain", "in");
    let server = server.start().await.unwrap();
    let client = client(&server);
    for (scheme, path, let_in) in [
        ("digest", "/digest", true),
        ("Basic", "/basic", true),
        ("Digest", "/basic", false),
        ("Basic", "/digest", false),
    ] {
        let login = Credentials::password("ops", "pw".into()).with_mechanism(scheme);
        let url = server.url("http") + path;
        let answer = client.get(&url).credentials(&login).send().await;
        match (let_in, answer) {
            (true, answer) => assert_eq!(answer.unwrap().status(), 200, "{scheme} {path}"),
            (false, answer) => assert_eq!(word(answer), "auth.no_mechanism", "{scheme} {path}"),
        }
    }
}

#[tokio::test]
async fn a_password_that_was_taken_once_and_is_no_longer_is_said_once_more_and_not_twice() {
    let page = || Page::new("text/plain", "in");
    let refused = page()
        .status(401)
        .header("www-authenticate", "Basic realm=r");
    let server = Http::builder()
        .user("ops", "pw")
        .basic("/in", "r")
        .serve("/in", page())
        .serve("/out", refused);
    let server = server.start().await.unwrap();
    let client = client(&server);
    let url = server.url("http").replace("://", "://ops:pw@");
    assert_eq!(
        client
            .get(&format!("{url}/in"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(
        client
            .get(&format!("{url}/out"))
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_server_that_repeats_a_request_tells_no_secret_of_it() {
    let echo = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = echo.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = echo.accept().await.unwrap();
        let (mut read, mut write) = stream.split();
        let _ = tokio::io::copy(&mut read, &mut write).await;
    });
    let token = Credentials::token("ops", crate::Secret::from("s3cret-t0ken"));
    let client = crate::Client::builder()
        .clear_text_auth(ClearTextAuth::Allowed)
        .build()
        .unwrap();
    let asked = client.get(&format!("http://{at}/")).credentials(&token);
    let error = asked
        .header("cookie", "id=s3cret-id")
        .send()
        .await
        .unwrap_err();
    let shown = format!("{error} {error:?}");
    assert_eq!(error.kind().to_string(), "wait.other_protocol", "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
    serving.abort();
}

#[tokio::test]
async fn secrets_are_not_shown_by_what_holds_them() {
    let mut own = crate::HeaderMap::new();
    own.insert("authorization", "Bearer s3cret-one".parse().unwrap());
    let builder = crate::Client::builder().headers(own.clone());
    let builder = builder.credentials(Credentials::password("ops", "s3cret-two".into()));
    let client = builder.clone().build().unwrap();
    let request = client.get("http://u:s3cret-three@h.test/").headers(own);
    let request = request.header("cookie", "id=s3cret-four");
    let shown = format!("{builder:?} {client:?} {request:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
}
