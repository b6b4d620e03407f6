//! [`Script`]: a peer that says what is written down, and listens.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A conversation as text: lines that begin with `S: ` are sent, lines that begin with `C: ` are
/// awaited. `C: *` takes any line, `S- ` sends without a line end; empty lines and lines that begin
/// with `#` are nothing. `... 3` lets three seconds pass, `...` alone, at the end, waits until the client leaves.
/// When the script is over the peer closes.
///
/// ```
/// # use netspeak_core::testing::Script;
/// let script = Script::new("
///     S: +OK ready
///     C: NOOP
///     S: +OK
/// ");
/// assert_eq!(script.said_by_peer(), b"+OK ready\r\n+OK\r\n");
/// ```
#[derive(Clone, Debug)]
pub struct Script(Vec<Turn>);

/// How a [`Script`] went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// Every line that the client said, without its end.
    pub said: Vec<String>,
    /// Whether the client stayed to the end of the script.
    pub finished: bool,
}

#[derive(Clone, Debug)]
enum Turn {
    Send(Vec<u8>),
    Await(String),
    Pause(Option<Duration>),
}

impl Script {
    /// Reads a script. Bytes in `S` lines may be written `\xNN`, `\r`, `\n`, `\0`, `\\`.
    ///
    /// # Panics
    /// On a line that is neither.
    #[expect(clippy::panic, reason = "a test helper reports by panicking")]
    pub fn new(text: &str) -> Self {
        let mut turns = Vec::new();
        for line in text
            .lines()
            .map(str::trim_start)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            turns.push(if let Some(sent) = line.strip_prefix("S: ") {
                Turn::Send([unescape(sent), b"\r\n".to_vec()].concat())
            } else if let Some(sent) = line.strip_prefix("S- ") {
                Turn::Send(unescape(sent))
            } else if line == "S:" {
                Turn::Send(b"\r\n".to_vec())
            } else if let Some(awaited) = line.strip_prefix("C: ") {
                Turn::Await(awaited.to_owned())
            } else if let Some(pause) = line.strip_prefix("...") {
                Turn::Pause(pause.trim().parse().ok().map(Duration::from_secs))
            } else {
                panic!("a script line begins with S: or C:, not {line:?}")
            });
        }
        Self(turns)
    }

    /// All that the peer says, for tests of a codec.
    pub fn said_by_peer(&self) -> Vec<u8> {
        let said = self.0.iter().filter_map(|turn| match turn {
            Turn::Send(bytes) => Some(bytes.as_slice()),
            _ => None,
        });
        said.collect::<Vec<_>>().concat()
    }

    /// The lines that the client is to say.
    pub fn said_by_client(&self) -> Vec<&str> {
        let said = self.0.iter().filter_map(|turn| match turn {
            Turn::Await(line) => Some(line.as_str()),
            _ => None,
        });
        said.collect()
    }

    /// How often [`assert_survives_faults`](super::assert_survives_faults) has this talk: there are three
    /// ways to fail at each byte that is read, two at each that is written, and each way misses once.
    /// Lines of the client count as they are written here, `*` too.
    pub fn faults(&self) -> usize {
        let written = self.said_by_client().into_iter();
        let written: usize = written.map(|line| line.len() + 2).sum();
        3 * (self.said_by_peer().len() + 1) + 2 * (written + 1)
    }

    /// The parts that the peer says in one go, each with the lines of the client before it.
    pub fn exchanges(&self) -> Vec<(Vec<&str>, Vec<u8>)> {
        let mut found: Vec<(Vec<&str>, Vec<u8>)> = vec![Default::default()];
        for turn in &self.0 {
            let spoken = found.last().is_some_and(|(_, said)| !said.is_empty());
            if spoken && matches!(turn, Turn::Await(_)) {
                found.push(Default::default());
            }
            match (turn, found.last_mut()) {
                (Turn::Send(bytes), Some((_, said))) => said.extend_from_slice(bytes),
                (Turn::Await(line), Some((asked, _))) => asked.push(line),
                _ => {}
            }
        }
        found
    }

    /// Plays the peer, until the client leaves.
    ///
    /// # Panics
    /// When the client says something else than the script awaits.
    pub async fn play(self, stream: impl AsyncRead + AsyncWrite + Unpin) -> Played {
        let mut stream = tokio::io::BufReader::new(stream);
        let mut said = Vec::new();
        let mut turns = self.0.into_iter();
        let mut finished = true;
        for turn in turns.by_ref() {
            let went_on = match turn {
                Turn::Send(bytes) => stream.write_all(&bytes).await.is_ok(),
                Turn::Pause(Some(time)) => {
                    // With the clock paused it jumps when everybody waits.
                    let nothing = std::future::pending::<()>();
                    tokio::time::timeout(time, nothing).await.is_err()
                }
                Turn::Pause(None) => {
                    listen(&mut stream, &mut said).await;
                    break;
                }
                Turn::Await(wanted) => match read_line(&mut stream).await {
                    Some(line) => {
                        assert!(
                            wanted == "*" || line == wanted,
                            "the client said {line:?} instead of {wanted:?}"
                        );
                        said.push(line);
                        true
                    }
                    None => false,
                },
            };
            if !went_on {
                finished = false;
                break;
            }
        }
        finished &= turns.next().is_none();
        let _ = stream.shutdown().await;
        listen(&mut stream, &mut said).await;
        Played { said, finished }
    }

    /// Plays the peer without looking at what the client says: each awaited line takes any line.
    /// For runs in which the client is made to fail.
    pub async fn play_loosely(self, stream: impl AsyncRead + AsyncWrite + Unpin) -> Played {
        let any = self.0.into_iter().map(|turn| match turn {
            Turn::Await(_) => Turn::Await("*".to_owned()),
            other => other,
        });
        Self(any.collect()).play(stream).await
    }
}

/// Takes down what the client says until it leaves.
async fn listen(stream: &mut (impl AsyncRead + Unpin), said: &mut Vec<String>) {
    while let Some(line) = read_line(stream).await {
        said.push(line);
    }
}

async fn read_line(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut line = Vec::new();
    loop {
        match stream.read_u8().await {
            Ok(b'\n') => break,
            Ok(byte) => line.push(byte),
            Err(_) => return None,
        }
    }
    let line = line.strip_suffix(b"\r").unwrap_or(&line);
    Some(String::from_utf8_lossy(line).into_owned())
}

/// Bytes written as text: `\r`, `\n`, `\t`, `\0`, `\\` and `\xNN` stand for what they do in Rust.
pub fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some((&escaped, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        match escaped {
            b'r' => out.push(b'\r'),
            b'n' => out.push(b'\n'),
            b't' => out.push(b'\t'),
            b'0' => out.push(0),
            b'x' => {
                let digits = rest.get(..2).and_then(|d| std::str::from_utf8(d).ok());
                out.extend(digits.and_then(|d| u8::from_str_radix(d, 16).ok()));
                rest = rest.get(2..).unwrap_or_default();
            }
            other => out.push(other),
        }
    }
    out
}
