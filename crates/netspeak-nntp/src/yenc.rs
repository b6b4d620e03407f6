//! yEnc 1.3: binary files in articles, decoded and encoded in pieces.
//!
//! A part of a file stands between two lines that describe it. Each byte between them is itself plus 42,
//! and `=` comes before those that could not be sent, which have 64 added as well.
//!
//! ```text
//! =ybegin part=1 total=3 line=128 size=517 name=report.pdf
//! =ypart begin=1 end=200
//! ...
//! =yend size=200 part=1 pcrc32=9d140b7a crc32=7f79fb57
//! ```
//!
//! | what | how |
//! |---|---|
//! | bytes of an article to bytes of a file | [`Decoder`], which undoes dot-stuffing in the same pass if asked ([`Dots::Stuffed`]) |
//! | whether they are right | [`Part::verify`]: lengths and CRC-32 |
//! | parts to a file | [`Assembly`]: what is there, what is missing, the CRC-32 of the whole |
//! | a file to articles | [`Encoder`] |
//!
//! ```
//! use netspeak_nntp::yenc::{Decoder, Event, Dots};
//!
//! let article = b"=ybegin line=128 size=3 name=hey.txt\r\n\x92\x8f\xa3\r\n=yend size=3 crc32=88d615f0\r\n";
//! let mut decoder = Decoder::new(Dots::Plain);
//! let (mut file, mut at) = (Vec::new(), 0);
//! while at < article.len() {
//!     let step = decoder.decode(&article[at..], &mut file).unwrap();
//!     at += step.consumed;
//!     if let Some(Event::End(part)) = step.event {
//!         assert_eq!(part.verify(), Ok(()));
//!         assert_eq!(part.header.name(), Some("hey.txt".into()));
//!     }
//! }
//! assert_eq!(file, b"hey");
//! ```

mod assembly;
mod data;
mod decoder;
mod encoder;
mod fault;
mod header;
mod kernel;
mod part;
#[cfg(test)]
mod tests;

pub use assembly::{Added, Assembly};
pub use decoder::{Decoder, Event, Step};
pub use encoder::{Encoder, LINE_LENGTH};
pub use fault::Fault;
pub use header::{Header, Number, Trailer};
pub use part::{Crc, Part};

/// In which form an article's text is given to a [`Decoder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dots {
    /// As it is: from a file, or dots are undone already.
    Plain,
    /// As servers send it: dots at the start of lines are doubled, and a line with a lone dot ends it
    /// (RFC 3977 section 3.1.1).
    Stuffed,
}
