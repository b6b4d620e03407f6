//! Libraries speak through return values and `tracing`: only the command prints, reads the environment and exits.

use crate::tidy::{File, Finding, source};

const WORDS: [&str; 11] = [
    "std::env",
    "env::var",
    "env::args",
    "process::exit",
    "io::stdout",
    "io::stderr",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        if file.crate_name().is_none_or(|name| name == "netspeak-cli")
            || file.path.contains("/examples/")
            // Tools of tests.
            || file.room() == Some("testing")
        {
            continue;
        }
        for line in source::lines(file).iter().filter(|line| !line.in_tests) {
            if let Some(word) = WORDS.iter().find(|word| line.mentions(word)) {
                found.push(file.finding(
                    line.number,
                    format!("`{word}` belongs to netspeak-cli only"),
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    #[test]
    fn a_library_does_not_print_or_look_around() {
        let text = "fn f() {\n    println!(\"x\");\n    std::env::var(\"X\");\n    std::process::exit(1);\n    std::io::stdout();\n}\n#[cfg(test)]\nmod t { fn g() { println!() } }";
        let files = sample(&[
            ("crates/netspeak-core/src/a.rs", text),
            ("crates/netspeak-cli/src/main.rs", text),
            ("crates/netspeak-pop3/examples/list.rs", text),
            ("xtask/src/main.rs", text),
        ]);
        let expected = [2, 3, 4, 5].map(|line| format!("crates/netspeak-core/src/a.rs:{line}"));
        assert_eq!(places(&check(&files)), expected);
    }
}
