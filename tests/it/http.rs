//! HTTP requests to nginx (files, redirects, odd answers; HTTP/1.1 and 2) and to Apache (Digest, scripts).

mod bodies;
mod connections;
mod files;
mod login;
mod polite;
mod proxied;
mod redirects;

use netspeak::http::{Builder, Client, Response};

use crate::harness::{connector, seed, variable};

/// No answer of these tests is larger, the one of 64 MiB apart.
const MOST: usize = 1 << 20;

fn builder() -> Builder {
    Client::builder().connector(connector())
}

fn client() -> Client {
    builder().build().unwrap()
}

/// `url("http", "NGINX_HTTP", "/version")`
fn url(scheme: &str, service: &str, path: &str) -> String {
    let address = variable(&format!("NETSPEAK_{service}"));
    format!("{scheme}://{address}{path}")
}

fn nginx(path: &str) -> String {
    url("http", "NGINX_HTTP", path)
}

fn apache(path: &str) -> String {
    url("http", "APACHE_HTTP", path)
}

async fn get(client: &Client, url: &str) -> Response {
    client.get(url).send().await.unwrap()
}

async fn text(mut answer: Response) -> String {
    answer.text(MOST).await.unwrap()
}

/// The largest file that lies in `/seed/`, by its name.
fn large() -> (String, Vec<u8>) {
    let last = seed().pop().unwrap();
    (format!("{}.eml", last.name), last.bytes)
}
