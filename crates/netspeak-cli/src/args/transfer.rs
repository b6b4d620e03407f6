//! How data move: the same for all verbs that move them.

use std::net::IpAddr;
use std::num::NonZeroU64;
use std::ops::RangeInclusive;
use std::str::FromStr;

use clap::{Args as ClapArgs, ValueEnum};

use crate::failure::Failure;

/// Who opens data connections, where a protocol has such.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Transfer")]
pub(crate) struct DataArgs {
    /// Active mode: let the server connect to this address of ours (- for the one that we have)
    #[arg(
        short = 'P',
        long,
        value_name = "ADDR[:PORT[-PORT]]",
        allow_hyphen_values = true
    )]
    pub(crate) ftp_port: Option<ActiveAddress>,
}

impl DataArgs {
    /// An error where another protocol was told what only FTP knows.
    pub(crate) fn refuse(&self, protocol: &str) -> Result<(), Failure> {
        super::http::refuse(&[(self.ftp_port.is_some(), "-P")], "ftp", protocol)
    }
}

/// How fast, and how many at once.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Transfer")]
pub(crate) struct PaceArgs {
    /// Bytes a second, on average (K, M and G are powers of 1024)
    #[arg(long, value_name = "SPEED", value_parser = speed)]
    pub(crate) limit_rate: Option<NonZeroU64>,
    /// Transfers at once, of several URLs or of what is in a folder
    #[arg(
        short = 'Z',
        long,
        alias = "parallel-max",
        value_name = "N",
        default_value_t = 1,
        value_parser = jobs
    )]
    pub(crate) jobs: usize,
}

/// Where an interrupted transfer goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ContinueAt {
    /// Where it ended
    #[value(name = "-")]
    End,
}

/// Where the server is to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActiveAddress {
    /// What the server is told; our own address if there is none.
    pub(crate) address: Option<IpAddr>,
    /// Where we listen; any port if there are none.
    pub(crate) ports: Option<RangeInclusive<u16>>,
}

impl FromStr for ActiveAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is none of -, ADDRESS, ADDRESS:PORT, ADDRESS:PORT-PORT");
        // The colons of an address without ports are its own.
        if let Ok(address) = text.parse() {
            return Ok(Self {
                address: Some(address),
                ports: None,
            });
        }
        let (address, ports) = match text.rsplit_once(':') {
            Some((address, ports)) => (address, Some(port_range(ports).ok_or_else(bad)?)),
            None => (text, None),
        };
        let address = match address {
            "-" => None,
            address => {
                let bare = address
                    .strip_prefix('[')
                    .and_then(|rest| rest.strip_suffix(']'));
                Some(bare.unwrap_or(address).parse().map_err(|_| bad())?)
            }
        };
        Ok(Self { address, ports })
    }
}

/// How many transfers there may be at once.
fn jobs(text: &str) -> Result<usize, String> {
    const MOST: usize = 1000;
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| format!("{text:?} is not a number from 1 to {MOST}"))
}

fn port_range(text: &str) -> Option<RangeInclusive<u16>> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let (low, high) = (low.parse().ok()?, high.parse().ok()?);
    (low > 0 && low <= high).then_some(low..=high)
}

fn speed(text: &str) -> Result<NonZeroU64, String> {
    size(text).map_err(|_| format!("{text:?} is no speed: write 500, 200K, 1M or 1G"))
}

/// `500`, `200K`, `1M`, as curl has it.
pub(super) fn size(text: &str) -> Result<NonZeroU64, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text.get(number.len()..) {
        Some("") => Some(1),
        Some("k" | "K") => Some(1 << 10),
        Some("m" | "M") => Some(1 << 20),
        Some("g" | "G") => Some(1u64 << 30),
        _ => None,
    };
    let speed = factor.zip(number.parse::<u64>().ok());
    speed
        .and_then(|(factor, number)| number.checked_mul(factor))
        .and_then(NonZeroU64::new)
        .ok_or_else(|| format!("{text:?} is no size: write 500, 200K, 1M or 1G"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_curls() {
        for (text, bytes) in [
            ("500", 500),
            ("200K", 204_800),
            ("1m", 1 << 20),
            ("2G", 2 << 30),
        ] {
            assert_eq!(speed(text).map(NonZeroU64::get), Ok(bytes), "{text}");
        }
        for bad in ["", "0", "K", "-1", "1T", "1KK", "1.5M", "99999999999G"] {
            assert!(speed(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn active_mode_has_an_address_and_maybe_ports() {
        let of = |text: &str| {
            text.parse::<ActiveAddress>()
                .map(|at| (at.address, at.ports))
        };
        let ip = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for (text, address, ports) in [
            ("-", None, None),
            ("192.0.2.1", ip("192.0.2.1"), None),
            ("192.0.2.1:4000", ip("192.0.2.1"), Some(4000..=4000)),
            ("-:4000-4010", None, Some(4000..=4010)),
            ("2001:db8::1", ip("2001:db8::1"), None),
            (
                "[2001:db8::1]:4000-4001",
                ip("2001:db8::1"),
                Some(4000..=4001),
            ),
        ] {
            assert_eq!(of(text), Ok((address, ports)), "{text}");
        }
        for bad in [
            "",
            "eth9",
            "-:0",
            "-:9-8",
            "-:70000",
            "192.0.2.1:",
            "[::1",
            "--",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
