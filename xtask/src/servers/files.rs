//! The folder that FTP servers have for whoever mirrors: two thousand small files, many with names that are hard on
//! clients. Made here and not kept in the repository, where a checkout on another system would not stand for them.

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use crate::{Outcome, workspace};

const COUNT: usize = 2_000;

/// 2020-01-01 00:00:00 UTC, when the first file was last changed. Each is an hour older than the next one.
const BEGINNING: u64 = 1_577_836_800;

/// Names as bytes: no slash, no NUL, no CR or LF, of which FTP can't speak.
const ODD: &[&[u8]] = &[
    b" leading blank",
    b"trailing blank ",
    b"two  blanks",
    b"-leading-dash",
    b"-la",
    b"--",
    b".hidden",
    b"..two dots",
    b"...",
    b"a -> b",
    b"total 12",
    b"drwxr-xr-x   2 ftp      ftp          4096 Jan  1  2020 no folder",
    b"12:30 minutes.txt",
    b"2024",
    b"Jan  1 2020",
    b"type=file;size=3; name",
    b"semi;colon",
    b"per%cent%20",
    b"hash#tag",
    b"question?mark",
    b"star*",
    b"[brackets]",
    b"{braces}",
    b"~tilde",
    b"$HOME",
    b"`command`",
    b"quote\"d",
    b"apostrophe's",
    b"back\\slash",
    b"pipe|bar",
    b"<angles>",
    b"c:colon",
    b"CON",
    b"nul.txt",
    b"dot at the end.",
    b"case",
    b"CASE",
    b"tab\there",
    b"caf\xe9 in Latin-1",
    "café in UTF-8".as_bytes(),
    "cafe\u{301} decomposed".as_bytes(),
    "日本語".as_bytes(),
    "שלום".as_bytes(),
    "🦀".as_bytes(),
    "no\u{a0}break".as_bytes(),
    "\u{202e}right to left".as_bytes(),
    "\u{feff}mark".as_bytes(),
    b"escape \x1b[31mred",
    b"bell\x07",
];

pub(super) fn write(folder: &Path) -> Outcome {
    workspace::remove(folder)?;
    for (number, name) in names().into_iter().enumerate() {
        let path = folder.join(file_name(name));
        workspace::write(&path, content(number))?;
        let hours = u64::try_from(number).unwrap_or_default();
        let modified = UNIX_EPOCH + Duration::from_secs(BEGINNING + hours * 3_600);
        File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(modified))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn names() -> Vec<Vec<u8>> {
    let long = [b'x'; 200].to_vec();
    let plain = (0..).map(|number| format!("file {number:04}.txt").into_bytes());
    ODD.iter()
        .map(|name| name.to_vec())
        .chain([long])
        .chain(plain)
        .take(COUNT)
        .collect()
}

/// Bytes as they are, where a file's name may have such.
fn file_name(bytes: Vec<u8>) -> OsString {
    #[cfg(unix)]
    {
        std::os::unix::ffi::OsStringExt::from_vec(bytes)
    }
    #[cfg(not(unix))]
    {
        String::from_utf8_lossy(&bytes).into_owned().into()
    }
}

/// Between nothing and some kilobytes, of every byte.
fn content(number: usize) -> Vec<u8> {
    let byte = |at: usize| (at * 7 + number).to_le_bytes()[0];
    (0..number * 37 % 4_099).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_is_there_once_and_can_be_spoken_of() {
        let names: BTreeSet<_> = names().into_iter().collect();
        assert_eq!(names.len(), COUNT);
        for name in names {
            assert!((1..=200).contains(&name.len()));
            assert!(
                !name.iter().any(|byte| b"/\0\r\n".contains(byte)),
                "{name:?}"
            );
        }
    }

    #[test]
    fn some_files_are_empty_and_none_is_large() {
        let sizes: Vec<_> = (0..COUNT).map(|number| content(number).len()).collect();
        assert_eq!(sizes.iter().min(), Some(&0));
        assert!(sizes.iter().max() < Some(&4_100) && sizes.iter().sum::<usize>() > 1_000_000);
    }
}
