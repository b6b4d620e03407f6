//! Decodes an article, as a server sent it, from memory, as often as told, and checks it each time.
//!
//! ```text
//! cargo run --release --example yenc_decode -- article.txt 1000
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use netspeak_nntp::yenc::{Decoder, Dots, Event};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(file), times) = (args.next(), args.next()) else {
        return Err("usage: yenc_decode FILE [TIMES]".into());
    };
    let times: u64 = times.as_deref().unwrap_or("1").parse()?;
    let article = std::fs::read(file)?;
    let (mut data, mut total) = (Vec::new(), 0);
    for _ in 0..times {
        let mut decoder = Decoder::new(Dots::Stuffed);
        // As it would come from a connection.
        for mut piece in article.chunks(64 * 1024) {
            loop {
                let step = decoder.decode(piece, &mut data)?;
                piece = piece.get(step.consumed..).unwrap_or_default();
                match step.event {
                    None | Some(Event::Finished) => break,
                    Some(Event::End(part)) => {
                        part.verify()?;
                        total += part.len;
                    }
                    Some(_) => {}
                }
            }
            // Here it would be written to a file.
            data.clear();
        }
        if decoder.finish().is_some() {
            return Err("the article ends too early".into());
        }
    }
    println!("{total} bytes");
    Ok(())
}
