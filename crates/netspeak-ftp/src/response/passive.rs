//! Where a server waits for a data connection: the replies to PASV (RFC 959) and EPSV (RFC 2428).

use std::net::Ipv4Addr;
use std::num::NonZeroU16;

use netspeak_core::Error as CoreError;
use nom::bytes::complete::take_till;
use nom::character::complete::{char, digit1, satisfy, space0};
use nom::combinator::{map_opt, not, peek};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use super::Reply;

/// Where a server waits for a data connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassivePort {
    /// The port.
    pub port: NonZeroU16,
    /// The address that 227 tells. It may be anybody's: see
    /// [`PassiveAddress`](crate::PassiveAddress).
    pub address: Option<Ipv4Addr>,
}

/// Reads 227 and 229, whichever was asked for: servers and networks mix them up.
///
/// ```text
/// 227 SP *TEXT h1 "," h2 "," h3 "," h4 "," p1 "," p2 *TEXT        ; RFC 959 section 4.1.2
/// 229 SP *TEXT "(" d [proto] d [addr] d port d ")"                ; RFC 2428 section 3
/// ```
/// The delimiter `d` is any character, the same four times. What 229 says besides the port counts
/// for nothing.
///
/// # Errors
/// [`Malformed`](crate::Error::Malformed) if there is no such port, or it is 0.
pub fn passive(reply: &Reply) -> Result<PassivePort, CoreError> {
    let found = match reply.code() {
        229 => reply.came().find_map(extended).map(|port| PassivePort {
            port,
            address: None,
        }),
        _ => reply.came().find_map(six_numbers),
    };
    found.ok_or_else(|| reply.lacks("the port of a data connection"))
}

/// The first six numbers with commas between them.
fn six_numbers(text: &[u8]) -> Option<PassivePort> {
    let starts = (0..text.len()).filter(|at| {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        !before.is_some_and(|byte| byte.is_ascii_digit() || *byte == b',')
    });
    starts
        .filter_map(|at| text.get(at..))
        .find_map(|rest| host_port(rest).ok())
        .map(|(_, found)| found)
}

fn host_port(text: &[u8]) -> IResult<&[u8], PassivePort> {
    let comma = || delimited(space0, char(','), space0);
    let next = || preceded(comma(), number::<u8>);
    let six = (number::<u8>, next(), next(), next(), next(), next());
    let six = terminated(six, not(peek(preceded(comma(), digit1))));
    map_opt(six, |(a, b, c, d, high, low)| {
        Some(PassivePort {
            port: NonZeroU16::new(u16::from_be_bytes([high, low]))?,
            address: Some(Ipv4Addr::new(a, b, c, d)),
        })
    })
    .parse(text)
}

fn extended(text: &[u8]) -> Option<NonZeroU16> {
    let mut rest = text;
    loop {
        let at = memchr::memchr(b'(', rest)?;
        rest = rest.get(at.checked_add(1)?..)?;
        if let Ok((_, port)) = extended_port(rest) {
            return Some(port);
        }
    }
}

fn extended_port(text: &[u8]) -> IResult<&[u8], NonZeroU16> {
    let (rest, delimiter) = satisfy(|c| c.is_ascii_graphic() && !c.is_ascii_digit()).parse(text)?;
    let field = || take_till(|b: u8| char::from(b) == delimiter || b == b')');
    let empty = || terminated(field(), char(delimiter));
    let port = map_opt(number::<u16>, NonZeroU16::new);
    delimited((empty(), empty()), port, (char(delimiter), char(')'))).parse(rest)
}

/// Digits without sign that fit the type.
fn number<T: std::str::FromStr>(text: &[u8]) -> IResult<&[u8], T> {
    map_opt(digit1, |digits: &[u8]| {
        std::str::from_utf8(digits).ok()?.parse().ok()
    })
    .parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(u16, Option<String>)> {
        let reply = Reply::parse([line.as_bytes()]).unwrap();
        let found = passive(&reply).ok()?;
        Some((found.port.get(), found.address.map(|ip| ip.to_string())))
    }

    #[test]
    fn what_is_no_port_is_told() {
        for line in [
            "227 (127,0,0,1,0,0)",
            "227 (127,0,0,1,1,2,3)",
            "227 (127,0,0,1,256,1)",
            "227 none",
            "227",
            "229 ok (|||0|)",
            "229 (|||1)",
            "229 |||1|",
            "229 (||||)",
            "229 (|||x|)",
            "229 (111411)",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
        let local = Some("127.0.0.1".to_owned());
        assert_eq!(read("227 Mode 4 = 127, 0, 0, 1, 4, 1"), Some((1025, local)));
        assert_eq!(read("229 (see below) (|||7|)"), Some((7, None)));
    }
}
