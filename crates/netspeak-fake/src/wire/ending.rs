//! How a connection ends.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};

use super::{Flow, Stop, Wire};

/// So long a client is heard out that does not leave.
const LINGER: Duration = Duration::from_secs(1);

impl Wire {
    /// Ends the connection in good order.
    pub(crate) async fn close(&mut self) -> Flow<()> {
        self.release().await?;
        self.discard_input().await;
        self.stream.shutdown().await?;
        Err(Stop)
    }

    /// Ends the connection in good order, and hears the client out: what it says too late would make an RST of the FIN, and
    /// with that it may lose what it has not read yet.
    pub(crate) async fn leave(&mut self) -> Flow<()> {
        self.release().await?;
        self.stream.shutdown().await?;
        let heard = tokio::time::timeout(LINGER, self.stall()).await;
        heard.unwrap_or(Err(Stop))
    }

    /// Ends the connection with a FIN alone.
    pub(crate) async fn truncate(&mut self) -> Flow<()> {
        self.release().await?;
        self.discard_input().await;
        if let Some(socket) = &self.socket {
            socket.shutdown(std::net::Shutdown::Write)?;
        }
        Err(Stop)
    }

    /// Ends the connection with an RST.
    pub(crate) async fn reset(&mut self) -> Flow<()> {
        self.release().await?;
        if let Some(socket) = &self.socket {
            socket.set_linger(Some(Duration::ZERO))?;
        }
        Err(Stop)
    }

    /// Reads what has already come: a socket closed over unread bytes sends an RST instead of a FIN.
    async fn discard_input(&mut self) {
        let mut scratch = [0; 4096];
        poll_fn(|context| {
            loop {
                let mut buffer = ReadBuf::new(&mut scratch);
                match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                    Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                    _ => return Poll::Ready(()),
                }
            }
        })
        .await;
    }
}
