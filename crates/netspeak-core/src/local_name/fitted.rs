//! [`LocalName::fitted`]: the nearest fit name to one that is none.

use std::borrow::Cow;

use super::{LocalName, NameRules};

/// The longest name, in bytes.
const LONGEST: usize = 255;

/// An extension that survives cutting has so many bytes at most, with its dot.
const LONGEST_EXTENSION: usize = 16;

impl LocalName {
    /// A fit name as near to this one as can be. `None` if nothing is left of it.
    ///
    /// Folders and leading dots are left out, control characters and what these rules do not allow
    /// become `_`, and long names are cut in front of their extension. So it is never that of a hidden
    /// file.
    ///
    /// ```
    /// use netspeak_core::{LocalName, NameRules};
    ///
    /// let name = LocalName::fitted("../../.bash\u{7}rc", NameRules::Unix).unwrap();
    /// assert_eq!(name.to_string(), "bash_rc");
    /// assert_eq!(LocalName::fitted("../..", NameRules::Unix), None);
    /// ```
    pub fn fitted(name: &str, rules: NameRules) -> Option<Self> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.trim().trim_start_matches('.');
        let mut name: String = name.chars().map(|c| replaced(c, rules)).collect();
        if rules == NameRules::Windows {
            name.truncate(name.trim_end_matches(['.', ' ']).len());
        }
        let name = cut(&name);
        Self::new(name.as_bytes(), rules)
            .or_else(|_| Self::new(format!("_{name}").as_bytes(), rules))
            .ok()
            .filter(|_| !name.is_empty())
    }
}

fn replaced(c: char, rules: NameRules) -> char {
    let is_reserved = rules == NameRules::Windows && "<>:\"|?*".contains(c);
    if c.is_control() || is_reserved {
        '_'
    } else {
        c
    }
}

/// A name that is too long loses the end of its stem.
fn cut(name: &str) -> Cow<'_, str> {
    // One byte is left for the `_` before the names of devices.
    let most = LONGEST.saturating_sub(1);
    if name.len() <= most {
        return name.into();
    }
    let extension = name
        .rsplit_once('.')
        .and_then(|(stem, _)| name.split_at_checked(stem.len()))
        .map_or("", |(_, extension)| extension);
    let extension = Some(extension)
        .filter(|extension| extension.len() <= LONGEST_EXTENSION)
        .unwrap_or_default();
    let room = most.saturating_sub(extension.len());
    let ends = (0..=room).rev().find_map(|end| name.get(..end));
    let stem = ends.unwrap_or_default();
    format!("{stem}{extension}").into()
}
