//! Content codings, on demand.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use crate::http::request::Request;

/// The body as this request accepts it, and the name of its coding; `None` if that is none.
pub(super) fn encode(request: &Request, body: &[u8]) -> Option<(&'static str, Bytes)> {
    let accepted = request.list("accept-encoding");
    let accepts = |name: &str| {
        accepted.iter().any(|it| {
            let (coding, weight) = it.split_once(';').unwrap_or((it, ""));
            coding.trim().eq_ignore_ascii_case(name) && !is_zero(weight)
        })
    };
    if accepts("gzip") {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).ok()?;
        return Some(("gzip", encoder.finish().ok()?.into()));
    }
    if accepts("deflate") {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).ok()?;
        return Some(("deflate", encoder.finish().ok()?.into()));
    }
    None
}

fn is_zero(weight: &str) -> bool {
    weight
        .trim()
        .strip_prefix("q=")
        .and_then(|weight| weight.parse::<f32>().ok())
        == Some(0.0)
}
