//! Cookies between two runs: files of Netscape's form.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use netspeak::core::text::printable;
use netspeak::http::{CookieJar, HeaderMap, HeaderName};

use super::fields::value;
use crate::args::HttpArgs;
use crate::failure::Failure;
use crate::output;

/// The jar if there is to be one, and cookies that are sent as they were typed.
pub(super) fn read(args: &HttpArgs) -> Result<(Option<CookieJar>, HeaderMap), Failure> {
    let mut typed = Vec::new();
    let mut jar = args.cookie_jar.as_ref().map(|_| CookieJar::default());
    for text in &args.cookies {
        if text.contains('=') {
            typed.push(text.as_str());
            continue;
        }
        let jar = jar.get_or_insert_default();
        read_file(Path::new(text), jar)?;
    }
    let mut fields = HeaderMap::new();
    if !typed.is_empty() {
        let mut value = value("-b", &typed.join("; "))?;
        value.set_sensitive(true);
        fields.insert(HeaderName::from_static("cookie"), value);
    }
    Ok((jar, fields))
}

/// A file that is not there yet is an empty one: an empty name begins a jar, as in curl.
fn read_file(path: &Path, jar: &mut CookieJar) -> Result<(), Failure> {
    let file = match std::fs::read(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(
                std::io::Error::new(error.kind(), format!("{}: {error}", shown(path))).into(),
            );
        }
    };
    let bad = jar.read_netscape(&file, Timestamp::now());
    if bad > 0 {
        output::say(&format!(
            "warning: {}: {bad} lines are no cookies",
            shown(path)
        ));
    }
    Ok(())
}

/// Writes the jar so that nobody else can read it, and at once, so that no half of it is ever there.
pub(super) fn write(path: &Path, jar: &CookieJar) -> Result<(), Failure> {
    let text = jar.write_netscape();
    if path == Path::new("-") {
        std::io::stdout().lock().write_all(text.expose())?;
        return Ok(());
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or(PathBuf::from("."), Path::to_owned);
    let named = |error: std::io::Error| {
        std::io::Error::new(error.kind(), format!("{}: {error}", shown(path)))
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(named)?;
    file.write_all(text.expose()).map_err(named)?;
    file.persist(path).map_err(|error| named(error.error))?;
    Ok(())
}

fn shown(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}
