//! LINEMODE (RFC 1184): lines are edited here. The answers are such that nothing is ever answered twice.

/// Bits of the mode (RFC 1184 section 2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mode(pub u8);

impl Mode {
    /// Lines are edited here, and sent whole.
    pub const EDIT: u8 = 1;
    /// Keys that interrupt are turned into commands here.
    pub const TRAPSIG: u8 = 2;
    /// The peer has seen it.
    pub const ACK: u8 = 4;

    /// Whether lines are edited here.
    pub const fn edits(self) -> bool {
        self.0 & Self::EDIT != 0
    }
}

const MODE: u8 = 1;
const FORWARDMASK: u8 = 2;
const SLC: u8 = 3;

const DONT: u8 = 254;
const DO: u8 = 253;
const WONT: u8 = 252;

/// A special character has no meaning here.
const NOT_SUPPORTED: u8 = 0;
const LEVEL: u8 = 3;
const SLC_ACK: u8 = 128;
/// The functions of RFC 1184 section 2.4.
const FUNCTIONS: usize = 31;

/// What is agreed on.
#[derive(Debug, Default)]
pub(crate) struct Linemode {
    pub(crate) mode: Mode,
    /// Level and character of each function, as the peer has set it.
    characters: [(u8, u8); FUNCTIONS],
}

impl Linemode {
    /// Reads a subnegotiation; the answer, if there is one.
    pub(crate) fn heard(&mut self, data: &[u8]) -> Option<Vec<u8>> {
        match data {
            [MODE, mask, ..] => {
                let wanted = mask & !Mode::ACK;
                // An acknowledged mode, or the one that there is, needs no answer.
                if mask & Mode::ACK != 0 || wanted == self.mode.0 {
                    return None;
                }
                self.mode = Mode(wanted);
                Some(vec![MODE, wanted | Mode::ACK])
            }
            [DO, FORWARDMASK, ..] => Some(vec![WONT, FORWARDMASK]),
            [DONT, FORWARDMASK, ..] => None,
            [SLC, triples @ ..] => self.characters(triples),
            _ => None,
        }
    }

    /// What the peer sets is taken and acknowledged, once.
    fn characters(&mut self, mut triples: &[u8]) -> Option<Vec<u8>> {
        let mut answer = vec![SLC];
        while let [function, modifiers, character, rest @ ..] = triples {
            triples = rest;
            let level = modifiers & LEVEL;
            let slot = self.characters.get_mut(usize::from(*function));
            // A request for our defaults, or a function beyond the list: we have none.
            let Some(slot) = slot.filter(|_| *function != 0) else {
                continue;
            };
            if modifiers & SLC_ACK != 0 || *slot == (level, *character) {
                continue;
            }
            *slot = (level, *character);
            if level != NOT_SUPPORTED {
                answer.extend([*function, modifiers | SLC_ACK, *character]);
            }
        }
        (answer.len() > 1).then_some(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_answered_twice() {
        let mut linemode = Linemode::default();
        for (data, answer) in [
            (&[MODE, 3][..], Some(vec![MODE, 7])),
            (&[MODE, 3], None),
            (&[MODE, 7], None),
            (&[MODE, 1], Some(vec![MODE, 5])),
            (&[DO, FORWARDMASK, 0], Some(vec![WONT, FORWARDMASK])),
            (&[SLC, 3, 2, 3], Some(vec![SLC, 3, 2 | SLC_ACK, 3])),
            (&[SLC, 3, 2, 3], None),
            (&[SLC, 3, 2 | SLC_ACK, 4], None),
            (&[SLC, 0, 3, 0, 99, 2, 1, 5, 0, 0], None),
            (&[SLC, 3], None),
            (&[], None),
        ] {
            assert_eq!(linemode.heard(data), answer, "{data:?}");
        }
        assert!(linemode.mode.edits());
    }
}
