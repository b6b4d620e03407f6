//! What the server can do and how it is told to: FEAT, OPTS, SYST, HELP, STAT, SITE.

use crate::ftp::checksum::Algorithm;
use crate::ftp::describe::Fact;
use crate::ftp::reply::{self, reply};
use crate::ftp::session::{Mode, Session};
use crate::ftp::stamp;
use crate::ftp::tree::Trouble;

impl Session<'_> {
    pub(super) fn feat(&self) -> Vec<u8> {
        let features = self.wire.settings().offer.list(self.features());
        if features.is_empty() {
            return reply(211, "nothing beyond RFC 959");
        }
        reply::lines(211, "features:", features, "end")
    }

    fn features(&self) -> Vec<String> {
        let mut list: Vec<String> = [
            "CLNT",
            "EPRT",
            "EPSV",
            "HOST",
            "MDTM",
            "MFMT",
            "MODE Z",
            "REST STREAM",
            "SIZE",
            "TVFS",
            "UTF8",
            "XCRC",
            "XMD5",
            "XSHA1",
            "XSHA256",
        ]
        .map(str::to_owned)
        .to_vec();
        if self.wire.offers_upgrade() {
            list.push("AUTH TLS".to_owned());
        }
        if self.wire.offers_upgrade() || self.wire.secured().is_some() {
            list.extend(["CCC", "PBSZ", "PROT"].map(str::to_owned));
        }
        list.push(self.hash.feature());
        let facts = Fact::ALL.map(|fact| {
            let star = if self.facts.contains(&fact) { "*" } else { "" };
            format!("{}{star};", fact.name())
        });
        list.push(format!("MLST {}", facts.concat()));
        list
    }

    pub(super) fn opts(&mut self, argument: &str) -> Vec<u8> {
        let (name, value) = argument.split_once(' ').unwrap_or((argument, ""));
        match name.to_ascii_uppercase().as_str() {
            "UTF8" | "UTF-8" => reply(200, "UTF-8 it is, always"),
            "MLST" => {
                self.facts = value.split(';').filter_map(Fact::find).collect();
                let names = self.facts.iter().map(|fact| format!("{};", fact.name()));
                reply(200, &format!("MLST OPTS {}", names.collect::<String>()))
            }
            "HASH" => {
                match Algorithm::find(value) {
                    Some(algorithm) => self.hash = algorithm,
                    None if value.is_empty() => {}
                    None => return reply(504, "no such algorithm"),
                }
                reply(200, self.hash.name())
            }
            "MODE" if value.to_ascii_uppercase().starts_with("Z") => reply(200, "noted"),
            _ => reply(501, "no such option"),
        }
    }

    /// STAT without a path: how things stand.
    pub(super) fn status(&self) -> Vec<u8> {
        let mode = match self.mode {
            Mode::Stream => "stream",
            Mode::Deflate => "deflate",
        };
        let lines = [format!("mode: {mode}")];
        reply::lines(211, "netspeak-fake FTP", lines, "end")
    }

    pub(super) fn site(&self, argument: &[u8]) -> Vec<u8> {
        let mut words = argument.splitn(3, |&byte| byte == b' ');
        let word = String::from_utf8_lossy(words.next().unwrap_or_default()).to_ascii_uppercase();
        let value = String::from_utf8_lossy(words.next().unwrap_or_default());
        let path = self.resolve(words.next().unwrap_or_default());
        let done = match word.as_str() {
            "CHMOD" => match u32::from_str_radix(&value, 8) {
                Ok(mode) => self.ftp.tree.set_mode(&path, mode),
                Err(_) => return reply(501, "that is no mode"),
            },
            "UTIME" => match stamp::read(&value) {
                Some(second) => self.ftp.tree.touch(&path, second),
                None => return reply(501, "that is no time"),
            },
            "HELP" => return reply(214, "CHMOD UTIME"),
            _ => return reply(500, "no such SITE command"),
        };
        done_or(done, 200, "done")
    }
}

/// The reply to something that was tried.
pub(super) fn done_or(done: Result<(), Trouble>, code: u16, text: &str) -> Vec<u8> {
    match done {
        Ok(()) => reply(code, text),
        Err(trouble) => reply(550, trouble.text()),
    }
}
