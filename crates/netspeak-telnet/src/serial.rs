//! [`Serial`]: a serial port behind a Telnet server (RFC 2217), as a stream.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use netspeak_core::{Phase, Trace};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::client::Client;
use crate::engine::{Event, Side};
use crate::error::{Error, Result};
use crate::option::TelnetOption;
use crate::sub::com_port::{ComPort, Control, Parity, Purge, StopSize};

/// What is written waits here at most.
const UNSENT: usize = 64 * 1024;

/// A serial port behind a Telnet server (RFC 2217): its bytes as `AsyncRead` and `AsyncWrite`, its
/// settings as methods.
///
/// ```no_run
/// use netspeak_telnet::Serial;
/// use netspeak_telnet::com_port::Parity;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = netspeak_telnet::connect("telnet://ports.example.org:2001").await?;
/// let mut serial = Serial::open(client).await?;
/// assert_eq!(serial.set_baud_rate(115_200).await?, 115_200);
/// serial.set_parity(Parity::None).await?;
/// serial.write_all(b"\r\n").await?;
/// let mut prompt = [0; 64];
/// let length = serial.read(&mut prompt).await?;
/// # let _ = length;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Serial {
    client: Client,
    /// What has come and was not read yet.
    held: Vec<u8>,
    line: u8,
    modem: u8,
    is_held_up: bool,
}

impl Serial {
    /// Asks for COM-PORT, and for BINARY in both directions.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the server knows no COM-PORT; `wait.timeout` if it does not say.
    pub async fn open(mut client: Client) -> Result<Self> {
        client.begin_serial().await?;
        let mut serial = Self {
            client,
            held: Vec::new(),
            line: 0,
            modem: 0,
            is_held_up: false,
        };
        serial.await_option().await?;
        Ok(serial)
    }

    /// The speed in bits a second; what the port has now. 0 asks.
    ///
    /// # Errors
    /// `wait.timeout` if the server does not answer; those of the network.
    pub async fn set_baud_rate(&mut self, rate: u32) -> Result<u32> {
        match self.ask(ComPort::BaudRate(rate)).await? {
            ComPort::BaudRate(rate) => Ok(rate),
            other => Err(strange(&other)),
        }
    }

    /// The bits of a character, 5 to 8; what the port has now. 0 asks.
    ///
    /// # Errors
    /// As [`set_baud_rate`](Self::set_baud_rate).
    pub async fn set_data_size(&mut self, bits: u8) -> Result<u8> {
        match self.ask(ComPort::DataSize(bits)).await? {
            ComPort::DataSize(bits) => Ok(bits),
            other => Err(strange(&other)),
        }
    }

    /// The parity; what the port has now.
    ///
    /// # Errors
    /// As [`set_baud_rate`](Self::set_baud_rate).
    pub async fn set_parity(&mut self, parity: Parity) -> Result<Parity> {
        match self.ask(ComPort::Parity(parity)).await? {
            ComPort::Parity(parity) => Ok(parity),
            other => Err(strange(&other)),
        }
    }

    /// The stop bits; what the port has now.
    ///
    /// # Errors
    /// As [`set_baud_rate`](Self::set_baud_rate).
    pub async fn set_stop_size(&mut self, size: StopSize) -> Result<StopSize> {
        match self.ask(ComPort::StopSize(size)).await? {
            ComPort::StopSize(size) => Ok(size),
            other => Err(strange(&other)),
        }
    }

    /// Flow control, break, DTR, RTS; what the port has now.
    ///
    /// # Errors
    /// As [`set_baud_rate`](Self::set_baud_rate).
    pub async fn set_control(&mut self, control: Control) -> Result<Control> {
        match self.ask(ComPort::Control(control)).await? {
            ComPort::Control(control) => Ok(control),
            other => Err(strange(&other)),
        }
    }

    /// Throws away what has not been read from the line, or not been sent on it.
    ///
    /// # Errors
    /// As [`set_baud_rate`](Self::set_baud_rate).
    pub async fn purge(&mut self, what: Purge) -> Result<()> {
        self.ask(ComPort::PurgeData(what)).await.map(drop)
    }

    /// Who the server is, in its own words, printable.
    ///
    /// # Errors
    /// As [`set_baud_rate`](Self::set_baud_rate).
    pub async fn signature(&mut self) -> Result<String> {
        match self.ask(ComPort::Signature(Vec::new())).await? {
            ComPort::Signature(text) => Ok(netspeak_core::text::printable(&text)),
            other => Err(strange(&other)),
        }
    }

    /// The line's state as it was last told (RFC 2217, NOTIFY-LINESTATE).
    pub fn line_state(&self) -> u8 {
        self.line
    }

    /// The modem's state as it was last told (RFC 2217, NOTIFY-MODEMSTATE).
    pub fn modem_state(&self) -> u8 {
        self.modem
    }

    /// The record of the connection.
    pub fn trace(&self) -> &Trace {
        self.client.trace()
    }

    /// The session under it; what has come for the port and was not read is lost.
    pub fn into_client(self) -> Client {
        self.client
    }

    async fn await_option(&mut self) -> Result<()> {
        let deadline = self.client.conn().deadlines().phase(Phase::Wait);
        while !self
            .client
            .engine()
            .is_on(Side::Local, TelnetOption::COM_PORT)
        {
            match self.client.next(&deadline).await? {
                None => return Err(deadline.expired("waiting for COM-PORT").into()),
                Some(event) => self.take(event)?,
            }
            if self.client.is_over() || self.client.refuses_serial() {
                let kind =
                    netspeak_core::ErrorKind::new(Phase::Caps, netspeak_core::Reason::NotOffered);
                return Err(Error::unsupported("COM-PORT (RFC 2217)", kind));
            }
        }
        Ok(())
    }

    /// Says something, and waits for the answer of the same number.
    async fn ask(&mut self, command: ComPort) -> Result<ComPort> {
        self.client
            .subnegotiate(TelnetOption::COM_PORT, &command.encode())
            .await?;
        let deadline = self.client.conn().deadlines().phase(Phase::Wait);
        loop {
            match self.client.next(&deadline).await? {
                None => return Err(deadline.expired("waiting for the port's answer").into()),
                Some(Event::End) => return Err(crate::client::closed()),
                Some(Event::Subnegotiation { option, data })
                    if option == TelnetOption::COM_PORT =>
                {
                    if let Some(told) = ComPort::parse(&data) {
                        if told.number() == command.number() {
                            return Ok(told);
                        }
                        self.told(&told);
                    }
                }
                Some(event) => self.take(event)?,
            }
        }
    }

    fn take(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Data(range) => self.held.extend_from_slice(self.client.conn().bytes(range)),
            Event::Inflated(data) => self.held.extend(data),
            Event::Subnegotiation { option, data } if option == TelnetOption::COM_PORT => {
                if let Some(told) = ComPort::parse(&data) {
                    self.told(&told);
                }
            }
            _ => {}
        }
        crate::client::hold(&self.held, self.client.conn().limits().reply_bytes)
    }

    fn told(&mut self, told: &ComPort) {
        match told {
            ComPort::LineState(state) => self.line = *state,
            ComPort::ModemState(state) => self.modem = *state,
            ComPort::FlowControlSuspend => self.is_held_up = true,
            ComPort::FlowControlResume => self.is_held_up = false,
            _ => {}
        }
    }
}

fn strange(told: &ComPort) -> Error {
    Error::malformed("the port's answer", format!("{told:?}").as_bytes())
}

impl AsyncRead for Serial {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.held.is_empty() {
            if self.client.is_over() {
                return Poll::Ready(Ok(()));
            }
            let event = ready!(self.client.poll_event(cx)).map_err(io::Error::other)?;
            self.take(event).map_err(io::Error::other)?;
        }
        let count = self.held.len().min(buf.remaining());
        let rest = self.held.split_off(count);
        buf.put_slice(&self.held);
        self.held = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Serial {
    /// While the server has suspended the flow nothing more is taken.
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        while self.is_held_up && !self.client.is_over() {
            let event = ready!(self.client.poll_event(cx)).map_err(io::Error::other)?;
            self.take(event).map_err(io::Error::other)?;
        }
        if self.client.unsent() > UNSENT {
            ready!(self.client.poll_send(cx)).map_err(io::Error::other)?;
        }
        let piece = data.get(..UNSENT).unwrap_or(data);
        self.client.queue_bytes(piece);
        Poll::Ready(Ok(piece.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.client.poll_send(cx).map_err(io::Error::other)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

/// How long the port may be silent: a port has nothing to say for hours.
pub(crate) const SILENCE: Duration = Duration::MAX;
