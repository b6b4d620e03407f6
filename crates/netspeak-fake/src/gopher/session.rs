//! One Gopher request.

use crate::dot::{crlf_lines, dotted};
use crate::gopher::tree::{Entry, Place};
use crate::gopher::{Ends, Gopher};
use crate::protocol::Speak;
use crate::wire::{Flow, Wire};

/// How a TLS hello begins.
const HELLO: u8 = 0x16;

impl Speak for Gopher {
    async fn talk(&self, wire: &mut Wire) -> Flow<()> {
        let octets = wire.octets().await?;
        if octets.first() == Some(&HELLO) {
            wire.answer("", error("no TLS here")).await?;
            return wire.close().await;
        }
        wire.give_back(&octets);
        let line = wire.line().await?;
        let line = String::from_utf8_lossy(&line);
        let mut parts = line.split('\t');
        let selector = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        wire.begin(selector).await?;
        let place = place(wire);
        let own = self.answer(selector, &rest, &place, wire.script().stuffs());
        let answer = wire.script().forced(selector).unwrap_or(own);
        wire.answer(selector, answer).await?;
        wire.close().await
    }
}

impl Gopher {
    fn answer(&self, selector: &str, rest: &[&str], place: &Place, stuffs: bool) -> Vec<u8> {
        let Some(entry) = self.tree.get(selector) else {
            return match rest.last() {
                Some(plus) if is_plus(plus) => {
                    b"--1\r\n1 Ops <ops@fake.test>\r\nno such thing\r\n.\r\n".to_vec()
                }
                _ => error(&format!("'{selector}' doesn't exist!")),
            };
        };
        match (entry, rest) {
            (_, [.., "!"]) => {
                let text = self.tree.about(selector, place).unwrap_or_default();
                [b"+-1\r\n", text.as_bytes(), b".\r\n"].concat()
            }
            (Entry::Menu(lines), [.., "$"]) => {
                let text = self.tree.about_all(lines, place);
                [format!("+{}\r\n", text.len()).as_bytes(), text.as_bytes()].concat()
            }
            (Entry::Text(bytes) | Entry::File(bytes), [.., plus]) if is_plus(plus) => {
                [format!("+{}\r\n", bytes.len()).as_bytes(), bytes].concat()
            }
            (Entry::Menu(lines), _) => {
                let lines: Vec<String> = lines.iter().map(|line| place.line(line)).collect();
                self.ended(dotted(lines.iter().map(|line| line.as_bytes()), false))
            }
            (Entry::Search, words) => {
                let words = words.first().copied().unwrap_or_default();
                let lines = self.tree.find(words, place);
                self.ended(dotted(lines.iter().map(|line| line.as_bytes()), false))
            }
            (Entry::Text(text), _) => self.ended(dotted(crlf_lines(text), stuffs)),
            (Entry::File(bytes), _) => bytes.clone(),
        }
    }

    /// With or without the lone dot at its end.
    fn ended(&self, mut text: Vec<u8>) -> Vec<u8> {
        if let Ends::WithoutDot = self.ends {
            text.truncate(text.len().saturating_sub(b".\r\n".len()));
        }
        text
    }
}

fn is_plus(part: &str) -> bool {
    part.starts_with('+') || ["!", "$"].contains(&part)
}

fn error(text: &str) -> Vec<u8> {
    format!("3{text}\t\terror.host\t1\r\n.\r\n").into_bytes()
}

/// Where this connection's items are: where its name says, at its own end, or in memory nowhere in particular.
fn place(wire: &Wire) -> Place {
    if let Some(name) = &wire.settings().name {
        return Place {
            host: name.clone(),
            port: 70,
        };
    }
    let address = wire.socket().and_then(|socket| socket.local_addr().ok());
    match address.and_then(|address| address.as_socket()) {
        Some(address) => Place {
            host: address.ip().to_string(),
            port: address.port(),
        },
        None => Place {
            host: "localhost".to_owned(),
            port: 70,
        },
    }
}
