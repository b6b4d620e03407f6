//! `netspeak --print-config`: what counts, and where it comes from. It is TOML, and shows no secret.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, ArgMatches, Command};
use netspeak::core::text::printable;

use super::credentials::{Login, Proof};
use super::group::Group;
use super::line::Line;
use super::setting::{Setting, Value};
use super::source::Source;
use super::{Config, variables};
use crate::typed;

const HIDDEN: &str = "<hidden>";

/// So much of a line is for a key and its value, if they need no more.
const ROOM: usize = 46;

/// What counts for a verb that reads no configuration.
pub(super) fn nothing(verb: &str) -> String {
    format!("# netspeak {verb} takes nothing from variables or a file\n")
}

/// All that stands in the file and in variables.
pub(super) fn everything(config: &Config, from_variables: &[Setting]) -> String {
    let name = |setting: &Setting| variables::name(&setting.key);
    let named: Vec<String> = from_variables.iter().map(name).collect();
    let rest = config.defaults.iter();
    // A variable counts more than the file.
    let rest = rest.filter(|setting| !named.contains(&name(setting)));
    let settings = from_variables.iter().chain(rest);
    let rows = settings.map(|setting| Row {
        key: setting.key.clone(),
        value: value(&setting.key, &setting.value),
        source: setting.source.clone(),
    });
    let mut page = head(config, None);
    page.push_str(&section("[defaults]", rows.collect()));
    page.push_str(&groups(config));
    page.push_str(&logins(config));
    page
}

/// What counts for one call.
pub(super) fn of_call(
    config: &Config,
    verb: &Command,
    line: &Line<'_>,
    typed: &ArgMatches,
) -> String {
    let mut rows: Vec<Row> = line.typed().map(|arg| of_flag(arg, typed)).collect();
    rows.extend(line.added.iter().map(|added| Row {
        key: added.long.clone(),
        value: value(&added.long, &added.setting.value),
        source: added.setting.source.clone(),
    }));
    let mut page = head(config, Some(verb.get_name()));
    page.push_str(&section("[defaults]", rows));
    let has = |long: &str| verb.get_arguments().any(|arg| arg.get_long() == Some(long));
    if verb.get_name() == "probe" {
        page.push_str(&groups(config));
    }
    if has("user") {
        page.push_str(&logins(config));
    }
    page
}

/// What was said about a flag, in TOML, without secrets.
pub(super) fn value(long: &str, value: &Value) -> String {
    match value {
        Value::Switch(is_on) => is_on.to_string(),
        Value::One(text) => bare(&open_part(long, text)),
        Value::Many(texts) => array(texts.iter().map(|text| quoted(&open_part(long, text)))),
    }
}

struct Row {
    key: String,
    value: String,
    source: Source,
}

fn of_flag(arg: &Arg, typed: &ArgMatches) -> Row {
    let id = arg.get_id().as_str();
    let long = arg.get_long().unwrap_or_default();
    let short = arg.get_short().map(|letter| format!("\"-{letter}\""));
    let texts = typed.get_raw(id).into_iter().flatten();
    let texts: Vec<OsString> = texts.map(OsStr::to_owned).collect();
    let said = match (arg.get_action(), texts.as_slice()) {
        (ArgAction::Count, _) => typed.get_count(id).to_string(),
        (ArgAction::SetTrue, _) | (_, []) => value(long, &Value::Switch(true)),
        (ArgAction::Append, _) => value(long, &Value::Many(texts)),
        (_, [one, ..]) => value(long, &Value::One(one.clone())),
    };
    Row {
        key: match long.is_empty() {
            true => short.unwrap_or_default(),
            false => long.to_owned(),
        },
        value: said,
        source: Source::Flag,
    }
}

fn head(config: &Config, verb: Option<&str>) -> String {
    let file = match &config.groups.file {
        Some(file) => format!("# file: {file}\n"),
        None => "# no configuration file\n".to_owned(),
    };
    match verb {
        Some(verb) => format!("# what counts for netspeak {verb}\n{file}"),
        None => format!("# what counts wherever a verb has the flag\n{file}"),
    }
}

/// A table, its keys in their order.
fn section(title: &str, mut rows: Vec<Row>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    let lines = rows.iter().map(|row| {
        (
            format!("{} = {}", key(&row.key), row.value),
            Some(&row.source),
        )
    });
    table(title, None, lines.collect())
}

fn table(title: &str, source: Option<&Source>, lines: Vec<(String, Option<&Source>)>) -> String {
    let mut page = "\n".to_owned();
    let head = (title.to_owned(), source);
    let lines: Vec<_> = std::iter::once(head).chain(lines).collect();
    let lengths = lines.iter().filter(|(_, source)| source.is_some());
    let lengths = lengths.map(|(text, _)| text.chars().count());
    let width = lengths.filter(|length| *length <= ROOM).max().unwrap_or(0);
    for (text, source) in lines {
        page.push_str(&match source {
            Some(source) => format!("{text:<width$}  # {source}\n"),
            None => format!("{text}\n"),
        });
    }
    page
}

fn groups(config: &Config) -> String {
    let all = config.groups.all.iter();
    let pages = all.map(|(name, group)| {
        let Group {
            targets,
            expect,
            reject,
            source,
        } = group;
        let targets = targets.iter().map(|target| quoted(&without_login(target)));
        let mut lines = vec![(format!("targets = {}", array(targets)), None)];
        for (key, texts) in [("expect", expect), ("reject", reject)] {
            if !texts.is_empty() {
                let texts = texts.iter().map(|text| quoted(text));
                lines.push((format!("{key} = {}", array(texts)), None));
            }
        }
        table(&format!("[group.{}]", key(name)), Some(source), lines)
    });
    pages.collect()
}

fn logins(config: &Config) -> String {
    config.logins.0.iter().map(login).collect()
}

fn login(login: &Login) -> String {
    let mut lines = vec![format!("host = {}", quoted(&login.hosts.to_string()))];
    if !login.protocols.is_empty() {
        let names = login.protocols.iter().map(|name| quoted(name));
        lines.push(format!("protocol = {}", array(names)));
    }
    if let Some(user) = &login.user {
        lines.push(format!("user = {}", quoted(user)));
    }
    if let Some(proof) = &login.proof {
        let (key, text) = match proof {
            Proof::PasswordFile(path) => ("password-file", shown_path(path)),
            Proof::PasswordCmd(command) => ("password-cmd", program_of(command)),
            Proof::PasswordEnv(name) => ("password-env", name.clone()),
            Proof::Password(_) => ("password", HIDDEN.to_owned()),
            Proof::TokenFile(path) => ("oauth2-bearer-file", shown_path(path)),
            Proof::TokenEnv(name) => ("oauth2-bearer-env", name.clone()),
        };
        lines.push(format!("{key} = {}", quoted(&text)));
    }
    if let Some(options) = &login.login_options {
        lines.push(format!("login-options = {}", quoted(options)));
    }
    let lines = lines.into_iter().map(|line| (line, None));
    table("[[credentials]]", Some(&login.source), lines.collect())
}

fn shown_path(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}

/// What of a flag's value may be shown.
fn open_part(long: &str, text: &OsStr) -> String {
    let text = text.to_string_lossy();
    let kept_up_to = |mark: char| match text.split_once(mark) {
        Some((kept, _)) => format!("{kept}{mark}{HIDDEN}"),
        None => text.clone().into_owned(),
    };
    match long {
        "oauth2-bearer" | "args" => HIDDEN.to_owned(),
        "user" | "to-user" | "header" => kept_up_to(':'),
        "password-cmd" | "to-password-cmd" => program_of(&text),
        "cookie" | "form" => kept_up_to('='),
        "data" | "data-binary" | "data-urlencode" if !text.starts_with('@') => HIDDEN.to_owned(),
        "proxy" | "backup" | "referer" => without_login(&text),
        _ if text.contains("://") => without_login(&text),
        _ => text.into_owned(),
    }
}

fn without_login(url: &str) -> String {
    typed::without_login(url).replace("<redacted>", HIDDEN)
}

/// The program of a command line. What stands behind it may be a secret.
fn program_of(command: &str) -> String {
    match command.split_once(char::is_whitespace) {
        Some((program, _)) if !program.contains(['=', '\'', '"', '$']) => {
            format!("{program} {HIDDEN}")
        }
        None if !command.contains(['=', '$']) => command.to_owned(),
        _ => HIDDEN.to_owned(),
    }
}

fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !name.is_empty() && name.chars().all(is_bare) || name.starts_with("\"-") {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// A number as it is, all else in quotes.
fn bare(text: &str) -> String {
    let number = text.parse::<f64>().ok();
    let number = number.filter(|number| number.is_finite() && number.to_string() == text);
    number.map_or_else(|| quoted(text), |number| number.to_string())
}

fn quoted(text: &str) -> String {
    let text = printable(text.as_bytes());
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

fn array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        for (long, text, shown) in [
            ("user", "ops:marker", "ops:<hidden>"),
            ("user", "ops", "ops"),
            ("oauth2-bearer", "marker", "<hidden>"),
            (
                "proxy",
                "http://me:marker@proxy:3128",
                "http://<hidden>@proxy:3128",
            ),
            ("proxy", "me:marker@proxy:3128", "<hidden>@proxy:3128"),
            ("header", "Authorization: marker", "Authorization:<hidden>"),
            ("cookie", "sid=marker", "sid=<hidden>"),
            ("password-cmd", "pass show marker", "pass <hidden>"),
            ("password-cmd", "X=marker pass", "<hidden>"),
            ("data", "marker", "<hidden>"),
            ("data", "@file", "@file"),
            ("backup", "nntps://u:marker@h", "nntps://<hidden>@h"),
            ("from", "a@b.example", "a@b.example"),
        ] {
            let found = open_part(long, OsStr::new(text));
            assert_eq!(found, shown, "{long}");
        }
    }

    #[test]
    fn numbers_stand_without_quotes() {
        for (text, shown) in [
            ("15", "15"),
            ("0.5", "0.5"),
            ("-1", "-1"),
            ("007", "\"007\""),
            ("1e3", "\"1e3\""),
            ("nan", "\"nan\""),
            ("1s", "\"1s\""),
        ] {
            assert_eq!(bare(text), shown);
        }
    }

    #[test]
    fn what_is_shown_is_toml() {
        for text in ["plain", "a\"b\\c", "x\u{7}y\n", "ü"] {
            let line = format!("{} = {}", key(text), quoted(text));
            assert!(toml::de::DeTable::parse(&line).is_ok(), "{line}");
        }
    }
}
