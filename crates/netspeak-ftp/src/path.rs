//! Paths: what a URL asks a server for.

use std::str::FromStr;

use netspeak_core::{Error, Result, Target, percent_decode};

use crate::types::TransferType;

/// The path of an `ftp://` URL (RFC 1738 section 3.2.2).
///
/// ```text
/// fpath   = fsegment *[ "/" fsegment ] [ ";type=" ftptype ]
/// ftptype = "A" / "I" / "D" / "a" / "i" / "d"
/// ```
/// Segments are decoded one by one, so `%2F` is a slash in a name: `/%2Fetc/motd` is `/etc`, then
/// `motd`. An empty first segment, as in `//pub`, is the root; other empty ones mean nothing. A
/// `?` is a letter like any other; what follows a `#` is never sent.
///
/// ```
/// use netspeak_ftp::{FtpPath, TypeCode};
///
/// let path: FtpPath = "/pub/read%20me.txt;type=a".parse().unwrap();
/// assert_eq!(path.cwd, ["pub"]);
/// assert_eq!(path.name.as_deref(), Some("read me.txt"));
/// assert_eq!(path.typecode, Some(TypeCode::Ascii));
/// assert_eq!(path.to_string(), "pub/read me.txt");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FtpPath {
    /// The directories to change to, one after the other, from where the login leads.
    pub cwd: Vec<String>,
    /// The last segment. `None` if the URL ends in a slash: the directory itself is meant.
    pub name: Option<String>,
    /// The transfer type, if the URL says it.
    pub typecode: Option<TypeCode>,
}

/// How a URL wants something transferred (RFC 1738 section 3.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeCode {
    /// `;type=a`: TYPE A.
    Ascii,
    /// `;type=i`: TYPE I.
    Image,
    /// `;type=d`: a list of names.
    Directory,
}

impl FtpPath {
    /// The path of a target.
    ///
    /// # Errors
    /// As [`from_str`](Self::from_str).
    pub fn of(target: &Target) -> Result<Self> {
        target.path().parse()
    }

    /// How the URL wants a file represented: as it is, unless it says `;type=a`.
    pub fn transfer_type(&self) -> TransferType {
        match self.typecode {
            Some(TypeCode::Ascii) => TransferType::Ascii,
            Some(TypeCode::Image | TypeCode::Directory) | None => TransferType::Image,
        }
    }

    /// Whether a directory is asked for and no file.
    pub fn is_listing(&self) -> bool {
        self.name.is_none() || self.typecode == Some(TypeCode::Directory)
    }
}

impl FromStr for FtpPath {
    type Err = Error;

    /// Reads the path of a URL, from the slash behind the host.
    ///
    /// # Errors
    /// [`Usage`](Error::Usage) if a segment is not UTF-8 or has CR, LF or NUL in it, or if the type
    /// is none.
    fn from_str(text: &str) -> Result<Self> {
        let (text, _fragment) = text.split_once('#').unwrap_or((text, ""));
        let (text, typecode) = split_typecode(text)?;
        let text = text.strip_prefix('/').unwrap_or(text);
        let mut segments: Vec<String> = text
            .split('/')
            .map(|segment| percent_decode("path", segment))
            .collect::<Result<_>>()?;
        let name = segments.pop().filter(|name| !name.is_empty());
        if let Some(first) = segments.first_mut().filter(|first| first.is_empty()) {
            first.push('/');
        }
        segments.retain(|segment| !segment.is_empty());
        Ok(Self {
            cwd: segments,
            name,
            typecode,
        })
    }
}

fn split_typecode(text: &str) -> Result<(&str, Option<TypeCode>)> {
    let Some((path, parameter)) = text.rsplit_once(';') else {
        return Ok((text, None));
    };
    let Some((name, code)) = parameter.split_once('=') else {
        return Ok((text, None));
    };
    if !name.eq_ignore_ascii_case("type") {
        return Ok((text, None));
    }
    let code = match code {
        "a" | "A" => TypeCode::Ascii,
        "i" | "I" => TypeCode::Image,
        "d" | "D" => TypeCode::Directory,
        _ => {
            return Err(Error::usage(
                "the type in the URL is none of a, i and d: write a semicolon in a name as %3B",
            ));
        }
    };
    Ok((path, Some(code)))
}

/// All segments as one path, for commands that take one.
impl std::fmt::Display for FtpPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut slash = "";
        for segment in self.cwd.iter().chain(&self.name) {
            write!(f, "{slash}{segment}")?;
            slash = if segment.ends_with('/') { "" } else { "/" };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> FtpPath {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn segments_are_decoded_one_by_one() {
        use TypeCode::{Ascii, Directory, Image};
        for (text, cwd, name, typecode, whole) in [
            (
                "/%2Fetc/motd",
                &["/etc"][..],
                Some("motd"),
                None,
                "/etc/motd",
            ),
            (
                "/a/b.txt;type=a",
                &["a"],
                Some("b.txt"),
                Some(Ascii),
                "a/b.txt",
            ),
            ("/d%20e/f%3Bg", &["d e"], Some("f;g"), None, "d e/f;g"),
            ("//pub", &["/"], Some("pub"), None, "/pub"),
            ("/", &[], None, None, ""),
            ("", &[], None, None, ""),
            ("//", &["/"], None, None, "/"),
            ("/pub/", &["pub"], None, None, "pub"),
            ("/a//b", &["a"], Some("b"), None, "a/b"),
            ("/%2F%2Fa/b", &["//a"], Some("b"), None, "//a/b"),
            ("/a/b;TYPE=I", &["a"], Some("b"), Some(Image), "a/b"),
            ("/a;type=d", &[], Some("a"), Some(Directory), "a"),
            ("/;type=d", &[], None, Some(Directory), ""),
            ("/a;b", &[], Some("a;b"), None, "a;b"),
            ("/a;x=y", &[], Some("a;x=y"), None, "a;x=y"),
            ("/a%3Btype=a", &[], Some("a;type=a"), None, "a;type=a"),
            ("/what?#part", &[], Some("what?"), None, "what?"),
            ("/a%23b", &[], Some("a#b"), None, "a#b"),
            ("/../x", &[".."], Some("x"), None, "../x"),
        ] {
            let found = path(text);
            assert_eq!(found.cwd, cwd, "{text}");
            assert_eq!(found.name.as_deref(), name, "{text}");
            assert_eq!(found.typecode, typecode, "{text}");
            assert_eq!(found.to_string(), whole, "{text}");
        }
        assert!(path("/a/").is_listing() && path("/a;type=D").is_listing());
        assert!(!path("/a").is_listing());
    }

    #[test]
    fn user_and_password_are_decoded_after_splitting() {
        let target: Target = "ftp://u%40corp:p%3Aw@h.example/d%20e/f%3Bg"
            .parse()
            .unwrap();
        assert_eq!(target.user(), Some("u@corp"));
        assert_eq!(target.password().unwrap().expose(), "p:w");
        let path = FtpPath::of(&target).unwrap();
        assert_eq!(
            (path.cwd, path.name.as_deref()),
            (vec!["d e".to_owned()], Some("f;g"))
        );
    }

    #[test]
    fn what_could_split_a_command_is_refused() {
        for bad in [
            "/x%0ADELE%20y",
            "/x%0d/y",
            "/a%00",
            "/a%FFb",
            "/a;type=x",
            "/a;type=",
        ] {
            let error = bad.parse::<FtpPath>().unwrap_err();
            assert!(matches!(error, Error::Usage { .. }), "{bad}: {error}");
        }
    }
}
