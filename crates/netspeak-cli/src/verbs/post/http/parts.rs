//! Forms with files, as `multipart/form-data`.

use std::path::Path;

use netspeak::core::text::printable;
use netspeak::http::Body;
use netspeak::http::multipart::{Form, Part};

use crate::failure::Failure;
use crate::source::Source;

/// One part as it was typed.
#[derive(Debug, PartialEq, Eq)]
struct Typed<'t> {
    name: &'t str,
    content: Content<'t>,
    kind: Option<&'t str>,
    filename: Option<&'t str>,
}

#[derive(Debug, PartialEq, Eq)]
enum Content<'t> {
    Text(&'t str),
    /// `@`: under the file's name.
    File(&'t str),
    /// `<`: what is in the file, as a text.
    TextOf(&'t str),
}

/// The form. Files are read as they go.
pub(super) async fn of(texts: &[String]) -> Result<Form, Failure> {
    let mut form = Form::new();
    for text in texts {
        let typed = read(text)?;
        let name = typed.name.to_owned();
        form = form.part(name, part(typed).await?);
    }
    Ok(form)
}

async fn part(typed: Typed<'_>) -> Result<Part, Failure> {
    let (mut part, own_name) = match typed.content {
        Content::Text(text) => (Part::text(text.to_owned()), None),
        Content::TextOf(path) => (stream(Source::open(Path::new(path)).await?), None),
        Content::File(path) => {
            let name = Path::new(path).file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            (stream(Source::open(Path::new(path)).await?), Some(name))
        }
    };
    let is_file = own_name.is_some();
    if let Some(name) = typed.filename.map(str::to_owned).or(own_name) {
        part = part.file_name(name);
    }
    let usual = is_file.then_some("application/octet-stream");
    match typed.kind.or(usual) {
        Some(kind) => part.mime_str(kind).map_err(|_| {
            let kind = printable(kind.as_bytes());
            Failure::usage(format!("-F: {kind:?} is no media type"))
        }),
        None => Ok(part),
    }
}

fn stream(source: Source) -> Part {
    match source {
        Source::File(file, length) => {
            let body = Body::from(tokio::fs::File::from_std(file));
            Part::stream_with_length(body, length)
        }
        Source::Stream(stream) => Part::stream(Body::from(stream)),
    }
}

/// `NAME=VALUE`, `NAME=@FILE`, `NAME=<FILE`, with `;type=` and `;filename=` behind it. A value between
/// double quotes may hold semicolons.
fn read(text: &str) -> Result<Typed<'_>, Failure> {
    let bad = || {
        let shown = text.split('=').next().unwrap_or_default();
        let shown = printable(shown.as_bytes());
        Failure::usage(format!("-F takes NAME=VALUE or NAME=@FILE, not {shown:?}"))
    };
    let (name, rest) = text.split_once('=').ok_or_else(bad)?;
    let (sign, rest) = match rest.chars().next() {
        Some(sign @ ('@' | '<')) => (Some(sign), rest.get(1..).unwrap_or_default()),
        _ => (None, rest),
    };
    let (value, mut rest) = word(rest);
    let (mut kind, mut filename) = (None, None);
    while let Some(parameter) = rest.strip_prefix(';') {
        let (key, after) = parameter.split_once('=').ok_or_else(bad)?;
        let (value, after) = word(after);
        match key.trim() {
            "type" => kind = Some(value),
            "filename" => filename = Some(value),
            _ => return Err(bad()),
        }
        rest = after;
    }
    if name.is_empty() || !rest.is_empty() {
        return Err(bad());
    }
    let content = match sign {
        Some('@') => Content::File(value),
        Some(_) => Content::TextOf(value),
        None => Content::Text(value),
    };
    Ok(Typed {
        name,
        content,
        kind,
        filename,
    })
}

/// Up to a parameter, or between double quotes; and what is behind it.
fn word(text: &str) -> (&str, &str) {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    if let Some((word, rest)) = quoted
        && (rest.is_empty() || rest.starts_with(';'))
    {
        return (word, rest);
    }
    let ends = [";type=", ";filename="];
    let end = ends.iter().filter_map(|end| text.find(end)).min();
    text.split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read() {
        let typed = |name, content, kind, filename| Typed {
            name,
            content,
            kind,
            filename,
        };
        for (text, wanted) in [
            ("a=b", typed("a", Content::Text("b"), None, None)),
            ("a=b=c;d", typed("a", Content::Text("b=c;d"), None, None)),
            ("a=", typed("a", Content::Text(""), None, None)),
            ("a=@f", typed("a", Content::File("f"), None, None)),
            ("a=<f", typed("a", Content::TextOf("f"), None, None)),
            (
                "a=@f;type=text/html;filename=x.html",
                typed("a", Content::File("f"), Some("text/html"), Some("x.html")),
            ),
            (
                "a=\"b;type=c\";filename=\"x;y\"",
                typed("a", Content::Text("b;type=c"), None, Some("x;y")),
            ),
        ] {
            assert_eq!(read(text).unwrap(), wanted, "{text}");
        }
        for bad in ["", "a", "=b", "a=\"b\";x=y"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
