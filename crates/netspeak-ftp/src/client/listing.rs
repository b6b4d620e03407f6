//! Listings: LIST, MLSD, NLST over a data connection, MLST and STAT without one.

use netspeak_core::{Limits, Phase, Trace};

use super::flow::{Flow, Way};
use super::open::Needs;
use super::{Asked, Client, Mlsd, positive};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::listing::{
    Entry, Found, Listed, ListingCodec, ListingEvent, ListingParser, Timestamp, mlst,
};
use crate::response::Reply;
use crate::types::{Features, TransferMode, TransferType};

/// A listing being received. It holds one line at a time.
///
/// It is whole once [`next`](Self::next) has answered `None`. Dropping it before that poisons the
/// session; [`abort`](Self::abort) does not.
#[derive(Debug)]
pub struct Listing<'a> {
    flow: Option<Flow<'a>>,
    codec: ListingCodec,
    found: Found,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Flowing,
    /// The data has ended, and the server has not said yet that it was all.
    Unconfirmed,
    Ended,
}

impl Client {
    /// The entries of a folder, in the best form that the server has: MLSD, else LIST. An empty path
    /// is the current folder.
    ///
    /// # Errors
    /// `work.not_found`, `work.denied`, `work.rejected` if the server refuses; `data.*` if there is no
    /// data connection.
    pub async fn entries(&mut self, path: impl AsRef<[u8]>) -> Result<Listing<'_>> {
        let path = path.as_ref();
        if self.features == Asked::NotYet {
            self.feat().await?;
        }
        if self.features().is_some_and(Features::mlst) && self.told.mlsd == Mlsd::Usable {
            let command = Command::Mlsd(some(path));
            match self.begin_transfer(&command, Needs::default()).await {
                Ok(begun) => {
                    let flow = Flow::new(self, command.verb(), begun);
                    return Ok(Listing::new(flow, ListingParser::mlsd()));
                }
                Err(error) if error.reply().is_some_and(Reply::is_not_understood) => {
                    // Announced, and not there; or it takes a path with blanks for two, and LIST does not.
                    let is_about_path = error.reply().is_some_and(|reply| reply.code() == 501)
                        && path.contains(&b' ');
                    if !is_about_path {
                        self.told.mlsd = Mlsd::Broken;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        self.list(path).await
    }

    /// MLSD: the entries of a folder with exact facts (RFC 3659 section 7). An empty path is the
    /// current folder.
    ///
    /// # Errors
    /// As [`entries`](Self::entries).
    pub async fn mlsd(&mut self, path: impl AsRef<[u8]>) -> Result<Listing<'_>> {
        let command = Command::Mlsd(some(path.as_ref()));
        let flow = self.transfer(&command, Needs::default()).await?;
        Ok(Listing::new(flow, ListingParser::mlsd()))
    }

    /// LIST: the entries of a folder in the words of the server's system. An empty path is the current
    /// folder.
    ///
    /// # Errors
    /// As [`entries`](Self::entries).
    pub async fn list(&mut self, path: impl AsRef<[u8]>) -> Result<Listing<'_>> {
        let parser = self.list_parser();
        let command = Command::List(some(path.as_ref()));
        let flow = self.transfer(&command, TEXT).await?;
        Ok(Listing::new(flow, parser))
    }

    /// NLST: the names in a folder. An empty path is the current folder. A folder without files is
    /// refused by some servers, in words that are understood.
    ///
    /// # Errors
    /// As [`entries`](Self::entries).
    pub async fn nlst(&mut self, path: impl AsRef<[u8]>) -> Result<Listing<'_>> {
        let path = path.as_ref();
        let parser = ListingParser::nlst(&String::from_utf8_lossy(path));
        let command = Command::Nlst(some(path));
        match self.begin_transfer(&command, TEXT).await {
            Ok(begun) => Ok(Listing::new(Flow::new(self, command.verb(), begun), parser)),
            Err(error) if error.reply().is_some_and(says_empty) => {
                Ok(Listing::empty(parser, self.control.conn.limits()))
            }
            Err(error) => Err(error),
        }
    }

    /// MLST: the facts about one file or folder, without a data connection (RFC 3659 section 7). Its
    /// name may be a whole path.
    ///
    /// # Errors
    /// `work.not_found`, `work.rejected`; [`Error::Malformed`] if the reply has no facts.
    pub async fn mlst(&mut self, path: impl AsRef<[u8]>) -> Result<Entry> {
        let command = Command::Mlst(some(path.as_ref()));
        let reply = self.simple(&command, Phase::Work).await?;
        let found = facts(&reply);
        found.ok_or_else(|| reply.lacks("the facts of a file").into())
    }

    /// STAT with a path: a listing without a data connection, as far as the server has that. It is
    /// held in memory, within the limits on listings.
    ///
    /// # Errors
    /// `work.not_found`, `work.rejected`; [`Error::Limit`] for a listing without end.
    pub async fn stat_list(&mut self, path: impl AsRef<[u8]>) -> Result<Vec<Listed>> {
        let command = Command::Stat(Some(path.as_ref()));
        self.check_state(&command)?;
        self.control.send(&command, Phase::Work).await?;
        self.control.expect_listing();
        let reply = self.control.last_reply().await?;
        let reply = self.control.finish(command.verb(), Phase::Work, reply)?;
        let reply = positive(&command, Phase::Work, reply)?;
        let mut parser = self.list_parser();
        let lines: Vec<_> = reply.came().collect();
        let inner = lines.len().saturating_sub(1);
        let mut found = Vec::new();
        for line in lines.into_iter().take(inner).skip(1) {
            // Some servers indent what is between the first line and the last.
            found.extend(parser.push(line.strip_prefix(b" ").unwrap_or(line)));
        }
        found.extend(parser.finish());
        Ok(found)
    }

    fn list_parser(&self) -> ListingParser {
        let now = Timestamp::now().to_zoned(self.settings.time_zone.clone());
        ListingParser::list(&now)
    }
}

/// LIST and NLST are text (RFC 959 section 4.1.3), and their lines end in CR LF either way: what was
/// said for files may stay.
const TEXT: Needs<'static> = Needs {
    transfer_type: TransferType::Image,
    mode: TransferMode::Stream,
    offset: 0,
    size_of: None,
    allocate: None,
};

fn some(path: &[u8]) -> Option<&[u8]> {
    (!path.is_empty()).then_some(path)
}

/// `450 No files found`, `550 No files found.`
fn says_empty(reply: &Reply) -> bool {
    matches!(reply.code(), 450 | 550) && reply.text().to_ascii_lowercase().contains("no files")
}

/// The line between the first and the last of the reply to MLST.
pub(super) fn facts(reply: &Reply) -> Option<Entry> {
    reply
        .came()
        .skip(1)
        .find_map(|line| mlst(line.strip_prefix(b" ").unwrap_or(line)))
}

impl<'a> Listing<'a> {
    fn new(flow: Flow<'a>, parser: ListingParser) -> Self {
        let limits = flow.client.control.conn.limits();
        Self {
            codec: ListingCodec::new(parser, limits),
            flow: Some(flow),
            found: Found::default(),
            stage: Stage::Flowing,
        }
    }

    fn empty(parser: ListingParser, limits: &Limits) -> Self {
        Self {
            flow: None,
            codec: ListingCodec::new(parser, limits),
            found: Found::default(),
            stage: Stage::Ended,
        }
    }

    /// The record of the data connection; `None` if there was none.
    pub fn trace(&self) -> Option<&Trace> {
        self.flow.as_ref().map(Flow::trace)
    }

    /// The next entry, or a line that no dialect has a meaning for; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Limit`] for a listing without end or a line without one; `data.*` as for
    /// [`Download::chunk`](super::Download::chunk).
    pub async fn next(&mut self) -> Result<Option<Listed>> {
        loop {
            if let Some(listed) = self.found.next() {
                return Ok(Some(listed));
            }
            let Some(flow) = &mut self.flow else {
                return Ok(None);
            };
            match self.stage {
                Stage::Ended => return Ok(None),
                Stage::Unconfirmed => {
                    flow.received_all().await?;
                    self.stage = Stage::Ended;
                }
                Stage::Flowing => match flow.event(&mut self.codec).await? {
                    ListingEvent::Line(found) => self.found = found,
                    ListingEvent::End(found) => {
                        self.found = found;
                        self.stage = Stage::Unconfirmed;
                    }
                },
            }
        }
    }

    /// All entries in memory, at most `max` of them; lines that mean nothing are left out.
    ///
    /// # Errors
    /// As [`next`](Self::next), and [`Error::Limit`] for more; the session is poisoned then.
    pub async fn collect(mut self, max: usize) -> Result<Vec<Entry>> {
        let mut all = Vec::new();
        while let Some(listed) = self.next().await? {
            if let Some(entry) = listed.entry() {
                if all.len() == max {
                    return Err(Error::limit("entries in a listing", max as u64));
                }
                all.push(entry);
            }
        }
        Ok(all)
    }

    /// ABOR: gives the rest up and keeps the session.
    ///
    /// # Errors
    /// Network errors; the session is of no use then.
    pub async fn abort(mut self) -> Result<()> {
        match (&mut self.flow, self.stage) {
            (None, _) | (_, Stage::Ended) => Ok(()),
            (Some(flow), _) => flow.abort(Way::In).await,
        }
    }
}
