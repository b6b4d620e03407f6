//! [`Part`]: what an article held, and whether it is right.

use super::fault::Fault;
use super::header::{Header, Trailer};

/// A part that has been decoded, or as much of it as there was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// What stood before it.
    pub header: Header,
    /// What stood behind it; `None` if the article ended before.
    pub trailer: Option<Trailer>,
    /// How many bytes were decoded.
    pub len: u64,
    /// The CRC-32 of the bytes that were decoded.
    pub crc32: u32,
}

/// What a checksum says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crc {
    /// The bytes are those that were posted.
    Right,
    /// They are not.
    Wrong {
        /// What the article states.
        declared: u32,
    },
    /// There is none for these bytes.
    Unknown,
}

impl Part {
    /// What the article's checksum says about its bytes.
    pub fn crc(&self) -> Crc {
        match self.declared_crc() {
            None => Crc::Unknown,
            Some(declared) if declared == self.crc32 => Crc::Right,
            Some(declared) => Crc::Wrong { declared },
        }
    }

    /// The file's checksum is the part's as well where the part is the whole file.
    fn declared_crc(&self) -> Option<u32> {
        let trailer = self.trailer?;
        let is_whole = match &self.header.place {
            Some(place) => place.start == 0 && Some(place.end) == self.header.size,
            None => self.header.part.is_none(),
        };
        trailer.pcrc32.or(trailer.crc32.filter(|_| is_whole))
    }

    /// Whether the part is whole and right.
    ///
    /// The size behind the data counts only where there is no checksum: some posters state the file's.
    ///
    /// # Errors
    /// [`Fault::Cut`], [`Fault::Crc`] or [`Fault::Length`].
    pub fn verify(&self) -> Result<(), Fault> {
        let trailer = self.trailer.ok_or(Fault::Cut)?;
        let crc = self.crc();
        if let Crc::Wrong { declared } = crc {
            let decoded = self.crc32;
            return Err(Fault::Crc { declared, decoded });
        }
        let place = self.header.place.as_ref();
        let stated = place.and_then(|place| place.end.checked_sub(place.start));
        let behind = trailer.size.filter(|_| crc == Crc::Unknown);
        match [stated, behind]
            .into_iter()
            .flatten()
            .find(|len| *len != self.len)
        {
            Some(declared) => Err(Fault::Length {
                declared,
                decoded: self.len,
            }),
            None => Ok(()),
        }
    }
}
