//! Every exit code that a transfer has in common with curl, against servers that bring it about.

use netspeak_fake::{Certificate, Fault, Ftp, Http, Moment, Page, Pop3, Smtp, Xmlrpc};

use super::*;

/// The code, what curl's manual says about it, the kind that is told, and the words that bring it about.
struct Case {
    code: i32,
    curl: &'static str,
    kind: &'static str,
    words: Vec<String>,
}

fn case(code: i32, curl: &'static str, kind: &'static str, words: &[&str]) -> Case {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    Case {
        code,
        curl,
        kind,
        words,
    }
}

async fn http(faults: &[Fault]) -> Server<Http> {
    let page = Page::new("text/plain", "x".repeat(1000));
    let builder = Http::builder()
        .serve("/p", page)
        .serve(
            "/cut",
            Page::new("text/plain", "x".repeat(1000)).cut_after(10),
        )
        .redirect("/round", 302, "/round")
        .rpc("/RPC2", Xmlrpc::new());
    let builder = faults
        .iter()
        .cloned()
        .fold(builder, netspeak_fake::Builder::fault);
    builder.start().await.unwrap()
}

async fn ftp(fault: Option<Fault>) -> Server<Ftp> {
    let builder = Ftp::builder().user(USER, PASSWORD).file("/f", "x");
    let builder = match fault {
        Some(fault) => builder.fault(fault),
        None => builder,
    };
    builder.start().await.unwrap()
}

fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn transfers_end_as_curls_do() {
    let here = folder("codes");
    std::fs::write(here.join("file"), "x").unwrap();
    let plain = http(&[]).await;
    let page = open_url(&plain, "http", "/p");
    let silent = http(&[Fault::Stall(Moment::Command("GET"))]).await;
    let closing = http(&[Fault::Close(Moment::Command("GET"))]).await;
    let resetting = http(&[Fault::Reset(Moment::Command("GET"))]).await;
    let secure = Http::builder()
        .tls(Certificate::Good)
        .implicit_tls()
        .start()
        .await
        .unwrap();
    let files = ftp(None).await;
    let denying = ftp(Some(Fault::reply("RETR", "550 Permission denied.\r\n"))).await;
    let full = ftp(Some(Fault::reply("STOR", "550 Permission denied.\r\n"))).await;
    let odd = ftp(Some(Fault::reply("RETR", "451 disk\r\n"))).await;
    let mail = Pop3::builder().user(USER, PASSWORD).start().await.unwrap();
    let junk = Pop3::builder()
        .user(USER, PASSWORD)
        .fault(Fault::reply("STAT", "what?\r\n"));
    let junk = junk
        .fault(Fault::reply("LIST", "what?\r\n"))
        .start()
        .await
        .unwrap();
    let smtp = Smtp::builder()
        .refuse("none@d.test", "550 5.1.1 nobody")
        .start()
        .await
        .unwrap();
    let gone = format!("http://127.0.0.1:{}/", closed_port());
    let submit = open_url(&smtp, "smtp", "");
    let send = ["send", &submit, "--from", "a@b.test", "--to"];
    let both = [&send[..], &["none@d.test", "c@d.test"]].concat();
    let none = [&send[..], &["none@d.test"]].concat();
    let cases = [
        case(
            2,
            "failed to initialize",
            "usage",
            &["get", "-C", "-", &url(&mail, "pop3", "/1")],
        ),
        case(
            6,
            "could not resolve host",
            "dns.no_address",
            &[
                "get",
                "-6",
                "--resolve",
                "h.test:80:127.0.0.1",
                "http://h.test/",
            ],
        ),
        case(
            7,
            "failed to connect to host",
            "tcp.refused",
            &["get", &gone],
        ),
        case(
            8,
            "weird server reply",
            "proto.malformed",
            &["ls", &url(&junk, "pop3", "/")],
        ),
        case(
            9,
            "access denied",
            "work.denied",
            &["get", &url(&denying, "ftp", "/f")],
        ),
        case(
            18,
            "partial file",
            "body.truncated",
            &["get", &open_url(&plain, "http", "/cut")],
        ),
        case(18, "partial file", "", &both.clone()),
        case(
            19,
            "could not download the given file",
            "work.temporary",
            &["get", &url(&odd, "ftp", "/f")],
        ),
        case(
            22,
            "HTTP page not retrieved",
            "work.not_found",
            &["get", &open_url(&plain, "http", "/none")],
        ),
        case(
            23,
            "write error",
            "file.failed",
            &["get", "-o", "/proc/netspeak", &page],
        ),
        case(
            25,
            "failed starting the upload",
            "work.denied",
            &["put", "file", &url(&full, "ftp", "/f")],
        ),
        case(
            26,
            "read error",
            "file.failed",
            &["put", "none", &url(&files, "ftp", "/f")],
        ),
        case(
            28,
            "operation timeout",
            "timeout.total",
            &["get", "-m", "1", &open_url(&silent, "http", "/p")],
        ),
        case(
            33,
            "range error",
            "work.rejected",
            &["get", "-r", "9999-", &page],
        ),
        case(
            35,
            "SSL connect error",
            "tls.plaintext_peer",
            &["get", &open_url(&plain, "https", "/p")],
        ),
        case(
            47,
            "too many redirects",
            "proto.too_large",
            &["get", &open_url(&plain, "http", "/round")],
        ),
        case(
            52,
            "the server did not reply anything",
            "wait.closed",
            &["get", &open_url(&closing, "http", "/p")],
        ),
        case(55, "failed sending", "", &none.clone()),
        case(
            56,
            "failure in receiving",
            "wait.reset",
            &["get", &open_url(&resetting, "http", "/p")],
        ),
        case(
            60,
            "peer certificate cannot be authenticated",
            "tls.cert_untrusted",
            &["get", &open_url(&secure, "https", "/p")],
        ),
        case(
            63,
            "maximum file size exceeded",
            "proto.too_large",
            &["get", "--max-filesize", "10", &page],
        ),
        case(
            64,
            "requested FTP SSL level failed",
            "starttls.not_offered",
            &["get", "--tls", "require", &url(&mail, "pop3", "/1")],
        ),
        case(
            67,
            "failed to log in",
            "auth.rejected",
            &[
                "get",
                &open_url(&mail, "pop3", "/1").replace("://", "://nobody:x@"),
            ],
        ),
        case(
            78,
            "the resource does not exist",
            "work.not_found",
            &["get", &url(&files, "ftp", "/none")],
        ),
    ];
    for case in cases {
        let words: Vec<&str> = case.words.iter().map(String::as_str).collect();
        let output = netspeak(&here, &words).await;
        let text = said(&output);
        assert_eq!(
            code(&output),
            Some(case.code),
            "{} {words:?}: {text}",
            case.curl
        );
        if !case.kind.is_empty() {
            let expected = format!("error[{}]: ", case.kind);
            assert!(text.starts_with(&expected), "{expected} {words:?}: {text}");
        }
    }
}
