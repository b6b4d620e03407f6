//! Messages of a session as files: all in one mailbox, or one file each.

use std::io::Write;
use std::path::Path;

use crate::failure::Failure;
use crate::mbox::MboxWriter;
use crate::output::{self, Overwrite, OwnFile, Turn};
use crate::render::progress::Meter;

/// Messages that come one behind the other.
pub(super) trait Messages {
    /// Goes on to the next message, or tells why the server does not give it; `None` behind the last.
    async fn next(&mut self) -> Result<Option<Result<(), Refused>>, Failure>;

    /// The next piece of this message.
    async fn chunk(&mut self) -> Result<Option<&[u8]>, Failure>;

    /// Its file's name.
    fn file_name(&self) -> String;

    /// All of it is where it goes.
    fn is_taken(&mut self) {}
}

/// A message that the server does not give, and why. It keeps no other back.
pub(super) struct Refused {
    which: String,
    why: Failure,
}

impl Refused {
    pub(super) fn new(which: impl Into<String>, why: impl Into<Failure>) -> Self {
        Self {
            which: which.into(),
            why: why.into(),
        }
    }

    /// Tells it; what remains is a failure.
    pub(super) fn told(self, say: impl FnOnce(&str)) -> Failure {
        say(&format!("{}: {}", self.which, self.why));
        self.why
    }
}

/// The one message that there is, as it is.
pub(super) async fn to_one(
    mut messages: impl Messages,
    sink: &mut Turn<'_>,
    mut meter: Meter,
) -> Result<(), Failure> {
    while let Some(answer) = messages.next().await? {
        answer.map_err(|refused| refused.told(|text| meter.say(text)))?;
        while let Some(piece) = messages.chunk().await? {
            sink.write_all(piece)?;
            meter.add(piece.len());
        }
        messages.is_taken();
    }
    Ok(sink.flush()?)
}

/// All messages as one mailbox file.
pub(super) async fn to_mbox(
    mut messages: impl Messages,
    sink: &mut Turn<'_>,
    mut meter: Meter,
) -> Result<(), Failure> {
    let mut mbox = MboxWriter::new(sink);
    let mut refused = Ok(());
    while let Some(answer) = messages.next().await? {
        if let Err(refusal) = answer {
            refused = Err(refusal.told(|text| meter.say(text)));
            continue;
        }
        mbox.begin();
        while let Some(piece) = messages.chunk().await? {
            mbox.push(piece)?;
            meter.add(piece.len());
        }
        mbox.end()?;
        messages.is_taken();
    }
    mbox.finish()?;
    refused
}

/// One file for each message, byte for byte as the server has it. What is there already is no fault if it is the
/// same, and keeps the others back in no case.
pub(super) async fn to_folder(
    mut messages: impl Messages,
    dir: &Path,
    overwrite: Overwrite,
    mut meter: Meter,
) -> Result<(), Failure> {
    output::make_folder(dir, overwrite)?;
    let mut refused = Ok(());
    while let Some(answer) = messages.next().await? {
        if let Err(refusal) = answer {
            refused = Err(refusal.told(|text| meter.say(text)));
            continue;
        }
        let mut file = OwnFile::new(&dir.join(messages.file_name()), overwrite)?;
        while let Some(piece) = messages.chunk().await? {
            file.write_all(piece)?;
            meter.add(piece.len());
        }
        match output::otherwise_there(file.complete())? {
            Some(other) => refused = Err(other.into()),
            None => messages.is_taken(),
        }
    }
    refused
}
