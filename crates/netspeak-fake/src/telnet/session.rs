//! One Telnet session.

use flate2::{Compress, Compression, FlushCompress};

use crate::fault::GREETING;
use crate::protocol::Speak;
use crate::telnet::parser::{DO, DONT, IAC, Parser, Said, WILL, WONT, doubled, sub};
use crate::telnet::port::Port;
use crate::telnet::shell::{Answer, run};
use crate::telnet::terminal::{Terminal, words};
use crate::telnet::{BINARY, COM_PORT, COMPRESS2, ECHO, SGA, Serves, TIMING_MARK, Telnet};
use crate::wire::{Flow, Stop, Wire};

/// The longest line that is typed.
const LONGEST: usize = 64 * 1024;

/// How often a password may be wrong.
const TRIES: usize = 3;

impl Speak for Telnet {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        let number = {
            let mut seen = self.seen();
            seen.push(Terminal::default());
            seen.len() - 1
        };
        let mut session = Session {
            telnet: self,
            wire,
            number,
            parser: Parser::default(),
            pending: Vec::new().into_iter(),
            deflate: None,
            echoes: false,
            skips: false,
            local: Vec::new(),
            port: Port::default(),
        };
        session.open().await?;
        match self.serves {
            Serves::Port => session.loop_back().await,
            Serves::Shell => {
                session.log_in().await?;
                session.shell().await
            }
        }
    }
}

/// Whether what is typed may be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Typed {
    Shown,
    Hidden,
}

struct Session<'a> {
    telnet: &'a Telnet,
    wire: &'a mut Wire,
    number: usize,
    parser: Parser,
    pending: std::vec::IntoIter<u8>,
    deflate: Option<Compress>,
    /// The client has agreed that we show what it types.
    echoes: bool,
    /// The byte behind a CR belongs to it.
    skips: bool,
    /// What we have said WILL to.
    local: Vec<u8>,
    port: Port,
}

impl Session<'_> {
    async fn open(&mut self) -> Flow<()> {
        self.wire.begin(GREETING).await?;
        self.local.clone_from(&self.telnet.offers);
        let opening = [
            words(WILL, &self.telnet.offers),
            words(DO, &self.telnet.asks),
            self.telnet.raw.clone(),
            self.telnet.banner.clone(),
        ]
        .concat();
        let greeting = self.wire.script().forced(GREETING).unwrap_or(opening);
        self.wire.answer(GREETING, greeting).await
    }

    async fn log_in(&mut self) -> Flow<()> {
        let accounts = self.wire.settings().accounts.clone();
        if accounts.is_empty() {
            return Ok(());
        }
        for _ in 0..TRIES {
            self.say("login", b"login: ").await?;
            let name = self.line(Typed::Shown).await?;
            self.say("password", b"Password: ").await?;
            let password = self.line(Typed::Hidden).await?;
            self.say("password", b"\r\n").await?;
            self.wire.before_verdict().await?;
            if accounts.is_password(&name, password.as_bytes()) {
                return self.say("login", b"Welcome\r\n").await;
            }
            self.say("login", b"Login incorrect\r\n\r\n").await?;
        }
        self.wire.close().await
    }

    async fn shell(&mut self) -> Flow<()> {
        loop {
            let prompt = self.telnet.prompt.clone();
            self.say("", prompt.as_bytes()).await?;
            let line = self.line(Typed::Shown).await?;
            let word = line.split(' ').next().unwrap_or_default().to_owned();
            self.wire.begin(&word).await?;
            let terminal = self.terminal();
            if let Some(forced) = self.wire.script().forced(&word) {
                self.wire.answer(&word, forced).await?;
                continue;
            }
            match run(&line, &terminal) {
                Answer::Text(text) => self.say(&word, text.as_bytes()).await?,
                Answer::Pages(pages) => self.page(&word, pages).await?,
                Answer::Exit => {
                    self.say(&word, b"bye\r\n").await?;
                    return self.wire.leave().await;
                }
            }
        }
    }

    async fn page(&mut self, word: &str, pages: Vec<String>) -> Flow<()> {
        let mut pages = pages.into_iter().peekable();
        while let Some(page) = pages.next() {
            self.say(word, page.as_bytes()).await?;
            if pages.peek().is_some() {
                self.say(word, b" --More-- ").await?;
                self.byte().await?;
                let wiped = [[8; 10], [b' '; 10], [8; 10]].concat();
                self.say(word, &wiped).await?;
            }
        }
        Ok(())
    }

    /// What comes goes back.
    async fn loop_back(&mut self) -> Flow<()> {
        loop {
            let byte = self.byte().await?;
            self.say("", &[byte]).await?;
        }
    }

    fn terminal(&self) -> Terminal {
        self.telnet
            .seen()
            .get(self.number)
            .cloned()
            .unwrap_or_default()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Terminal) -> T) -> Option<T> {
        self.telnet.seen().get_mut(self.number).map(change)
    }

    /// The next line that is typed.
    async fn line(&mut self, typed: Typed) -> Flow<String> {
        let mut line = Vec::new();
        loop {
            let byte = self.byte().await?;
            match byte {
                b'\r' | b'\n' => {
                    self.skips = byte == b'\r';
                    if self.echoes && typed == Typed::Shown {
                        self.say("", b"\r\n").await?;
                    }
                    let line = String::from_utf8_lossy(&line).into_owned();
                    self.wire.typed(&line);
                    return Ok(line);
                }
                8 | 127 => {
                    line.pop();
                }
                byte => {
                    line.push(byte);
                    if line.len() > LONGEST {
                        return Err(Stop);
                    }
                    if self.echoes && typed == Typed::Shown {
                        self.say("", &[byte]).await?;
                    }
                }
            }
        }
    }

    /// The next byte that is typed; what else the client says is dealt with on the way.
    async fn byte(&mut self) -> Flow<u8> {
        loop {
            let Some(byte) = self.pending.next() else {
                self.pending = self.wire.octets().await?.into_iter();
                continue;
            };
            match self.parser.push(byte) {
                Some(Said::Byte(byte)) => {
                    if std::mem::take(&mut self.skips) && matches!(byte, b'\n' | 0) {
                        continue;
                    }
                    return Ok(byte);
                }
                Some(Said::Word(word, option)) => self.word(word, option).await?,
                Some(Said::Command(command)) => self.command(command).await?,
                Some(Said::Sub(COM_PORT, data)) => {
                    let answer = self.port.obey(&data);
                    self.send("", &answer).await?;
                }
                Some(Said::Sub(option, data)) => {
                    let next = self.change(|terminal| terminal.told(option, &data));
                    self.send("", &next.unwrap_or_default()).await?;
                }
                None => {}
            }
        }
    }

    async fn word(&mut self, word: u8, option: u8) -> Flow<()> {
        let name = match word {
            WILL => "WILL",
            WONT => "WONT",
            DO => "DO",
            _ => "DONT",
        };
        let asked = self.telnet.asks.contains(&option);
        let offered = self.telnet.offers.contains(&option);
        let next = self.change(|terminal| {
            terminal.words.push(format!("{name} {option}"));
            terminal.agreed(word, option)
        });
        let is_port = matches!(self.telnet.serves, Serves::Port);
        let known = matches!(option, BINARY | SGA) || is_port && option == COM_PORT;
        let answer = match (word, option) {
            (DO, TIMING_MARK) => vec![IAC, WILL, option],
            (DO, ECHO) if offered => {
                self.echoes = true;
                Vec::new()
            }
            (DONT, ECHO) => {
                self.echoes = false;
                Vec::new()
            }
            (DO, COMPRESS2) if offered => return self.compress().await,
            (WILL, _) if asked => next.unwrap_or_default(),
            (WILL, _) if known => vec![IAC, DO, option],
            (WILL, _) => vec![IAC, DONT, option],
            (DO, _) if self.local.contains(&option) => Vec::new(),
            (DO, _) if known => {
                self.local.push(option);
                vec![IAC, WILL, option]
            }
            (DO, _) => vec![IAC, WONT, option],
            _ => Vec::new(),
        };
        self.send("", &answer).await
    }

    async fn command(&mut self, command: u8) -> Flow<()> {
        match command {
            246 => self.say("", b"\r\n[yes]\r\n").await,
            244 => {
                let prompt = format!("^C\r\n{}", self.telnet.prompt);
                self.say("", prompt.as_bytes()).await
            }
            243 => self.say("", b"[break]\r\n").await,
            _ => Ok(()),
        }
    }

    async fn compress(&mut self) -> Flow<()> {
        if self.deflate.is_none() {
            self.send("", &sub(COMPRESS2, b"")).await?;
            self.deflate = Some(Compress::new(Compression::default(), true));
        }
        Ok(())
    }

    /// Says text, 255 doubled.
    async fn say(&mut self, verb: &str, text: &[u8]) -> Flow<()> {
        self.send(verb, &doubled(text)).await
    }

    async fn send(&mut self, verb: &str, bytes: &[u8]) -> Flow<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let bytes = match &mut self.deflate {
            Some(deflate) => {
                let mut out = Vec::with_capacity(bytes.len() + 1024);
                let flush = FlushCompress::Sync;
                deflate
                    .compress_vec(bytes, &mut out, flush)
                    .map_err(|_| Stop)?;
                out
            }
            None => bytes.to_vec(),
        };
        self.wire.answer(verb, bytes).await
    }
}
