//! Decodes a file of Telnet bytes from memory, many times over, and says how much text that was.
//!
//!     cargo run --release --example telnet_decode -- FILE 1024

use std::io::{self, Write};

use netspeak_telnet::{Codec, Engine, Event, Policy, Profile, Step};

/// What comes in one read.
const READ: usize = 64 * 1024;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(file), Some(times)) = (args.next(), args.next()) else {
        return Err("usage: telnet_decode FILE N".into());
    };
    let bytes = std::fs::read(file)?;
    let mut profile = Profile::default();
    // The answers would only fill the outbox, which nobody here empties.
    profile.policy = Policy::silent();
    let mut engine = Engine::new(profile);
    let (mut text, mut out) = (0_u64, Vec::with_capacity(READ));
    for _ in 0..times.parse::<u64>()? {
        for read in bytes.chunks(READ) {
            out.clear();
            text += decode(&mut engine, read, &mut out)?;
        }
    }
    writeln!(io::stdout(), "{text}")?;
    Ok(())
}

fn decode(
    engine: &mut Engine,
    mut read: &[u8],
    out: &mut Vec<u8>,
) -> Result<u64, Box<dyn std::error::Error>> {
    let mut text = 0;
    while !read.is_empty() {
        let Step::Event { consumed, event } = engine.decode(read)? else {
            // A command that is cut: the engine has seen its beginning.
            break;
        };
        if let Event::Data(range) = event {
            let data = read.get(range).unwrap_or_default();
            text += data.len() as u64;
            out.extend_from_slice(data);
        }
        read = read.get(consumed..).unwrap_or_default();
    }
    Ok(text)
}
