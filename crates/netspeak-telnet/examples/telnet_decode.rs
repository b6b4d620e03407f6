//! Decodes a file of Telnet bytes from memory, many times over, and says how much text that was.
//!
//!     cargo run --release --example telnet_decode -- FILE 1024

use std::io::{self, Write};

use netspeak_telnet::{Engine, Policy, Profile};

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
    let (mut text, mut out, mut others) = (0, Vec::with_capacity(READ), Vec::new());
    for _ in 0..times.parse::<u64>()? {
        for mut read in bytes.chunks(READ) {
            while !read.is_empty() {
                out.clear();
                others.clear();
                let used = engine.gather(read, &mut out, &mut others)?;
                text += out.len() as u64;
                if used == 0 && out.is_empty() {
                    // A command that is cut: the engine has seen its beginning.
                    break;
                }
                read = read.get(used..).unwrap_or_default();
            }
        }
    }
    writeln!(io::stdout(), "{text}")?;
    Ok(())
}
