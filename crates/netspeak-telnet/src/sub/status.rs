//! STATUS (RFC 859): which options are on, as the one side sees it.

use crate::command::Verb;
use crate::option::TelnetOption;

const IS: u8 = 0;

/// Our answer to SEND: what we do, and what we let the peer do.
pub(crate) fn answer(local: impl Iterator<Item = u8>, remote: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut out = vec![IS];
    for option in local {
        out.extend([Verb::Will.as_byte(), option]);
    }
    for option in remote {
        out.extend([Verb::Do.as_byte(), option]);
    }
    out
}

/// What the peer says is on: WILL for what it does, DO for what it lets us do. What cannot be read ends it.
pub fn parse(data: &[u8]) -> Vec<(Verb, TelnetOption)> {
    let mut found = Vec::new();
    let Some((&IS, mut rest)) = data.split_first() else {
        return found;
    };
    while let [verb, option, behind @ ..] = rest {
        match Verb::new(*verb) {
            Some(verb) => found.push((verb, TelnetOption(*option))),
            None => break,
        }
        rest = behind;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_read_again() {
        let told = answer([3, 24].into_iter(), [1].into_iter());
        assert_eq!(told, [0, 251, 3, 251, 24, 253, 1]);
        let on = [(Verb::Will, 3), (Verb::Will, 24), (Verb::Do, 1)];
        let on = on.map(|(verb, option)| (verb, TelnetOption(option)));
        assert_eq!(parse(&told), on);
        assert_eq!(parse(&[0, 7, 3]), []);
        assert_eq!(parse(&[1]), []);
    }
}
