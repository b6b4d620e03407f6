//! What a terminal tells of itself: TTYPE (RFC 1091), NAWS (RFC 1073), TSPEED (RFC 1079), XDISPLOC
//! (RFC 1096), SEND-LOCATION (RFC 779).

use crate::profile::{Profile, Window};

pub(crate) const IS: u8 = 0;
pub(crate) const SEND: u8 = 1;

/// How far in its list of names a terminal is.
#[derive(Debug, Default)]
pub(crate) struct Names {
    next: usize,
}

impl Names {
    /// The next name; the last one twice, and then the first one again (RFC 1091 section 3).
    pub(crate) fn next(&mut self, profile: &Profile) -> Vec<u8> {
        let names = &profile.terminal_types;
        let name = match names.get(self.next) {
            Some(name) => {
                self.next += 1;
                Some(name)
            }
            None => {
                self.next = 0;
                names.last()
            }
        };
        let name = name.map_or("UNKNOWN", String::as_str);
        [&[IS], name.as_bytes()].concat()
    }
}

pub(crate) fn window(window: Window) -> [u8; 4] {
    let ([a, b], [c, d]) = (window.columns.to_be_bytes(), window.rows.to_be_bytes());
    [a, b, c, d]
}

pub(crate) fn speed(profile: &Profile) -> Option<Vec<u8>> {
    let (out, back) = profile.speed?;
    Some([&[IS], format!("{out},{back}").as_bytes()].concat())
}

pub(crate) fn display(profile: &Profile) -> Option<Vec<u8>> {
    let display = profile.display.as_ref()?;
    Some([&[IS], display.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_turn_and_the_last_one_twice() {
        let mut names = Names::default();
        let profile = Profile::default();
        let found: Vec<Vec<u8>> = (0..4).map(|_| names.next(&profile)).collect();
        assert_eq!(found, [&b"\0XTERM"[..], b"\0VT100", b"\0VT100", b"\0XTERM"]);
    }
}
