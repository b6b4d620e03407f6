//! POST: an article for everybody (RFC 3977 section 6.3.1).

use netspeak_core::{DotEncoder, ErrorKind, LineEndings, Phase, Reason};

use super::{Client, Rest};
use crate::command::Command;
use crate::error::{Error, Result};
use crate::response::{Reply, recommended_id};
use crate::types::MessageId;

/// How much of an article is made ready at a time.
const PIECE: usize = 64 * 1024;

/// What became of an article that was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The server's yes.
    pub reply: Reply,
    /// The message-id that it recommended when it was asked, if it did.
    pub recommended: Option<MessageId>,
}

impl Client {
    /// POST: an article, header and body, from memory. Line ends become CR LF, dots are doubled; the
    /// dot that ends it is not yours to send. [`Draft`](crate::Draft) makes one.
    ///
    /// # Errors
    /// `work.denied` if nobody may post here (440); `work.rejected` if the article is refused (441),
    /// [`Reply::is_duplicate`] tells whether for its message-id; `work.in_doubt` if the connection was
    /// lost behind the last byte: nobody knows then whether it was posted. Network errors.
    pub async fn post(&mut self, article: &[u8]) -> Result<Posted> {
        let (go_on, _) = self.ask(&Command::Post).await?;
        let reply = self.hand_over("POST", &go_on, 340, article).await?;
        Ok(Posted {
            recommended: recommended_id(&go_on),
            reply,
        })
    }

    /// Sends an article after the server's go-ahead, and hears what it makes of it.
    pub(super) async fn hand_over(
        &mut self,
        verb: &'static str,
        go_on: &Reply,
        expected: u16,
        article: &[u8],
    ) -> Result<Reply> {
        if go_on.code() != expected {
            let what = format!("{expected} to {verb}");
            return Err(Error::malformed(what, go_on.raw()));
        }
        self.conn.begin_in_turn(Phase::Work)?;
        self.send_text(article).await?;
        self.codec.expect(crate::codec::Expect::Line);
        self.conn.reply_due();
        let reply = match self.status().await {
            Ok((reply, Rest::None)) => reply,
            Ok((reply, Rest::Follows)) => {
                return Err(Error::malformed("a one-line reply", reply.raw()));
            }
            Err(error) if self.conn.is_sent() => return Err(in_doubt(verb, &error)),
            Err(error) => return Err(error),
        };
        self.conn.finish();
        if reply.is_ok() {
            Ok(reply)
        } else {
            Err(Error::refused(verb, Phase::Work, reply))
        }
    }

    /// An article with its dots doubled and its closing dot.
    pub(super) async fn send_text(&mut self, article: &[u8]) -> Result<()> {
        self.conn.data_due();
        let mut dots = DotEncoder::new(LineEndings::Normalize);
        for piece in article.chunks(PIECE) {
            self.conn.queue_data(|out| dots.encode(piece, out))?;
            self.conn.flush().await?;
        }
        self.conn.queue_data(|out| dots.finish(out))?;
        Ok(self.conn.flush().await?)
    }
}

fn in_doubt(verb: &str, error: &Error) -> Error {
    Error::net(
        ErrorKind::new(Phase::Work, Reason::InDoubt),
        format!(
            "no answer to {verb}, the article may have been taken: {}",
            error.message()
        ),
    )
}
