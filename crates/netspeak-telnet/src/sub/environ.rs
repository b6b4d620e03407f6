//! NEW-ENVIRON (RFC 1572).

use crate::profile::{Variable, VariableKind};

const IS: u8 = 0;
const VAR: u8 = 0;
const VALUE: u8 = 1;
const ESC: u8 = 2;
const USERVAR: u8 = 3;

/// The answer to SEND and the list behind it: those of our variables that are asked for, all if the list
/// is empty. A variable that we do not have is left out, as if nobody had asked.
pub(crate) fn answer(list: &[u8], variables: &[Variable]) -> Vec<u8> {
    let asked = asked(list);
    let mut out = vec![IS];
    for variable in variables {
        let kind = match variable.kind {
            VariableKind::WellKnown => VAR,
            VariableKind::User => USERVAR,
        };
        let is_asked = |(asked, name): &(u8, Vec<u8>)| {
            *asked == kind && (name.is_empty() || *name == variable.name)
        };
        if !asked.is_empty() && !asked.iter().any(is_asked) {
            continue;
        }
        out.push(kind);
        escape(&variable.name, &mut out);
        out.push(VALUE);
        escape(variable.value.expose().as_bytes(), &mut out);
    }
    out
}

/// What is asked for: kinds and names, a name being empty where all of a kind are meant.
fn asked(list: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut found: Vec<(u8, Vec<u8>)> = Vec::new();
    let mut bytes = list.iter().copied();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            VAR | USERVAR => {
                found.push((byte, Vec::new()));
                continue;
            }
            ESC => match bytes.next() {
                Some(escaped) => escaped,
                None => break,
            },
            byte => byte,
        };
        if let Some((_, name)) = found.last_mut() {
            name.push(byte);
        }
    }
    found
}

fn escape(text: &[u8], out: &mut Vec<u8>) {
    for byte in text {
        if matches!(*byte, VAR | VALUE | ESC | USERVAR) {
            out.push(ESC);
        }
        out.push(*byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_told_and_nothing_else() {
        let variables = [
            Variable::new("USER", "ops"),
            Variable::new("A\x01B", "x\x02"),
        ];
        for (list, expected) in [
            (&b""[..], &b"\0\0USER\x01ops\x03A\x02\x01B\x01x\x02\x02"[..]),
            (b"\0USER", b"\0\0USER\x01ops"),
            (b"\0USER\x03HOME", b"\0\0USER\x01ops"),
            (b"\x03A\x02\x01B", b"\0\x03A\x02\x01B\x01x\x02\x02"),
            (b"\x03", b"\0\x03A\x02\x01B\x01x\x02\x02"),
            (b"\x03USER", b"\0"),
            (b"\x03\x02", b"\0\x03A\x02\x01B\x01x\x02\x02"),
        ] {
            assert_eq!(answer(list, &variables), expected, "{list:?}");
        }
        assert_eq!(answer(b"\0USER\x03HOME", &[]), b"\0");
    }
}
