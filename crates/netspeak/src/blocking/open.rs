//! [`open`](crate::open()) without `async`: a reader, as Python's `urlopen` gives one.
//!
//! ```
//! use std::io::Read;
//!
//! let mut opened = netspeak::blocking::open::open("data:,hello")?;
//! let mut text = String::new();
//! opened.read_to_string(&mut text)?;
//! assert_eq!(text, "hello");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::io;

use netspeak_core::open::{About, OpenError, OpenOptions, Opened as Inner};

use super::Blocking;

/// What is behind a URL, as a reader.
#[derive(Debug)]
pub struct Opened {
    // Dropped in this order: the connection before the runtime that drives it.
    inner: Inner,
    blocking: Blocking,
    piece: Vec<u8>,
    at: usize,
}

/// Opens what a URL names; see [`open`](crate::open()).
///
/// # Errors
/// As there.
pub fn open(url: &str) -> Result<Opened, OpenError> {
    open_with(url, &OpenOptions::default())
}

/// The same with settings; see [`open_with`](crate::open_with).
///
/// # Errors
/// As there.
pub fn open_with(url: &str, options: &OpenOptions) -> Result<Opened, OpenError> {
    let blocking = Blocking::new()?;
    let inner = blocking.run(crate::open_with(url, options))?;
    Ok(Opened {
        inner,
        blocking,
        piece: Vec::new(),
        at: 0,
    })
}

impl Opened {
    /// What is known of it.
    pub fn about(&self) -> &About {
        self.inner.about()
    }
}

impl io::Read for Opened {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.piece.len() {
            let next = self.blocking.run(async {
                let piece = self.inner.chunk().await?;
                Ok::<_, OpenError>(piece.map(<[u8]>::to_vec))
            });
            match next.map_err(io::Error::other)? {
                Some(piece) => (self.piece, self.at) = (piece, 0),
                None => return Ok(0),
            }
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let count = rest.len().min(room.len());
        if let (Some(to), Some(from)) = (room.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at = self.at.saturating_add(count);
        Ok(count)
    }
}
