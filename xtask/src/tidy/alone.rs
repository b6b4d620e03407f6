//! A protocol crate alone is enough for its users, and so is the umbrella: what people read and copy, that is pages,
//! documentation and examples, names no crate that they do not depend on.

use crate::tidy::{File, Finding, layers, source};

const CORE: &str = "netspeak_core";
const UMBRELLA: &str = "netspeak";

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| is_for_users(file)) {
        for (index, line) in file.text.lines().enumerate() {
            let is_read = !file.is_rust() || is_example(file) || is_doc(line);
            if is_read && source::places(line, CORE).next().is_some() {
                found.push(file.finding(
                    index + 1,
                    format!(
                        "`{CORE}`: who depends on this crate alone has it by this crate's own name"
                    ),
                ));
            }
        }
    }
    found
}

/// The README at the top is about the umbrella.
fn is_for_users(file: &File) -> bool {
    let is_page = file.is_rust() || file.path.ends_with(".md");
    let name = file.crate_name().filter(|_| is_page);
    file.path == "README.md"
        || name.is_some_and(|name| name == UMBRELLA || layers::is_protocol(&name))
}

fn is_example(file: &File) -> bool {
    file.path.contains("/examples/")
}

fn is_doc(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("///") || line.starts_with("//!")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    #[test]
    fn users_are_shown_the_crate_that_they_depend_on() {
        let text = "//! use netspeak_core::Tls;\nuse netspeak_core::Tls;\n    /// [`Tls`](netspeak_core::Tls)\n/// netspeak_core_x";
        let files = sample(&[
            ("crates/netspeak-pop3/src/client.rs", text),
            (
                "crates/netspeak-pop3/examples/retr.rs",
                "fn f() {}\nuse netspeak_core::Tls;",
            ),
            ("crates/netspeak-imap/README.md", "use netspeak_core::Tls;"),
            (
                "crates/netspeak/src/lib.rs",
                "/// netspeak_core\npub use netspeak_core as core;",
            ),
            ("README.md", "use netspeak_core::Tls;"),
            ("crates/netspeak-core/src/tls.rs", text),
            ("crates/netspeak-core/examples/hello.rs", text),
            ("crates/netspeak-cli/src/main.rs", text),
            ("crates/README.md", "netspeak_core"),
        ]);
        assert_eq!(
            places(&check(&files)),
            [
                "crates/netspeak-pop3/src/client.rs:1",
                "crates/netspeak-pop3/src/client.rs:3",
                "crates/netspeak-pop3/examples/retr.rs:2",
                "crates/netspeak-imap/README.md:1",
                "crates/netspeak/src/lib.rs:1",
                "README.md:1"
            ]
        );
    }
}
