//! One page: what the command line knows of itself, and what it does not.

use std::io;

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

use crate::about::codes::{self, Meaning};
use crate::about::examples::{self, Example};
use crate::about::overview::{CONFIGURATION, DIFFERENCES, GROUPS};
use crate::about::surroundings::{FILES, VARIABLES};
use crate::failure::Failure;

/// Where it belongs among all pages.
const MANUAL: &str = "netspeak Manual";

/// The day on which the manual was changed last; not the one on which it was made, so that it is always the same.
const CHANGED: &str = "2026-11-26";

/// Which netspeak it is about.
const SOURCE: &str = concat!("netspeak ", env!("CARGO_PKG_VERSION"));

/// The command with its names and usages worked out, and with every option told.
pub(super) fn prepared(command: Command) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|verb| verb.get_name().to_owned())
        .collect();
    let mut command = names.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |verb| {
            let verb = verb.mut_args(told);
            // Of a copy: what is built already does not take over the options of all verbs.
            let usage = verb.clone().render_usage().to_string();
            let usage = usage.trim_start_matches("Usage: ").to_owned();
            verb.override_usage(format!("netspeak {usage}"))
        })
    });
    command.build();
    command
}

/// What is left out of the short help is in the manual; the words that an option takes are told in its sentence.
fn told(arg: Arg) -> Arg {
    let words = arg.get_possible_values();
    let words = words.iter().filter(|word| !word.is_hide_set());
    let words: Vec<String> = words
        .map(|word| match word.get_help() {
            Some(help) => format!(
                "{} ({})",
                word.get_name(),
                in_mid_sentence(&help.to_string())
            ),
            None => word.get_name().to_owned(),
        })
        .collect();
    let arg = arg.hide_short_help(false);
    let is_value = arg.get_action().takes_values() && !arg.is_hide_possible_values_set();
    if words.is_empty() || !is_value {
        return arg;
    }
    let help = arg.get_help().map(ToString::to_string);
    let help = format!("{}. One of: {}", help.unwrap_or_default(), words.join(", "));
    arg.help(help).hide_possible_values(true)
}

fn in_mid_sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter();
    first.flat_map(char::to_lowercase).chain(letters).collect()
}

/// `netspeak(1)`
pub(super) fn of_command(command: &Command) -> Result<String, Failure> {
    let mut page = Page::begun("netspeak", command)?;
    page.section("SYNOPSIS");
    page.roff.text([
        bold("netspeak"),
        roman(" ["),
        bold("probe"),
        roman("] [OPTIONS] "),
        italic("TARGET"),
        roman("..."),
    ]);
    page.roff.control("br", []);
    page.roff
        .text([bold("netspeak"), roman(" "), italic("VERB"), roman(" ...")]);
    page.section("DESCRIPTION");
    page.paragraph("netspeak speaks HTTP, NNTP, FTP, SMTP, POP3, IMAP, Telnet, Gopher and XML-RPC. It tells how a server is doing, phase by phase, and transfers by URL.");
    page.paragraph(DIFFERENCES);
    page.paragraph(CONFIGURATION);
    page.section("VERBS");
    page.verbs(command);
    page.section("EXAMPLES");
    page.examples(examples::FIRST);
    for verb in command.get_subcommands() {
        page.examples(examples::of(verb.get_name()));
    }
    page.section("EXIT STATUS");
    page.paragraph("Verbs that look (probe, tls, check, show), and those that only tell something, end as monitoring plugins do:");
    page.codes(codes::LOOKING);
    page.paragraph("Verbs that transfer (get, put, post, ls, cp, rm, send, rpc, talk), and probe with --exit curl, end as curl does:");
    page.codes(codes::TRANSFERS);
    page.section("ENVIRONMENT");
    page.terms(VARIABLES);
    page.section("FILES");
    page.terms(FILES);
    page.section("SEE ALSO");
    let mut others: Vec<String> = command
        .get_subcommands()
        .map(|verb| format!("netspeak-{}", verb.get_name()))
        .collect();
    others.push("curl".to_owned());
    page.see(&others);
    Ok(page.end())
}

/// `netspeak-VERB(1)`
pub(super) fn of_verb(verb: &Command) -> Result<String, Failure> {
    let name = verb.get_name();
    let mut page = Page::begun(&format!("netspeak-{name}"), verb)?;
    let man = Man::new(verb.clone());
    page.take(|text| man.render_synopsis_section(text))?;
    page.take(|text| man.render_description_section(text))?;
    page.take(|text| man.render_options_section(text))?;
    if let Some(more) = verb.get_after_help().map(ToString::to_string) {
        // The examples have a section of their own.
        let more = more.split("Examples:").next().unwrap_or_default();
        if !more.trim().is_empty() {
            page.section("NOTES");
            page.as_it_is(more.trim_end());
        }
    }
    page.section("EXAMPLES");
    page.examples(examples::of(name));
    page.section("EXIT STATUS");
    page.paragraph(match crate::exit::is_of_transfer(name) {
        true => "As curl ends: 0 if all is done; netspeak(1) has the list.",
        false => "0 if all is well, 1 with a warning, 2 if it does not work, 3 if it could not be run; netspeak(1) has examples.",
    });
    page.section("SEE ALSO");
    page.see(&["netspeak".to_owned(), "netspeak-explain".to_owned()]);
    Ok(page.end())
}

/// A page in the making.
struct Page {
    text: Vec<u8>,
    roff: Roff,
    /// A section has just begun: its first paragraph is one by itself.
    is_fresh: bool,
}

impl Page {
    fn begun(name: &str, command: &Command) -> Result<Self, Failure> {
        let mut page = Self {
            text: Vec::new(),
            roff: Roff::new(),
            is_fresh: false,
        };
        let man = Man::new(command.clone())
            .title(name.to_ascii_uppercase())
            .date(CHANGED)
            .source(SOURCE)
            .manual(MANUAL);
        page.take(|text| man.render_title(text))?;
        page.section("NAME");
        let about = command.get_about().map(ToString::to_string);
        let about = about.unwrap_or_default();
        page.roff
            .text([roman(format!("{name} - {}", about.trim_end_matches('.')))]);
        Ok(page)
    }

    /// What others write, behind what is there already.
    fn take(
        &mut self,
        write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        self.flush();
        Ok(write(&mut self.text)?)
    }

    fn flush(&mut self) {
        let roff = std::mem::take(&mut self.roff);
        self.text.extend_from_slice(roff.to_roff().as_bytes());
    }

    fn end(mut self) -> String {
        self.flush();
        String::from_utf8_lossy(&self.text).into_owned()
    }

    fn section(&mut self, name: &str) {
        self.roff.control("SH", [name]);
        self.is_fresh = true;
    }

    fn paragraph(&mut self, text: &str) {
        if !self.is_fresh {
            self.roff.control("PP", []);
        }
        self.is_fresh = false;
        self.roff.text([roman(text.replace('\n', " "))]);
    }

    /// Lines that are in columns already.
    fn as_it_is(&mut self, text: &str) {
        self.roff.control("nf", []);
        for line in text.lines() {
            self.roff.text([roman(line)]);
        }
        self.roff.control("fi", []);
    }

    fn verbs(&mut self, command: &Command) {
        for (group, verbs) in GROUPS {
            self.roff.control("SS", [group]);
            for verb in verbs
                .iter()
                .filter_map(|verb| command.find_subcommand(verb))
            {
                let about = verb.get_about().map(ToString::to_string);
                let name = format!("netspeak-{}(1)", verb.get_name());
                self.term(&name, &about.unwrap_or_default());
            }
        }
    }

    fn examples(&mut self, examples: &[Example]) {
        for (command, meaning) in examples {
            self.term(command, meaning);
        }
    }

    fn codes(&mut self, codes: &[Meaning]) {
        for meaning in codes {
            let kind = meaning.kind.map(|kind| format!(" ({kind})"));
            let text = format!("{}{} Such as:", meaning.means, kind.unwrap_or_default());
            self.term(&meaning.code.to_string(), &text);
            self.roff.control("br", []);
            self.roff.text([italic(meaning.example)]);
        }
    }

    fn terms(&mut self, terms: &[(&str, &str)]) {
        for (word, meaning) in terms {
            self.term(word, meaning);
        }
    }

    fn term(&mut self, word: &str, meaning: &str) {
        self.roff.control("TP", []);
        self.roff.text([bold(word)]);
        self.roff.text([roman(meaning)]);
    }

    fn see(&mut self, names: &[String]) {
        let mut line = Vec::new();
        for (at, name) in names.iter().enumerate() {
            if at > 0 {
                line.push(roman(", "));
            }
            line.push(bold(name));
            line.push(roman("(1)"));
        }
        self.roff.text(line);
    }
}
