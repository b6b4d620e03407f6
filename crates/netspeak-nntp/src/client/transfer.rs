//! From server to server: IHAVE (RFC 3977 section 6.3.2), CHECK and TAKETHIS (RFC 4644).

use std::collections::VecDeque;

use netspeak_core::Phase;

use super::Client;
use crate::codec::Expect;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::Reply;
use crate::types::MessageId;

/// How far CHECK may run ahead of its answers.
const WINDOW: usize = 64;

/// What a server made of an article that was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offered {
    /// 235, 239: it has it now.
    Taken,
    /// 435: it had it before, or does not want it; it was not sent.
    NotWanted,
    /// 431, 436: not now.
    Later(Reply),
    /// 437, 439: never.
    Rejected(Reply),
}

/// Whether a server wants an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// 238: send it.
    Yes,
    /// 438: no.
    No,
    /// 431: ask again later.
    Later(Reply),
}

impl Client {
    /// IHAVE: offers an article, and sends it if it is wanted.
    ///
    /// # Errors
    /// `work.*` for what is no answer about the article, such as 480 and 502; `work.in_doubt` if the
    /// connection was lost behind its last byte.
    pub async fn ihave(&mut self, id: &MessageId, article: &[u8]) -> Result<Offered> {
        let handed = match self.ask(&Command::Ihave(id)).await {
            Ok((go_on, _)) => self.hand_over("IHAVE", &go_on, 335, article).await,
            Err(error) => Err(error),
        };
        offered(handed)
    }

    /// MODE STREAM: articles will be streamed (RFC 4644 section 2.3). Servers that list STREAMING need
    /// it not.
    ///
    /// # Errors
    /// `work.rejected` if the server does not stream.
    pub async fn mode_stream(&mut self) -> Result<()> {
        self.simple(&Command::ModeStream).await.map(drop)
    }

    /// CHECK of many articles, pipelined: is each wanted? In the order of the ids.
    ///
    /// # Errors
    /// `work.*` for what is no answer about an article: the session is poisoned then, since others may
    /// be on their way. Network errors.
    pub async fn check(&mut self, ids: &[MessageId]) -> Result<Vec<Wanted>> {
        self.conn.begin_in_turn(Phase::Work)?;
        let mut answers = Vec::with_capacity(ids.len());
        let mut waiting: VecDeque<&MessageId> = ids.iter().collect();
        let window = self.conn.limits().window(WINDOW);
        let mut asked = 0;
        while answers.len() < ids.len() {
            while asked < window {
                let Some(id) = waiting.pop_front() else {
                    break;
                };
                let command = Command::Check(id);
                self.conn.queue_command(|wire| command.encode(wire))?;
                asked += 1;
            }
            self.codec.expect(Expect::Line);
            self.conn.reply_due();
            let (reply, _) = self.status().await?;
            asked -= 1;
            answers.push(match reply.code() {
                238 => Wanted::Yes,
                438 => Wanted::No,
                431 => Wanted::Later(reply),
                _ => return Err(Error::refused("CHECK", Phase::Work, reply)),
            });
        }
        self.conn.finish();
        Ok(answers)
    }

    /// TAKETHIS: sends an article without asking (RFC 4644 section 2.5).
    ///
    /// # Errors
    /// As [`ihave`](Self::ihave).
    pub async fn takethis(&mut self, id: &MessageId, article: &[u8]) -> Result<Offered> {
        let command = Command::TakeThis(id);
        self.still_welcome(&command, Phase::Work).await?;
        self.conn.begin_in_turn(Phase::Work)?;
        self.conn.queue_command(|wire| command.encode(wire))?;
        self.send_text(article).await?;
        self.codec.expect(Expect::Line);
        self.conn.reply_due();
        let (reply, _) = self.status().await?;
        self.conn.finish();
        if reply.is_ok() {
            return Ok(Offered::Taken);
        }
        offered(Err(Error::refused("TAKETHIS", Phase::Work, reply)))
    }
}

fn offered(answer: Result<Reply>) -> Result<Offered> {
    match answer {
        Ok(_) => Ok(Offered::Taken),
        Err(Error::Refused {
            reply,
            verb,
            kind,
            temporary,
            at,
        }) => match reply.code() {
            435 => Ok(Offered::NotWanted),
            431 | 436 => Ok(Offered::Later(reply)),
            437 | 439 => Ok(Offered::Rejected(reply)),
            _ => Err(Error::Refused {
                reply,
                verb,
                kind,
                temporary,
                at,
            }),
        },
        Err(error) => Err(error),
    }
}
