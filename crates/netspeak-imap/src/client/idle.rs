//! IDLE: the server tells what happens when it happens (RFC 2177).

use std::time::Duration;

use netspeak_core::{Deadline, Phase, Wire};

use super::Client;
use super::talk::{Incoming, Said};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{StatusKind, Untagged};

/// A server may end a session that says nothing for 30 minutes (RFC 9051 section 5.4); RFC 2177 asks for less
/// than 29.
const REFRESH: Duration = Duration::from_secs(28 * 60);

/// A server that tells what happens in the open mailbox.
///
/// ```no_run
/// # async fn example(client: &mut netspeak_imap::Client) -> netspeak_imap::Result<()> {
/// use netspeak_imap::response::Untagged;
///
/// let mut idle = client.idle().await?;
/// while let Some(news) = idle.next().await? {
///     if let Untagged::Exists(count) = news {
///         println!("{count} messages now");
///         break;
///     }
/// }
/// idle.done().await?;
/// # Ok(())
/// # }
/// ```
///
/// The futures of its methods may be dropped and called again, so [`next`](Self::next) fits into `select!`
/// and under a time-out of your own. Dropping it without [`done`](Self::done) poisons the session.
#[derive(Debug)]
pub struct Idle<'a> {
    client: &'a mut Client,
    refresh: Duration,
    due: Deadline,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idling,
    /// DONE was said, and IDLE is to be said again.
    Renewing,
    /// IDLE was said, and the server has not begun.
    Starting,
    /// The server has ended it.
    Over,
}

impl Client {
    /// IDLE: waits for what happens (RFC 2177). What the server told before it comes first.
    ///
    /// # Errors
    /// `work.not_offered` if the server has no IDLE; `work.rejected`, network errors.
    pub async fn idle(&mut self) -> Result<Idle<'_>> {
        self.needs_any(&["IDLE", "IMAP4rev2"]).await?;
        self.begin(&Command::Idle, Phase::Work)?;
        let mut pass: fn(Untagged) -> Option<Untagged> = Some;
        let refused = match self.say(&Command::Idle, &mut pass).await? {
            Said::Answered(reply) => Some(reply),
            Said::All => self.wait_to_go(&mut pass).await?,
        };
        if let Some(reply) = refused {
            self.done("IDLE", Phase::Work, reply)?;
            return Err(Error::malformed(
                "a go-ahead for IDLE",
                self.conn.event_bytes(),
            ));
        }
        Ok(Idle {
            due: self.conn.deadlines().within(Phase::Work, REFRESH),
            client: self,
            refresh: REFRESH,
            state: State::Idling,
        })
    }
}

impl Idle<'_> {
    /// Says IDLE again after so long, counted from now, instead of 28 minutes: for servers and routers that
    /// forget idle sessions sooner.
    #[must_use]
    pub fn refresh_after(mut self, limit: Duration) -> Self {
        self.refresh = limit;
        self.due = self.within();
        self
    }

    /// The next thing that happens; `None` once the server has ended IDLE. Waits for as long as it takes.
    ///
    /// # Errors
    /// `work.closed` if the server says BYE; network errors.
    pub async fn next(&mut self) -> Result<Option<Untagged>> {
        loop {
            if let Some(news) = self.client.news() {
                return Ok(Some(news));
            }
            match self.state {
                State::Over => return Ok(None),
                State::Idling => self.listen().await?,
                State::Renewing | State::Starting => self.renew().await?,
            }
        }
    }

    /// Ends IDLE. What the server tells meanwhile is [news](Client::news).
    ///
    /// # Errors
    /// `work.closed` if the server says BYE instead; `work.rejected`, network errors.
    pub async fn done(mut self) -> Result<()> {
        while self.state == State::Starting {
            self.renew().await?;
        }
        if self.state == State::Idling {
            self.say_done();
        }
        while self.state == State::Renewing {
            let incoming = self.client.next_whole().await?;
            self.heed(incoming)?;
        }
        self.client.conn.finish();
        Ok(())
    }

    fn within(&self) -> Deadline {
        let deadlines = self.client.conn.deadlines();
        deadlines.within(Phase::Work, self.refresh)
    }

    /// Waits for the next event, or until IDLE is to be said again.
    async fn listen(&mut self) -> Result<()> {
        let client = &mut *self.client;
        let event = client.conn.next_until(&mut client.codec, self.due).await?;
        let Some(event) = event else {
            self.say_done();
            return Ok(());
        };
        match self.client.incoming(event)? {
            Some(incoming) => self.heed(incoming),
            None => Ok(()),
        }
    }

    /// Leaves while the next event is awaited.
    fn say_done(&mut self) {
        let mut wire = Wire::new();
        wire.verb("DONE").end();
        self.client.conn.queue(&wire);
        self.client.conn.reply_due();
        self.state = State::Renewing;
    }

    async fn renew(&mut self) -> Result<()> {
        let incoming = self.client.next_whole().await?;
        let was = self.state;
        self.heed(incoming)?;
        if was == State::Renewing && self.state == State::Over {
            self.client.put(&Command::Idle)?;
            self.client.conn.reply_due();
            self.state = State::Starting;
        }
        Ok(())
    }

    fn heed(&mut self, incoming: Incoming) -> Result<()> {
        match incoming {
            Incoming::Go(_) => {
                if self.state == State::Starting {
                    self.state = State::Idling;
                    self.due = self.within();
                }
                Ok(())
            }
            // The end of IDLE: ours after DONE, or the server's by itself, which wants no DONE then.
            Incoming::Answer(at, reply) => {
                self.client.open.remove(at);
                self.client.heed(&reply);
                self.state = State::Over;
                if reply.is_ok() {
                    return Ok(());
                }
                self.client.done("IDLE", Phase::Work, reply).map(drop)
            }
            // "Still here" is no news.
            Incoming::Status(reply) if reply.kind() == StatusKind::Ok && reply.code().is_none() => {
                Ok(())
            }
            Incoming::Literal(_) => Ok(self.client.codec.gather_literal()?),
            other => self.client.pass(other, &mut Some),
        }
    }
}
