use netspeak_fake::{Certificate, Fault, GREETING, Http, Page, Server};

use super::{Ran, USER, at, check, golden, imap, pop3};

/// What is not the same twice becomes `N`, `DATE` and `PORT`.
fn compare(case: &str, ran: &Ran, port: u16, code: i32) {
    assert_eq!(ran.code, code, "{case} {}", ran.text);
    let text = ran.text.replace(&format!(":{port}"), ":PORT");
    let mut masked = String::new();
    for word in text.split_inclusive([' ', '|', '\n']) {
        let (label, value) = word.split_once('=').unwrap_or((word, ""));
        match value.split_once('s') {
            Some((number, rest)) if number.parse::<f64>().is_ok() => {
                masked.push_str(&format!("{label}=Ns{rest}"));
            }
            // When it was said.
            _ if word.starts_with('+') && word.contains('.') => masked.push_str("+N "),
            _ if label == "cert_days" => {
                let behind = value.split_once(';').unwrap().1;
                masked.push_str(&format!("{label}=N;{behind}"));
            }
            _ => masked.push_str(word),
        }
    }
    if let Some((head, tail)) = masked.clone().split_once("from: 127.0.0.1:") {
        let tail = tail.trim_start_matches(|c: char| c.is_ascii_digit());
        masked = format!("{head}from: 127.0.0.1:PORT{tail}");
    }
    for word in [" ms", " s is outside", " days"] {
        masked = golden::mask_before(&masked, word);
    }
    golden::check(&format!("check.{case}"), &golden::mask_dates(&masked));
}

async fn compare_at<P>(case: &str, server: &Server<P>, name: &str, words: &[&str], code: i32) {
    let ran = at(server, case, name, words).await;
    compare(case, &ran, server.port(), code);
}

#[tokio::test]
async fn healthy_by_the_upgrade_and_from_the_first_byte() {
    let words = [
        "--starttls",
        "-u",
        USER,
        "-w",
        "20",
        "-c",
        "30",
        "-D",
        "21,7",
    ];
    let server = pop3().start().await.unwrap();
    compare_at("healthy", &server, "pop3", &words, 0).await;
    let server = imap().implicit_tls().start().await.unwrap();
    let words = [
        "-S", "-u", USER, "--work", "-w", "20", "-c", "30", "-D", "21,7",
    ];
    compare_at("implicit", &server, "imap", &words, 0).await;
}

#[tokio::test]
async fn worth_a_warning() {
    let server = pop3().start().await.unwrap();
    let words = ["--tls", "off", "-e", "ESMTP"];
    compare_at("expected", &server, "pop3", &words, 1).await;
    compare_at("slow", &server, "pop3", &["--tls", "off", "-w", "60:"], 1).await;
}

#[tokio::test]
async fn failed() {
    let server = pop3().tls(Certificate::Expired).start().await.unwrap();
    compare_at("expired", &server, "pop3", &["--starttls", "-D", "21,7"], 2).await;
    let server = pop3().start().await.unwrap();
    let words = ["--starttls", "-u", "ops:mistaken"];
    compare_at("rejected", &server, "pop3", &words, 2).await;
    let sulking = Fault::reply(GREETING, "-ERR go | away\r\n");
    let server = pop3().fault(sulking).start().await.unwrap();
    compare_at("sulking", &server, "pop3", &[], 2).await;
    compare_at("verbose", &server, "pop3", &["-v"], 2).await;
}

#[tokio::test]
async fn pages() {
    let page = Page::new("text/plain", "hello").header("Server", "Fake/1");
    let server = Http::builder().serve("/", page).start().await.unwrap();
    compare_at("page", &server, "http", &[], 0).await;
    let url = format!("{}/gone", server.url("http"));
    let ran = check(&[&url]).await;
    compare("gone", &ran, server.port(), 2);
}

#[tokio::test]
async fn not_run() {
    let ran = check(&["imap", "-H", "h", "-w", "soon"]).await;
    compare("unknown", &ran, 0, 3);
}
