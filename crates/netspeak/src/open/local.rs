//! `file` and `data` URLs (RFC 8089, RFC 2397).

use std::fs::File;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use netspeak_core::ReadAhead;
use netspeak_core::open::{About, OpenError, Opened, Outlet};

/// A file on this machine.
pub(super) async fn file(url: &str) -> Result<Opened, OpenError> {
    let path = path_of(url)?;
    let shown = url.to_owned();
    Opened::by(move |out| async move { read(path, shown, &out).await }).await
}

async fn read(path: PathBuf, url: String, out: &Outlet) -> Result<(), OpenError> {
    let file = File::open(&path).map_err(OpenError::Local)?;
    let known = file.metadata().map_err(OpenError::Local)?;
    if known.is_dir() {
        return Err(OpenError::usage("the file URL names a folder"));
    }
    let mut about = About::at(url);
    about.size = Some(known.len());
    about.name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    out.begin(about).await;
    let mut reading = ReadAhead::begin(&file, 0..known.len()).map_err(OpenError::Local)?;
    let mut left = known.len();
    while left > 0 {
        let piece = reading.next().await.map_err(OpenError::Local)?;
        let Some(piece) = piece else { break };
        left = left.saturating_sub(piece.as_ref().len() as u64);
        out.give(piece.as_ref()).await;
        reading.give_back(piece);
    }
    Ok(())
}

/// `file:///path`, `file://localhost/path`, `file:/path`.
fn path_of(url: &str) -> Result<PathBuf, OpenError> {
    let rest = url.split_once(':').map_or("", |(_, rest)| rest);
    let path = match rest.strip_prefix("//") {
        None => rest,
        Some(rest) => {
            let at = rest.find('/').unwrap_or(rest.len());
            let (host, path) = rest.split_at_checked(at).unwrap_or((rest, ""));
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return Err(OpenError::usage(format!(
                    "{host} is another machine: file URLs name files of this one"
                )));
            }
            path
        }
    };
    if !path.starts_with('/') {
        return Err(OpenError::usage(
            "a file URL has a path from the root: write file:///path",
        ));
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    Ok(netspeak_core::percent_decode("path", path)?.into())
}

/// `data:[<media type>][;base64],<data>`
pub(super) fn data(url: &str) -> Result<Opened, OpenError> {
    let rest = url.split_once(':').map_or("", |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or_default();
    let Some((head, data)) = rest.split_once(',') else {
        return Err(OpenError::usage("a data URL has a comma before its data"));
    };
    let data: Vec<u8> = percent_encoding::percent_decode_str(data).collect();
    let (media_type, bytes) = match head.trim_end().strip_suffix(";base64") {
        None => (head, data),
        Some(media_type) => {
            let text: Vec<u8> = data
                .into_iter()
                .filter(|b| !b.is_ascii_whitespace())
                .collect();
            let bytes = STANDARD
                .decode(&text)
                .or_else(|_| STANDARD_NO_PAD.decode(&text));
            let bytes = bytes.map_err(|_| OpenError::usage("the data URL is not in base64"))?;
            (media_type, bytes)
        }
    };
    let mut about = About::at(url.split_once(',').map_or(url, |(head, _)| head));
    about.size = Some(bytes.len() as u64);
    about.media_type = Some(match media_type {
        "" => "text/plain;charset=US-ASCII".to_owned(),
        // `;charset=utf-8` alone is about the default type.
        parameters if parameters.starts_with(';') => format!("text/plain{parameters}"),
        media_type => media_type.to_owned(),
    });
    Ok(Opened::whole(about, bytes))
}
