//! The parameters of credentials (RFC 9110 section 11.4): `name=token, name="quoted \" string"`.

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    /// In lower case.
    pub(super) name: String,
    /// Without its quotes and backslashes.
    pub(super) value: String,
    pub(super) quoted: bool,
}

/// All parameters of a list, or `None` where the grammar is broken.
pub(super) fn parse(mut text: &str) -> Option<Vec<Parameter>> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start_matches([' ', '\t', ',']);
        if text.is_empty() {
            return Some(found);
        }
        let (name, rest) = text.split_once('=')?;
        let (value, quoted, rest) = match rest.strip_prefix('"') {
            Some(rest) => {
                let (value, rest) = unquote(rest)?;
                (value, true, rest)
            }
            None => {
                let end = rest.find([',', ' ', '\t']).unwrap_or(rest.len());
                let (value, rest) = rest.split_at_checked(end)?;
                (value.to_owned(), false, rest)
            }
        };
        let rest = rest.trim_start();
        if name.is_empty()
            || name.contains([' ', '"'])
            || !(rest.is_empty() || rest.starts_with(','))
        {
            return None;
        }
        found.push(Parameter {
            name: name.to_ascii_lowercase(),
            value,
            quoted,
        });
        text = rest;
    }
}

/// A quoted string whose opening quote is gone, and what follows it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.chars();
    loop {
        match letters.next()? {
            '"' => return Some((value, letters.as_str())),
            '\\' => value.push(letters.next()?),
            letter => value.push(letter),
        }
    }
}

/// A quoted string.
pub(super) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<Vec<(String, String, bool)>> {
        let list = parse(text)?;
        Some(
            list.into_iter()
                .map(|it| (it.name, it.value, it.quoted))
                .collect(),
        )
    }

    #[test]
    fn tokens_and_quoted_strings_are_read_and_told_apart() {
        let got = shown(r#"Realm="a \"b\", c", nc=00000001 ,qop=auth,"#).unwrap();
        let want = [
            ("realm", r#"a "b", c"#, true),
            ("nc", "00000001", false),
            ("qop", "auth", false),
        ];
        assert_eq!(
            got,
            want.map(|(name, value, quoted)| (name.to_owned(), value.to_owned(), quoted))
        );
        assert_eq!(shown(""), Some(vec![]));
    }

    #[test]
    fn broken_lists_are_none() {
        for text in [
            "a",
            r#"a="b"#,
            r#"a="b"c"#,
            "a=b c=d",
            r#"a="b\"#,
            "=b",
            "a b=c",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
