//! Forms with files: reqwest's, made a body.

use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::error::{Error, Result};

/// The form as a body, and its type with the boundary.
pub(super) fn encode(form: reqwest::multipart::Form) -> Result<(HeaderValue, reqwest::Body)> {
    let failed = |error: reqwest::Error| Error::usage(format!("the form cannot be sent: {error}"));
    // Only a request of reqwest's can make a body of a form; it is never sent.
    let client = client().build().map_err(failed)?;
    let request = client.post("http://localhost/").multipart(form).build();
    let mut request = request.map_err(failed)?;
    let kind = request.headers().get(CONTENT_TYPE).cloned();
    let body = std::mem::take(request.body_mut());
    let made = kind.zip(body);
    made.ok_or_else(|| Error::usage("the form cannot be sent"))
}

/// A client that needs nothing of the process it runs in.
fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy()
}
