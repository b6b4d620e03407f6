//! A Telnet session by a script on standard input.

use std::io::{self, Write};
use std::time::Duration;

use netspeak::core::Secret;
use netspeak::core::text::printable;
use netspeak::telnet::{Client, Pattern};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::failure::Failure;

/// What a line of a script says.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// Waits for this text.
    Expect(String),
    /// Says this line.
    Send(String),
    /// Nothing.
    Remark,
}

impl Line {
    fn read(line: &str) -> Result<Self, Failure> {
        let line = line.trim_end_matches(['\r', '\n']);
        if line.trim().is_empty() || line.starts_with('#') {
            return Ok(Self::Remark);
        }
        let (word, text) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "expect" if !text.is_empty() => Ok(Self::Expect(text.to_owned())),
            "send" => Ok(Self::Send(text.to_owned())),
            _ => Err(Failure::usage(format!(
                "{:?} is no line of a script: expect TEXT, send TEXT, # remark",
                printable(line.as_bytes())
            ))),
        }
    }
}

/// Plays the script, then waits until the server closes. What the server says is the output.
pub(super) async fn play(mut client: Client) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    // What is said to whoever asks for a password is one.
    let mut is_secret = false;
    while let Some(line) = lines.next_line().await? {
        match Line::read(&line)? {
            Line::Expect(text) => {
                is_secret = text.to_ascii_lowercase().contains("pass");
                let expected = client.expect(&[Pattern::text(text)]).await;
                // What came instead is worth seeing.
                let rest = match &expected {
                    Ok(found) => [&*found.before, &found.matched].concat(),
                    Err(_) => client.take_text(),
                };
                stdout.write_all(&rest)?;
                stdout.flush()?;
                expected?;
            }
            Line::Send(text) if is_secret => {
                is_secret = false;
                client.write_secret(&Secret::from(text)).await?;
            }
            Line::Send(text) => client.write_line(&text).await?,
            Line::Remark => {}
        }
    }
    // The server ends it, or --max-time.
    client.set_timeout(Some(Duration::MAX));
    while let Some(piece) = client.chunk().await? {
        stdout.write_all(piece)?;
    }
    Ok(stdout.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_expects_or_sends() {
        for (line, expected) in [
            ("expect login: ", Some(Line::Expect("login: ".to_owned()))),
            ("send  a b ", Some(Line::Send(" a b ".to_owned()))),
            ("send", Some(Line::Send(String::new()))),
            ("# send", Some(Line::Remark)),
            ("  ", Some(Line::Remark)),
            ("expect", None),
            ("type x", None),
        ] {
            assert_eq!(Line::read(line).ok(), expected, "{line:?}");
        }
    }
}
