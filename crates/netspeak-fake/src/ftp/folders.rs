//! Folders: PWD, CWD, CDUP, MKD, RMD (RFC 959 section 4.1, appendix II).

use crate::ftp::features::done_or;
use crate::ftp::reply::{self, reply};
use crate::ftp::session::Session;

impl Session<'_> {
    pub(super) fn pwd(&self) -> Vec<u8> {
        reply::path(257, &self.folder, "is where you are")
    }

    pub(super) fn cwd(&mut self, argument: &[u8]) -> Vec<u8> {
        let path = self.resolve(argument);
        if !self.ftp.tree.is_folder(&path) {
            return reply(550, "no such folder");
        }
        self.folder = path;
        reply(250, "here you are")
    }

    pub(super) fn mkd(&self, argument: &[u8]) -> Vec<u8> {
        let path = self.resolve(argument);
        match self.ftp.tree.make_folder(&path) {
            Ok(()) => reply::path(257, &path, "is made"),
            Err(trouble) => reply(550, trouble.text()),
        }
    }

    pub(super) fn rmd(&self, argument: &[u8]) -> Vec<u8> {
        let removed = self.ftp.tree.remove_folder(&self.resolve(argument));
        done_or(removed, 250, "removed")
    }
}
