//! The SCGI server.

use crate::builder::Builder;
use crate::protocol::{Protocol, Speak};
use crate::wire::{Flow, Wire};
use crate::xmlrpc::Xmlrpc;

/// A server that speaks XML-RPC over SCGI, as rTorrent does: [`Scgi::builder`] begins one.
///
/// It answers one request and hangs up. Faults name it `POST`.
#[derive(Clone, Debug)]
pub struct Scgi {
    rpc: Xmlrpc,
    length: Length,
}

/// Whether the answer tells how long it is.
#[derive(Clone, Copy, Debug)]
enum Length {
    Told,
    Untold,
}

impl Scgi {
    /// A server with these methods.
    pub fn builder(rpc: Xmlrpc) -> Builder<Self> {
        Builder::new(Self {
            rpc,
            length: Length::Told,
        })
    }

    /// The body of a request, if it is whole.
    fn body(request: &[u8]) -> Option<&[u8]> {
        let colon = request.iter().position(|byte| *byte == b':')?;
        let (length, rest) = request.split_at_checked(colon)?;
        let length: usize = std::str::from_utf8(length).ok()?.parse().ok()?;
        let (fields, rest) = rest.get(1..)?.split_at_checked(length)?;
        let body = rest.strip_prefix(b",")?;
        let mut fields = fields.split(|byte| *byte == 0);
        let (Some(b"CONTENT_LENGTH"), Some(length)) = (fields.next(), fields.next()) else {
            return None;
        };
        let length: usize = std::str::from_utf8(length).ok()?.parse().ok()?;
        body.get(..length)
    }
}

impl Builder<Scgi> {
    /// Answers without a length: the end of the connection is that of the answer.
    pub fn without_length(mut self) -> Self {
        self.protocol.length = Length::Untold;
        self
    }
}

impl Protocol for Scgi {}

/// The longest request.
const LONGEST: usize = 64 << 20;

impl Speak for Scgi {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        let mut request = Vec::new();
        let document = loop {
            request.extend(wire.octets().await?);
            if let Some(body) = Self::body(&request) {
                break body;
            }
            if request.len() > LONGEST {
                return wire.close().await;
            }
        };
        wire.begin("POST").await?;
        let body = self.rpc.answer(document);
        let length = match self.length {
            Length::Told => format!("Content-Length: {}\r\n", body.len()),
            Length::Untold => String::new(),
        };
        let head = format!("Status: 200 OK\r\nContent-Type: text/xml\r\n{length}\r\n");
        let own = [head.into_bytes(), body].concat();
        let answer = wire.script().forced("POST").unwrap_or(own);
        wire.answer("POST", answer).await?;
        wire.close().await
    }
}
