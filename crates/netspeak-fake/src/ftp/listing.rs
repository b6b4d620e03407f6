//! How LIST shows a file or a folder, in the dialects that servers speak.

use crate::ftp::stamp;
use crate::ftp::tree::{Kind, Node};

/// Half a year in seconds: older files show their year in place of the time.
const RECENT: i64 = 182 * 24 * 3600;

/// The dialect of LIST. Times are in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Listing {
    /// As `ls -l` writes it.
    #[default]
    Unix,
    /// As `dir` writes it: two digits of the year, AM and PM.
    Dos,
    /// Easily parsed list format: facts, a tab, the name.
    Eplf,
}

impl Listing {
    /// The line for this file or folder, with its end. `now` is the present second.
    pub(super) fn line(self, name: &[u8], node: &Node, now: i64) -> Vec<u8> {
        let mut line = match self {
            Self::Unix => unix(node, now),
            Self::Dos => dos(node),
            Self::Eplf => eplf(node),
        }
        .into_bytes();
        line.extend_from_slice(name);
        line.extend_from_slice(b"\r\n");
        line
    }
}

fn unix(node: &Node, now: i64) -> String {
    let (kind, links, size) = match &node.kind {
        Kind::File(bytes) => ('-', 1, bytes.len()),
        Kind::Folder => ('d', 2, 4096),
    };
    let date = stamp::date(node.modified);
    let format = if (now - RECENT..=now).contains(&node.modified) {
        "%b %e %H:%M"
    } else {
        "%b %e  %Y"
    };
    format!(
        "{kind}{} {links:>3} ftp      ftp      {size:>12} {} ",
        letters(node.mode),
        date.strftime(format)
    )
}

/// `rwxr-xr-x`
fn letters(mode: u32) -> String {
    (0..9)
        .rev()
        .zip("rwxrwxrwx".chars())
        .map(|(bit, letter)| if mode >> bit & 1 == 1 { letter } else { '-' })
        .collect()
}

fn dos(node: &Node) -> String {
    let date = stamp::date(node.modified).strftime("%m-%d-%y  %I:%M%p");
    match &node.kind {
        Kind::File(bytes) => format!("{date} {:>20} ", bytes.len()),
        Kind::Folder => format!("{date}       <DIR>          "),
    }
}

fn eplf(node: &Node) -> String {
    match &node.kind {
        Kind::File(bytes) => format!("+m{},r,s{},\t", node.modified, bytes.len()),
        Kind::Folder => format!("+m{},/,\t", node.modified),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn line(listing: Listing, kind: Kind) -> String {
        let node = Node {
            kind,
            modified: 1_704_164_645,
            mode: 0o640,
        };
        String::from_utf8(listing.line(b"a b", &node, 1_710_000_000)).unwrap()
    }

    #[test]
    fn each_dialect_has_its_lines() {
        let file = || Kind::File(Arc::new(vec![0; 1187]));
        for (listing, kind, right) in [
            (
                Listing::Unix,
                file(),
                "-rw-r-----   1 ftp      ftp              1187 Jan  2 03:04 a b\r\n",
            ),
            (
                Listing::Unix,
                Kind::Folder,
                "drw-r-----   2 ftp      ftp              4096 Jan  2 03:04 a b\r\n",
            ),
            (
                Listing::Dos,
                file(),
                "01-02-24  03:04AM                 1187 a b\r\n",
            ),
            (
                Listing::Dos,
                Kind::Folder,
                "01-02-24  03:04AM       <DIR>          a b\r\n",
            ),
            (Listing::Eplf, file(), "+m1704164645,r,s1187,\ta b\r\n"),
            (Listing::Eplf, Kind::Folder, "+m1704164645,/,\ta b\r\n"),
        ] {
            assert_eq!(line(listing, kind), right);
        }
    }
}
