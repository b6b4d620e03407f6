//! `get --decode`: the files in articles.

use std::io::Write;

use netspeak::nntp::{Client, Which};

use super::files::Files;
use super::refusal;
use crate::args::GetArgs;
use crate::failure::Failure;
use crate::output::Turn;
use crate::render::progress::Meter;

/// The files in these articles, one behind the other, or each under its own name.
pub(super) async fn all<W: Into<Which>>(
    client: &mut Client,
    articles: Vec<W>,
    args: &GetArgs,
    sink: &mut Turn<'_>,
    mut meter: Meter,
) -> Result<(), Failure> {
    let is_one = articles.len() == 1;
    let mut files = args.has_own_names().then(|| Files::new(args));
    let mut refused = None;
    let mut binaries = client.fetch_binaries(articles)?;
    while let Some((which, answer)) = binaries.next().await? {
        let binary = match answer.and_then(|binary| binary.verify().map(|()| binary)) {
            Ok(binary) => binary,
            Err(error) if is_one => return Err(error.into()),
            Err(error) => {
                refused = Some(refusal(&which, error).told(|text| meter.say(text)));
                continue;
            }
        };
        meter.add(binaries.data().len());
        match &mut files {
            Some(files) => files.add(&binary, binaries.data())?,
            None => sink.write_all(binaries.data())?,
        }
    }
    sink.flush()?;
    match files.map_or(Ok(()), Files::complete) {
        Ok(()) => refused.map_or(Ok(()), Err),
        Err(failure) => Err(failure),
    }
}
