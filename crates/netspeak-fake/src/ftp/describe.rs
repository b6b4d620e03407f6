//! The facts of MLST and MLSD (RFC 3659 section 7).

use crate::ftp::stamp;
use crate::ftp::tree::{Kind, Node};

/// A fact, by the name that OPTS MLST and FEAT give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    Type,
    Size,
    Modify,
    Perm,
    Mode,
}

impl Fact {
    pub(super) const ALL: [Self; 5] =
        [Self::Type, Self::Size, Self::Modify, Self::Perm, Self::Mode];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Size => "size",
            Self::Modify => "modify",
            Self::Perm => "perm",
            Self::Mode => "UNIX.mode",
        }
    }

    pub(super) fn find(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|fact| fact.name().eq_ignore_ascii_case(name))
    }
}

/// What an entry is to the listing in which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// One of the entries.
    Entry,
    /// The listed folder itself.
    Listed,
    /// The folder above.
    Above,
}

/// `type=file;size=12;modify=20240102030405; name`, without a line end.
pub(super) fn describe(facts: &[Fact], place: Place, name: &[u8], node: &Node) -> Vec<u8> {
    let mut line = String::new();
    for fact in facts {
        let value = match (fact, &node.kind) {
            (Fact::Type, Kind::File(_)) => "file".to_owned(),
            (Fact::Type, Kind::Folder) => match place {
                Place::Entry => "dir",
                Place::Listed => "cdir",
                Place::Above => "pdir",
            }
            .to_owned(),
            (Fact::Size, Kind::File(bytes)) => bytes.len().to_string(),
            (Fact::Size, Kind::Folder) => continue,
            (Fact::Modify, _) => stamp::write(node.modified),
            (Fact::Perm, Kind::File(_)) => "adfrw".to_owned(),
            (Fact::Perm, Kind::Folder) => "cdeflmp".to_owned(),
            (Fact::Mode, _) => format!("{:04o}", node.mode),
        };
        line.push_str(fact.name());
        line.push('=');
        line.push_str(&value);
        line.push(';');
    }
    line.push(' ');
    [line.as_bytes(), name].concat()
}
