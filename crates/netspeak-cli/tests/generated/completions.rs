use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::{VERBS, folder, netspeak, printed};

/// What bash would offer behind these words.
fn offered(words: &[&str]) -> Vec<String> {
    let at = words.len() - 1;
    let (current, before) = (words[at], words[at - 1]);
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let call = format!(
        "COMP_WORDS=({}); COMP_CWORD={at}; _netspeak netspeak '{current}' '{before}'\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        quoted.join(" ")
    );
    // Outside of a completion there is nothing to set options of.
    let script = format!(
        "compopt() {{ :; }}\n{}\n{call}",
        printed(&["completions", "bash"])
    );
    let offered = bash("completions-offers", &[], &script);
    offered.lines().map(str::to_owned).collect()
}

/// Runs bash in an empty folder with two files, which files are completed from.
fn bash(test: &str, words: &[&str], script: &str) -> String {
    let folder = folder(test);
    std::fs::write(folder.join("targets.txt"), "").unwrap();
    std::fs::create_dir_all(folder.join("them")).unwrap();
    let mut child = Command::new("bash")
        .args(["--noprofile", "--norc"])
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash is needed");
    let mut stdin = child.stdin.take().unwrap();
    let script = script.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn there_is_a_script_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(&["completions", shell]);
        for verb in VERBS {
            assert!(script.contains(verb), "{shell} {verb}");
        }
        assert!(script.contains("tls.cert_expired") || shell != "bash");
        assert!(script.ends_with('\n'), "{shell}");
    }
    let ran = netspeak(&["completions", "tcsh"]);
    assert!(
        ran.code == 3 && ran.stderr.contains("bash"),
        "{}",
        ran.stderr
    );
}

#[test]
fn bash_takes_its_script() {
    bash(
        "completions-syntax",
        &["-n"],
        &printed(&["completions", "bash"]),
    );
}

#[test]
fn bash_offers_verbs_options_values_and_files() {
    let first = offered(&["netspeak", ""]);
    for word in VERBS.iter().chain(&["--tls", "--until", "--json", "-u"]) {
        assert!(first.iter().any(|offer| offer == word), "{word}: {first:?}");
    }
    for (words, wanted) in [
        (&["netspeak", "ex"][..], &["explain"][..]),
        (&["netspeak", "--tls", ""], &["auto", "require", "off"]),
        (
            &["netspeak", "probe", "--format", "n"],
            &["ndjson", "nagios"],
        ),
        (&["netspeak", "probe", "--until", "g"], &["greeting"]),
        (
            &["netspeak", "explain", "dns.n"],
            &["dns.nxdomain", "dns.no_address"],
        ),
        (&["netspeak", "check", "ima"], &["imap", "imaps"]),
        (&["netspeak", "man", "ver"], &["version"]),
        (
            &["netspeak", "schema", "netspeak.send"],
            &["netspeak.send/1", "netspeak.send.summary/1"],
        ),
        (&["netspeak", "completions", "z"], &["zsh"]),
        (
            &["netspeak", "get", "--cacert", "t"],
            &["targets.txt", "them"],
        ),
        (&["netspeak", "get", "--max-time", "7"], &["7"]),
        (&["netspeak", "get", "--max-re"], &["--max-redirs"]),
    ] {
        let mut offers = offered(words);
        offers.sort();
        let mut wanted: Vec<_> = wanted.iter().map(|word| (*word).to_owned()).collect();
        wanted.sort();
        assert_eq!(offers, wanted, "{words:?}");
    }
}
