//! One connection as a server sees it: lines in, replies out, TLS under way, and every fault that is about bytes.
//!
//! Knows no protocol. A session asks for [`Wire::line`], announces each command with [`Wire::begin`] and answers it with
//! [`Wire::answer`]; the faults that concern that command are played in between. Where commands and replies take turns,
//! [`Dialogue`](crate::dialogue::Dialogue) does all that.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio_rustls::rustls::ServerConfig;

use crate::deflate::Deflate;
use crate::fault::{Fault, GREETING, HANDSHAKE, LOGIN, Script};
use crate::lent::{Home, Lent};
use crate::line_ends::line_feeds_only;
use crate::log::{Log, Said};
use crate::settings::Settings;
use crate::tls::{Secured, accept};
use crate::transport::Transport;

mod ending;

/// The longest line taken from a client.
const LONGEST_LINE: usize = 1 << 20;

/// Room for octets that are no line.
const OCTETS: usize = 64 << 10;

/// What a flood writes at once.
const FLOOD: usize = 16 << 10;

/// The connection is over: the client left, a write failed, or a fault ended it.
#[derive(Debug)]
pub struct Stop;

/// A result that ends the session with [`Stop`].
pub(crate) type Flow<T> = Result<T, Stop>;

impl From<std::io::Error> for Stop {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

/// Anything that carries bytes both ways.
pub(crate) trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Io for S {}

/// One connection.
pub struct Wire {
    stream: Transport,
    /// A second handle of the socket, if there is one, for the ends that a stream does not offer.
    socket: Option<socket2::Socket>,
    config: Arc<ServerConfig>,
    settings: Arc<Settings>,
    secured: Option<Secured>,
    input: Vec<u8>,
    held: Vec<u8>,
    /// Whether replies to commands that came together leave together.
    collects: bool,
    script: Script,
    pace: Option<Duration>,
    log: Arc<Log>,
    number: usize,
    /// Whether what comes in is a TLS hello, which is no line to record.
    shaking_hands: bool,
    /// Where a stream that was lent comes back.
    home: Home,
    /// Whether all goes compressed, both ways.
    deflate: Option<Deflate>,
}

impl Wire {
    pub(crate) fn new(
        stream: Box<dyn Io>,
        socket: Option<socket2::Socket>,
        config: Arc<ServerConfig>,
        log: Arc<Log>,
        settings: Arc<Settings>,
    ) -> Self {
        let number = log.connect();
        let script = Script::new(&settings.faults, number);
        Self {
            stream: Transport::Clear(stream),
            socket,
            config,
            settings,
            secured: None,
            input: Vec::new(),
            held: Vec::new(),
            collects: false,
            script,
            pace: None,
            log,
            number,
            shaking_hands: false,
            home: Home::default(),
            deflate: None,
        }
    }

    pub(crate) fn number(&self) -> usize {
        self.number
    }

    pub(crate) fn script(&self) -> &Script {
        &self.script
    }

    /// From now on this name, in braces, stands for this in what a test has written.
    pub(crate) fn name(&mut self, name: &'static str, value: &[u8]) {
        self.script.name(name, value);
    }

    /// What the server was told.
    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// The server's TLS configuration.
    pub(crate) fn config(&self) -> &Arc<ServerConfig> {
        &self.config
    }

    /// The socket below, if there is one.
    pub(crate) fn socket(&self) -> Option<&socket2::Socket> {
        self.socket.as_ref()
    }

    /// The TLS layer, once there is one.
    pub(crate) fn secured(&self) -> Option<&Secured> {
        self.secured.as_ref()
    }

    /// Whether a verb may begin TLS: the server was told to offer that, and has not begun it.
    pub(crate) fn offers_upgrade(&self) -> bool {
        self.settings.upgrade && self.secured.is_none()
    }

    /// Whether passwords may be sent in the clear on this connection.
    pub(crate) fn takes_secrets(&self) -> bool {
        self.secured.is_some() || !self.settings.tls_for_secrets
    }

    /// From now on, the replies to commands that came together leave together.
    pub(crate) fn collect_replies(&mut self) {
        self.collects = true;
    }

    /// Greets, and tells the greeting: this one, or the one that was forced.
    pub(crate) async fn greet(&mut self, greeting: Vec<u8>) -> Flow<Vec<u8>> {
        self.begin(GREETING).await?;
        let greeting = self.script.forced(GREETING).unwrap_or(greeting);
        self.answer(GREETING, greeting.clone()).await?;
        Ok(greeting)
    }

    /// The client's next line, without its end.
    pub(crate) async fn line(&mut self) -> Flow<Vec<u8>> {
        self.line_with(|_| false).await
    }

    /// Like [`Wire::line`]. What follows a line that `has_more` belongs to it, and is no command that came too early.
    pub(crate) async fn line_with(&mut self, has_more: fn(&[u8]) -> bool) -> Flow<Vec<u8>> {
        let (mut searched, mut pipelined) = (0, true);
        loop {
            let fresh = self.input.get(searched..).unwrap_or_default();
            if let Some(end) = fresh.iter().position(|&byte| byte == b'\n') {
                let mut line: Vec<u8> = self.input.drain(..=searched + end).collect();
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                if !has_more(&line) {
                    self.drop_pipelined();
                }
                self.record(&line, pipelined);
                return Ok(line);
            }
            searched = self.input.len();
            if searched > LONGEST_LINE {
                return Err(Stop);
            }
            pipelined = false;
            self.release().await?;
            self.read().await?;
        }
    }

    /// Reads what comes next, in one go.
    async fn read(&mut self) -> Flow<()> {
        let Some(deflate) = &mut self.deflate else {
            return match self.stream.read_buf(&mut self.input).await? {
                0 => Err(Stop),
                _ => Ok(()),
            };
        };
        let mut packed = Vec::with_capacity(OCTETS);
        if self.stream.read_buf(&mut packed).await? == 0 {
            return Err(Stop);
        }
        self.input.extend(deflate.unpacked(&packed)?);
        Ok(())
    }

    /// From here on all goes compressed, both ways; what has come already, too.
    pub(crate) async fn compress(&mut self) -> Flow<()> {
        self.release().await?;
        let mut deflate = Deflate::new();
        self.input = deflate.unpacked(&self.input)?;
        self.deflate = Some(deflate);
        Ok(())
    }

    /// Some octets that are no line: what has come already, else what comes next.
    pub(crate) async fn octets(&mut self) -> Flow<Vec<u8>> {
        if self.input.is_empty() {
            self.release().await?;
            self.input.reserve(OCTETS);
            self.read().await?;
        }
        Ok(std::mem::take(&mut self.input))
    }

    /// What was too much of [`Wire::octets`]: the next line begins here.
    pub(crate) fn give_back(&mut self, rest: &[u8]) {
        self.input.splice(..0, rest.iter().copied());
        self.drop_pipelined();
    }

    fn drop_pipelined(&mut self) {
        if self
            .script
            .has(|fault| matches!(fault, Fault::DropPipelined))
        {
            self.input.clear();
        }
    }

    /// A line has come, read from [`Wire::octets`].
    pub(crate) fn typed(&self, line: &str) {
        self.record(line.as_bytes(), false);
    }

    /// Lends the stream, with what has been read too much of it, to an engine that reads and writes by itself.
    pub(crate) fn lend(&mut self) -> Lent {
        let stream = std::mem::replace(&mut self.stream, Transport::nothing());
        Lent::new(stream, std::mem::take(&mut self.input), &self.home)
    }

    /// Takes the stream back once the engine is gone, and with it `rest`: what the engine has read and not used.
    pub(crate) fn reclaim(&mut self, rest: &[u8]) {
        if let Some((stream, unread)) = self.home.take() {
            self.stream = stream;
            self.input = [rest, &unread].concat();
        }
    }

    /// Carries bytes both ways between the client and this stream until both sides have ended theirs.
    pub(crate) async fn join<S: Io>(&mut self, mut other: S) -> Flow<()> {
        other.write_all(&std::mem::take(&mut self.input)).await?;
        copy_bidirectional(&mut self.stream, &mut other).await?;
        Err(Stop)
    }

    /// Whether each byte goes out alone from here on.
    pub(crate) fn is_slowed(&self) -> bool {
        self.pace.is_some()
    }

    pub(crate) fn log(&self) -> &Arc<Log> {
        &self.log
    }

    fn record(&self, line: &[u8], pipelined: bool) {
        if self.shaking_hands {
            return;
        }
        self.log.say(Said {
            connection: self.number,
            encrypted: self.secured.is_some(),
            pipelined,
            line: String::from_utf8_lossy(line).into_owned(),
        });
    }

    /// Announces that this verb has come and plays what is due before its reply.
    pub(crate) async fn begin(&mut self, verb: &str) -> Flow<()> {
        self.expect(verb);
        self.due(verb).await
    }

    /// The first half of [`Wire::begin`], for what takes a while to come.
    pub(crate) fn expect(&mut self, verb: &str) {
        self.script.begin(verb);
    }

    /// The second half of [`Wire::begin`].
    pub(crate) async fn due(&mut self, verb: &str) -> Flow<()> {
        self.play(self.script.before(verb)).await
    }

    /// Plays what is due when this count of a message's octets rises from `before` to `now`.
    pub(crate) async fn received(&mut self, before: usize, now: usize) -> Flow<()> {
        self.play(self.script.received(before, now)).await
    }

    /// Plays what is due when this count of a data connection's octets rises from `before` to `now`.
    pub(crate) async fn transferred(&mut self, before: usize, now: usize) -> Flow<()> {
        self.play(self.script.transferred(before, now)).await
    }

    /// Plays what is due before the verdict on a login.
    pub(crate) async fn before_verdict(&mut self) -> Flow<()> {
        self.begin(LOGIN).await
    }

    /// Sends the reply to this verb with all that the faults add to it, then plays what is due after it.
    pub(crate) async fn answer(&mut self, verb: &str, mut reply: Vec<u8>) -> Flow<()> {
        if self
            .script
            .has(|fault| matches!(fault, Fault::LineFeedsOnly))
        {
            reply = line_feeds_only(&reply);
        }
        reply.extend(self.script.appended(verb));
        let mut sent = 0;
        for (offset, fault) in self.script.inside(verb) {
            let offset = offset.clamp(sent, reply.len());
            let part = reply.get(sent..offset).unwrap_or_default().to_vec();
            self.send(&part).await?;
            sent = offset;
            self.play(vec![fault]).await?;
        }
        let rest = reply.split_off(sent);
        self.send(&rest).await?;
        self.play(self.script.after(verb)).await
    }

    /// Sends what is no reply: a line of a SASL exchange, an answer that is not the last.
    pub(crate) async fn challenge(&mut self, line: &[u8]) -> Flow<()> {
        self.send(line).await
    }

    async fn send(&mut self, bytes: &[u8]) -> Flow<()> {
        let collects = self.collects || self.script.has(|fault| matches!(fault, Fault::OneWrite));
        if collects && self.input.contains(&b'\n') {
            self.held.extend_from_slice(bytes);
            return Ok(());
        }
        if !self.held.is_empty() {
            self.held.extend_from_slice(bytes);
            return self.release().await;
        }
        self.write(bytes).await
    }

    /// Sends what was held back.
    async fn release(&mut self) -> Flow<()> {
        let held = std::mem::take(&mut self.held);
        self.write(&held).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Flow<()> {
        let packed = match &mut self.deflate {
            Some(deflate) if !bytes.is_empty() => Some(deflate.packed(bytes)?),
            _ => None,
        };
        let bytes = packed.as_deref().unwrap_or(bytes);
        let Some(every) = self.pace else {
            self.stream.write_all(bytes).await?;
            return Ok(self.stream.flush().await?);
        };
        for byte in bytes {
            tokio::time::sleep(every).await;
            self.stream.write_all(std::slice::from_ref(byte)).await?;
            self.stream.flush().await?;
        }
        Ok(())
    }

    async fn play(&mut self, faults: Vec<Fault>) -> Flow<()> {
        for fault in faults {
            match fault {
                Fault::Slow { every, .. } => self.pace = Some(every),
                Fault::Stall(_) => return self.stall().await,
                Fault::Close(_) => return self.close().await,
                Fault::Truncate(_) => return self.truncate().await,
                Fault::Reset(_) => return self.reset().await,
                Fault::Deaf(_) => {
                    self.release().await?;
                    return std::future::pending().await;
                }
                Fault::Say { bytes, .. } => {
                    self.release().await?;
                    let bytes = self.script.filled(&bytes);
                    self.write(&bytes).await?;
                }
                Fault::Flood { head, repeat, .. } => return self.flood(&head, &repeat).await,
                _ => {}
            }
        }
        Ok(())
    }

    /// Says nothing more, and logs what the client says until it leaves.
    pub(crate) async fn stall(&mut self) -> Flow<()> {
        self.release().await?;
        loop {
            self.line().await?;
        }
    }

    async fn flood(&mut self, head: &[u8], repeat: &[u8]) -> Flow<()> {
        self.release().await?;
        self.write(head).await?;
        if repeat.is_empty() {
            return self.stall().await;
        }
        let chunk = repeat.repeat(FLOOD.div_ceil(repeat.len()));
        loop {
            self.write(&chunk).await?;
        }
    }

    /// Becomes the server of a TLS handshake.
    ///
    /// What the client had already said in clear text stays in the log and is dropped.
    pub(crate) async fn secure(&mut self) -> Flow<()> {
        self.release().await?;
        for line in std::mem::take(&mut self.input)
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            self.record(line.strip_suffix(b"\r").unwrap_or(line), true);
        }
        self.shaking_hands = true;
        self.begin(HANDSHAKE).await?;
        if self.script.has(|fault| matches!(fault, Fault::ClearText)) {
            self.shaking_hands = false;
            return Ok(());
        }
        if let Some(bytes) = self.script.forced(HANDSHAKE) {
            self.write(&bytes).await?;
            return self.stall().await;
        }
        let clear = std::mem::replace(&mut self.stream, Transport::nothing()).into_inner();
        let config = Arc::clone(&self.config);
        let (stream, secured) = accept(clear, config, self.number, &self.log).await?;
        self.secured = Some(secured);
        self.stream = Transport::Tls(Box::new(stream));
        self.shaking_hands = false;
        Ok(())
    }

    /// Ends TLS, in good order on both sides, and goes on in the clear.
    pub(crate) async fn end_tls(&mut self) -> Flow<()> {
        self.release().await?;
        self.input.clear();
        let stream = std::mem::replace(&mut self.stream, Transport::nothing());
        self.stream = stream.end_tls().await?;
        self.secured = None;
        Ok(())
    }
}
