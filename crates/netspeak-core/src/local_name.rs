//! [`LocalName`]: a name that a server chose, fit for a folder of ours.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use crate::error::Error;

mod fitted;

/// What file systems take as a name, and what they make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRules {
    /// Any bytes, and case counts.
    Unix,
    /// UTF-8, and case does not count.
    Mac,
    /// No reserved names, letters, or last dots and blanks, and case does not count. What is fit
    /// here is fit everywhere.
    Windows,
}

impl NameRules {
    /// The rules of the system that this runs on.
    pub const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_vendor = "apple") {
        Self::Mac
    } else {
        Self::Unix
    };
}

/// One component of a local path: it names something in a folder, never anything outside of it.
///
/// ```
/// use netspeak_core::{LocalName, NameFault, NameRules};
///
/// let name = LocalName::new(b"report.txt", NameRules::Windows).unwrap();
/// assert_eq!(std::path::Path::new("in").join(&name), std::path::Path::new("in/report.txt"));
///
/// let rules = NameRules::HERE;
/// assert_eq!(LocalName::new(b"..", rules), Err(NameFault::Folder));
/// assert_eq!(LocalName::new(b"../../.profile", rules), Err(NameFault::Separator));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalName(OsString);

/// Why a name is not fit for a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameFault {
    /// There is nothing in it.
    Empty,
    /// `.` or `..`
    Folder,
    /// A slash or a backslash: another folder.
    Separator,
    /// NUL or another control character.
    Control,
    /// Longer than 255 bytes.
    Length,
    /// Not UTF-8, where names have to be.
    Encoding,
    /// A letter that Windows has another use for: a drive, a stream, a pattern.
    Letter,
    /// A device of DOS, such as `NUL.txt`.
    Device,
    /// A dot or a blank at the end, which Windows drops.
    LastLetter,
}

impl NameFault {
    /// The error about this name.
    pub fn about(self, name: &[u8]) -> Error {
        Error::malformed(format!("a name that can be stored here ({self})"), name)
    }
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::Folder => "it is the folder itself or the one above",
            Self::Separator => "it leads to another folder",
            Self::Control => "it has control characters",
            Self::Length => "it is longer than 255 bytes",
            Self::Encoding => "it is not UTF-8",
            Self::Letter => "it has a letter that Windows reserves",
            Self::Device => "it is a device on Windows",
            Self::LastLetter => "it ends in a dot or a blank",
        })
    }
}

impl std::error::Error for NameFault {}

impl LocalName {
    /// A server's name, if it is one component by these rules.
    ///
    /// # Errors
    /// What is wrong with it; [`NameFault::about`] makes an error of that.
    pub fn new(name: &[u8], rules: NameRules) -> Result<Self, NameFault> {
        match name {
            b"" => return Err(NameFault::Empty),
            b"." | b".." => return Err(NameFault::Folder),
            _ => {}
        }
        if name.iter().any(|byte| matches!(byte, b'/' | b'\\')) {
            return Err(NameFault::Separator);
        }
        if name.iter().any(u8::is_ascii_control) {
            return Err(NameFault::Control);
        }
        if name.len() > 255 {
            return Err(NameFault::Length);
        }
        if rules == NameRules::Windows {
            check_windows(name)?;
        }
        Self::from_bytes(name, rules)
    }

    #[cfg(unix)]
    fn from_bytes(name: &[u8], rules: NameRules) -> Result<Self, NameFault> {
        use std::os::unix::ffi::OsStringExt;
        if rules != NameRules::Unix && std::str::from_utf8(name).is_err() {
            return Err(NameFault::Encoding);
        }
        Ok(Self(OsString::from_vec(name.to_vec())))
    }

    #[cfg(not(unix))]
    fn from_bytes(name: &[u8], _: NameRules) -> Result<Self, NameFault> {
        let text = std::str::from_utf8(name).map_err(|_| NameFault::Encoding)?;
        Ok(Self(text.into()))
    }

    /// The name as a path of one component.
    pub fn as_path(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl AsRef<Path> for LocalName {
    fn as_ref(&self) -> &Path {
        self.as_path()
    }
}

impl fmt::Display for LocalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::text::printable(self.0.as_encoded_bytes()))
    }
}

fn check_windows(name: &[u8]) -> Result<(), NameFault> {
    if name.iter().any(|byte| b"<>:\"|?*".contains(byte)) {
        return Err(NameFault::Letter);
    }
    if name.ends_with(b".") || name.ends_with(b" ") {
        return Err(NameFault::LastLetter);
    }
    // "nul", "NUL.txt" and "nul .txt" are all the device.
    let stem = name.split(|byte| *byte == b'.').next().unwrap_or(name);
    let stem = stem.trim_ascii_end().to_ascii_uppercase();
    let is_device = match stem.as_slice() {
        b"CON" | b"PRN" | b"AUX" | b"NUL" | b"CONIN$" | b"CONOUT$" | b"CLOCK$" => true,
        [b'C', b'O', b'M', number @ ..] | [b'L', b'P', b'T', number @ ..] => {
            matches!(number, [b'0'..=b'9'] | [0xc2, 0xb9 | 0xb2 | 0xb3])
        }
        _ => false,
    };
    if is_device {
        Err(NameFault::Device)
    } else {
        Ok(())
    }
}

/// The names that are taken in one folder.
///
/// Where case does not count, two names of a server may be one here, and the second file would
/// replace the first.
#[derive(Clone, Debug)]
pub struct Taken {
    rules: NameRules,
    names: HashMap<String, LocalName>,
}

impl Taken {
    /// None yet.
    pub fn new(rules: NameRules) -> Self {
        Self {
            rules,
            names: HashMap::new(),
        }
    }

    /// Takes a name.
    ///
    /// # Errors
    /// The name that is taken already and would be the same here.
    pub fn take(&mut self, name: &LocalName) -> Result<(), LocalName> {
        if self.rules == NameRules::Unix {
            return Ok(());
        }
        let folded = name.0.to_string_lossy().to_lowercase();
        match self.names.get(&folded) {
            Some(earlier) if earlier != name => Err(earlier.clone()),
            _ => {
                self.names.insert(folded, name.clone());
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NameRules::{Mac, Unix, Windows};

    #[test]
    fn no_name_leads_out_of_its_folder() {
        for (name, fault) in [
            (&b""[..], NameFault::Empty),
            (b".", NameFault::Folder),
            (b"..", NameFault::Folder),
            (b"../../outside.txt", NameFault::Separator),
            (b"/etc/passwd", NameFault::Separator),
            (b"a/", NameFault::Separator),
            (b"..\\x", NameFault::Separator),
            (b"C:\\x", NameFault::Separator),
            (b"a\0b", NameFault::Control),
            (b"a\nb", NameFault::Control),
            (b"\x1b[2J", NameFault::Control),
            (&[b'a'; 256], NameFault::Length),
        ] {
            for rules in [Unix, Mac, Windows] {
                assert_eq!(LocalName::new(name, rules), Err(fault), "{name:?}");
            }
        }
    }

    #[test]
    fn windows_has_more_rules() {
        for (name, fault) in [
            (&b"C:"[..], NameFault::Letter),
            (b"C:x", NameFault::Letter),
            (b"a.txt:stream", NameFault::Letter),
            (b"a*", NameFault::Letter),
            (b"a.", NameFault::LastLetter),
            (b"a ", NameFault::LastLetter),
            (b"...", NameFault::LastLetter),
            (b"nul", NameFault::Device),
            (b"NUL.tar.gz", NameFault::Device),
            (b"nul .txt", NameFault::Device),
            (b"Com1", NameFault::Device),
            ("lpt\u{b2}.x".as_bytes(), NameFault::Device),
        ] {
            assert_eq!(LocalName::new(name, Windows), Err(fault), "{name:?}");
            assert!(LocalName::new(name, Unix).is_ok(), "{name:?}");
        }
        for name in [
            "COM10",
            "console",
            "nulls",
            "a.nul",
            "com",
            ".profile",
            "a b",
            "caf\u{e9}",
        ] {
            let fit = LocalName::new(name.as_bytes(), Windows).unwrap();
            assert_eq!(fit.as_path(), Path::new(name));
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_not_utf_8_stay_where_they_may() {
        use std::os::unix::ffi::OsStrExt;
        let name = LocalName::new(b"caf\xe9", Unix).unwrap();
        assert_eq!(name.as_path().as_os_str().as_bytes(), b"caf\xe9");
        assert_eq!(name.to_string(), "caf\\xe9");
        for rules in [Mac, Windows] {
            assert_eq!(LocalName::new(b"caf\xe9", rules), Err(NameFault::Encoding));
        }
    }

    #[test]
    fn names_that_are_one_here_are_told() {
        let name = |text: &str| LocalName::new(text.as_bytes(), Windows).unwrap();
        let mut taken = Taken::new(Mac);
        assert_eq!(taken.take(&name("Read.me")), Ok(()));
        assert_eq!(taken.take(&name("Read.me")), Ok(()));
        assert_eq!(taken.take(&name("README")), Ok(()));
        assert_eq!(taken.take(&name("READ.ME")), Err(name("Read.me")));
        let mut taken = Taken::new(Unix);
        assert_eq!(taken.take(&name("a")), Ok(()));
        assert_eq!(taken.take(&name("A")), Ok(()));
    }

    #[test]
    fn the_error_names_the_name_and_the_reason() {
        let error = NameFault::Separator.about(b"../\x1bx");
        assert_eq!(
            error.to_string(),
            "expected a name that can be stored here (it leads to another folder), got \"../\\\\x1bx\""
        );
    }
}
