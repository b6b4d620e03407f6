//! A forward proxy (RFC 9110 section 7.7 and 9.3.6): requests in absolute form, and tunnels, to this machine only.

use std::io;

use http::{Method, Uri};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::accounts::Accounts;
use crate::http::guard::is_basic;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::loopback;

/// The longest answer that is passed on.
const LONGEST_ANSWER: u64 = 64 << 20;

/// Fields that end here (RFC 9110 section 7.6.1).
const OWN: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// The door of a proxy.
#[derive(Clone, Debug)]
pub(super) enum Door {
    Open,
    /// Basic, with this realm.
    Basic(String),
}

/// Whether this request is for a proxy and not for the server itself.
pub(super) fn concerns(request: &Request) -> bool {
    request.method == Method::CONNECT || !request.target.starts_with(['/', '*'])
}

impl Door {
    /// The refusal of a request that may not pass.
    pub(super) fn refusal(&self, request: &Request, accounts: &Accounts) -> Option<Reply> {
        let Self::Basic(realm) = self else {
            return None;
        };
        let passes = request
            .header("proxy-authorization")
            .and_then(|value| value.split_once(' '))
            .is_some_and(|(name, token)| {
                name.eq_ignore_ascii_case("basic") && is_basic(token, accounts)
            });
        let challenge = format!("Basic realm={}", crate::http::parameters::quote(realm));
        (!passes).then(|| Reply::text(407, "who are you?").with("proxy-authenticate", challenge))
    }
}

/// Connects to where this request wants to go; else the answer that says why not.
pub(super) async fn connect(request: &Request) -> Result<TcpStream, Reply> {
    let uri: Uri = request
        .target
        .parse()
        .map_err(|_| Reply::text(400, "where to?"))?;
    let tunnel = request.method == Method::CONNECT;
    let host = uri.host().ok_or_else(|| Reply::text(400, "where to?"))?;
    let port = uri.port_u16().unwrap_or(if tunnel { 443 } else { 80 });
    loopback::connect(host, port)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => Reply::text(403, "not there"),
            _ => Reply::text(502, "nobody there"),
        })
}

/// Passes this request on and tells the whole answer, after which its server hangs up.
pub(super) async fn forward(request: &Request, mut server: TcpStream) -> io::Result<Vec<u8>> {
    let uri: Uri = request.target.parse().map_err(io::Error::other)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut head = format!("{} {path} HTTP/1.1\r\n", request.method).into_bytes();
    for (name, value) in &request.headers {
        if !OWN.contains(&name.as_str()) {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
    }
    let has_body = !request.body.is_empty() || matches!(request.method, Method::POST | Method::PUT);
    if has_body {
        head.extend_from_slice(format!("content-length: {}\r\n", request.body.len()).as_bytes());
    }
    head.extend_from_slice(b"via: 1.1 fake\r\nconnection: close\r\n\r\n");
    server.write_all(&head).await?;
    server.write_all(&request.body).await?;
    let mut answer = Vec::new();
    server.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    Ok(answer)
}
