//! The command at a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::*;

/// A terminal, and somebody who looks at it and types.
pub(super) struct Terminal {
    theirs: File,
    keyboard: File,
    screen: Arc<Mutex<String>>,
}

impl Terminal {
    pub(super) fn new() -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
        let theirs = File::options().read(true).write(true).open(name).unwrap();
        let size = Winsize {
            ws_row: 30,
            ws_col: 100,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&theirs, size).unwrap();
        let keyboard = File::from(ours);
        let screen = Arc::new(Mutex::new(String::new()));
        let (seen, mut output) = (Arc::clone(&screen), keyboard.try_clone().unwrap());
        std::thread::spawn(move || {
            let mut room = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut room) {
                let text = String::from_utf8_lossy(&room[..count]).into_owned();
                seen.lock().unwrap().push_str(&text);
            }
        });
        Self {
            theirs,
            keyboard,
            screen,
        }
    }

    /// For a standard stream of the command.
    pub(super) fn stdio(&self) -> Stdio {
        Stdio::from(OwnedFd::from(self.theirs.try_clone().unwrap()))
    }

    pub(super) fn seen(&self) -> String {
        self.screen.lock().unwrap().clone()
    }

    /// Waits for this text, and forgets all up to it.
    pub(super) async fn sees(&self, text: &str) {
        until(&format!("{text:?}"), || {
            self.screen.lock().unwrap().contains(text)
        })
        .await;
        let mut seen = self.screen.lock().unwrap();
        let end = seen.find(text).unwrap() + text.len();
        seen.drain(..end);
    }

    pub(super) fn types(&self, text: &str) {
        (&self.keyboard).write_all(text.as_bytes()).unwrap();
    }
}
