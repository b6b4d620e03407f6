use std::path::Path;

use crate::{VERBS, assert_fits, golden, netspeak, printed};

/// Two reports whose times are always the same.
fn reports() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/two.ndjson");
    path.to_str().unwrap().to_owned()
}

#[test]
fn reports_are_shown_in_every_format() {
    let file = reports();
    for (name, words, ends) in [
        ("bars", &["-v"][..], 2),
        ("human", &[], 2),
        ("quiet", &["-q"], 2),
        ("ascii", &["-v", "--ascii"], 2),
        ("colour", &["--color", "always"], 2),
        ("line", &["--format", "line"], 2),
        ("json", &["--json"], 2),
        ("ndjson", &["--format", "ndjson"], 2),
        ("prom", &["--format", "prom"], 2),
        ("nagios", &["--format", "nagios"], 2),
        ("template", &["-w", "%{target.host} %{phases.tcp.ms}\\n"], 2),
    ] {
        let ran = netspeak(&[&["show", &file], words].concat());
        assert_eq!(ran.code, ends, "{name} {}", ran.stderr);
        // How long it took to show them is not the same twice.
        let stdout = golden::mask_before(&ran.stdout, " s\n");
        golden::check(&format!("show.two.{name}"), &stdout);
    }
}

#[test]
fn words_are_explained() {
    for (name, words) in [
        ("kind", &["explain", "tls.cert_name"][..]),
        ("check", &["explain", "data.address"]),
        ("list", &["explain"]),
    ] {
        let text = printed(words);
        assert_fits(name, &text);
        golden::check(&format!("explain.{name}.human"), &text);
    }
    let ran = netspeak(&["explain", "tls.cert_nam"]);
    assert_eq!(ran.code, 3);
    golden::check("explain.unknown.stderr", &ran.stderr);
}

#[test]
fn the_version_is_told() {
    let line = "netspeak 0.1.0\n";
    for words in [&["version"][..], &["-V"], &["--version"]] {
        assert_eq!(printed(words), line);
    }
    // Where it was built is not the same everywhere.
    let target = format!("-{}", std::env::consts::OS);
    let masked = |text: &str| {
        let lines = text
            .lines()
            .map(|line| match line.split_once(std::env::consts::ARCH) {
                Some((head, tail)) if tail.contains(&target) => {
                    let end = if tail.ends_with("\",") { "\"," } else { "" };
                    format!("{head}TARGET{end}\n")
                }
                _ => format!("{line}\n"),
            });
        lines.collect::<String>()
    };
    let verbose = printed(&["version", "-v"]);
    assert!(verbose.starts_with(line));
    golden::check("version.verbose.human", &masked(&verbose));
    golden::check(
        "version.verbose.json",
        &masked(&printed(&["version", "--json"])),
    );
}

#[test]
fn schemas_are_listed() {
    let text = printed(&["schema", "--list"]);
    assert_fits("the list", &text);
    golden::check("schema.list.human", &text);
}

#[test]
fn what_makes_no_sense_is_told() {
    for verb in VERBS {
        let ran = netspeak(&[verb, "--no-such-option"]);
        let text = format!("{}{}exit {}\n", ran.stdout, ran.stderr, ran.code);
        // The usage is as long as there is to type.
        let others = text.lines().filter(|line| !line.starts_with("Usage: "));
        assert_fits(verb, &others.collect::<Vec<_>>().join("\n"));
        golden::check(&format!("usage.{verb}.stderr"), &text);
    }
}

/// Numbers and bars are not the same twice; how many blanks there are follows from them.
fn masked(text: &str) -> String {
    let number = regex::Regex::new(r"\d[\d.]*").unwrap();
    let id = regex::Regex::new(r"<[0-9a-f]{4}[0-9a-f.]*[^ \n]*").unwrap();
    let blanks = regex::Regex::new(r"[ █]{2,}|█").unwrap();
    let text = id.replace_all(text, "<ID>");
    let text = number.replace_all(&text, "N");
    let text = blanks.replace_all(&text, "  ");
    text.lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

#[test]
fn the_tour_is_the_same_every_time() {
    // Where lines are broken follows from how long the times are.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_netspeak"))
        .arg("demo")
        .env("COLUMNS", "500")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    golden::check("demo.human", &masked(&text));
}
