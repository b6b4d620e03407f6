//! Service names and their ports: `/etc/services`, with a table of our own schemes behind it.

use std::fmt;

/// TCP or UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Streams.
    Tcp,
    /// Datagrams.
    Udp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

/// The well-known ports that must be found on a machine without `/etc/services`.
const BUILT_IN: &[(&str, u16)] = &[
    ("echo", 7),
    ("discard", 9),
    ("daytime", 13),
    ("ftp", 21),
    ("telnet", 23),
    ("smtp", 25),
    ("time", 37),
    ("domain", 53),
    ("gopher", 70),
    ("http", 80),
    ("www", 80),
    ("pop3", 110),
    ("nntp", 119),
    ("ntp", 123),
    ("imap", 143),
    ("imap2", 143),
    ("https", 443),
    ("smtps", 465),
    ("submissions", 465),
    ("nntps", 563),
    ("submission", 587),
    ("ftps", 990),
    ("telnets", 992),
    ("imaps", 993),
    ("pop3s", 995),
    ("socks", 1080),
];

/// The port of a service, by its name or an alias.
///
/// ```
/// use netspeak_core::{Transport, service_port};
///
/// assert_eq!(service_port("pop3", Transport::Tcp), Some(110));
/// assert_eq!(service_port("no-such-service", Transport::Tcp), None);
/// ```
pub fn service_port(name: &str, transport: Transport) -> Option<u16> {
    let from_file = std::fs::read_to_string("/etc/services")
        .ok()
        .and_then(|services| find(&services, name, transport));
    from_file.or_else(|| {
        BUILT_IN
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, port)| *port)
    })
}

/// Reads the lines of `services(5)`: `name port/transport alias... # comment`.
fn find(services: &str, name: &str, transport: Transport) -> Option<u16> {
    let wanted = transport.to_string();
    services.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_ascii_whitespace();
        let official = words.next()?;
        let (port, spoken) = words.next()?.split_once('/')?;
        let is_named = official == name || words.any(|alias| alias == name);
        if is_named && spoken == wanted {
            port.parse().ok()
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_file_is_read_with_aliases_and_comments() {
        let file =
            "# head\nsmtp\t25/tcp\tmail\nsyslog 514/udp\n\nshell 514/tcp cmd # no password\nodd\n";
        assert_eq!(find(file, "mail", Transport::Tcp), Some(25));
        assert_eq!(find(file, "smtp", Transport::Udp), None);
        assert_eq!(find(file, "syslog", Transport::Udp), Some(514));
        assert_eq!(find(file, "cmd", Transport::Tcp), Some(514));
        assert_eq!(find(file, "no", Transport::Tcp), None);
    }

    #[test]
    fn our_own_schemes_are_known_everywhere() {
        for (name, port) in [
            ("pop3s", 995),
            ("imaps", 993),
            ("nntps", 563),
            ("gopher", 70),
        ] {
            assert_eq!(service_port(name, Transport::Tcp), Some(port));
        }
    }
}
