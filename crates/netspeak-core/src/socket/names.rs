//! Names of this machine, of addresses, services, protocols and interfaces.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::address::{Transport, service_port};
use crate::deadline::{Deadlines, Timeouts};
use crate::error::{Error, ErrorKind, Phase, Reason, Result};

/// The name of this machine, as it calls itself.
///
/// ```
/// assert!(!netspeak_core::socket::host_name().is_empty());
/// ```
#[cfg(unix)]
pub fn host_name() -> String {
    crate::text::printable(rustix::system::uname().nodename().to_bytes())
}

/// The name of an address (reverse lookup by the system, so `/etc/hosts` counts).
///
/// Whoever owns the address chooses its name: it is for people to read, and proves nothing.
///
/// # Errors
/// `dns.nxdomain` if it has none, `dns.timeout`.
pub async fn name_of(address: IpAddr, limit: Duration) -> Result<String> {
    let doing = format!("looking up the name of {address}");
    let deadline = Deadlines::start(Timeouts::default()).within(Phase::Dns, limit);
    let ask = tokio::task::spawn_blocking(move || {
        dns_lookup::getnameinfo(&SocketAddr::new(address, 0), 0)
    });
    let nobody = || {
        let kind = ErrorKind::new(Phase::Dns, Reason::Nxdomain);
        Error::net(kind, format!("{address} has no name"))
    };
    match deadline.run(&doing, ask).await? {
        // Without a name the system gives the address itself back.
        Ok(Ok((name, _))) if name.parse::<IpAddr>().is_ok() => Err(nobody()),
        Ok(Ok((name, _))) => Ok(crate::text::printable(name.as_bytes())),
        Ok(Err(error)) => Err(Error::io(
            ErrorKind::new(Phase::Dns, Reason::Failed),
            doing,
            error.into(),
        )),
        Err(error) => Err(Error::io(ErrorKind::INTERNAL, doing, error.into())),
    }
}

/// The name of the service on a port: `/etc/services`, else a few of our own.
///
/// ```
/// use netspeak_core::{Transport, socket::service_name};
///
/// assert_eq!(service_name(110, Transport::Tcp).as_deref(), Some("pop3"));
/// assert_eq!(service_name(0, Transport::Tcp), None);
/// ```
pub fn service_name(port: u16, transport: Transport) -> Option<String> {
    const OURS: [&str; 14] = [
        "ftp",
        "ftps",
        "gopher",
        "http",
        "https",
        "imap",
        "imaps",
        "nntp",
        "nntps",
        "pop3",
        "pop3s",
        "smtp",
        "submission",
        "telnet",
    ];
    let file = std::fs::read_to_string("/etc/services").unwrap_or_default();
    let wanted = format!("{port}/{transport}");
    find(&file, |number| number == wanted)
        .map(|(name, _)| name.to_owned())
        .or_else(|| {
            OURS.iter()
                .find(|name| service_port(name, transport) == Some(port))
                .map(ToString::to_string)
        })
}

/// The number of an IP protocol: `/etc/protocols`, else the four that everybody has.
///
/// ```
/// assert_eq!(netspeak_core::socket::protocol_number("udp"), Some(17));
/// ```
pub fn protocol_number(name: &str) -> Option<u8> {
    let file = std::fs::read_to_string("/etc/protocols").unwrap_or_default();
    read_protocol(&file, name).or(match name {
        "icmp" => Some(1),
        "tcp" => Some(6),
        "udp" => Some(17),
        "ipv6-icmp" => Some(58),
        _ => None,
    })
}

fn read_protocol(file: &str, name: &str) -> Option<u8> {
    file.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_ascii_whitespace();
        let (official, number) = (words.next()?, words.next()?);
        let is_named = official == name || words.any(|alias| alias == name);
        if is_named { number.parse().ok() } else { None }
    })
}

/// The first entry of a file in the form of `services(5)` whose second word fits.
fn find(file: &str, fits: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
    file.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_ascii_whitespace();
        let (name, number) = (words.next()?, words.next()?);
        fits(number).then_some((name, number))
    })
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Interface {
    /// Its number, which stands in IPv6 zones and multicast calls.
    pub index: u32,
    /// Its name.
    pub name: String,
}

/// The network interfaces of this machine, by number.
///
/// # Errors
/// The system's.
#[cfg(target_os = "linux")]
pub fn interfaces() -> Result<Vec<Interface>> {
    let folder = std::path::Path::new("/sys/class/net");
    let entries = std::fs::read_dir(folder).map_err(Error::Local)?;
    let mut found: Vec<Interface> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            let index = std::fs::read_to_string(folder.join(&name).join("ifindex")).ok()?;
            Some(Interface {
                index: index.trim().parse().ok()?,
                name,
            })
        })
        .collect();
    found.sort_by_key(|interface| interface.index);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_protocols_are_found_by_number_and_name() {
        let file = "# head\nsmtp\t25/tcp\tmail\nntp 123/udp\n\nodd\n";
        assert_eq!(find(file, |n| n == "123/udp"), Some(("ntp", "123/udp")));
        assert_eq!(find(file, |n| n == "123/tcp"), None);
        let file = "ip\t0\tIP\t# internet\ntcp\t6\tTCP\nodd\nbig 300 BIG\n";
        assert_eq!(read_protocol(file, "TCP"), Some(6));
        assert_eq!(read_protocol(file, "ip"), Some(0));
        assert_eq!(read_protocol(file, "big"), None);
        assert_eq!(service_name(995, Transport::Tcp).as_deref(), Some("pop3s"));
        assert_eq!(protocol_number("no-such"), None);
    }

    #[cfg(unix)]
    #[test]
    fn this_machine_has_a_name() {
        assert!(!host_name().is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_loopback_interface_is_listed() {
        let found = interfaces().unwrap();
        assert!(
            found.contains(&Interface {
                index: 1,
                name: "lo".into()
            }),
            "{found:?}"
        );
    }

    #[tokio::test]
    async fn an_address_has_a_name_or_an_error() {
        let limit = Duration::from_secs(5);
        match name_of("127.0.0.1".parse().unwrap(), limit).await {
            Ok(name) => assert!(name.parse::<IpAddr>().is_err() && !name.is_empty()),
            Err(error) => assert_eq!(error.phase(), Phase::Dns),
        }
    }
}
