//! Lines out, whatever comes in, until somebody ends it.

use std::io::{self, IsTerminal};
use std::time::Duration;

use netspeak::core::ByteStream;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::time::timeout;

use super::command::{self, Typed};
use super::screen::Screen;
use crate::failure::Failure;
use crate::output;

/// How long a server may be silent once nothing more is typed.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the goodbye of the connection itself may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// Until the server closes, or the person has enough. What a script says goes out as it is; at a terminal a line
/// that begins with a stroke is for us.
pub(super) async fn converse(mut stream: ByteStream) -> Result<(), Failure> {
    let mut lines = BufReader::new(tokio::io::stdin()).split(b'\n');
    let is_person = io::stdin().is_terminal();
    let mut screen = Screen::new(is_person, stream.security());
    if is_person {
        output::say("/help tells what else can be typed, /quit ends it");
    }
    let mut is_typing = true;
    let mut room = vec![0; 64 * 1024];
    loop {
        tokio::select! {
            line = lines.next_segment(), if is_typing => {
                let Some(line) = line? else {
                    is_typing = false;
                    continue;
                };
                let line = line.strip_suffix(b"\r").unwrap_or(&line);
                match Typed::read(line, is_person) {
                    Typed::Line(line) => {
                        stream.write_all(&[line, b"\r\n"].concat()).await?;
                        stream.flush().await?;
                        screen.sent(line)?;
                    }
                    Typed::Quit => break,
                    Typed::Help => output::say(command::HELP),
                    Typed::Hex => screen.switch_hex(),
                    Typed::Save(file) => screen.save(file),
                    Typed::Unknown => output::say("there is no such command: /help; a line that begins with / is typed as //"),
                }
            }
            came = stream.read(&mut room) => {
                let came = room.get(..came?).unwrap_or_default();
                if came.is_empty() {
                    if is_person {
                        output::say("the server has closed the connection");
                    }
                    return Ok(());
                }
                screen.show(came)?;
            }
            () = tokio::time::sleep(PATIENCE), if !is_typing => break,
        }
    }
    // Who does not listen any more is not waited for.
    let _ = timeout(GOODBYE, stream.shutdown()).await;
    Ok(())
}
