//! [`Dialer`]: a TCP connection to the best of several addresses (Happy Eyeballs, RFC 8305).

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::deadline::{Deadline, now};
use crate::error::{Error, ErrorKind, Phase, Reason, Result};
use crate::socket::{Options, tcp_kind};
use crate::trace::{Attempt, Trace};

/// How sockets are opened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Dialer {
    /// How long an address gets before the next one is tried as well. Default 250 ms
    /// (RFC 8305 section 5).
    pub stagger: Duration,
    /// Our own address; addresses of the other family are then left out.
    pub source: Option<IpAddr>,
    /// Our own port; 0 lets the system choose.
    pub source_port: u16,
    /// The network interface to leave by (Linux: `SO_BINDTODEVICE`).
    pub interface: Option<String>,
    /// What else is set on each socket.
    pub options: Options,
}

impl Default for Dialer {
    fn default() -> Self {
        Self {
            stagger: Duration::from_millis(250),
            source: None,
            source_port: 0,
            interface: None,
            options: Options::default(),
        }
    }
}

impl Dialer {
    /// Connects to the first address that answers. The others are given up; what became of each
    /// stands in the trace.
    ///
    /// # Errors
    /// One error that names every address and why it failed; its kind is that of the first address
    /// that failed for a reason of its own, or `tcp.timeout`.
    pub async fn dial(
        &self,
        addresses: &[SocketAddr],
        deadline: Deadline,
        trace: &Trace,
    ) -> Result<TcpStream> {
        let addresses = self.usable(addresses)?;
        let mut race = Race {
            dialer: self,
            waiting: addresses.iter().copied().collect(),
            running: JoinSet::new(),
            failures: Vec::new(),
            trace,
        };
        trace.set_attempts(addresses.iter().map(|a| Attempt::untried(a.ip())).collect());
        match deadline.run("connecting", race.run()).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(error),
            Err(timeout) => Err(race.given_up(&timeout, &addresses)),
        }
    }

    /// Families interleaved (RFC 8305 section 4), beginning with that of the first address.
    fn usable(&self, addresses: &[SocketAddr]) -> Result<Vec<SocketAddr>> {
        let fits = |a: &&SocketAddr| self.source.is_none_or(|s| s.is_ipv4() == a.is_ipv4());
        let usable: Vec<_> = addresses.iter().filter(fits).copied().collect();
        let Some(first) = usable.first() else {
            return Err(Error::net(
                ErrorKind::new(Phase::Dns, Reason::NoAddress),
                "no address has the source address's family",
            ));
        };
        let (mut one, mut other): (VecDeque<_>, VecDeque<_>) = usable
            .iter()
            .copied()
            .partition(|a| a.is_ipv4() == first.is_ipv4());
        let mut mixed = Vec::with_capacity(usable.len());
        while !one.is_empty() || !other.is_empty() {
            mixed.extend(one.pop_front());
            mixed.extend(other.pop_front());
        }
        Ok(mixed)
    }

    fn socket(&self, to: SocketAddr) -> io::Result<TcpSocket> {
        let socket = self.options.tcp_socket(to)?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Some(interface) = &self.interface {
            socket.bind_device(Some(interface.as_bytes()))?;
        }
        if self.source.is_some() || self.source_port != 0 {
            let any = if to.is_ipv4() {
                IpAddr::from([0; 4])
            } else {
                IpAddr::from([0u16; 8])
            };
            socket.set_reuseaddr(true)?;
            socket.bind(SocketAddr::new(
                self.source.unwrap_or(any),
                self.source_port,
            ))?;
        }
        Ok(socket)
    }
}

type Outcome = (SocketAddr, Duration, io::Result<TcpStream>);

/// Attempts that run side by side; dropping it ends them all.
struct Race<'a> {
    dialer: &'a Dialer,
    waiting: VecDeque<SocketAddr>,
    running: JoinSet<Outcome>,
    failures: Vec<(SocketAddr, io::Error)>,
    trace: &'a Trace,
}

impl Race<'_> {
    async fn run(&mut self) -> Result<TcpStream> {
        self.start_next();
        loop {
            let finished = if self.waiting.is_empty() {
                self.running.join_next().await
            } else {
                match tokio::time::timeout(self.dialer.stagger, self.running.join_next()).await {
                    Ok(finished) => finished,
                    Err(_) => {
                        self.start_next();
                        continue;
                    }
                }
            };
            match finished {
                Some(Ok((address, took, Ok(stream)))) => {
                    self.note(address, took, None);
                    return Ok(stream);
                }
                Some(Ok((address, took, Err(error)))) => {
                    self.note(address, took, Some(&error));
                    self.failures.push((address, error));
                    // A failure starts the next attempt at once.
                    self.start_next();
                }
                Some(Err(_)) | None if self.waiting.is_empty() && self.running.is_empty() => {
                    return Err(self.all_failed());
                }
                Some(Err(_)) | None => self.start_next(),
            }
        }
    }

    fn start_next(&mut self) {
        let Some(address) = self.waiting.pop_front() else {
            return;
        };
        self.trace
            .update_attempt(address.ip(), |attempt| attempt.tried = true);
        let socket = self.dialer.socket(address);
        self.running.spawn(async move {
            let began = now();
            let connected = match socket {
                Ok(socket) => socket.connect(address).await,
                Err(error) => Err(error),
            };
            (address, now() - began, connected)
        });
    }

    fn note(&self, address: SocketAddr, took: Duration, error: Option<&io::Error>) {
        self.trace.update_attempt(address.ip(), |attempt| {
            attempt.ok = Some(error.is_none());
            attempt.used = error.is_none();
            attempt.took = Some(took);
            attempt.error = error.map(ToString::to_string);
        });
    }

    fn all_failed(&mut self) -> Error {
        let kind = self
            .failures
            .first()
            .map_or(ErrorKind::INTERNAL, |(_, error)| tcp_kind(error));
        let message = self.describe_failures();
        match self.failures.len() {
            1 => match self.failures.pop() {
                Some((address, error)) => {
                    Error::io(kind, format!("connecting to {address}"), error)
                }
                None => Error::net(kind, message),
            },
            _ => Error::net(kind, format!("connecting failed: {message}")),
        }
    }

    /// The deadline passed: name those that failed and those that were still silent.
    fn given_up(&self, timeout: &Error, addresses: &[SocketAddr]) -> Error {
        let failed = |a: &SocketAddr| self.failures.iter().any(|(failed, _)| failed == a);
        let silent: Vec<String> = addresses
            .iter()
            .filter(|a| !failed(a))
            .map(ToString::to_string)
            .collect();
        let mut message = format!("{timeout} to {}", silent.join(", "));
        if !self.failures.is_empty() {
            message = format!("{message}; {}", self.describe_failures());
        }
        Error::net(timeout.kind(), message)
    }

    fn describe_failures(&self) -> String {
        let mut text = String::new();
        for (address, error) in &self.failures {
            let separator = if text.is_empty() { "" } else { "; " };
            let _ = write!(text, "{separator}{address}: {error}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline::{Deadlines, Timeouts};
    use tokio::net::TcpListener;

    fn deadline() -> Deadline {
        Deadlines::start(Timeouts::default()).phase(Phase::Tcp)
    }

    /// A port on which nobody listens: bound and not listening, so nobody else gets it either.
    fn closed_port(ip: &str) -> (TcpSocket, SocketAddr) {
        let address: SocketAddr = format!("{ip}:0").parse().unwrap();
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        }
        .unwrap();
        socket.bind(address).unwrap();
        let address = socket.local_addr().unwrap();
        (socket, address)
    }

    #[tokio::test]
    async fn all_errors_are_told_and_the_next_address_is_tried_at_once() {
        let (_one, dead) = closed_port("127.0.0.1");
        let (_two, also_dead) = closed_port("127.0.0.2");
        let trace = Trace::new();
        let dialer = Dialer {
            stagger: Duration::from_secs(3600),
            ..Dialer::default()
        };
        let error = dialer
            .dial(&[dead, also_dead], deadline(), &trace)
            .await
            .unwrap_err();
        assert_eq!(error.kind().to_string(), "tcp.refused");
        let text = error.to_string();
        assert!(
            text.contains(&dead.to_string()) && text.contains(&also_dead.to_string()),
            "{text}"
        );

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let alive = listener.local_addr().unwrap();
        let stream = dialer
            .dial(&[also_dead, alive], deadline(), &trace)
            .await
            .unwrap();
        assert_eq!(stream.peer_addr().unwrap(), alive);
        let [first, second] = trace.attempts().try_into().unwrap();
        assert_eq!((first.ok, first.used), (Some(false), false));
        assert_eq!((second.ok, second.used), (Some(true), true));
    }

    #[test]
    fn families_take_turns() {
        let parse = |list: &[&str]| {
            list.iter()
                .map(|a| a.parse().unwrap())
                .collect::<Vec<SocketAddr>>()
        };
        let given = parse(&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"]);
        let wanted = parse(&["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"]);
        assert_eq!(Dialer::default().usable(&given).unwrap(), wanted);
        let v4 = Dialer {
            source: Some("192.0.2.1".parse().unwrap()),
            ..Dialer::default()
        };
        assert_eq!(
            v4.usable(&given).unwrap(),
            parse(&["1.1.1.1:1", "2.2.2.2:1"])
        );
    }
}
