//! The plain socket layer: what Python's `socket` gives, in tokio's manner.
//!
//! A protocol client starts from [`Connector`](crate::Connector); these are for what has no
//! protocol here, and for servers.
//!
//! ```no_run
//! use netspeak_core::socket::{TcpListener, UdpSocket};
//!
//! # async fn example() -> netspeak_core::Result<()> {
//! let mut listener = TcpListener::bind(("", 12345)).await?;
//! listener.set_timeout(None);
//! let (stream, peer) = listener.accept().await?;
//! stream.send_all(format!("hello {peer}\r\n").as_bytes()).await?;
//!
//! let udp = UdpSocket::bind(("", 0)).await?;
//! udp.send_to(b"?", ("localhost", "time")).await?;
//! # Ok(())
//! # }
//! ```
//!
//! **Addresses** are anything that is [`ToEndpoint`]. **Options** are set before binding or
//! connecting: [`Options`], given to `bind_with`, or for outgoing connections as
//! [`Dialer::options`](crate::Dialer), which a `Connector` takes too.
//!
//! **Every wait ends.** As with Python's `settimeout`, a socket has one limit, and each call on it
//! waits no longer: 30 s unless [`set_timeout`](TcpStream::set_timeout) says otherwise. `None` waits
//! for ever, which is what a server's `accept` wants. Names are looked up within the same limit;
//! connecting has the limits of [`Timeouts`].
//!
//! **Errors** of opening (bind, listen, connect, accept) have kinds `tcp.*`, later ones `conn.*`; the
//! system's own error is the `source`.
//!
//! # What is here, and what is not
//!
//! The rows are those of the list of features that the socket layer is judged by.
//!
//! | id | capability | where | test |
//! |---|---|---|---|
//! | S1 | TCP over IPv4 and IPv6 | [`TcpStream`] | `bytes_go_both_ways_and_one_way_closes_first` `one_listener_takes_both_families` |
//! | S2 | UDP `send_to`, `recv_from` | [`UdpSocket`] | `datagrams_go_to_an_address_and_come_from_one` |
//! | S3 | connected UDP | [`UdpSocket::connect`] | `a_connected_socket_hears_its_peer_only` |
//! | S4 | Unix stream | [`UnixStream`], [`UnixListener`] | `a_path_is_listened_on_and_connected_to` |
//! | S5 | Unix datagram | [`UnixDatagram`] | `datagrams_have_names_of_both_kinds` |
//! | S6 | abstract names (Linux) | `@name` for any path | `an_abstract_name_needs_no_file` `datagrams_have_names_of_both_kinds` |
//! | S7 | socketpair | [`UnixStream::pair`], [`UnixDatagram::pair`] | `pairs_are_connected_from_the_start` |
//! | S8 | host is a name | [`Host`](crate::Host), `Resolver` | `addresses_in_every_form` `hosts_as_people_write_them` |
//! | S9 | host is a literal, with zone | [`Host`](crate::Host) | `literals_and_overrides_never_ask_the_system` `addresses_in_every_form` |
//! | S10 | `"<broadcast>"` | [`Host`](crate::Host) | `broadcasting_must_be_asked_for` `addresses_in_every_form` |
//! | S11 | `""` is any address | [`TcpListener::bind`] | `an_empty_host_binds_any_address` |
//! | S12 | an integer is an address | [`Host`](crate::Host), `(u32, port)` | `an_empty_host_binds_any_address` `addresses_in_every_form` |
//! | S13 | port: number, digits, service name | [`Port`](crate::Port) | `addresses_in_every_form` `the_services_file_is_read_with_aliases_and_comments` |
//! | S14 | service and protocol lookups | [`service_name`], [`protocol_number`] | `services_and_protocols_are_found_by_number_and_name` |
//! | S15 | bind, and connect from an address | [`Dialer::source`](crate::Dialer) | `a_connection_can_come_from_a_chosen_address` |
//! | S16 | listen, accept | [`TcpListener`] | `bytes_go_both_ways_and_one_way_closes_first` `the_hello_examples_talk` |
//! | S17 | dual-stack listener | [`TcpListener::dual_stack`] | `one_listener_takes_both_families` |
//! | S18 | connect over all addresses | [`Dialer`](crate::Dialer) | `all_errors_are_told_and_the_next_address_is_tried_at_once` |
//! | S19 | Happy Eyeballs | [`Dialer`](crate::Dialer) | `a_black_hole_costs_the_stagger_and_no_more` `families_take_turns` |
//! | S20 | connect without an exception | a `Result` | `a_refused_connection_is_an_error_that_can_be_looked_at` |
//! | S21 | connect timeout of its own | [`Timeouts::tcp`](crate::Timeouts) | `two_black_holes_are_one_error_naming_both` `every_wait_ends` |
//! | S22 | global default timeout | a constant 30 s | no: nothing global can be changed; a socket has its own, a `Connector` has `Timeouts` |
//! | S23 | complete send | [`TcpStream::send_all`] | `bytes_go_both_ways_and_one_way_closes_first` |
//! | S24 | receive into the caller's memory | every `recv` | `bytes_go_both_ways_and_one_way_closes_first` |
//! | S25 | scatter, gather | `send_vectored`, `recv_vectored` | `several_buffers_are_one_send` `a_connected_socket_hears_its_peer_only` |
//! | S26 | descriptor passing | [`UnixStream::send_descriptors`] | `open_files_travel_with_the_bytes` |
//! | S27 | zero-copy file send (Linux) | `TcpStream::send_file` | `a_file_is_sent_by_the_system` |
//! | S28 | peek | [`TcpStream::peek`], [`UdpSocket::peek_from`] | `bytes_go_both_ways_and_one_way_closes_first` `datagrams_go_to_an_address_and_come_from_one` |
//! | S29 | out-of-band byte | [`TcpStream::send_out_of_band`], [`Options::out_of_band_inline`] | `the_urgent_byte_arrives_beside_the_stream_or_in_it` |
//! | S30 | half-close | [`TcpStream::shutdown`] | `bytes_go_both_ways_and_one_way_closes_first` |
//! | S31 | `makefile` | tokio's `BufStream` over a stream | `a_buffered_file_reads_lines` |
//! | S32 | `SO_REUSEADDR`, `SO_REUSEPORT` | [`Options`] | `stream_options_reach_the_system` |
//! | S33 | `TCP_NODELAY`, keepalive | [`Options`], [`Keepalive`] | `stream_options_reach_the_system` |
//! | S34 | `TCP_USER_TIMEOUT` | [`Options::user_timeout`] | `linux_options_reach_the_system` |
//! | S35 | Multipath TCP | [`Options::multipath`]; not Fast Open, which no crate sets without unsafe code | `multipath_falls_back_to_plain_tcp` |
//! | S36 | `SO_BROADCAST` | [`Options::broadcast`] | `broadcasting_must_be_asked_for` `datagram_options_reach_the_system` |
//! | S37 | multicast, also from one source | [`UdpSocket::join_v4`] and its neighbours | `a_group_is_heard_while_it_is_joined` `a_v6_group_can_be_joined` `v6_options_reach_the_system` |
//! | S38 | device, mark, ToS, priority | [`Options`] | `linux_options_reach_the_system` `stream_options_reach_the_system` |
//! | S39 | received hop limit, ToS, pktinfo | | no: neither tokio, socket2 nor rustix reads such control messages in safe code |
//! | S40 | interface list (Linux) | `interfaces` | `the_loopback_interface_is_listed` |
//! | S41 | host name, name of an address | `host_name`, [`name_of`] | `this_machine_has_a_name` `an_address_has_a_name_or_an_error` |
//! | S42 | address and byte-order conversion | `std::net`, `u16::to_be` | no: it is the standard library's, and tested there |
//! | S43 | static host map | [`Connector::with_address_of`](crate::Connector::with_address_of) | `literals_and_overrides_never_ask_the_system` |
//! | S44 | SOCKS and CONNECT under any protocol | `Proxy` (feature `proxy`) | `every_kind_of_proxy_carries_a_conversation` `known_answers_of_rfc_1928_and_1929` |
//! | S45 | PROXY protocol header | `ProxyHeader` (feature `proxy`) | `a_header_goes_before_everything_else` `headers_as_the_specification_shows_them` |
//! | S46 | wrap a socket, give it back | `From`, `into_inner` | `a_socket_of_somebody_elses_can_be_wrapped_and_given_back` |
//! | S47 | wire listener | [`Trace`](crate::Trace) | `a_password_is_hidden_also_when_the_peer_repeats_it` |
//! | S48 | check who connects back | [`TcpListener::accept_from`] | `only_the_expected_peer_is_accepted` |

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::deadline::{Deadline, Deadlines, Timeouts};
use crate::error::{Error, ErrorKind, Phase, Reason, Result};

mod endpoint;
mod names;
mod options;
mod tcp;
mod udp;
#[cfg(unix)]
mod unix;

pub use endpoint::{ToEndpoint, ToHost, ToPort};
#[cfg(unix)]
pub use names::host_name;
#[cfg(target_os = "linux")]
pub use names::interfaces;
pub use names::{Interface, name_of, protocol_number, service_name};
pub use options::{Keepalive, Options};
pub use tcp::{TcpListener, TcpStream};
pub use udp::UdpSocket;
#[cfg(unix)]
pub use unix::{UnixDatagram, UnixListener, UnixStream};

/// How long one call may wait.
#[derive(Clone, Copy, Debug)]
struct Patience(Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(Duration::from_secs(30))
    }
}

impl Patience {
    fn of(limit: Option<Duration>) -> Self {
        Self(limit.unwrap_or(Duration::MAX))
    }

    fn deadline(self, phase: Phase) -> Deadline {
        Deadlines::start(Timeouts::default()).within(phase, self.0)
    }

    /// Opening a socket.
    async fn open<T>(self, doing: &str, work: impl Future<Output = io::Result<T>>) -> Result<T> {
        self.deadline(Phase::Tcp)
            .run(doing, work)
            .await?
            .map_err(open_error(doing))
    }

    /// Using an open one.
    async fn talk<T>(self, doing: &str, work: impl Future<Output = io::Result<T>>) -> Result<T> {
        self.deadline(Phase::Conn)
            .run(doing, work)
            .await?
            .map_err(talk_error(doing))
    }
}

fn open_error(doing: &str) -> impl FnOnce(io::Error) -> Error {
    error_in(Phase::Tcp, doing)
}

fn talk_error(doing: &str) -> impl FnOnce(io::Error) -> Error {
    error_in(Phase::Conn, doing)
}

fn error_in(phase: Phase, doing: &str) -> impl FnOnce(io::Error) -> Error {
    move |error| {
        let reason = match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => Reason::Closed,
            io::ErrorKind::NotFound => Reason::NoAddress,
            _ => tcp_kind(&error).reason(),
        };
        Error::io(ErrorKind::new(phase, reason), doing, error)
    }
}

/// The first address with which it can be done; else the first error.
fn first_of<T>(
    addresses: &[SocketAddr],
    doing: &str,
    open: impl Fn(SocketAddr) -> io::Result<T>,
) -> Result<T> {
    let mut first_error = None;
    for at in addresses {
        match open(*at) {
            Ok(opened) => return Ok(opened),
            Err(error) => {
                first_error.get_or_insert_with(|| open_error(&format!("{doing} {at}"))(error));
            }
        }
    }
    Err(first_error
        .unwrap_or_else(|| Error::usage(format!("{doing} nothing: there is no address"))))
}

/// The stable word for a failed connect.
pub(crate) fn tcp_kind(error: &io::Error) -> ErrorKind {
    let reason = match error.kind() {
        io::ErrorKind::ConnectionRefused => Reason::Refused,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Reason::Reset,
        io::ErrorKind::TimedOut => Reason::Timeout,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Reason::Unreachable,
        io::ErrorKind::PermissionDenied => Reason::Denied,
        _ => Reason::Failed,
    };
    ErrorKind::new(Phase::Tcp, reason)
}
