//! Fetching only what is new: by time, by ETag.

use std::io::{self, Write};
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use netspeak::core::text::printable;
use netspeak::http::{ETag, HeaderMap, Validators, date};

use crate::args::PartArgs;
use crate::failure::Failure;
use crate::input;
use crate::output::{Beginning, Sink};
use crate::verbs::http::failed;

/// The fields that ask for it.
pub(super) fn of(args: &PartArgs) -> Result<HeaderMap, Failure> {
    let mut fields = HeaderMap::new();
    if let Some(text) = &args.time_cond {
        let (text, is_newer) = match text.strip_prefix('-') {
            Some(text) => (text, false),
            None => (text.as_str(), true),
        };
        let since = Validators::default().with_last_modified(time(text)?);
        match is_newer {
            true => since.if_changed(&mut fields),
            false => since.if_unchanged(&mut fields).map_err(failed)?,
        }
    }
    if let Some(path) = &args.etag_compare
        && path.exists()
    {
        let text = input::text_file(path)?;
        let etag = ETag::new(text.trim().as_bytes()).ok_or_else(|| {
            let name = printable(path.as_os_str().as_encoded_bytes());
            Failure::usage(format!("{name} holds no ETag"))
        })?;
        let known = Validators::default().with_etag(etag);
        known.if_changed(&mut fields);
    }
    Ok(fields)
}

/// Keeps the ETag for the next time; without one the file is empty.
pub(super) fn save(path: &Path, validators: &Validators) -> io::Result<()> {
    let text = validators.etag().map(|etag| format!("{etag}\n"));
    let mut file = Sink::named(path, Beginning::Anew)?;
    file.write_all(text.unwrap_or_default().as_bytes())?;
    file.complete()
}

/// The time of a file, or a date as HTTP or ISO 8601 has it.
fn time(text: &str) -> Result<Timestamp, Failure> {
    let found = Path::new(text)
        .metadata()
        .and_then(|found| found.modified());
    if let Ok(modified) = found
        && let Ok(modified) = Timestamp::try_from(modified)
    {
        return Ok(modified);
    }
    let day = || {
        let day: civil::Date = text.parse().ok()?;
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    date::parse(text.as_bytes())
        .or_else(|| text.parse().ok())
        .or_else(day)
        .ok_or_else(|| {
            Failure::usage(format!(
                "-z: {text:?} is no file and no date: write 2024-01-31, or a date as HTTP has it"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_every_form_are_read() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "1994-11-06T08:49:37Z",
            "1994-11-06T09:49:37+01:00",
        ] {
            assert_eq!(time(text).unwrap().as_second(), 784_111_777, "{text}");
        }
        assert_eq!(time("1994-11-06").unwrap().as_second(), 784_080_000);
        assert!(time("Cargo.toml").is_ok());
        assert!(time("yesterday").is_err());
    }
}
