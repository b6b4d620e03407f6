//! The command in a terminal.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// What it shows in a terminal of this width, without colours.
#[allow(dead_code, reason = "not every test wants it")]
pub(crate) fn shown(columns: u16, words: Vec<String>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).env("NO_COLOR", "1");
    shown_by(columns, command)
}

/// The same of any command.
pub(crate) fn shown_by(columns: u16, mut command: Command) -> String {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let path = std::path::PathBuf::from(name.into_string().unwrap());
    let terminal = File::options().read(true).write(true).open(path).unwrap();
    let size = Winsize {
        ws_row: 40,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&terminal, size).unwrap();
    let stdio = || Stdio::from(OwnedFd::from(terminal.try_clone().unwrap()));
    command.stdin(Stdio::null()).stdout(stdio()).stderr(stdio());
    let mut child = command.spawn().unwrap();
    // Its ends of the terminal, or it would never be at its end.
    drop(command);
    let mut screen = File::from(ours);
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        let mut room = [0; 4096];
        while let Ok(count @ 1..) = screen.read(&mut room) {
            all.extend_from_slice(&room[..count]);
        }
        all
    });
    child.wait().unwrap();
    drop(terminal);
    let text = String::from_utf8(reader.join().unwrap()).unwrap();
    text.replace("\r\n", "\n")
}
