//! `talk telnet://` in a pseudo-terminal.
#![cfg(test)]
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use netspeak_fake::{Server, Telnet};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, Termios, tcgetattr};

const PATIENCE: Duration = Duration::from_secs(30);

/// The command in a terminal of its own.
struct Session {
    child: Child,
    terminal: File,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Session {
    fn begin(server: &Server<Telnet>) -> Self {
        let (keyboard, terminal) = pty::open(100, 30);
        let stdio = || Stdio::from(OwnedFd::from(terminal.try_clone().unwrap()));
        let child = Command::new(env!("CARGO_BIN_EXE_netspeak"))
            .args(["talk", &server.url("telnet")])
            .stdin(stdio())
            .stdout(stdio())
            .stderr(stdio())
            .spawn()
            .unwrap();
        let (shown, screen) = channel();
        let mut output = keyboard.try_clone().unwrap();
        std::thread::spawn(move || {
            let mut room = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut room) {
                if shown.send(room[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            terminal,
            keyboard,
            screen,
            seen: String::new(),
        }
    }

    /// Waits for this text, and forgets all up to it.
    fn sees(&mut self, text: &str) {
        while !self.seen.contains(text) {
            let more = self.screen.recv_timeout(PATIENCE);
            let more = more.unwrap_or_else(|_| panic!("no {text:?} in {:?}", self.seen));
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
        let end = self.seen.find(text).unwrap() + text.len();
        self.seen.drain(..end);
    }

    fn types(&mut self, keys: &[u8]) {
        self.keyboard.write_all(keys).unwrap();
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    fn modes(&self) -> Termios {
        tcgetattr(&self.terminal).unwrap()
    }

    fn is_raw(&self) -> bool {
        let local = self.modes().local_modes;
        !local.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    fn ends(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

/// The servers run beside the test, which waits for a terminal and may block.
fn with_server(test: impl FnOnce(Server<Telnet>)) {
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Telnet::builder().start()).unwrap();
    let _inside = runtime.enter();
    test(server);
}

#[test]
fn a_terminal_in_raw_mode_is_restored() {
    let quit: fn(&mut Session) = |session| session.types(b"\x1dq");
    let exit: fn(&mut Session) = |session| session.types(b"exit\r");
    let terminated: fn(&mut Session) = |session| session.signal(Signal::TERM);
    let hung_up: fn(&mut Session) = |session| session.signal(Signal::HUP);
    let interrupted: fn(&mut Session) = |session| session.signal(Signal::INT);
    for (end, code) in [
        (quit, 0),
        (exit, 0),
        (terminated, 0),
        (hung_up, 0),
        (interrupted, 130),
    ] {
        with_server(|server| {
            let mut session = Session::begin(&server);
            let before = session.modes();
            session.sees("$ ");
            session.types(b"echo hello\r");
            session.sees("\r\nhello\r\n$ ");
            assert!(session.is_raw());
            end(&mut session);
            assert_eq!(session.ends(), Some(code));
            let after = session.modes();
            assert_eq!(after.local_modes, before.local_modes);
            assert_eq!(after.input_modes, before.input_modes);
            assert_eq!(after.output_modes, before.output_modes);
        });
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a terminal and another process go by the system's clock"
)]
fn the_window_follows_and_keys_reach_the_server() {
    with_server(|server| {
        let mut session = Session::begin(&server);
        session.sees("$ ");
        session.types(b"window\r");
        session.sees("100x30");
        pty::resize(&session.terminal, 120, 40);
        session.signal(Signal::WINCH);
        // The size is told before the next key.
        let told = |server: &Server<Telnet>| server.terminals()[0].window;
        let begun = std::time::Instant::now();
        while told(&server) != Some((120, 40)) && begun.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
        assert_eq!(told(&server), Some((120, 40)));
        session.types(b"\x1da");
        session.sees("[yes]");
        session.types(b"\x1di");
        session.sees("^C");
        session.types(b"\x1d?");
        session.sees("quit");
        session.types(b"\x1d.");
        assert_eq!(session.ends(), Some(0));
    });
}
