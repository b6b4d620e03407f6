//! Documents over SCGI: a connection for each.

use netspeak_core::{Conn, Endpoint, Excerpt, Phase, Prepared};
use netspeak_http::StatusCode;

use crate::error::{Error, Reply, Result};
use crate::scgi::{AnswerCodec, Event, Head, head};

#[derive(Debug)]
pub(super) struct OverScgi {
    prepared: Prepared,
    uri: String,
}

impl OverScgi {
    pub(super) fn new(prepared: Prepared, uri: &str) -> Result<Self> {
        netspeak_core::check_text("path", uri.as_bytes())?;
        Ok(Self {
            prepared,
            uri: uri.to_owned(),
        })
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.prepared.endpoint
    }

    /// Sends a document; the answer.
    pub(super) async fn exchange(&self, document: String, most: usize) -> Result<Vec<u8>> {
        let conn = self.prepared.connect().await?;
        let answer = self.exchange_over(conn, &document, most).await;
        answer.map_err(|error| error.at(self.endpoint()))
    }

    async fn exchange_over(&self, mut conn: Conn, document: &str, most: usize) -> Result<Vec<u8>> {
        conn.begin(Phase::Wait)?;
        let request = [&head(&self.uri, document.len()), document].concat();
        conn.send_data(request.as_bytes()).await?;
        conn.reply_due();
        let mut codec = AnswerCodec::new(conn.limits().longest_line());
        let mut status: Option<Head> = None;
        let mut body = Vec::new();
        loop {
            match conn.next(&mut codec).await? {
                Event::Head(head) => {
                    status = Some(head);
                    conn.data_due();
                }
                Event::Body(range) => {
                    let piece = conn.bytes(range);
                    if body.len().saturating_add(piece.len()) > most {
                        return Err(Error::limit("bytes in a body", most as u64));
                    }
                    body.extend_from_slice(piece);
                }
                Event::End => break,
            }
        }
        match status {
            Some(head) if !(200..300).contains(&head.status) => Err(refused(&head, &body)),
            _ => Ok(body),
        }
    }
}

fn refused(head: &Head, body: &[u8]) -> Error {
    let Ok(status) = StatusCode::from_u16(head.status) else {
        return Error::malformed("a status of HTTP", head.status.to_string().as_bytes());
    };
    let body = body.trim_ascii();
    let reply = Reply::Status {
        status: netspeak_http::Reply::new(status, Some(&head.words)),
        body: (!body.is_empty()).then(|| Excerpt::new(body)),
    };
    Error::refused("POST", Phase::Work, reply)
}
