//! What a monitoring system hears of a command line that can't be understood: one line, on standard output.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::args::plugin::Typed;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::output;
use crate::render::nagios;
use crate::typed;

/// The answer to what was typed under a plugin's name, if it is no command.
pub(crate) fn answer(typed: &Typed) -> Code {
    match typed {
        Typed::Words(_) => exit::OK,
        Typed::Told(text) => {
            output::print(text);
            exit::OK
        }
        Typed::Wrong(name, why) => {
            output::print(&nagios::unknown(name, why));
            exit::UNKNOWN
        }
    }
}

/// The answer to words that `netspeak check` does not take. Asking for help is no fault.
pub(crate) fn misunderstood(error: &clap::Error) -> Code {
    if error.kind() == ErrorKind::DisplayHelp {
        output::print(&error.render().to_string());
        return exit::OK;
    }
    output::print(&nagios::unknown("CHECK", &told(error)));
    exit::UNKNOWN
}

/// The answer to a configuration that can't be read or understood.
pub(crate) fn unconfigured(failure: &Failure) -> Code {
    output::print(&nagios::unknown("CHECK", &failure.to_string()));
    exit::UNKNOWN
}

/// What is wrong, without values, which may be secrets.
fn told(error: &clap::Error) -> String {
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(name)) => Some(without_value(name)),
        Some(ContextValue::Strings(names)) => {
            let names: Vec<_> = names.iter().map(|name| without_value(name)).collect();
            Some(names.join(", "))
        }
        _ => None,
    };
    let what = named(ContextKind::InvalidArg).unwrap_or_default();
    let why = std::error::Error::source(error).map(ToString::to_string);
    match error.kind() {
        // Whatever it is, it was not meant to be told.
        ErrorKind::UnknownArgument if !what.starts_with('-') => {
            "there is a word too many".to_owned()
        }
        ErrorKind::UnknownArgument => format!("there is no option {what}"),
        ErrorKind::MissingRequiredArgument => format!("{what} is missing"),
        ErrorKind::ArgumentConflict => {
            let other = named(ContextKind::PriorArg).unwrap_or_default();
            format!("{what} does not go with {other}")
        }
        ErrorKind::ValueValidation => format!("{what}: {}", why.unwrap_or_default()),
        ErrorKind::InvalidValue => {
            let valid = named(ContextKind::ValidValue).unwrap_or_default();
            match valid.is_empty() {
                true => format!("{what} takes a value"),
                false => format!("{what} takes {valid}"),
            }
        }
        kind => format!("{what} {kind}"),
    }
}

/// `--warning <RANGE>` as it is; of what begins with no dash only what is no login.
fn without_value(name: &str) -> String {
    let bare = name.split('=').next().unwrap_or_default();
    typed::without_login(bare)
}
