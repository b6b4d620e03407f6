//! Sending a file: by the system where it can do that, else piece by piece ([`ReadAhead`]).

use std::fs::File;
use std::ops::Range;

use super::Conn;
use crate::error::{Error, Result};
use crate::read_ahead::{Piece, ReadAhead};

impl Conn {
    /// Sends a part of a file as it is, behind what is queued. Over plain TCP on Linux the system
    /// does it alone (`sendfile`) and no byte is copied into this process. If the future is dropped
    /// half-way the connection is poisoned.
    ///
    /// # Errors
    /// As [`flush`](Self::flush); [`Error::Local`] if the file cannot be read, or ends before the
    /// range does: the connection is poisoned then, since the peer waits for more.
    pub async fn send_file(&mut self, file: &File, part: Range<u64>) -> Result<()> {
        self.flush().await?;
        self.failed = true;
        let sent = self.send_part(file, part).await;
        self.failed = false;
        self.note(sent)
    }

    async fn send_part(&mut self, file: &File, part: Range<u64>) -> Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if self.stream.bare_tcp().is_some() {
            return self.send_by_system(file, part).await;
        }
        self.send_by_pieces(file, part).await
    }

    async fn send_by_pieces(&mut self, file: &File, part: Range<u64>) -> Result<()> {
        let mut reading = ReadAhead::begin(file, part).map_err(Error::Local)?;
        while let Some(piece) = self.read_ahead(&mut reading).await? {
            let mut rest = piece.as_ref();
            std::future::poll_fn(|cx| self.poll_send(cx, &mut rest)).await?;
            if self.out.broken.is_some() {
                return Ok(());
            }
            reading.give_back(piece);
        }
        Ok(())
    }

    async fn read_ahead(&self, reading: &mut ReadAhead) -> Result<Option<Piece>> {
        let deadline = self.deadlines.progress(self.waiting.phase());
        let piece = deadline.run("reading the file", reading.next()).await?;
        piece.map_err(Error::Local)
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod by_system {
    use std::fs::File;
    use std::io;
    use std::num::NonZeroUsize;
    use std::ops::Range;
    use std::task::{Context, Poll, ready};

    use tokio::io::Interest;
    use tokio::net::TcpStream;

    use super::super::Conn;
    use crate::error::{Error, Result};

    /// The system takes no more in one call.
    const MOST: u64 = 1 << 30;

    impl Conn {
        pub(super) async fn send_by_system(&mut self, file: &File, part: Range<u64>) -> Result<()> {
            let mut left = part;
            while left.start < left.end {
                let step = std::future::poll_fn(|cx| self.poll_part(cx, file, &left)).await?;
                match step {
                    Some(0) => return Err(Error::Local(io::ErrorKind::UnexpectedEof.into())),
                    Some(sent) => {
                        left.start = left.start.saturating_add(sent as u64);
                        self.sent_data(sent);
                    }
                    // The peer has left and said why.
                    None => return Ok(()),
                }
            }
            Ok(())
        }

        fn poll_part(
            &mut self,
            cx: &mut Context<'_>,
            file: &File,
            left: &Range<u64>,
        ) -> Poll<Result<Option<usize>>> {
            let Some(tcp) = self.stream.bare_tcp() else {
                return Poll::Ready(Ok(None));
            };
            match poll_sendfile(cx, tcp, file, left) {
                Poll::Ready(Ok(sent)) => {
                    self.waiting.moved();
                    Poll::Ready(Ok(Some(sent)))
                }
                Poll::Ready(Err(error)) => Poll::Ready(self.break_off(error).map(|()| None)),
                Poll::Pending => {
                    let deadline = self.deadline();
                    self.waiting.poll_expired(cx, deadline, "sending").map(Err)
                }
            }
        }
    }

    fn poll_sendfile(
        cx: &mut Context<'_>,
        tcp: &TcpStream,
        file: &File,
        left: &Range<u64>,
    ) -> Poll<io::Result<usize>> {
        let too_far = |_| io::Error::from(io::ErrorKind::InvalidInput);
        let offset = usize::try_from(left.start).map_err(too_far)?;
        let length = left.end.saturating_sub(left.start).min(MOST);
        let length = usize::try_from(length).ok().and_then(NonZeroUsize::new);
        loop {
            ready!(tcp.poll_write_ready(cx))?;
            let sent = tcp.try_io(Interest::WRITABLE, || {
                socket2::SockRef::from(tcp).sendfile(file, offset, length)
            });
            match sent {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                sent => return Poll::Ready(sent),
            }
        }
    }
}
