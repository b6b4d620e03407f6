//! The verbs that list: LIST, NLST, MLSD over a data connection; MLST and STAT in the reply.

use crate::ftp::describe::{Place, describe};
use crate::ftp::reply::{self, reply};
use crate::ftp::session::Session;
use crate::ftp::tree::{Kind, Trouble, name, parent};
use crate::ftp::{Listing, stamp};

impl Session<'_> {
    /// What LIST, NLST or MLSD sends for this argument.
    pub(super) fn listing(&self, verb: &str, argument: &[u8]) -> Result<Vec<u8>, Trouble> {
        if let Some(text) = self.ftp.texts.get(verb) {
            return Ok(text.clone());
        }
        match verb {
            "LIST" => self.long(without_options(argument)),
            "NLST" => self.short(without_options(argument)),
            _ => self.machine(argument),
        }
    }

    fn long(&self, argument: &[u8]) -> Result<Vec<u8>, Trouble> {
        let path = self.resolve(argument);
        let (listing, now): (Listing, _) = (self.ftp.listing, stamp::now());
        let node = self.ftp.tree.node(&path)?;
        if let Kind::File(_) = node.kind {
            return Ok(listing.line(argument, &node, now));
        }
        let children = self.ftp.tree.children(&path);
        Ok(children
            .iter()
            .flat_map(|(name, node)| listing.line(name, node, now))
            .collect())
    }

    /// Names only: those of a named folder with the folder in front, as most servers do.
    fn short(&self, argument: &[u8]) -> Result<Vec<u8>, Trouble> {
        let path = self.resolve(argument);
        let mut list = Vec::new();
        if let Kind::File(_) = self.ftp.tree.node(&path)?.kind {
            list.extend_from_slice(argument);
            list.extend_from_slice(b"\r\n");
            return Ok(list);
        }
        for (name, _) in self.ftp.tree.children(&path) {
            if !argument.is_empty() {
                list.extend_from_slice(argument);
                if !argument.ends_with(b"/") {
                    list.push(b'/');
                }
            }
            list.extend(name);
            list.extend_from_slice(b"\r\n");
        }
        Ok(list)
    }

    fn machine(&self, argument: &[u8]) -> Result<Vec<u8>, Trouble> {
        let path = self.resolve(argument);
        let (tree, facts) = (&self.ftp.tree, &self.facts);
        let node = tree.node(&path)?;
        if let Kind::File(_) = node.kind {
            return Err(Trouble::NoFolder);
        }
        let above = tree.node(parent(&path))?;
        let mut lines = vec![
            describe(facts, Place::Listed, b".", &node),
            describe(facts, Place::Above, b"..", &above),
        ];
        let children = tree.children(&path);
        lines.extend(
            children
                .iter()
                .map(|(name, node)| describe(facts, Place::Entry, name, node)),
        );
        Ok(lines
            .into_iter()
            .flat_map(|mut line| {
                line.extend_from_slice(b"\r\n");
                line
            })
            .collect())
    }

    /// MLST (RFC 3659 section 7.2): the facts of one file or folder.
    pub(super) fn mlst(&self, argument: &[u8]) -> Vec<u8> {
        let path = self.resolve(argument);
        match self.ftp.tree.node(&path) {
            Err(trouble) => reply(550, trouble.text()),
            Ok(node) => {
                let line = describe(&self.facts, Place::Entry, &path, &node);
                reply::lines(250, "begin", [line], "end")
            }
        }
    }

    /// STAT with a path: a listing in the reply (RFC 959 section 4.1.3).
    pub(super) fn stat_path(&self, argument: &[u8]) -> Vec<u8> {
        let listing = match self.ftp.texts.get("STAT") {
            Some(text) => Ok(text.clone()),
            None => self.long(without_options(argument)),
        };
        match listing {
            Err(trouble) => reply(550, trouble.text()),
            Ok(listing) => [
                b"213-status follows\r\n".as_slice(),
                &listing,
                b"213 end of status\r\n",
            ]
            .concat(),
        }
    }

    /// STOU: a name that nobody has yet, in the current folder.
    pub(super) fn unused_name(&self, wanted: &[u8]) -> Vec<u8> {
        let stem = if wanted.is_empty() {
            b"upload".as_slice()
        } else {
            name(wanted)
        };
        (1..)
            .map(|number: u64| [stem, format!(".{number}").as_bytes()].concat())
            .find(|name| self.ftp.tree.node(&self.resolve(name)).is_err())
            .unwrap_or_default()
    }
}

/// The path behind options for `ls`, which come in front of it.
fn without_options(argument: &[u8]) -> &[u8] {
    let mut rest = argument;
    while rest.starts_with(b"-") {
        rest = match rest.iter().position(|&byte| byte == b' ') {
            Some(space) => rest.get(space + 1..).unwrap_or_default(),
            None => b"",
        };
    }
    rest
}
