//! Documents over HTTP.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use netspeak_core::{Excerpt, Phase, Target};

use netspeak_http::{Client, Method, Response, Url};

use crate::error::{Error, Reply, Result};

/// From how many bytes on a call goes by gzip.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Gzip {
    #[default]
    Never,
    From(usize),
}

/// So much is read of an answer that says no.
const SHOWN: usize = 4096;

#[derive(Debug)]
pub(super) struct OverHttp {
    client: Client,
    url: Url,
    peer: String,
    login: Option<netspeak_core::sasl::Credentials>,
    gzip: Gzip,
}

impl OverHttp {
    pub(super) fn new(client: Client, target: &Target, gzip: Gzip) -> Result<Self> {
        let scheme = match target.scheme() {
            Some("xmlrpc+http") => "http",
            Some("xmlrpc+https") => "https",
            Some(other) => other,
            None => return Err(Error::usage("the URL has no scheme: http, https or scgi")),
        };
        let url = netspeak_http::uri::url(&target.clone().with_scheme(scheme)).map_err(failed)?;
        let login = netspeak_core::sasl::Credentials::of_target(target)?;
        Ok(Self {
            client,
            peer: peer(&url),
            url,
            login,
            gzip,
        })
    }

    /// Sends a document, and makes something of the answer. What an error shows of it is without the secrets that were sent.
    pub(super) async fn exchange<T>(
        &self,
        document: String,
        most: usize,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<T> {
        let mut request = self.client.request_url(Method::POST, self.url.clone());
        if let Some(login) = &self.login {
            request = request.credentials(login);
        }
        request = request.header("content-type", "text/xml");
        request = match self.gzip {
            Gzip::From(least) if document.len() >= least => request
                .header("content-encoding", "gzip")
                .body(gzipped(&document)?),
            _ => request.body(document),
        };
        let mut answer = request.send().await.map_err(failed)?;
        if !answer.status().is_success() {
            return Err(refused(answer).await);
        }
        let body = answer.bytes(most).await.map_err(failed)?;
        read(&body).map_err(|error| answer.without_secrets(error).at(&self.peer))
    }
}

fn gzipped(document: &str) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(document.as_bytes());
    written
        .and_then(|()| encoder.finish())
        .map_err(Error::Local)
}

/// A status that says no, or that something else is to be done.
async fn refused(mut answer: Response) -> Error {
    let status = netspeak_http::Reply::new(answer.status(), Some(answer.reason()));
    let mut beginning = Vec::new();
    while beginning.len() < SHOWN {
        // The status is the news, whatever becomes of the body.
        match answer.chunk().await {
            Ok(Some(piece)) => beginning.extend_from_slice(&piece),
            Ok(None) | Err(_) => break,
        }
    }
    let body = beginning.trim_ascii();
    let body = (!body.is_empty()).then(|| shown(&answer, body));
    let reply = Reply::Status { status, body };
    let phase = match answer.refusal() {
        Some(refusal) => refusal.phase(),
        None => Phase::Work,
    };
    Error::refused("POST", phase, reply).at(&peer(answer.url()))
}

/// What is shown of a body: without the secrets that were sent.
fn shown(answer: &Response, body: &[u8]) -> Excerpt {
    match answer.without_secrets(Error::malformed("", body)) {
        Error::Malformed { excerpt, .. } => excerpt,
        _ => Excerpt::new(b""),
    }
}

/// Host and port.
fn peer(url: &Url) -> String {
    netspeak_http::uri::request_target(url, netspeak_http::uri::TargetForm::Authority)
}

/// HTTP's errors as ours.
pub(super) fn failed(error: netspeak_http::Error) -> Error {
    error.map_reply(|status| Reply::Status { status, body: None })
}
