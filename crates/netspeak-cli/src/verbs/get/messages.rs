//! Messages of a session as files: all in one mailbox, or one file each.

use std::fmt::Display;
use std::io::Write;
use std::path::Path;

use crate::failure::Failure;
use crate::mbox::MboxWriter;
use crate::output::{self, Overwrite, OwnFile, Turn};

/// Messages that come one behind the other.
pub(super) trait Messages {
    /// Goes on to the next message, or tells why the server does not give it; `None` behind the last.
    async fn next(&mut self) -> Result<Option<Result<(), Failure>>, Failure>;

    /// The next piece of this message.
    async fn chunk(&mut self) -> Result<Option<&[u8]>, Failure>;

    /// Its file's name.
    fn file_name(&self) -> String;

    /// All of it is where it goes.
    fn is_taken(&mut self) {}
}

/// The one message that there is, as it is.
pub(super) async fn to_one(
    mut messages: impl Messages,
    sink: &mut Turn<'_>,
) -> Result<(), Failure> {
    while let Some(answer) = messages.next().await? {
        answer?;
        while let Some(piece) = messages.chunk().await? {
            sink.write_all(piece)?;
        }
        messages.is_taken();
    }
    Ok(sink.flush()?)
}

/// All messages as one mailbox file.
pub(super) async fn to_mbox(
    mut messages: impl Messages,
    sink: &mut Turn<'_>,
) -> Result<(), Failure> {
    let mut mbox = MboxWriter::new(sink);
    let mut refused = Ok(());
    while let Some(answer) = messages.next().await? {
        if answer.is_err() {
            refused = answer;
            continue;
        }
        mbox.begin();
        while let Some(piece) = messages.chunk().await? {
            mbox.push(piece)?;
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
) -> Result<(), Failure> {
    output::make_folder(dir, overwrite)?;
    let mut refused = Ok(());
    while let Some(answer) = messages.next().await? {
        if answer.is_err() {
            refused = answer;
            continue;
        }
        let mut file = OwnFile::new(&dir.join(messages.file_name()), overwrite)?;
        while let Some(piece) = messages.chunk().await? {
            file.write_all(piece)?;
        }
        match output::otherwise_there(file.complete())? {
            Some(other) => refused = Err(other.into()),
            None => messages.is_taken(),
        }
    }
    refused
}

/// One message that the server does not give does not keep the others back.
pub(super) fn refused(which: &str, error: impl Display + Into<Failure>) -> Failure {
    output::say(&format!("{which}: {error}"));
    error.into()
}
