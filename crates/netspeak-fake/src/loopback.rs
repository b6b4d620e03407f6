//! Where the proxies of this crate connect to: this machine and nowhere else.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::net::{TcpSocket, TcpStream};

/// Connects to `localhost` or to a loopback address, an IPv6 one with or without brackets. Anything else is `PermissionDenied`.
pub(crate) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let ip = match bare.unwrap_or(host) {
        "localhost" => IpAddr::from(Ipv4Addr::LOCALHOST),
        host => host.parse().map_err(|_| io::ErrorKind::PermissionDenied)?,
    };
    if !ip.is_loopback() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let socket = if ip.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    };
    socket?.connect(SocketAddr::new(ip, port)).await
}
