//! Transfers: RETR, STOR, APPE, STOU and the listings, over a data connection that faults may cut short, and ABOR in the middle of one.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConfig;

use crate::dialogue::Dialogue;
use crate::fault::TRANSFER;
use crate::ftp::coding::{Decoder, packed, with_line_ends};
use crate::ftp::data::Data;
use crate::ftp::fault::DataFault;
use crate::ftp::record::{DataEnd, DataTls, Transfer};
use crate::ftp::reply::{reply, without_telnet};
use crate::ftp::security::Protection;
use crate::ftp::session::{Kind, Session};
use crate::ftp::tree::{Kind as Node, Trouble, parent};
use crate::ftp::{DataPolicy, Tickets};
use crate::wire::{Flow, Wire};

/// What goes over a data connection at once.
const PIECE: usize = 64 << 10;

/// A transfer whose data connection is there.
pub(super) struct Job {
    verb: String,
    way: Direction,
    stream: TcpStream,
}

enum Direction {
    /// To the client: these bytes.
    Down(Vec<u8>),
    /// From the client, into the file at this path.
    Up(Vec<u8>),
}

/// How a transfer ended.
enum Outcome {
    /// The data connection ended like this.
    Ended(DataEnd),
    /// The client has sent ABOR.
    Aborted,
}

impl Session<'_> {
    /// Prepares a transfer and tells the first reply. The transfer itself comes after that.
    pub(super) async fn begin_transfer(&mut self, verb: &str, argument: &[u8]) -> Flow<Vec<u8>> {
        let offset = std::mem::take(&mut self.offset);
        let (way, text) = match self.direction(verb, argument, offset) {
            Ok(found) => found,
            Err(trouble) => return Ok(reply(550, trouble.text())),
        };
        if self.ftp.data != DataPolicy::Any && self.protection != Protection::Private {
            return Ok(reply(522, "PROT P first"));
        }
        let Some(stream) = self.data_connection().await? else {
            return Ok(reply(425, "no data connection"));
        };
        if let Direction::Up(path) = &way {
            let from = (verb != "APPE").then_some(offset);
            if let Err(trouble) = self.ftp.tree.open(path, from) {
                return Ok(reply(550, trouble.text()));
            }
        }
        self.job = Some(Job {
            verb: verb.to_owned(),
            way,
            stream,
        });
        Ok([b"150 ", text.as_slice(), b"\r\n"].concat())
    }

    /// What is to go where, and what to say about it.
    fn direction(
        &self,
        verb: &str,
        argument: &[u8],
        offset: usize,
    ) -> Result<(Direction, Vec<u8>), Trouble> {
        let path = self.resolve(argument);
        match verb {
            "RETR" => {
                let Node::File(bytes) = self.ftp.tree.node(&path)?.kind else {
                    return Err(Trouble::NoFile);
                };
                let rest = bytes.get(offset..).unwrap_or_default();
                let text = format!(" ({} bytes)", rest.len());
                let wire = match self.kind {
                    Kind::Ascii => with_line_ends(rest),
                    Kind::Image => rest.to_vec(),
                };
                let text = [b"opening data connection for ", argument, text.as_bytes()];
                Ok((Direction::Down(wire), text.concat()))
            }
            "STOR" | "APPE" => {
                if self.ftp.tree.is_folder(&path) {
                    return Err(Trouble::NoFile);
                }
                if !self.ftp.tree.is_folder(parent(&path)) {
                    return Err(Trouble::Missing);
                }
                Ok((Direction::Up(path), b"send it".to_vec()))
            }
            "STOU" => {
                let name = self.unused_name(argument);
                let text = [b"FILE: ", name.as_slice()].concat();
                Ok((Direction::Up(self.resolve(&name)), text))
            }
            _ => {
                let list = self.listing(verb, argument)?;
                Ok((Direction::Down(list), b"here it comes".to_vec()))
            }
        }
    }

    /// The data connection, if there is a way to one.
    async fn data_connection(&mut self) -> Flow<Option<TcpStream>> {
        let (Some(way), Some((peer, own))) = (self.way.take(), self.ends()) else {
            return Ok(None);
        };
        let Some(connected) = self.unless_aborted(way.connect(peer, own)).await? else {
            // The transfer is refused now, and ABOR answered in its turn.
            self.waiting.push_front(b"ABOR".to_vec());
            return Ok(None);
        };
        Ok(connected.ok())
    }

    /// Does a transfer that was begun, to its last reply.
    pub(super) async fn transfer(&mut self, job: Job) -> Flow<()> {
        let fault = self.wire.script().data(&job.verb);
        let number = self.wire.number();
        let opened = match self.protection {
            Protection::Private => {
                let config = self.data_config(&job.way);
                let secured = Data::secure(job.stream, config, number);
                self.unless_aborted(secured).await?
            }
            _ => Some(Data::clear(job.stream)),
        };
        let mut data = match opened {
            None => return self.aborted().await,
            Some(Err(_)) => return self.last_reply(425, "no TLS on the data connection").await,
            Some(Ok(data)) => data,
        };
        let outcome = if self.ftp.data == DataPolicy::Resumed && data.tls != DataTls::Resumed {
            None
        } else {
            Some(match &job.way {
                Direction::Down(bytes) => self.send(&mut data, bytes, fault.as_ref()).await?,
                Direction::Up(path) => self.receive(&mut data, path, fault.as_ref()).await?,
            })
        };
        let end = match outcome {
            Some(Outcome::Ended(end)) => end,
            _ => DataEnd::Broken,
        };
        self.ftp.records.add(Transfer {
            connection: number,
            verb: job.verb,
            octets: data.octets,
            tls: data.tls,
            end,
        });
        drop(data);
        match (outcome, fault) {
            (None, _) => {
                let text = "the TLS session of the control connection is to be resumed";
                self.last_reply(522, text).await
            }
            (Some(Outcome::Aborted), _) => self.aborted().await,
            (_, Some(DataFault::Short(_) | DataFault::Truncated(_)))
            | (Some(Outcome::Ended(DataEnd::Orderly)), None) => {
                self.last_reply(226, "that was all").await
            }
            _ => self.last_reply(426, "the data connection broke").await,
        }
    }

    /// The TLS configuration of a data connection. A resumed session brings one new ticket, as OpenSSL's servers have it, or none.
    fn data_config(&self, way: &Direction) -> Arc<ServerConfig> {
        let mut config = ServerConfig::clone(self.wire.config());
        config.send_tls13_tickets = match (self.ftp.tickets, way) {
            (Tickets::ForDownloads, Direction::Up(_)) => 0,
            _ => 1,
        };
        Arc::new(config)
    }

    async fn last_reply(&mut self, code: u16, text: &str) -> Flow<()> {
        self.wire.begin(TRANSFER).await?;
        let forced = self.wire.script().forced(TRANSFER);
        let reply = forced.unwrap_or_else(|| reply(code, text));
        self.answer(TRANSFER, reply).await
    }

    /// The two replies to ABOR in the middle of a transfer (RFC 959 section 4.1.3).
    async fn aborted(&mut self) -> Flow<()> {
        self.last_reply(426, "aborted").await?;
        self.wire.begin("ABOR").await?;
        let forced = self.wire.script().forced("ABOR");
        let reply = forced.unwrap_or_else(|| reply(226, "nothing is left of it"));
        self.answer("ABOR", reply).await
    }

    async fn send(
        &mut self,
        data: &mut Data,
        bytes: &[u8],
        fault: Option<&DataFault>,
    ) -> Flow<Outcome> {
        let Ok(wire) = packed(bytes.to_vec(), self.mode) else {
            return Ok(Outcome::Ended(DataEnd::Broken));
        };
        let limit = limit(fault).min(wire.len());
        let part = wire.get(..limit).unwrap_or_default();
        if let Some(outcome) = self.pass_on(data, part).await? {
            return Ok(outcome);
        }
        if let Some(DataFault::Endless(more)) = fault
            && !more.is_empty()
        {
            let piece = more.repeat(PIECE.div_ceil(more.len()));
            loop {
                if let Some(outcome) = self.pass_on(data, &piece).await? {
                    return Ok(outcome);
                }
            }
        }
        Ok(Outcome::Ended(self.end(data, fault).await?))
    }

    /// Sends all these bytes; `Some` if that was not to be.
    async fn pass_on(&mut self, data: &mut Data, mut bytes: &[u8]) -> Flow<Option<Outcome>> {
        while !bytes.is_empty() {
            let before = data.octets;
            let next = self.wire.script().next_transferred(before);
            let most = next.map_or(PIECE, |at| PIECE.min(at.saturating_sub(before)));
            let piece = bytes.get(..most).unwrap_or(bytes);
            let sent = match self.unless_aborted(data.write(piece)).await? {
                None => return Ok(Some(Outcome::Aborted)),
                Some(Ok(sent)) if sent > 0 => sent,
                Some(_) => return Ok(Some(Outcome::Ended(DataEnd::Broken))),
            };
            bytes = bytes.get(sent..).unwrap_or_default();
            match self.unless_aborted(data.flush()).await? {
                None => return Ok(Some(Outcome::Aborted)),
                Some(Ok(())) => {}
                Some(Err(_)) => return Ok(Some(Outcome::Ended(DataEnd::Broken))),
            }
            data.octets += sent;
            self.wire.transferred(before, data.octets).await?;
        }
        Ok(None)
    }

    async fn receive(
        &mut self,
        data: &mut Data,
        path: &[u8],
        fault: Option<&DataFault>,
    ) -> Flow<Outcome> {
        let mut decoder = Decoder::new(self.kind, self.mode);
        let limit = limit(fault);
        while data.octets < limit {
            let before = data.octets;
            let most = PIECE.min(limit - before);
            let piece = match self.unless_aborted(data.read(most)).await? {
                None => return Ok(Outcome::Aborted),
                Some(Ok(piece)) => piece,
                Some(Err(error)) => return Ok(Outcome::Ended(after(&error))),
            };
            if piece.is_empty() {
                let Ok(rest) = decoder.finish() else {
                    return Ok(Outcome::Ended(DataEnd::Broken));
                };
                self.ftp.tree.append(path, &rest);
                break;
            }
            let Ok(plain) = decoder.push(&piece) else {
                return Ok(Outcome::Ended(DataEnd::Broken));
            };
            self.ftp.tree.append(path, &plain);
            data.octets += piece.len();
            self.wire.transferred(before, data.octets).await?;
        }
        Ok(Outcome::Ended(self.end(data, fault).await?))
    }

    /// Ends the data connection, as the fault wants it if there is one.
    async fn end(&mut self, data: &mut Data, fault: Option<&DataFault>) -> Flow<DataEnd> {
        let (ended, end) = match fault {
            Some(DataFault::Truncated(_)) => (data.truncate(), DataEnd::Truncated),
            Some(DataFault::Reset(_)) => (data.reset(), DataEnd::Broken),
            _ => {
                let closed = self.unless_aborted(data.close()).await?;
                (closed.unwrap_or(Ok(())), DataEnd::Orderly)
            }
        };
        Ok(if ended.is_ok() { end } else { DataEnd::Broken })
    }

    /// Does this, unless ABOR comes first: then `None`. Other commands are kept for later.
    async fn unless_aborted<T>(&mut self, work: impl Future<Output = T>) -> Flow<Option<T>> {
        let mut aborted = pin!(abor(self.wire, &mut self.waiting));
        let mut work = pin!(work);
        poll_fn(|context| match aborted.as_mut().poll(context) {
            Poll::Ready(aborted) => Poll::Ready(aborted.map(|()| None)),
            Poll::Pending => work.as_mut().poll(context).map(|done| Ok(Some(done))),
        })
        .await
    }
}

/// Waits for ABOR.
async fn abor(wire: &mut Wire, waiting: &mut VecDeque<Vec<u8>>) -> Flow<()> {
    loop {
        let line = wire.line().await?;
        if without_telnet(&line).eq_ignore_ascii_case(b"ABOR") {
            return Ok(());
        }
        waiting.push_back(line);
    }
}

/// After how many octets a fault ends the data connection.
fn limit(fault: Option<&DataFault>) -> usize {
    match fault {
        Some(
            DataFault::Short(octets)
            | DataFault::Broken(octets)
            | DataFault::Truncated(octets)
            | DataFault::Reset(octets),
        ) => *octets,
        _ => usize::MAX,
    }
}

/// What an error says about the end of an upload.
fn after(error: &io::Error) -> DataEnd {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => DataEnd::Truncated,
        _ => DataEnd::Broken,
    }
}
