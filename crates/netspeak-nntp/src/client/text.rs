//! ARTICLE, HEAD and BODY: a text as it flows.

use std::ops::Range;

use super::group::right_one;
use super::{Client, Line};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Found, Headers, Reply};
use crate::types::Which;

/// A header longer than this is no header.
const LONGEST_HEADER: usize = 1024 * 1024;

/// An article, or a part of one, being received. Its bytes are those that were posted, lines end in
/// CR LF, dots are undone.
///
/// Nothing is held in memory: read it piece by piece, copy it into a sink, or take it whole with a
/// limit of your own. Dropping it before its end poisons the session.
#[derive(Debug)]
pub struct Text<'a> {
    client: &'a mut Client,
    reply: Reply,
    found: Found,
    state: Flow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Flowing,
    Ended,
}

impl Client {
    /// ARTICLE: a whole article (RFC 3977 section 6.2.1).
    ///
    /// # Errors
    /// `work.not_found` if there is none; `proto.malformed` if the server sends another one, which is
    /// read and dropped.
    pub async fn article(&mut self, which: impl Into<Which>) -> Result<Text<'_>> {
        let which = which.into();
        self.text(&Command::Article(&which), &which).await
    }

    /// BODY: what stands behind the header (RFC 3977 section 6.2.3).
    ///
    /// # Errors
    /// As [`article`](Self::article).
    pub async fn body(&mut self, which: impl Into<Which>) -> Result<Text<'_>> {
        let which = which.into();
        self.text(&Command::Body(&which), &which).await
    }

    /// HEAD: the header (RFC 3977 section 6.2.2).
    ///
    /// # Errors
    /// As [`article`](Self::article); [`Error::Limit`] for more than 1 MiB.
    pub async fn head(&mut self, which: impl Into<Which>) -> Result<Headers> {
        let which = which.into();
        let mut text = self.text(&Command::Head(&which), &which).await?;
        Ok(Headers::parse(&text.bytes(LONGEST_HEADER).await?).0)
    }

    async fn text(&mut self, command: &Command<'_>, which: &Which) -> Result<Text<'_>> {
        let reply = self.begun(command).await?;
        match right_one(which, &reply) {
            Ok(found) => Ok(Text {
                client: self,
                reply,
                found,
                state: Flow::Flowing,
            }),
            Err(error) => {
                while self.line().await?.is_some() {}
                Err(error)
            }
        }
    }

    /// The next piece of the text that is being received; `None` at its end.
    pub(super) async fn next_piece(&mut self) -> Result<Option<Range<usize>>> {
        match self.next().await? {
            crate::codec::Event::Data(range) => Ok(Some(range)),
            _ => Ok(None),
        }
    }
}

impl Text<'_> {
    netspeak_core::text_methods!("an article");

    /// Its number in the selected group, if it was asked for by that, and its id.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// The status line that came before it.
    pub fn reply(&self) -> &Reply {
        &self.reply
    }

    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// Network errors; `proto.closed` if the connection ends inside the text, `work.timeout` if nothing
    /// comes for too long.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>> {
        if self.state == Flow::Ended {
            return Ok(None);
        }
        match self.client.next_piece().await? {
            Some(range) => Ok(Some(self.client.bytes_of(&Line::Wire(range)))),
            None => {
                self.state = Flow::Ended;
                self.client.conn.finish();
                Ok(None)
            }
        }
    }
}
