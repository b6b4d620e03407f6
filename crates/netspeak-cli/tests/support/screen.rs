//! The command in a terminal.

use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

#[path = "pty.rs"]
mod pty;

/// What it shows in a terminal of this width, without colours.
#[allow(dead_code, reason = "not every test wants it")]
pub(crate) fn shown(columns: u16, words: Vec<String>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command.args(words).env("NO_COLOR", "1");
    shown_by(columns, command)
}

/// The same of any command.
pub(crate) fn shown_by(columns: u16, mut command: Command) -> String {
    let (mut screen, terminal) = pty::open(columns, 40);
    let stdio = || Stdio::from(OwnedFd::from(terminal.try_clone().unwrap()));
    command.stdin(Stdio::null()).stdout(stdio()).stderr(stdio());
    let mut child = command.spawn().unwrap();
    // Its ends of the terminal, or it would never be at its end.
    drop(command);
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
