//! `netspeak man [VERB]`: the manual as man pages.

mod page;

use std::path::Path;

use crate::args::{ManArgs, command};
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::output::{self, Overwrite};

pub(super) fn run(args: &ManArgs) -> Code {
    let done = match &args.dir {
        Some(folder) => write_all(folder),
        None => page_of(args.verb.as_deref()).map(|page| output::print(&page)),
    };
    match done {
        Ok(()) => exit::OK,
        Err(failure) => {
            super::tell(&failure);
            exit::UNKNOWN
        }
    }
}

fn page_of(verb: Option<&str>) -> Result<String, Failure> {
    let command = page::prepared(command());
    let Some(name) = verb else {
        return page::of_command(&command);
    };
    match command.find_subcommand(name) {
        Some(verb) => page::of_verb(verb),
        None => {
            let names = command.get_subcommands().map(|verb| verb.get_name());
            let names = names.collect::<Vec<_>>().join(", ");
            Err(Failure::usage(format!(
                "there is no verb {name:?}: there is {names}"
            )))
        }
    }
}

/// One file a page; what has the name of a page is replaced.
fn write_all(folder: &Path) -> Result<(), Failure> {
    output::make_folder(folder, Overwrite::Yes)?;
    let command = page::prepared(command());
    let write = |name: &str, page: &str| {
        let path = folder.join(format!("{name}.1"));
        let written = std::fs::write(&path, page);
        written.map_err(|error| Failure::from(error).about(&path.display()))
    };
    write("netspeak", &page::of_command(&command)?)?;
    for verb in command.get_subcommands() {
        let name = format!("netspeak-{}", verb.get_name());
        write(&name, &page::of_verb(verb)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_sections() {
        let main = page_of(None).unwrap();
        for section in [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "VERBS",
            "EXAMPLES",
            "EXIT STATUS",
            "ENVIRONMENT",
            "FILES",
            "SEE ALSO",
        ] {
            let heading = format!("\n.SH \"{section}\"\n");
            let bare = format!("\n.SH {section}\n");
            assert!(
                main.contains(&heading) || main.contains(&bare),
                "{section}: {main}"
            );
        }
        for verb in crate::args::tests::verbs() {
            let page = page_of(Some(&verb)).unwrap();
            assert!(page.contains("\n.SH EXAMPLES\n"), "{verb}: {page}");
            assert!(main.contains(&format!("netspeak\\-{verb}(1)")), "{verb}");
        }
        assert!(
            page_of(Some("get"))
                .unwrap()
                .contains("gopher://host/0/about.txt")
        );
        assert!(page_of(Some("gets")).is_err());
    }

    #[test]
    fn no_page_depends_on_where_and_when_it_is_made() {
        assert_eq!(
            page_of(Some("probe")).unwrap(),
            page_of(Some("probe")).unwrap()
        );
    }
}
