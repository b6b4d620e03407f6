//! One FTP session: the control connection, and what it knows from one command to the next.

use std::collections::VecDeque;

use crate::auth::Framing;
use crate::dialogue::{Command, Dialogue};
use crate::ftp::Ftp;
use crate::ftp::addresses::Way;
use crate::ftp::checksum::Algorithm;
use crate::ftp::describe::Fact;
use crate::ftp::login::Login;
use crate::ftp::reply::{reply, without_telnet};
use crate::ftp::security::Protection;
use crate::ftp::transfer::Job;
use crate::ftp::tree::resolve;
use crate::protocol::Speak;
use crate::wire::{Flow, Wire};

/// TYPE (RFC 959 section 3.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Ascii,
    Image,
}

/// MODE (RFC 959 section 3.4; Z is draft-preston-ftpext-deflate).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Stream,
    Deflate,
}

/// Whether EPSV is the only way to data connections (RFC 2428 section 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum EpsvAll {
    #[default]
    No,
    Yes,
}

impl Speak for Ftp {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        if let Some(socket) = wire.socket() {
            // A Unix socket has no such thing and needs none.
            let _ = socket.set_out_of_band_inline(true);
        }
        wire.greet(reply(220, "netspeak-fake FTP ready")).await?;
        Session::new(self, wire).serve().await
    }
}

pub(super) struct Session<'a> {
    pub(super) ftp: &'a Ftp,
    pub(super) wire: &'a mut Wire,
    pub(super) login: Login,
    pub(super) folder: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) mode: Mode,
    pub(super) protection: Protection,
    /// How the next data connection comes about.
    pub(super) way: Option<Way>,
    pub(super) epsv_all: EpsvAll,
    /// Where the next transfer begins (REST).
    pub(super) offset: usize,
    /// What RNFR has named.
    pub(super) renaming: Option<Vec<u8>>,
    pub(super) facts: Vec<Fact>,
    pub(super) hash: Algorithm,
    /// The transfer that the command at hand has begun.
    pub(super) job: Option<Job>,
    /// Commands that came during a transfer.
    pub(super) waiting: VecDeque<Vec<u8>>,
}

impl<'a> Session<'a> {
    fn new(ftp: &'a Ftp, wire: &'a mut Wire) -> Self {
        Self {
            ftp,
            wire,
            login: Login::default(),
            folder: b"/".to_vec(),
            kind: Kind::default(),
            mode: Mode::default(),
            protection: Protection::default(),
            way: None,
            epsv_all: EpsvAll::default(),
            offset: 0,
            renaming: None,
            facts: Fact::ALL.to_vec(),
            hash: Algorithm::default(),
            job: None,
            waiting: VecDeque::new(),
        }
    }
}

impl Dialogue for Session<'_> {
    const UPGRADE: Option<&'static str> = Some("AUTH");
    const SASL: Option<Framing> = None;

    fn wire(&mut self) -> &mut Wire {
        self.wire
    }

    async fn command(&mut self) -> Flow<Command> {
        let line = match self.waiting.pop_front() {
            Some(line) => line,
            None => self.wire.line().await?,
        };
        Ok(Command::new(without_telnet(&line)))
    }

    async fn obey(&mut self, command: &Command) -> Flow<Option<Vec<u8>>> {
        self.reply(command).await.map(Some)
    }

    fn quote(&self, _verb: &str, said: &[u8]) -> Vec<u8> {
        [b"500 you said ", said, b"\r\n"].concat()
    }

    fn forget(&mut self) {
        self.login = Login::Out;
        self.folder = b"/".to_vec();
        self.protection = Protection::Clear;
        self.kind = Kind::default();
        self.mode = Mode::default();
        self.offset = 0;
        self.renaming = None;
    }

    fn is_last(&self, reply: &[u8]) -> bool {
        reply.starts_with(b"421")
    }

    async fn answer(&mut self, verb: &str, reply: Vec<u8>) -> Flow<()> {
        let reply = match verb {
            "PASV" | "EPSV" => self.with_address(&reply),
            _ => reply,
        };
        let is_last = verb == "QUIT" || self.is_last(&reply);
        self.wire.answer(verb, reply).await?;
        if is_last {
            return self.wire.close().await;
        }
        Ok(())
    }

    async fn then(&mut self, command: &Command, did: Option<&[u8]>) -> Flow<()> {
        let is_done = did.is_some_and(|did| !self.is_refusal(did));
        if let Some(job) = self.job.take() {
            return self.transfer(job).await;
        }
        match command.verb.as_str() {
            "CCC" if is_done => self.wire.end_tls().await,
            // All is forgotten, TLS too (RFC 4217 section 11).
            "REIN" if is_done => {
                self.forget();
                if self.wire.secured().is_some() {
                    return self.wire.end_tls().await;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Session<'_> {
    /// Where a path leads from the current folder.
    pub(super) fn resolve(&self, path: &[u8]) -> Vec<u8> {
        resolve(&self.folder, path)
    }

    /// Does what was asked and tells the reply.
    async fn reply(&mut self, command: &Command) -> Flow<Vec<u8>> {
        let verb = command.verb.as_str();
        if !self.wire.settings().offer.knows(verb) {
            return Ok(reply(500, "unknown command"));
        }
        let argument = command.argument().unwrap_or_default();
        let text = String::from_utf8_lossy(argument);
        if verb != "RNTO" {
            self.renaming = None;
        }
        Ok(match verb {
            "USER" => self.user(&text),
            "PASS" => return self.pass(argument).await,
            "ACCT" => self.acct(&text),
            "REIN" => reply(220, "as if you were new"),
            "QUIT" => reply(221, "bye"),
            "AUTH" => self.auth(&text),
            "PBSZ" => self.pbsz(&text),
            "PROT" => self.prot(&text),
            "CCC" => self.ccc(),
            "FEAT" => self.feat(),
            "OPTS" => self.opts(&text),
            "SYST" => reply(215, "UNIX Type: L8"),
            "HOST" => reply(220, "that is me"),
            "CLNT" => reply(200, "nice to meet you"),
            "HELP" => reply(214, "see RFC 959"),
            "NOOP" => reply(200, "still here"),
            "ABOR" => reply(225, "nothing to abort"),
            _ if self.login != Login::In => reply(530, "log in first"),
            _ => return self.inside(verb, argument, &text).await,
        })
    }

    /// What needs a login.
    async fn inside(&mut self, verb: &str, argument: &[u8], text: &str) -> Flow<Vec<u8>> {
        Ok(match verb {
            "TYPE" => self.set_kind(text),
            "STRU" if text.eq_ignore_ascii_case("F") => reply(200, "files it is"),
            "MODE" => self.set_mode(text),
            "STRU" => reply(504, "files are all there is"),
            "ALLO" => reply(202, "no need"),
            "REST" => self.rest(text),
            "PASV" => self.pasv(verb),
            "EPSV" => self.epsv(verb, text),
            "PORT" => self.port(text),
            "EPRT" => self.eprt(text),
            "RETR" | "STOR" | "APPE" | "STOU" | "LIST" | "NLST" | "MLSD" => {
                return self.begin_transfer(verb, argument).await;
            }
            "PWD" | "XPWD" => self.pwd(),
            "CWD" | "XCWD" => self.cwd(argument),
            "CDUP" | "XCUP" => self.cwd(b".."),
            "MKD" | "XMKD" => self.mkd(argument),
            "RMD" | "XRMD" => self.rmd(argument),
            "DELE" => self.dele(argument),
            "RNFR" => self.rnfr(argument),
            "RNTO" => self.rnto(argument),
            "SIZE" => self.size(argument),
            "MDTM" => self.mdtm(argument),
            "MFMT" => self.mfmt(argument),
            "MLST" => self.mlst(argument),
            "STAT" if argument.is_empty() => self.status(),
            "STAT" => self.stat_path(argument),
            "SITE" => self.site(argument),
            "HASH" => self.hash(argument),
            "XCRC" => self.checksum(Algorithm::Crc32, argument),
            "XMD5" => self.checksum(Algorithm::Md5, argument),
            "XSHA1" => self.checksum(Algorithm::Sha1, argument),
            "XSHA256" => self.checksum(Algorithm::Sha256, argument),
            _ => reply(500, "what do you mean?"),
        })
    }

    fn set_kind(&mut self, text: &str) -> Vec<u8> {
        self.kind = match text.to_ascii_uppercase().as_str() {
            "A" | "A N" => Kind::Ascii,
            "I" | "L 8" => Kind::Image,
            _ => return reply(504, "A or I"),
        };
        reply(200, "so be it")
    }

    fn set_mode(&mut self, text: &str) -> Vec<u8> {
        self.mode = match text.to_ascii_uppercase().as_str() {
            "S" => Mode::Stream,
            "Z" => Mode::Deflate,
            _ => return reply(504, "S or Z"),
        };
        reply(200, "so be it")
    }

    fn rest(&mut self, text: &str) -> Vec<u8> {
        match text.parse() {
            Ok(offset) => {
                self.offset = offset;
                reply(350, "from there, then")
            }
            Err(_) => reply(501, "that is no offset"),
        }
    }
}
