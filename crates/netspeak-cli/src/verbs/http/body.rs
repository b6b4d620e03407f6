//! Files as the bodies of requests.

use std::num::NonZeroU64;

use netspeak::http::RequestBuilder;

use crate::render::progress::{Bars, Data};
use crate::source::Source;

/// From so many bytes on it is asked first whether they are wanted.
const ASK: u64 = 1024 * 1024;

/// The request with this body, read as it goes.
pub(in crate::verbs) fn with_body(
    mut request: RequestBuilder,
    source: Source,
    rate: Option<NonZeroU64>,
    bars: &Bars,
    name: &str,
) -> RequestBuilder {
    let length = source.length();
    if length.is_none_or(|length| length > ASK) {
        request = request.expect_continue();
    }
    if let Some(rate) = rate {
        request = request.limit_rate(rate);
    }
    let mut meter = bars.meter(name, 0, length, Data::Elsewhere);
    request = request.on_progress(move |progress| meter.moved(progress.bytes));
    match source {
        Source::File(file, length) => request.file(file, 0..length),
        Source::Stream(stream) => request.body(stream),
    }
}
