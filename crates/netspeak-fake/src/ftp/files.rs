//! Files without their data: DELE, RNFR, RNTO, SIZE, MDTM, MFMT.

use crate::ftp::features::done_or;
use crate::ftp::reply::reply;
use crate::ftp::session::{Kind as Type, Session};
use crate::ftp::stamp;
use crate::ftp::tree::Kind;

impl Session<'_> {
    pub(super) fn dele(&self, argument: &[u8]) -> Vec<u8> {
        let removed = self.ftp.tree.remove_file(&self.resolve(argument));
        done_or(removed, 250, "removed")
    }

    pub(super) fn rnfr(&mut self, argument: &[u8]) -> Vec<u8> {
        let path = self.resolve(argument);
        match self.ftp.tree.node(&path) {
            Err(trouble) => reply(550, trouble.text()),
            Ok(_) => {
                self.renaming = Some(path);
                reply(350, "and the new name?")
            }
        }
    }

    pub(super) fn rnto(&mut self, argument: &[u8]) -> Vec<u8> {
        let Some(from) = self.renaming.take() else {
            return reply(503, "RNFR first");
        };
        let renamed = self.ftp.tree.rename(&from, &self.resolve(argument));
        done_or(renamed, 250, "renamed")
    }

    /// The size as a transfer would have it (RFC 3659 section 4): in ASCII nobody counts.
    pub(super) fn size(&self, argument: &[u8]) -> Vec<u8> {
        if self.kind == Type::Ascii {
            return reply(550, "SIZE is for TYPE I");
        }
        match self.ftp.tree.node(&self.resolve(argument)) {
            Err(trouble) => reply(550, trouble.text()),
            Ok(node) => match node.kind {
                Kind::File(bytes) => reply(213, &bytes.len().to_string()),
                Kind::Folder => reply(550, "not a file"),
            },
        }
    }

    pub(super) fn mdtm(&self, argument: &[u8]) -> Vec<u8> {
        match self.ftp.tree.node(&self.resolve(argument)) {
            Err(trouble) => reply(550, trouble.text()),
            Ok(node) => reply(213, &stamp::write(node.modified)),
        }
    }

    /// MFMT (draft-somers-ftp-mfxx): a time, a blank, a path.
    pub(super) fn mfmt(&self, argument: &[u8]) -> Vec<u8> {
        let mut words = argument.splitn(2, |&byte| byte == b' ');
        let text = String::from_utf8_lossy(words.next().unwrap_or_default());
        let (Some(second), Some(path)) = (stamp::read(&text), words.next()) else {
            return reply(501, "a time and a path, please");
        };
        match self.ftp.tree.touch(&self.resolve(path), second) {
            Err(trouble) => reply(550, trouble.text()),
            Ok(()) => {
                let head = format!("213 Modify={}; ", stamp::write(second));
                [head.as_bytes(), path, b"\r\n"].concat()
            }
        }
    }
}
