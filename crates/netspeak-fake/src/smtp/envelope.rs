//! The arguments of MAIL and RCPT: a path in angle brackets, then parameters (RFC 5321 section 4.1.2).

use crate::offer::find;
use crate::smtp::capabilities::size;

/// A refusal: code, enhanced code, text.
pub(super) type Refusal = (u16, &'static str, &'static str);

const SYNTAX: Refusal = (501, "5.5.4", "what do you mean?");
const UNKNOWN: Refusal = (555, "5.5.4", "no such parameter");

/// The command that an argument belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Mail,
    Rcpt,
}

/// The address and the parameters.
pub(super) fn parse(argument: &str, side: Side) -> Result<(String, Vec<String>), Refusal> {
    let (keyword, wrong) = match side {
        Side::Mail => ("FROM:", (501, "5.1.7", "that is no address")),
        Side::Rcpt => ("TO:", (501, "5.1.3", "that is no address")),
    };
    let (head, path) = argument.split_at_checked(keyword.len()).ok_or(SYNTAX)?;
    if !head.eq_ignore_ascii_case(keyword) {
        return Err(SYNTAX);
    }
    let path = path.strip_prefix('<').ok_or(wrong)?;
    let end = closing_bracket(path).ok_or(wrong)?;
    let (address, rest) = path.split_at_checked(end).ok_or(wrong)?;
    let rest = rest.strip_prefix('>').ok_or(wrong)?;
    // A source route, obsolete and to be ignored.
    let address = match address.strip_prefix('@') {
        Some(route) => route.split_once(':').ok_or(wrong)?.1,
        None => address,
    };
    if !is_address(address, side) {
        return Err(wrong);
    }
    if !rest.is_empty() && !rest.starts_with(' ') {
        return Err(SYNTAX);
    }
    let parameters = rest
        .split(' ')
        .filter(|parameter| !parameter.is_empty())
        .map(str::to_owned)
        .collect();
    Ok((address.to_owned(), parameters))
}

/// Where the path ends; a quoted local part may hold anything.
fn closing_bracket(path: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    path.bytes().position(|byte| {
        let is_end = byte == b'>' && !quoted;
        if escaped {
            escaped = false;
        } else if quoted && byte == b'\\' {
            escaped = true;
        } else if byte == b'"' {
            quoted = !quoted;
        }
        is_end
    })
}

fn is_address(address: &str, side: Side) -> bool {
    match address.rsplit_once('@') {
        Some((user, domain)) => {
            let forbidden = [' ', '<', '>', '"', ',', ';', ':', '(', ')', '@'];
            let is_sound = user.starts_with('"') || !user.contains(forbidden);
            let is_empty = user.is_empty() || domain.is_empty();
            is_sound && !is_empty && !domain.contains([' ', '<', '>'])
        }
        None => match side {
            Side::Mail => address.is_empty(),
            Side::Rcpt => address.eq_ignore_ascii_case("postmaster"),
        },
    }
}

/// Which parameter belongs to which command and capability.
const PARAMETERS: [(Side, &str, &str); 14] = [
    (Side::Mail, "SIZE", "SIZE"),
    (Side::Mail, "BODY", "8BITMIME"),
    (Side::Mail, "SMTPUTF8", "SMTPUTF8"),
    (Side::Mail, "RET", "DSN"),
    (Side::Mail, "ENVID", "DSN"),
    (Side::Mail, "AUTH", "AUTH"),
    (Side::Mail, "BY", "DELIVERBY"),
    (Side::Mail, "REQUIRETLS", "REQUIRETLS"),
    (Side::Mail, "HOLDFOR", "FUTURERELEASE"),
    (Side::Mail, "HOLDUNTIL", "FUTURERELEASE"),
    (Side::Mail, "MT-PRIORITY", "MT-PRIORITY"),
    (Side::Rcpt, "NOTIFY", "DSN"),
    (Side::Rcpt, "ORCPT", "DSN"),
    (Side::Rcpt, "RRVS", "RRVS"),
];

/// Whether these parameters may stand with this command, given what EHLO has listed.
pub(super) fn check(parameters: &[String], side: Side, listed: &[String]) -> Result<(), Refusal> {
    let mut seen: Vec<String> = Vec::new();
    for parameter in parameters {
        let (name, value) = match parameter.split_once('=') {
            Some((name, value)) => (name.to_ascii_uppercase(), Some(value)),
            None => (parameter.to_ascii_uppercase(), None),
        };
        let known = PARAMETERS.iter().any(|(of, known, capability)| {
            *of == side && *known == name && find(listed, capability).is_some()
        });
        if !known {
            return Err(UNKNOWN);
        }
        if seen.contains(&name) {
            return Err(SYNTAX);
        }
        check_value(&name, value, listed)?;
        seen.push(name);
    }
    Ok(())
}

fn check_value(name: &str, value: Option<&str>, listed: &[String]) -> Result<(), Refusal> {
    let is = |wanted: &[&str], value: &str| {
        wanted
            .iter()
            .any(|wanted| wanted.eq_ignore_ascii_case(value))
    };
    let fits = match (name, value) {
        ("SMTPUTF8" | "REQUIRETLS", value) => value.is_none(),
        (_, None | Some("")) => false,
        ("SIZE", Some(value)) => match value.parse::<usize>() {
            Ok(said) if said > size(listed) => return Err((552, "5.3.4", "that is too big")),
            Ok(_) => true,
            Err(_) => false,
        },
        ("BODY", Some(value)) => {
            is(&["7BIT", "8BITMIME"], value)
                || is(&["BINARYMIME"], value) && find(listed, "BINARYMIME").is_some()
        }
        ("RET", Some(value)) => is(&["FULL", "HDRS"], value),
        ("ENVID", Some(value)) => value.len() <= 100 && is_xtext(value),
        ("NOTIFY", Some(value)) => {
            is(&["NEVER"], value)
                || value
                    .split(',')
                    .all(|part| is(&["SUCCESS", "FAILURE", "DELAY"], part))
        }
        ("ORCPT", Some(value)) => value.split_once(';').is_some_and(|(kind, address)| {
            // RFC 6533: `utf-8` addresses may be written as they are under SMTPUTF8.
            !kind.is_empty() && (kind.eq_ignore_ascii_case("utf-8") || is_xtext(address))
        }),
        ("AUTH", Some(value)) => is_xtext(value),
        _ => true,
    };
    if fits { Ok(()) } else { Err(SYNTAX) }
}

/// RFC 3461 section 4: printable ASCII, in which `+` begins two hexadecimal digits in capitals and `=` does not stand.
fn is_xtext(text: &str) -> bool {
    let mut parts = text.split('+');
    let plain = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'=')
    };
    let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    parts.next().is_some_and(plain)
        && parts.all(|part| {
            part.as_bytes()
                .first_chunk::<2>()
                .is_some_and(|digits| digits.iter().all(is_hex))
                && plain(part)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (argument, address) in [
            ("FROM:<>", ""),
            ("from:<a@b>", "a@b"),
            ("FROM:<@x,@y:a@b>", "a@b"),
            (r#"FROM:<"a> \"@b"@c>"#, r#""a> \"@b"@c"#),
            ("FROM:<\u{fc}@b>", "\u{fc}@b"),
        ] {
            assert_eq!(
                parse(argument, Side::Mail),
                Ok((address.to_owned(), vec![])),
                "{argument}"
            );
        }
        for argument in [
            "FROM:",
            "FROM: <a@b>",
            "FROM:a@b",
            "FROM:<a@b",
            "FROM:<a>",
            "FROM:<@b>",
            "FROM:<a@>",
            "FROM:<a b@c>",
            "FROM:<a@b>SIZE=1",
            "TO:<a@b>",
            "FROM:<a@b> >@c>x",
            "",
        ] {
            let parsed = parse(argument, Side::Mail);
            assert!(
                parsed.is_err() || argument.ends_with('x'),
                "{argument}: {parsed:?}"
            );
        }
        assert_eq!(
            parse("TO:<Postmaster> NOTIFY=NEVER ORCPT=rfc822;a@b", Side::Rcpt),
            Ok((
                "Postmaster".to_owned(),
                vec!["NOTIFY=NEVER".to_owned(), "ORCPT=rfc822;a@b".to_owned()]
            ))
        );
        assert!(parse("TO:<>", Side::Rcpt).is_err());
    }

    #[test]
    fn parameters() {
        let listed = ["SIZE 100", "8BITMIME", "SMTPUTF8", "DSN"].map(str::to_owned);
        let verdict = |side, parameters: &str| {
            let parameters: Vec<String> = parameters.split(' ').map(str::to_owned).collect();
            check(&parameters, side, &listed).map_err(|(code, ..)| code)
        };
        assert_eq!(
            verdict(
                Side::Mail,
                "size=100 BODY=8bitmime SMTPUTF8 RET=HDRS ENVID=a+2B"
            ),
            Ok(())
        );
        assert_eq!(
            verdict(Side::Rcpt, "NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@c"),
            Ok(())
        );
        assert_eq!(verdict(Side::Mail, "SIZE=101"), Err(552));
        for unknown in ["NOTIFY=NEVER", "X", "BY=1;R", "AUTH=<>", "="] {
            assert_eq!(verdict(Side::Mail, unknown), Err(555), "{unknown}");
        }
        for wrong in [
            "SIZE",
            "SIZE=-1",
            "BODY=9BIT",
            "BODY=BINARYMIME",
            "SMTPUTF8=1",
            "RET=ALL",
            "ENVID=a+2b",
            "ENVID=a=b",
            "SIZE=1 SIZE=1",
        ] {
            assert_eq!(verdict(Side::Mail, wrong), Err(501), "{wrong}");
        }
        for wrong in ["NOTIFY=NEVER,DELAY", "NOTIFY=", "ORCPT=a@b"] {
            assert_eq!(verdict(Side::Rcpt, wrong), Err(501), "{wrong}");
        }
    }
}
