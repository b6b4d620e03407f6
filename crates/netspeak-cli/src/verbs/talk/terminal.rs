//! A Telnet session in this terminal: every key goes to the server at once, the window's size follows, and the
//! terminal is as it was whatever ends the session.

use std::io::{self, Write};
use std::panic;
use std::time::Duration;

use netspeak::telnet::{Client, Side, TelnetOption, Window};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use tokio::io::AsyncReadExt;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;
use crate::output;

/// Ctrl-]
const ESCAPE: u8 = 0x1d;

/// The terminal in raw mode, for as long as this lives.
struct Raw {
    before: Termios,
}

impl Raw {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        // A panic that ends the process at once must not leave the terminal raw.
        let (saved, earlier) = (before.clone(), panic::take_hook());
        panic::set_hook(Box::new(move |info| {
            restore(&saved);
            earlier(info);
        }));
        tcsetattr(io::stdin(), OptionalActions::Flush, &raw)?;
        Ok(Self { before })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        restore(&self.before);
    }
}

fn restore(before: &Termios) {
    // A terminal that is gone needs nothing.
    let _ = tcsetattr(io::stdin(), OptionalActions::Drain, before);
}

/// What ends a session from outside; each of them would otherwise end this process with the terminal raw.
struct Ends([Signal; 3]);

impl Ends {
    fn new() -> io::Result<Self> {
        Ok(Self([
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::quit())?,
        ]))
    }

    async fn next(&mut self) {
        let [terminate, hangup, quit] = &mut self.0;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
            _ = quit.recv() => {}
        }
    }
}

/// What becomes of the session.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    Quit,
}

/// Whether the key before was the escape.
#[derive(Default)]
struct Keys {
    is_escaped: bool,
    /// What is typed while the server does not show it: it is sent when the line is complete.
    line: Vec<u8>,
}

pub(super) async fn interact(mut client: Client) -> Result<(), Failure> {
    output::say("Ctrl-] q ends the session");
    let mut resized = signal(SignalKind::window_change())?;
    let mut ends = Ends::new()?;
    let mut stdin = tokio::io::stdin();
    let mut stdout = io::stdout();
    let _raw = Raw::begin()?;
    if let Some(window) = window() {
        client.resize(window).await?;
    }
    client.set_timeout(Some(Duration::MAX));
    let mut keys = Keys::default();
    let mut room = [0; 1024];
    loop {
        tokio::select! {
            piece = client.chunk() => match piece? {
                Some(piece) => {
                    stdout.write_all(piece)?;
                    stdout.flush()?;
                }
                None => break,
            },
            typed = stdin.read(&mut room) => {
                let typed = room.get(..typed?).unwrap_or_default().to_vec();
                if typed.is_empty() || keys.take(&typed, &mut client, &mut stdout).await? == Next::Quit {
                    break;
                }
            }
            _ = resized.recv() => {
                if let Some(window) = window() {
                    client.resize(window).await?;
                }
            }
            () = ends.next() => break,
        }
    }
    stdout.write_all(b"\r\n")?;
    Ok(stdout.flush()?)
}

fn window() -> Option<Window> {
    let size = tcgetwinsize(io::stdin()).ok()?;
    Some(Window {
        columns: size.ws_col,
        rows: size.ws_row,
    })
}

impl Keys {
    async fn take(
        &mut self,
        typed: &[u8],
        client: &mut Client,
        stdout: &mut io::Stdout,
    ) -> Result<Next, Failure> {
        let shows = client.engine().is_on(Side::Remote, TelnetOption::ECHO);
        let mut text = Vec::new();
        for key in typed {
            if std::mem::take(&mut self.is_escaped) {
                client.write_bytes(&std::mem::take(&mut text)).await?;
                match key {
                    b'q' | b'.' => return Ok(Next::Quit),
                    b'b' => client.send_break().await?,
                    b'i' => client.interrupt().await?,
                    b'a' => client.are_you_there().await?,
                    &ESCAPE => text.push(ESCAPE),
                    _ => {
                        let help =
                            "\r\nq quit, b break, i interrupt, a are you there, Ctrl-] itself\r\n";
                        stdout.write_all(help.as_bytes())?;
                        stdout.flush()?;
                    }
                }
                continue;
            }
            match key {
                &ESCAPE => self.is_escaped = true,
                key if shows => text.push(if *key == b'\r' { b'\n' } else { *key }),
                key => self.edit(*key, &mut text, stdout)?,
            }
        }
        client.write_bytes(&text).await?;
        Ok(Next::GoOn)
    }

    /// The server does not show what is typed: it is shown here, and sent line by line.
    fn edit(&mut self, key: u8, text: &mut Vec<u8>, stdout: &mut io::Stdout) -> io::Result<()> {
        match key {
            b'\r' | b'\n' => {
                stdout.write_all(b"\r\n")?;
                text.append(&mut self.line);
                text.push(b'\n');
            }
            8 | 0x7f => {
                if self.line.pop().is_some() {
                    stdout.write_all(b"\x08 \x08")?;
                }
            }
            // Other control characters mean something to the server, not to a line.
            0..=0x1f => text.push(key),
            key => {
                stdout.write_all(&[key])?;
                self.line.push(key);
            }
        }
        stdout.flush()
    }
}
