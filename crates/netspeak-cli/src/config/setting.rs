//! [`Setting`]: the value of a flag that nobody typed.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction};
use toml::de::DeValue;

use super::source::{Source, meant};
use super::table::{Table, kind};
use crate::failure::Failure;

/// Flags that would make no sense for every call, and why.
const NEVER: [(&str, &str); 4] = [
    ("config", "a file does not name another one"),
    ("print-config", "it is for one call"),
    ("help", "it is for one call"),
    ("version", "it is for one call"),
];

/// The value of a flag that nobody typed.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// The flag's long name, or another of its long names.
    pub(crate) key: String,
    pub(crate) value: Value,
    pub(crate) source: Source,
}

/// What it was set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Switch(bool),
    /// A number, or anything else that is text for a flag.
    One(OsString),
    Many(Vec<OsString>),
}

impl Setting {
    /// All of `[defaults]`, in the order of their lines.
    pub(super) fn all_of(table: &Table<'_>, command: &clap::Command) -> Result<Vec<Self>, Failure> {
        let mut settings = Vec::new();
        for (name, value) in table.entries {
            let (key, span) = (name.get_ref().as_ref(), name.span());
            if let Some(why) = never(key, command) {
                return Err(table.document.wrong(&span, why));
            }
            let value = Value::of(value.get_ref()).map_err(|why| {
                let what = format!("{key} in {} {why}", table.title);
                table.document.wrong(&span, what)
            })?;
            settings.push((
                span.start,
                Self {
                    key: key.to_owned(),
                    value,
                    source: table.document.source(&span),
                },
            ));
        }
        settings.sort_by_key(|(at, _)| *at);
        Ok(settings.into_iter().map(|(_, setting)| setting).collect())
    }

    /// What is put in for it on a command line, for this flag; nothing for a switch that is off.
    ///
    /// # Errors
    /// Why not, if the flag takes something else.
    pub(super) fn words(&self, arg: &Arg) -> Result<Vec<OsString>, String> {
        let long = arg.get_long().unwrap_or_default();
        let alone = || OsString::from(format!("--{long}"));
        let with = |value: &OsString| {
            let mut word = OsString::from(format!("--{long}="));
            word.push(value);
            word
        };
        let least = arg.get_num_args().map_or(1, |count| count.min_values());
        match (&self.value, arg.get_action()) {
            (Value::Switch(true), ArgAction::SetTrue | ArgAction::Count) => Ok(vec![alone()]),
            (Value::Switch(false), ArgAction::SetTrue | ArgAction::Count) => Ok(Vec::new()),
            (Value::Switch(true), _) if least == 0 => Ok(vec![alone()]),
            (Value::Switch(false), _) if least == 0 => Ok(Vec::new()),
            (Value::Switch(_), _) => Err("takes a value, not true or false".to_owned()),
            (Value::One(text), ArgAction::Count) => {
                let often = text.to_str().and_then(|text| text.parse::<u8>().ok());
                let often = often.ok_or("takes true, false or how often")?;
                Ok((0..often).map(|_| alone()).collect())
            }
            (_, ArgAction::SetTrue | ArgAction::Count) => Err("takes true or false".to_owned()),
            (Value::One(text), _) => Ok(vec![with(text)]),
            (Value::Many(texts), ArgAction::Append) => Ok(texts.iter().map(with).collect()),
            (Value::Many(_), _) => Err("takes one value, not an array".to_owned()),
        }
    }
}

impl Value {
    fn of(value: &DeValue<'_>) -> Result<Self, String> {
        Ok(match value {
            DeValue::Boolean(is_on) => Self::Switch(*is_on),
            DeValue::Array(items) => {
                let texts = items.iter().map(|item| text(item.get_ref()));
                Self::Many(texts.collect::<Result<_, _>>()?)
            }
            other => Self::One(text(other)?),
        })
    }
}

/// A string or a number, as it would be typed.
fn text(value: &DeValue<'_>) -> Result<OsString, String> {
    match value {
        DeValue::String(text) => Ok(text.as_ref().into()),
        DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str().into()),
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            let number = number.map_err(|_| "is too large a number".to_owned())?;
            Ok(number.to_string().into())
        }
        DeValue::Float(number) => Ok(number.as_str().into()),
        other => Err(format!("takes no {}", kind(other).trim_start_matches("a "))),
    }
}

/// What a variable says about a switch.
pub(super) fn truth(text: &OsStr) -> Option<bool> {
    let text = text.to_str()?.to_ascii_lowercase();
    match text.as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Why this can't be a key, if it can't.
fn never(key: &str, command: &clap::Command) -> Option<String> {
    if let Some((_, why)) = NEVER.iter().find(|(name, _)| *name == key) {
        return Some(format!("{key} can't be a default: {why}"));
    }
    let names: Vec<&str> = long_names(command).collect();
    if names.contains(&key) {
        return None;
    }
    let name = netspeak::core::text::printable(key.as_bytes());
    let mut positionals = command
        .get_subcommands()
        .flat_map(clap::Command::get_positionals);
    if positionals.any(|arg| arg.get_id().as_str() == key) {
        return Some(format!(
            "{name} can't be a default: it stands on the command line, and is no flag"
        ));
    }
    let meant = meant(&name, &names);
    Some(format!(
        "[defaults] has no key {name}: no verb has the flag --{name}{meant}"
    ))
}

/// Whether a flag is more than a question, or the way to the file.
pub(super) fn can_have_default(arg: &Arg) -> bool {
    let long = arg.get_long().unwrap_or_default();
    NEVER.iter().all(|(never, _)| *never != long)
}

/// The long names of all flags of all verbs that can have a default.
pub(super) fn long_names(command: &clap::Command) -> impl Iterator<Item = &str> {
    let args = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments);
    let names = args.flat_map(|arg| {
        let others = arg.get_all_aliases().unwrap_or_default();
        arg.get_long().into_iter().chain(others)
    });
    names.filter(|name| NEVER.iter().all(|(never, _)| never != name))
}
