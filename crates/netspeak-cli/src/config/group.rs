//! [`Groups`]: targets that belong together.

use std::collections::BTreeMap;

use super::source::Source;
use super::table::Table;
use crate::failure::Failure;

/// All groups of a file, and the file's name if there is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    pub(super) file: Option<String>,
    pub(super) all: BTreeMap<String, Group>,
}

/// Targets that belong together.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// One target each, with labels behind it.
    pub(crate) targets: Vec<String>,
    pub(crate) expect: Vec<String>,
    pub(crate) reject: Vec<String>,
    /// Where it stands.
    pub(super) source: Source,
}

impl Group {
    pub(super) fn of(table: &Table<'_>) -> Result<Self, Failure> {
        table.only(&["targets", "expect", "reject"])?;
        if table.get("targets").is_none() {
            let what = format!("{} has no targets", table.title);
            return Err(table.document.wrong(table.span, what));
        }
        Ok(Self {
            targets: table.texts("targets")?,
            expect: table.texts("expect")?,
            reject: table.texts("reject")?,
            source: table.document.source(table.span),
        })
    }
}

impl Groups {
    /// The group of this name.
    pub(crate) fn find(&self, name: &str) -> Result<&Group, Failure> {
        let Some(file) = &self.file else {
            return Err(Failure::usage(format!(
                "there is no group {name}, and no configuration file: --config FILE names one"
            )));
        };
        self.all.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.all.keys().map(String::as_str).collect();
            let there = match names.as_slice() {
                [] => "no group at all".to_owned(),
                names => names.join(", "),
            };
            Failure::usage(format!(
                "there is no group {name} in {file}: there is {there}"
            ))
        })
    }
}
