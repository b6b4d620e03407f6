//! HTTP, byte by byte over HTTP/1, and through hyper's client over HTTP/2.

mod bodies;
mod digest;
mod faults;
mod logins;
mod pages;
mod proxy;
mod two;

use std::time::Duration;

use tokio::time::timeout;

use super::client::Client;
use crate::{Fake, Http};

/// An answer as it came.
struct Got {
    head: String,
    body: Vec<u8>,
}

impl Got {
    fn status(&self) -> u16 {
        self.head.get(9..12).unwrap().parse().unwrap()
    }

    fn all(&self, name: &str) -> Vec<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .filter(|(known, _)| *known == name)
            .map(|(_, value)| value)
            .collect()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// One request on a connection of its own, which the server is asked to close. Lines of `more` are header fields.
async fn ask(fake: &Fake<Http>, line: &str, more: &[&str], body: &str) -> Got {
    let mut client = Client::of(fake);
    client.bytes_out(request(line, more, body).as_bytes()).await;
    let answer = timeout(Duration::from_secs(60), client.rest());
    split(answer.await.expect("the server closes").0)
}

async fn get(fake: &Fake<Http>, path: &str, more: &[&str]) -> Got {
    ask(fake, &format!("GET {path}"), more, "").await
}

fn request(line: &str, more: &[&str], body: &str) -> String {
    let mut request = format!("{line} HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n");
    if !body.is_empty() {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    for line in more {
        request.push_str(line);
        request.push_str("\r\n");
    }
    request + "\r\n" + body
}

fn split(bytes: Vec<u8>) -> Got {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    Got {
        head: String::from_utf8_lossy(&bytes[..end]).into_owned(),
        body: bytes[end + 4..].to_vec(),
    }
}

/// An answer whose length is told, on a connection that stays.
async fn one(client: &mut Client) -> Got {
    let mut head = String::new();
    loop {
        let line = client.line().await;
        if line.is_empty() {
            break;
        }
        head.push_str(&line);
        head.push('\n');
    }
    let mut got = Got {
        head,
        body: Vec::new(),
    };
    let length = got
        .header("content-length")
        .map_or(0, |it| it.parse().unwrap());
    got.body = client.bytes(length).await;
    got
}

const KEEP: &[u8] = b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n";
