//! The TRANSACTION state (RFC 1939 sections 5 and 7): commands about an open maildrop.

use crate::dot::{crlf_lines, dotted};
use crate::pop3::maildrop::{Message, Opened};
use crate::pop3::reply::{err, multi, ok};

/// The commands of the TRANSACTION state. A number that is none is `None`.
pub(super) fn transaction(
    maildrop: &mut Opened,
    verb: &str,
    numbers: &[Option<usize>],
    stuffs: bool,
) -> Vec<u8> {
    let message = numbers
        .first()
        .copied()
        .flatten()
        .and_then(|number| Some((number, maildrop.get(number)?.clone())));
    match (verb, numbers, message) {
        ("STAT", [], _) => ok(&format!("{} {}", maildrop.count(), maildrop.octets())),
        ("LIST", [], _) => {
            let head = format!(
                "{} messages ({} octets)",
                maildrop.count(),
                maildrop.octets()
            );
            multi(
                &head,
                maildrop
                    .list()
                    .map(|(number, message)| format!("{number} {}", message.bytes.len())),
            )
        }
        ("LIST", [_], Some((number, message))) => ok(&format!("{number} {}", message.bytes.len())),
        ("UIDL", [], _) => multi(
            "unique ids follow",
            maildrop
                .list()
                .map(|(number, message)| format!("{number} {}", message.uid)),
        ),
        ("UIDL", [_], Some((number, message))) => ok(&format!("{number} {}", message.uid)),
        ("RETR", [_], Some((_, message))) => text(&message, None, stuffs),
        ("TOP", [_, Some(lines)], Some((_, message))) => text(&message, Some(*lines), stuffs),
        ("DELE", [_], Some((number, _))) => {
            maildrop.delete(number);
            ok(&format!("message {number} deleted"))
        }
        ("LIST" | "UIDL" | "RETR" | "DELE", [_], None) | ("TOP", [_, Some(_)], None) => {
            err("no such message")
        }
        ("RSET", [], _) => {
            maildrop.reset();
            ok(&format!(
                "maildrop has {} messages ({} octets)",
                maildrop.count(),
                maildrop.octets()
            ))
        }
        _ => err("what do you mean?"),
    }
}

/// A message as it goes to the wire: with `lines`, the header and so many lines of the body.
fn text(message: &Message, lines: Option<usize>, stuffs: bool) -> Vec<u8> {
    let mut body_lines_left = None;
    let wanted = crlf_lines(&message.bytes).take_while(|line| {
        match &mut body_lines_left {
            Some(0) => return false,
            Some(left) => *left -= 1,
            None if line.is_empty() => body_lines_left = lines,
            None => {}
        }
        true
    });
    let head = ok(&format!("{} octets", message.bytes.len()));
    [head, dotted(wanted, stuffs)].concat()
}
