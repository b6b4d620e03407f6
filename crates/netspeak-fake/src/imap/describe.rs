//! ENVELOPE and BODYSTRUCTURE (RFC 9051 section 7.5.2): what a server says about a message that it has taken apart.

use crate::imap::mime::{Address, Field, Inner, Part, Value, addresses, transfer_encoding};
use crate::imap::reply::Data;

/// The envelope of a message with this header.
pub(super) fn envelope(data: &mut Data, fields: &[Field]) {
    let value = |name: &str| {
        let field = fields.iter().find(|field| field.is(name));
        field.map(|field| field.value.as_slice())
    };
    data.push("(");
    data.nstring(value("Date"));
    data.push(" ");
    data.nstring(value("Subject"));
    let from = value("From");
    let filled = |name: &str| value(name).filter(|value| !value.is_empty());
    let lists = [
        from,
        filled("Sender").or(from),
        filled("Reply-To").or(from),
        value("To"),
        value("Cc"),
        value("Bcc"),
    ];
    for list in lists {
        data.push(" ");
        address_list(data, &addresses(list.unwrap_or_default()));
    }
    for name in ["In-Reply-To", "Message-ID"] {
        data.push(" ");
        data.nstring(value(name));
    }
    data.push(")");
}

fn address_list(data: &mut Data, list: &[Address]) {
    if list.is_empty() {
        return data.push("NIL");
    }
    data.push("(");
    for address in list {
        data.push("(");
        data.nstring(address.name.as_deref().map(str::as_bytes));
        data.push(" NIL ");
        data.nstring(address.mailbox.as_deref().map(str::as_bytes));
        data.push(" ");
        data.nstring(address.host.as_deref().map(str::as_bytes));
        data.push(")");
    }
    data.push(")");
}

/// What is told of a body: BODY, or BODYSTRUCTURE with what extends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Basic,
    Extended,
}

/// The structure of a part of these bytes.
pub(super) fn structure(data: &mut Data, bytes: &[u8], part: &Part, extent: Extent) {
    let fields = part.fields(bytes);
    data.push("(");
    match &part.inner {
        Inner::Parts(parts) => multipart(data, bytes, parts, extent),
        _ => single(data, bytes, part, &fields, extent),
    }
    if let Inner::Parts(_) = part.inner {
        data.push(" ");
        data.string(part.kind.sub.as_bytes());
        if extent == Extent::Extended {
            data.push(" ");
            parameters(data, &part.content);
        }
    } else if extent == Extent::Extended {
        data.push(" ");
        data.nstring(find(&fields, "Content-MD5"));
    }
    if extent == Extent::Extended {
        data.push(" ");
        disposition(data, &fields);
        data.push(" ");
        languages(data, &fields);
        data.push(" ");
        data.nstring(find(&fields, "Content-Location"));
    }
    data.push(")");
}

fn multipart(data: &mut Data, bytes: &[u8], parts: &[Part], extent: Extent) {
    if parts.is_empty() {
        // The grammar wants a part, and there is none.
        return data.push("(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 0 0)");
    }
    for part in parts {
        structure(data, bytes, part, extent);
    }
}

fn single(data: &mut Data, bytes: &[u8], part: &Part, fields: &[Field], extent: Extent) {
    data.string(part.kind.main.as_bytes());
    data.push(" ");
    data.string(part.kind.sub.as_bytes());
    data.push(" ");
    if part.kind.main == "TEXT" && part.content.parameter("charset").is_none() {
        // What it is by default (RFC 2045 section 5.2).
        let mut content = part.content.clone();
        let usual = ("charset".to_owned(), "us-ascii".to_owned());
        content.parameters.push(usual);
        parameters(data, &content);
    } else {
        parameters(data, &part.content);
    }
    data.push(" ");
    data.nstring(find(fields, "Content-ID"));
    data.push(" ");
    data.nstring(find(fields, "Content-Description"));
    data.push(" ");
    data.string(transfer_encoding(fields).as_bytes());
    data.push(&format!(" {}", part.body.len()));
    let body = bytes.get(part.body.clone()).unwrap_or_default();
    let lines = body.iter().filter(|&&byte| byte == b'\n').count();
    if let Inner::Message(message) = &part.inner {
        data.push(" ");
        envelope(data, &message.fields(bytes));
        data.push(" ");
        structure(data, bytes, message, extent);
        data.push(&format!(" {lines}"));
    } else if part.kind.main == "TEXT" {
        data.push(&format!(" {lines}"));
    }
}

fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a [u8]> {
    let field = fields.iter().find(|field| field.is(name))?;
    Some(field.value.as_slice())
}

fn parameters(data: &mut Data, value: &Value) {
    if value.parameters.is_empty() {
        return data.push("NIL");
    }
    data.push("(");
    for (index, (name, value)) in value.parameters.iter().enumerate() {
        if index > 0 {
            data.push(" ");
        }
        data.string(name.to_ascii_uppercase().as_bytes());
        data.push(" ");
        data.string(value.as_bytes());
    }
    data.push(")");
}

fn disposition(data: &mut Data, fields: &[Field]) {
    let Some(value) = find(fields, "Content-Disposition") else {
        return data.push("NIL");
    };
    let value = Value::parse(value);
    data.push("(");
    data.string(value.name.to_ascii_uppercase().as_bytes());
    data.push(" ");
    parameters(data, &value);
    data.push(")");
}

fn languages(data: &mut Data, fields: &[Field]) {
    let value = find(fields, "Content-Language").unwrap_or_default();
    let text = String::from_utf8_lossy(value);
    let tags: Vec<&str> = text
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .collect();
    match tags.as_slice() {
        [] => data.push("NIL"),
        [tag] => data.string(tag.as_bytes()),
        tags => {
            data.push("(");
            for (index, tag) in tags.iter().enumerate() {
                if index > 0 {
                    data.push(" ");
                }
                data.string(tag.as_bytes());
            }
            data.push(")");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] = b"From: \"A \\\" (b)\" <@r:a@x>, g: (c (d)) b@y;, <\r\nContent-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\n--b\r\n\
        Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?Q?=C3?=\r\nContent-Type: multipart/x; boundary=c\r\n\r\n--c\r\n\r\n--c--\r\n\
        --b\r\nContent-Disposition: a; b=\"c\r\nContent-Language: , a\r\n\r\nx\r\n--b--";

    #[test]
    fn whatever_is_left_of_a_message_can_be_described() {
        for at in 0..MAIL.len() {
            let without = [&MAIL[..at], &MAIL[at + 1..]].concat();
            for bytes in [&MAIL[..at], &MAIL[at..], &without] {
                let whole = Part::message(bytes);
                let mut data = Data::default();
                envelope(&mut data, &whole.fields(bytes));
                structure(&mut data, bytes, &whole, Extent::Extended);
                let open = data.bytes.iter().filter(|&&byte| byte == b'(').count();
                assert!(open > 0);
                for path in [&[1][..], &[1, 1], &[1, 2, 3], &[2, 1]] {
                    if let Some(part) = whole.find(path) {
                        part.content(bytes);
                    }
                }
            }
        }
    }
}
