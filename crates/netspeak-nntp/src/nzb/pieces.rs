//! [`Pieces`]: the segments of a file on their way.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use netspeak_core::{LocalName, NameRules};

use super::{File, Segment};
use crate::binary::Binary;
use crate::error::{Error, Result};
use crate::yenc::{Added, Assembly, Fault};

/// Keeps account of a file that is being fetched, by however many clients from however many servers:
/// which segments are still to be asked for, which could not be had, and where the bytes of each go.
#[derive(Clone, Debug)]
pub struct Pieces<'n> {
    file: &'n File,
    waiting: VecDeque<&'n Segment>,
    failed: Vec<(&'n Segment, String)>,
    assembly: Assembly,
    name: Option<String>,
}

impl<'n> Pieces<'n> {
    /// None fetched yet.
    pub fn new(file: &'n File) -> Self {
        Self {
            file,
            waiting: file.segments.iter().collect(),
            failed: Vec::new(),
            assembly: Assembly::new(),
            name: None,
        }
    }

    /// The file.
    pub fn file(&self) -> &'n File {
        self.file
    }

    /// The next segments to ask for, `most` of them at most. Each is to be [added](Self::add),
    /// [given up](Self::fail) or [put back](Self::put_back).
    pub fn take(&mut self, most: usize) -> Vec<&'n Segment> {
        let count = most.min(self.waiting.len());
        self.waiting.drain(..count).collect()
    }

    /// These were not asked for, or a connection broke before their answer: they are to be asked for
    /// again.
    pub fn put_back(&mut self, segments: impl IntoIterator<Item = &'n Segment>) {
        self.waiting.extend(segments);
    }

    /// A segment that was fetched and decoded: where its bytes go. `None` if they are there already.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is damaged or does not belong to the file; it counts as failed then.
    pub fn add(&mut self, segment: &'n Segment, binary: &Binary) -> Result<Option<Range<u64>>> {
        if let (None, Some(name)) = (&self.name, binary.name()) {
            self.name = Some(name.into_owned());
        }
        let is_alone = self.file.segments.len() == 1;
        let added = match binary {
            Binary::Yenc(part) if part.header.place.is_some() || !is_alone => {
                self.assembly.add(part).map_err(Error::from)
            }
            // Where the bytes stand is not told, but there are no others.
            _ if is_alone => binary.verify().map(|()| Added::At(0..binary.len())),
            _ => Err(Fault::NoPlace.into()),
        };
        match added {
            Ok(Added::At(place)) => Ok(Some(place)),
            Ok(Added::Again) => Ok(None),
            Err(error) => {
                self.fail(segment, &error);
                Err(error)
            }
        }
    }

    /// A segment that could not be had.
    pub fn fail(&mut self, segment: &'n Segment, why: &Error) {
        self.failed.push((segment, why.to_string()));
    }

    /// The segments that could not be had, and why.
    pub fn failed(&self) -> &[(&'n Segment, String)] {
        &self.failed
    }

    /// Asks for those that could not be had once more, of another server.
    pub fn retry(&mut self) {
        let again = std::mem::take(&mut self.failed);
        self.waiting
            .extend(again.into_iter().map(|(segment, _)| segment));
    }

    /// How many segments are still to be asked for.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The name in its articles, once one was decoded.
    pub fn name(&self) -> Option<Cow<'_, str>> {
        self.name.as_deref().map(Cow::Borrowed)
    }

    /// The name to store it under: [`File::local_name`].
    pub fn local_name(&self, rules: NameRules) -> Option<LocalName> {
        self.file.local_name(self.name.as_deref(), rules)
    }

    /// Whether the file is whole and right.
    ///
    /// # Errors
    /// [`Error::Malformed`], with what is wrong: segments that could not be had, places that none of them
    /// filled, or the checksum of the whole.
    pub fn verify(&self) -> Result<()> {
        let open = self.failed.len().saturating_add(self.waiting.len());
        if open > 0 {
            let all = self.file.segments.len();
            let what = format!("all but {open} of {all}");
            return Err(Error::malformed("all segments of a file", what.as_bytes()));
        }
        match self.assembly.verify() {
            // A file in one segment, which was right.
            Err(Fault::Incomplete { present: 0 }) if self.assembly.size().is_none() => Ok(()),
            // Parts without a size: what is there has no holes.
            Err(Fault::Incomplete { .. })
                if self.assembly.size().is_none() && self.assembly.missing().is_empty() =>
            {
                Ok(())
            }
            checked => Ok(checked?),
        }
    }
}
