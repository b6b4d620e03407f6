//! A file as the text of a mail.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use netspeak::smtp::{Body, Survey};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::header;
use crate::args::Switch;
use crate::failure::Failure;
use crate::mailbox::Regular;
use crate::source::Source;

/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// The text in a file, in a pipe, or behind standard input: bytes, whatever they are. A file is looked through
/// before.
pub(super) async fn body(path: &Path, strip_bcc: Switch) -> Result<Body<'static>, Failure> {
    match Source::open(path).await? {
        Source::File(mut file, _) => {
            let mut regular = Regular(file.try_clone()?);
            let head = head(&mut regular, strip_bcc).await?;
            let behind = file.stream_position()?;
            let survey = survey(&head, &mut file)?;
            file.seek(SeekFrom::Start(behind))?;
            let whole = AsyncReadExt::chain(Cursor::new(head), Regular(file));
            Ok(Body::reader(whole).surveyed(survey))
        }
        Source::Stream(mut stream) => {
            let head = head(&mut stream, strip_bcc).await?;
            Ok(Body::reader(AsyncReadExt::chain(Cursor::new(head), stream)))
        }
    }
}

/// What is read until the header has ended, without what is not to be sent.
async fn head(
    reader: &mut (impl AsyncRead + Unpin),
    strip_bcc: Switch,
) -> Result<Vec<u8>, Failure> {
    let mut head = Vec::new();
    if strip_bcc == Switch::Off {
        return Ok(head);
    }
    loop {
        let mut piece = (&mut *reader).take(PIECE as u64);
        let read = piece.read_buf(&mut head).await?;
        if read == 0 || header::length(&head).is_some() {
            return Ok(header::mail_without_bcc(&head));
        }
        if head.len() > header::LONGEST {
            return Err(Failure::usage(
                "the header is longer than 1 MiB: is it a mail? --strip-bcc=off sends it as it is",
            ));
        }
    }
}

/// Looks through what will be sent.
fn survey(head: &[u8], rest: &mut File) -> io::Result<Survey> {
    let mut survey = Survey::new();
    survey.push(head);
    let mut piece = vec![0; PIECE];
    loop {
        match rest.read(&mut piece)? {
            0 => return Ok(survey),
            read => survey.push(piece.get(..read).unwrap_or_default()),
        }
    }
}
