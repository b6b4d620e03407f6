//! The ports for FTP's passive data connections: a server tells its own numbers, so they are the same on the host and
//! inside, and are chosen before anything starts.

use std::net::{Ipv4Addr, TcpListener};

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::Outcome;

/// As in compose.yml.
const SERVICES: [&str; 3] = ["VSFTPD", "PROFTPD", "PROFTPD_FAULT"];

/// How many a service has.
const EACH: u16 = 16;

/// Below the ports that the system hands out itself.
const FIRST: u16 = 20_000;
const LAST: u16 = 32_000;

const TRIES: usize = 100;

/// The variables in compose.yml: the first and the last port of each service.
pub(super) fn names() -> impl Iterator<Item = String> {
    SERVICES
        .into_iter()
        .flat_map(|service| ["FROM", "TO"].map(|end| format!("NETSPEAK_{service}_PASSIVE_{end}")))
}

/// Ports that nobody has now, by those names.
pub(super) fn ranges() -> Outcome<Vec<(String, u16)>> {
    let first = free()?;
    let ends = (0..).map(|end: u16| first + end / 2 * EACH + end % 2 * (EACH - 1));
    Ok(names().zip(ends).collect())
}

/// The first of as many free ports in a row as all services need.
fn free() -> Outcome<u16> {
    let count = EACH * u16::try_from(SERVICES.len()).unwrap_or(u16::MAX);
    for _ in 0..TRIES {
        let mut bytes = [0; 2];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| "no random bytes from the system".to_owned())?;
        let first = FIRST + u16::from_le_bytes(bytes) % (LAST - FIRST - count);
        if (first..first + count).all(is_free) {
            return Ok(first);
        }
    }
    Err(format!(
        "no {count} ports in a row are free between {FIRST} and {LAST}"
    ))
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_do_not_overlap() {
        let ranges = ranges().unwrap();
        let ports: Vec<_> = ranges.iter().map(|(_, port)| *port).collect();
        assert!(ports.is_sorted() && ports.len() == 2 * SERVICES.len());
        for pair in ports.chunks(2) {
            assert_eq!(pair[1] - pair[0], EACH - 1);
        }
        assert_eq!(ranges[0].0, "NETSPEAK_VSFTPD_PASSIVE_FROM");
        assert_eq!(ranges[3].0, "NETSPEAK_PROFTPD_PASSIVE_TO");
    }
}
