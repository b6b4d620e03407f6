//! What goes to a server: files, forms, and orders to delete.

use std::process::Stdio;

use netspeak_fake::{Http, Server};
use tokio::io::AsyncWriteExt;

use super::{assert_brings, assert_fails, code, command, folder, names, netspeak, url};

async fn server() -> Server<Http> {
    let server = Http::builder().page("/form", "text/plain", "thanks\n");
    server.start().await.unwrap()
}

#[tokio::test]
async fn a_file_is_put_under_its_own_name_or_another() {
    let server = server().await;
    let here = folder("put");
    std::fs::write(here.join("a b.txt"), "hello\n").unwrap();
    let large = vec![b'x'; 1_500_000];
    std::fs::write(here.join("large"), &large).unwrap();
    for (file, path) in [("a b.txt", "/d/x"), ("a b.txt", "/d/"), ("large", "/large")] {
        let output = netspeak(&here, &["put", file, &url(&server, path)]).await;
        assert_eq!(code(&output), (Some(0), String::new()), "{path}");
    }
    assert_eq!(server.resource("/d/x").unwrap(), b"hello\n");
    assert_eq!(server.resource("/d/a%20b.txt").unwrap(), b"hello\n");
    assert!(server.resource("/large").unwrap() == large);
    let heard = server.requests();
    let expects: Vec<_> = heard.iter().map(|heard| heard.header("expect")).collect();
    assert_eq!(expects, [None, None, Some("100-continue")]);
    assert_eq!(heard[2].header("content-length"), Some("1500000"));
}

#[tokio::test]
async fn standard_input_is_put_as_it_comes() {
    let server = server().await;
    let here = folder("put-stdin");
    let mut put = command(&here, &["put", "-", &url(&server, "/in")]);
    let mut child = put.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"from ").await.unwrap();
    stdin.write_all(b"a pipe").await.unwrap();
    drop(stdin);
    assert!(child.wait().await.unwrap().success());
    assert_eq!(server.resource("/in").unwrap(), b"from a pipe");
    let nameless = netspeak(&here, &["put", "-", &url(&server, "/d/")]).await;
    assert_fails(&nameless, 2, "usage");
}

#[tokio::test]
async fn what_cannot_be_put_is_told() {
    let server = Http::builder().user("ops", "pw").basic("/", "r");
    let server = server.start().await.unwrap();
    let here = folder("put-not");
    std::fs::write(here.join("f"), "x").unwrap();
    assert_fails(
        &netspeak(&here, &["put", "f", &url(&server, "/f")]).await,
        22,
        "auth.rejected",
    );
    let guess = netspeak(&here, &["put", "-u", "ops:no", "f", &url(&server, "/f")]).await;
    assert_fails(&guess, 67, "auth.rejected");
    let right = netspeak(&here, &["put", "-u", "ops:pw", "f", &url(&server, "/f")]).await;
    assert_eq!(code(&right), (Some(0), String::new()));
    assert_eq!(server.resource("/f").unwrap(), b"x");
    assert_fails(
        &netspeak(&here, &["put", "none", &url(&server, "/f")]).await,
        26,
        "file.failed",
    );
    assert_fails(
        &netspeak(&here, &["put", ".", &url(&server, "/f")]).await,
        2,
        "usage",
    );
}

#[tokio::test]
async fn forms_are_posted() {
    let server = server().await;
    let here = folder("post");
    std::fs::write(here.join("lines"), "a=1\n&b=2\r\n").unwrap();
    let form = url(&server, "/form");
    for (words, body) in [
        (&["-d", "a=1"][..], "a=1"),
        (&["-d", "a=1", "-d", "b=2"], "a=1&b=2"),
        (&["-d", "@lines"], "a=1&b=2"),
        (&["--data-binary", "@lines"], "a=1\n&b=2\r\n"),
        (&["--data-urlencode", "a=x y&z", "-d", "q"], "q&a=x%20y%26z"),
        (&[], ""),
    ] {
        let output = netspeak(&here, &[&["post", &form], words].concat()).await;
        assert_brings(&output, "thanks\n");
        let heard = server.requests().pop().unwrap();
        assert_eq!(heard.method, "POST");
        assert_eq!(String::from_utf8_lossy(&heard.body), body);
        let kind = "application/x-www-form-urlencoded";
        assert_eq!(heard.header("content-type"), Some(kind));
    }
    let json = [
        "post",
        "-H",
        "Content-Type: application/json",
        "-d",
        "{}",
        "-i",
        &form,
        "-o",
        "x",
    ];
    assert_brings(&netspeak(&here, &json).await, "");
    let heard = server.requests().pop().unwrap();
    assert_eq!(heard.all("content-type"), ["application/json"]);
    let answer = std::fs::read_to_string(here.join("x")).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("thanks\n"),
        "{answer}"
    );
}

#[tokio::test]
async fn files_are_posted_alone_or_in_forms() {
    let server = server().await;
    let here = folder("post-files");
    std::fs::write(here.join("pic.bin"), b"\x00\x01\xff").unwrap();
    std::fs::write(here.join("text"), "long text").unwrap();
    let form = url(&server, "/form");
    let output = netspeak(&here, &["post", "-T", "pic.bin", &form]).await;
    assert_brings(&output, "thanks\n");
    assert_eq!(&server.requests().pop().unwrap().body[..], b"\x00\x01\xff");
    let words = [
        "post",
        "-F",
        "name=value; with;semicolons",
        "-F",
        "pic=@pic.bin;type=image/x;filename=p.x",
        "-F",
        "text=<text",
        "-F",
        "plain=@pic.bin",
        &form,
    ];
    assert_brings(&netspeak(&here, &words).await, "thanks\n");
    let heard = server.requests().pop().unwrap();
    let kind = heard.header("content-type").unwrap();
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
    let body = String::from_utf8_lossy(&heard.body);
    for part in [
        "name=\"name\"\r\n\r\nvalue; with;semicolons\r\n",
        "name=\"pic\"; filename=\"p.x\"\r\nContent-Type: image/x\r\n\r\n\0\u{1}\u{fffd}\r\n",
        "name=\"text\"\r\n\r\nlong text\r\n",
        "name=\"plain\"; filename=\"pic.bin\"\r\nContent-Type: application/octet-stream\r\n",
    ] {
        assert!(body.contains(part), "{part:?} in {body:?}");
    }
    let sent = server.requests().len();
    for words in [
        &["post", "-F", "a=@none", &form][..],
        &["post", "-T", "none", &form],
        &["post", "-d", "@none", &form],
    ] {
        assert_fails(&netspeak(&here, words).await, 26, "file.failed");
    }
    assert_fails(
        &netspeak(&here, &["post", "-F", "none", &form]).await,
        2,
        "usage",
    );
    assert_eq!(server.requests().len(), sent);
    assert_eq!(names(&here), ["pic.bin", "text"]);
}

#[tokio::test]
async fn what_is_removed_is_gone() {
    let server = Http::builder()
        .page("/a", "text/plain", "x")
        .page("/b", "text/plain", "x")
        .page("/c", "text/plain", "x");
    let server = server.start().await.unwrap();
    let here = folder("rm");
    assert_brings(&netspeak(&here, &["rm", &url(&server, "/{a,b}")]).await, "");
    assert_eq!(server.resource("/a"), None);
    assert_eq!(server.resource("/b"), None);
    assert!(server.resource("/c").is_some());
    assert_fails(
        &netspeak(&here, &["rm", &url(&server, "/a")]).await,
        22,
        "work.not_found",
    );
}
