//! Opening an HTTP URL: what GET gives, through redirects.

use http::{HeaderMap, Method};
use netspeak_core::Target;
use netspeak_core::open::{About, OpenError, OpenOptions, Opened, Outlet};

use crate::client::{Client, Response};
use crate::redirect::{Hop, Redirects};
use crate::{Error, Result};

/// How many redirects are followed.
const HOPS: usize = 10;

/// Opens what is under an HTTP URL: GET, decoded, through at most ten redirects, each to a scheme that is allowed.
/// Credentials stay with the origin that they were given for.
///
/// # Errors
/// `work.not_found` and the like for a status that is an error; [`Error::Usage`] for a redirect to a scheme that is
/// not allowed, which is not followed; those of the request.
pub async fn open(target: &Target, options: &OpenOptions) -> Result<Opened, OpenError> {
    Opened::of(target, options, read).await
}

async fn read(target: Target, options: OpenOptions, out: Outlet) -> Result<()> {
    let builder = Client::builder().opening(options.opening.clone());
    let client = builder.redirects(Redirects::None).build()?;
    let request = client.request_target(Method::GET, &target);
    let mut response = request.send().await?;
    for _ in 0..HOPS {
        let (status, url) = (response.status(), response.url().clone());
        let Some(hop) = Hop::of(status, &Method::GET, &url, response.headers())? else {
            return give(response, &out).await;
        };
        if !options.allows(hop.url.scheme()) {
            return Err(Error::usage(format!(
                "{url} leads to {}, whose scheme is not allowed: nothing was sent there",
                hop.url
            )));
        }
        let mut request = client.request_url(Method::GET, hop.url);
        if !hop.same_origin {
            request = request.without_credentials();
        }
        response = request.send().await?;
    }
    Err(Error::limit("redirects", HOPS as u64))
}

async fn give(response: Response, out: &Outlet) -> Result<()> {
    let mut response = response.error_for_status()?;
    let headers = response.headers();
    let field = |name: &str| {
        let value = headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut about = About::at(response.url().to_string());
    about.size = response.content_length();
    about.media_type = field("content-type");
    about.modified = field("last-modified");
    about.status = Some(response.status().to_string());
    about.fields = fields(headers);
    out.begin(about).await;
    while let Some(piece) = response.chunk().await? {
        out.give(&piece).await;
    }
    Ok(())
}

fn fields(headers: &HeaderMap) -> Vec<(String, String)> {
    let field = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.to_string(), value)
    };
    headers.iter().map(field).collect()
}
