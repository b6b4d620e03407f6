//! The head of an answer, and the cookies in it.

use std::os::unix::fs::PermissionsExt;

use netspeak_fake::{Http, Page};

use super::{assert_brings, code, folder, names, netspeak, url};

#[tokio::test]
async fn the_head_is_shown_alone_or_before_the_body() {
    let server = Http::builder()
        .serve(
            "/",
            Page::new("text/plain", "body").header("X-Odd", b"caf\xe9 \x9b2J"),
        )
        .serve("/no", Page::new("text/plain", "body").status(404));
    let server = server.start().await.unwrap();
    let here = folder("head");
    let alone = netspeak(&here, &["get", "-I", &url(&server, "/")]).await;
    assert_eq!(code(&alone), (Some(0), String::new()));
    assert!(alone.stdout.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(alone.stdout.ends_with(b"\r\n\r\n"));
    // A program gets the bytes as they came.
    let odd: &[u8] = b"x-odd: caf\xe9 \x9b2J\r\n";
    assert!(alone.stdout.windows(odd.len()).any(|part| part == odd));
    assert_eq!(server.requests().pop().unwrap().method, "HEAD");
    let both = netspeak(&here, &["get", "-i", &url(&server, "/")]).await;
    assert!(both.stdout.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(both.stdout.ends_with(b"\r\n\r\nbody"));
    let refused = netspeak(&here, &["get", "-I", &url(&server, "/no")]).await;
    assert_eq!(code(&refused).0, Some(22));
    assert!(refused.stdout.starts_with(b"HTTP/1.1 404 Not Found\r\n"));
    let refused = netspeak(&here, &["get", "-i", &url(&server, "/no")]).await;
    assert_eq!(
        (code(&refused).0, refused.stdout.as_slice()),
        (Some(22), &b""[..])
    );
}

#[tokio::test]
async fn cookies_are_kept_in_a_file_for_their_owner() {
    let server = Http::builder()
        .serve(
            "/set",
            Page::new("text/plain", "x").set_cookie("sid=marker-secret; Path=/"),
        )
        .page("/get", "text/plain", "x");
    let server = server.start().await.unwrap();
    let here = folder("cookies");
    let (set, get) = (url(&server, "/set"), url(&server, "/get"));
    let output = netspeak(&here, &["get", "-v", "-c", "jar", &set, &get]).await;
    assert_eq!(output.stdout, b"xx");
    assert!(
        !code(&output).1.contains("marker-secret"),
        "{}",
        code(&output).1
    );
    let heard = server.requests().pop().unwrap();
    assert_eq!(heard.header("cookie"), Some("sid=marker-secret"));
    let jar = std::fs::read_to_string(here.join("jar")).unwrap();
    assert!(jar.starts_with("# Netscape HTTP Cookie File\n") && jar.contains("sid\tmarker-secret"));
    let mode = here.join("jar").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(names(&here), ["jar"]);
    // In the next run they come back, and the user's own stand before them.
    let again = netspeak(&here, &["get", "-b", "jar", "-b", "own=1", &get]).await;
    assert_brings(&again, "x");
    let heard = server.requests().pop().unwrap();
    assert_eq!(heard.header("cookie"), Some("own=1; sid=marker-secret"));
    // Without a jar nothing is kept.
    assert_brings(&netspeak(&here, &["get", &set, &get]).await, "xx");
    assert_eq!(server.requests().pop().unwrap().header("cookie"), None);
}

#[tokio::test]
async fn a_cookie_file_with_odd_lines_is_read_with_a_warning() {
    let server = Http::builder()
        .page("/", "text/plain", "x")
        .start()
        .await
        .unwrap();
    let here = folder("cookies-odd");
    let file = "# Netscape HTTP Cookie File\nnonsense\n127.0.0.1\tFALSE\t/\tFALSE\t0\ta\t1\n";
    std::fs::write(here.join("jar"), file).unwrap();
    let output = netspeak(&here, &["get", "-b", "jar", &url(&server, "/")]).await;
    let wanted = "warning: jar: 1 lines are no cookies\n";
    assert_eq!(code(&output), (Some(0), wanted.to_owned()));
    assert_eq!(
        server.requests().pop().unwrap().header("cookie"),
        Some("a=1")
    );
}
