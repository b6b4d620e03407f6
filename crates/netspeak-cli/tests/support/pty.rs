//! A terminal for a command.

use std::fs::File;
use std::path::PathBuf;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// The end of whoever looks and types, and the one that the command has.
pub(crate) fn open(columns: u16, rows: u16) -> (File, File) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let path = PathBuf::from(name.into_string().unwrap());
    let theirs = File::options().read(true).write(true).open(path).unwrap();
    resize(&theirs, columns, rows);
    (File::from(ours), theirs)
}

/// Makes it so many columns wide, and so many rows high.
pub(crate) fn resize(terminal: &File, columns: u16, rows: u16) {
    let size = Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(terminal, size).unwrap();
}
