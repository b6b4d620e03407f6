//! [`Assembly`]: parts to a file.

use std::collections::BTreeMap;
use std::ops::Range;

use super::fault::Fault;
use super::part::Part;

/// Keeps account of the parts of one file, whatever their order: where each goes, what is missing, and
/// whether the whole is right. The bytes themselves are the caller's to store at the place of their
/// part.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    size: Option<u64>,
    crc32: Option<u32>,
    pieces: BTreeMap<u64, Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    end: u64,
    crc32: u32,
}

/// What became of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is new, and its bytes go to this place of the file.
    At(Range<u64>),
    /// It is there already.
    Again,
}

impl Assembly {
    /// The most parts a file may have.
    pub const MOST_PARTS: usize = 1_000_000;

    /// No part yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a part that has been decoded. It is verified first, so that one that is damaged does not
    /// stand in the way of a second copy.
    ///
    /// # Errors
    /// Those of [`Part::verify`]; [`Fault::NoPlace`], [`Fault::OtherFile`], [`Fault::Overlap`] or
    /// [`Fault::TooManyParts`]. The part is not taken then.
    pub fn add(&mut self, part: &Part) -> Result<Added, Fault> {
        part.verify()?;
        let place = part.header.place.clone().ok_or(Fault::NoPlace)?;
        if let (Some(size), Some(other)) = (self.size, part.header.size)
            && size != other
        {
            return Err(Fault::OtherFile);
        }
        let piece = Piece {
            end: place.end,
            crc32: part.crc32,
        };
        match self.pieces.get(&place.start) {
            Some(same) if same.end == piece.end => return Ok(Added::Again),
            Some(_) if !place.is_empty() => return Err(Fault::Overlap),
            _ => {}
        }
        let before = self.pieces.range(..place.start).next_back();
        let after = self.pieces.range(place.start..).next();
        let reaches_in = before.is_some_and(|(_, piece)| piece.end > place.start);
        let reaches_over = after.is_some_and(|(start, _)| *start < place.end);
        if reaches_in || reaches_over {
            return Err(Fault::Overlap);
        }
        if self.pieces.len() >= Self::MOST_PARTS {
            return Err(Fault::TooManyParts);
        }
        self.size = self.size.or(part.header.size);
        self.crc32 = self.crc32.or(part.trailer.and_then(|end| end.crc32));
        if !place.is_empty() {
            self.pieces.insert(place.start, piece);
        }
        Ok(Added::At(place))
    }

    /// Bytes of the whole file, once a part has told it.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// How many bytes are there.
    pub fn present(&self) -> u64 {
        let lens = self
            .pieces
            .iter()
            .map(|(start, piece)| piece.end.saturating_sub(*start));
        lens.fold(0, u64::saturating_add)
    }

    /// The places of the file that no part has filled. Without a size, up to the last part.
    pub fn missing(&self) -> Vec<Range<u64>> {
        let mut missing = Vec::new();
        let mut at = 0;
        for (start, piece) in &self.pieces {
            if *start > at {
                missing.push(at..*start);
            }
            at = piece.end;
        }
        if let Some(size) = self.size.filter(|size| *size > at) {
            missing.push(at..size);
        }
        missing
    }

    /// The CRC-32 of the whole file, put together from those of its parts. `None` while parts are
    /// missing.
    pub fn crc32(&self) -> Option<u32> {
        if self.size.is_none() || !self.missing().is_empty() {
            return None;
        }
        let mut whole = crc32fast::Hasher::new();
        for (start, piece) in &self.pieces {
            let len = piece.end.saturating_sub(*start);
            whole.combine(&crc32fast::Hasher::new_with_initial_len(piece.crc32, len));
        }
        Some(whole.finalize())
    }

    /// Whether the file is whole and right. Without a checksum of the whole file, those of its parts
    /// have to do.
    ///
    /// # Errors
    /// [`Fault::Incomplete`] or [`Fault::Crc`].
    pub fn verify(&self) -> Result<(), Fault> {
        let present = self.present();
        let decoded = self.crc32().ok_or(Fault::Incomplete { present })?;
        match self.crc32 {
            Some(declared) if declared != decoded => Err(Fault::Crc { declared, decoded }),
            _ => Ok(()),
        }
    }
}
