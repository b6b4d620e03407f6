//! A serial port whose ends are joined (RFC 2217): its settings are what the client sets.

use crate::telnet::COM_PORT;
use crate::telnet::parser::sub;

/// The answers' numbers begin here.
const ANSWER: u8 = 100;

/// The settings as they stand, by the numbers of the RFC.
#[derive(Debug)]
pub(super) struct Port {
    rate: [u8; 4],
    settings: [u8; 13],
}

impl Default for Port {
    fn default() -> Self {
        let mut settings = [0; 13];
        // Eight bits, no parity, one stop bit, no flow control.
        settings[2..6].copy_from_slice(&[8, 1, 1, 1]);
        Self {
            rate: 9600_u32.to_be_bytes(),
            settings,
        }
    }
}

impl Port {
    /// The answer to what a client says about the port.
    pub(super) fn obey(&mut self, data: &[u8]) -> Vec<u8> {
        let Some((&number, rest)) = data.split_first() else {
            return Vec::new();
        };
        let answer = match (number, rest) {
            (0, []) => b"netspeak-fake".to_vec(),
            (0, _) => return Vec::new(),
            (1, [a, b, c, d]) => {
                if rest != [0; 4] {
                    self.rate = [*a, *b, *c, *d];
                }
                self.rate.to_vec()
            }
            (2..=5 | 10..=12, [value]) => {
                let Some(setting) = self.settings.get_mut(usize::from(number)) else {
                    return Vec::new();
                };
                if *value != 0 || number > 9 {
                    *setting = *value;
                }
                vec![*setting]
            }
            _ => return Vec::new(),
        };
        sub(COM_PORT, &[&[number + ANSWER], &*answer].concat())
    }
}
