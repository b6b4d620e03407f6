//! The command at a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

use super::*;

/// A terminal, and somebody who looks at it and types.
pub(super) struct Terminal {
    theirs: File,
    keyboard: File,
    screen: Arc<Mutex<String>>,
}

impl Terminal {
    pub(super) fn new() -> Self {
        let (keyboard, theirs) = pty::open(100, 30);
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

    /// For all three of them: somebody sits at it.
    pub(super) fn holds(&self, command: &mut Command) {
        let (stdin, stdout, stderr) = (self.stdio(), self.stdio(), self.stdio());
        command.stdin(stdin).stdout(stdout).stderr(stderr);
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
