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
    let builder = reqwest::Client::builder().no_proxy();
    #[cfg(feature = "interop")]
    let builder = {
        // Without one of its own, reqwest asks for a provider that the whole process has installed.
        let mut tls = netspeak_core::tls::TlsSettings::default();
        tls.verify = netspeak_core::tls::Verify::Nothing;
        match netspeak_core::tls::TlsClient::new(tls) {
            Ok(tls) => builder.tls_backend_preconfigured((*tls.rustls_config()).clone()),
            Err(_) => builder,
        }
    };
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_a_body_with_its_boundary() {
        let form = reqwest::multipart::Form::new().text("name", "value");
        let (kind, body) = encode(form).unwrap();
        let kind = kind.to_str().unwrap();
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
        let payload = crate::client::payload::Payload::from(body);
        let text = payload
            .bytes()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        if let Some(text) = text {
            assert!(text.contains(boundary) && text.contains("value"));
        }
    }
}
