//! Many articles, pipelined: commands run ahead of the replies (RFC 3977 section 3.5).

use std::collections::VecDeque;

use netspeak_core::Phase;

use super::group::right_one;
use super::{Client, Line, Rest};
use crate::codec::Expect;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Found, Reply};
use crate::types::Which;

/// How far commands may run ahead. The commands of a full window are at most 17 KiB, so they fit into a
/// server's receive buffer; the answers are read as they come.
const WINDOW: usize = 64;

/// What to fetch of each article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// All of it (ARTICLE).
    Article,
    /// The header (HEAD).
    Head,
    /// What stands behind the header (BODY).
    Body,
    /// Whether it is there (STAT).
    Stat,
}

impl Part {
    fn command(self, which: &Which) -> Command<'_> {
        match self {
            Self::Article => Command::Article(which),
            Self::Head => Command::Head(which),
            Self::Body => Command::Body(which),
            Self::Stat => Command::Stat(which),
        }
    }
}

/// Articles being received one after the other, in the order in which they were asked for.
///
/// ```no_run
/// # async fn example(client: &mut netspeak_nntp::Client, ids: Vec<netspeak_nntp::MessageId>) -> netspeak_nntp::Result<()> {
/// use netspeak_nntp::Part;
///
/// let mut batch = client.fetch(ids, Part::Body)?;
/// while let Some((which, answer)) = batch.next().await? {
///     match answer {
///         Ok(_) => {
///             while let Some(piece) = batch.chunk().await? {
///                 println!("{} bytes of {which}", piece.len());
///             }
///         }
///         Err(refusal) => println!("{which}: {refusal}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// Every reply is bound to the article whose command it answers; a missing article (430, 423) is that
/// article's result, and the others keep their order. A server that asks for a login (480) in the middle
/// gets it, if the client knows credentials, and what it has not answered is asked for again.
///
/// The futures of its methods may be dropped and called again, but not during such a login; dropping the
/// batch itself before its end poisons the session.
#[derive(Debug)]
pub struct Batch<'a> {
    client: &'a mut Client,
    part: Part,
    waiting: VecDeque<Which>,
    asked: VecDeque<Which>,
    inside: Inside,
    login: Login,
}

/// Whether a text is being received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Between,
    Text,
}

/// Whether the server has asked for a login in this batch.
#[derive(Debug)]
enum Login {
    Unasked,
    /// It has; these are to be asked for again once the rest of the window is read.
    Due(VecDeque<Which>),
    Done,
}

impl Client {
    /// Fetches many articles, by ids or by numbers in the selected group, pipelined.
    ///
    /// # Errors
    /// [`Error::Poisoned`].
    pub fn fetch<W: Into<Which>>(
        &mut self,
        articles: impl IntoIterator<Item = W>,
        part: Part,
    ) -> Result<Batch<'_>> {
        let waiting: VecDeque<Which> = articles.into_iter().map(Into::into).collect();
        self.conn.begin_in_turn(Phase::Work)?;
        if waiting.is_empty() {
            self.conn.finish();
        }
        Ok(Batch {
            client: self,
            part,
            waiting,
            asked: VecDeque::with_capacity(WINDOW),
            inside: Inside::Between,
            login: Login::Unasked,
        })
    }
}

impl Batch<'_> {
    /// The next article: which one, and what the server says about it or why there is none. `None` when
    /// all were answered. What was not read of the article before is skipped.
    ///
    /// # Errors
    /// Network errors, which end the batch.
    pub async fn next(&mut self) -> Result<Option<(Which, Result<Found>)>> {
        loop {
            while self.inside == Inside::Text {
                self.chunk().await?;
            }
            self.log_in_if_due().await?;
            self.run_ahead()?;
            if self.asked.is_empty() {
                return Ok(None);
            }
            self.client.codec.expect(match self.part {
                Part::Stat => Expect::Line,
                _ => Expect::Text,
            });
            self.client.conn.reply_due();
            // Dropped here, the article still waits for its reply, and the next call goes on with it.
            let (reply, rest) = self.client.status().await?;
            let Some(which) = self.asked.pop_front() else {
                return Ok(None);
            };
            if rest == Rest::Follows {
                self.inside = Inside::Text;
                self.client.conn.data_due();
            }
            if let Some(which) = self.put_off(which, &reply) {
                let answer = self.judged(&which, reply, rest);
                self.finish_if_done()?;
                return Ok(Some((which, answer)));
            }
        }
    }

    /// The next piece of the current article; `None` at its end.
    ///
    /// # Errors
    /// As [`Text::chunk`](super::Text::chunk).
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>> {
        if self.inside == Inside::Between {
            return Ok(None);
        }
        match self.client.next_piece().await? {
            Some(range) => Ok(Some(self.client.bytes_of(&Line::Wire(range)))),
            None => {
                self.inside = Inside::Between;
                self.finish_if_done()?;
                Ok(None)
            }
        }
    }

    /// What a reply says about the article. The text of another one is not to be used.
    fn judged(&self, which: &Which, reply: Reply, rest: Rest) -> Result<Found> {
        if !reply.is_ok() {
            let verb = format!("{} {which}", self.part.command(which).verb());
            return Err(Error::refused(verb, Phase::Work, reply));
        }
        if rest == Rest::None && self.part != Part::Stat {
            return Err(Error::malformed("an article", reply.raw()));
        }
        right_one(which, &reply)
    }

    /// An article that waits for a login, and all behind it, are asked for again.
    fn put_off(&mut self, which: Which, reply: &Reply) -> Option<Which> {
        match &mut self.login {
            Login::Due(again) => {
                again.push_back(which);
                None
            }
            Login::Unasked if reply.code() == 480 && self.client.credentials.is_some() => {
                self.login = Login::Due(VecDeque::from([which]));
                None
            }
            _ => Some(which),
        }
    }

    async fn log_in_if_due(&mut self) -> Result<()> {
        let Login::Due(again) = &mut self.login else {
            return Ok(());
        };
        if !self.asked.is_empty() {
            return Ok(());
        }
        while let Some(which) = again.pop_back() {
            self.waiting.push_front(which);
        }
        self.login = Login::Done;
        self.client.conn.finish();
        self.client.log_in_again().await?;
        Ok(self.client.conn.begin_in_turn(Phase::Work)?)
    }

    /// Tops the window up when it is half empty, so that commands leave in groups.
    fn run_ahead(&mut self) -> Result<()> {
        let window = self.client.conn.limits().window(WINDOW);
        if self.asked.len() > window / 2 || matches!(self.login, Login::Due(_)) {
            return Ok(());
        }
        if self.asked.is_empty() && !self.waiting.is_empty() {
            self.client.conn.in_turn()?;
        }
        while self.asked.len() < window {
            let Some(which) = self.waiting.pop_front() else {
                break;
            };
            let command = self.part.command(&which);
            // They leave while the next reply is awaited.
            self.client
                .conn
                .queue_command(|wire| command.encode(wire))?;
            self.asked.push_back(which);
        }
        Ok(())
    }

    /// What is left over when every command has its reply shows that some reply was not the one it was
    /// taken for.
    fn finish_if_done(&mut self) -> Result<()> {
        let is_done = self.asked.is_empty() && self.waiting.is_empty();
        if !is_done || self.inside == Inside::Text || matches!(self.login, Login::Due(_)) {
            return Ok(());
        }
        if self.client.conn.has_unread() {
            self.client.conn.in_turn()?;
        }
        self.client.conn.finish();
        Ok(())
    }
}
