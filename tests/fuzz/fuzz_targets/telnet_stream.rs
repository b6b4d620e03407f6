//! Bytes of a Telnet server: no panic, no event outside the input, the same wherever they are cut, memory bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_core::{Codec, Step};
use netspeak_telnet::{
    Answer, Engine, Event, Policy, Profile, Side, TelnetOption, com_port, games,
};

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, bytes) = input;
    let whole = run(&[bytes]);
    let (head, tail) = bytes.split_at(usize::from(cut).min(bytes.len()));
    let halves = run(&[head, tail]);
    assert_eq!(whole, halves);
});

/// Text and answers; nothing after an error.
fn run(parts: &[&[u8]]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut profile = Profile::default();
    profile.longest_subnegotiation = 64;
    profile.speed = Some((9600, 9600));
    profile.policy = Policy::default().with(Side::Local, TelnetOption::LINEMODE, Answer::Accept);
    let mut engine = Engine::new(profile);
    let (mut text, mut held) = (Vec::new(), Vec::new());
    for part in parts {
        held.extend_from_slice(part);
        while !held.is_empty() {
            let Step::Event { consumed, event } = engine.decode(&held).ok()? else {
                break;
            };
            match event {
                Event::Data(range) => {
                    assert!(range.end <= consumed);
                    text.extend_from_slice(&held[range]);
                }
                Event::Inflated(data) => text.extend(data),
                Event::Subnegotiation { data, .. } => {
                    assert!(data.len() <= 64);
                    let _ = (
                        games::msdp(&data),
                        games::mssp(&data),
                        games::Gmcp::parse(&data),
                    );
                    let _ = com_port::ComPort::parse(&data);
                }
                _ => {}
            }
            held.drain(..consumed);
        }
    }
    Some((text, engine.take_outgoing()))
}
