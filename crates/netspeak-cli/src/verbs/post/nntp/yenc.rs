//! `post --yenc`: a file in as many articles as it takes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use netspeak::core::Target;
use netspeak::nntp::yenc::{Encoder, LINE_LENGTH};
use netspeak::nntp::{Draft, GroupName};

use crate::args::PostArgs;
use crate::failure::Failure;
use crate::output;
use crate::render::progress::{Bars, Data};
use crate::verbs::news;

/// Bytes of the file in one article, in whole lines.
const PART: u64 = 5600 * LINE_LENGTH as u64;

pub(super) async fn post(path: &Path, target: &Target, args: &PostArgs) -> Result<(), Failure> {
    let mut parts = Parts::new(path, args)?;
    let total = parts.total;
    let mut meter = Bars::default().meter(parts.name, 0, Some(parts.size), Data::Elsewhere);
    let mut next = parts.next()?;
    news::session(target, &args.connect, async |client| {
        while let Some(article) = next {
            client.post(&article).await?;
            meter.moved(parts.posted());
            next = parts.next()?;
        }
        Ok(())
    })
    .await?;
    output::print(&format!("{total} articles posted\n"));
    Ok(())
}

/// The articles, one after the other.
struct Parts<'a> {
    path: &'a Path,
    file: File,
    name: &'a str,
    from: &'a str,
    groups: Vec<GroupName>,
    size: u64,
    /// How many articles it takes.
    total: u32,
    /// How many there have been.
    done: u32,
}

impl<'a> Parts<'a> {
    fn new(path: &'a Path, args: &'a PostArgs) -> Result<Self, Failure> {
        let named = |error: io::Error| Failure::unreadable(error).about(&path.display());
        let file = File::open(path).map_err(named)?;
        let size = file.metadata().map_err(named)?.len();
        let name = path.file_name().and_then(|name| name.to_str());
        let groups = args.parts.group.iter().map(|group| group.parse());
        let total = u32::try_from(size.div_ceil(PART).max(1));
        Ok(Self {
            path,
            file,
            name: name.ok_or_else(|| Failure::usage("the file has no name that is text"))?,
            from: args.parts.from.as_deref().unwrap_or_default(),
            groups: groups.collect::<Result<_, _>>()?,
            size,
            total: total.map_err(|_| Failure::usage("the file takes too many articles"))?,
            done: 0,
        })
    }

    /// How many bytes of the file have gone so far, with the article that was made last.
    fn posted(&self) -> u64 {
        PART.saturating_mul(self.done.into()).min(self.size)
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.done == self.total {
            return Ok(None);
        }
        let start = PART.saturating_mul(self.done.into());
        let end = start.saturating_add(PART).min(self.size);
        self.done = self.done.saturating_add(1);
        let mut data = Vec::new();
        let read = (&mut self.file)
            .take(end.saturating_sub(start))
            .read_to_end(&mut data);
        read.map_err(|error| Failure::unreadable(error).about(&self.path.display()))?;
        let (name, number, total) = (self.name, self.done, self.total);
        let mut body = Vec::new();
        let mut encoder = match total {
            1 => Encoder::whole(name, self.size, &mut body)?,
            _ => Encoder::part(name, self.size, number, total, start..end, &mut body)?,
        };
        encoder.encode(&data, &mut body)?;
        encoder.finish(&mut body)?;
        let subject = format!("\"{name}\" yEnc ({number}/{total})");
        let draft = Draft::new(self.from, &subject, body);
        let draft = self.groups.iter().cloned().fold(draft, Draft::group);
        Ok(Some(draft.build()?))
    }
}
