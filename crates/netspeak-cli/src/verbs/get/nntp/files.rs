//! [`Files`]: files that come in parts, each under its own name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use netspeak::core::{LocalName, NameRules};
use netspeak::nntp::Error;
use netspeak::nntp::binary::Binary;
use netspeak::nntp::yenc::{Added, Assembly, Part};

use crate::args::GetArgs;
use crate::failure::Failure;
use crate::output::{self, Beginning, Overwrite, PartFile};

/// The files in the making. One has its name as soon as it is whole.
pub(super) struct Files {
    folder: Folder,
    open: BTreeMap<LocalName, (PartFile, Assembly)>,
}

/// Where files of our own naming go.
pub(super) struct Folder {
    dir: PathBuf,
    overwrite: Overwrite,
    taken: BTreeSet<String>,
}

impl Files {
    pub(super) fn new(args: &GetArgs) -> Self {
        Self {
            folder: Folder::new(args),
            open: BTreeMap::new(),
        }
    }

    /// Stores what an article held.
    pub(super) fn add(&mut self, binary: &Binary, data: &[u8]) -> Result<(), Failure> {
        let name = binary
            .name()
            .and_then(|name| LocalName::fitted(&name, NameRules::HERE));
        let name = name.ok_or_else(|| Error::malformed("a file with a name", b""))?;
        let Some(part) = part_of(binary) else {
            let mut file = self.folder.file(&name)?;
            file.write_at(data, 0)?;
            return Ok(file.complete()?);
        };
        if !self.open.contains_key(&name) {
            let file = self.folder.file(&name)?;
            self.open.insert(name.clone(), (file, Assembly::new()));
        }
        let Some((file, assembly)) = self.open.get_mut(&name) else {
            return Ok(());
        };
        if let Added::At(place) = assembly.add(part).map_err(Error::from)? {
            file.write_at(data, place.start)?;
        }
        if assembly.verify().is_ok()
            && let Some((file, _)) = self.open.remove(&name)
        {
            file.complete()?;
        }
        Ok(())
    }

    /// All articles have come: what is not whole does not get its name.
    pub(super) fn complete(self) -> Result<(), Failure> {
        let mut failed = None;
        for (name, (_, assembly)) in &self.open {
            if let Err(fault) = assembly.verify() {
                output::say(&format!("{name}: {fault}"));
                failed = Some(Error::from(fault));
            }
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// The part of a file in several.
fn part_of(binary: &Binary) -> Option<&Part> {
    match binary {
        Binary::Yenc(part) if part.header.part.is_some() => Some(part),
        _ => None,
    }
}

impl Folder {
    pub(super) fn new(args: &GetArgs) -> Self {
        Self {
            dir: args.dir.clone().unwrap_or_default(),
            overwrite: args.overwrite(),
            taken: BTreeSet::new(),
        }
    }

    /// A new file of this name. A second one of the same name gets a number in front.
    pub(super) fn file(&mut self, name: &LocalName) -> Result<PartFile, Failure> {
        if !self.dir.as_os_str().is_empty() {
            std::fs::create_dir_all(&self.dir)?;
        }
        let mut own = name.clone();
        for number in 2u32.. {
            if self.taken.insert(own.to_string().to_lowercase()) {
                break;
            }
            let numbered = LocalName::fitted(&format!("{number}-{name}"), NameRules::HERE);
            own = numbered.unwrap_or(own);
        }
        let path = self.dir.join(&own);
        Ok(PartFile::new(&path, self.overwrite, Beginning::Anew)?)
    }
}
