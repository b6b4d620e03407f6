//! Who logs in, how, and who never gets to know.

use std::os::unix::fs::PermissionsExt;

use netspeak_fake::{DigestOptions, Http, Server};

use super::{assert_brings, assert_fails, code, command, finish, folder, netspeak, url};

const PASSWORD: &str = "marker-password";

async fn server() -> Server<Http> {
    let server = Http::builder()
        .user("ops", PASSWORD)
        .basic("/basic", "r")
        .digest("/digest", "r", DigestOptions::new())
        .page("/basic", "text/plain", "in")
        .page("/digest", "text/plain", "in");
    server.start().await.unwrap()
}

#[tokio::test]
async fn passwords_come_from_wherever_they_are() {
    let server = server().await;
    let here = folder("passwords");
    std::fs::write(here.join("word"), format!("{PASSWORD}\n")).unwrap();
    let login = format!("ops:{PASSWORD}");
    let in_url = url(&server, "/digest").replace("://", &format!("://{login}@"));
    for words in [
        &["get", "-u", &login, &url(&server, "/basic")][..],
        &["get", "-u", &login, &url(&server, "/digest")],
        &[
            "get",
            "-u",
            "ops",
            "--password-file",
            "word",
            &url(&server, "/digest"),
        ],
        &["get", "--anyauth", "-u", &login, &url(&server, "/basic")],
        &["get", "--digest", "-u", &login, &url(&server, "/digest")],
        &["get", "--basic", "-u", &login, &url(&server, "/basic")],
        &["get", "-v", &in_url],
    ] {
        let output = netspeak(&here, words).await;
        assert_eq!(output.stdout, b"in", "{words:?}: {}", code(&output).1);
        assert!(!code(&output).1.contains(PASSWORD), "{}", code(&output).1);
    }
    let mut asked = command(
        &here,
        &["get", "-u", "ops", &url(&server, "/{digest,basic}")],
    );
    asked.env("NETSPEAK_PASSWORD", PASSWORD);
    assert_brings(&finish(asked).await, "inin");
}

#[tokio::test]
async fn a_login_that_fails_has_its_own_code() {
    let server = server().await;
    let here = folder("login-fails");
    for path in ["/basic", "/digest"] {
        let page = url(&server, path);
        let output = netspeak(&here, &["get", "-u", "ops:guess", &page]).await;
        assert_fails(&output, 67, "auth.rejected");
        // Nobody has tried to log in.
        assert_fails(&netspeak(&here, &["get", &page]).await, 22, "auth.rejected");
    }
    let login = format!("ops:{PASSWORD}");
    for (flag, path) in [("--digest", "/basic"), ("--basic", "/digest")] {
        let output = netspeak(&here, &["get", flag, "-u", &login, &url(&server, path)]).await;
        assert_fails(&output, 67, "auth.no_mechanism");
    }
    let basic: Vec<_> = server
        .requests()
        .iter()
        .filter_map(|heard| heard.header("authorization").map(str::to_owned))
        .filter(|said| said.starts_with("Basic "))
        .collect();
    assert_eq!(basic.len(), 1, "the guess alone: {basic:?}");
}

#[tokio::test]
async fn netrc_is_read_when_it_is_asked_for() {
    let server = server().await;
    let here = folder("netrc");
    let page = url(&server, "/digest");
    let file = here.join(".netrc");
    std::fs::write(
        &file,
        format!("machine 127.0.0.1 login ops password {PASSWORD}\n"),
    )
    .unwrap();
    let close = |mode| std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
    close(0o600);
    assert_brings(&netspeak(&here, &["get", "-n", &page]).await, "in");
    assert_brings(
        &netspeak(&here, &["get", "-n", "-u", "ops", &page]).await,
        "in",
    );
    assert_brings(
        &netspeak(&here, &["get", "--netrc-file", ".netrc", &page]).await,
        "in",
    );
    assert_fails(&netspeak(&here, &["get", &page]).await, 22, "auth.rejected");
    close(0o644);
    let open = netspeak(&here, &["get", "-n", &url(&server, "/{digest,basic}")]).await;
    let text = code(&open).1;
    assert_eq!(
        (open.status.code(), open.stdout.as_slice()),
        (Some(0), &b"inin"[..])
    );
    assert_eq!(
        text.matches("warning: others may read ").count(),
        1,
        "{text}"
    );
    assert!(!text.contains(PASSWORD), "{text}");
    let missing = netspeak(&here, &["get", "--netrc-file", "none", &page]).await;
    assert_fails(&missing, 2, "config");
}

#[tokio::test]
async fn tokens_and_fields_that_are_secrets_are_never_shown() {
    let token = "marker-token";
    let server = Http::builder().token("ops", token).bearer("/", "r");
    let server = server.page("/", "text/plain", "in").start().await.unwrap();
    let here = folder("tokens");
    let page = url(&server, "/");
    let bearer = format!("Authorization: Bearer {token}");
    for words in [
        &["get", "-v", "--oauth2-bearer", token, &page][..],
        &["get", "-v", "-H", &bearer, &page],
        &[
            "get",
            "-v",
            "-H",
            &bearer,
            "-H",
            "X-Api-Key: marker-token",
            "-b",
            "a=marker-token",
            &page,
        ],
    ] {
        let output = netspeak(&here, words).await;
        let text = code(&output).1;
        assert_eq!(output.stdout, b"in", "{text}");
        assert!(text.contains("GET / HTTP/1.1"), "{text}");
        assert!(!text.contains(token), "{text}");
    }
}

#[tokio::test]
async fn secrets_stay_with_their_origin() {
    let there = Http::builder().page("/", "text/plain", "there");
    let there = there.start().await.unwrap();
    let away = there.url("http");
    let here = Http::builder().user("ops", PASSWORD).basic("/", "r");
    let here = here
        .redirect("/", 302, format!("{away}/"))
        .start()
        .await
        .unwrap();
    let login = format!("ops:{PASSWORD}");
    let words = [
        "get",
        "-u",
        &login,
        "-H",
        "X-Api-Key: k",
        "-H",
        "X-Open: o",
        "-b",
        "a=1",
        &url(&here, "/"),
    ];
    assert_brings(&netspeak(&folder("origin"), &words).await, "there");
    let heard = there.requests().pop().unwrap();
    for name in ["authorization", "x-api-key", "cookie"] {
        assert_eq!(heard.header(name), None, "{name}");
    }
    assert_eq!(heard.header("x-open"), Some("o"));
    assert_eq!(
        here.requests().pop().unwrap().header("x-api-key"),
        Some("k")
    );
}
