//! Every client socket is opened by core's Connector: so proxy, TLS, deadlines, transcript and timings hold everywhere.

use crate::tidy::{File, Finding, source};

/// How calls that open a socket begin: `TcpStream::connect_timeout` is one of them too.
const CALLS: [&str; 9] = [
    "TcpSocket",
    "TcpStream::connect",
    "UdpSocket::bind",
    "UdpSocket::connect",
    "UnixDatagram::bind",
    "UnixDatagram::connect",
    "UnixDatagram::unbound",
    "UnixStream::connect",
    "Socket::new",
];

/// Core's rooms on the way to a connection. The fake servers are the other side, and do not know core.
const ROOMS: [&str; 5] = ["connect", "dial", "dns", "resolve", "socket"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let Some(room) = file.room() else {
            continue;
        };
        if match file.crate_name() {
            Some("netspeak-core") => ROOMS.contains(&room),
            name => name == Some("netspeak-fake"),
        } {
            continue;
        }
        for line in source::lines(file).iter().filter(|line| !line.in_tests) {
            let call = CALLS.iter().find(|call| line.has_name_from(call));
            found.extend(call.map(|call| {
                file.finding(
                    line.number,
                    format!("`{call}`: client sockets are opened by core's Connector"),
                )
            }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    const OPENS: &str = "\
use tokio::net::TcpSocket;
async fn f() {
    std::net::TcpStream::connect_timeout(&a, b);
    socket2::Socket::new(a, b, None);
    UnixStream::connect(\"/x\").await;
    UdpSocket::bind((\"\", 0)).await;
}";

    #[test]
    fn sockets_are_opened_in_few_places() {
        let files = sample(&[
            ("crates/netspeak-pop3/src/client/data.rs", OPENS),
            ("crates/netspeak-core/src/conn.rs", OPENS),
            ("crates/netspeak-core/src/dial.rs", OPENS),
            ("crates/netspeak-core/src/socket/tcp.rs", OPENS),
            ("crates/netspeak-core/src/connect/pool.rs", OPENS),
            ("crates/netspeak-fake/src/socks5.rs", OPENS),
        ]);
        let expected = [
            "netspeak-pop3/src/client/data.rs",
            "netspeak-core/src/conn.rs",
        ]
        .iter()
        .flat_map(|path| [1, 3, 4, 5, 6].map(|line| format!("crates/{path}:{line}")));
        assert_eq!(places(&check(&files)), expected.collect::<Vec<_>>());
    }

    #[test]
    fn tests_listeners_and_longer_names_may() {
        let text = "\
fn f(stream: TcpStream) { UnixListener::bind(x); MyTcpStream::connect(x); stream.connect(x); }
// TcpStream::connect
#[cfg(test)]
mod tests { fn g() { TcpStream::connect(x); } }";
        let files = sample(&[
            ("crates/netspeak-smtp/src/mx.rs", text),
            ("crates/netspeak-smtp/src/tests/pool.rs", OPENS),
            ("crates/netspeak-core/tests/proxy.rs", OPENS),
            ("crates/netspeak-core/examples/hello.rs", OPENS),
        ]);
        assert_eq!(check(&files), []);
    }
}
